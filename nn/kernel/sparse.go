package kernel

import "fmt"

// Entry is a number of a sparse row, and the index where it stands.
type Entry struct {
	Index uint32
	Value float32
}

// Combine sets c, n long, to the sum of the rows of b, each n long, that the list
// names, each times its value, in the list's order.
//
//	clear(c)
//	for _, e := range list {
//		for j := range n {
//			c[j] += float32(e.Value * b[int(e.Index)*n+j])
//		}
//	}
//
// With a list of what is not zero in a row of a, in ascending order, it is that row
// of a·b, to the bit, where b is [Finite]: a sum that begins at +0 never becomes −0,
// so that adding ±0 to it changes nothing. Three quarters and more of a handwritten
// digit's pixels are zero.
func Combine(c []float32, list []Entry, b []float32, n int) {
	want("c", c, 1, n)
	if n <= 0 {
		return
	}
	rows := uint32(len(b) / n)
	for _, e := range list {
		if e.Index >= rows {
			panic(fmt.Sprintf("kernel: row %d of %d", e.Index, rows))
		}
	}
	combine(c[:n], list, b)
}

// combineByRows is [Combine], a row at a time onto c.
func combineByRows(c []float32, list []Entry, b []float32) {
	n := len(c)
	clear(c)
	for _, e := range list {
		addScaled(c, b[int(e.Index)*n:(int(e.Index)+1)*n], e.Value)
	}
}

// Finite reports whether no element is an infinity or a NaN.
func Finite(x []float32) bool {
	i, ok := finite(x)
	if !ok {
		return false
	}
	for _, v := range x[i:] {
		if v-v != 0 {
			return false
		}
	}
	return true
}

// AddBias adds bias[j] to each element of column j of c, whose rows are as long as
// bias, and then does with relu as [MulBias] does.
func AddBias(c, bias []float32, relu bool) {
	if len(bias) == 0 || len(c)%len(bias) != 0 {
		panic(fmt.Sprintf("kernel: c holds %d values: want rows of %d", len(c), len(bias)))
	}
	addBias(c, bias, relu)
}
