package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// The loops of the comments, as written there.

func mulLoop(c, a, b []float32, m, n, k int) {
	for i := range m {
		for j := range n {
			var sum float32
			for p := range k {
				sum += float32(a[i*k+p] * b[p*n+j])
			}
			c[i*n+j] = sum
		}
	}
}

func addBiasLoop(c, bias []float32, relu bool) {
	for i := range c {
		c[i] += bias[i%len(bias)]
		if relu && c[i] <= 0 {
			c[i] = 0
		}
	}
}

func mulTransALoop(c, a, b []float32, m, n, k int) {
	for i := range m {
		for j := range n {
			var sum float32
			for p := range k {
				sum += float32(a[p*m+i] * b[p*n+j])
			}
			c[i*n+j] = sum
		}
	}
}

func mulTransBLoop(c, a, b []float32, m, n, k int) {
	for i := range m {
		for j := range n {
			var sum float32
			for p := range k {
				sum += float32(a[i*k+p] * b[j*k+p])
			}
			c[i*n+j] = sum
		}
	}
}

// products are the four products behind one signature. An implementation gets the
// right-hand operand as it stores it; it is k·n values either way.
var products = []struct {
	name string
	loop func(c, a, b, bias []float32, m, n, k int)
	fast map[string]func(c, a, b, bias []float32, m, n, k int)
}{
	{
		"Mul",
		func(c, a, b, _ []float32, m, n, k int) { mulLoop(c, a, b, m, n, k) },
		map[string]func(c, a, b, bias []float32, m, n, k int){
			"exported": func(c, a, b, _ []float32, m, n, k int) { Mul(c, a, b, m, n, k) },
			"generic":  func(c, a, b, _ []float32, m, n, k int) { mulGeneric(c, a, b, m, n, k) },
		},
	},
	{
		"MulBias",
		func(c, a, b, bias []float32, m, n, k int) {
			mulLoop(c, a, b, m, n, k)
			addBiasLoop(c[:m*n], bias[:n], false)
		},
		map[string]func(c, a, b, bias []float32, m, n, k int){
			"exported": func(c, a, b, bias []float32, m, n, k int) { MulBias(c, a, b, bias, m, n, k, false) },
			"generic": func(c, a, b, bias []float32, m, n, k int) {
				mulGeneric(c, a, b, m, n, k)
				addBiasGeneric(c[:m*n], bias[:n], false)
			},
		},
	},
	{
		"MulBiasReLU",
		func(c, a, b, bias []float32, m, n, k int) {
			mulLoop(c, a, b, m, n, k)
			addBiasLoop(c[:m*n], bias[:n], true)
		},
		map[string]func(c, a, b, bias []float32, m, n, k int){
			"exported": func(c, a, b, bias []float32, m, n, k int) { MulBias(c, a, b, bias, m, n, k, true) },
			"generic": func(c, a, b, bias []float32, m, n, k int) {
				mulGeneric(c, a, b, m, n, k)
				addBiasGeneric(c[:m*n], bias[:n], true)
			},
		},
	},
	{
		"MulTransA",
		func(c, a, b, _ []float32, m, n, k int) { mulTransALoop(c, a, b, m, n, k) },
		map[string]func(c, a, b, bias []float32, m, n, k int){
			"exported": func(c, a, b, _ []float32, m, n, k int) { MulTransA(c, a, b, m, n, k) },
			"generic":  func(c, a, b, _ []float32, m, n, k int) { mulTransAGeneric(c, a, b, m, n, k) },
		},
	},
	{
		"MulTransB",
		func(c, a, b, _ []float32, m, n, k int) { mulTransBLoop(c, a, b, m, n, k) },
		map[string]func(c, a, b, bias []float32, m, n, k int){
			"exported": func(c, a, b, _ []float32, m, n, k int) {
				MulTransB(c, a, b, nil, make([]float32, k*n), m, n, k)
			},
		},
	},
	{
		// The rectifier's output is made from the bias, by a shift for each row.
		"MulTransBGate",
		func(c, a, b, bias []float32, m, n, k int) {
			mulTransBLoop(c, a, b, m, n, k)
			for i, y := range gates(bias, m, n) {
				if y <= 0 {
					c[i] = 0
				}
			}
		},
		map[string]func(c, a, b, bias []float32, m, n, k int){
			"exported": func(c, a, b, bias []float32, m, n, k int) {
				MulTransB(c, a, b, gates(bias, m, n), make([]float32, k*n), m, n, k)
			},
		},
	},
}

// gates returns m×n numbers, those of each row x, n long, but turned on by one.
func gates(x []float32, m, n int) []float32 {
	y := make([]float32, m*n)
	for i := range y {
		y[i] = x[(i+i/n)%n]
	}
	return y
}

func TestProductsEqualTheirLoops(t *testing.T) {
	shapes := [][3]int{{64, 784 / 4, 256 / 4}, {20, 256, 784}, {18, 104, 300}, {64, 10, 128}, {128, 10, 64}, {64, 128, 10}, {0, 3, 2}, {3, 0, 2}, {3, 2, 0}}
	sizes := []int{1, 2, 3, 4, 5, 7, 8, 9, 10, 15, 16, 17, 23, 31, 32, 33, 40}
	for _, m := range []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 13} {
		for _, n := range sizes {
			for _, k := range []int{1, 2, 3, 4, 5, 8, 11, 33} {
				shapes = append(shapes, [3]int{m, n, k})
			}
		}
	}
	for n := 1; n <= 70; n++ {
		shapes = append(shapes, [3]int{5, n, 6})
	}
	// Rows long enough for each machine's widest tiles, and for what is left of them;
	// inner indices around a block's end; more than one block of columns.
	for _, n := range []int{63, 64, 65, 95, 96, 97, 111, 112, 129, 257, 289} {
		for _, m := range []int{1, 2, 4, 5, 17} {
			for _, k := range []int{1, 3, 4, 15, 16, 17, 35} {
				shapes = append(shapes, [3]int{m, n, k})
			}
		}
	}
	// Layers and batches of 1, and the widest layer.
	shapes = append(shapes, [3]int{1, 1024, 9}, [3]int{9, 1, 1024}, [3]int{1024, 9, 1}, [3]int{1, 1, 1024}, [3]int{5, 1024, 33})
	// Rows enough for panels, an inner index of one block, of more and of a part.
	shapes = append(shapes, [3]int{8, 64, 64}, [3]int{9, 130, 65}, [3]int{17, 64, 200}, [3]int{11, 79, 128}, [3]int{7, 64, 130})
	rng := rand.New(rand.NewPCG(1, 2))
	for _, special := range []bool{false, true} {
		for _, s := range shapes {
			compareProducts(t, rng, s[0], s[1], s[2], special)
		}
	}
}

// TestProductsAtFullSize holds the shapes of the 28×28 model, whose inner index is
// long enough to tell a changed order of summation from a lucky one.
func TestProductsAtFullSize(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	compareProducts(t, rng, 64, 256, 784, false)
	compareProducts(t, rng, 784, 256, 64, false)
}

// TestProductsOfEveryWidth goes through all widths of a layer's ends, by one example
// and by five.
func TestProductsOfEveryWidth(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for w := 1; w <= 1024; w++ {
		compareProducts(t, rng, 1, w, 3, false)
		compareProducts(t, rng, 5, w, 2, false)
		compareProducts(t, rng, 1, 3, w, false)
		compareProducts(t, rng, w, 3, 2, false)
	}
}

func compareProducts(t *testing.T, rng *rand.Rand, m, n, k int, special bool) {
	t.Helper()
	fill := randoms
	if special {
		fill = specials
	}
	// The operands end at the end of their slices, so that a read past them panics
	// or, through a pointer, meets the guard.
	a, b, bias := guarded(fill(rng, m*k)), guarded(fill(rng, k*n)), guarded(fill(rng, n))
	want := make([]float32, m*n)
	for _, p := range products {
		p.loop(want, a, b, bias, m, n, k)
		for name, f := range p.fast {
			got := guarded(randoms(rng, m*n))
			f(got, a, b, bias, m, n, k)
			if at, ok := equalBits(got, want); !ok {
				t.Fatalf("%s, %s, m=%d n=%d k=%d special=%t: element %d is %x, want %x",
					p.name, name, m, n, k, special, at, got[at], want[at])
			}
			checkGuard(t, got, fmt.Sprintf("%s, %s, m=%d n=%d k=%d", p.name, name, m, n, k))
		}
	}
}

func TestShortArgumentsPanic(t *testing.T) {
	x := make([]float32, 12)
	for name, f := range map[string]func(){
		"Mul c":             func() { Mul(x[:11], x, x, 3, 4, 1) },
		"Mul a":             func() { Mul(x, x[:2], x, 3, 4, 1) },
		"Mul b":             func() { Mul(x, x, x[:3:12], 3, 4, 1) },
		"MulBias bias":      func() { MulBias(x, x, x, x[:3], 3, 4, 1, true) },
		"MulTransA a":       func() { MulTransA(x, x[:2], x, 3, 4, 1) },
		"MulTransB scratch": func() { MulTransB(x, x, x, nil, x[:3], 3, 4, 1) },
		"MulTransB gate":    func() { MulTransB(x, x, x, x[:11], x, 3, 4, 1) },
		"Mul sizes":         func() { Mul(x, x, x, -1, -1, 1) },
		"Add":               func() { Add(x, x[:11]) },
		"SumRows x":         func() { SumRows(x, x, 4, 4) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			f()
		}()
	}
}

const guards = 64

// guarded copies x into the front of a larger array whose rest holds a pattern; the
// slice it returns ends where x does.
func guarded(x []float32) []float32 {
	room := make([]float32, len(x)+guards)
	n := copy(room, x)
	for i := n; i < len(room); i++ {
		room[i] = -12345
	}
	return room[: n : n+guards]
}

// checkGuard reports a write past the end of x.
func checkGuard(t *testing.T, x []float32, what string) {
	t.Helper()
	for i, v := range x[len(x) : len(x)+guards] {
		if v != -12345 {
			t.Fatalf("%s: wrote %g, %d past the end", what, v, i)
		}
	}
}

// equalBits reports whether x and y hold the same bits, any NaN equal to any other,
// and else the first index where they differ.
func equalBits(x, y []float32) (int, bool) {
	for i := range x {
		if math.Float32bits(x[i]) != math.Float32bits(y[i]) && (x[i] == x[i] || y[i] == y[i]) {
			return i, false
		}
	}
	return 0, true
}

// randoms returns n values whose sums round at every step.
func randoms(rng *rand.Rand, n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(rng.NormFloat64())
	}
	return x
}

// specials returns n values, of which a third are zeros of both signs, infinities,
// NaNs, subnormals and the largest numbers.
func specials(rng *rand.Rand, n int) []float32 {
	list := []float32{
		0, float32(math.Copysign(0, -1)), 1, -1,
		float32(math.Inf(1)), float32(math.Inf(-1)), float32(math.NaN()),
		math.SmallestNonzeroFloat32, -math.SmallestNonzeroFloat32, 1e-39,
		math.MaxFloat32, -math.MaxFloat32,
	}
	x := randoms(rng, n)
	for i := range x {
		if rng.IntN(3) == 0 {
			x[i] = list[rng.IntN(len(list))]
		}
	}
	return x
}
