package accountant

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// phi is Φ(x) = ½·erfc(−x/√2).
func phi(x float64) float64 { return 0.5 * math.Erfc(-x/math.Sqrt2) }

// logPhi is log Φ(x). Below −30 it is the asymptotic Mills series
// log φ(x) − log(−x) + log(1 − x⁻² + 3x⁻⁴ − 15x⁻⁶), whose error there is below
// 105·30⁻⁸ < 2e-10.
func logPhi(x float64) float64 {
	switch {
	case x > 5:
		return math.Log1p(-phi(-x))
	case x >= -30:
		return math.Log(phi(x))
	}
	y := 1 / (x * x)
	return -x*x/2 - math.Log(-x) - 0.5*math.Log(2*math.Pi) + math.Log1p(y*(-1+y*(3-15*y)))
}

// quantile is Φ⁻¹(p), ±Inf at 0 and 1.
func quantile(p float64) float64 {
	switch {
	case p <= 0:
		return math.Inf(-1)
	case p >= 1:
		return math.Inf(1)
	}
	return mathext.NormalQuantile(p)
}

// logSum is log(e^a + e^b).
func logSum(a, b float64) float64 {
	if a < b {
		a, b = b, a
	}
	if math.IsInf(b, -1) || math.IsInf(a, 1) {
		return a
	}
	return a + math.Log1p(math.Exp(b-a))
}

// logDifference is log(e^a − e^b) for a ≥ b, −Inf where they are equal.
func logDifference(a, b float64) float64 {
	if math.IsInf(b, -1) {
		return a
	}
	return a + math.Log(-math.Expm1(b-a))
}

// least is the least x ≥ 0, to the last bits of a float64 but for 1e-14 of
// it, for which ok holds; ok must be false up to some x and true above it. It
// is +Inf where ok fails up to 1e300. The x it returns satisfies ok: it is the
// safe end.
func least(ok func(x float64) bool) float64 {
	if ok(0) {
		return 0
	}
	hi := 1.0
	for !ok(hi) {
		if hi *= 2; hi > 1e300 {
			return math.Inf(1)
		}
	}
	lo := hi / 2
	for hi > 1e-300 && ok(lo) {
		hi, lo = lo, lo/2
	}
	for hi-lo > 1e-14*hi {
		mid := lo + (hi-lo)/2
		if mid <= lo || mid >= hi {
			break
		}
		if ok(mid) {
			hi = mid
		} else {
			lo = mid
		}
	}
	return hi
}
