package accountant

import (
	"math"

	"grapevine/nn/privacy"
)

// ZCDP is the accountant of zero-concentrated differential privacy (Bun and
// Steinke 2016, arXiv 1605.02065, Propositions 1.3, 1.6 and Lemma 1.7):
// ρ = Σ s²/(2z²), ε = ρ + 2·√(ρ·log(1/δ)). It knows plain events alone.
type ZCDP struct{}

// Name is the accountant's name.
func (ZCDP) Name() string { return "zCDP" }

// Compose adds up ρ.
func (a ZCDP) Compose(events []privacy.Event) (Profile, error) {
	g, err := Gaussian{}.Compose(events)
	if err != nil {
		if e, ok := firstSampled(events); ok {
			return nil, unknown(a, e)
		}
		return nil, err
	}
	mu := g.(GaussianProfile).Mu
	return zcdpProfile{rho: mu * mu / 2}, nil
}

// firstSampled finds a valid event that is not plain.
func firstSampled(events []privacy.Event) (privacy.Event, bool) {
	for _, e := range events {
		if e.Validate() == nil && !plain(e) {
			return e, true
		}
	}
	return privacy.Event{}, false
}

type zcdpProfile struct{ rho float64 }

func (zcdpProfile) Claim() Claim { return Guarantee }

func (p zcdpProfile) Epsilon(delta float64) float64 {
	checkDelta(delta)
	if p.rho == 0 {
		return 0
	}
	return p.rho + 2*math.Sqrt(p.rho*-math.Log(delta))
}

func (p zcdpProfile) Delta(epsilon float64) float64 {
	checkEpsilon(epsilon)
	switch {
	case p.rho == 0:
		return 0
	case epsilon <= p.rho:
		return 1
	}
	return math.Exp(-(epsilon - p.rho) * (epsilon - p.rho) / (4 * p.rho))
}
