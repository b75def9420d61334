//go:build goexperiment.simd && go1.27 && wasm

package kernel

import (
	"simd/archsimd"
	"unsafe"
)

// The products in WebAssembly's 128-bit vectors. A tile is 4 rows × 2 vectors of
// the output: its 8 accumulators, two vectors of b and a broadcast value of a fit
// the 16 registers of the machines below. The tiles use pointers, and the inner
// loop is written out four times, because an engine removes neither Go's bounds
// checks nor the loop's own arithmetic; with slices the same tile runs at little
// more than half the speed.

const (
	tileRows  = 4
	tileCols  = 8
	panelRows = 256 // 8 KB of b, a quarter of a first-level cache
	word      = unsafe.Sizeof(float32(0))
)

type (
	vector  = archsimd.Float32x4
	address = unsafe.Pointer
)

func mul(c, a, b []float32, m, n, k int) {
	if m == 0 || k == 0 || n < tileCols {
		mulGeneric(c, a, b, m, n, k)
		return
	}
	// The slices reach as far as the pointers will.
	c, a, b = c[:m*n], a[:m*k], b[:k*n]
	if m >= 4*tileRows && n%tileCols == 0 && len(b) > 4*panelRows*tileCols {
		mulPanels(c, a, b, m, n, k)
		return
	}
	for j := 0; j < n; j += tileCols {
		// The last tile of a row overlaps the one before: what both compute is equal.
		j := atMost(j, n-tileCols)
		mulColumns(c, a, address(&b[j]), uintptr(n)*word, j, m, n, k, 0, k)
	}
}

// mulPanels is mul for a large b. The rows of 8 of its columns lie far apart, often
// by a power of two, and drive one another from the cache; so it copies them
// together, panelRows at a time, before all rows of a meet them. The sums wait in c
// between panels, which changes no bit. n must be a multiple of 8: a column in two
// tiles would be added to twice.
func mulPanels(c, a, b []float32, m, n, k int) {
	var panel [panelRows * tileCols]float32
	for p := 0; p < k; p += panelRows {
		rows := atMost(panelRows, k-p)
		for j := 0; j < n; j += tileCols {
			from, to := address(&b[p*n+j]), address(&panel)
			for range rows {
				load(from, 0).StoreArray((*[4]float32)(to))
				load(from, 4).StoreArray((*[4]float32)(unsafe.Add(to, 4*word)))
				from, to = unsafe.Add(from, uintptr(n)*word), unsafe.Add(to, tileCols*word)
			}
			mulColumns(c, a, address(&panel), tileCols*word, j, m, n, k, p, rows)
		}
	}
}

// mulColumns adds to 8 columns of c, from column j on, the products of columns p to
// p+rows of a and the rows at b, which lie step bytes apart. With p = 0 it sets them.
func mulColumns(c, a []float32, b address, step uintptr, j, m, n, k, p, rows int) {
	cp, ap := address(&c[j]), address(&a[p])
	for i := 0; i < m; i += tileRows {
		// Past the last row, the last one again.
		r1, r2, r3 := atMost(i+1, m-1), atMost(i+2, m-1), atMost(i+3, m-1)
		mulTile(
			at(cp, i*n), at(cp, r1*n), at(cp, r2*n), at(cp, r3*n),
			at(ap, i*k), at(ap, r1*k), at(ap, r2*k), at(ap, r3*k),
			b, step, rows, p > 0)
	}
}

// mulTile sets 8 elements at each of c0 to c3 to the products of the rows of a at
// a0 to a3, k long, and the 8 columns of b at b, whose rows lie step bytes apart.
// With more it adds them to what is there.
func mulTile(c0, c1, c2, c3, a0, a1, a2, a3, b address, step uintptr, k int, more bool) {
	var s00, s01, s10, s11, s20, s21, s30, s31 vector
	if more {
		s00, s01, s10, s11 = load(c0, 0), load(c0, 4), load(c1, 0), load(c1, 4)
		s20, s21, s30, s31 = load(c2, 0), load(c2, 4), load(c3, 0), load(c3, 4)
	}
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

func mulTransA(c, a, b []float32, m, n, k int) {
	if m < tileRows || k == 0 || n < tileCols {
		mulTransAGeneric(c, a, b, m, n, k)
		return
	}
	cp, ap, bp := address(&c[:m*n][0]), address(&a[:k*m][0]), address(&b[:k*n][0])
	for j := 0; j < n; j += tileCols {
		j := atMost(j, n-tileCols)
		for i := 0; i < m; i += tileRows {
			i := atMost(i, m-tileRows)
			mulTransATile(at(cp, i*n+j), at(ap, i), at(bp, j), uintptr(m)*word, uintptr(n)*word, k)
		}
	}
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

// at returns the address of element i from p.
func at(p address, i int) address { return unsafe.Add(p, uintptr(i)*word) }

// load returns the vector that starts at element i from p.
func load(p address, i uintptr) vector {
	return archsimd.LoadFloat32x4Array((*[4]float32)(unsafe.Add(p, i*word)))
}

// spread returns element i from p in every lane.
func spread(p address, i uintptr) vector {
	return archsimd.BroadcastFloat32x4(*(*float32)(unsafe.Add(p, i*word)))
}

// store writes two vectors to the 8 elements at p.
func store(p address, x, y vector) {
	x.StoreArray((*[4]float32)(p))
	y.StoreArray((*[4]float32)(unsafe.Add(p, 4*word)))
}
