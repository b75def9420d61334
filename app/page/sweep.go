package page

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"grapevine/app/experiment"
	"grapevine/app/wire"
)

// Study is a sweep: what is typed into its panel, and the runs of the one that
// was begun. Its runs are handed to trainers that work alone, one for each
// worker, longest first. A value is never changed; slices are copied first.
type Study struct {
	Open    bool
	Vary    [experiment.MaxAxes]Vary
	Seeds   string
	Problem string // why the sweep cannot begin, or a run of it was given up

	Begun   bool
	Sweep   experiment.Sweep
	Runs    []experiment.Experiment
	Results []*experiment.Result // by run; nil while it is not there
	Paused  bool

	waiting []int     // runs, the next one first
	busy    []int     // by trainer: its run, or none
	shares  []float64 // by trainer: how much of its run is done
	tries   []int     // by run: how often it failed
	taken   float64   // seconds that trainers spent on finished runs
	id      int       // that Carry and Carried have in common, with the run added
}

// Vary is a setting to vary and its values, as they are typed.
type Vary struct{ Key, Values string }

const none = -1

// What a person does to the sweep, and what its trainers say.
type (
	OpenSweep  struct{ Open bool }
	OfferSweep struct{ Key string } // opens the panel with the setting's sweep
	SetVary    struct {
		Axis int
		Vary
	}
	SetSeeds   struct{ Seeds string }
	OfferStudy struct{} // offers the sweep that tests the tutorial's conclusions
	BeginSweep struct{}
	RestSweep  struct{} // pauses it, or goes on
	EndSweep   struct{} // drops the runs that are not there yet
	// Found is what an earlier visit kept of its last sweep.
	Found struct{ Text string }
	Solo  struct {
		Trainer int // from 1 on
		Message wire.Message
	}
)

// newStudy offers the tutorial's own study.
func newStudy() Study {
	t := experiment.TutorialSweep()
	return Study{}.typed(t)
}

// typed fills the panel in with a sweep.
func (s Study) typed(sweep experiment.Sweep) Study {
	s.Vary = [experiment.MaxAxes]Vary{}
	for i, a := range sweep.Vary {
		s.Vary[i] = Vary{a.Key, strings.Join(a.Values, ", ")}
	}
	s.Seeds = strconv.Itoa(sweep.Seeds)
	return s
}

// conclusionSeeds are enough for intervals worth having.
const conclusionSeeds = 10

// suggested are values worth sweeping of a setting.
func suggested(p experiment.Property, e experiment.Experiment) string {
	var values []string
	switch p.Kind {
	case experiment.Choice:
		for _, o := range p.Options {
			if o.Value != experiment.TopologyCustom {
				values = append(values, o.Value)
			}
		}
	case experiment.Step:
		if p.Key == "epsilon" {
			return "inf, 8, 4, 2, 1"
		}
		for _, x := range p.Steps {
			values = append(values, strconv.FormatFloat(x, 'g', -1, 64))
		}
	case experiment.Sizes:
		values = []string{"none", "32", "64-32"}
	default:
		x, _ := p.Number(e)
		for _, factor := range [...]float64{0.5, 1, 2} {
			near := e
			if p.Nearest(&near, strconv.FormatFloat(x*factor, 'g', -1, 64)) && !slices.Contains(values, p.Get(near)) {
				values = append(values, p.Get(near))
			}
		}
	}
	return strings.Join(values, ", ")
}

// sweeps reports whether the setting can be swept.
func sweeps(p experiment.Property) bool {
	return p.Kind != experiment.Word && p.Kind != experiment.Pairs
}

// sweepEvent is what happens to the sweep; ok is false for any other event.
func (m Model) sweepEvent(event any) (next Model, effects []Effect, ok bool) {
	s := m.Study
	switch e := event.(type) {
	case OpenSweep:
		s.Open = e.Open
	case OfferSweep:
		p, found := experiment.Find(e.Key)
		if !found || !sweeps(p) {
			return m, nil, true
		}
		s.Open, s.Problem = true, ""
		s.Vary = [experiment.MaxAxes]Vary{{e.Key, suggested(p, m.Experiment)}}
	case SetVary:
		if p, found := experiment.Find(e.Key); found && e.Key != s.Vary[e.Axis].Key {
			e.Values = suggested(p, m.Experiment)
		}
		s.Vary[e.Axis], s.Problem = e.Vary, ""
	case SetSeeds:
		s.Seeds, s.Problem = e.Seeds, ""
	case OfferStudy:
		s = s.typed(experiment.Sweep{
			Vary:  []experiment.Axis{{Key: "epsilon", Values: experiment.ConclusionEpsilons}, {Key: "protocol", Values: []string{experiment.FedAvg, experiment.Gossip}}},
			Seeds: conclusionSeeds,
		})
		s.Problem = ""
	case BeginSweep:
		m, effects = m.beginSweep()
		return m, effects, true
	case RestSweep:
		s.Paused = !s.Paused
		m.Study = s
		if !s.Paused {
			m, effects = m.handOut()
		}
		return m, effects, true
	case EndSweep:
		s, effects = s.dismiss()
		s.waiting, s.Paused = nil, false
	case Found:
		sweep, results, err := experiment.Kept(e.Text)
		if err != nil || s.Begun || !s.Open || sweep.Base != m.Experiment {
			return m, nil, true // the address does not ask for it
		}
		if wanted, err := m.wanted(); err != nil || wanted.String() != sweep.String() {
			return m, nil, true
		}
		s.Sweep, s.Begun = sweep, true
		s.Runs, _, _ = sweep.Runs()
		for i := range results {
			s.Results = append(s.Results, &results[i])
		}
	case Solo:
		m, effects = m.soloSaid(e)
		return m, effects, true
	default:
		return m, nil, false
	}
	m.Study = s
	return m, effects, true
}

// wanted reads what is typed into the panel.
func (m Model) wanted() (experiment.Sweep, error) {
	sweep := experiment.Sweep{Base: m.Experiment}
	var err error
	if sweep.Seeds, err = strconv.Atoi(strings.TrimSpace(m.Study.Seeds)); err != nil {
		return sweep, fmt.Errorf("seeds %.20q: want a whole number from 1 to %d", m.Study.Seeds, experiment.MaxSeeds)
	}
	for _, v := range m.Study.Vary {
		if v.Key == "" {
			continue
		}
		values := strings.FieldsFunc(v.Values, func(r rune) bool { return r == ',' || r == ';' || r == ' ' })
		a, err := experiment.ParseAxis(v.Key + "=" + strings.Join(values, ","))
		if err != nil {
			return sweep, err
		}
		sweep.Vary = append(sweep.Vary, a)
	}
	return sweep, sweep.Check()
}

func (m Model) beginSweep() (Model, []Effect) {
	sweep, err := m.wanted()
	if err == nil && m.Facts == nil {
		err = fmt.Errorf("the trainer is not ready yet")
	}
	if err != nil {
		m.Study.Problem = err.Error()
		return m, nil
	}
	s, effects := m.Study.dismiss()
	s.Sweep, s.Begun, s.Paused, s.Problem, s.taken = sweep, true, false, "", 0
	s.Runs, _, _ = sweep.Runs()
	s.id += len(s.Results) + 1 // what was asked before is not of this sweep
	s.Results = make([]*experiment.Result, len(s.Runs))
	s.tries = make([]int, len(s.Runs))
	s.waiting = experiment.LongestFirst(s.Runs)
	trainers := max(1, min(m.Facts.Workers, len(s.Runs)))
	s.busy, s.shares = slices.Repeat([]int{none}, trainers), make([]float64, trainers)
	m.Study = s
	m, more := m.handOut()
	return m, append(effects, more...)
}

// handOut gives every idle trainer the next run.
func (m Model) handOut() (Model, []Effect) {
	s := m.Study
	s.busy, s.shares = slices.Clone(s.busy), slices.Clone(s.shares)
	var effects []Effect
	for k, run := range s.busy {
		if run != none || s.Paused || len(s.waiting) == 0 {
			continue
		}
		next := s.waiting[0]
		s.waiting = s.waiting[1:]
		s.busy[k], s.shares[k] = next, 0
		effects = append(effects, Effect{Solo: k + 1, Message: &wire.Carry{ID: s.id + next, Experiment: s.Runs[next]}})
	}
	if s.idle() && len(s.waiting) == 0 {
		s, effects = s.dismiss() // their memory is free again
	}
	m.Study = s
	return m, effects
}

// idle reports whether no trainer works.
func (s Study) idle() bool {
	return !slices.ContainsFunc(s.busy, func(run int) bool { return run != none })
}

// Going reports whether runs are still to come.
func (s Study) Going() bool { return s.Begun && (len(s.waiting) > 0 || !s.idle()) }

// dismiss ends all trainers.
func (s Study) dismiss() (Study, []Effect) {
	var effects []Effect
	for k := range s.busy {
		effects = append(effects, Effect{Solo: k + 1})
	}
	s.busy, s.shares = nil, nil
	return s, effects
}

// mostTries is how often a run may fail before it is given up.
const mostTries = 3

// soloSaid takes what one of the sweep's trainers says. A trainer that failed
// is replaced, and its run repeated: by the same bits.
func (m Model) soloSaid(e Solo) (Model, []Effect) {
	s := m.Study
	k := e.Trainer - 1
	if k < 0 || k >= len(s.busy) || s.busy[k] == none {
		return m, nil
	}
	run := s.busy[k]
	s.busy, s.shares = slices.Clone(s.busy), slices.Clone(s.shares)
	switch said := e.Message.(type) {
	case *wire.Progress:
		if rounds := s.Runs[run].Rounds; said.Total > 0 {
			s.shares[k] = min(1, (float64(said.Round-1)+float64(said.Done)/float64(said.Total))/float64(rounds))
		}
		m.Study = s
		return m, nil
	case *wire.Carried:
		if said.ID != s.id+run || said.Result.Experiment != s.Runs[run] {
			return m, nil
		}
		s.Results = slices.Clone(s.Results)
		s.Results[run], s.busy[k] = &said.Result, none
		s.taken += said.Taken
		m.Study = s
		return m.handOut()
	case *wire.Failed:
		s.busy[k] = none
		s.tries = slices.Clone(s.tries)
		s.tries[run]++
		if s.tries[run] < mostTries {
			s.waiting = append([]int{run}, s.waiting...)
		} else {
			s.Problem = fmt.Sprintf("Run %d of the sweep was given up after %d tries: %s", run+1, mostTries, said.Message)
		}
		m.Study = s
		m, effects := m.handOut()
		return m, append([]Effect{{Solo: k + 1}}, effects...)
	}
	return m, nil
}

// Done is the number of finished runs, and the share of all the work that is
// done; left is about how many seconds there are to go, 0 while unknown.
func (s Study) Done() (runs int, share, left float64) {
	total, finished, done := 0.0, 0.0, 0.0
	for i, e := range s.Runs {
		cost := e.Cost()
		total += cost
		if s.Results[i] != nil {
			runs++
			finished += cost
		}
	}
	done = finished
	for k, run := range s.busy {
		if run != none {
			done += s.shares[k] * s.Runs[run].Cost()
		}
	}
	if total == 0 {
		return runs, 0, 0
	}
	if finished > 0 && len(s.busy) > 0 {
		left = (total - done) / finished * s.taken / float64(len(s.busy))
	}
	return runs, done / total, left
}

// fragment is what the address carries: the sweep's link once it was begun and
// is still of the settings at hand, else the run's.
func (m Model) fragment() string {
	if m.Study.Begun && m.Study.Sweep.Base == m.Experiment {
		return m.Study.Sweep.String()
	}
	return m.Link().String()
}
