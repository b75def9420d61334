package lab_test

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"grapevine/app/crew"
	"grapevine/app/experiment"
	"grapevine/app/lab"
)

// totals are those of the tutorial with settings over it, its clients holding
// so many examples each.
func totals(t *testing.T, examples int, settings ...string) []lab.Total {
	t.Helper()
	var list []experiment.Setting
	for i := 0; i < len(settings); i += 2 {
		list = append(list, experiment.Setting{Key: settings[i], Value: settings[i+1]})
	}
	e, _, err := experiment.Build("tutorial", list)
	if err != nil {
		t.Fatal(err)
	}
	got, err := lab.Totals(e, slices.Repeat([]int{examples}, e.Clients))
	if err != nil {
		t.Fatalf("%v: %v", settings, err)
	}
	return got
}

// The totals are the specification's, whose numbers come from independent
// accountants, to the digits given there.
func TestTotals(t *testing.T) {
	for _, c := range []struct {
		want      []float64
		tolerance float64
		says      string
		settings  []string
	}{
		{[]float64{42.5, 57.97}, 0.06, "for one client (zero-out) before", []string{"epsilon", "8"}},
		{[]float64{2.92, 3.99}, 0.006, "nobody is trusted", []string{"epsilon", "1"}},
		{[]float64{2.92, 3.99}, 0.006, "guarantee", []string{"noise_by", "multiplier", "noise_multiplier", "4.844805"}},
		// Ten clients' noise of ε₀ = 1 in one sum: 4.844805·√10.
		{[]float64{0.522}, 0.0006, "(add/remove) before aggregate only", []string{"trust", "central", "noise_multiplier", "15.32062", "sampling", "poisson"}},
		{[]float64{2.92}, 0.006, "before aggregate only", []string{"trust", "central", "noise_multiplier", "4.844805"}},
		{[]float64{3.99}, 0.006, "before aggregate only", []string{"trust", "central", "noise_multiplier", "4.844805", "participants", "20"}},
		{[]float64{2.92}, 0.006, "the sum alone is seen", []string{"trust", "secure-aggregation", "noise_multiplier", "4.844805", "colluders", "4"}},
		{[]float64{8}, 0.002, "for one example (add/remove)", []string{"trust", "example", "noise_multiplier", "1.0806", "clip", "1", "batch", "256", "rounds", "240", "protocol", "gossip"}},
		{[]float64{8}, 0.002, "for one example", []string{"trust", "example", "noise_multiplier", "1.0806", "clip", "1", "batch", "256", "rounds", "80", "local_steps", "3", "protocol", "gossip"}},
		{[]float64{8}, 0.002, "for one example", []string{"trust", "example", "noise_multiplier", "1.0806", "clip", "1", "batch", "256", "rounds", "240", "protocol", "fedavg", "sampling", "poisson"}},
		// Shared noise hides nothing from two colluders on either side.
		{[]float64{3.99}, 0.006, "each pair shares a secret", []string{"trust", "correlated", "noise_multiplier", "4.844805", "colluders", "2"}},
		{[]float64{3.99}, 0.006, "each pair shares a secret", []string{"trust", "correlated", "noise_multiplier", "4.844805", "colluders", "9"}},
	} {
		got := totals(t, 3000, c.settings...)
		for i, want := range c.want {
			if i >= len(got) || math.Abs(got[i].Epsilon-want) > c.tolerance {
				t.Errorf("%v: %v: want ε %v", c.settings, got, c.want)
				break
			}
			if line := got[i].String(); !strings.Contains(line, c.says) && i == 0 {
				t.Errorf("%v: %q: want it to say %q", c.settings, line, c.says)
			}
		}
	}
	for _, settings := range [][]string{nil, {"trust", "example", "noise_multiplier", "0"}} {
		for _, got := range totals(t, 3000, settings...) {
			if !math.IsInf(got.Epsilon, 1) || !strings.Contains(got.String(), "no promise") {
				t.Errorf("%v: %v: want no promise", settings, got)
			}
		}
	}
	alone := totals(t, 3000, "trust", "correlated", "noise_multiplier", "4.844805", "correlated_multiplier", "0")[0].Epsilon
	shared := totals(t, 3000, "trust", "correlated", "noise_multiplier", "4.844805", "correlated_multiplier", "20")[0].Epsilon
	told := totals(t, 3000, "trust", "correlated", "noise_multiplier", "4.844805", "correlated_multiplier", "20", "colluders", "1")[0].Epsilon
	if !(shared < told && told < alone) {
		t.Errorf("ε is %v with shared noise, %v with a colluder, %v without: want it to rise", shared, told, alone)
	}
	// Who is asked half the time pays for fewer steps than who always trains.
	example := []string{"trust", "example", "clip", "1", "batch", "256", "rounds", "240"}
	if got := totals(t, 3000, example...); !(got[0].Epsilon < got[1].Epsilon) || got[0].Rounds < 120 || got[0].Rounds > 160 {
		t.Errorf("%v: want FedAvg below gossip, and 120 to 160 steps of the client asked most", got)
	}
}

// The preset keeps the budget that it names, for every seed: all take part.
func TestPrivacyWorksKeepsItsBudget(t *testing.T) {
	p, _ := experiment.FindPreset("privacy-works")
	e := p.Experiment()
	got, err := lab.Totals(e, slices.Repeat([]int{3000}, 20))
	if err != nil || len(got) != 2 {
		t.Fatalf("%v, %v: want two totals", got, err)
	}
	for _, total := range got {
		if !(total.Epsilon > 7.9 && total.Epsilon <= 8) || total.Delta != 1e-5 || total.Rounds != 240 {
			t.Errorf("%v: want ε up to 8 at δ 1e-5, over 240 steps", total)
		}
	}
}

func TestClassicWarning(t *testing.T) {
	for epsilon, want := range map[string]string{"inf": "", "0.5": "", "1": "", "4": "holds", "8": "it holds", "9": "it fails"} {
		e := small(t, "epsilon", epsilon)
		got := lab.ClassicWarning(e)
		if want == "" && got != "" || !strings.Contains(got, want) {
			t.Errorf("ε₀ %s: %q: want %q", epsilon, got, want)
		}
		if want != "" && !strings.Contains(got, "analytic calibration is σ = ") {
			t.Errorf("ε₀ %s: %q: want the analytic σ", epsilon, got)
		}
	}
	if got := lab.ClassicWarning(small(t, "epsilon", "8", "trust", "central")); got != "" {
		t.Errorf("central trust: %q: the formula is not used", got)
	}
}

// Trust models meet where their noise does: without noise the server's sum is
// the tutorial's, and without shared noise correlated trust is local trust.
func TestTrustModelsMeet(t *testing.T) {
	final := func(settings ...string) []experiment.Hash { return carryOut(t, small(t, settings...), 2).Runs[0].Final }
	plain := final("protocol", "fedavg", "clip", "0.5")
	for _, trust := range []string{"central", "secure-aggregation"} {
		if got := final("trust", trust, "noise_multiplier", "0", "clip", "0.5"); !slices.Equal(got, plain) {
			t.Errorf("trust %s without noise is not federated averaging", trust)
		}
		if got := final("trust", trust, "noise_multiplier", "0.01", "clip", "0.5"); slices.Equal(got, plain) {
			t.Errorf("trust %s adds no noise", trust)
		}
	}
	local := final("protocol", "gossip", "noise_by", "multiplier", "noise_multiplier", "0.02")
	if got := final("trust", "correlated", "noise_multiplier", "0.02", "correlated_multiplier", "0"); !slices.Equal(got, local) {
		t.Error("correlated trust without shared noise is not local trust")
	}
	// σ = zC by either way of setting it.
	byEpsilon := final("protocol", "gossip", "epsilon", "4.844805262605389", "delta", "1e-5")
	if got := final("protocol", "gossip", "noise_by", "multiplier", "noise_multiplier", "1"); !slices.Equal(got, byEpsilon) {
		t.Error("z = 1 and the classic ε₀ of z = 1 add different noise")
	}
}

// The trace says what was released, and what each client added.
func TestLedgerInTheTrace(t *testing.T) {
	trace := carryOut(t, small(t, "trust", "example", "noise_multiplier", "2", "clip", "1", "batch", "20", "local_steps", "2"), 2)
	for _, run := range trace.Runs {
		if len(run.Ledger) != 1 {
			t.Fatalf("%s: ledger %+v: want one entry", run.Protocol, run.Ledger)
		}
		want := experiment.Release{
			Mechanism: "Gaussian", NoiseMultiplier: 2, Clip: 1, Sampling: "Poisson", Rate: 0.2, Rounds: 6,
			Unit: "example", Adjacency: "add/remove", Observer: "eavesdropper on all links",
		}
		if got := run.Ledger[0]; got != want {
			t.Errorf("%s: ledger %+v: want %+v", run.Protocol, got, want)
		}
		for _, round := range run.Rounds {
			for _, c := range round.Clients {
				if float32(c.Noise) != 0.1 || !(c.Clip > 0 && c.Clip <= 1) || !(c.Norm > 0) {
					t.Errorf("%s round %d: %+v: want noise 0.1 and a mean factor up to 1", run.Protocol, round.Round, c)
				}
			}
		}
	}
	if trace := carryOut(t, small(t), 2); trace.Runs[0].Ledger != nil {
		t.Errorf("without noise the ledger is %+v: want none", trace.Runs[0].Ledger)
	}
}

// With a secret no two runs are alike, and the trace says that it can't be
// carried out again; what is not secret stays as it was.
func TestSecretNoise(t *testing.T) {
	e := small(t, "protocol", "fedavg", "trust", "central", "sampling", "poisson")
	run := func(secret lab.Secret) *experiment.Trace {
		trace, err := lab.RunSecret(context.Background(), e, load, crew.NewLocal(2, hand), secret, nil)
		if err != nil {
			t.Fatal(err)
		}
		return trace
	}
	a, b, c := run(lab.Secret{1}), run(lab.Secret{2}), carryOut(t, e, 2)
	if a.Digest == b.Digest || a.Digest == c.Digest || a.Runs[0].Final[0] == c.Runs[0].Final[0] {
		t.Error("two secrets give one run")
	}
	if !a.Irreproducible || c.Irreproducible || experiment.ClaimOf(a).Digest != "" {
		t.Error("want the run with a secret alone marked, and no claim to be made of it")
	}
	if a.Runs[0].Rounds[0].Evaluation.TestLoss != c.Runs[0].Rounds[0].Evaluation.TestLoss {
		t.Error("the first weights, which are no secret, differ")
	}
}

// The audit shows as much as the noise allows, and no more, for every trust
// model whose updates it can hand in.
func TestAudit(t *testing.T) {
	for _, settings := range [][]string{
		{"protocol", "gossip", "epsilon", "8"},
		{"trust", "central", "noise_multiplier", "1"},
		{"trust", "secure-aggregation", "noise_multiplier", "1", "colluders", "2"},
		{"trust", "correlated", "noise_multiplier", "0.5", "correlated_multiplier", "3", "clients", "6"},
	} {
		e := small(t, settings...)
		a, err := lab.NewAudit(e, e.Protocol, 2000, nil)
		if err != nil {
			t.Fatalf("%v: %v", settings, err)
		}
		if a.Broken() || a.Shown > a.Claimed || a.Shown < 0.8*a.Hoped || a.Hoped > a.Claimed {
			t.Errorf("%v: %+v: want what shows near what is hoped, and below what is claimed", settings, a)
		}
	}
	for _, settings := range [][]string{{}, {"trust", "example"}, {"trust", "correlated", "colluders", "1"}} {
		if _, err := lab.NewAudit(small(t, settings...), "gossip", 100, nil); err == nil {
			t.Errorf("%v: an audit was carried out: want it refused", settings)
		}
	}
}
