package kernel

import "math"

// The functions of this file follow FreeBSD's msun, e_exp.c and e_log.c, as Go's
// package math does too; they are written again because the library's differ by
// architecture, in assembly and in fused operations. Those files say:
//
//	Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved.
//
//	Developed at SunPro, a Sun Microsystems, Inc. business.
//	Permission to use, copy, modify, and distribute this
//	software is freely granted, provided that this notice
//	is preserved.

const (
	ln2Hi = 6.93147180369123816490e-01 // ln 2, its low 32 bits zero: ln2Hi·k is exact for |k| < 2¹¹
	ln2Lo = 1.90821492927058770002e-10 // ln 2 - ln2Hi
	log2e = 1.44269504088896338700e+00 // 1 / ln 2

	// The polynomial of Exp64.
	expP1 = 1.66666666666666657415e-01
	expP2 = -2.77777777770155933842e-03
	expP3 = 6.61375632143793436117e-05
	expP4 = -1.65339022054652515390e-06
	expP5 = 4.13813679705723846039e-08
)

// Exp returns e**x to within 0.51 units in the last place; subnormal results are
// rounded once, as any other. Special cases: +Inf for +Inf and for results past
// the largest float32, +0 for -Inf and for results that round to it, NaN for NaN.
func Exp(x float32) float32 {
	// In float64, where the error is far below a float32's last place: exact range
	// reduction and gradual underflow then need no code of their own.
	return float32(Exp64(float64(x)))
}

// Exps sets x[i] = Exp(x[i]).
func Exps(x []float32) {
	done := exps(x)
	for i := done; i < len(x); i++ {
		x[i] = Exp(x[i])
	}
}

// Exp64 returns e**x with a relative error below 2.3e-16 where the result is
// normal. Special cases: +Inf for +Inf and on overflow, +0 for -Inf and on
// underflow, NaN for NaN.
func Exp64(x float64) float64 {
	const (
		overflow  = 7.09782712893383973096e+02
		underflow = -7.45133219101941108420e+02
	)
	switch {
	case x != x:
		return x
	case x > overflow:
		return math.Inf(1)
	case x < underflow:
		return 0
	}

	// x = k·ln 2 + r, with |r| ≤ ln 2 / 2 and r = hi - lo.
	k := math.Floor(float64(log2e*x) + 0.5)
	hi := x - float64(k*ln2Hi)
	lo := float64(k * ln2Lo)
	r := hi - lo

	// exp(r) = 1 + r + r·c/(2-c), c a polynomial in r².
	t := float64(r * r)
	poly := float64(t*expP5) + expP4
	poly = float64(t*poly) + expP3
	poly = float64(t*poly) + expP2
	poly = float64(t*poly) + expP1
	c := r - float64(t*poly)
	y := 1 - ((lo - float64(r*c)/(2-c)) - hi)

	// Two factors, since 2**k alone may be subnormal or past the range; the first
	// product is exact, so a subnormal result is rounded once.
	half := int(k) / 2
	return float64(y*powerOfTwo(half)) * powerOfTwo(int(k)-half)
}

// Log64 returns the natural logarithm of x with a relative error below 2.3e-16.
// Special cases: -Inf for ±0, +Inf for +Inf, NaN below zero and for NaN.
func Log64(x float64) float64 {
	const (
		sqrt2     = 1.41421356237309504880e+00
		minNormal = 0x1p-1022

		l1 = 6.666666666666735130e-01
		l2 = 3.999999999940941908e-01
		l3 = 2.857142874366239149e-01
		l4 = 2.222219843214978396e-01
		l5 = 1.818357216161805012e-01
		l6 = 1.531383769920937332e-01
		l7 = 1.479819860511658591e-01
	)
	switch {
	case x != x || x > math.MaxFloat64:
		return x
	case x < 0:
		return math.NaN()
	case x == 0:
		return math.Inf(-1)
	}

	// x = 2**k · f1, with √2/2 ≤ f1 < √2; f = f1 - 1.
	exponent := 0
	if x < minNormal {
		x *= 0x1p52
		exponent = -52
	}
	bits := math.Float64bits(x)
	exponent += int(bits>>52) - 1023
	f1 := math.Float64frombits(bits&(1<<52-1) | 1023<<52)
	if f1 >= sqrt2 {
		f1 *= 0.5
		exponent++
	}
	f := f1 - 1
	k := float64(exponent)

	// log(1+f) = f - f²/2 + s·(f²/2 + R(s²)), s = f/(2+f).
	s := f / (2 + f)
	s2 := float64(s * s)
	s4 := float64(s2 * s2)
	t1 := float64(s4*l7) + l5
	t1 = float64(s4*t1) + l3
	t1 = float64(s4*t1) + l1
	t1 = float64(s2 * t1)
	t2 := float64(s4*l6) + l4
	t2 = float64(s4*t2) + l2
	t2 = float64(s4 * t2)
	halfSquare := float64(float64(0.5*f) * f)
	tail := float64(s*(halfSquare+(t1+t2))) + float64(k*ln2Lo)
	return float64(k*ln2Hi) - ((halfSquare - tail) - f)
}

// powerOfTwo returns 2**k for k from -1022 to 1023.
func powerOfTwo(k int) float64 {
	return math.Float64frombits(uint64(k+1023) << 52)
}
