package kernel

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// The products of a training step, at both sizes of model and at odd sizes, by the
// layer's sizes.
func BenchmarkProducts(b *testing.B) {
	const batch = 64
	for _, layer := range [][2]int{{784, 256}, {256, 128}, {128, 10}, {196, 64}, {64, 32}, {32, 10}, {785, 257}, {99, 33}, {31, 7}} {
		in, out := layer[0], layer[1]
		rng := rand.New(rand.NewPCG(1, 2))
		x, w, y := randoms(rng, batch*in), randoms(rng, in*out), randoms(rng, batch*out)
		bias, scratch := randoms(rng, out), make([]float32, in*out)
		for _, p := range []struct {
			name string
			run  func()
		}{
			{"MulBias", func() { MulBias(y, x, w, bias, batch, out, in, true) }},
			{"MulTransA", func() { MulTransA(w, x, y, in, out, batch) }},
			{"MulTransB", func() { MulTransB(x, y, w, nil, scratch, batch, in, out) }},
		} {
			b.Run(fmt.Sprintf("%s/%dx%d", p.name, in, out), func(b *testing.B) {
				// Values that neither grow nor become subnormal as one product feeds another.
				copy(x, randoms(rng, len(x)))
				copy(w, randoms(rng, len(w)))
				copy(y, randoms(rng, len(y)))
				for b.Loop() {
					p.run()
				}
				rate(b, 2*batch*in*out)
			})
		}
	}
}

// The plain product, as a measure for the others.
func BenchmarkLoop(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 2))
	x, w, y := randoms(rng, 64*784), randoms(rng, 784*256), make([]float32, 64*256)
	for b.Loop() {
		mulLoop(y, x, w, 64, 256, 784)
	}
	rate(b, 2*64*784*256)
}

// The vector kernels, over as many values as the larger model has.
func BenchmarkVectors(b *testing.B) {
	const n = 784*256 + 256 + 256*128 + 128 + 128*10 + 10
	rng := rand.New(rand.NewPCG(3, 4))
	x, y, z := randoms(rng, n), randoms(rng, n), randoms(rng, n)
	var sum float32
	for _, k := range []struct {
		name string
		ops  int
		run  func()
	}{
		{"Momentum", 4, func() { Momentum(x, y, z, 1e-9, 0.9, 0) }},
		{"reluGrad", 1, func() { reluGrad(y, z) }},
		{"Sub", 1, func() { Sub(x, y, z) }},
		{"Add", 1, func() { Add(x, z) }},
		{"AddAll", 4, func() { AddAll(z, [][]float32{x, y, x, y}, 0) }},
		{"AddScaled", 2, func() { AddScaled(x, z, 1e-9) }},
		{"Mean", 2, func() { Mean(x, y) }},
		{"Div", 1, func() { Div(z, -1) }},
		{"Scale", 1, func() { Scale(z, -1) }},
		{"SquaredNorm", 2, func() { sum += SquaredNorm(z) }},
		{"SquaredDistance", 3, func() { sum += SquaredDistance(x, z) }},
	} {
		b.Run(k.name, func(b *testing.B) {
			for b.Loop() {
				k.run()
			}
			rate(b, k.ops*n)
		})
	}
	if sum == 1 {
		b.Log("kept from being optimised away")
	}
}

// rate reports a benchmark's speed, given the operations on float32 of one turn.
func rate(b *testing.B, ops int) {
	b.ReportMetric(float64(ops)*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
}
