//go:build goexperiment.simd && go1.27 && (amd64 || arm64 || wasm)

package random

import "simd"

// addNormals is addNormalsGeneric with a lane for each element. A lane goes
// through the same operations as the scalar, with both branches taken and one
// kept; numerator and denominator are chosen before they meet, which saves a
// division and changes no bit.
func addNormals(dst []float32, bits []uint32, sigma float32) {
	scale, half, one := simd.BroadcastFloat32s(1.0/(1<<32)), simd.BroadcastFloat32s(0.5), simd.BroadcastFloat32s(1)
	low, sigmas := simd.BroadcastInt32s(1<<31-1), simd.BroadcastFloat32s(sigma)
	n, i := one.Len(), wideNormals(dst, bits, sigma)
	for ; i+n <= len(dst); i += n {
		word := simd.LoadUint32s(bits[i:]).BitsToInt32()
		m := word.And(low)
		p := m.ConvertToFloat32().Add(half).Mul(scale)
		q := low.Sub(m).ConvertToFloat32().Add(half).Mul(scale)

		// The middle.
		r := simd.BroadcastFloat32s(0.180625).Sub(q.Mul(q))
		num := simd.BroadcastFloat32s(a3).Mul(r).Add(simd.BroadcastFloat32s(a2))
		num = num.Mul(r).Add(simd.BroadcastFloat32s(a1)).Mul(r).Add(simd.BroadcastFloat32s(a0))
		num = q.Mul(num)
		den := simd.BroadcastFloat32s(b3).Mul(r).Add(simd.BroadcastFloat32s(b2))
		den = den.Mul(r).Add(simd.BroadcastFloat32s(b1)).Mul(r).Add(one)

		// The logarithm of p.
		b := p.ToBits()
		e := b.ShiftAllRight(23).BitsToInt32().Sub(simd.BroadcastInt32s(126)).ConvertToFloat32()
		f := b.And(simd.BroadcastUint32s(1<<23 - 1)).Or(simd.BroadcastUint32s(126 << 23)).BitsToFloat32()
		small := f.Less(simd.BroadcastFloat32s(sqrtH))
		e = e.Sub(one.Masked(small))
		f = f.Add(f.Masked(small)).Sub(one)
		z := f.Mul(f)
		y := simd.BroadcastFloat32s(l8).Mul(f).Add(simd.BroadcastFloat32s(l7))
		y = y.Mul(f).Add(simd.BroadcastFloat32s(l6))
		y = y.Mul(f).Add(simd.BroadcastFloat32s(l5))
		y = y.Mul(f).Add(simd.BroadcastFloat32s(l4))
		y = y.Mul(f).Add(simd.BroadcastFloat32s(l3))
		y = y.Mul(f).Add(simd.BroadcastFloat32s(l2))
		y = y.Mul(f).Add(simd.BroadcastFloat32s(l1))
		y = y.Mul(f).Add(simd.BroadcastFloat32s(l0))
		y = y.Mul(f).Mul(z)
		y = y.Add(simd.BroadcastFloat32s(ln2Lo).Mul(e))
		y = y.Sub(half.Mul(z))
		y = f.Add(y).Add(simd.BroadcastFloat32s(ln2Hi).Mul(e))

		// The tail. −log p is a subtraction from zero: it is never zero itself.
		r = simd.BroadcastFloat32s(0).Sub(y).Sqrt().Sub(simd.BroadcastFloat32s(1.6))
		tailNum := simd.BroadcastFloat32s(c3).Mul(r).Add(simd.BroadcastFloat32s(c2))
		tailNum = tailNum.Mul(r).Add(simd.BroadcastFloat32s(c1)).Mul(r).Add(simd.BroadcastFloat32s(c0))
		tailDen := simd.BroadcastFloat32s(d2).Mul(r).Add(simd.BroadcastFloat32s(d1)).Mul(r).Add(one)

		in := q.LessEqual(simd.BroadcastFloat32s(middle))
		x := num.IfElse(in, tailNum).Div(den.IfElse(in, tailDen))
		sign := word.AndNot(low).ToBits()
		x = x.ToBits().Xor(sign).BitsToFloat32()
		simd.LoadFloat32s(dst[i:]).Add(sigmas.Mul(x)).Store(dst[i:])
	}
	addNormalsGeneric(dst[i:], bits[i:], sigma)
}
