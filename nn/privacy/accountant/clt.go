package accountant

import (
	"math"

	"grapevine/nn/privacy"
)

// CLT is the central limit theorem of Gaussian differential privacy for
// Poisson sampling (Bu, Dong, Long and Su 2019, arXiv 1911.11607, Theorem 5):
//
//	μ² = Σ T·q²·(e^(1/z²) − 1),
//
// an [Estimate] that may lie on either side of the truth, and no bound.
type CLT struct{}

// Name is the accountant's name.
func (CLT) Name() string { return "Gaussian DP limit" }

// Compose adds up μ². It knows Poisson sampling under add/remove and zero-out.
func (a CLT) Compose(events []privacy.Event) (Profile, error) {
	if err := privacy.Validate(events); err != nil {
		return nil, err
	}
	mu2 := 0.0
	for _, e := range events {
		if e.Sampling.Kind != privacy.Poisson || e.Adjacency == privacy.ReplaceOne {
			return nil, unknown(a, e)
		}
		q, z := e.Sampling.Q, e.NoiseMultiplier
		mu2 += float64(e.Rounds) * q * q * math.Expm1(1/(z*z))
	}
	return cltProfile{GaussianProfile{Mu: math.Sqrt(mu2)}}, nil
}

type cltProfile struct{ GaussianProfile }

func (cltProfile) Claim() Claim { return Estimate }
