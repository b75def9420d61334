package kernel

import "fmt"

// Mul sets c = a·b, where c is m×n, a is m×k and b is k×n.
//
//	for i := range m {
//		for j := range n {
//			var sum float32
//			for p := range k {
//				sum += float32(a[i*k+p] * b[p*n+j])
//			}
//			c[i*n+j] = sum
//		}
//	}
func Mul(c, a, b []float32, m, n, k int) {
	want("c", c, m, n)
	want("a", a, m, k)
	want("b", b, k, n)
	mul(c, a, b, m, n, k, finish{})
}

// MulBias sets c = a·b as [Mul] does, then adds bias[j], n long, to each element
// of column j. With relu, an element that is then zero or less becomes +0; a NaN
// stays one.
//
//	Mul(c, a, b, m, n, k)
//	for i := range c {
//		c[i] += bias[i%n]
//		if relu && c[i] <= 0 {
//			c[i] = 0
//		}
//	}
func MulBias(c, a, b, bias []float32, m, n, k int, relu bool) {
	want("c", c, m, n)
	want("a", a, m, k)
	want("b", b, k, n)
	want("bias", bias, 1, n)
	mul(c, a, b, m, n, k, finish{bias: bias[:n], relu: relu})
}

// MulTransA sets c = aᵀ·b, where c is m×n, a is k×m and b is k×n.
//
//	for i := range m {
//		for j := range n {
//			var sum float32
//			for p := range k {
//				sum += float32(a[p*m+i] * b[p*n+j])
//			}
//			c[i*n+j] = sum
//		}
//	}
func MulTransA(c, a, b []float32, m, n, k int) {
	want("c", c, m, n)
	want("a", a, k, m)
	want("b", b, k, n)
	mulTransA(c, a, b, m, n, k)
}

// MulTransB sets c = a·bᵀ, where c is m×n, a is m×k and b is n×k. Unless gate is
// nil it passes the product back through a rectifier whose output was gate, m×n: an
// element stays where gate is positive or NaN, and is +0 elsewhere. scratch, k×n, is room for bᵀ: lanes must be neighbouring columns
// of the output, and a copy costs less than gathering them.
//
//	for i := range m {
//		for j := range n {
//			var sum float32
//			for p := range k {
//				sum += float32(a[i*k+p] * b[j*k+p])
//			}
//			c[i*n+j] = sum
//		}
//	}
//	for i := range gate {
//		if gate[i] <= 0 {
//			c[i] = 0
//		}
//	}
func MulTransB(c, a, b, gate, scratch []float32, m, n, k int) {
	want("c", c, m, n)
	want("a", a, m, k)
	want("b", b, n, k)
	want("scratch", scratch, k, n)
	if gate != nil {
		want("gate", gate, m, n)
		gate = gate[:m*n]
	}
	mulTransB(c, a, b, gate, scratch, m, n, k)
}

// finish is what becomes of a product's elements once each one's sum is whole, where
// that saves a pass over them.
type finish struct {
	bias []float32 // n long, added to each row; nil for none
	relu bool      // with a bias: then zero or less becomes +0
	gate []float32 // m×n: where it is zero or less, +0; nil for none
}

// pass does it in passes of their own over c, whose rows are n long.
func (f finish) pass(c []float32, n int) {
	if n > 0 && f.bias != nil {
		addBias(c, f.bias, f.relu)
	}
	if f.gate != nil {
		reluGrad(c, f.gate)
	}
}

// want panics unless x can hold rows×cols values.
func want(name string, x []float32, rows, cols int) {
	if rows < 0 || cols < 0 || len(x) < rows*cols {
		panic(fmt.Sprintf("kernel: %s holds %d values: want at least %d×%d", name, len(x), rows, cols))
	}
}

// transpose sets dst, cols×rows, to the transpose of src, rows×cols: four rows at a
// time, so that it writes runs of neighbours.
func transpose(dst, src []float32, rows, cols int) {
	for i := wideTranspose(dst, src, rows, cols); i < rows; {
		if i+4 > rows {
			for j, v := range src[i*cols : (i+1)*cols] {
				dst[j*rows+i] = v
			}
			i++
			continue
		}
		s0, s1 := src[i*cols:(i+1)*cols], src[(i+1)*cols:(i+2)*cols]
		s2, s3 := src[(i+2)*cols:(i+3)*cols], src[(i+3)*cols:(i+4)*cols]
		for j := range s0 {
			d := dst[j*rows+i : j*rows+i+4]
			d[0], d[1], d[2], d[3] = s0[j], s1[j], s2[j], s3[j]
		}
		i += 4
	}
}
