package page

import (
	"slices"
	"testing"

	"grapevine/app/experiment"
)

// swept is a complete sweep of three ε and two seeds, whose runs end at the
// accuracies given by ε.
func swept(t *testing.T, finals map[string]float64) Model {
	t.Helper()
	m := sit(t).facts().Model
	e := m.Experiment
	e.Protocol, e.Rounds = experiment.FedAvg, 4
	s := experiment.Sweep{Base: e, Vary: []experiment.Axis{{Key: "epsilon", Values: []string{"inf", "8", "1"}}}, Seeds: 2}
	runs, _, err := s.Runs()
	if err != nil {
		t.Fatal(err)
	}
	m.Study = Study{Begun: true, Sweep: s, Runs: runs}
	epsilon, _ := experiment.Find("epsilon")
	for _, run := range runs {
		r := experiment.Result{Experiment: run, Rounds: map[string][]experiment.Metrics{}}
		for round := range e.Rounds + 1 {
			a := 0.1 + (finals[epsilon.Get(run)]-0.1)*float64(round)/float64(e.Rounds)
			r.Rounds[experiment.FedAvg] = append(r.Rounds[experiment.FedAvg], experiment.Metrics{Round: round, TestAccuracy: a})
		}
		m.Study.Results = append(m.Study.Results, &r)
	}
	return m
}

// The figures of a complete sweep: "never" stands above the last round.
func TestSweepCharts(t *testing.T) {
	m := swept(t, map[string]float64{"inf": 0.9, "8": 0.9, "1": 0.2})
	var rounds, final Chart
	for _, c := range m.sweepCharts() {
		switch c.ID {
		case "sweep-rounds":
			rounds = c
		case "sweep-final":
			final = c
		}
	}
	if want := []string{"∞", "8", "1"}; !slices.Equal(rounds.Places, want) || !slices.Equal(final.Places, want) {
		t.Errorf("the places are %q and %q: want %q", rounds.Places, final.Places, want)
	}
	if len(rounds.Curves) != 1 || len(final.Curves) != 1 {
		t.Fatalf("%d and %d curves: want FedAvg's", len(rounds.Curves), len(final.Curves))
	}
	c := rounds.Curves[0]
	var read []string
	for _, v := range c.Value {
		read = append(read, rounds.Format(v))
	}
	if want := []string{"4", "4", "never"}; !slices.Equal(read, want) {
		t.Errorf("rounds to 90 %% read %q: want %q", read, want)
	}
	if c.Value[2] <= float64(m.Study.Sweep.Base.Rounds) || c.Value[2] > rounds.Top {
		t.Errorf("never stands at %v: want it above the last round, within the axis' %v", c.Value[2], rounds.Top)
	}
	if len(c.Raw) != 2 || len(final.Curves[0].Raw) != 2 {
		t.Errorf("%d and %d single runs beneath: want 2", len(c.Raw), len(final.Curves[0].Raw))
	}

	m.Study.Results[5] = nil // the last run is still to come
	for _, c := range m.sweepCharts() {
		if c.ID == "sweep-rounds" {
			t.Error("rounds are drawn of a sweep that is not complete")
		}
		if c.ID == "sweep-final" && len(c.Curves[0].Value) != 3 {
			t.Errorf("%d values of final accuracy: want 3", len(c.Curves[0].Value))
		}
	}
}
