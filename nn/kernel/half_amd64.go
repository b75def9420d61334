//go:build goexperiment.simd && go1.27 && amd64

package kernel

import (
	"simd/archsimd"
	"unsafe"
)

// The products in vectors of 8 lanes, where the processor has AVX2 and no AVX-512:
// package simd would make do with 4 there, unless it had all extensions too. They go
// as those of product_amd64.go do, by 16 columns, of which a block of rows is copied
// where there are rows of c enough. A tile is 3 rows × 2 vectors: the compiler orders
// all products of a turn before the first sum, and 8 of each do not fit 16 registers.

const (
	halfLanes = 8
	halfCols  = 2 * halfLanes
	halfDepth = 128 // rows of b in a block: 8 KB
)

type half = archsimd.Float32x8

var hasHalf = archsimd.X86.AVX2()

// halfMul is stridedMul; it reports false, and does nothing, where the processor has
// no such vectors or rows are shorter than two of them.
func halfMul(c, a, b []float32, m, n, k, row, col int) bool {
	if !hasHalf || m == 0 || n < halfCols || k == 0 {
		return false
	}
	c, b = c[:m*n], b[:k*n]
	a = a[:(m-1)*row+(k-1)*col+1]
	var room [halfDepth * halfCols]float32
	stepC, stepRow, stepCol := uintptr(n)*word, uintptr(row)*word, uintptr(col)*word
	for from := 0; from < n; from += halfCols {
		j := atMost(from, n-halfCols) // what two overlapping panels compute is equal
		for p := 0; p < k; p += halfDepth {
			depth := atMost(halfDepth, k-p)
			bp, stepB := address(&b[p*n+j]), stepC
			if m >= panelRows {
				packHalf(address(&room), bp, stepB, depth)
				bp, stepB = address(&room), halfCols*word
			}
			i := 0
			for ; i+3 <= m; i += 3 {
				tile3x2(address(&c[i*n+j]), address(&a[i*row+p*col]), bp, stepC, stepRow, stepCol, stepB, depth, p > 0)
			}
			for ; i < m; i++ {
				tileHalf(address(&c[i*n+j]), address(&a[i*row+p*col]), bp, stepCol, stepB, depth, p > 0)
			}
		}
	}
	narrow()
	return true
}

// packHalf is pack for 16 columns.
func packHalf(packed, b address, step uintptr, depth int) {
	for ; depth > 0; depth-- {
		x, y := loadHalf(b, 0), loadHalf(b, 8)
		saveHalf(packed, 0, x)
		saveHalf(packed, 8, y)
		packed, b = unsafe.Add(packed, halfCols*word), unsafe.Add(b, step)
	}
}

// tile3x2 sets 3 rows of 2 vectors at c, rows stepC bytes apart, to the products of
// 3 rows of a, whose rows lie row and whose elements lie col bytes apart, and the
// columns at b, whose rows lie stepB bytes apart; with more it adds them to what is
// there.
func tile3x2(c, a, b address, stepC, row, col, stepB uintptr, k int, more bool) {
	var s00, s01, s10, s11, s20, s21 half
	d := unsafe.Add(c, stepC)
	e := unsafe.Add(d, stepC)
	if more {
		s00, s01 = loadHalf(c, 0), loadHalf(c, 8)
		s10, s11 = loadHalf(d, 0), loadHalf(d, 8)
		s20, s21 = loadHalf(e, 0), loadHalf(e, 8)
	}
	row2 := 2 * row
	for ; k > 0; k-- {
		b0, b1 := loadHalf(b, 0), loadHalf(b, 8)
		x := spreadHalf(a)
		s00, s01 = s00.Add(x.Mul(b0)), s01.Add(x.Mul(b1))
		x = spreadHalf(unsafe.Add(a, row))
		s10, s11 = s10.Add(x.Mul(b0)), s11.Add(x.Mul(b1))
		x = spreadHalf(unsafe.Add(a, row2))
		s20, s21 = s20.Add(x.Mul(b0)), s21.Add(x.Mul(b1))
		a, b = unsafe.Add(a, col), unsafe.Add(b, stepB)
	}
	saveHalf(c, 0, s00)
	saveHalf(c, 8, s01)
	saveHalf(d, 0, s10)
	saveHalf(d, 8, s11)
	saveHalf(e, 0, s20)
	saveHalf(e, 8, s21)
}

// tileHalf is tile3x2 with 1 row.
func tileHalf(c, a, b address, col, stepB uintptr, k int, more bool) {
	var s0, s1 half
	if more {
		s0, s1 = loadHalf(c, 0), loadHalf(c, 8)
	}
	for ; k > 0; k-- {
		x := spreadHalf(a)
		s0, s1 = s0.Add(x.Mul(loadHalf(b, 0))), s1.Add(x.Mul(loadHalf(b, 8)))
		a, b = unsafe.Add(a, col), unsafe.Add(b, stepB)
	}
	saveHalf(c, 0, s0)
	saveHalf(c, 8, s1)
}

func loadHalf(p address, i uintptr) half {
	return archsimd.LoadFloat32x8Array((*[8]float32)(unsafe.Add(p, i*word)))
}

func spreadHalf(p address) half { return archsimd.BroadcastFloat32x8(*(*float32)(p)) }

func saveHalf(p address, i uintptr, x half) { x.StoreArray((*[8]float32)(unsafe.Add(p, i*word))) }
