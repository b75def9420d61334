//go:build goexperiment.simd && go1.27 && wasm

package kernel

import (
	"simd/archsimd"
	"sync"
	"unsafe"
)

// The products in WebAssembly's 128-bit vectors: tiles of 4 rows × 2 vectors, whose
// sums stay in registers from the first product to the last. Both factors are laid
// out as a tile reads them, a by fours of rows and b by panels of 8 columns; what a
// transposed factor costs is thus a copy of another kind.
//
// The loops are assembly, product_wasm.s. In Go an address and its offset are an
// addition each, a value into every lane a load of its own, and each turn of a loop
// leads through a switch, which makes the engine spill the sums; all in all half of
// the speed. For the same reason nothing is written out: a longer turn lets V8 order
// all loads before the first sum, and then spill.

const (
	word     = unsafe.Sizeof(float32(0))
	strip    = 16 // numbers in one turn of a loop over vectors
	tileRows = 4
	tileCols = 8
)

type (
	vector  = archsimd.Float32x4
	address = unsafe.Pointer
)

// tiles sets count tiles of 4 rows × 8 columns, below each other from c on, to the
// products of k fours at a and k rows of 8 at b. Rows of c lie stepC bytes apart,
// the fours of a tile stepA, two tiles' first fours nextA and the rows of b stepB.
// To each row it then adds the 8 numbers at bias, unless that is nil; with relu it
// turns what is zero or less to +0; and so it does where the numbers at gate, which
// lie as those of c, are zero or less, unless that is nil. k and count are positive.
//
//go:noescape
func tiles(c, a, b, bias, gate address, stepC, stepA, nextA, stepB uintptr, k, count int, relu bool)

// row sets 16 numbers at c to the products of k numbers at a and as many rows of b,
// which lie stepB bytes apart. k is positive.
//
//go:noescape
func row(c, a, b address, stepB uintptr, k int)

// copyPanel copies count rows of 8 numbers, step bytes apart at src, to lie one
// behind the other at dst.
//
//go:noescape
func copyPanel(dst, src address, step uintptr, count int)

// turn copies 4 rows of count numbers, stepSrc bytes apart at src, to be count
// fours, stepDst bytes apart at dst.
//
//go:noescape
func turn(dst, src address, stepDst, stepSrc uintptr, count int)

func mul(c, a, b []float32, m, n, k int, then finish) {
	switch {
	case m == 0 || k == 0 || n < tileCols || m < tileRows && n < strip:
		mulGeneric(c, a, b, m, n, k)
		then.pass(c[:m*n], n)
	case m < tileRows:
		c, a, b = c[:m*n], a[:m*k], b[:k*n]
		for i := range m {
			for from := 0; from < n; from += strip {
				j := atMost(from, n-strip)
				row(address(&c[i*n+j]), address(&a[i*k]), address(&b[j]), uintptr(n)*word, k)
			}
		}
		then.pass(c, n)
	default:
		mulTiles(c[:m*n], packRows(a[:m*k], m, k), b[:k*n], false, m, n, k, then)
	}
}

func mulTransB(c, a, b, gate, scratch []float32, m, n, k int) {
	if m < tileRows || n < tileCols || k == 0 {
		transpose(scratch, b, n, k)
		mul(c, a, scratch, m, n, k, finish{gate: gate})
		return
	}
	mulTiles(c[:m*n], packRows(a[:m*k], m, k), b[:n*k], true, m, n, k, finish{gate: gate})
}

func mulTransA(c, a, b []float32, m, n, k int) {
	if m < tileRows || n < tileCols || k == 0 {
		mulTransAGeneric(c, a, b, m, n, k)
		return
	}
	// The rows of aᵀ already lie in fours; those of the last tile may overlap the
	// tile above, and are equal where they do.
	c, a, b = c[:m*n], a[:k*m], b[:k*n]
	left := rows{at: address(&a[0]), step: uintptr(m) * word, next: tileRows * word}
	left.last = address(&a[m-tileRows])
	mulTiles(c, left, b, false, m, n, k, finish{})
}

// rows are the rows of a product's left factor, by fours.
type rows struct {
	at   address // of the first tile
	last address // of the tile that ends with the last row
	step uintptr // bytes from a four to the next
	next uintptr // bytes from a tile to the next
	room *[]float32
}

// rooms holds what factors are laid out in.
var rooms = sync.Pool{New: func() any { return new([]float32) }}

// room returns room for n numbers, to be given back to rooms.
func room(n int) *[]float32 {
	r := rooms.Get().(*[]float32)
	if len(*r) < n {
		*r = make([]float32, n)
	}
	return r
}

// packRows lays out the m rows of a, m×k, in fours.
func packRows(a []float32, m, k int) rows {
	count := (m + tileRows - 1) / tileRows
	r := room(count * tileRows * k)
	left := rows{at: address(&(*r)[0]), step: tileRows * word, next: uintptr(k) * tileRows * word, room: r}
	left.last = at(left.at, (count-1)*tileRows*k)
	for t := range count {
		i := atMost(t*tileRows, m-tileRows)
		turn(at(left.at, t*tileRows*k), address(&a[i*k]), tileRows*word, uintptr(k)*word, k)
	}
	return left
}

// mulTiles sets c, m×n, to the product of the rows a and of b, which is k×n or, with
// trans, n×k. m, n and k are at least a tile's. The last columns may overlap those
// before, and are equal where they do.
func mulTiles(c []float32, a rows, b []float32, trans bool, m, n, k int, then finish) {
	r := room(tileCols * k)
	panel, whole := address(&(*r)[0]), m-m%tileRows
	for from := 0; from < n; from += tileCols {
		j := atMost(from, n-tileCols)
		if trans {
			turn(panel, address(&b[j*k]), tileCols*word, uintptr(k)*word, k)
			turn(at(panel, tileRows), address(&b[(j+tileRows)*k]), tileCols*word, uintptr(k)*word, k)
		} else {
			copyPanel(panel, address(&b[j]), uintptr(n)*word, k)
		}
		var bias, gate, last address
		if then.bias != nil {
			bias = address(&then.bias[j])
		}
		if then.gate != nil {
			gate, last = address(&then.gate[j]), address(&then.gate[(m-tileRows)*n+j])
		}
		tiles(address(&c[j]), a.at, panel, bias, gate, uintptr(n)*word, a.step, a.next, tileCols*word, k, whole/tileRows, then.relu)
		if whole < m {
			tiles(address(&c[(m-tileRows)*n+j]), a.last, panel, bias, last, uintptr(n)*word, a.step, a.next, tileCols*word, k, 1, then.relu)
		}
	}
	rooms.Put(r)
	if a.room != nil {
		rooms.Put(a.room)
	}
}

// Where tiles are used they turn what they need.
func wideTranspose(_, _ []float32, _, _ int) int { return 0 }

// at returns the address of element i from p.
func at(p address, i int) address { return unsafe.Add(p, uintptr(i)*word) }

// load returns the vector that starts at element i from p.
func load(p address, i uintptr) vector {
	return archsimd.LoadFloat32x4Array((*[4]float32)(unsafe.Add(p, i*word)))
}

// save writes the vector to the elements from i on from p.
func save(p address, i uintptr, x vector) { x.StoreArray((*[4]float32)(unsafe.Add(p, i*word))) }
