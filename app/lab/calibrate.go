package lab

import (
	"fmt"
	"slices"

	"grapevine/app/experiment"
	"grapevine/nn/privacy"
	"grapevine/nn/privacy/accountant"
)

// mostEpsilon bounds a target or a budget.
const mostEpsilon = 1e6

// multiplied is the experiment with its noise set by a multiplier, which
// whoever calibrates replaces.
func multiplied(e experiment.Experiment, z float64) experiment.Experiment {
	e.NoiseBy, e.NoiseMultiplier = experiment.NoiseMultiplier, z
	return e
}

// distinct lists the protocols' events, those of the second left out where
// they are the first's: the loss is the same, and may take long to compute.
func distinct(e experiment.Experiment, sizes []int) (lists [][]privacy.Event, protocols []string, err error) {
	for _, protocol := range e.Protocols() {
		events, err := Events(e, protocol, sizes)
		if err != nil {
			return nil, nil, err
		}
		if len(lists) == 0 || !slices.Equal(lists[0], events) {
			lists, protocols = append(lists, events), append(protocols, protocol)
		}
	}
	return lists, protocols, nil
}

// worstDelta is the δ at ε of the whole run, of the protocol worse off.
func worstDelta(e experiment.Experiment, sizes []int, epsilon float64) (worst float64, err error) {
	lists, _, err := distinct(e, sizes)
	if err != nil {
		return 0, err
	}
	for _, events := range lists {
		p, err := accountant.Best(events).Compose(events)
		if err != nil {
			return 0, err
		}
		worst = max(worst, p.Delta(epsilon))
	}
	return worst, nil
}

// calibrate is the least noise multiplier of four significant digits that
// keeps the whole run (ε, δ)-private by every protocol, and the total that it
// gives. It is for whoever sees the most and the unit worst off.
func calibrate(e experiment.Experiment, sizes []int, epsilon float64) (z, total float64, err error) {
	if !(epsilon > 0 && epsilon <= mostEpsilon) {
		return 0, 0, fmt.Errorf("ε %v: want above 0, at most %.0e", epsilon, mostEpsilon)
	}
	unit := multiplied(e, 1)
	lists, protocols, err := distinct(unit, sizes)
	if err != nil {
		return 0, 0, err
	}
	for i, events := range lists {
		need, err := accountant.NoiseMultiplier(accountant.Best(events), events[0], epsilon, e.Delta)
		if err != nil {
			return 0, 0, err
		}
		if e.Trust == experiment.TrustCorrelated {
			need, err = independent(unit, protocols[i], sizes, need)
			if err != nil {
				return 0, 0, err
			}
		}
		z = max(z, need)
	}
	z = accountant.RoundUp(z)
	if z > 1e6 {
		return 0, 0, fmt.Errorf("ε %v would take a noise multiplier of %.3g: want at most 1e6", epsilon, z)
	}
	if lists, _, err = distinct(multiplied(e, z), sizes); err != nil {
		return 0, 0, err
	}
	for _, events := range lists {
		t, err := accountant.NewTotal(accountant.Best(events), events, e.Delta)
		if err != nil {
			return 0, 0, err
		}
		total = max(total, t.Epsilon)
	}
	return z, total, nil
}

// independent is the least multiplier of the noise that is not shared, to four
// digits, with which shared noise is worth a multiplier of need.
func independent(e experiment.Experiment, protocol string, sizes []int, need float64) (float64, error) {
	lo, hi := 0.0, need // shared noise takes nothing away
	for hi-lo > 2e-5*hi {
		mid := (lo + hi) / 2
		events, err := Events(multiplied(e, mid), protocol, sizes)
		if err != nil {
			return 0, err
		}
		if events[0].NoiseMultiplier >= need {
			hi = mid
		} else if lo = mid; hi < 1e-6*need {
			break
		}
	}
	return hi, nil
}

// mostRounds is the most that a run can have.
const mostRounds = 10000

// roundsWithin is the most rounds that keep the whole run (ε, δ)-private by
// every protocol; 0 where not even one does.
func roundsWithin(e experiment.Experiment, sizes []int, epsilon float64) (int, error) {
	if !(epsilon > 0 && epsilon <= mostEpsilon) {
		return 0, fmt.Errorf("ε %v: want above 0, at most %.0e", epsilon, mostEpsilon)
	}
	if !e.Noisy() {
		return 0, fmt.Errorf("without noise not even one round has an ε")
	}
	lo, hi := 0, 1 // lo holds
	for lo < mostRounds {
		e.Rounds = hi
		d, err := worstDelta(e, sizes, epsilon)
		if err != nil {
			return 0, err
		}
		if d > e.Delta {
			break
		}
		lo, hi = hi, min(2*hi, mostRounds)
	}
	for lo < mostRounds && hi-lo > 1 {
		mid := lo + (hi-lo)/2
		e.Rounds = mid
		d, err := worstDelta(e, sizes, epsilon)
		if err != nil {
			return 0, err
		}
		if d <= e.Delta {
			lo = mid
		} else {
			hi = mid
		}
	}
	return lo, nil
}
