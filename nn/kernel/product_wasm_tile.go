//go:build goexperiment.simd && go1.27 && wasm

package kernel

import "unsafe"

// The columns that pairs of rows do not take, in tiles of 4 rows × 2 vectors with
// the sums in registers: all of a narrow product, the last few of a wide one. Tiles
// may overlap: what two of them compute is equal. The inner loop is written out
// four times: in each turn the engine spills the sums and fetches them again.

const (
	tileRows = 4
	tileCols = 8
)

// tileColumns sets the columns of c = a·b from the given one on, and where these do
// not fill a tile some before them again. n must be at least tileCols.
func tileColumns(c, a, b []float32, from, m, n, k int) {
	cp, ap, bp := address(&c[0]), address(&a[0]), address(&b[0])
	for ; from < n; from += tileCols {
		j := atMost(from, n-tileCols)
		for i := 0; i < m; i += tileRows {
			// Past the last row, the last one again.
			r1, r2, r3 := atMost(i+1, m-1), atMost(i+2, m-1), atMost(i+3, m-1)
			mulTile(
				at(cp, i*n+j), at(cp, r1*n+j), at(cp, r2*n+j), at(cp, r3*n+j),
				at(ap, i*k), at(ap, r1*k), at(ap, r2*k), at(ap, r3*k),
				at(bp, j), uintptr(n)*word, k)
		}
	}
}

// tileColumnsTransA is tileColumns for c = aᵀ·b. m must be at least tileRows.
func tileColumnsTransA(c, a, b []float32, from, m, n, k int) {
	cp, ap, bp := address(&c[0]), address(&a[0]), address(&b[0])
	for ; from < n; from += tileCols {
		j := atMost(from, n-tileCols)
		for i := 0; i < m; i += tileRows {
			i := atMost(i, m-tileRows)
			mulTransATile(at(cp, i*n+j), at(ap, i), at(bp, j), uintptr(m)*word, uintptr(n)*word, k)
		}
	}
}

// mulTile sets 8 elements at each of c0 to c3 to the products of the rows of a at
// a0 to a3, k long, and the 8 columns of b at b, whose rows lie step bytes
// apart.
func mulTile(c0, c1, c2, c3, a0, a1, a2, a3, b address, step uintptr, k int) {
	var s00, s01, s10, s11, s20, s21, s30, s31 vector
	for ; k >= 4; k -= 4 {
		b0, b1 := load(b, 0), load(b, 4)
		v := spread(a0, 0)
		s00, s01 = s00.Add(v.Mul(b0)), s01.Add(v.Mul(b1))
		v = spread(a1, 0)
		s10, s11 = s10.Add(v.Mul(b0)), s11.Add(v.Mul(b1))
		v = spread(a2, 0)
		s20, s21 = s20.Add(v.Mul(b0)), s21.Add(v.Mul(b1))
		v = spread(a3, 0)
		s30, s31 = s30.Add(v.Mul(b0)), s31.Add(v.Mul(b1))
		b = unsafe.Add(b, step)

		b0, b1 = load(b, 0), load(b, 4)
		v = spread(a0, 1)
		s00, s01 = s00.Add(v.Mul(b0)), s01.Add(v.Mul(b1))
		v = spread(a1, 1)
		s10, s11 = s10.Add(v.Mul(b0)), s11.Add(v.Mul(b1))
		v = spread(a2, 1)
		s20, s21 = s20.Add(v.Mul(b0)), s21.Add(v.Mul(b1))
		v = spread(a3, 1)
		s30, s31 = s30.Add(v.Mul(b0)), s31.Add(v.Mul(b1))
		b = unsafe.Add(b, step)

		b0, b1 = load(b, 0), load(b, 4)
		v = spread(a0, 2)
		s00, s01 = s00.Add(v.Mul(b0)), s01.Add(v.Mul(b1))
		v = spread(a1, 2)
		s10, s11 = s10.Add(v.Mul(b0)), s11.Add(v.Mul(b1))
		v = spread(a2, 2)
		s20, s21 = s20.Add(v.Mul(b0)), s21.Add(v.Mul(b1))
		v = spread(a3, 2)
		s30, s31 = s30.Add(v.Mul(b0)), s31.Add(v.Mul(b1))
		b = unsafe.Add(b, step)

		b0, b1 = load(b, 0), load(b, 4)
		v = spread(a0, 3)
		s00, s01 = s00.Add(v.Mul(b0)), s01.Add(v.Mul(b1))
		v = spread(a1, 3)
		s10, s11 = s10.Add(v.Mul(b0)), s11.Add(v.Mul(b1))
		v = spread(a2, 3)
		s20, s21 = s20.Add(v.Mul(b0)), s21.Add(v.Mul(b1))
		v = spread(a3, 3)
		s30, s31 = s30.Add(v.Mul(b0)), s31.Add(v.Mul(b1))
		b = unsafe.Add(b, step)

		a0, a1, a2, a3 = unsafe.Add(a0, 4*word), unsafe.Add(a1, 4*word), unsafe.Add(a2, 4*word), unsafe.Add(a3, 4*word)
	}
	for ; k > 0; k-- {
		b0, b1 := load(b, 0), load(b, 4)
		v := spread(a0, 0)
		s00, s01 = s00.Add(v.Mul(b0)), s01.Add(v.Mul(b1))
		v = spread(a1, 0)
		s10, s11 = s10.Add(v.Mul(b0)), s11.Add(v.Mul(b1))
		v = spread(a2, 0)
		s20, s21 = s20.Add(v.Mul(b0)), s21.Add(v.Mul(b1))
		v = spread(a3, 0)
		s30, s31 = s30.Add(v.Mul(b0)), s31.Add(v.Mul(b1))
		b = unsafe.Add(b, step)
		a0, a1, a2, a3 = unsafe.Add(a0, word), unsafe.Add(a1, word), unsafe.Add(a2, word), unsafe.Add(a3, word)
	}
	store(c0, s00, s01)
	store(c1, s10, s11)
	store(c2, s20, s21)
	store(c3, s30, s31)
}

// mulTransATile sets 4 rows of 8 elements at c to the products of the 4 columns of
// a at a, whose rows lie stepA bytes apart, and the 8 columns of b at b, whose rows
// lie, as those of c, step bytes apart.
func mulTransATile(c, a, b address, stepA, step uintptr, k int) {
	var s00, s01, s10, s11, s20, s21, s30, s31 vector
	for ; k >= 4; k -= 4 {
		b0, b1 := load(b, 0), load(b, 4)
		v := spread(a, 0)
		s00, s01 = s00.Add(v.Mul(b0)), s01.Add(v.Mul(b1))
		v = spread(a, 1)
		s10, s11 = s10.Add(v.Mul(b0)), s11.Add(v.Mul(b1))
		v = spread(a, 2)
		s20, s21 = s20.Add(v.Mul(b0)), s21.Add(v.Mul(b1))
		v = spread(a, 3)
		s30, s31 = s30.Add(v.Mul(b0)), s31.Add(v.Mul(b1))
		a, b = unsafe.Add(a, stepA), unsafe.Add(b, step)
		b0, b1 = load(b, 0), load(b, 4)
		v = spread(a, 0)
		s00, s01 = s00.Add(v.Mul(b0)), s01.Add(v.Mul(b1))
		v = spread(a, 1)
		s10, s11 = s10.Add(v.Mul(b0)), s11.Add(v.Mul(b1))
		v = spread(a, 2)
		s20, s21 = s20.Add(v.Mul(b0)), s21.Add(v.Mul(b1))
		v = spread(a, 3)
		s30, s31 = s30.Add(v.Mul(b0)), s31.Add(v.Mul(b1))
		a, b = unsafe.Add(a, stepA), unsafe.Add(b, step)
		b0, b1 = load(b, 0), load(b, 4)
		v = spread(a, 0)
		s00, s01 = s00.Add(v.Mul(b0)), s01.Add(v.Mul(b1))
		v = spread(a, 1)
		s10, s11 = s10.Add(v.Mul(b0)), s11.Add(v.Mul(b1))
		v = spread(a, 2)
		s20, s21 = s20.Add(v.Mul(b0)), s21.Add(v.Mul(b1))
		v = spread(a, 3)
		s30, s31 = s30.Add(v.Mul(b0)), s31.Add(v.Mul(b1))
		a, b = unsafe.Add(a, stepA), unsafe.Add(b, step)
		b0, b1 = load(b, 0), load(b, 4)
		v = spread(a, 0)
		s00, s01 = s00.Add(v.Mul(b0)), s01.Add(v.Mul(b1))
		v = spread(a, 1)
		s10, s11 = s10.Add(v.Mul(b0)), s11.Add(v.Mul(b1))
		v = spread(a, 2)
		s20, s21 = s20.Add(v.Mul(b0)), s21.Add(v.Mul(b1))
		v = spread(a, 3)
		s30, s31 = s30.Add(v.Mul(b0)), s31.Add(v.Mul(b1))
		a, b = unsafe.Add(a, stepA), unsafe.Add(b, step)
	}
	for ; k > 0; k-- {
		b0, b1 := load(b, 0), load(b, 4)
		v := spread(a, 0)
		s00, s01 = s00.Add(v.Mul(b0)), s01.Add(v.Mul(b1))
		v = spread(a, 1)
		s10, s11 = s10.Add(v.Mul(b0)), s11.Add(v.Mul(b1))
		v = spread(a, 2)
		s20, s21 = s20.Add(v.Mul(b0)), s21.Add(v.Mul(b1))
		v = spread(a, 3)
		s30, s31 = s30.Add(v.Mul(b0)), s31.Add(v.Mul(b1))
		a, b = unsafe.Add(a, stepA), unsafe.Add(b, step)
	}
	store(c, s00, s01)
	c = unsafe.Add(c, step)
	store(c, s10, s11)
	c = unsafe.Add(c, step)
	store(c, s20, s21)
	c = unsafe.Add(c, step)
	store(c, s30, s31)
}

// store writes two vectors to the 8 elements at p.
func store(p address, x, y vector) {
	x.StoreArray((*[4]float32)(p))
	y.StoreArray((*[4]float32)(unsafe.Add(p, 4*word)))
}
