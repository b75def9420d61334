package accountant

import (
	"fmt"
	"math"
	"slices"

	"grapevine/nn/privacy"
)

// Participation is the exact accountant of rounds whose observer sees who took
// part, as the server of federated averaging does (McMahan et al. 2017): no
// amplification, but a unit pays for the rounds alone in which it was drawn.
// Given how often that was the loss is Gaussian, so
//
//	δ(ε) = Σ_k Binom(T, q)(k)·δ_{μ₁√k}(ε),  μ₁ = s/z,
//
// and over events that differ, the mixture over all of their counts. It knows
// plain events and visible participation.
type Participation struct{}

// participationTerms bounds the mixture: its size is the product of the
// rounds of events that differ.
const participationTerms = 1 << 20

// Name is the accountant's name.
func (Participation) Name() string { return "participation mixture" }

// Compose builds the mixture.
func (a Participation) Compose(events []privacy.Event) (Profile, error) {
	if err := privacy.Validate(events); err != nil {
		return nil, err
	}
	type kind struct{ q, z float64 }
	rounds := map[kind]int{}
	var kinds []kind // in the order they first happen
	fixed := 0.0     // the μ² of plain events
	for _, e := range events {
		switch {
		case plain(e):
			fixed += float64(e.Rounds) / (effective(e) * effective(e))
		case e.Sampling.Kind == privacy.Visible:
			k := kind{e.Sampling.Q, effective(e)}
			if rounds[k] == 0 {
				kinds = append(kinds, k)
			}
			rounds[k] += e.Rounds
		default:
			return nil, unknown(a, e)
		}
	}
	p := participationProfile{{mu2: fixed, weight: 1}}
	for _, k := range kinds {
		weights := binomial(rounds[k], k.q)
		if len(p)*len(weights) > participationTerms {
			return nil, fmt.Errorf("%s of %d by %d counts: want at most %d", a.Name(), len(p), len(weights), participationTerms)
		}
		var next participationProfile
		for _, c := range p {
			for n, w := range weights {
				if w > 0 {
					next = append(next, component{c.mu2 + float64(n)/(k.z*k.z), c.weight * w})
				}
			}
		}
		p = next
	}
	slices.SortFunc(p, func(a, b component) int {
		switch { // small terms first, so that their sum keeps its digits
		case a.mu2 < b.mu2:
			return -1
		case a.mu2 > b.mu2:
			return 1
		}
		return 0
	})
	return p, nil
}

// binomial lists P[Bin(n, q) = k] for k = 0 … n.
func binomial(n int, q float64) []float64 {
	p := make([]float64, n+1)
	logChoose := 0.0
	for k := range p {
		p[k] = math.Exp(logChoose + float64(k)*math.Log(q) + float64(n-k)*math.Log1p(-q))
		logChoose += math.Log(float64(n-k) / float64(k+1))
	}
	return p
}

type component struct{ mu2, weight float64 }

type participationProfile []component

func (participationProfile) Claim() Claim { return Guarantee }

func (p participationProfile) Delta(epsilon float64) float64 {
	checkEpsilon(epsilon)
	sum := 0.0
	for _, c := range p {
		sum += c.weight * math.Exp(logGaussianDelta(math.Sqrt(c.mu2), epsilon))
	}
	return math.Min(1, sum)
}

func (p participationProfile) Epsilon(delta float64) float64 {
	checkDelta(delta)
	largest := p[len(p)-1].mu2
	switch {
	case largest == 0:
		return 0
	case delta == 0:
		return math.Inf(1)
	}
	return least(func(epsilon float64) bool { return p.Delta(epsilon) <= delta })
}
