package kernel

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// vectors pairs each vector kernel with its loop. Each is given three vectors and
// may change all; s is a scalar.
var vectors = []struct {
	name       string
	loop, fast func(x, y, z []float32, s float32)
}{
	{"reluGrad", func(x, y, _ []float32, _ float32) {
		for i := range x {
			if y[i] <= 0 {
				x[i] = 0
			}
		}
	}, func(x, y, _ []float32, _ float32) { reluGrad(x, y) }},
	{"Momentum", momentumLoop(0.9, 0), func(x, y, z []float32, s float32) { Momentum(x, y, z, s, 0.9, 0) }},
	{"Momentum with decay", momentumLoop(0.9, 0.01), func(x, y, z []float32, s float32) { Momentum(x, y, z, s, 0.9, 0.01) }},
	{"Sub", func(x, y, z []float32, _ float32) {
		for i := range x {
			x[i] = y[i] - z[i]
		}
	}, func(x, y, z []float32, _ float32) { Sub(x, y, z) }},
	{"Sub into a", func(x, y, _ []float32, _ float32) {
		for i := range x {
			x[i] = x[i] - y[i]
		}
	}, func(x, y, _ []float32, _ float32) { Sub(x, x, y) }},
	{"Sub into b", func(x, y, _ []float32, _ float32) {
		for i := range x {
			x[i] = y[i] - x[i]
		}
	}, func(x, y, _ []float32, _ float32) { Sub(x, y, x) }},
	{"Add", func(x, y, _ []float32, _ float32) {
		for i := range x {
			x[i] += y[i]
		}
	}, func(x, y, _ []float32, _ float32) { Add(x, y) }},
	{"Add itself", func(x, _, _ []float32, _ float32) {
		for i := range x {
			x[i] += x[i]
		}
	}, func(x, _, _ []float32, _ float32) { Add(x, x) }},
	{"AddScaled", func(x, y, _ []float32, s float32) {
		for i := range x {
			x[i] += float32(s * y[i])
		}
	}, func(x, y, _ []float32, s float32) { AddScaled(x, y, s) }},
	{"AddScaled itself", func(x, _, _ []float32, s float32) {
		for i := range x {
			x[i] += float32(s * x[i])
		}
	}, func(x, _, _ []float32, s float32) { AddScaled(x, x, s) }},
	{"Scale", func(x, _, _ []float32, s float32) {
		for i := range x {
			x[i] *= s
		}
	}, func(x, _, _ []float32, s float32) { Scale(x, s) }},
	{"Div", func(x, _, _ []float32, s float32) {
		for i := range x {
			x[i] /= s
		}
	}, func(x, _, _ []float32, s float32) { Div(x, s) }},
	{"Mean", func(x, y, _ []float32, _ float32) {
		for i := range x {
			half := (x[i] + y[i]) * 0.5
			x[i], y[i] = half, half
		}
	}, func(x, y, _ []float32, _ float32) { Mean(x, y) }},
	{"Mean with itself", func(x, _, _ []float32, _ float32) {
		for i := range x {
			x[i] = (x[i] + x[i]) * 0.5
		}
	}, func(x, _, _ []float32, _ float32) { Mean(x, x) }},
	{"SquaredNorm", func(x, y, _ []float32, _ float32) {
		if len(x) > 0 {
			y[0] = squaresLoop(x)
		}
	}, func(x, y, _ []float32, _ float32) {
		if len(x) > 0 {
			y[0] = SquaredNorm(x)
		}
	}},
	{"SquaredDistance", func(x, y, z []float32, _ float32) {
		if len(x) > 0 {
			d := make([]float32, len(x))
			for i := range d {
				d[i] = x[i] - y[i]
			}
			z[0] = squaresLoop(d)
		}
	}, func(x, y, z []float32, _ float32) {
		if len(x) > 0 {
			z[0] = SquaredDistance(x, y)
		}
	}},
}

func momentumLoop(momentum, decay float32) func(w, v, g []float32, lr float32) {
	return func(w, v, g []float32, lr float32) {
		for i := range w {
			d := g[i]
			if decay != 0 {
				d += float32(decay * w[i])
			}
			v[i] = float32(momentum*v[i]) + d
			w[i] -= float32(lr * v[i])
		}
	}
}

func squaresLoop(x []float32) float32 {
	var lane [Lanes]float32
	for i, v := range x {
		lane[i%Lanes] += float32(v * v)
	}
	for half := Lanes / 2; half > 0; half /= 2 {
		for i := range half {
			lane[i] += lane[i+half]
		}
	}
	return lane[0]
}

func TestVectorsEqualTheirLoops(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	lengths := []int{127, 128, 129, 1000, 4099}
	for n := range 81 {
		lengths = append(lengths, n)
	}
	for _, v := range vectors {
		for _, n := range lengths {
			for round := range 4 {
				fill := randoms
				if round > 0 {
					fill = specials
				}
				s := fill(rng, 1)[0]
				var got, want [3][]float32
				for i := range got {
					got[i] = guarded(fill(rng, n))
					want[i] = slices.Clone(got[i])
				}
				v.loop(want[0], want[1], want[2], s)
				v.fast(got[0], got[1], got[2], s)
				for i := range got {
					if at, ok := equalBits(got[i], want[i]); !ok {
						t.Fatalf("%s, n=%d, s=%g, vector %d: element %d is %x, want %x", v.name, n, s, i, at, got[i][at], want[i][at])
					}
					checkGuard(t, got[i], v.name)
				}
			}
		}
	}
}

func TestSumRowsEqualsItsLoop(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	for m := range 6 {
		for n := range 40 {
			x := specials(rng, m*n)
			want := make([]float32, n)
			for j := range n {
				for i := range m {
					want[j] += x[i*n+j]
				}
			}
			got := guarded(randoms(rng, n))
			SumRows(got, x, m, n)
			if at, ok := equalBits(got, want); !ok {
				t.Fatalf("m=%d n=%d: element %d is %x, want %x", m, n, at, got[at], want[at])
			}
			checkGuard(t, got, "SumRows")
		}
	}
}

func TestAddAllEqualsItsLoop(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 10))
	for many := range 11 {
		for n := range 70 {
			from := n % 3
			got := guarded(specials(rng, n))
			want := slices.Clone(got)
			xs := make([][]float32, many)
			for k := range xs {
				xs[k] = specials(rng, from+n+k%2)
				for i := range want {
					want[i] += xs[k][from+i]
				}
			}
			AddAll(got, xs, from)
			if at, ok := equalBits(got, want); !ok {
				t.Fatalf("%d vectors of %d from %d: element %d is %x, want %x", many, n, from, at, got[at], want[at])
			}
			checkGuard(t, got, "AddAll")
		}
	}
}

func TestDistancesByPieces(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 12))
	for n := range 200 {
		a, b := randoms(rng, n), randoms(rng, n)
		var d Distance
		for from := 0; from < n; from += 2 * Lanes {
			to := min(from+2*Lanes, n)
			d.Add(a[from:to], b[from:to])
		}
		if got, want := d.Squared(), SquaredDistance(a, b); got != want {
			t.Fatalf("n=%d: by pieces %v, want %v", n, got, want)
		}
	}
}

// TestSquaredNormHasItsOwnOrder tells the lanes from the plain sum: 2²⁴ + 1 rounds
// to 2²⁴, so ones that met the large square one after another would be lost.
func TestSquaredNormHasItsOwnOrder(t *testing.T) {
	x := make([]float32, 1+2*Lanes)
	x[0] = 4096
	for i := 1; i < len(x); i++ {
		x[i] = 1
	}
	// Lane 0 takes 4096², then two ones that it loses; the other 15 hold 2 each.
	if got, want := SquaredNorm(x), float32(4096*4096+30); got != want {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestLevelsEqualTheirQuotients(t *testing.T) {
	for _, top := range []float32{15, 255} {
		for n := 0; n <= 70; n++ {
			src := make([]byte, n)
			for i := range src {
				src[i] = byte(255 - 3*i)
			}
			dst := guarded(make([]float32, n))
			done := Levels(dst, src, top)
			if done > n {
				t.Fatalf("%d of %d values set", done, n)
			}
			for i, x := range dst[:done] {
				if want := float32(src[i]) / top; x != want {
					t.Fatalf("level %d of %g is %g, want %g", src[i], top, x, want)
				}
			}
			checkGuard(t, dst, "Levels")
		}
	}
}
