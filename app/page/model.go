// Package page is the page: controls, player, charts, the selected client.
//
// It is one-directional. [Model] is all that the page knows; [Model.Update]
// is a pure function from what happened to a new model and messages to send;
// the views (view*.go) draw the model and nothing else; bridge.go carries
// messages to and from the trainer's workers and the stage's frame.
package page

import (
	"maps"

	"grapevine/app/experiment"
	"grapevine/app/wire"
)

// Phase is where a run stands, as <html data-run> says it.
type Phase string

// The phases.
const (
	Loading Phase = "loading" // the digits or the facts are on their way
	Ready   Phase = "ready"   // an experiment is described, nothing has run
	Running Phase = "running"
	Paused  Phase = "paused"
	Done    Phase = "done"
	Failed  Phase = "failed"
)

// Model is all that the page knows. A value is never changed: Update makes a
// new one, and what the two share is only appended to.
type Model struct {
	Experiment experiment.Experiment
	Facts      *wire.Facts // of Experiment, or of the one before while Phase is Loading
	Phase      Phase
	Trace      experiment.Trace // of the run; no Runs before one
	Round      int              // the last that every protocol finished
	Progress   *wire.Progress   // of the round at work
	Fetched    *wire.Loading    // while digits are on their way
	Finished   *wire.Finished

	// Drafts are refused values that stand in their fields, Errors says why.
	Drafts, Errors map[string]string
	Notes          []string // what rules across fields altered
	Failure        string   // what went wrong, "" for nothing

	Claim     experiment.Claim  // what the link at hand says of Experiment's run
	View      experiment.View   // how the link at hand asks the page to look
	Refused   []string          // what the link asked for and was not accepted
	Reference *experiment.Trace // a trace file of Experiment, to compare the run with
	Replayed  bool              // Trace is a file's: nothing was trained here
	Study     Study             // the sweep
	Audits    Audits            // attacks on what is promised
	Sharing   bool              // the panel for sharing is open
	Shared    experiment.View   // how a shared link is to ask pages to look
	LargeCode bool              // the code to be scanned fills the panel
	Rate      float64           // floating-point operations a second that a worker is expected to do

	StageReady bool
	StageGone  string // why there is no stage, "" while there is one
	At         float64
	Happening  string // the stage's phase within a round
	Playing    bool
	Speed      float64
	Follow     bool
	Selected   int // a client, or wire.None
	Digits     *wire.Digits
	Picture    string // of the Digits, a data URL
	Theme      wire.Theme
	Numbers    bool // the charts' table is unfolded
	Charts     ChartState

	Shelf   Shelf
	Guide   Guide
	Privacy Privacy

	id     int  // of the newest Describe or Start
	stale  bool // until its Facts come, the trainer speaks of what was before
	until  int  // the round to train to
	next   bool // train on as soon as the trainer rests
	starts bool // the run at hand was asked for and is not there yet

	willPlay  bool              // Play was pressed while Loading: it starts when ready
	willStart bool              // the link asks to start at once
	replay    *experiment.Trace // a trace file to show as soon as its facts are there
}

// Effect is a message to send.
type Effect struct {
	ToStage bool // to the stage, or else to the trainer
	Message wire.Message
	// Solo is one of the trainers that work alone, the sweep's from 1 on; 0: none. Without a
	// message it is ended.
	Solo int
}

// defaultRate is what a worker does in WebAssembly with SIMD, on the safe side.
const defaultRate = 5e9

// New is the model of a page that just opened, and its first effects. fragment
// is what its address carries after "#".
func New(theme wire.Theme, fragment string) (Model, []Effect) {
	m := Model{
		Theme: theme, Speed: 1, Follow: true, Playing: true,
		Study: newStudy(), Selected: wire.None, Charts: newChartState(), Rate: defaultRate, Privacy: newPrivacy(),
	}
	return m.open(fragment)
}

// Started reports whether there is a run, at rest or at work.
func (m Model) Started() bool { return len(m.Trace.Runs) > 0 || m.starts }

// Run is the run of the protocol, nil where there is none.
func (m Model) Run(protocol string) *experiment.Run {
	for i := range m.Trace.Runs {
		if m.Trace.Runs[i].Protocol == protocol {
			return &m.Trace.Runs[i]
		}
	}
	return nil
}

// ShownRound is the round at the player's place.
func (m Model) ShownRound() int {
	return max(0, min(int(m.At), m.Round))
}

// Accuracy is the client's accuracy after the round, when it was evaluated:
// its own with gossip, otherwise the global model's.
func (m Model) Accuracy(client, round int) (float64, bool) {
	for _, protocol := range [...]string{experiment.Gossip, experiment.FedAvg} {
		r := m.Run(protocol)
		if r == nil {
			continue
		}
		for ; round >= 0; round-- {
			if round >= len(r.Rounds) || r.Rounds[round].Evaluation == nil {
				continue
			}
			models := r.Rounds[round].Evaluation.Models
			if client < len(models) {
				return models[client].Accuracy, true
			}
			return models[0].Accuracy, true
		}
	}
	return 0, false
}

// describe drops the run and asks for the facts of the experiment.
func (m Model) describe() (Model, []Effect) {
	m.id++
	m.stale, m.starts, m.next = true, false, false
	m.Trace, m.Round, m.Progress, m.Finished = experiment.Trace{}, 0, nil, nil
	m.Phase, m.Failure, m.Charts = Loading, "", m.Charts.whole()
	m.Replayed, m.replay = false, nil
	m.At, m.Follow, m.Playing, m.Happening = 0, true, true, ""
	return m, []Effect{{Message: &wire.Describe{ID: m.id, Experiment: m.Experiment}}, {ToStage: true, Message: &wire.Reset{}}, m.playhead()}
}

// train goes on to the round, starting the run first where there is none.
func (m Model) train(until int) (Model, []Effect) {
	m.until, m.Phase, m.Failure = until, Running, ""
	if len(m.Trace.Runs) > 0 {
		return m, []Effect{{Message: &wire.Train{Until: until, Rounds: m.Experiment.Rounds}}}
	}
	m.id++
	m.stale, m.starts, m.next = true, true, true
	return m, []Effect{{Message: &wire.Start{ID: m.id, Experiment: m.Experiment}}}
}

// playhead tells the stage what to show.
func (m Model) playhead() Effect {
	return Effect{ToStage: true, Message: &wire.Playhead{At: m.At, Playing: m.Playing, Speed: m.Speed, Follow: m.Follow}}
}

// drafted keeps a refused value, or forgets it when why is "".
func (m Model) drafted(key, value, why string) Model {
	m.Drafts, m.Errors = maps.Clone(m.Drafts), maps.Clone(m.Errors)
	if m.Drafts == nil {
		m.Drafts, m.Errors = map[string]string{}, map[string]string{}
	}
	if why == "" {
		delete(m.Drafts, key)
		delete(m.Errors, key)
	} else {
		m.Drafts[key], m.Errors[key] = value, why
	}
	return m
}
