//go:build goexperiment.simd && go1.27 && amd64

package random

import "simd/archsimd"

var hasWide = archsimd.X86.AVX512()

// wideNormals is addNormals in 16 lanes, where the processor has AVX-512, for a
// number of elements at the front, which it returns. Its operations are addNormals'
// one by one; it is there because the portable vectors of processors that lack some
// extension of AVX-512 have 4 lanes.
func wideNormals(dst []float32, bits []uint32, sigma float32) int {
	if !hasWide {
		return 0
	}
	float := archsimd.BroadcastFloat32x16
	scale, half, one := float(1.0/(1<<32)), float(0.5), float(1)
	low, sigmas := archsimd.BroadcastInt32x16(1<<31-1), float(sigma)
	i := 0
	for ; i+16 <= len(dst); i += 16 {
		word := archsimd.LoadUint32x16Array((*[16]uint32)(bits[i:])).BitsToInt32()
		m := word.And(low)
		p := m.ConvertToFloat32().Add(half).Mul(scale)
		q := low.Sub(m).ConvertToFloat32().Add(half).Mul(scale)

		// The middle.
		r := float(0.180625).Sub(q.Mul(q))
		num := float(a3).Mul(r).Add(float(a2))
		num = num.Mul(r).Add(float(a1)).Mul(r).Add(float(a0))
		num = q.Mul(num)
		den := float(b3).Mul(r).Add(float(b2))
		den = den.Mul(r).Add(float(b1)).Mul(r).Add(one)

		// The logarithm of p.
		b := p.ToBits()
		e := b.ShiftAllRight(23).BitsToInt32().Sub(archsimd.BroadcastInt32x16(126)).ConvertToFloat32()
		f := b.And(archsimd.BroadcastUint32x16(1<<23 - 1)).Or(archsimd.BroadcastUint32x16(126 << 23)).BitsToFloat32()
		small := f.Less(float(sqrtH))
		e = e.Sub(one.Masked(small))
		f = f.Add(f.Masked(small)).Sub(one)
		z := f.Mul(f)
		y := float(l8).Mul(f).Add(float(l7))
		y = y.Mul(f).Add(float(l6))
		y = y.Mul(f).Add(float(l5))
		y = y.Mul(f).Add(float(l4))
		y = y.Mul(f).Add(float(l3))
		y = y.Mul(f).Add(float(l2))
		y = y.Mul(f).Add(float(l1))
		y = y.Mul(f).Add(float(l0))
		y = y.Mul(f).Mul(z)
		y = y.Add(float(ln2Lo).Mul(e))
		y = y.Sub(half.Mul(z))
		y = f.Add(y).Add(float(ln2Hi).Mul(e))

		// The tail. −log p is a subtraction from zero: it is never zero itself.
		r = float(0).Sub(y).Sqrt().Sub(float(1.6))
		tailNum := float(c3).Mul(r).Add(float(c2))
		tailNum = tailNum.Mul(r).Add(float(c1)).Mul(r).Add(float(c0))
		tailDen := float(d2).Mul(r).Add(float(d1)).Mul(r).Add(one)

		in := q.LessEqual(float(middle))
		x := num.IfElse(in, tailNum).Div(den.IfElse(in, tailDen))
		sign := word.AndNot(low).ToBits()
		x = x.ToBits().Xor(sign).BitsToFloat32()
		to := (*[16]float32)(dst[i:])
		archsimd.LoadFloat32x16Array(to).Add(sigmas.Mul(x)).StoreArray(to)
	}
	// The compiler's scalar code waits, on some processors, for what vectors leave in
	// the high part of its registers.
	archsimd.ClearAVXUpperBits()
	return i
}
