package page

import (
	"strings"
	"testing"

	"grapevine/app/experiment"
	"grapevine/app/wire"
)

// The panel asks only where it is open, and for what is set.
func TestPrivacyQuestion(t *testing.T) {
	d := sit(t).facts()
	if _, ok := d.question(); ok {
		t.Error("the closed panel asks")
	}
	d.do(Unfurl{true})
	q, ok := d.question()
	if !ok || q.Client != wire.None || q.Budget != 0 || q.Target != 1 || len(q.Sizes) != 20 || q.Sizes[0] != 600 || q.Protocol != experiment.Gossip {
		t.Errorf("the open panel asks %+v", q)
	}
	d.do(Unfurl{false}, Change{"epsilon", "1"}).facts()
	if _, ok := d.question(); ok {
		t.Error("the panel closed by hand opens with noise")
	}
	d = sit(t).facts().do(Change{"epsilon", "1"})
	if _, ok := d.question(); ok {
		t.Error("a question goes out before the facts of the experiment are there")
	}
	d.facts().do(Watch{"sums"}, Select{7}, Aim{" 2.5 "}, Spend{"1e9"})
	q, ok = d.question()
	if !ok || q.Protocol != experiment.FedAvg || !q.Sums || q.Client != 7 || q.Target != 2.5 || q.Budget != 0 {
		t.Errorf("the chosen watcher asks %+v", q)
	}
	d.do(Change{"trust", experiment.TrustCentral}).facts()
	if q, _ = d.question(); q.Sums || q.Protocol != experiment.FedAvg {
		t.Errorf("with central trust there is %+v", q)
	}
}

// Only an answer to what is asked now may become a setting; what it writes is
// in the link.
func TestCalibratedLink(t *testing.T) {
	d := sit(t).facts().do(Change{"epsilon", "1"}).facts()
	q, _ := d.question()
	d.do(Answered{q, &wire.Accounted{Noisy: true, Found: 16.69}})
	if !d.fresh() {
		t.Error("the answer to what is asked is not fresh")
	}
	d.do(Aim{"2"})
	if d.fresh() {
		t.Error("the answer to another target is fresh")
	}
	d.do(UseMultiplier{16.69}).facts()
	if f := d.fragment(); !strings.Contains(f, "noise_multiplier=16.69") || !strings.Contains(f, "noise_by=multiplier") {
		t.Errorf("after calibration the link is %s", f)
	}
	if !d.multiplierIs(16.69) {
		t.Error("the multiplier is not the experiment's")
	}
	d.do(UseRounds{65})
	if d.Experiment.Rounds != 65 {
		t.Errorf("a budget set %d rounds: want 65", d.Experiment.Rounds)
	}
}

// What is said names unit, adjacency, observer, δ, rounds, accountant and what
// it is; an accountant that fails is said too.
func TestPromise(t *testing.T) {
	d := sit(t).facts().do(Change{"epsilon", "1"}).facts()
	q, _ := d.question()
	rung := wire.Rung{Key: "exact", Name: "Gaussian DP", Epsilon: [2]experiment.Float{3.987, 9.063}}
	d.do(Answered{q, &wire.Accounted{Noisy: true, Unit: "client", Observer: "eavesdropper on all links", Times: 20, Ladder: []wire.Rung{rung}}})
	got := d.promise()
	for _, want := range []string{"ε₀ = 1", "20 rounds", "3.99", "δ = 1e-05", "one client is left out", "9.06 if it is replaced", "guarantee", "whoever sees every message", "Gaussian DP"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q does not say %q", got, want)
		}
	}
	if got := d.do(NoAccountant{"a worker failed"}).promise(); !strings.Contains(got, "a worker failed") {
		t.Errorf("a failure is told as %q", got)
	}
}

// The stage is told to colour by what is seen of the selected client, and to
// stop where that is not known.
func TestTint(t *testing.T) {
	d := sit(t).facts().do(Change{"epsilon", "1"}).facts().do(OpenMap{true}, ColourStage{true}, Select{3})
	tint := func() *wire.Tint { return d.tint().Message.(*wire.Tint) }
	if len(tint().Shares) > 0 {
		t.Error("the stage is coloured before anything is known")
	}
	l := &wire.Leaked{Rounds: 20, Local: 3.99}
	for range 20 {
		l.Share, l.Epsilon = append(l.Share, make([]float64, 20)), append(l.Epsilon, make([]float64, 20))
	}
	l.Share[3][4], l.Epsilon[3][4] = 0.5, 2.7
	d.do(Learnt{d.Experiment, l})
	if got := tint(); got.Client != 3 || got.Shares[4] != 0.5 {
		t.Errorf("the stage is told %+v", got)
	}
	if got := d.seenBy(l); !strings.Contains(got, "4: 2.7") || !strings.Contains(got, "3.99, guaranteed") {
		t.Errorf("the words are %q", got)
	}
	d.do(Change{"seed", "8"}).facts()
	if len(tint().Shares) > 0 {
		t.Error("another experiment keeps the old colours")
	}
}

func TestEpsilonText(t *testing.T) {
	for x, want := range map[float64]string{3.987: "3.99", 8: "8", 0.001: "< 0.01", 57.97: "57.97", float64(experiment.Inf): "∞"} {
		if got := epsilonText(x); got != want {
			t.Errorf("%v is written %q: want %q", x, got, want)
		}
	}
}
