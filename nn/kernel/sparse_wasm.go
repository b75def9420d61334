//go:build goexperiment.simd && go1.27 && wasm

package kernel

// combine32 sets 32 numbers at c to the sums of count entries at list over rows of b
// that lie step bytes apart; count is positive.
//
//go:noescape
func combine32(c, list, b address, step uintptr, count int)

// combine16 is combine32 for 16 numbers.
//
//go:noescape
func combine16(c, list, b address, step uintptr, count int)

// allFinite reports whether none of count times 16 numbers at x is an infinity or a
// NaN; count is positive.
//
//go:noescape
func allFinite(x address, count int) bool

// combine goes by 32 columns, where there are so many, or by 16; the last ones may
// overlap those before, and are equal where they do.
func combine(c []float32, list []Entry, b []float32) {
	n := len(c)
	if n < strip || len(list) == 0 {
		combineByRows(c, list, b)
		return
	}
	for j := 0; j < n; {
		if n-j >= 2*strip {
			combine32(address(&c[j]), address(&list[0]), address(&b[j]), uintptr(n)*word, len(list))
			j += 2 * strip
			continue
		}
		j = atMost(j, n-strip)
		combine16(address(&c[j]), address(&list[0]), address(&b[j]), uintptr(n)*word, len(list))
		j += strip
	}
}

// finite is [Finite] for a number of elements at the front, which it returns.
func finite(x []float32) (done int, ok bool) {
	count := len(x) / strip
	if count == 0 {
		return 0, true
	}
	return count * strip, allFinite(address(&x[0]), count)
}
