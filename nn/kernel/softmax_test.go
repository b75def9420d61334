package kernel

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestSoftmaxEqualsItsLoop(t *testing.T) {
	rng := rand.New(rand.NewPCG(17, 18))
	for _, n := range []int{1, 2, 3, 10, 17} {
		const m = 7
		z := randoms(rng, m*n)
		want := make([]float32, m*n)
		for i := range m {
			top := z[i*n]
			for _, v := range z[i*n : (i+1)*n] {
				if v > top {
					top = v
				}
			}
			var sum float32
			for j := range n {
				want[i*n+j] = Exp(z[i*n+j] - top)
				sum += want[i*n+j]
			}
			for j := range n {
				want[i*n+j] /= sum
			}
		}
		got := guarded(randoms(rng, m*n))
		Softmax(got, z, m, n)
		inPlace := slices.Clone(z)
		Softmax(inPlace, inPlace, m, n)
		for name, x := range map[string][]float32{"apart": got, "in place": inPlace} {
			if at, ok := equalBits(x, want); !ok {
				t.Errorf("%s, n=%d: element %d is %x, want %x", name, n, at, x[at], want[at])
			}
		}
		checkGuard(t, got, "Softmax")
	}
}

func TestSoftmaxOfExtremes(t *testing.T) {
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	for _, c := range []struct{ z, want []float32 }{
		{[]float32{5}, []float32{1}},
		{[]float32{1e30, 1e30, -1e30}, []float32{0.5, 0.5, 0}},
		{[]float32{-inf, 0, 0}, []float32{0, 0.5, 0.5}},
		{[]float32{inf, 0, 0}, []float32{nan, nan, nan}},
		{[]float32{0, nan, 0}, []float32{nan, nan, nan}},
	} {
		got := make([]float32, len(c.z))
		Softmax(got, c.z, 1, len(c.z))
		if at, ok := equalBits(got, c.want); !ok {
			t.Errorf("softmax of %v: element %d is %g, want %g", c.z, at, got[at], c.want[at])
		}
	}
}

func TestArgmax(t *testing.T) {
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	for _, c := range []struct {
		x    []float32
		want int
	}{
		{[]float32{3}, 0},
		{[]float32{1, 4, 4, 2}, 1},
		{[]float32{-inf, -inf}, 0},
		{[]float32{1, nan, inf, nan}, 1},
		{[]float32{float32(math.Copysign(0, -1)), 0}, 0},
	} {
		if got := Argmax(c.x); got != c.want {
			t.Errorf("argmax of %v is %d, want %d", c.x, got, c.want)
		}
	}
}
