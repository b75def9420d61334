package page

import (
	"math"
	"strings"
	"testing"

	"grapevine/app/experiment"
	"grapevine/app/wire"
)

// An attack goes to a trainer of its own, which ends with it; what it found is
// shown while the settings are those it was made with.
func TestAudits(t *testing.T) {
	d := sit(t).facts()
	d.do(OpenAudits{true})
	if !d.disabled("attack-unit") || !d.disabled("attack-canaries") || d.disabled("attack-members") {
		t.Error("without noise: want the attack on the training examples alone")
	}
	d.do(Change{"epsilon", "8"})
	d.facts()
	attack := func(kind string) int {
		t.Helper()
		m, effects := d.Update(BeginAttack{kind})
		d.Model = m
		if len(effects) != 1 || effects[0].Solo != auditTrainer {
			t.Fatalf("%s: %+v: want one message to the attacks' trainer", kind, effects)
		}
		a := effects[0].Message.(*wire.Attack)
		if a.Kind != kind || a.Experiment != d.Experiment || !d.disabled("attack-members") {
			t.Errorf("%+v: want attack %s on what is set, and no other meanwhile", a, kind)
		}
		return a.ID
	}
	says := func(message wire.Message) {
		t.Helper()
		m, effects := d.Update(Solo{auditTrainer, message})
		d.Model = m
		if _, progress := message.(*wire.Progress); progress == (len(effects) == 1 && effects[0].Message == nil) {
			t.Errorf("%T: %+v: want the trainer ended when it is done", message, effects)
		}
	}
	id := attack(wire.AttackUnit)
	says(&wire.Progress{Done: 1, Total: 4})
	if !strings.Contains(d.draw(), "25 %") {
		t.Error("no progress is shown")
	}
	says(&wire.Attacked{ID: id, Units: []wire.UnitAudit{{Protocol: experiment.Gossip, Trials: 10_000, Rounds: 3, Bounds: wire.Bounds{Delta: 1e-5, Claimed: 2.5, Shown: 2.25}}}})
	html := d.draw()
	for _, want := range []string{"ε ≤ 2.5", "ε ≥ 2.25", "10,000 attacks", "No more shows than is promised."} {
		if !strings.Contains(html, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	id = attack(wire.AttackCanaries)
	says(&wire.Attacked{ID: id, Canaries: &wire.CanaryAudit{Canaries: 300, Guesses: 75, Correct: 75, Bounds: wire.Bounds{Delta: 1e-5, Claimed: 1, Shown: 3.2}, Ceiling: 3.2}})
	if !strings.Contains(d.draw(), "the promise is broken") || !strings.Contains(d.draw(), "75 of the 75 surest") {
		t.Error("a broken promise is not named")
	}
	id = attack(wire.AttackMembers)
	roc := wire.ROC{Count: 40, FPR: []float64{0, 0.5, 1}, TPR: []float64{0, 0.6, 1}, Area: 0.55}
	says(&wire.Attacked{ID: id, Members: []wire.Membership{{Protocol: experiment.Gossip, Bounds: wire.Bounds{Delta: 1e-5, Claimed: 1}, Clients: []wire.ROC{roc, roc}}}})
	if d.element("audit-roc") == "" || !strings.Contains(d.draw(), "Client 0: share of its examples found") {
		t.Error("no curve is drawn")
	}
	attack(wire.AttackUnit)
	says(&wire.Failed{Message: "what a test says"})
	if !strings.Contains(d.draw(), "what a test says") {
		t.Error("the failure is not shown")
	}
	attack(wire.AttackUnit)
	d.do(EndAttack{})
	if d.Audits.Kind != "" {
		t.Error("the attack was not cancelled")
	}
	if m, effects := d.Update(Solo{auditTrainer, &wire.Attacked{ID: 5}}); len(effects) > 0 || m.Audits.Kind != "" {
		t.Error("what a trainer says after its end is heard")
	}
	d.do(Change{"epsilon", "4"})
	if strings.Contains(d.draw(), "ε ≥ 2.25") {
		t.Error("findings of other settings are shown")
	}
}

// The ceiling's corners lie on both of its lines.
func TestCeiling(t *testing.T) {
	for _, epsilon := range []float64{0, 0.5, 3, 200} {
		b := wire.Bounds{Delta: 1e-5, Claimed: experiment.Float(epsilon)}
		for _, at := range ceiling(b) {
			want := math.Min(math.Exp(epsilon)*at[0]+b.Delta, 1-math.Exp(-epsilon)*(1-b.Delta-at[0]))
			if math.Abs(min(1, want)-at[1]) > 1e-9 {
				t.Errorf("ε %v: TPR %v at FPR %v: want %v", epsilon, at[1], at[0], want)
			}
		}
	}
	if ceiling(wire.Bounds{Claimed: experiment.Inf}) != nil {
		t.Error("a ceiling is drawn where nothing is promised")
	}
}
