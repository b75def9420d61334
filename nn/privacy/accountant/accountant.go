// Package accountant says what a ledger of privacy events amounts to: ε at a
// given δ, δ at a given ε. Use [Gaussian] where nothing is sampled, [PLD]
// everywhere else; the others are there to be compared with them, and stand
// behind the same contract.
//
// An event that an accountant does not know is an error, never a guess. What
// it returns is float64 computed with package math, whose last bits differ
// from machine to machine: it is to be shown, and never to flow into a run.
// Where a run needs a number from here, take it through [RoundUp].
//
// Symbols: C clip norm; σ the noise's standard deviation; z = σ/C the noise
// multiplier; s the sensitivity in units of C, 1 or 2; T rounds; q sampling
// rate; α Rényi order; μ = s√T/z the parameter of Gaussian differential
// privacy; Φ the standard normal distribution function.
package accountant

import (
	"fmt"
	"math"

	"grapevine/nn/privacy"
)

// Claim is what a number is.
type Claim int

// The claims.
const (
	Guarantee  Claim = iota + 1 // an upper bound on what anyone can learn
	Estimate                    // close to it, but no bound
	LowerBound                  // at least this much is learnt
)

func (c Claim) String() string {
	switch c {
	case Guarantee:
		return "guarantee"
	case Estimate:
		return "estimate"
	case LowerBound:
		return "lower bound"
	}
	return fmt.Sprintf("claim %d", int(c))
}

// Accountant turns events into a profile.
type Accountant interface {
	// Name is a short name for the screen.
	Name() string
	// Compose adds the events up. They must pass [privacy.Validate]; an event
	// that the accountant has no theorem for is an error. No events give ε 0.
	Compose(events []privacy.Event) (Profile, error)
}

// Profile is what composed events amount to.
type Profile interface {
	// Claim says what the two numbers are.
	Claim() Claim
	// Epsilon is the least ε ≥ 0 known to hold at δ, +Inf where none is. It
	// panics unless 0 ≤ δ < 1.
	Epsilon(delta float64) float64
	// Delta is the least δ in [0, 1] known to hold at ε. It panics unless
	// ε ≥ 0.
	Delta(epsilon float64) float64
}

// All lists the accountants from the tightest to the loosest; those that do
// not know an event say so.
func All() []Accountant {
	return []Accountant{Gaussian{}, Participation{}, PLD{}, RDP{}, ZCDP{}, Optimal{}, Advanced{}, Basic{}, CLT{}}
}

// unknown refuses an event that the accountant has no theorem for.
func unknown(a Accountant, e privacy.Event) error {
	return fmt.Errorf("%s does not know %v sampling with adjacency %v", a.Name(), e.Sampling.Kind, e.Adjacency)
}

// plain says whether nothing about the sampling hides or varies, so that the
// event is a Gaussian mechanism in each round.
func plain(e privacy.Event) bool {
	return e.Sampling.Kind == privacy.EveryRound || e.Sampling.Rate() == 1
}

// effective is z/s, the noise in units of the sensitivity.
func effective(e privacy.Event) float64 { return e.NoiseMultiplier / e.Adjacency.Sensitivity() }

func checkDelta(delta float64) {
	if !(delta >= 0 && delta < 1) {
		panic(fmt.Sprintf("accountant: δ %v: want at least 0, below 1", delta))
	}
}

func checkEpsilon(epsilon float64) {
	if !(epsilon >= 0) {
		panic(fmt.Sprintf("accountant: ε %v: want at least 0", epsilon))
	}
}

// TruePositiveRate bounds the rate at which an attack finds a member when it
// takes a non-member for one at the rate fpr, in [0, 1]:
//
//	min over ε ≥ 0 of min(e^ε·fpr + δ(ε), 1 − e^−ε·(1 − δ(ε) − fpr))
//
// (Dong, Roth and Su 2019, arXiv 1905.02383, Proposition 2.12).
func TruePositiveRate(p Profile, fpr float64) float64 {
	if !(fpr >= 0 && fpr <= 1) {
		panic(fmt.Sprintf("accountant: false positive rate %v: want 0 to 1", fpr))
	}
	bound := func(epsilon float64) float64 {
		d := p.Delta(epsilon)
		return math.Min(math.Exp(epsilon)*fpr+d, 1-math.Exp(-epsilon)*(1-d-fpr))
	}
	// The bound is the least of tangents to a concave curve: it falls and then
	// rises in ε on either side, so the best of a coarse grid is near the best.
	best, at := math.Min(1, bound(0)), 0.0
	for epsilon := 0.001; epsilon < 700; epsilon *= 1.05 {
		if b := bound(epsilon); b < best {
			best, at = b, epsilon
		}
	}
	lo, hi := at/1.05, math.Max(at*1.05, 0.001)
	for range 60 {
		a, b := lo+(hi-lo)/3, hi-(hi-lo)/3
		x, y := bound(a), bound(b)
		best = math.Min(best, math.Min(x, y))
		if x < y {
			hi = b
		} else {
			lo = a
		}
	}
	return best
}
