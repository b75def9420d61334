//go:build goexperiment.simd && go1.27 && amd64

package kernel

import (
	"simd/archsimd"
	"unsafe"
)

// The products in vectors of 16 lanes, where the processor has AVX-512: tiles of 4
// rows × 2 vectors, by pointers. Tiles of 4×4 would spill: the compiler orders all
// products of a turn before the first sum, and 16 of each do not fit 32 registers.
// Columns are the outer loop, so that those of b at work stay in the second-level
// cache.

const (
	wideLanes = 16
	word      = unsafe.Sizeof(float32(0))
)

type address = unsafe.Pointer

var hasWide = archsimd.X86.AVX512()

// wideMul is stridedMul; it reports false, and does nothing, where the processor has
// no such vectors or rows are shorter than one.
func wideMul(c, a, b []float32, m, n, k, row, col int) bool {
	if !hasWide || n < wideLanes || m == 0 || k == 0 {
		return false
	}
	c, b = c[:m*n], b[:k*n]
	a = a[:(m-1)*row+(k-1)*col+1]
	stepB, stepRow, stepCol := uintptr(n)*word, uintptr(row)*word, uintptr(col)*word
	for j := 0; j < n; {
		vectors := (n - j) / wideLanes
		switch {
		case vectors >= 2:
			vectors = 2
		case vectors == 0: // the last vector overlaps the one before: what is computed twice is equal
			j, vectors = n-wideLanes, 1
		}
		bj := address(&b[j])
		for i := 0; i < m; {
			ci, ai := address(&c[i*n+j]), address(&a[i*row])
			four := i+4 <= m
			switch {
			case four && vectors == 2:
				tile4x2(ci, ai, bj, stepB, stepRow, stepCol, stepB, k)
			case four:
				tile4x1(ci, ai, bj, stepB, stepRow, stepCol, stepB, k)
			case vectors == 2:
				tile1x2(ci, ai, bj, stepB, stepRow, stepCol, stepB, k)
			default:
				tile1x1(ci, ai, bj, stepB, stepRow, stepCol, stepB, k)
			}
			if i++; four {
				i += 3
			}
		}
		j += vectors * wideLanes
	}
	return true
}

// tile4x2 sets 4 rows of 2 vectors at c, rows stepC bytes apart, to the products of
// 4 rows of a, whose rows lie row and whose elements lie col bytes apart, and the
// columns at b, whose rows lie stepB bytes apart.
func tile4x2(c, a, b address, stepC, row, col, stepB uintptr, k int) {
	var s00, s01 archsimd.Float32x16
	var s10, s11 archsimd.Float32x16
	var s20, s21 archsimd.Float32x16
	var s30, s31 archsimd.Float32x16
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
	var s00 archsimd.Float32x16
	var s10 archsimd.Float32x16
	var s20 archsimd.Float32x16
	var s30 archsimd.Float32x16
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
func tile1x2(c, a, b address, stepC, row, col, stepB uintptr, k int) {
	var s00, s01 archsimd.Float32x16
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
func tile1x1(c, a, b address, stepC, row, col, stepB uintptr, k int) {
	var s00 archsimd.Float32x16
	for ; k > 0; k-- {
		b0 := load(b, 0)
		x := spread(a)
		s00 = s00.Add(x.Mul(b0))
		a, b = unsafe.Add(a, col), unsafe.Add(b, stepB)
	}
	save(c, 0, s00)
}

// load returns the vector that starts at element i from p.
func load(p address, i uintptr) archsimd.Float32x16 {
	return archsimd.LoadFloat32x16Array((*[16]float32)(unsafe.Add(p, i*word)))
}

// spread returns the element at p in every lane.
func spread(p address) archsimd.Float32x16 {
	return archsimd.BroadcastFloat32x16(*(*float32)(p))
}

// save writes the vector to the elements from i on from p.
func save(p address, i uintptr, x archsimd.Float32x16) {
	x.StoreArray((*[16]float32)(unsafe.Add(p, i*word)))
}
