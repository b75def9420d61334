package page

import (
	"reflect"
	"strings"
	"testing"

	"grapevine/app/experiment"
	"grapevine/app/wire"
)

// desk is a page whose trainer and stage are the test: what it sends is kept
// until it is asked for.
type desk struct {
	*testing.T
	Model
	sent []Effect
}

func sit(t *testing.T) *desk {
	m, effects := New(wire.Theme{}, "")
	return &desk{t, m, effects}
}

func (d *desk) do(events ...any) *desk {
	for _, event := range events {
		var effects []Effect
		d.Model, effects = d.Update(event)
		d.sent = append(d.sent, effects...)
	}
	return d
}

// expect compares the kinds of the messages sent to the trainer since the
// last call, and returns the last of them.
func (d *desk) expect(kinds ...wire.Message) wire.Message {
	d.Helper()
	var got, want []reflect.Type
	var last wire.Message
	for _, e := range d.sent {
		if !e.ToStage {
			got, last = append(got, reflect.TypeOf(e.Message)), e.Message
		}
	}
	for _, k := range kinds {
		want = append(want, reflect.TypeOf(k))
	}
	if !reflect.DeepEqual(got, want) {
		d.Fatalf("sent %v to the trainer: want %v", got, want)
	}
	d.sent = nil
	return last
}

// stage lists the kinds of the messages sent to the stage since the last call
// of stage or expect.
func (d *desk) stage() string {
	var kinds []string
	for _, e := range d.sent {
		if e.ToStage {
			kinds = append(kinds, strings.TrimPrefix(reflect.TypeOf(e.Message).String(), "*wire."))
		}
	}
	return strings.Join(kinds, " ")
}

func (d *desk) phase(want Phase) {
	d.Helper()
	if d.Phase != want {
		d.Fatalf("the run is %q: want %q", d.Phase, want)
	}
}

// facts answers the newest request.
func (d *desk) facts() *desk {
	f := &wire.Facts{ID: d.id, Experiment: d.Experiment}
	for range d.Experiment.Clients {
		f.Positions = append(f.Positions, [2]float64{})
		f.Histograms = append(f.Histograms, [10]int{3: 300, 8: 300})
	}
	return d.do(f)
}

// round is what both protocols say of a round.
func (d *desk) round(n int) *desk {
	for _, protocol := range d.Experiment.Protocols() {
		e := &experiment.Evaluation{TestAccuracy: 0.1 * float64(n), MaxAccuracy: 1}
		models := 1
		if protocol == experiment.Gossip {
			models = d.Experiment.Clients
		}
		for range models {
			e.Models = append(e.Models, experiment.ModelEvaluation{Accuracy: 0.1 * float64(n)})
		}
		d.do(&wire.Round{Protocol: protocol, Round: experiment.Round{Round: n, Evaluation: e}})
	}
	return d
}

// started answers a Start, up to where the trainer rests.
func (d *desk) started() *desk {
	return d.facts().do(&wire.Started{Numerics: 1}).round(0).do(&wire.Paused{})
}

func (d *desk) finished() *desk {
	f := &wire.Finished{Digest: "abc"}
	for range d.Experiment.Protocols() {
		f.Digests, f.Final = append(f.Digests, "d"), append(f.Final, nil)
	}
	return d.do(f)
}

func TestOpensReady(t *testing.T) {
	d := sit(t)
	d.phase(Loading)
	ask := d.expect(&wire.Describe{}).(*wire.Describe)
	if want := experiment.Presets[0].Experiment(); ask.Experiment != want {
		t.Errorf("it asks for %+v: want the first preset", ask.Experiment)
	}
	d.facts()
	d.phase(Ready)
	if d.Started() {
		t.Error("there is a run before Play")
	}
}

func TestPlayToTheEnd(t *testing.T) {
	d := sit(t).facts()
	d.sent = nil
	d.do(Play{})
	d.phase(Running)
	d.expect(&wire.Start{})
	d.started()
	if train := d.expect(&wire.Train{}).(*wire.Train); train.Until != d.Experiment.Rounds || train.Rounds != d.Experiment.Rounds {
		t.Errorf("it trains until %d of %d: want %d", train.Until, train.Rounds, d.Experiment.Rounds)
	}
	for n := 1; n <= d.Experiment.Rounds; n++ {
		d.round(n)
	}
	d.finished()
	d.phase(Done)
	if d.Round != d.Experiment.Rounds || d.Trace.Digest != "abc" || len(d.Trace.Runs) != 2 {
		t.Errorf("after the run: round %d, digest %q, %d runs", d.Round, d.Trace.Digest, len(d.Trace.Runs))
	}
	if err := d.Trace.Experiment.Check(); err != nil {
		t.Error(err)
	}
	// Play again starts over.
	d.sent = nil
	d.do(Play{})
	d.expect(&wire.Describe{}, &wire.Start{})
	if d.phase(Running); d.Round != 0 || len(d.Trace.Runs) != 0 {
		t.Errorf("the new run begins at round %d with %d runs", d.Round, len(d.Trace.Runs))
	}
}

func TestPauseStepPlay(t *testing.T) {
	d := sit(t).facts().do(Play{}).started().round(1)
	d.sent = nil
	d.do(Pause{})
	d.expect(&wire.Pause{})
	d.phase(Running) // until the trainer rests
	d.round(2).do(&wire.Paused{Round: 2})
	d.phase(Paused)
	d.sent = nil
	d.do(Step{})
	if train := d.expect(&wire.Train{}).(*wire.Train); train.Until != 3 {
		t.Errorf("a step trains until %d: want 3", train.Until)
	}
	d.round(3).do(&wire.Paused{Round: 3})
	d.phase(Paused)
	d.sent = nil
	d.do(Play{})
	d.expect(&wire.Train{})
}

// A step from the start is one round, and nothing goes on by itself.
func TestFirstStep(t *testing.T) {
	d := sit(t).facts()
	d.sent = nil
	d.do(Step{}).started()
	if train := d.expect(&wire.Start{}, &wire.Train{}).(*wire.Train); train.Until != 1 {
		t.Errorf("it trains until %d: want 1", train.Until)
	}
	d.round(1).do(&wire.Paused{Round: 1})
	d.expect()
	d.phase(Paused)
}

// What the trainer still says of an experiment that was left is not heard.
func TestLateMessages(t *testing.T) {
	d := sit(t).facts().do(Play{}).started().round(1)
	old := &wire.Facts{ID: d.id, Experiment: d.Experiment}
	d.do(Change{"seed", "8"}).round(2).do(&wire.Paused{Round: 2}, &wire.Progress{Round: 3}, old)
	d.phase(Loading)
	if d.Round != 0 || len(d.Trace.Runs) != 0 || d.Progress != nil {
		t.Errorf("round %d, %d runs, progress %v of the run that was left", d.Round, len(d.Trace.Runs), d.Progress)
	}
	d.facts()
	d.phase(Ready)
	if d.Experiment.Seed != 8 || d.Facts.Experiment.Seed != 8 {
		t.Errorf("seed %d, facts of seed %d: want 8", d.Experiment.Seed, d.Facts.Experiment.Seed)
	}
}

func TestRefusedValues(t *testing.T) {
	for _, c := range []Change{
		{"clients", "1"}, {"clients", "many"}, {"clients", ""}, {"epsilon", "0"}, {"epsilon", "NaN"}, {"rounds", "0"},
		{"seed", "-1"}, {"hidden", "9999"}, {"topology", "line"}, {"clip", "1e400"},
	} {
		d := sit(t).facts().do(Play{}).started().round(1)
		before := d.Experiment
		d.sent = nil
		d.do(c)
		d.expect()
		d.phase(Running)
		if d.Experiment != before || d.Round != 1 {
			t.Errorf("%v changed the run", c)
		}
		if why := d.Errors[c.Key]; !strings.Contains(why, c.Key) || !strings.Contains(why, "want") || d.Drafts[c.Key] != c.Value {
			t.Errorf("%v is kept as %q, refused with %q", c, d.Drafts[c.Key], why)
		}
		// An allowed value puts it right.
		p, _ := experiment.Find(c.Key)
		if d.do(Change{c.Key, p.Get(before)}); len(d.Errors) > 0 || len(d.Drafts) > 0 {
			t.Errorf("%v is still refused: %v", c, d.Errors)
		}
	}
}

func TestRulesAcrossSettingsAreTold(t *testing.T) {
	d := sit(t).facts().do(Change{"clients", "21"})
	if len(d.Notes) != 1 || !strings.Contains(d.Notes[0], "partition") {
		t.Errorf("notes %q: want one on the partition", d.Notes)
	}
	if d.do(Change{"clip", "3"}); len(d.Notes) > 0 {
		t.Errorf("notes %q stay", d.Notes)
	}
}

// Rounds are added to a run, at work or over, without starting it again.
func TestMoreRounds(t *testing.T) {
	d := sit(t).facts().do(Change{"rounds", "2"}).facts().do(Play{}).started().round(1)
	d.sent = nil
	d.do(Change{"rounds", "4"})
	d.expect(&wire.Pause{})
	d.round(2).do(&wire.Paused{Round: 2})
	if train := d.expect(&wire.Train{}).(*wire.Train); train.Until != 4 || train.Rounds != 4 {
		t.Errorf("it trains until %d of %d: want 4", train.Until, train.Rounds)
	}
	d.round(3).round(4).finished()
	d.phase(Done)
	d.sent = nil
	d.do(Change{"rounds", "6"})
	d.expect()
	d.phase(Paused)
	d.do(Play{})
	if train := d.expect(&wire.Train{}).(*wire.Train); train.Rounds != 6 || d.Round != 4 {
		t.Errorf("it goes on from %d to %d: want 4 to 6", d.Round, train.Rounds)
	}
	if d.do(Change{"rounds", "3"}); d.Errors["rounds"] == "" || d.Experiment.Rounds != 6 {
		t.Errorf("fewer rounds than are done: %q, %d rounds", d.Errors["rounds"], d.Experiment.Rounds)
	}
}

// The run may be over before the trainer hears that it grew.
func TestMoreRoundsTooLate(t *testing.T) {
	d := sit(t).facts().do(Change{"rounds", "2"}).facts().do(Play{}).started().round(1).do(Change{"rounds", "4"})
	d.sent = nil
	d.round(2).finished()
	d.phase(Running)
	d.do(&wire.Paused{Round: 2})
	d.expect(&wire.Train{})
}

func TestFailure(t *testing.T) {
	d := sit(t).do(&wire.Failed{Key: "data", Message: "data: not on this site"})
	d.phase(Failed)
	if d.Errors["data"] == "" || d.Failure == "" {
		t.Errorf("errors %v, failure %q", d.Errors, d.Failure)
	}
	d.sent = nil
	d.do(Change{"data", experiment.DataMNIST28}).facts()
	d.phase(Ready)
	if d.Failure != "" {
		t.Errorf("failure %q stays", d.Failure)
	}
	d.do(&wire.Failed{Key: "no such setting", Message: "lost"})
	d.phase(Failed)
	d.sent = nil
	d.do(Play{})
	d.expect(&wire.Describe{}, &wire.Start{})
}

// A request that fails while the trainer keeps the run leaves the run.
func TestFailureKeepsTheRun(t *testing.T) {
	d := sit(t).facts().do(Play{}).started().round(1).do(&wire.Failed{Message: "too long"}, &wire.Paused{Round: 1})
	d.phase(Paused)
	if d.Failure == "" || d.Round != 1 || len(d.Trace.Runs) != 2 {
		t.Errorf("failure %q, round %d, %d runs", d.Failure, d.Round, len(d.Trace.Runs))
	}
}

// Models that were handed out stay as they were.
func TestUpdateIsPure(t *testing.T) {
	d := sit(t).facts().do(Play{}).started()
	before := d.Model
	d.round(1).round(2).do(Change{"clients", "0"}).finished()
	for _, r := range before.Trace.Runs {
		if len(r.Rounds) != 1 || r.Digest != "" {
			t.Errorf("%s had round 0 alone: it has %d rounds, digest %q", r.Protocol, len(r.Rounds), r.Digest)
		}
	}
	if before.Round != 0 || len(before.Errors) != 0 {
		t.Errorf("round %d, errors %v", before.Round, before.Errors)
	}
}

// Play pressed too early is remembered; pressed again it is forgotten.
func TestPlayWhileLoading(t *testing.T) {
	d := sit(t).do(Play{})
	d.phase(Loading)
	d.expect(&wire.Describe{})
	d.do(&wire.Facts{ID: d.id, Experiment: d.Experiment, Histograms: make([][10]int, 20)})
	d.expect(&wire.Start{})
	d.phase(Running)

	d = sit(t).do(Play{}, Play{}, &wire.Facts{ID: 1, Experiment: d.Experiment, Histograms: make([][10]int, 20)})
	d.expect(&wire.Describe{})
	d.phase(Ready)
}
