package main

import (
	"runtime"
	"strings"
	"testing"

	"grapevine/app/experiment"
)

// Runs that a machine does not hold are refused with the figure, alone and as
// one of several at once.
func TestFit(t *testing.T) {
	e, _, err := experiment.Build("tutorial", []experiment.Setting{
		{Key: "protocol", Value: "gossip"}, {Key: "clients", Value: "1000"}, {Key: "topology", Value: "torus"}, {Key: "hidden", Value: "1024-1024"},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		free   int64
		runs   int
		atOnce int
		want   string // "": it fits
	}{
		{8e9, 1, 2, ""},
		{0, 1, 1, ""}, // a system that does not say
		{6e9, 1, 2, "free, 6.0 GB: this one takes about 6.4 GB"},
		{12e9, 5, 2, "one of 2, 6.0 GB: this one takes about 6.4 GB"},
		{13e9, 5, 2, ""},
	} {
		err := fit(c.free, copies(e, c.runs), c.atOnce)
		if got := err != nil; got != (c.want != "") || got && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%d runs, %d at once, in %d bytes: %v: want %q", c.runs, c.atOnce, c.free, err, c.want)
		}
	}
	if free := freeMemory(); runtime.GOOS == "linux" && (free < 1e6 || free > 1e15) {
		t.Errorf("this machine has %d bytes free, it says", free)
	}
}

func copies(e experiment.Experiment, n int) []experiment.Experiment {
	list := make([]experiment.Experiment, n)
	for i := range list {
		list[i] = e
	}
	return list
}
