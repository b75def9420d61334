package accountant

import "math"

// fixedSizeLaw is the law of a round in which m of n units are drawn without
// replacement and one unit is replaced by another, q = m/n, z in units of the
// replacement's sensitivity. Balle, Barthe and Gaboardi 2018 (arXiv
// 1807.01647), Theorem 11: for e^ε ≥ 1 the profile is
//
//	q·δ_base(log(1 + (e^ε − 1)/q)),
//
// mirrored below 1, since replacing goes both ways. Above loss 0 that is the
// profile of the pair (1−q)N(0) + qN(1) against N(0), below it that of N(0)
// against the mixture (Zhu, Dong and Wang 2022, Proposition 30; Lebeda, Regehr,
// Kamath and Steinke 2024, arXiv 2405.20769, on why one pair alone would not
// do), and what mass is left lies at 0.
func fixedSizeLaw(q, z float64) (law, error) {
	up, err := PoissonPair(Remove, q, z)
	if err != nil {
		return law{}, err
	}
	down, err := PoissonPair(Add, q, z)
	if err != nil {
		return law{}, err
	}
	p, r := up.above(0)
	return law{
		pieces: []piece{{up, 1, 0, everywhere[1]}, {down, 1, everywhere[0], 0}},
		atom:   math.Max(0, 1-p-r),
	}, nil
}

// FixedSizeDelta is the exact δ(ε) of one such round, for ε of either sign.
// z counts the noise in units of the replacement's sensitivity, 2C; q lies in
// (0, 1].
func FixedSizeDelta(q, z, epsilon float64) float64 {
	if epsilon < 0 {
		return 1 - math.Exp(epsilon) + math.Exp(epsilon)*FixedSizeDelta(q, z, -epsilon)
	}
	base := GaussianProfile{Mu: 1 / z}
	// log(1 + (e^ε − 1)/q) = ε − log q + log(1 − (1 − q)·e^−ε)
	return q * base.Delta(math.Max(0, epsilon-math.Log(q)+math.Log1p(-(1-q)*math.Exp(-epsilon))))
}
