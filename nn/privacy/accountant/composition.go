package accountant

import (
	"fmt"
	"math"

	"grapevine/nn/privacy"
)

// The classroom's ladder: each round is taken as (ε_i, δ_i)-private by the
// exact profile of one Gaussian mechanism, and the pairs are added up by a
// theorem that knows nothing else of the mechanism. Of the δ asked for, each
// of the T rounds gets an equal share. The three know plain events alone.

// Basic adds up: Σ ε_i at Σ δ_i (Dwork and Roth 2014, Theorem 3.16). Each
// round's share is δ/T.
type Basic struct{}

// Name is the accountant's name.
func (Basic) Name() string { return "basic composition" }

// Compose lists the rounds.
func (a Basic) Compose(events []privacy.Event) (Profile, error) {
	return ladder(a, events, func(rounds []round, total int, delta float64) float64 {
		sum := 0.0
		for _, r := range rounds {
			sum += float64(r.count) * GaussianProfile{Mu: r.mu}.Epsilon(delta/float64(total))
		}
		return sum
	})
}

// Advanced is the advanced composition theorem (Dwork, Rothblum and Vadhan
// 2010; for rounds that differ, Kairouz, Oh and Viswanath 2015, arXiv
// 1311.0776, Theorem 3.5):
//
//	Σ ε_i·(e^ε_i − 1)/(e^ε_i + 1) + √(2·log(1/δ')·Σ ε_i²),
//
// with δ' = δ/2 and each round's share δ/(2T).
type Advanced struct{}

// Name is the accountant's name.
func (Advanced) Name() string { return "advanced composition" }

// Compose lists the rounds.
func (a Advanced) Compose(events []privacy.Event) (Profile, error) {
	return ladder(a, events, func(rounds []round, total int, delta float64) float64 {
		linear, square := 0.0, 0.0
		for _, r := range rounds {
			e := GaussianProfile{Mu: r.mu}.Epsilon(delta / 2 / float64(total))
			linear += float64(r.count) * e * math.Tanh(e/2)
			square += float64(r.count) * e * e
		}
		return linear + math.Sqrt(2*math.Log(2/delta)*square)
	})
}

// Optimal is the best that can be said of T rounds of which only one (ε, δ) is
// known (Kairouz, Oh and Viswanath 2015, Theorem 3.3), with half of δ shared
// among the rounds. It knows rounds that are all alike.
type Optimal struct{}

// Name is the accountant's name.
func (Optimal) Name() string { return "optimal composition" }

// Compose counts the rounds.
func (a Optimal) Compose(events []privacy.Event) (Profile, error) {
	for _, e := range events {
		if e.NoiseMultiplier != events[0].NoiseMultiplier {
			return nil, fmt.Errorf("%s of noise multipliers %v and %v: want rounds that are all alike", a.Name(), events[0].NoiseMultiplier, e.NoiseMultiplier)
		}
	}
	return ladder(a, events, func(rounds []round, total int, delta float64) float64 {
		share := delta / 2 / float64(total)
		return OptimalComposition(GaussianProfile{Mu: rounds[0].mu}.Epsilon(share), share, total, delta)
	})
}

// OptimalComposition is Theorem 3.3 of Kairouz, Oh and Viswanath: rounds
// mechanisms that are each (ε, δ)-private are together (ε', totalDelta)-private
// for the ε' it returns, the least of (T − 2i)·ε for i = 0 … T/2 with
//
//	1 − (1 − δ)^T·(1 − δ_i) ≤ totalDelta,
//	δ_i = Σ_{l<i} C(T,l)·(e^((T−l)ε) − e^((T−2i+l)ε)) / (1 + e^ε)^T.
//
// It is +Inf where totalDelta is below 1 − (1 − δ)^T, and then no ε' holds. It
// panics unless ε ≥ 0, both δ lie in [0, 1) and rounds is positive.
func OptimalComposition(epsilon, delta float64, rounds int, totalDelta float64) float64 {
	checkEpsilon(epsilon)
	checkDelta(delta)
	checkDelta(totalDelta)
	if rounds < 1 {
		panic(fmt.Sprintf("accountant: rounds %d: want at least 1", rounds))
	}
	t := float64(rounds)
	logKept := t * math.Log1p(-delta) // log (1 − δ)^T
	// 1 + 1e-12: the comparison is of sums that round; 4T bits are lost at most.
	holds := func(deltaI float64) bool {
		return -math.Expm1(logKept+math.Log1p(-math.Min(deltaI, 1))) <= totalDelta*(1+1e-12)
	}
	if !holds(0) {
		return math.Inf(1)
	}
	// δ_i grows with i: look for the last i that holds.
	norm := t * (epsilon + math.Log1p(math.Exp(-epsilon))) // log (1 + e^ε)^T
	lo, hi := 0, rounds/2+1
	for hi-lo > 1 {
		i := lo + (hi-lo)/2
		sum, logChoose := 0.0, 0.0
		for l := 0; l < i; l++ {
			a := logChoose + float64(rounds-l)*epsilon - norm
			sum += math.Exp(a) * -math.Expm1(-float64(2*(i-l))*epsilon)
			logChoose += math.Log(float64(rounds-l) / float64(l+1))
		}
		if holds(sum) {
			lo = i
		} else {
			hi = i
		}
	}
	return float64(rounds-2*lo) * epsilon
}

// round is count rounds of the Gaussian mechanism with parameter mu.
type round struct {
	mu    float64
	count int
}

// ladder makes a profile of a rule that gives ε at δ for plain rounds.
func ladder(a Accountant, events []privacy.Event, epsilon func(rounds []round, total int, delta float64) float64) (Profile, error) {
	if err := privacy.Validate(events); err != nil {
		return nil, err
	}
	p := ladderProfile{epsilon: epsilon}
	for _, e := range events {
		if !plain(e) {
			return nil, unknown(a, e)
		}
		p.rounds = append(p.rounds, round{1 / effective(e), e.Rounds})
		p.total += e.Rounds
	}
	return p, nil
}

type ladderProfile struct {
	rounds  []round
	total   int
	epsilon func(rounds []round, total int, delta float64) float64
}

func (ladderProfile) Claim() Claim { return Guarantee }

func (p ladderProfile) Epsilon(delta float64) float64 {
	checkDelta(delta)
	switch {
	case p.total == 0:
		return 0
	case delta == 0:
		return math.Inf(1)
	}
	return p.epsilon(p.rounds, p.total, delta)
}

// Delta bisects on log δ, which the rule gives no closed form for; below
// e^−600 it stops.
func (p ladderProfile) Delta(epsilon float64) float64 {
	checkEpsilon(epsilon)
	if p.total == 0 {
		return 0
	}
	lo, hi := -600.0, 0.0 // hi holds: δ = 1 always does
	for range 60 {
		mid := (lo + hi) / 2
		if p.Epsilon(math.Exp(mid)) <= epsilon {
			hi = mid
		} else {
			lo = mid
		}
	}
	return math.Exp(hi)
}
