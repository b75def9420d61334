package audit

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mathext"

	"grapevine/nn/privacy/accountant"
)

// Mechanism is the code under audit: it clips the update in place and adds the
// noise of the round in the trial-th repetition of the whole run. Noise must be
// fresh in every round of every trial.
type Mechanism func(update []float32, round, trial int)

// Unit is the audit of one call: feed an update or nothing, project what comes
// out on the update's direction, and guess by a threshold midway. It catches a
// wrong σ, a missing clip and, in two rounds side by side, noise that is used
// again.
type Unit struct {
	Dimension int     // of the update, at least 1
	Clip      float64 // C, the norm that the mechanism promises to clip to
	// Stretch is the fed update's norm in units of C, at least 1. The clip
	// brings what is above 1 back; a missing one shows as a larger shift. 0
	// stands for 4.
	Stretch float64
	Trials  int // N, of either kind, at least 1
	// Rounds is how many rounds one trial adds up before it guesses, 1 if 0.
	// A trial of a whole run shows more than a round's μ times √T does, and
	// costs as much more.
	Rounds int
	// Significance is the probability, over all bounds together, that the
	// result is too high: 0.05 if 0. Each of the two rates takes half.
	Significance float64
}

// Finding is what an audit found.
type Finding struct {
	Trials                         int // N, of either kind
	FalsePositives, FalseNegatives int // of the trials' guesses
	// MuLower is a lower bound on one round's μ, 0 where nothing was found: of
	// a trial's rounds together, by the root of their number.
	MuLower float64
	// ReuseLower is the same from the difference of two rounds of which one
	// held the update. Fresh noise makes it smaller than MuLower; noise used
	// again makes it as large as N trials can show. The bounds are separate:
	// each holds with the significance asked for.
	ReuseLower float64
}

// Breaks says whether the finding contradicts the promise of noise multiplier
// z at sensitivity C, μ = 1/z.
func (f Finding) Breaks(z float64) bool { return math.Max(f.MuLower, f.ReuseLower) > 1/z }

// EpsilonLower is the lower bound on ε at δ over the rounds: μ_lb·√T through
// the exact accountant. It panics unless δ lies in (0, 1) and rounds is
// positive.
func (f Finding) EpsilonLower(rounds int, delta float64) float64 {
	return epsilonLower(math.Max(f.MuLower, f.ReuseLower), rounds, delta)
}

func epsilonLower(mu float64, rounds int, delta float64) float64 {
	if rounds < 1 {
		panic(fmt.Sprintf("audit: rounds %d: want at least 1", rounds))
	}
	return accountant.GaussianProfile{Mu: mu * math.Sqrt(float64(rounds))}.Epsilon(delta)
}

// Run carries the audit out. It calls the mechanism with the update and
// without, in rounds 1 to Rounds, and without in the round after that, under
// separate trial numbers for either kind.
func (u Unit) Run(m Mechanism) (Finding, error) {
	if u.Stretch == 0 {
		u.Stretch = 4
	}
	if u.Significance == 0 {
		u.Significance = 0.05
	}
	if u.Rounds == 0 {
		u.Rounds = 1
	}
	switch {
	case u.Dimension < 1:
		return Finding{}, fmt.Errorf("dimension %d: want at least 1", u.Dimension)
	case !(u.Clip > 0) || math.IsInf(u.Clip, 1):
		return Finding{}, fmt.Errorf("clip norm %v: want a positive number", u.Clip)
	case !(u.Stretch >= 1) || math.IsInf(u.Stretch, 1):
		return Finding{}, fmt.Errorf("stretch %v: want at least 1", u.Stretch)
	case u.Trials < 1:
		return Finding{}, fmt.Errorf("trials %d: want at least 1", u.Trials)
	case u.Rounds < 1:
		return Finding{}, fmt.Errorf("rounds %d: want at least 1", u.Rounds)
	case !(u.Significance > 0 && u.Significance < 1):
		return Finding{}, fmt.Errorf("significance %v: want above 0, below 1", u.Significance)
	}
	// A direction along which all coordinates count, signs by turns.
	direction := make([]float64, u.Dimension)
	for i := range direction {
		direction[i] = 1 / math.Sqrt(float64(u.Dimension))
		if i%2 == 1 {
			direction[i] = -direction[i]
		}
	}
	update := make([]float32, u.Dimension)
	project := func(size float64, round, trial int) (dot float64) {
		for i, d := range direction {
			update[i] = float32(size * d)
		}
		m(update, round, trial)
		for i, d := range direction {
			dot += d * float64(update[i])
		}
		return dot
	}
	f := Finding{Trials: u.Trials}
	middle := u.Clip / 2
	var reusePositives, reuseNegatives int
	for n := range u.Trials {
		// Trials with and without take separate noise: 2n and 2n + 1.
		with, without := 0.0, 0.0
		var lastWith, lastWithout float64
		for round := 1; round <= u.Rounds; round++ {
			lastWith, lastWithout = project(u.Stretch*u.Clip, round, 2*n), project(0, round, 2*n+1)
			with += lastWith
			without += lastWithout
		}
		if !(with > float64(u.Rounds)*middle) {
			f.FalseNegatives++
		}
		if without > float64(u.Rounds)*middle {
			f.FalsePositives++
		}
		if !(lastWith-project(0, u.Rounds+1, 2*n) > middle) {
			reuseNegatives++
		}
		if lastWithout-project(0, u.Rounds+1, 2*n+1) > middle {
			reusePositives++
		}
	}
	trials := float64(u.Trials)
	f.MuLower = MuLower(float64(f.FalsePositives), float64(f.FalseNegatives), trials, u.Significance) / math.Sqrt(float64(u.Rounds))
	f.ReuseLower = MuLower(float64(reusePositives), float64(reuseNegatives), trials, u.Significance)
	return f, nil
}

// MuLower is the lower bound on μ from an attack that was wrong fp times in n
// without and fn times in n with the update:
//
//	max(0, Φ⁻¹(1 − FPR_ub) − Φ⁻¹(FNR_ub)),
//
// Clopper–Pearson bounds at half the significance each (Nasr et al. 2023, arXiv
// 2302.07956). Counts need not be whole, so that an expectation can be shown.
func MuLower(fp, fn, n, significance float64) float64 {
	checkSignificance(significance)
	bound := func(k float64) float64 {
		if k >= n {
			return 1
		}
		return mathext.InvRegIncBeta(k+1, n-k, 1-significance/2)
	}
	fpr, fnr := bound(fp), bound(fn)
	if fpr >= 1 || fnr >= 1 {
		return 0
	}
	return math.Max(0, mathext.NormalQuantile(1-fpr)-mathext.NormalQuantile(fnr))
}

// ExpectedEpsilon is the lower bound on ε at δ over the rounds that a sound
// mechanism of noise multiplier z shows in n trials of either kind, each of the
// whole run, where the rates of error are met exactly, FPR = FNR =
// Φ(−√T/(2z)): what an audit can hope for.
func ExpectedEpsilon(z float64, rounds, n int, delta, significance float64) float64 {
	k := float64(n) * 0.5 * math.Erfc(math.Sqrt(float64(rounds))/(2*z)/math.Sqrt2)
	return epsilonLower(MuLower(k, k, float64(n), significance), 1, delta)
}
