package experiment

import (
	"fmt"
	"slices"
)

// ThresholdShare is the share of the ε = ∞ final accuracy that counts as
// having learned.
const ThresholdShare = 0.9

// Outcome is what came of the runs of a sweep that differ in nothing but their
// seed, for one protocol.
type Outcome struct {
	Values   []string // of the sweep's axes
	Protocol string
	Seeds    []uint64
	Rounds   []int       // those evaluated, round 0 first
	Accuracy [][]float64 // test accuracy by seed and evaluated round
	Diverged int         // runs that stopped being finite
	// Reached holds by seed the first round, of those evaluated and round 0
	// aside, with at least ThresholdShare of the final accuracy that the same
	// protocol and seed reach at ε = ∞, or Never. It is nil where the sweep
	// has no such run.
	Reached []int
}

// Final describes the final accuracies.
func (o Outcome) Final() Summary { return Summarise(o.Finals()) }

// Finals lists the final accuracies by seed.
func (o Outcome) Finals() []float64 {
	last := make([]float64, len(o.Accuracy))
	for i, c := range o.Accuracy {
		last[i] = c[len(c)-1]
	}
	return last
}

// Value is the outcome's value of an axis; ok is false when the sweep does not
// vary the setting.
func (s Sweep) Value(o Outcome, key string) (value string, ok bool) {
	for i, a := range s.Vary {
		if a.Key == key {
			return o.Values[i], true
		}
	}
	return "", false
}

// Outcomes gathers a sweep's results, which are those of Runs in their order:
// one for each point and protocol.
func (s Sweep) Outcomes(results []Result) ([]Outcome, error) {
	runs, _, err := s.Runs()
	if err != nil {
		return nil, err
	}
	if len(results) != len(runs) {
		return nil, fmt.Errorf("%d results: want %d", len(results), len(runs))
	}
	for i, r := range results {
		if r.Experiment != runs[i] {
			return nil, fmt.Errorf("result %d is of another experiment than run %d of the sweep", i, i)
		}
	}
	var outcomes []Outcome
	for point := range s.Points() {
		of := results[point*s.Seeds:][:s.Seeds]
		for _, protocol := range of[0].Experiment.Protocols() {
			o := Outcome{Values: s.Values(point), Protocol: protocol}
			for _, m := range of[0].Rounds[protocol] {
				o.Rounds = append(o.Rounds, m.Round)
			}
			for _, r := range of {
				o.Seeds = append(o.Seeds, r.Experiment.Seed)
				o.Accuracy = append(o.Accuracy, r.accuracies(protocol))
				if _, ok := r.Divergence[protocol]; ok {
					o.Diverged++
				}
			}
			if free, ok := s.noiseless(point); ok {
				for i, r := range results[free*s.Seeds:][:s.Seeds] {
					reference := r.accuracies(protocol)
					threshold := ThresholdShare * reference[len(reference)-1]
					o.Reached = append(o.Reached, RoundsTo(o.Rounds, o.Accuracy[i], threshold))
				}
			}
			outcomes = append(outcomes, o)
		}
	}
	return outcomes, nil
}

func (r Result) accuracies(protocol string) []float64 {
	rows := r.Rounds[protocol]
	a := make([]float64, len(rows))
	for i, m := range rows {
		a[i] = m.TestAccuracy
	}
	return a
}

// noiseless is the point that differs from this one in ε = ∞ alone.
func (s Sweep) noiseless(point int) (free int, ok bool) {
	values := s.Values(point)
	varied := false
	for i, a := range s.Vary {
		if a.Key == "epsilon" {
			values[i], varied = "inf", true
		}
	}
	if !varied {
		return point, !s.Base.Epsilon.Finite()
	}
	for p := range s.Points() {
		if slices.Equal(s.Values(p), values) {
			return p, true
		}
	}
	return 0, false
}
