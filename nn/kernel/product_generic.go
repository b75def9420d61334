package kernel

// mulGeneric is [Mul] in plain Go.
func mulGeneric(c, a, b []float32, m, n, k int) {
	stridedMul(c, a, b, m, n, k, k, 1)
}

// mulTransAGeneric is [MulTransA] in plain Go.
func mulTransAGeneric(c, a, b []float32, m, n, k int) {
	stridedMul(c, a, b, m, n, k, 1, m)
}

// stridedMul sets c = a·b, m×n, where a's element (i, p) is a[i*row+p*col]. It
// works in tiles of 4×2 elements, so that each value read is used more than once;
// columns are the outer loop, so that the two columns of b at work stay near.
func stridedMul(c, a, b []float32, m, n, k, row, col int) {
	for j := 0; j < n; j += 2 {
		if j+1 == n {
			for i := range m {
				c[i*n+j] = dot(a, b, i*row, j, k, n, col)
			}
			return
		}
		i := 0
		for ; i+4 <= m; i += 4 {
			var s00, s01, s10, s11, s20, s21, s30, s31 float32
			q, r := j, i*row
			for range k {
				b0, b1 := b[q], b[q+1]
				a0, a1, a2, a3 := a[r], a[r+row], a[r+2*row], a[r+3*row]
				s00 += float32(a0 * b0)
				s01 += float32(a0 * b1)
				s10 += float32(a1 * b0)
				s11 += float32(a1 * b1)
				s20 += float32(a2 * b0)
				s21 += float32(a2 * b1)
				s30 += float32(a3 * b0)
				s31 += float32(a3 * b1)
				q += n
				r += col
			}
			c[i*n+j], c[i*n+j+1] = s00, s01
			c[(i+1)*n+j], c[(i+1)*n+j+1] = s10, s11
			c[(i+2)*n+j], c[(i+2)*n+j+1] = s20, s21
			c[(i+3)*n+j], c[(i+3)*n+j+1] = s30, s31
		}
		for ; i < m; i++ {
			c[i*n+j] = dot(a, b, i*row, j, k, n, col)
			c[i*n+j+1] = dot(a, b, i*row, j+1, k, n, col)
		}
	}
}

// dot returns the sum over p < k of a[r+p*col]·b[q+p*n].
func dot(a, b []float32, r, q, k, n, col int) float32 {
	var sum float32
	for range k {
		sum += float32(a[r] * b[q])
		r += col
		q += n
	}
	return sum
}

// addBiasGeneric adds bias to each row of c and, with relu, turns what is then
// zero or less to +0.
func addBiasGeneric(c, bias []float32, relu bool) {
	for len(c) > 0 {
		row := c[:len(bias)]
		for j, v := range bias {
			y := row[j] + v
			if relu && y <= 0 {
				y = 0
			}
			row[j] = y
		}
		c = c[len(bias):]
	}
}
