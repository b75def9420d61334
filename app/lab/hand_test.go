package lab

import (
	"math"
	"reflect"
	"testing"

	"grapevine/app/experiment"
)

// What a head writes a hand reads.
func TestHeads(t *testing.T) {
	e := experiment.Default()
	for _, h := range []head{
		{Prepare: &e},
		{Prepare: &e, Secret: []byte{1, 2, 255}},
		{Evaluate: true},
		{Train: &trainJob{Round: 1000, Client: 999}},
		{Train: &trainJob{Round: 1, Client: 0, Update: true}},
		{Train: &trainJob{Round: 3, Client: 7}, Evaluate: true},
		{Train: &trainJob{Round: 3, Client: 7, Update: true}, Evaluate: true},
	} {
		if got, err := readHead(h.String()); err != nil || !reflect.DeepEqual(got, h) {
			t.Errorf("%q: read %+v, %v", h.String(), got, err)
		}
	}
	for _, text := range []string{"", "{", "train", "train 1", "train 1 x", "train 1 2 evaluate update", "evaluate 3", "rest"} {
		if h, err := readHead(text); err == nil {
			t.Errorf("%q: read %+v: want an error", text, h)
		}
	}
}

// What a report writes the runner reads.
func TestReports(t *testing.T) {
	want := report{
		Client: 999, Loss: 1.25, Norm: 0.5, Clip: 0.75, Noise: -2, Parameters: experiment.Hash{1, 2, 31: 255},
		TestLoss: experiment.Float(math.Inf(1)), Accuracy: 0.125, Diverged: true, PerDigit: [10]int32{0: 7, 9: 1000},
	}
	if got, err := readReport(want.String()); err != nil || got != want {
		t.Errorf("read %+v, %v: want %+v", got, err, want)
	}
	for _, text := range []string{"", want.String()[4:], want.String() + "AAAA"} {
		if r, err := readReport(text); err == nil {
			t.Errorf("%q: read %+v: want an error", text, r)
		}
	}
}
