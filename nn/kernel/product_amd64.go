//go:build goexperiment.simd && go1.27 && amd64

package kernel

import (
	"simd/archsimd"
	"unsafe"
)

// The products in vectors of 16 lanes, where the processor has AVX-512. Columns are
// the outer loop, so that those of b at work stay in a near cache. Where there are
// rows enough to pay for it, 64 columns are made at a time from a copy of b that lies
// as it is read, 64 rows of b, 16 KB, at a time: rows of b as they stand are often a
// power of two apart, and then fall into the same few places of a cache. Tiles are
// 2 rows × 4 vectors there, because a value into every lane takes the same port as
// the arithmetic. Sums wait in c between one block of b and the next.
//
// What is left over, and what is small, is made of b itself in tiles of 4×2 vectors
// and less. Tiles of 4×4 would spill: the compiler orders all products of a turn
// before the first sum, and 16 of each do not fit 32 registers.

const (
	wideLanes  = 16
	word       = unsafe.Sizeof(float32(0))
	panelCols  = 4 * wideLanes
	panelDepth = 64 // rows of b in a block
	panelRows  = 8  // rows of c from which a copy of b pays
)

type (
	wide    = archsimd.Float32x16
	address = unsafe.Pointer
)

var hasWide = archsimd.X86.AVX512()

// narrow is called when a kernel is done with vectors: the compiler's scalar code
// touches the low part of registers alone, and waits on some processors, Intel's, for
// what is left in the rest.
func narrow() { archsimd.ClearAVXUpperBits() }

// wideMul is stridedMul and then finish; it reports false, and does nothing, where
// the processor has no such vectors.
func wideMul(c, a, b []float32, m, n, k, row, col int, then finish) bool {
	if !hasWide || m == 0 || n == 0 || k == 0 {
		return false
	}
	c, b = c[:m*n], b[:k*n]
	a = a[:(m-1)*row+(k-1)*col+1]
	if n < wideLanes {
		narrowMul(c, a, b, m, n, k, row, col)
		then.pass(c, n)
		return true
	}
	stepB, stepRow, stepCol := uintptr(n)*word, uintptr(row)*word, uintptr(col)*word
	for j := panelMul(c, a, b, m, n, k, row, col, then); j < n; {
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
			rows := 1
			switch four := i+4 <= m; {
			case four && vectors == 2:
				tile4x2(ci, ai, bj, stepB, stepRow, stepCol, stepB, k)
				rows = 4
			case four:
				tile4x1(ci, ai, bj, stepB, stepRow, stepCol, stepB, k)
				rows = 4
			case vectors == 2:
				tile1x2(ci, ai, bj, stepCol, stepB, k)
			default:
				tile1x1(ci, ai, bj, stepCol, stepB, k)
			}
			then.tile(ci, i*n+j, j, rows, vectors, stepB)
			i += rows
		}
		j += vectors * wideLanes
	}
	narrow()
	return true
}

// panelMul is wideMul for as many whole panels of 64 columns as there are, if there
// are rows enough; it returns their number of columns.
func panelMul(c, a, b []float32, m, n, k, row, col int, then finish) int {
	if n < panelCols || m < panelRows {
		return 0
	}
	var room [panelDepth*panelCols + wideLanes]float32
	packed := address(&room)
	packed = unsafe.Add(packed, -uintptr(packed)%(wideLanes*word))
	stepB, stepRow, stepCol := uintptr(n)*word, uintptr(row)*word, uintptr(col)*word
	whole := n - n%panelCols
	for j := 0; j < whole; j += panelCols {
		for p := 0; p < k; p += panelDepth {
			depth := atMost(panelDepth, k-p)
			pack(packed, address(&b[p*n+j]), stepB, depth)
			for i := 0; i < m; i += 2 {
				ci, ai := address(&c[i*n+j]), address(&a[i*row+p*col])
				rows := atMost(2, m-i)
				if rows == 2 {
					tile2x4(ci, ai, packed, stepB, stepRow, stepCol, depth, p > 0)
				} else {
					tile1x4(ci, ai, packed, stepCol, depth, p > 0)
				}
				if p+depth == k {
					then.tile(ci, i*n+j, j, rows, 4, stepB)
				}
			}
		}
	}
	return whole
}

// pack copies depth rows of 64 numbers, step bytes apart at b, to lie one behind the
// other.
func pack(packed, b address, step uintptr, depth int) {
	for ; depth > 0; depth-- {
		x, y, z, w := load(b, 0), load(b, 16), load(b, 32), load(b, 48)
		save(packed, 0, x)
		save(packed, 16, y)
		save(packed, 32, z)
		save(packed, 48, w)
		packed, b = unsafe.Add(packed, panelCols*word), unsafe.Add(b, step)
	}
}

// narrowMul is wideMul for rows shorter than a vector: b is copied, its rows filled
// up with zeros, and each four rows of c are made beside c.
func narrowMul(c, a, b []float32, m, n, k, row, col int) {
	var room [panelDepth * wideLanes]float32
	var four [4 * wideLanes]float32
	packed := room[:]
	if k > panelDepth {
		packed = make([]float32, k*wideLanes)
	}
	for p := range k {
		copy(packed[p*wideLanes:(p+1)*wideLanes], b[p*n:(p+1)*n])
	}
	bp, sums := address(&packed[0]), address(&four)
	const step = wideLanes * word
	for i := 0; i < m; i += 4 {
		rows, ai := atMost(4, m-i), address(&a[i*row])
		if rows == 4 {
			tile4x1(sums, ai, bp, step, uintptr(row)*word, uintptr(col)*word, step, k)
		} else {
			for r := range rows {
				tile1x1(unsafe.Add(sums, uintptr(r)*step), address(&a[(i+r)*row]), bp, uintptr(col)*word, step, k)
			}
		}
		narrow()
		for r := range rows {
			copy(c[(i+r)*n:(i+r+1)*n], four[r*wideLanes:])
		}
	}
}

// tile does what is left to do to a tile of so many rows and vectors at p, which is
// c[at] and stands in column j; rows lie step bytes apart.
func (f finish) tile(p address, at, j, rows, vectors int, step uintptr) {
	var zero wide
	if f.bias != nil {
		q := p
		for i := 0; i < rows; i++ {
			for v := 0; v < vectors; v++ {
				o := uintptr(v * wideLanes)
				y := load(q, o).Add(load(address(&f.bias[j]), o))
				if f.relu {
					y = zero.IfElse(y.LessEqual(zero), y)
				}
				save(q, o, y)
			}
			q = unsafe.Add(q, step)
		}
	}
	if f.gate != nil {
		g := address(&f.gate[at])
		for i := 0; i < rows; i++ {
			for v := 0; v < vectors; v++ {
				o := uintptr(v * wideLanes)
				save(p, o, zero.IfElse(load(g, o).LessEqual(zero), load(p, o)))
			}
			p, g = unsafe.Add(p, step), unsafe.Add(g, step)
		}
	}
}

// wideTranspose is transpose for a number of rows at the front, which it returns. It
// goes by 16 rows and 4 columns, squares of 4 in registers: a line of the cache that
// is written is written whole.
func wideTranspose(dst, src []float32, rows, cols int) int {
	whole := rows - rows%16
	if !hasWide || whole == 0 || cols < 4 {
		return 0
	}
	dst, src = dst[:rows*cols], src[:rows*cols]
	for i := 0; i < whole; i += 16 {
		for from := 0; from < cols; from += 4 {
			j := atMost(from, cols-4)
			s, d := address(&src[i*cols+j]), address(&dst[j*rows+i])
			for q := 0; q < 4; q++ {
				turnFour(d, s, uintptr(rows)*word, uintptr(cols)*word)
				s, d = unsafe.Add(s, uintptr(4*cols)*word), unsafe.Add(d, 4*word)
			}
		}
	}
	narrow()
	return whole
}

// turnFour sets 4 rows of 4 at d, stepD bytes apart, to the columns of 4 rows of 4 at
// s, stepS bytes apart.
func turnFour(d, s address, stepD, stepS uintptr) {
	a := archsimd.LoadFloat32x4Array((*[4]float32)(s))
	b := archsimd.LoadFloat32x4Array((*[4]float32)(unsafe.Add(s, stepS)))
	c := archsimd.LoadFloat32x4Array((*[4]float32)(unsafe.Add(s, 2*stepS)))
	e := archsimd.LoadFloat32x4Array((*[4]float32)(unsafe.Add(s, 3*stepS)))
	abLo, abHi := a.ConcatPermuteScalars(0, 1, 4, 5, b), a.ConcatPermuteScalars(2, 3, 6, 7, b)
	ceLo, ceHi := c.ConcatPermuteScalars(0, 1, 4, 5, e), c.ConcatPermuteScalars(2, 3, 6, 7, e)
	abLo.ConcatPermuteScalars(0, 2, 4, 6, ceLo).StoreArray((*[4]float32)(d))
	abLo.ConcatPermuteScalars(1, 3, 5, 7, ceLo).StoreArray((*[4]float32)(unsafe.Add(d, stepD)))
	abHi.ConcatPermuteScalars(0, 2, 4, 6, ceHi).StoreArray((*[4]float32)(unsafe.Add(d, 2*stepD)))
	abHi.ConcatPermuteScalars(1, 3, 5, 7, ceHi).StoreArray((*[4]float32)(unsafe.Add(d, 3*stepD)))
}
