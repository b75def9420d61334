package kernel

import "fmt"

// Lanes is the number of accumulators of [SquaredNorm] and [SquaredDistance]: as
// many as the widest vector in use today has, so that every width divides it.
const Lanes = 16

// Levels sets dst[i] = float32(src[i]) / top for the first elements, as many as this
// machine takes by whole vectors, and returns their number: a caller has a table of
// the quotients for the rest, and for the machines that take none.
func Levels(dst []float32, src []byte, top float32) int {
	if len(dst) != len(src) {
		panic(fmt.Sprintf("kernel: dst holds %d values: want %d", len(dst), len(src)))
	}
	return levels(dst, src, top)
}

// SumRows sets dst, n long, to the sum of the m rows of x, m×n, in their order.
//
//	for j := range n {
//		var sum float32
//		for i := range m {
//			sum += x[i*n+j]
//		}
//		dst[j] = sum
//	}
func SumRows(dst, x []float32, m, n int) {
	want("dst", dst, 1, n)
	want("x", x, m, n)
	sumRows(dst[:n], x, m, n)
}

// Momentum makes one step of gradient descent with momentum, as PyTorch's SGD
// does without dampening: w are the parameters, v the velocities, g the gradients,
// which it leaves as they are.
//
//	for i := range w {
//		d := g[i]
//		if decay != 0 {
//			d += float32(decay * w[i])
//		}
//		v[i] = float32(momentum*v[i]) + d
//		w[i] -= float32(lr * v[i])
//	}
func Momentum(w, v, g []float32, lr, momentum, decay float32) {
	same("v", v, w)
	same("g", g, w)
	descend(w, v, g, lr, momentum, decay)
}

// Sub sets dst[i] = a[i] - b[i]. dst may be a or b.
func Sub(dst, a, b []float32) {
	same("a", a, dst)
	same("b", b, dst)
	sub(dst, a, b)
}

// Add sets dst[i] += x[i]. x may be dst.
func Add(dst, x []float32) {
	same("x", x, dst)
	add(dst, x)
}

// AddAll sets dst[i] += x[from+i] for every x of xs, in their order. To go through
// long vectors by pieces of some thousand values keeps dst, and what is done with
// it next, in the cache.
//
//	for _, x := range xs {
//		for i := range dst {
//			dst[i] += x[from+i]
//		}
//	}
func AddAll(dst []float32, xs [][]float32, from int) {
	for _, x := range xs {
		if from < 0 || len(x)-from < len(dst) {
			panic(fmt.Sprintf("kernel: x holds %d values: want %d from %d on", len(x), len(dst), from))
		}
	}
	addAll(dst, xs, from)
}

// AddScaled sets dst[i] += float32(s * x[i]). x may be dst.
func AddScaled(dst, x []float32, s float32) {
	same("x", x, dst)
	addScaled(dst, x, s)
}

// Scale sets dst[i] *= s.
func Scale(dst []float32, s float32) { scale(dst, s) }

// Div sets dst[i] /= s. It is no multiplication by 1/s, which rounds twice.
func Div(dst []float32, s float32) { div(dst, s) }

// Mean sets both a[i] and b[i] to (a[i] + b[i]) * 0.5. b may be a.
func Mean(a, b []float32) {
	same("b", b, a)
	mean(a, b)
}

// SquaredNorm returns the sum of the squares of x. See [Lanes] for its order.
//
//	var lane [Lanes]float32
//	for i, v := range x {
//		lane[i%Lanes] += float32(v * v)
//	}
//	for half := Lanes / 2; half > 0; half /= 2 {
//		for i := range half {
//			lane[i] += lane[i+half]
//		}
//	}
//	return lane[0]
func SquaredNorm(x []float32) float32 {
	var lane [Lanes]float32
	squares(&lane, x)
	return join(&lane)
}

// SquaredDistance returns the sum of the squares of a[i] - b[i], in the order of
// [SquaredNorm].
func SquaredDistance(a, b []float32) float32 {
	var d Distance
	d.Add(a, b)
	return d.Squared()
}

// Distance is a [SquaredDistance] that is added up piece by piece.
type Distance struct{ lane [Lanes]float32 }

// Add adds the squares of the next a[i] - b[i]. Only of the last piece may the
// length be no multiple of [Lanes].
func (d *Distance) Add(a, b []float32) {
	same("b", b, a)
	squaredDifferences(&d.lane, a, b)
}

// Squared is the sum, once: it uses the lanes up.
func (d *Distance) Squared() float32 { return join(&d.lane) }

// join adds up lane by a tree: 16 to 8 to 4 to 2 to 1, i with i+half.
func join(lane *[Lanes]float32) float32 {
	for half := Lanes / 2; half > 0; half /= 2 {
		for i := range half {
			lane[i] += lane[i+half]
		}
	}
	return lane[0]
}

// same panics unless x is as long as y.
func same(name string, x, y []float32) {
	if len(x) != len(y) {
		panic(fmt.Sprintf("kernel: %s holds %d values: want %d", name, len(x), len(y)))
	}
}
