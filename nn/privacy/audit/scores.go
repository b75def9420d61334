package audit

import (
	"fmt"
	"math"
	"slices"
)

// Scores are the attack's scores of canaries that were in the run and of those
// left out; a higher score says "in".
type Scores struct{ In, Out []float64 }

// guesses is one threshold's result: all canaries that score at least as much
// are guessed to be in.
type guesses struct{ in, out int } // how many of either kind score at least as much

// thresholds lists the results of the thresholds on the upper hull of
// (guessed in and out, guessed in and in), by rising score; others are beaten
// by a mixture of two.
func (s Scores) thresholds() ([]guesses, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	in, out := slices.Sorted(slices.Values(s.In)), slices.Sorted(slices.Values(s.Out))
	var hull []guesses
	i, j := 0, 0 // how many of either kind score below the threshold
	for {
		g := guesses{len(in) - i, len(out) - j}
		for len(hull) >= 2 {
			a, b := hull[len(hull)-2], hull[len(hull)-1]
			// b is kept only strictly above the chord from a to g, seen with
			// those left out on the x axis: as the threshold rises both fall.
			if (b.out-a.out)*(g.in-b.in)-(g.out-b.out)*(b.in-a.in) > 0 {
				break
			}
			hull = hull[:len(hull)-1]
		}
		hull = append(hull, g)
		if i == len(in) && j == len(out) {
			return hull, nil
		}
		next := math.Inf(1)
		if i < len(in) {
			next = in[i]
		}
		if j < len(out) {
			next = math.Min(next, out[j])
		}
		for i < len(in) && in[i] <= next {
			i++
		}
		for j < len(out) && out[j] <= next {
			j++
		}
	}
}

func (s Scores) check() error {
	if len(s.In) == 0 || len(s.Out) == 0 {
		return fmt.Errorf("%d canaries in and %d out: want at least one of either", len(s.In), len(s.Out))
	}
	if slices.ContainsFunc(s.In, math.IsNaN) || slices.ContainsFunc(s.Out, math.IsNaN) {
		return fmt.Errorf("score NaN: want a number for each canary")
	}
	return nil
}

// OneRun is [OneRun]'s bound over all thresholds of the scores, each at its
// share of the significance (Bonferroni).
func (s Scores) OneRun(delta, significance float64) (float64, error) {
	return s.best(delta, significance, func(lo float64, m, r, v int, delta, significance float64) float64 {
		return oneRun(newBinomials(r), lo, m, v, delta, significance)
	})
}

// OneRunFDP is [OneRunFDP]'s bound over all thresholds, in the same way.
func (s Scores) OneRunFDP(delta, significance float64) (float64, error) {
	return s.best(delta, significance, oneRunFDP)
}

func (s Scores) best(delta, significance float64, bound func(lo float64, m, r, v int, delta, significance float64) float64) (float64, error) {
	if !(significance > 0 && significance < 1) {
		return 0, fmt.Errorf("significance %v: want above 0, below 1", significance)
	}
	if !(delta > 0 && delta < 1) {
		return 0, fmt.Errorf("δ %v: want above 0, below 1", delta)
	}
	hull, err := s.thresholds()
	if err != nil {
		return 0, err
	}
	significance /= float64(len(hull))
	m := len(s.In) + len(s.Out)
	// The surest thresholds first: the others then fail at the first look. The
	// order changes no result but the time it takes.
	slices.SortStableFunc(hull, func(a, b guesses) int {
		switch x, y := a.sureness(), b.sureness(); {
		case x > y:
			return -1
		case x < y:
			return 1
		}
		return 0
	})
	best := 0.0
	for _, g := range hull {
		// An ε of e^ε/(1 + e^ε) ≥ v/r is never rejected.
		if r := g.in + g.out; r > 0 && float64(g.in) > float64(r)/(1+math.Exp(-best)) {
			best = bound(best, m, r, g.in, delta, significance)
		}
	}
	return best, nil
}

// sureness is the share of correct guesses less two standard errors.
func (g guesses) sureness() float64 {
	r := float64(g.in + g.out)
	if r == 0 {
		return math.Inf(-1)
	}
	p := (float64(g.in) + 1) / (r + 2)
	return p - 4*math.Sqrt(p*(1-p)/(r+2))
}
