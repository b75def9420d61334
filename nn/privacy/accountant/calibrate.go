package accountant

import (
	"fmt"
	"math"
	"strconv"

	"grapevine/nn/privacy"
)

// NoiseMultiplier is the least z, to 1e-7 of it, at which the accountant finds
// the event (ε, δ)-private; the event's own noise multiplier is not looked at.
// The z returned has been seen to keep δ: it is the safe end of the bracket.
// ε must be positive and finite, δ in (0, 1); where no z from 1e-4 to 1e8 does,
// that is an error.
func NoiseMultiplier(a Accountant, e privacy.Event, epsilon, delta float64) (float64, error) {
	if err := checkTarget(epsilon, delta); err != nil {
		return 0, err
	}
	// log δ(ε) − log δ at e^x, and whether it is safe.
	excess := func(x float64) (float64, error) {
		e.NoiseMultiplier = math.Exp(x)
		p, err := a.Compose([]privacy.Event{e})
		if err != nil {
			return 0, fmt.Errorf("noise multiplier for ε %v, δ %v: %w", epsilon, delta, err)
		}
		return math.Log(p.Delta(epsilon)) - math.Log(delta), nil
	}
	low, high := math.Log(1e-4), math.Log(1e8)
	hi := 0.0
	fHi, err := excess(hi)
	if err != nil {
		return 0, err
	}
	lo, fLo := hi, fHi
	for fHi > 0 {
		if lo, fLo, hi = hi, fHi, hi+math.Ln2; hi > high {
			return 0, fmt.Errorf("%s reaches no ε %v, δ %v: want a noise multiplier up to %.0e", a.Name(), epsilon, delta, math.Exp(high))
		}
		if fHi, err = excess(hi); err != nil {
			return 0, err
		}
	}
	for fLo <= 0 {
		if hi, fHi, lo = lo, fLo, lo-math.Ln2; lo < low {
			return math.Exp(hi), nil
		}
		if fLo, err = excess(lo); err != nil {
			return 0, err
		}
	}
	// Bisection, hastened: every other step goes where the chord through the
	// ends crosses, and a little beyond it to the safe side.
	const width = 1e-7
	for step := 0; hi-lo > width; step++ {
		x := (lo + hi) / 2
		if chord := lo + (hi-lo)*fLo/(fLo-fHi); step%3 != 2 && chord > lo && chord < hi {
			x = chord
			if step%3 == 0 {
				x = math.Min(chord+width/2+(hi-lo)*1e-3, (chord+hi)/2)
			} else {
				x = math.Max(chord-width/2-(hi-lo)*1e-3, (chord+lo)/2)
			}
		}
		f, err := excess(x)
		if err != nil {
			return 0, err
		}
		if f <= 0 {
			hi, fHi = x, f
		} else {
			lo, fLo = x, f
		}
	}
	return math.Exp(hi), nil
}

// Rounds is the most rounds, up to limit, that the accountant finds
// (ε, δ)-private; the event's own number is not looked at. It is 0 where not
// even one is.
func Rounds(a Accountant, e privacy.Event, epsilon, delta float64, limit int) (int, error) {
	if err := checkTarget(epsilon, delta); err != nil {
		return 0, err
	}
	if limit < 1 {
		return 0, fmt.Errorf("limit of rounds %d: want at least 1", limit)
	}
	holds := func(rounds int) (bool, error) {
		e.Rounds = rounds
		p, err := a.Compose([]privacy.Event{e})
		if err != nil {
			return false, fmt.Errorf("rounds for ε %v, δ %v: %w", epsilon, delta, err)
		}
		return p.Delta(epsilon) <= delta, nil
	}
	lo, hi := 0, 1 // lo holds
	for hi <= limit {
		ok, err := holds(hi)
		if err != nil {
			return 0, err
		}
		if !ok {
			break
		}
		if lo = hi; hi == limit {
			return limit, nil
		}
		hi = min(2*hi, limit)
	}
	for hi-lo > 1 {
		mid := lo + (hi-lo)/2
		ok, err := holds(mid)
		if err != nil {
			return 0, err
		}
		if ok {
			lo = mid
		} else {
			hi = mid
		}
	}
	return lo, nil
}

func checkTarget(epsilon, delta float64) error {
	if !(epsilon > 0) || math.IsInf(epsilon, 1) {
		return fmt.Errorf("ε %v: want a positive number", epsilon)
	}
	if !(delta > 0 && delta < 1) {
		return fmt.Errorf("δ %v: want above 0, below 1", delta)
	}
	return nil
}

// RoundUp is x, which must be positive and finite, rounded up to four
// significant decimal digits. A noise multiplier that a run uses goes through
// it: the last bits of an accountant differ by machine, and four digits do not
// (but where x lies within rounding of four digits already; those are kept).
func RoundUp(x float64) float64 {
	if !(x > 0) || math.IsInf(x, 1) {
		panic(fmt.Sprintf("accountant: round up %v: want a positive number", x))
	}
	nearest, _ := strconv.ParseFloat(strconv.FormatFloat(x, 'e', 3, 64), 64)
	if nearest >= x {
		return nearest
	}
	unit := math.Pow(10, math.Floor(math.Log10(x))-3)
	up, _ := strconv.ParseFloat(strconv.FormatFloat(nearest+unit, 'e', 3, 64), 64)
	return up
}

// AnalyticSigma is the analytic Gaussian mechanism's σ for one message and
// sensitivity c (Balle and Wang 2018, arXiv 1805.06530, Algorithm 1): the least
// that is (ε, δ)-private, for every ε ≥ 0. It panics unless c is positive and
// δ in (0, 1).
func AnalyticSigma(c, epsilon, delta float64) float64 {
	if !(c > 0) {
		panic(fmt.Sprintf("accountant: sensitivity %v: want a positive number", c))
	}
	return c / GaussianMu(epsilon, delta)
}

// Classic is what the tutorial's formula, σ = C·√(2·log(1.25/δ))/ε, is worth.
type Classic struct {
	NoiseMultiplier float64 // σ/C
	Proved          bool    // ε lies in the theorem's range, up to 1
	Delta           float64 // the exact δ at ε, sensitivity C
	Holds           bool    // Delta is at most the δ asked for
}

// CheckClassic holds the formula for one message to the exact profile. It
// panics unless ε is positive and δ in (0, 1).
func CheckClassic(epsilon, delta float64) Classic {
	z := privacy.ClassicSigma(1, epsilon, delta)
	d := GaussianProfile{Mu: 1 / z}.Delta(epsilon)
	return Classic{NoiseMultiplier: z, Proved: epsilon <= 1, Delta: d, Holds: d <= delta}
}

// ClassicLimit is the ε above which the formula fails at δ in (0, 1), about
// 8.42 at 1e-5.
func ClassicLimit(delta float64) float64 {
	return least(func(epsilon float64) bool { return epsilon > 0 && !CheckClassic(epsilon, delta).Holds })
}
