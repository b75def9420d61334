package lab_test

import (
	"context"
	"math"
	"testing"

	"grapevine/app/crew"
	"grapevine/app/experiment"
	"grapevine/app/lab"
	"grapevine/app/wire"
	"grapevine/nn/privacy/audit"
)

func attack(t *testing.T, kind string, count int, e experiment.Experiment) *wire.Attacked {
	t.Helper()
	last := 0
	a, err := lab.Attack(context.Background(), &wire.Attack{ID: 4, Kind: kind, Experiment: e, Count: count}, load, crew.NewLocal(2, hand), func(done, total int) {
		if done < last || done > total {
			t.Errorf("progress %d of %d after %d", done, total, last)
		}
		last = done
	})
	if err != nil {
		t.Fatalf("%s: %v", kind, err)
	}
	if a.ID != 4 || last == 0 {
		t.Errorf("%s: ID %d, progress %d: want 4 and some", kind, a.ID, last)
	}
	return a
}

// Without noise an overfitted client's examples show; with noise the curves stay
// beneath the ceiling, but for chance.
func TestMemberships(t *testing.T) {
	open := []string{"train", "1000", "epochs", "50", "rounds", "2", "hidden", "64", "clip", "20", "protocol", "gossip"}
	for _, c := range []struct {
		settings []string
		promised bool
	}{
		{open, false},
		{append(open[:len(open):len(open)], "epsilon", "8"), true},
		{[]string{"epsilon", "0.5", "rounds", "1"}, true},
		{[]string{"protocol", "fedavg", "trust", "central", "noise_multiplier", "2", "sampling", "poisson"}, true},
		{[]string{"trust", "example", "noise_multiplier", "1"}, true},
	} {
		e := small(t, c.settings...)
		for i, m := range attack(t, wire.AttackMembers, 0, e).Members {
			if m.Protocol != e.Protocols()[i] || m.Claimed.Finite() != c.promised || len(m.Clients) != e.Clients || m.Broken() {
				t.Errorf("%v: %s, ε %v claimed, %v shown, %d clients", c.settings, m.Protocol, m.Claimed, m.Shown, len(m.Clients))
			}
			mean, spread := 0.0, 0.0 // and the variance of the mean where all is guessed
			for client, roc := range m.Clients {
				n := len(roc.FPR) - 1
				if roc.Count < 10 || n != len(roc.TPR)-1 || roc.FPR[0] != 0 || roc.TPR[0] != 0 || roc.FPR[n] != 1 || roc.TPR[n] != 1 {
					t.Fatalf("%v, client %d: %+v: want a curve from 0, 0 to 1, 1", c.settings, client, roc)
				}
				mean += roc.Area / float64(e.Clients)
				spread += (2*float64(roc.Count) + 1) / (12 * float64(roc.Count*roc.Count)) / float64(e.Clients*e.Clients)
				if !c.promised {
					continue
				}
				for k, fpr := range roc.FPR {
					// Clopper–Pearson bounds, a share of 5 % for each.
					share := 0.025 / float64(n*e.Clients)
					low := audit.Lower(int(math.Round(roc.TPR[k]*float64(roc.Count))), roc.Count, share)
					high := audit.Upper(int(math.Round(fpr*float64(roc.Count))), roc.Count, share)
					if low > audit.Ceiling(float64(m.Claimed), m.Delta, high) {
						t.Errorf("%v, client %d: TPR %v at FPR %v is above the ceiling of ε %v", c.settings, client, roc.TPR[k], fpr, m.Claimed)
					}
				}
			}
			t.Logf("%v: %s, mean area %.3f, ε %.4g shown, %.4g claimed", c.settings, m.Protocol, mean, m.Shown, m.Claimed)
			if !c.promised && mean < 0.5+5*math.Sqrt(spread) {
				t.Errorf("%v: mean area %v: want overfitting to show", c.settings, mean)
			}
		}
	}
}

func TestCanaries(t *testing.T) {
	for _, settings := range [][]string{
		{"epsilon", "8"},
		{"epsilon", "2"},
		{"protocol", "fedavg", "trust", "central", "noise_multiplier", "0.5"},
		{"protocol", "fedavg", "trust", "central", "noise_multiplier", "0.5", "sampling", "poisson", "rounds", "10"},
		{"protocol", "fedavg", "trust", "secure-aggregation", "noise_multiplier", "0.5", "colluders", "2"},
	} {
		a := attack(t, wire.AttackCanaries, 200, small(t, settings...)).Canaries
		t.Logf("%v: %+v", settings, *a)
		if a.Broken() || a.Shown > a.Ceiling || a.Hoped > a.Claimed || a.Guesses > a.Canaries || a.Correct > a.Guesses || a.Accuracy <= 0 {
			t.Errorf("%v: %+v: want no more shown than is claimed", settings, *a)
		}
		if a.Hoped == 0 || math.Abs(float64(a.Shown-a.Hoped)) > 0.5*float64(a.Hoped)+0.2 {
			t.Errorf("%v: ε %v shown: want about %v", settings, a.Shown, a.Hoped)
		}
	}
}

// Noise ten times too small shows more than is claimed of what it should be.
func TestCanariesCatchTooLittleNoise(t *testing.T) {
	canaries := func(z string) *wire.CanaryAudit {
		return attack(t, wire.AttackCanaries, 200, small(t, "protocol", "fedavg", "trust", "central", "noise_multiplier", z)).Canaries
	}
	promised, done := canaries("5"), canaries("0.5")
	if done.Shown <= promised.Claimed {
		t.Errorf("ε %v shows with a tenth of the noise, %v is claimed: want it caught", done.Shown, promised.Claimed)
	}
}

func TestAttackRefuses(t *testing.T) {
	e := small(t, "epsilon", "8")
	for _, m := range []*wire.Attack{
		{Kind: "none", Experiment: e}, {Kind: wire.AttackUnit, Experiment: e, Count: 99}, {Kind: wire.AttackCanaries, Experiment: e, Count: 1001},
		{Kind: wire.AttackUnit, Count: 100}, {Kind: wire.AttackUnit, Experiment: small(t), Count: 100}, {Kind: wire.AttackCanaries, Experiment: small(t), Count: 100},
		{Kind: wire.AttackCanaries, Experiment: small(t, "trust", "example"), Count: 100},
		{Kind: wire.AttackCanaries, Experiment: small(t, "protocol", "gossip", "trust", "correlated"), Count: 100},
	} {
		if a, err := lab.Attack(context.Background(), m, load, crew.NewLocal(1, hand), nil); err == nil {
			t.Errorf("%s, %d: %+v: want an error", m.Kind, m.Count, a)
		}
	}
}
