package page

import (
	"testing"

	"grapevine/app/wire"
)

func TestStageIsToldEverything(t *testing.T) {
	d := sit(t).facts()
	d.sent = nil
	d.do(&wire.Ready{})
	if got, want := d.stage(), "Scene Playhead Select"; got != want {
		t.Errorf("a stage that is ready is sent %q: want %q", got, want)
	}
	d.do(Play{}).started().round(1)
	d.sent = nil
	d.do(&wire.Ready{}) // the frame was loaded again
	if got, want := d.stage(), "Scene Round Round Round Round Playhead Select"; got != want {
		t.Errorf("in a run it is sent %q: want %q", got, want)
	}
	d.sent = nil
	d.round(2)
	if got, want := d.stage(), "Round Round"; got != want {
		t.Errorf("of a new round it is sent %q: want %q", got, want)
	}
}

// Before it is ready the stage is told nothing of the run that it would be
// told again.
func TestStageIsTheSameOnReset(t *testing.T) {
	d := sit(t).do(&wire.Ready{}).facts().do(Play{}).started().round(1)
	d.sent = nil
	d.do(Reset{}).facts()
	if got, want := d.stage(), "Reset Playhead Select"; got != want {
		t.Errorf("a reset sends %q: want %q, the graph is the same", got, want)
	}
	d.sent = nil
	d.do(Change{"clients", "12"}).facts()
	if got, want := d.stage(), "Reset Playhead Scene Playhead Select Select"; got != want {
		t.Errorf("a new graph sends %q: want %q", got, want)
	}
	// There and back before the trainer answered: no rounds may stay.
	d.do(Play{}).started().round(1)
	d.sent = nil
	d.do(Change{"clients", "13"}, Change{"clients", "12"}).facts()
	if got, want := d.stage(), "Reset Playhead Reset Playhead Select"; got != want {
		t.Errorf("there and back sends %q: want %q", got, want)
	}
}

func TestPlayer(t *testing.T) {
	d := sit(t).do(&wire.Ready{}).facts().do(Play{}).started().round(1).round(2).round(3)
	head := func() wire.Playhead {
		t.Helper()
		if len(d.sent) == 0 {
			t.Fatal("the stage is told nothing")
		}
		h, ok := d.sent[len(d.sent)-1].Message.(*wire.Playhead)
		if !ok {
			t.Fatalf("the stage is told %T", d.sent[len(d.sent)-1].Message)
		}
		return *h
	}
	for _, c := range []struct {
		event any
		want  wire.Playhead
	}{
		{&wire.At{At: 2, Phase: "train"}, wire.Playhead{}},
		{Speed{4}, wire.Playhead{At: 2, Playing: true, Speed: 4, Follow: true}},
		{Seek{1.5}, wire.Playhead{At: 1.5, Playing: true, Speed: 4}},
		{Seek{9}, wire.Playhead{At: 3, Playing: true, Speed: 4}},
		{Seek{-1}, wire.Playhead{At: 0, Playing: true, Speed: 4}},
		{Roll{}, wire.Playhead{At: 0, Speed: 4}},
		{Seek{3}, wire.Playhead{At: 3, Speed: 4}},
		{Roll{}, wire.Playhead{At: 0, Playing: true, Speed: 4}}, // from the start again
		{Newest{}, wire.Playhead{At: 3, Playing: true, Speed: 4, Follow: true}},
	} {
		d.sent = nil
		d.do(c.event)
		if _, told := c.event.(*wire.At); told {
			if d.stage() != "" || d.ShownRound() != 2 || d.shownAsItGoes() != 3 {
				t.Errorf("At: sent %q, shown round %d, under way %d", d.stage(), d.ShownRound(), d.shownAsItGoes())
			}
		} else if got := head(); got != c.want {
			t.Errorf("%T%v: %+v, want %+v", c.event, c.event, got, c.want)
		}
	}
	for key, want := range map[string]any{" ": Roll{}, "ArrowLeft": Seek{2}, "ArrowRight": Seek{4}, "Home": Seek{0}, "End": Newest{}, "a": nil} {
		if got := playerKey(d.Model, key); got != want {
			t.Errorf("key %q: %v, want %v", key, got, want)
		}
	}
}

func TestSelect(t *testing.T) {
	d := sit(t).do(&wire.Ready{}).facts()
	d.sent = nil
	d.do(&wire.Picked{Client: 7})
	if d.stage() != "" {
		t.Errorf("the stage that said so is told %q", d.stage())
	}
	if look := d.expect(&wire.Look{}).(*wire.Look); look.Client != 7 || d.Selected != 7 {
		t.Errorf("it looks at client %d, selected is %d: want 7", look.Client, d.Selected)
	}
	d.do(&wire.Digits{Client: 6, Side: 1, Levels: 15, Pixels: [][]byte{{1}}, Labels: []int{1}})
	if d.Digits != nil {
		t.Error("another client's digits are shown")
	}
	d.do(&wire.Digits{Client: 7, Side: 2, Levels: 15, Pixels: [][]byte{{0, 15, 7, 1}}, Labels: []int{3}})
	if d.Digits == nil || d.Picture == "" {
		t.Error("its digits are not shown")
	}
	d.sent = nil
	if d.do(Select{3}); d.Selected != 3 || d.Digits != nil || d.stage() != "Select" {
		t.Errorf("selected %d, the stage is told %q", d.Selected, d.stage())
	}
	for _, none := range []int{-1, 20, 1 << 40} {
		if d.do(Select{3}, Select{none}); d.Selected != wire.None {
			t.Errorf("client %d is selected of 20", none)
		}
	}
	// A client that is no more is not selected.
	if d.do(Select{19}, Change{"clients", "10"}).facts(); d.Selected != wire.None {
		t.Errorf("client %d of 10 is selected", d.Selected)
	}
}

func TestWithoutStage(t *testing.T) {
	d := sit(t).do(&wire.Unavailable{Reason: "no WebGL 2."}).facts().do(Play{}).started().round(1).round(2)
	if d.At != 2 || d.StageGone == "" {
		t.Errorf("it shows round %g, stage gone %q: want the newest", d.At, d.StageGone)
	}
	if d.do(Seek{1}).round(3); d.At != 1 {
		t.Errorf("it shows round %g: want the one sought", d.At)
	}
}
