package experiment

import (
	"math"
	"testing"
)

// Made-up runs whose conclusions can be worked out by hand: two rounds and
// three seeds, FedAvg at 0.5 and 0.8 and gossip at 0.2 and 0.4 without noise;
// at ε = 8 half of what is above chance is left to FedAvg and a quarter to
// gossip; at ε = 1 nothing. Seeds differ by 0.001.
func TestConclude(t *testing.T) {
	base := Default()
	base.Rounds = 2
	s := Sweep{base, []Axis{{"epsilon", []string{"inf", "8", "1"}}, {"protocol", []string{FedAvg, Gossip}}}, 3}
	outcomes, err := s.Outcomes(resultsOf(t, s, func(e Experiment) [3]float64 {
		a := [3]float64{0.1, 0.5, 0.8}
		left := 0.5
		if e.Protocol == Gossip {
			a = [3]float64{0.1, 0.2, 0.4}
			left = 0.25
		}
		switch e.Epsilon {
		case 1:
			left = 0
		case 8:
		default:
			left = 1
		}
		for i := range a {
			a[i] = 0.1 + (a[i]-0.1)*left + 0.001*(float64(e.Seed)-8)
		}
		return a
	}))
	if err != nil {
		t.Fatal(err)
	}
	findings, err := Conclude(s, outcomes)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range [][]struct {
		epsilon    string
		difference float64
		verdict    Verdict
	}{
		{{"inf", 0.65 - 0.3, Holds}, {"8", 0.375 - 0.15, Holds}, {"1", 0, AtChance}},
		{{"inf", 1, Holds}, {"8", 1, Holds}, {"1", 0, AtChance}},
		{{"8", -0.25, Opposite}, {"1", 0, AtChance}},
		{{"8", 0.175 - 0.45, Opposite}, {"1", 0, AtChance}},
		{{"8", 0.65 - 0.375, Holds}, {"1", 0.55, Holds}},
		{{"8", 0.3 - 0.15, Holds}, {"1", 0.2, Holds}},
		{{"8", 0.25, Holds}, {"1", 0, AtChance}},
	} {
		f := findings[i]
		if len(f.Rows) != len(want) {
			t.Fatalf("%s: %d rows: want %d", f.Measure, len(f.Rows), len(want))
		}
		for j, w := range want {
			r := f.Rows[j]
			// The seeds' own differences move a share by less than 0.005.
			if r.Epsilon != w.epsilon || math.Abs(r.Difference.Mean-w.difference) > 0.005 || r.Verdict != w.verdict {
				t.Errorf("%s: ε %s, %.4f, %s: want %s, %.4f, %s", f.Measure, r.Epsilon, r.Difference.Mean, r.Verdict, w.epsilon, w.difference, w.verdict)
			}
			if !(r.Difference.Low <= r.Difference.Mean && r.Difference.Mean <= r.Difference.High) {
				t.Errorf("%s: interval %+v", f.Measure, r.Difference)
			}
		}
	}
	// Nothing is concluded from half the runs, or from one seed.
	for _, less := range []Sweep{
		{base, []Axis{{"epsilon", []string{"8", "1"}}}, 3},
		{base, []Axis{{"epsilon", []string{"inf", "8"}}}, 1},
		{base, []Axis{{"epsilon", []string{"inf"}}, {"protocol", []string{Gossip}}}, 3},
		{base, []Axis{{"lr", []string{"1"}}}, 3},
	} {
		outcomes, err := less.Outcomes(resultsOf(t, less, func(Experiment) [3]float64 { return [3]float64{} }))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Conclude(less, outcomes); err == nil {
			t.Errorf("%s: something is concluded", less)
		}
	}
}
