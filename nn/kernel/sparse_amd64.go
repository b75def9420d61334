//go:build goexperiment.simd && go1.27 && amd64

package kernel

import (
	"simd/archsimd"
	"unsafe"
)

// combine makes 8 vectors of c at a time, then 4, then 1, with the sums in registers;
// the last vector may overlap the one before, and is equal where it does.
func combine(c []float32, list []Entry, b []float32) {
	n := len(c)
	if !hasWide || n < wideLanes || len(list) == 0 {
		combineByRows(c, list, b)
		return
	}
	lp, step := address(&list[0]), uintptr(n)*word
	for j := 0; j < n; {
		cp, bp := address(&c[j]), address(&b[j])
		switch left := n - j; {
		case left >= 8*wideLanes:
			combine8(cp, lp, bp, step, len(list))
			j += 8 * wideLanes
		case left >= 4*wideLanes:
			combine4(cp, lp, bp, step, len(list))
			j += 4 * wideLanes
		case left >= wideLanes:
			combine1(cp, lp, bp, step, len(list))
			j += wideLanes
		default:
			j = n - wideLanes
		}
	}
	narrow()
}

// entry returns the value of the entry at p in every lane, and where the row that it
// names begins, rows lying step bytes apart from b on.
func entry(p, b address, step uintptr) (wide, address) {
	e := (*Entry)(p)
	return archsimd.BroadcastFloat32x16(e.Value), unsafe.Add(b, uintptr(e.Index)*step)
}

// combine8 sets 8 vectors at c to the sums of count entries at list.
func combine8(c, list, b address, step uintptr, count int) {
	var s0, s1, s2, s3, s4, s5, s6, s7 wide
	for ; count > 0; count-- {
		x, row := entry(list, b, step)
		s0, s1 = s0.Add(x.Mul(load(row, 0))), s1.Add(x.Mul(load(row, 16)))
		s2, s3 = s2.Add(x.Mul(load(row, 32))), s3.Add(x.Mul(load(row, 48)))
		s4, s5 = s4.Add(x.Mul(load(row, 64))), s5.Add(x.Mul(load(row, 80)))
		s6, s7 = s6.Add(x.Mul(load(row, 96))), s7.Add(x.Mul(load(row, 112)))
		list = unsafe.Add(list, unsafe.Sizeof(Entry{}))
	}
	save(c, 0, s0)
	save(c, 16, s1)
	save(c, 32, s2)
	save(c, 48, s3)
	save(c, 64, s4)
	save(c, 80, s5)
	save(c, 96, s6)
	save(c, 112, s7)
}

// combine4 is combine8 for 4 vectors.
func combine4(c, list, b address, step uintptr, count int) {
	var s0, s1, s2, s3 wide
	for ; count > 0; count-- {
		x, row := entry(list, b, step)
		s0, s1 = s0.Add(x.Mul(load(row, 0))), s1.Add(x.Mul(load(row, 16)))
		s2, s3 = s2.Add(x.Mul(load(row, 32))), s3.Add(x.Mul(load(row, 48)))
		list = unsafe.Add(list, unsafe.Sizeof(Entry{}))
	}
	save(c, 0, s0)
	save(c, 16, s1)
	save(c, 32, s2)
	save(c, 48, s3)
}

// combine1 is combine8 for 1 vector.
func combine1(c, list, b address, step uintptr, count int) {
	var s wide
	for ; count > 0; count-- {
		x, row := entry(list, b, step)
		s = s.Add(x.Mul(load(row, 0)))
		list = unsafe.Add(list, unsafe.Sizeof(Entry{}))
	}
	save(c, 0, s)
}

// finite is [Finite] for a number of elements at the front, which it returns: zero
// times an infinity or a NaN is a NaN, and stays one.
func finite(x []float32) (done int, ok bool) {
	if !hasWide || len(x) < 4*wideLanes {
		return 0, true
	}
	var zero, s0, s1, s2, s3 wide
	p, i := address(&x[0]), 0
	for ; i+4*wideLanes <= len(x); i += 4 * wideLanes {
		o := uintptr(i)
		s0, s1 = s0.Add(zero.Mul(load(p, o))), s1.Add(zero.Mul(load(p, o+16)))
		s2, s3 = s2.Add(zero.Mul(load(p, o+32))), s3.Add(zero.Mul(load(p, o+48)))
	}
	s := s0.Add(s1).Add(s2.Add(s3))
	ok = s.Equal(s).ToBits() == 0xffff
	narrow()
	return i, ok
}
