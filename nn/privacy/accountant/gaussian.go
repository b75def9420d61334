package accountant

import (
	"fmt"
	"math"

	"grapevine/nn/privacy"
)

// Gaussian is the exact accountant of the plain Gaussian mechanism: Dong, Roth
// and Su, Gaussian Differential Privacy (2019, arXiv 1905.02383), Corollary
// 2.13 and Corollary 3.3. T rounds of sensitivity s and noise multiplier z are
// one round with μ² = Σ (s/z)², and
//
//	δ(ε) = Φ(μ/2 − ε/μ) − e^ε·Φ(−μ/2 − ε/μ).
//
// It knows events in which every unit takes part.
type Gaussian struct{}

// Name is the accountant's name.
func (Gaussian) Name() string { return "Gaussian DP" }

// Compose adds up μ².
func (a Gaussian) Compose(events []privacy.Event) (Profile, error) {
	if err := privacy.Validate(events); err != nil {
		return nil, err
	}
	mu2 := 0.0
	for _, e := range events {
		if !plain(e) {
			return nil, unknown(a, e)
		}
		mu2 += float64(e.Rounds) / (effective(e) * effective(e))
	}
	return GaussianProfile{Mu: math.Sqrt(mu2)}, nil
}

// GaussianProfile is the exact profile of N(0, 1) against N(Mu, 1), Mu ≥ 0.
type GaussianProfile struct{ Mu float64 }

// Claim is [Guarantee]; it is exact.
func (GaussianProfile) Claim() Claim { return Guarantee }

// Delta is the curve above.
func (p GaussianProfile) Delta(epsilon float64) float64 {
	checkEpsilon(epsilon)
	return math.Exp(logGaussianDelta(p.Mu, epsilon))
}

// Epsilon solves the curve for ε by bisection.
func (p GaussianProfile) Epsilon(delta float64) float64 {
	checkDelta(delta)
	switch {
	case p.Mu == 0:
		return 0
	case delta == 0:
		return math.Inf(1)
	}
	logDelta := math.Log(delta)
	return least(func(epsilon float64) bool { return logGaussianDelta(p.Mu, epsilon) <= logDelta })
}

// TruePositiveRate is Φ(Φ⁻¹(fpr) + μ), exact for fpr in [0, 1].
func (p GaussianProfile) TruePositiveRate(fpr float64) float64 { return phi(quantile(fpr) + p.Mu) }

// logGaussianDelta is log δ(ε): with a = log Φ(μ/2 − ε/μ) and
// b = ε + log Φ(−μ/2 − ε/μ), a + log(1 − e^(b−a)), −Inf at μ 0.
func logGaussianDelta(mu, epsilon float64) float64 {
	switch {
	case mu == 0 || math.IsInf(epsilon, 1):
		return math.Inf(-1)
	case math.IsInf(mu, 1):
		return 0
	}
	a := logPhi(mu/2 - epsilon/mu)
	b := epsilon + logPhi(-mu/2-epsilon/mu)
	if !(b < a) { // the difference is lost in rounding: it is far below a
		return a + math.Log(0x1p-53)
	}
	return logDifference(a, b)
}

// GaussianMu is the largest μ whose profile keeps (ε, δ): the analytic
// calibration of Balle and Wang (2018, arXiv 1805.06530), σ = s·C/μ. It panics
// unless ε ≥ 0 and 0 < δ < 1.
func GaussianMu(epsilon, delta float64) float64 {
	checkEpsilon(epsilon)
	if !(delta > 0 && delta < 1) {
		panic(fmt.Sprintf("accountant: δ %v: want above 0, below 1", delta))
	}
	logDelta := math.Log(delta)
	// The least 1/μ that is safe.
	return 1 / least(func(x float64) bool { return x > 0 && logGaussianDelta(1/x, epsilon) <= logDelta })
}
