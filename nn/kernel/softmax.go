package kernel

// Softmax sets each row of p, m×n, to the softmax of that row of z. A row's largest
// value, the leftmost of equals, is subtracted first, so nothing finite overflows;
// a NaN counts as largest, so its whole row becomes NaN. p may be z.
//
//	for each row:
//		top := z[Argmax(z)]
//		for j := range n {
//			p[j] = Exp(z[j] - top)
//			sum += p[j]
//		}
//		for j := range n {
//			p[j] /= sum
//		}
func Softmax(p, z []float32, m, n int) {
	want("p", p, m, n)
	want("z", z, m, n)
	if n == 0 {
		return
	}
	for i := range m {
		from, to := z[i*n:(i+1)*n], p[i*n:(i+1)*n]
		top := from[Argmax(from)]
		var sum float32
		for j, v := range from {
			e := Exp(v - top)
			to[j] = e
			sum += e
		}
		divGeneric(to, sum)
	}
}

// Argmax returns the index of the first NaN of x, else of its first largest value.
// x must not be empty.
func Argmax(x []float32) int {
	best := 0
	for i, v := range x {
		if v != v {
			return i
		}
		if v > x[best] {
			best = i
		}
	}
	return best
}
