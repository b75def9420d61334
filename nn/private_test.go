package nn

import (
	"math"
	"testing"

	"grapevine/nn/data"
	"grapevine/nn/kernel"
	"grapevine/nn/privacy"
	"grapevine/nn/random"
)

// naiveGradient is one example's gradient: a batch of one through the ordinary
// backward pass.
func naiveGradient(shape Shape, params []float32, set *data.Set, example int) []float32 {
	n := NewNetwork(shape, 1)
	n.gather(set, []int{example})
	layers := shape.views(params)
	n.crossEntropy(n.forward(layers, 1), n.labels[:1], n.dx[0], 1)
	n.backward(layers, shape.views(n.gradient), 1)
	return n.gradient
}

func drawnParams(shape Shape, scale float32) []float32 {
	params := make([]float32, shape.Parameters())
	shape.Init(params, random.New(random.Address{Seed: 3, Purpose: random.PurposeInit}))
	kernel.Scale(params, scale)
	return params
}

// The norm that is made of activations' and errors' norms is that of the
// example's own gradient. Both are float32 sums: of up to 235,000 squares in 16
// lanes the one, far shorter the other; 1e-4 is above both errors, and 1e-18 above
// what squares that underflow leave out.
func TestExampleNormIsTheGradients(t *testing.T) {
	for _, shape := range []Shape{{6, 10}, {6, 5, 4, 10}, {33, 17, 10}, {196, 64, 32, 10}} {
		set := examples(40, shape[0])
		for _, scale := range []float32{0.01, 1, 8} {
			params := drawnParams(shape, scale)
			n := NewNetwork(shape, PrivateChunk)
			n.gather(set, indices(40))
			n.clippedGradient(shape.views(params), 40, 1e30)
			for e := range 40 {
				want := 0.0
				for _, g := range naiveGradient(shape, params, set, e) {
					want += float64(g) * float64(g)
				}
				if got := float64(n.exampleNorm(e)); math.Abs(got-math.Sqrt(want)) > 1e-4*math.Sqrt(want)+1e-18 {
					t.Errorf("%v, example %d: norm %v: want %v", shape, e, got, math.Sqrt(want))
				}
			}
		}
	}
}

// The clipped sum is, bit for bit, that of the loop which makes each example's
// gradient, by layer from its activations and its errors times its factor, and
// adds it to the sum: every coordinate takes the examples in their order.
func TestClippedSumIsTheLoop(t *testing.T) {
	shape := Shape{33, 17, 5, 10}
	params := drawnParams(shape, 3)
	set := examples(PrivateChunk, 33)
	n := NewNetwork(shape, PrivateChunk)
	one := NewNetwork(shape, PrivateChunk)
	const c = 1.5
	clipped := 0
	for _, b := range []int{1, 2, 31, PrivateChunk} {
		n.gather(set, indices(b))
		_, factors := n.clippedGradient(shape.views(params), b, c)
		want := make([]float32, len(params))
		wantFactors := 0.0
		for e := range b {
			one.gather(set, []int{e})
			one.clippedGradient(shape.views(params), 1, 1e30) // not clipped: errors as they are
			factor := privacy.Factor(one.exampleNorm(0), c)
			wantFactors += float64(factor)
			if factor < 1 {
				clipped++
			}
			for i, w := range shape.views(want) {
				for k, d := range one.errors[i][:shape[i+1]] {
					d *= factor
					for j, a := range one.x[i][:shape[i]] {
						w.w[j*shape[i+1]+k] += float32(a * d)
					}
					w.b[k] += d
				}
			}
		}
		for i := range want {
			if math.Float32bits(n.gradient[i]) != math.Float32bits(want[i]) {
				t.Fatalf("%d examples: coordinate %d is %v: want %v", b, i, n.gradient[i], want[i])
			}
		}
		if factors != wantFactors {
			t.Errorf("%d examples: factors add up to %v: want %v", b, factors, wantFactors)
		}
	}
	if clipped < 20 {
		t.Errorf("only %d examples were clipped: the test sees too little", clipped)
	}
}

// With or without one example the clipped sum moves by the clip norm at most,
// and by as much where the example is clipped; 1e-5 covers the rounding.
func TestOneExampleMovesTheSumByTheClip(t *testing.T) {
	shape := Shape{33, 17, 10}
	params := drawnParams(shape, 3)
	set := examples(50, 33)
	n := NewNetwork(shape, PrivateChunk)
	sum := func(index []int) []float32 {
		n.gather(set, index)
		n.clippedGradient(shape.views(params), len(index), 0.25)
		return append([]float32(nil), n.gradient...)
	}
	whole := sum(indices(50))
	for e := range 50 {
		var rest []int
		for i := range 50 {
			if i != e {
				rest = append(rest, i)
			}
		}
		if d := math.Sqrt(float64(kernel.SquaredDistance(whole, sum(rest)))); d > 0.25*(1+1e-5) {
			t.Errorf("example %d moves the sum by %v: want at most 0.25", e, d)
		}
	}
}

// A step is params − η·(clipped sum + noise)/B, whatever the number drawn.
func TestPrivateStep(t *testing.T) {
	shape := Shape{6, 5, 10}
	set := examples(300, 6)
	at := random.Address{Seed: 5, Round: 2, Client: 1}
	c := Private{LearningRate: 0.5, Batch: 150, Steps: 1, Clip: 0.5, Sigma: 0.25}
	got := drawnParams(shape, 1)
	n := NewNetwork(shape, PrivateChunk)
	report := n.TrainPrivate(got, set, indices(300), c, at)

	at.Purpose = random.PurposeExampleBatch
	drawn := poisson(nil, indices(300), 150, random.New(at))
	if len(drawn) <= PrivateChunk || len(drawn) == 150 {
		t.Fatalf("%d examples were drawn: want more than a chunk and not the mean, so that the test sees both", len(drawn))
	}
	want := drawnParams(shape, 1)
	layers := shape.views(want)
	sum := make([]float32, len(want))
	for first := 0; first < len(drawn); first += PrivateChunk {
		chunk := drawn[first:min(first+PrivateChunk, len(drawn))]
		n.gather(set, chunk)
		n.clippedGradient(layers, len(chunk), c.Clip)
		kernel.Add(sum, n.gradient)
	}
	at.Purpose = random.PurposeExampleNoise
	random.New(at).AddNormal(sum, 0.25)
	for i := range want {
		want[i] -= float32(0.5 * (sum[i] / 150))
		if got[i] != want[i] {
			t.Fatalf("parameter %d is %v: want %v", i, got[i], want[i])
		}
	}
	if !(report.Loss > 0) || !(report.Factor > 0 && report.Factor <= 1) {
		t.Errorf("report %+v: want a loss and a factor up to 1", report)
	}
}

// Each example is drawn by itself with probability B/n.
func TestPoissonBatches(t *testing.T) {
	const n, batch, rounds = 200, 50, 2000
	count := make([]int, n)
	together, sizes, squares := 0, 0.0, 0.0
	for round := range rounds {
		drawn := poisson(nil, indices(n), batch, random.New(random.Address{Seed: 1, Purpose: random.PurposeExampleBatch, Round: round}))
		in := map[int]bool{}
		for _, i := range drawn {
			count[i]++
			in[i] = true
		}
		if in[0] && in[1] {
			together++
		}
		sizes += float64(len(drawn))
		squares += float64(len(drawn) * len(drawn))
	}
	for i, k := range count { // 500 expected, a standard deviation of 19
		if k < 410 || k > 590 {
			t.Errorf("example %d was drawn %d times in %d: want about %d", i, k, rounds, rounds*batch/n)
		}
	}
	if together < 80 || together > 170 { // 125 expected, 10.8
		t.Errorf("two examples were drawn together %d times: want about 125", together)
	}
	mean := sizes / rounds
	if v := squares/rounds - mean*mean; math.Abs(mean-50) > 0.6 || v < 32 || v > 43 { // 37.5 expected
		t.Errorf("a batch has %v examples with variance %v: want 50 and 37.5", mean, v)
	}
	if all := poisson(nil, indices(7), 9, random.New(random.Address{})); len(all) != 7 {
		t.Errorf("%d of 7 examples were drawn for a batch of 9: want all", len(all))
	}
}

// BenchmarkPrivateStep is one step of DP-SGD on a batch of 256.
func BenchmarkPrivateStep(b *testing.B) {
	shape := Shape{196, 64, 32, 10}
	set := examples(3000, shape[0])
	params := drawnParams(shape, 1)
	n := NewNetwork(shape, PrivateChunk)
	c := Private{LearningRate: 0.001, Batch: 256, Steps: 1, Clip: 1, Sigma: 1}
	for b.Loop() {
		n.TrainPrivate(params, set, indices(3000), c, random.Address{})
	}
	b.ReportMetric(256*shape.StepFLOPs()*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
}
