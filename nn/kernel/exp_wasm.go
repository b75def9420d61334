//go:build goexperiment.simd && go1.27 && wasm

package kernel

// expPairs is [Exps] for count pairs of numbers at x, two lanes of float64 at a time.
// It stops at a pair of which one is not between -700 and 700, where a result or a
// power of two may not be normal, and returns how many are left. count is positive.
//
//go:noescape
func expPairs(x address, count int) int

// exps is Exps for a number of elements at the front, which it returns.
func exps(x []float32) int {
	pairs := len(x) / 2
	for left := pairs; left > 0; {
		left = expPairs(address(&x[2*(pairs-left)]), left)
		if left > 0 {
			i := 2 * (pairs - left)
			x[i], x[i+1] = Exp(x[i]), Exp(x[i+1])
			left--
		}
	}
	return 2 * pairs
}
