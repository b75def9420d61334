package page

import (
	"fmt"
	"maps"
	"math"

	"grapevine/app/experiment"
)

// Guide is what the guide has been told and has seen. Its step is the view's,
// View.Guide, so that a link can lead to it.
type Guide struct {
	Last     int                                   // the step it was closed at
	Picks    [experiment.GuideSteps + 1]int        // by step: the choice predicted, from 1; 0: none
	Outcomes map[experiment.Experiment]GuideResult // of the guide's own experiments
}

// GuideResult is how a run of the guide's ended: by protocol, nil where the
// protocol was not run.
type GuideResult struct{ FedAvg, Gossip *experiment.Evaluation }

// What a person can do with the guide.
type (
	GoTo    struct{ Step int }         // opens the guide at a step; 0 closes it
	Predict struct{ Step, Choice int } // from 1
	Try     struct{ Step, Run int }    // runs one of the step's experiments
)

// guideRun is an experiment that a step asks for: a preset, and settings in it.
type guideRun struct {
	Label  string
	Preset string
	With   []experiment.Setting
}

// experiment is the run's.
func (r guideRun) experiment() experiment.Experiment {
	e, _, err := experiment.Build(r.Preset, r.With)
	if err != nil {
		panic("page: guide: " + err.Error()) // a test builds them all
	}
	return e
}

// The guide's experiments.
var (
	oneRound  = guideRun{"Train one round", "first-look", []experiment.Setting{{Key: "rounds", Value: "1"}}}
	firstLook = guideRun{"Run the first look", "first-look", nil}
	alone     = guideRun{"Run without exchanges", "isolated", nil}
	onRing    = guideRun{"Run on a ring", "first-look", []experiment.Setting{{Key: "topology", Value: experiment.TopologyRing}}}
	complete  = guideRun{"Run on a complete graph", "first-look", nil}
	noisy     = guideRun{"Run with noise, ε₀ = 30", "first-look", []experiment.Setting{{Key: "epsilon", Value: "30"}}}
	quiet     = guideRun{"Run without noise", "first-look", nil}
)

// guideStep is one step: it asks for a prediction, has runs to test it by, and
// compares it with what came out.
type guideStep struct {
	Title, Says, Question string
	Choices               []string
	Target                string // the control it points at, selectors in order of preference
	Runs                  []guideRun
	// Find says which choice came out, from 1, and the numbers in words. The
	// outcomes are those of Runs, in order.
	Find func(out []GuideResult) (choice int, text string)
}

// guideSteps are the steps; step n stands at index n-1.
var guideSteps = [experiment.GuideSteps]guideStep{
	{
		Title:    "What you see",
		Says:     "Each circle is a client, and the small numbers are the kinds of digit it holds. Its colour is how often it is right on test digits of all ten kinds. On the left clients gossip; on the right a server (FedAvg) averages.",
		Question: "After a single round, how often is a gossiping client right on average?",
		Choices:  []string{"Less than 25 %", "25 to 60 %", "More than 60 %"},
		Target:   ".stage-box",
		Runs:     []guideRun{oneRound},
		Find: func(out []GuideResult) (int, string) {
			g := out[0].Gossip
			return bin(g.TestAccuracy, 0.25, 0.6), fmt.Sprintf("After one round a client is right %s of the time on average, the least %s and the best %s. Blind guessing among ten kinds is right 10 %% of the time.",
				percent(g.TestAccuracy), percent(g.MinAccuracy), percent(g.MaxAccuracy))
		},
	}, {
		Title:    "The first look",
		Says:     "Play trains all rounds. In each round every gossiping client trains on its own digits, then pairs of neighbours meet and both take the mean of what they have.",
		Question: "After 60 rounds, who is right more often?",
		Choices:  []string{"Gossip, by more than 2 points", "FedAvg, by more than 2 points", "Neither: within 2 points"},
		Target:   "#play",
		Runs:     []guideRun{firstLook},
		Find: func(out []GuideResult) (int, string) {
			f, g := out[0].FedAvg.TestAccuracy, out[0].Gossip.TestAccuracy
			return ahead(g, f), fmt.Sprintf("Gossip ended at %s on average, FedAvg at %s: %s apart. Gossip needed no server for it.", percent(g), percent(f), points(g-f))
		},
	}, {
		Title:    "Take the exchanges away",
		Says:     "With no exchanges every client keeps to itself: it trains on the two or three kinds of digit it holds and hears of no other.",
		Question: "How often is such a client right on all ten kinds?",
		Choices:  []string{"Less than 15 %, hardly better than guessing", "15 to 35 %, about its share of the kinds", "More than 35 %"},
		Target:   ".control:has(#exchanges)",
		Runs:     []guideRun{alone},
		Find: func(out []GuideResult) (int, string) {
			g := out[0].Gossip
			return bin(g.TestAccuracy, 0.15, 0.35), fmt.Sprintf("Alone, clients ended at %s on average, from %s to %s. Whoever knows only two of ten kinds is right on two tenths of the test at best, however well it knows them. Their models ended %s apart.",
				percent(g.TestAccuracy), percent(g.MinAccuracy), percent(g.MaxAccuracy), threeDigits(float64(g.ConsensusDistance)))
		},
	}, {
		Title:    "A ring or a complete graph",
		Says:     "The number of exchanges stays the same; only who may meet whom changes. On a ring a client meets two neighbours, on a complete graph anybody.",
		Question: "How does the ring end, set beside the complete graph?",
		Choices:  []string{"Higher by more than 2 points", "Lower by more than 2 points", "Within 2 points"},
		Target:   ".control:has(#topology)",
		Runs:     []guideRun{onRing, complete},
		Find: func(out []GuideResult) (int, string) {
			r, c := out[0].Gossip, out[1].Gossip
			return ahead(r.TestAccuracy, c.TestAccuracy), fmt.Sprintf("The ring ended at %s, the complete graph at %s: %s apart. The clients' models ended %s from their mean on the ring, %s on the complete graph: the smaller, the better news has spread.",
				percent(r.TestAccuracy), percent(c.TestAccuracy), points(r.TestAccuracy-c.TestAccuracy),
				threeDigits(float64(r.ConsensusDistance)), threeDigits(float64(c.ConsensusDistance)))
		},
	}, {
		Title:    "Noise for privacy",
		Says:     "Now every message carries noise, so that it tells less of the digits behind it. The smaller ε₀, the more noise.",
		Question: "Which loses more accuracy by the noise?",
		Choices:  []string{"Gossip, by more than 2 points", "FedAvg, by more than 2 points", "Both the same: within 2 points"},
		Target:   ".control:has(#epsilon)",
		Runs:     []guideRun{noisy, quiet},
		Find: func(out []GuideResult) (int, string) {
			n, q := out[0], out[1]
			g, f := q.Gossip.TestAccuracy-n.Gossip.TestAccuracy, q.FedAvg.TestAccuracy-n.FedAvg.TestAccuracy
			return ahead(g, f), fmt.Sprintf("Gossip went from %s to %s, FedAvg from %s to %s. The server takes the mean of many messages at once, in which noise partly cancels; two clients that meet have only each other's.",
				percent(q.Gossip.TestAccuracy), percent(n.Gossip.TestAccuracy), percent(q.FedAvg.TestAccuracy), percent(n.FedAvg.TestAccuracy))
		},
	},
}

// guideEnd is where the guide leads: the sweep or, without one, the control.
const (
	guideEnd     = "Next, ask it more than one value: run ε₀ = 8, 100 and 300 and compare them on the shelf, or sweep over a row of values. The control is outlined."
	guideEndsHow = "#sweep|.control:has(#epsilon)"
)

// bin is 1 below low, 2 up to high, 3 above.
func bin(x, low, high float64) int {
	switch {
	case x < low:
		return 1
	case x <= high:
		return 2
	}
	return 3
}

// ahead is 1 where a is above b by more than two points, 2 where it is below,
// 3 otherwise.
func ahead(a, b float64) int {
	switch d := a - b; {
	case d > 0.02:
		return 1
	case d < -0.02:
		return 2
	}
	return 3
}

// points writes a difference of accuracies.
func points(d float64) string { return fmt.Sprintf("%.1f points", 100*math.Abs(d)) }

// guided is Update for all that concerns the guide; ok is false for another
// event.
func (m Model) guided(event any) (_ Model, _ []Effect, ok bool) {
	switch e := event.(type) {
	case GoTo:
		if e.Step == 0 && m.View.Guide > 0 {
			m.Guide.Last = m.View.Guide
		}
		m.View.Guide = max(0, min(e.Step, experiment.GuideSteps))
		m.Shared.Guide = m.View.Guide
	case Predict:
		if s := stepOf(e.Step); s != nil && e.Choice >= 1 && e.Choice <= len(s.Choices) {
			m.Guide.Picks[e.Step] = e.Choice
		}
	case Try:
		if s := stepOf(e.Step); s != nil && e.Run >= 0 && e.Run < len(s.Runs) {
			m, effects := m.try(s.Runs[e.Run])
			return m, effects, true
		}
	default:
		return m, nil, false
	}
	return m, nil, true
}

// stepOf is the step with the number, from 1; nil where there is none.
func stepOf(n int) *guideStep {
	if n < 1 || n > len(guideSteps) {
		return nil
	}
	return &guideSteps[n-1]
}

// try sets the run's settings and presses Play, as a person would.
func (m Model) try(r guideRun) (Model, []Effect) {
	events := []any{}
	if e := r.experiment(); e != m.Experiment || m.Phase == Loading {
		m.willPlay = false
		events = append(events, Preset{r.Preset})
		for _, s := range r.With {
			events = append(events, Change{s.Key, s.Value})
		}
	}
	var effects []Effect
	for _, event := range append(events, Play{}) {
		var more []Effect
		m, more = m.Update(event)
		effects = append(effects, more...)
	}
	return m, effects
}

// learn remembers how the run ended, where the guide asks for it.
func (m Model) learn() Model {
	for _, s := range guideSteps {
		for _, r := range s.Runs {
			if r.experiment() != m.Trace.Experiment {
				continue
			}
			var out GuideResult
			if run := m.Run(experiment.FedAvg); run != nil {
				out.FedAvg = run.Last()
			}
			if run := m.Run(experiment.Gossip); run != nil {
				out.Gossip = run.Last()
			}
			m.Guide.Outcomes = maps.Clone(m.Guide.Outcomes)
			if m.Guide.Outcomes == nil {
				m.Guide.Outcomes = map[experiment.Experiment]GuideResult{}
			}
			m.Guide.Outcomes[m.Trace.Experiment] = out
			return m
		}
	}
	return m
}

// explained compares a step's prediction with what came out; ok is false
// until there is a prediction and every run of the step has ended.
func (g Guide) explained(step int) (text string, ok bool) {
	s := &guideSteps[step-1]
	var out []GuideResult
	for _, r := range s.Runs {
		o, there := g.Outcomes[r.experiment()]
		if !there {
			return "", false
		}
		out = append(out, o)
	}
	pick := g.Picks[step]
	if pick == 0 {
		return "", false
	}
	came, text := s.Find(out)
	if came == pick {
		return text + " You predicted it.", true
	}
	return fmt.Sprintf("%s You predicted: %s. What came out: %s.", text, s.Choices[pick-1], s.Choices[came-1]), true
}
