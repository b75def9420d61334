package page

import (
	"math"
	"slices"

	"grapevine/app/experiment"
	"grapevine/app/wire"
)

// Audits are the attacks on what is promised: the one at work and what others
// found. They have a trainer of their own, beside the run's: an attack keeps
// its trainer busy to the end, and to cancel is to end that trainer.
type Audits struct {
	Open    bool
	Kind    string  // of the attack at work, "" while there is none
	Share   float64 // of it that is done
	Failed  string  // the kind that could not be carried out, "" for none
	Problem string  // and why

	Of       experiment.Experiment // that the findings are of
	Units    []wire.UnitAudit
	Members  []wire.Membership
	Canaries *wire.CanaryAudit

	id int // of the newest Attack
}

// auditTrainer is the number of the attacks' trainer among those that work
// alone; a sweep's have lower ones.
const auditTrainer = 1 << 20

// How often the unit audit attacks, of either kind, and how many canaries there
// are: a second or two of work each, with the tutorial's settings.
const (
	auditTrials   = 10_000
	auditCanaries = 300
)

// What a person does to the attacks.
type (
	OpenAudits  struct{ Open bool }
	BeginAttack struct{ Kind string } // of package wire
	EndAttack   struct{}
)

// auditEvent is what happens to the attacks; ok is false for any other event.
func (m Model) auditEvent(event any) (next Model, effects []Effect, ok bool) {
	a := m.Audits
	switch e := event.(type) {
	case OpenAudits:
		a.Open = e.Open
	case BeginAttack:
		if a.Kind != "" {
			return m, nil, true
		}
		if a.Of != m.Experiment {
			a = Audits{Open: a.Open, Of: m.Experiment, id: a.id}
		}
		a.id++
		a.Kind, a.Share, a.Failed, a.Problem = e.Kind, 0, "", ""
		message := &wire.Attack{ID: a.id, Kind: e.Kind, Experiment: m.Experiment}
		switch e.Kind {
		case wire.AttackUnit:
			message.Count = auditTrials
		case wire.AttackCanaries:
			message.Count = auditCanaries
		}
		effects = []Effect{{Solo: auditTrainer, Message: message}}
	case EndAttack:
		a.Kind = ""
		effects = []Effect{{Solo: auditTrainer}}
	case Solo:
		if e.Trainer != auditTrainer {
			return m, nil, false
		}
		a, effects = a.said(e.Message)
	default:
		return m, nil, false
	}
	m.Audits = a
	return m, effects, true
}

// said takes what the attacks' trainer says. It is ended when it is done: its
// memory is free again.
func (a Audits) said(message wire.Message) (Audits, []Effect) {
	if a.Kind == "" {
		return a, nil
	}
	switch e := message.(type) {
	case *wire.Progress:
		if e.Total > 0 {
			a.Share = min(1, float64(e.Done)/float64(e.Total))
		}
		return a, nil
	case *wire.Attacked:
		if e.ID != a.id {
			return a, nil
		}
		if len(e.Units) > 0 {
			a.Units = e.Units
		}
		if len(e.Members) > 0 {
			a.Members = e.Members
		}
		if e.Canaries != nil {
			a.Canaries = e.Canaries
		}
	case *wire.Failed:
		a.Failed, a.Problem = a.Kind, e.Message
	default:
		return a, nil
	}
	a.Kind = ""
	return a, []Effect{{Solo: auditTrainer}}
}

// auditedClient is whose examples the page shows told apart: the selected
// client's, or else that client's whose examples are told apart best.
func (m Model) auditedClient() int {
	clients := m.Audits.Members[0].Clients
	if m.Selected >= 0 && m.Selected < len(clients) {
		return m.Selected
	}
	best, area := 0, 0.0
	for _, list := range m.Audits.Members {
		for client, roc := range list.Clients {
			if roc.Area > area {
				best, area = client, roc.Area
			}
		}
	}
	return best
}

// ceiling are the corners of the line above which no attack's rates lie, false
// positives first: TPR ≤ e^ε·FPR + δ and its mirror, which meet where both
// errors are equally frequent.
func ceiling(b wire.Bounds) [][2]float64 {
	if !b.Claimed.Finite() {
		return nil
	}
	meet := (1 - b.Delta) / (1 + math.Exp(float64(b.Claimed)))
	return slices.Compact([][2]float64{{0, b.Delta}, {meet, 1 - meet}, {1 - b.Delta, 1}, {1, 1}})
}
