//go:build goexperiment.simd && go1.27 && (amd64 || arm64)

package kernel

import "simd"

func mul(c, a, b []float32, m, n, k int, then finish) {
	if wideMul(c, a, b, m, n, k, k, 1, then) {
		return
	}
	vectorMul(c, a, b, m, n, k, k, 1)
	then.pass(c[:m*n], n)
}

func mulTransA(c, a, b []float32, m, n, k int) {
	if !wideMul(c, a, b, m, n, k, 1, m, finish{}) {
		vectorMul(c, a, b, m, n, k, 1, m)
	}
}

func mulTransB(c, a, b, gate, scratch []float32, m, n, k int) {
	transpose(scratch, b, n, k)
	mul(c, a, scratch, m, n, k, finish{gate: gate})
}

// vectorMul is stridedMul with lanes for neighbouring columns of c, in tiles of 4
// rows × 2 vectors, then × 1. Below the last row a tile takes that row again, and
// the last vector of a row overlaps the one before: what is computed twice is equal.
func vectorMul(c, a, b []float32, m, n, k, row, col int) {
	if halfMul(c, a, b, m, n, k, row, col) {
		return
	}
	c, b = c[:m*n], b[:k*n]
	lanes := simd.BroadcastFloat32s(0).Len()
	if k == 0 {
		clear(c)
		return
	}
	for i := 0; i < m; i += 4 {
		r1, r2, r3 := atMost(i+1, m-1), atMost(i+2, m-1), atMost(i+3, m-1)
		a0, a1, a2, a3 := a[i*row:], a[r1*row:], a[r2*row:], a[r3*row:]
		c0, c1, c2, c3 := c[i*n:i*n+n], c[r1*n:r1*n+n], c[r2*n:r2*n+n], c[r3*n:r3*n+n]
		j := 0
		for ; j+2*lanes <= n; j += 2 * lanes {
			wideTile(c0[j:], c1[j:], c2[j:], c3[j:], a0, a1, a2, a3, b[j:], n, k, col, lanes)
		}
		for ; j < n; j += lanes {
			if j+lanes > n && n >= lanes {
				j = n - lanes
			}
			narrowTile(c0[j:], c1[j:], c2[j:], c3[j:], a0, a1, a2, a3, b[j:], n, k, col, lanes)
		}
	}
}

// wideTile sets two vectors at the front of each of c0 to c3 to the products of a's
// rows, whose elements lie col apart, and the columns at the front of b, whose rows
// lie n apart. Its loop counts by hand: Go 1.27.3's compiler fails on a range over
// an integer beside vectors.
func wideTile(c0, c1, c2, c3, a0, a1, a2, a3, b []float32, n, k, col, lanes int) {
	zero := simd.BroadcastFloat32s(0)
	s00, s01 := zero, zero
	s10, s11 := zero, zero
	s20, s21 := zero, zero
	s30, s31 := zero, zero
	q, r := 0, 0
	for p := 0; p < k; p++ {
		b0, b1 := simd.LoadFloat32s(b[q:]), simd.LoadFloat32s(b[q+lanes:])
		x := simd.BroadcastFloat32s(a0[r])
		s00, s01 = s00.Add(x.Mul(b0)), s01.Add(x.Mul(b1))
		x = simd.BroadcastFloat32s(a1[r])
		s10, s11 = s10.Add(x.Mul(b0)), s11.Add(x.Mul(b1))
		x = simd.BroadcastFloat32s(a2[r])
		s20, s21 = s20.Add(x.Mul(b0)), s21.Add(x.Mul(b1))
		x = simd.BroadcastFloat32s(a3[r])
		s30, s31 = s30.Add(x.Mul(b0)), s31.Add(x.Mul(b1))
		q += n
		r += col
	}
	s00.Store(c0)
	s01.Store(c0[lanes:])
	s10.Store(c1)
	s11.Store(c1[lanes:])
	s20.Store(c2)
	s21.Store(c2[lanes:])
	s30.Store(c3)
	s31.Store(c3[lanes:])
}

// narrowTile is wideTile with one vector, or as much of one as c0 to c3 hold. Where
// rows are shorter than a vector, a load runs on into the next row of b, and what
// it finds there is dropped; only the last rows, past which b ends, are loaded in
// part.
func narrowTile(c0, c1, c2, c3, a0, a1, a2, a3, b []float32, n, k, col, lanes int) {
	zero := simd.BroadcastFloat32s(0)
	s0, s1, s2, s3 := zero, zero, zero, zero
	q, r := 0, 0
	for p := 0; p < k; p++ {
		var y simd.Float32s
		if q+lanes <= len(b) {
			y = simd.LoadFloat32s(b[q:])
		} else {
			y, _ = simd.LoadFloat32sPart(b[q:])
		}
		s0 = s0.Add(simd.BroadcastFloat32s(a0[r]).Mul(y))
		s1 = s1.Add(simd.BroadcastFloat32s(a1[r]).Mul(y))
		s2 = s2.Add(simd.BroadcastFloat32s(a2[r]).Mul(y))
		s3 = s3.Add(simd.BroadcastFloat32s(a3[r]).Mul(y))
		q += n
		r += col
	}
	s0.StorePart(c0)
	s1.StorePart(c1)
	s2.StorePart(c2)
	s3.StorePart(c3)
}
