//go:build goexperiment.simd && go1.27 && amd64

package kernel

import (
	"simd/archsimd"
	"unsafe"
)

// The tiles of product_amd64.go: their inner loops, by pointers.

// tile2x4 sets 2 rows of 4 vectors at c, rows stepC bytes apart, to the products of
// 2 rows of a, whose rows lie row and whose elements lie col bytes apart, and the
// packed columns at b; with more it adds them to what is there.
func tile2x4(c, a, b address, stepC, row, col uintptr, k int, more bool) {
	var s00, s01, s02, s03 wide
	var s10, s11, s12, s13 wide
	d := unsafe.Add(c, stepC)
	if more {
		s00, s01, s02, s03 = load(c, 0), load(c, 16), load(c, 32), load(c, 48)
		s10, s11, s12, s13 = load(d, 0), load(d, 16), load(d, 32), load(d, 48)
	}
	for ; k > 0; k-- {
		x, y := spread(a), spread(unsafe.Add(a, row))
		b0, b1, b2, b3 := load(b, 0), load(b, 16), load(b, 32), load(b, 48)
		s00, s01, s02, s03 = s00.Add(x.Mul(b0)), s01.Add(x.Mul(b1)), s02.Add(x.Mul(b2)), s03.Add(x.Mul(b3))
		s10, s11, s12, s13 = s10.Add(y.Mul(b0)), s11.Add(y.Mul(b1)), s12.Add(y.Mul(b2)), s13.Add(y.Mul(b3))
		a, b = unsafe.Add(a, col), unsafe.Add(b, panelCols*word)
	}
	save(c, 0, s00)
	save(c, 16, s01)
	save(c, 32, s02)
	save(c, 48, s03)
	save(d, 0, s10)
	save(d, 16, s11)
	save(d, 32, s12)
	save(d, 48, s13)
}

// tile1x4 is tile2x4 with 1 row.
func tile1x4(c, a, b address, col uintptr, k int, more bool) {
	var s00, s01, s02, s03 wide
	if more {
		s00, s01, s02, s03 = load(c, 0), load(c, 16), load(c, 32), load(c, 48)
	}
	for ; k > 0; k-- {
		x := spread(a)
		b0, b1, b2, b3 := load(b, 0), load(b, 16), load(b, 32), load(b, 48)
		s00, s01, s02, s03 = s00.Add(x.Mul(b0)), s01.Add(x.Mul(b1)), s02.Add(x.Mul(b2)), s03.Add(x.Mul(b3))
		a, b = unsafe.Add(a, col), unsafe.Add(b, panelCols*word)
	}
	save(c, 0, s00)
	save(c, 16, s01)
	save(c, 32, s02)
	save(c, 48, s03)
}

// tile4x2 sets 4 rows of 2 vectors at c, rows stepC bytes apart, to the products of
// 4 rows of a, whose rows lie row and whose elements lie col bytes apart, and the
// columns at b, whose rows lie stepB bytes apart.
func tile4x2(c, a, b address, stepC, row, col, stepB uintptr, k int) {
	var s00, s01 wide
	var s10, s11 wide
	var s20, s21 wide
	var s30, s31 wide
	row2, row3 := 2*row, 3*row
	for ; k > 0; k-- {
		b0, b1 := load(b, 0), load(b, 16)
		x := spread(a)
		s00, s01 = s00.Add(x.Mul(b0)), s01.Add(x.Mul(b1))
		x = spread(unsafe.Add(a, row))
		s10, s11 = s10.Add(x.Mul(b0)), s11.Add(x.Mul(b1))
		x = spread(unsafe.Add(a, row2))
		s20, s21 = s20.Add(x.Mul(b0)), s21.Add(x.Mul(b1))
		x = spread(unsafe.Add(a, row3))
		s30, s31 = s30.Add(x.Mul(b0)), s31.Add(x.Mul(b1))
		a, b = unsafe.Add(a, col), unsafe.Add(b, stepB)
	}
	save(c, 0, s00)
	save(c, 16, s01)
	c = unsafe.Add(c, stepC)
	save(c, 0, s10)
	save(c, 16, s11)
	c = unsafe.Add(c, stepC)
	save(c, 0, s20)
	save(c, 16, s21)
	c = unsafe.Add(c, stepC)
	save(c, 0, s30)
	save(c, 16, s31)
}

// tile4x1 is tile4x2 with 1 vector.
func tile4x1(c, a, b address, stepC, row, col, stepB uintptr, k int) {
	var s00 wide
	var s10 wide
	var s20 wide
	var s30 wide
	row2, row3 := 2*row, 3*row
	for ; k > 0; k-- {
		b0 := load(b, 0)
		x := spread(a)
		s00 = s00.Add(x.Mul(b0))
		x = spread(unsafe.Add(a, row))
		s10 = s10.Add(x.Mul(b0))
		x = spread(unsafe.Add(a, row2))
		s20 = s20.Add(x.Mul(b0))
		x = spread(unsafe.Add(a, row3))
		s30 = s30.Add(x.Mul(b0))
		a, b = unsafe.Add(a, col), unsafe.Add(b, stepB)
	}
	save(c, 0, s00)
	c = unsafe.Add(c, stepC)
	save(c, 0, s10)
	c = unsafe.Add(c, stepC)
	save(c, 0, s20)
	c = unsafe.Add(c, stepC)
	save(c, 0, s30)
}

// tile1x2 is tile4x2 with 1 row of 2 vectors.
func tile1x2(c, a, b address, col, stepB uintptr, k int) {
	var s00, s01 wide
	for ; k > 0; k-- {
		b0, b1 := load(b, 0), load(b, 16)
		x := spread(a)
		s00, s01 = s00.Add(x.Mul(b0)), s01.Add(x.Mul(b1))
		a, b = unsafe.Add(a, col), unsafe.Add(b, stepB)
	}
	save(c, 0, s00)
	save(c, 16, s01)
}

// tile1x1 is tile4x2 with 1 row of 1 vector.
func tile1x1(c, a, b address, col, stepB uintptr, k int) {
	var s00 wide
	for ; k > 0; k-- {
		b0 := load(b, 0)
		x := spread(a)
		s00 = s00.Add(x.Mul(b0))
		a, b = unsafe.Add(a, col), unsafe.Add(b, stepB)
	}
	save(c, 0, s00)
}

// load returns the vector that starts at element i from p.
func load(p address, i uintptr) wide {
	return archsimd.LoadFloat32x16Array((*[16]float32)(unsafe.Add(p, i*word)))
}

// spread returns the element at p in every lane.
func spread(p address) wide {
	return archsimd.BroadcastFloat32x16(*(*float32)(p))
}

// save writes the vector to the elements from i on from p.
func save(p address, i uintptr, x wide) {
	x.StoreArray((*[16]float32)(unsafe.Add(p, i*word)))
}
