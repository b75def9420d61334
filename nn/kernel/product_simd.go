//go:build goexperiment.simd && go1.27 && (amd64 || arm64)

package kernel

import "simd"

func mul(c, a, b []float32, m, n, k int)       { vectorMul(c, a, b, m, n, k, k, 1) }
func mulTransA(c, a, b []float32, m, n, k int) { vectorMul(c, a, b, m, n, k, 1, m) }

// vectorMul is stridedMul with tiles of 4 rows × 2 vectors; the lanes are
// neighbouring columns. Columns left after the last whole vector are
// stridedMul's.
func vectorMul(c, a, b []float32, m, n, k, row, col int) {
	lanes := simd.BroadcastFloat32s(0).Len()
	j := 0
	for ; j+2*lanes <= n; j += 2 * lanes {
		i := 0
		for ; i+4 <= m; i += 4 {
			tile4(c[i*n+j:], a[i*row:], b[j:], n, k, row, col, lanes)
		}
		for ; i < m; i++ {
			tile1(c[i*n+j:], a[i*row:], b[j:], n, k, col, lanes)
			tile1(c[i*n+j+lanes:], a[i*row:], b[j+lanes:], n, k, col, lanes)
		}
	}
	for ; j+lanes <= n; j += lanes {
		for i := range m {
			tile1(c[i*n+j:], a[i*row:], b[j:], n, k, col, lanes)
		}
	}
	stridedMul(c, a, b, m, n, k, row, col, j)
}

// tile4 computes 4 rows × 2 vectors of c. Its loop counts by hand: Go 1.27.3's
// compiler fails on a range over an integer beside vectors.
func tile4(c, a, b []float32, n, k, row, col, lanes int) {
	zero := simd.BroadcastFloat32s(0)
	s00, s01 := zero, zero
	s10, s11 := zero, zero
	s20, s21 := zero, zero
	s30, s31 := zero, zero
	q, r := 0, 0
	for p := 0; p < k; p++ {
		b0, b1 := simd.LoadFloat32s(b[q:]), simd.LoadFloat32s(b[q+lanes:])
		x := simd.BroadcastFloat32s(a[r])
		s00, s01 = s00.Add(x.Mul(b0)), s01.Add(x.Mul(b1))
		x = simd.BroadcastFloat32s(a[r+row])
		s10, s11 = s10.Add(x.Mul(b0)), s11.Add(x.Mul(b1))
		x = simd.BroadcastFloat32s(a[r+2*row])
		s20, s21 = s20.Add(x.Mul(b0)), s21.Add(x.Mul(b1))
		x = simd.BroadcastFloat32s(a[r+3*row])
		s30, s31 = s30.Add(x.Mul(b0)), s31.Add(x.Mul(b1))
		q += n
		r += col
	}
	s00.Store(c)
	s01.Store(c[lanes:])
	s10.Store(c[n:])
	s11.Store(c[n+lanes:])
	s20.Store(c[2*n:])
	s21.Store(c[2*n+lanes:])
	s30.Store(c[3*n:])
	s31.Store(c[3*n+lanes:])
}

// tile1 computes one vector of c.
func tile1(c, a, b []float32, n, k, col, lanes int) {
	s := simd.BroadcastFloat32s(0)
	q, r := 0, 0
	for p := 0; p < k; p++ {
		s = s.Add(simd.BroadcastFloat32s(a[r]).Mul(simd.LoadFloat32s(b[q : q+lanes])))
		q += n
		r += col
	}
	s.Store(c)
}
