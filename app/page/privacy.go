package page

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"grapevine/app/experiment"
	"grapevine/app/wire"
)

// Privacy is the privacy panel: what a person asks there, and what the
// accountant answered. The accountant is a worker of its own, so that a run
// never waits for a total, nor a total for a round; it starts when the panel
// is first open. bridge_privacy.go holds questions back until settings rest.
type Privacy struct {
	Unfolded bool   // the panel was opened by hand, and
	Folded   bool   // closed; neither: open where there is noise
	Watcher  string // who looks on, one of Model.watchers
	Target   string // the total ε to calibrate for, as typed
	Budget   string // the total ε to spend, as typed
	Answer   *wire.Accounted
	Asked    *wire.Account // what Answer answers
	Failure  string        // why there is no accountant

	Plot     bool // accuracy against total ε is unfolded
	Map      bool // who learns what about whom is unfolded
	Colour   bool // the stage shows it of the selected client
	Leaked   *wire.Leaked
	LeakedOf experiment.Experiment // what Leaked is of
	Pair     [2]int                // the map's cell that is read: who is seen, who sees
}

// What a person does in the privacy panel, and what the accountant says.
type (
	Unfurl struct{ Open bool } // the panel
	Watch  struct{ Watcher string }
	Aim    struct{ Target string }
	Spend  struct{ Budget string }
	// UseMultiplier sets the noise by a multiplier.
	UseMultiplier struct{ Z float64 }
	UseRounds     struct{ Rounds int }
	OpenPlot      struct{ Open bool }
	OpenMap       struct{ Open bool }
	ColourStage   struct{ On bool }
	Point         struct{ Pair [2]int } // reads a cell of the map
	NoAccountant  struct{ Why string }
	// Learnt is the accountant's map of an experiment.
	Learnt struct {
		Of     experiment.Experiment
		Leaked *wire.Leaked
	}
	// Answered is the accountant's answer to a question.
	Answered struct {
		Question *wire.Account
		Answer   *wire.Accounted
	}
)

// newPrivacy asks for the target and the budget that the guide speaks of.
func newPrivacy() Privacy { return Privacy{Target: "1", Budget: "8"} }

// opened reports whether the panel is open.
func (m Model) opened() bool {
	return m.Privacy.Unfolded || !m.Privacy.Folded && m.Experiment.Noisy()
}

// privacyEvent takes what belongs to the panel.
func (m Model) privacyEvent(event any) (next Model, effects []Effect, ok bool) {
	switch e := event.(type) {
	case Unfurl:
		m.Privacy.Unfolded, m.Privacy.Folded = e.Open, !e.Open
	case Watch:
		m.Privacy.Watcher = e.Watcher
	case Aim:
		m.Privacy.Target = e.Target
	case Spend:
		m.Privacy.Budget = e.Budget
	case UseMultiplier:
		if m.Experiment.Trust == experiment.TrustLocal {
			m, effects = m.change(Change{"noise_by", experiment.NoiseMultiplier})
		}
		m, more := m.change(Change{"noise_multiplier", strconv.FormatFloat(e.Z, 'g', -1, 64)})
		return m, append(effects, more...), true
	case UseRounds:
		m, effects = m.change(Change{"rounds", strconv.Itoa(e.Rounds)})
	case OpenPlot:
		m.Privacy.Plot = e.Open
	case OpenMap:
		m.Privacy.Map = e.Open
		effects = []Effect{m.tint()}
	case ColourStage:
		m.Privacy.Colour = e.On
		effects = []Effect{m.tint()}
	case Point:
		m.Privacy.Pair = e.Pair
	case NoAccountant:
		m.Privacy.Failure = e.Why
	case Answered:
		m.Privacy.Asked, m.Privacy.Answer, m.Privacy.Failure = e.Question, e.Answer, ""
	case Learnt:
		m.Privacy.LeakedOf, m.Privacy.Leaked = e.Of, e.Leaked
		effects = []Effect{m.tint()}
	default:
		return m, nil, false
	}
	return m, effects, true
}

// watchers are those whose view a total can be of, by what the trust model
// lets them see.
func (m Model) watchers() (list []experiment.Option) {
	e := m.Experiment
	add := func(protocol, value, label string) {
		if e.Runs(protocol) {
			list = append(list, experiment.Option{Value: value, Label: label})
		}
	}
	switch e.Trust {
	case experiment.TrustLocal:
		add(experiment.Gossip, "gossip", "Gossip: whoever sees every message")
		add(experiment.FedAvg, "fedavg", "FedAvg: the server")
		add(experiment.FedAvg, "sums", "FedAvg: whoever sees its sums alone")
	case experiment.TrustExample:
		add(experiment.Gossip, "gossip", "Gossip: all but the client that holds it")
		add(experiment.FedAvg, "fedavg", "FedAvg: all but the client that holds it")
	default:
		add(experiment.Gossip, "gossip", "Gossip: whoever sees every message")
		add(experiment.FedAvg, "fedavg", "FedAvg: whoever sees its models alone")
	}
	return list
}

// watcher is the one chosen, or the first where that one sees nothing here.
func (m Model) watcher() string {
	list := m.watchers()
	if slices.ContainsFunc(list, func(o experiment.Option) bool { return o.Value == m.Privacy.Watcher }) {
		return m.Privacy.Watcher
	}
	return list[0].Value
}

// known reports whether the facts are those of the experiment as it is set.
func (m Model) known() bool { return m.Facts != nil && m.Facts.Experiment == m.Experiment }

// question is what the panel wants to know; false while it wants nothing.
func (m Model) question() (*wire.Account, bool) {
	if !m.opened() || !m.known() {
		return nil, false
	}
	q := &wire.Account{
		Experiment: m.Experiment, Client: m.Selected, Protocol: experiment.FedAvg,
		Target: typedEpsilon(m.Privacy.Target), Budget: typedEpsilon(m.Privacy.Budget),
	}
	switch m.watcher() {
	case "gossip":
		q.Protocol = experiment.Gossip
	case "sums":
		q.Sums = true
	}
	if !m.Experiment.Noisy() {
		q.Budget = 0
	}
	if m.Privacy.Plot {
		for _, r := range m.paid() {
			q.Runs = append(q.Runs, r.experiment)
		}
	}
	for _, h := range m.Facts.Histograms {
		n := 0
		for _, count := range h {
			n += count
		}
		q.Sizes = append(q.Sizes, n)
	}
	return q, true
}

// leakQuestion is what the map wants to know.
func (m Model) leakQuestion() (*wire.Leak, bool) {
	return &wire.Leak{Experiment: m.Experiment}, m.opened() && m.Privacy.Map && m.leaks() == "" && m.known()
}

// leaks says why there is no map of who learns what about whom, "" if there is.
func (m Model) leaks() string {
	switch e := m.Experiment; {
	case !e.Runs(experiment.Gossip):
		return "There is no gossip here: the server sees every message that a client sends."
	case !e.Noisy():
		return "Without noise every message tells all that is in it."
	case e.Trust != experiment.TrustLocal:
		return "It is drawn where each client adds noise of its own to its own update."
	}
	return ""
}

// typedEpsilon is the number typed, 0 where it is none above 0 and at most a
// million.
func typedEpsilon(text string) float64 {
	x, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	if err != nil || !(x > 0 && x <= 1e6) {
		return 0
	}
	return x
}

// epsilonText writes an ε with at most two digits after the point.
func epsilonText(x float64) string {
	switch {
	case x != x:
		return "–"
	case !finite(x):
		return "∞"
	case x > 0 && x < 0.005:
		return "< 0.01"
	}
	text := strconv.FormatFloat(x, 'f', 2, 64)
	return strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
}

// timesText says how often the unit pays.
func timesText(a *wire.Accounted) string {
	what := "rounds"
	if a.Unit == "example" {
		what = "steps"
	}
	if a.Times == float64(int(a.Times)) {
		if a.Times == 1 {
			what = what[:len(what)-1]
		}
		return fmt.Sprintf("%d %s", int(a.Times), what)
	}
	return fmt.Sprintf("about %.1f %s", a.Times, what)
}

// fresh reports whether the answer is to what is asked now; until the next one
// comes the one before stands there, pale.
func (m Model) fresh() bool {
	q, ok := m.question()
	a := m.Privacy.Asked
	return ok && a != nil && a.Experiment == q.Experiment && a.Client == q.Client && a.Protocol == q.Protocol &&
		a.Sums == q.Sums && a.Target == q.Target && a.Budget == q.Budget
}

var rungNames = map[string]string{
	"message": "One message", "basic": "Basic composition", "advanced": "Advanced composition",
	"zcdp": "zCDP", "rdp": "Rényi (RDP)", "exact": "Exact",
}

// rungName is the last rung's by the accountant: only some are exact.
func rungName(r wire.Rung) string {
	if r.Key == "exact" && strings.Contains(strings.ToLower(r.Name), "pld") {
		return "Loss distribution (PLD)"
	}
	return rungNames[r.Key]
}

// privacyCharts are the ladder as it grows with the rounds.
func (m Model) privacyCharts() []Chart {
	a := m.Privacy.Answer
	if !m.opened() || a == nil || len(a.Growth) == 0 {
		return nil
	}
	c := Chart{ID: "growth", Title: "Total ε against rounds", Logs: true, Format: epsilonText, Length: float64(m.Experiment.Rounds)}
	var rounds []int
	for _, g := range a.Growth {
		rounds = append(rounds, g.Round)
	}
	for i := len(a.Ladder) - 1; i >= 0; i-- {
		curve := Curve{Stroke: StrokeOf(len(c.Curves)), Name: rungName(a.Ladder[i]), Rounds: rounds, Thin: i < len(a.Ladder)-1}
		known := false
		for _, g := range a.Growth {
			v := float64(g.Epsilon[i])
			known = known || v == v
			curve.Value = append(curve.Value, v)
		}
		if known {
			c.Curves = append(c.Curves, curve)
		}
	}
	if budget := typedEpsilon(m.Privacy.Budget); budget > 0 {
		line := Curve{Stroke: Stroke{7, 3}, Name: "Budget", Rounds: rounds, Thin: true}
		for range rounds {
			line.Value = append(line.Value, budget)
		}
		c.Curves = append(c.Curves, line)
	}
	state := m.Charts
	state.Axis = Rounds
	state.apply(&c)
	return []Chart{c}
}
