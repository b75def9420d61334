//go:build goexperiment.simd && go1.27 && wasm

package kernel

import (
	"simd/archsimd"
	"unsafe"
)

// The products in WebAssembly's 128-bit vectors. Where rows are long, whole strips
// of 16 columns are made by pairs of rows: 2 rows of c take the products of 4 rows
// of b, whose 8 factors stay in registers while the columns pass by. The sums wait
// in c between one four and the next, which changes no bit. What is narrow, or left
// over, is made in tiles (product_wasm_tile.go).
//
// The sums live in memory and not in registers for the engine's sake: it moves
// every addition down to where its sum is next needed, and Go leads each turn of a
// loop through a switch. Sums in registers are thus spilled and fetched in every
// turn, and a loop written out further spills its factors; a store pins its
// additions where they stand. The pointers are there because an engine does not
// remove Go's bounds checks.

const (
	wide      = 96  // columns from which pairs are faster than tiles
	strip     = 16  // columns of one turn
	blockRows = 16  // of c and of b: blocks of both
	blockCols = 256 // take 16 KB each, a first-level cache together
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
	if done := pairMul(c, a, b, m, n, k, k, 1); done < n {
		tileColumns(c, a, b, done, m, n, k)
	}
}

func mulTransA(c, a, b []float32, m, n, k int) {
	if m < tileRows || k == 0 || n < tileCols {
		mulTransAGeneric(c, a, b, m, n, k)
		return
	}
	c, a, b = c[:m*n], a[:k*m], b[:k*n]
	if done := pairMul(c, a, b, m, n, k, 1, m); done < n {
		tileColumnsTransA(c, a, b, done, m, n, k)
	}
}

// pairMul is stridedMul, by pairs of rows, for as many whole strips of columns as
// there are; it returns their number of columns, 0 where rows are short.
func pairMul(c, a, b []float32, m, n, k, row, col int) int {
	if n < wide {
		return 0
	}
	clear(c)
	whole := n - n%strip
	for j := 0; j < whole; j += blockCols {
		cols := atMost(blockCols, whole-j)
		for i := 0; i < m; i += blockRows {
			rows := atMost(blockRows, m-i)
			for p := 0; p < k; p += blockRows {
				depth := atMost(blockRows, k-p)
				mulBlock(address(&c[i*n+j]), address(&a[i*row+p*col]), address(&b[p*n+j]), rows, cols, depth, n, row, col)
			}
		}
	}
	return whole
}

// mulBlock adds to rows×cols elements of c the products of rows×depth elements of
// a and depth×cols of b.
func mulBlock(c, a, b address, rows, cols, depth, n, row, col int) {
	i := 0
	for ; i+2 <= rows; i += 2 {
		mulPair(at(c, i*n), at(c, (i+1)*n), at(a, i*row), at(a, (i+1)*row), b, cols, depth, n, col)
	}
	if i < rows {
		var unused [blockCols]float32 // the second row of a pair that has one
		last := at(a, i*row)
		mulPair(at(c, i*n), address(&unused), last, last, b, cols, depth, n, col)
	}
}

// mulPair is mulBlock for the two rows of c at c0 and c1 and of a at a0 and a1.
func mulPair(c0, c1, a0, a1, b address, cols, depth, n, col int) {
	p := 0
	for ; p+4 <= depth; p += 4 {
		pairFour(c0, c1, at(a0, p*col), at(a1, p*col), at(b, p*n), uintptr(col)*word, uintptr(n)*word, cols)
	}
	for ; p < depth; p++ {
		pairOne(c0, c1, at(a0, p*col), at(a1, p*col), at(b, p*n), cols)
	}
}

// pairFour adds to cols elements at c0 and at c1 the products of 4 elements from
// a0 and from a1, stepA bytes apart, and 4 rows at b0, step bytes apart.
//
//	for j := range cols {
//		for p := range 4 {
//			c0[j] += float32(a0[p] * b[p][j])
//			c1[j] += float32(a1[p] * b[p][j])
//		}
//	}
func pairFour(c0, c1, a0, a1, b0 address, stepA, step uintptr, cols int) {
	b1 := unsafe.Add(b0, step)
	b2 := unsafe.Add(b1, step)
	b3 := unsafe.Add(b2, step)
	x0, y0 := spread(a0, 0), spread(a1, 0)
	a0, a1 = unsafe.Add(a0, stepA), unsafe.Add(a1, stepA)
	x1, y1 := spread(a0, 0), spread(a1, 0)
	a0, a1 = unsafe.Add(a0, stepA), unsafe.Add(a1, stepA)
	x2, y2 := spread(a0, 0), spread(a1, 0)
	a0, a1 = unsafe.Add(a0, stepA), unsafe.Add(a1, stepA)
	x3, y3 := spread(a0, 0), spread(a1, 0)
	for ; cols > 0; cols -= strip {
		u, v, w, z := load(b0, 0), load(b1, 0), load(b2, 0), load(b3, 0)
		save(c0, 0, load(c0, 0).Add(x0.Mul(u)).Add(x1.Mul(v)).Add(x2.Mul(w)).Add(x3.Mul(z)))
		save(c1, 0, load(c1, 0).Add(y0.Mul(u)).Add(y1.Mul(v)).Add(y2.Mul(w)).Add(y3.Mul(z)))
		u, v, w, z = load(b0, 4), load(b1, 4), load(b2, 4), load(b3, 4)
		save(c0, 4, load(c0, 4).Add(x0.Mul(u)).Add(x1.Mul(v)).Add(x2.Mul(w)).Add(x3.Mul(z)))
		save(c1, 4, load(c1, 4).Add(y0.Mul(u)).Add(y1.Mul(v)).Add(y2.Mul(w)).Add(y3.Mul(z)))
		u, v, w, z = load(b0, 8), load(b1, 8), load(b2, 8), load(b3, 8)
		save(c0, 8, load(c0, 8).Add(x0.Mul(u)).Add(x1.Mul(v)).Add(x2.Mul(w)).Add(x3.Mul(z)))
		save(c1, 8, load(c1, 8).Add(y0.Mul(u)).Add(y1.Mul(v)).Add(y2.Mul(w)).Add(y3.Mul(z)))
		u, v, w, z = load(b0, 12), load(b1, 12), load(b2, 12), load(b3, 12)
		save(c0, 12, load(c0, 12).Add(x0.Mul(u)).Add(x1.Mul(v)).Add(x2.Mul(w)).Add(x3.Mul(z)))
		save(c1, 12, load(c1, 12).Add(y0.Mul(u)).Add(y1.Mul(v)).Add(y2.Mul(w)).Add(y3.Mul(z)))
		c0, c1 = unsafe.Add(c0, strip*word), unsafe.Add(c1, strip*word)
		b0, b1 = unsafe.Add(b0, strip*word), unsafe.Add(b1, strip*word)
		b2, b3 = unsafe.Add(b2, strip*word), unsafe.Add(b3, strip*word)
	}
}

// pairOne is pairFour with one element from each of a0 and a1, and one row of b.
func pairOne(c0, c1, a0, a1, b address, cols int) {
	x, y := spread(a0, 0), spread(a1, 0)
	for ; cols > 0; cols -= strip {
		u := load(b, 0)
		save(c0, 0, load(c0, 0).Add(x.Mul(u)))
		save(c1, 0, load(c1, 0).Add(y.Mul(u)))
		u = load(b, 4)
		save(c0, 4, load(c0, 4).Add(x.Mul(u)))
		save(c1, 4, load(c1, 4).Add(y.Mul(u)))
		u = load(b, 8)
		save(c0, 8, load(c0, 8).Add(x.Mul(u)))
		save(c1, 8, load(c1, 8).Add(y.Mul(u)))
		u = load(b, 12)
		save(c0, 12, load(c0, 12).Add(x.Mul(u)))
		save(c1, 12, load(c1, 12).Add(y.Mul(u)))
		c0, c1, b = unsafe.Add(c0, strip*word), unsafe.Add(c1, strip*word), unsafe.Add(b, strip*word)
	}
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

// save writes the vector to the elements from i on from p.
func save(p address, i uintptr, x vector) { x.StoreArray((*[4]float32)(unsafe.Add(p, i*word))) }
