package kernel

import (
	"math"
	"math/rand/v2"
	"testing"
)

func combineLoop(c []float32, list []Entry, b []float32, n int) {
	clear(c)
	for _, e := range list {
		for j := range n {
			c[j] += float32(e.Value * b[int(e.Index)*n+j])
		}
	}
}

// Combine is its loop; and over what is not zero in a row it is that row's product.
func TestCombine(t *testing.T) {
	rng := rand.New(rand.NewPCG(21, 22))
	widths := []int{1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 31, 32, 33, 47, 48, 49, 63, 64, 65, 100, 127, 128, 129, 192, 200, 256, 257, 300}
	for _, n := range widths {
		for _, k := range []int{1, 2, 5, 40, 131} {
			for _, special := range []bool{false, true} {
				fill := randoms
				if special {
					fill = specials
				}
				b, a := guarded(fill(rng, k*n)), make([]float32, k)
				var list []Entry
				for p := range a {
					if rng.IntN(4) == 0 {
						a[p] = float32(rng.IntN(15)+1) / 15
						list = append(list, Entry{uint32(p), a[p]})
					}
				}
				want, got := make([]float32, n), guarded(randoms(rng, n))
				combineLoop(want, list, b, n)
				Combine(got, list, b, n)
				if i, ok := equalBits(got, want); !ok {
					t.Fatalf("n=%d k=%d special=%t: element %d is %x, want %x", n, k, special, i, got[i], want[i])
				}
				checkGuard(t, got, "Combine")
				if special {
					continue
				}
				Mul(want, a, b, 1, n, k)
				if i, ok := equalBits(got, want); !ok {
					t.Fatalf("n=%d k=%d: element %d is %x, the product's %x", n, k, i, got[i], want[i])
				}
			}
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("a row past the end: no panic")
		}
	}()
	Combine(make([]float32, 4), []Entry{{2, 1}}, make([]float32, 11), 4)
}

// Sums of nothing but zeros of both signs, and of what cancels, are +0 either way.
func TestCombineOfZeros(t *testing.T) {
	minus := float32(math.Copysign(0, -1))
	for _, w := range [][]float32{{minus, 1, minus}, {0, minus, 0}, {1, -1, 1}, {-1, 1, -1}, {-1e-45, 1, -1e-45}} {
		n := 40
		b := make([]float32, 3*n)
		for i := range b {
			b[i] = w[i/n]
		}
		for _, a := range [][]float32{{0, 0, 0}, {0, 1, 0}, {1, 1, 0}, {0.1, 0, 0.1}} {
			var list []Entry
			for p, v := range a {
				if v != 0 {
					list = append(list, Entry{uint32(p), v})
				}
			}
			want, got := make([]float32, n), make([]float32, n)
			mulLoop(want, a, b, 1, n, 3)
			Combine(got, list, b, n)
			if i, ok := equalBits(got, want); !ok {
				t.Errorf("%v of %v: element %d is %x, want %x", a, w, i, got[i], want[i])
			}
		}
	}
}

func TestFinite(t *testing.T) {
	rng := rand.New(rand.NewPCG(23, 24))
	for n := range 200 {
		x := randoms(rng, n)
		if n > 0 {
			x[rng.IntN(n)] = math.MaxFloat32
		}
		if !Finite(x) {
			t.Errorf("%d finite numbers: want true", n)
		}
		for _, v := range []float64{math.Inf(1), math.Inf(-1), math.NaN()} {
			for i := range x {
				old := x[i]
				x[i] = float32(v)
				if Finite(x) {
					t.Errorf("%v at %d of %d: want false", v, i, n)
				}
				x[i] = old
			}
		}
	}
}
