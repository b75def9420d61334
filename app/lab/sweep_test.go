package lab_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"grapevine/app/crew"
	"grapevine/app/experiment"
	"grapevine/app/lab"
)

func crewsOf(n int) []crew.Crew {
	crews := make([]crew.Crew, n)
	for i := range crews {
		crews[i] = crew.NewLocal(1, hand)
	}
	return crews
}

// A sweep gives every experiment the trace that it has alone, however many
// crews there are; its progress never falls and ends at 1.
func TestSweep(t *testing.T) {
	es := []experiment.Experiment{
		small(t, "protocol", "fedavg", "rounds", "1"), small(t, "protocol", "gossip"), small(t, "protocol", "fedavg", "seed", "8"),
	}
	for _, n := range []int{1, 2, 5} {
		digests := make([]string, len(es))
		last := 0.0
		err := lab.Sweep(context.Background(), es, load, crewsOf(n), func(i int, tr *experiment.Trace) error {
			digests[i] = tr.Digest
			return nil
		}, func(share float64) {
			if share < last-1e-9 || share > 1 {
				t.Errorf("progress fell from %v to %v", last, share)
			}
			last = share
		})
		if err != nil || last < 1-1e-9 {
			t.Fatalf("%d crews: progress ends at %v, %v", n, last, err)
		}
		for i, e := range es {
			if want := carryOut(t, e, 2).Digest; digests[i] != want {
				t.Errorf("%d crews, run %d: digest %s: want %s", n, i, digests[i], want)
			}
		}
	}
}

func TestLongestFirst(t *testing.T) {
	es := []experiment.Experiment{
		small(t, "protocol", "fedavg", "rounds", "1"), small(t, "protocol", "gossip"), small(t, "protocol", "fedavg"),
		small(t), small(t, "protocol", "gossip", "seed", "8"),
	}
	if got, want := experiment.LongestFirst(es), []int{3, 1, 4, 2, 0}; !slices.Equal(got, want) {
		t.Errorf("order %v: want %v", got, want)
	}
}

// The first failure ends a sweep, and so does its context.
func TestSweepEnds(t *testing.T) {
	var es []experiment.Experiment
	for range 6 {
		es = append(es, small(t, "rounds", "1"))
	}
	failure := errors.New("the disk is full")
	finished := 0
	err := lab.Sweep(context.Background(), es, load, crewsOf(2), func(int, *experiment.Trace) error {
		finished++
		return failure
	}, nil)
	if !errors.Is(err, failure) || finished != 1 {
		t.Errorf("%v after %d runs: want the failure of the first", err, finished)
	}
	ctx, cancel := context.WithCancel(context.Background())
	err = lab.Sweep(ctx, es, load, crewsOf(2), func(int, *experiment.Trace) error {
		cancel()
		return nil
	}, nil)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	bad := small(t)
	bad.Participants = 21
	if err := lab.Sweep(context.Background(), []experiment.Experiment{bad}, load, crewsOf(1), nil, nil); err == nil {
		t.Error("21 participants of 20 clients were accepted")
	}
}
