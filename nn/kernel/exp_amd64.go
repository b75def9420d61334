//go:build goexperiment.simd && go1.27 && amd64

package kernel

import "simd/archsimd"

// exps is [Exps] for a number of elements at the front, which it returns: by eights,
// in lanes of float64, where the processor has AVX-512. Eights of which one is not
// between -700 and 700, where a result or a power of two may not be normal, go one by
// one.
func exps(x []float32) int {
	i := 0
	if !hasWide || len(x) < 8 {
		return 0
	}
	least, most := archsimd.BroadcastFloat64x8(-700), archsimd.BroadcastFloat64x8(700)
	for ; i+8 <= len(x); i += 8 {
		eight := (*[8]float32)(x[i:])
		v := archsimd.LoadFloat32x8Array(eight).ConvertToFloat64()
		if v.GreaterEqual(least).And(v.LessEqual(most)).ToBits() != 0xff {
			narrow()
			for j := range eight {
				eight[j] = Exp(eight[j])
			}
			continue
		}
		expEight(v).ConvertToFloat32().StoreArray(eight)
	}
	narrow()
	return i
}

// expEight is [Exp64] for lanes between -700 and 700, its operations in its order.
func expEight(x archsimd.Float64x8) archsimd.Float64x8 {
	of := archsimd.BroadcastFloat64x8
	k := of(log2e).Mul(x).Add(of(0.5)).FloorScaled(0)
	hi := x.Sub(k.Mul(of(ln2Hi)))
	lo := k.Mul(of(ln2Lo))
	r := hi.Sub(lo)

	t := r.Mul(r)
	poly := t.Mul(of(expP5)).Add(of(expP4))
	poly = t.Mul(poly).Add(of(expP3))
	poly = t.Mul(poly).Add(of(expP2))
	poly = t.Mul(poly).Add(of(expP1))
	c := r.Sub(t.Mul(poly))
	y := of(1).Sub(lo.Sub(r.Mul(c).Div(of(2).Sub(c))).Sub(hi))

	// k stands in the low bits of k + 1.5·2⁵².
	power := k.Add(of(0x1.8p52)).ToBits().Add(archsimd.BroadcastUint64x8(1023)).ShiftAllLeft(52).BitsToFloat64()
	return y.Mul(power)
}
