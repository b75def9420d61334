package lab_test

import (
	"context"
	"encoding/json"
	"math"
	"testing"

	"grapevine/app/crew"
	"grapevine/app/experiment"
	"grapevine/app/lab"
	"grapevine/assets/mnist"
	"grapevine/nn/data"
)

func load(_ context.Context, name string, train, test int, _ func(int, int)) (*data.Dataset, error) {
	return mnist.Load(name, train, test)
}

func hand() crew.Hand { return lab.NewHand(load) }

// small is a run of a second: few examples, three rounds.
func small(t *testing.T, settings ...string) experiment.Experiment {
	t.Helper()
	list := []experiment.Setting{{Key: "train", Value: "2000"}, {Key: "test", Value: "1000"}, {Key: "rounds", Value: "3"}, {Key: "hidden", Value: "16"}}
	for i := 0; i < len(settings); i += 2 {
		list = append(list, experiment.Setting{Key: settings[i], Value: settings[i+1]})
	}
	e, _, err := experiment.Build("tutorial", list)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func carryOut(t *testing.T, e experiment.Experiment, workers int) *experiment.Trace {
	t.Helper()
	trace, err := lab.Run(context.Background(), e, load, crew.NewLocal(workers, hand), nil)
	if err != nil {
		t.Fatal(err)
	}
	return trace
}

// The number of workers is no part of a run.
func TestAnyNumberOfWorkers(t *testing.T) {
	e := small(t, "epsilon", "50")
	want := carryOut(t, e, 1).Digest
	for _, workers := range []int{2, 5} {
		if got := carryOut(t, e, workers).Digest; got != want {
			t.Errorf("with %d workers the digest is %s, with 1 %s", workers, got, want)
		}
	}
}

// Side by side is two runs, each with the bits it has alone.
func TestSideBySideIsEachAlone(t *testing.T) {
	both := carryOut(t, small(t), 2)
	for _, run := range both.Runs {
		alone := carryOut(t, small(t, "protocol", run.Protocol), 2)
		if alone.Runs[0].Digest != run.Digest {
			t.Errorf("%s alone has digest %s, side by side %s", run.Protocol, alone.Runs[0].Digest, run.Digest)
		}
	}
}

// A run that grew is the run that was that long from the start.
func TestExtendedRunEqualsLongRun(t *testing.T) {
	ctx := context.Background()
	short := small(t, "evaluate", "2")
	set, err := load(ctx, short.Data, short.Train, short.Test, nil)
	if err != nil {
		t.Fatal(err)
	}
	r, err := lab.NewRunner(ctx, short, set, crew.NewLocal(2, hand), lab.Secret{})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Advance(ctx, 3, nil, nil); err != nil {
		t.Fatal(err)
	}
	if err := r.Extend(2); err == nil {
		t.Error("a run of 3 rounds was cut to 2")
	}
	if err := r.Extend(5); err != nil {
		t.Fatal(err)
	}
	if err := r.Advance(ctx, 5, nil, nil); err != nil {
		t.Fatal(err)
	}
	if got, want := r.Finish().Digest, carryOut(t, small(t, "evaluate", "2", "rounds", "5"), 2).Digest; got != want {
		t.Errorf("extended from 3 to 5 rounds the digest is %s, from the start it is %s", got, want)
	}
}

// A run that diverges is a result: the trace says where, and can be written.
func TestDivergedRun(t *testing.T) {
	trace := carryOut(t, small(t, "lr", "100", "decay", "1", "epochs", "20"), 2)
	for _, run := range trace.Runs {
		if _, _, ok := run.FirstDivergence(); !ok {
			t.Errorf("%s at learning rate 100 and weight decay 1 did not diverge", run.Protocol)
		}
		if len(run.Rounds) != 4 {
			t.Errorf("%s has %d rounds: want 4 with round 0", run.Protocol, len(run.Rounds))
		}
	}
	if _, err := json.Marshal(trace); err != nil {
		t.Error(err)
	}
}

// Every client's update is clipped, and the trace says by how much.
func TestClipInTheTrace(t *testing.T) {
	for _, run := range carryOut(t, small(t, "clip", "0.5"), 2).Runs {
		for _, round := range run.Rounds {
			for _, c := range round.Clients {
				want := math.Min(1, 0.5/(float64(c.Norm)+1e-12))
				if math.Abs(float64(c.Clip)-want) > 1e-6 {
					t.Errorf("%s round %d client %d: norm %v, factor %v: want %v", run.Protocol, round.Round, c.Client, c.Norm, c.Clip, want)
				}
			}
		}
	}
}

// What cannot be run is refused before it starts.
func TestRefused(t *testing.T) {
	e := small(t)
	e.Participants = 21
	if _, err := lab.Run(context.Background(), e, load, crew.NewLocal(1, hand), nil); err == nil {
		t.Error("21 participants of 20 clients were accepted")
	}
}

// The counts by digit are those of the accuracies, and no digest covers them.
func TestCountsByDigit(t *testing.T) {
	e := small(t)
	trace := carryOut(t, e, 2)
	for _, run := range trace.Runs {
		for _, r := range run.Rounds {
			for i, m := range r.Evaluation.Models {
				sum := 0
				for _, n := range m.PerDigit {
					sum += n
				}
				if len(m.PerDigit) != 10 || float64(sum)/float64(e.Test) != m.Accuracy {
					t.Fatalf("%s, round %d, model %d: %v for an accuracy of %g", run.Protocol, r.Round, i, m.PerDigit, m.Accuracy)
				}
			}
		}
	}
	digest := trace.Digest
	trace.Runs[0].Rounds[1].Evaluation.Models[0].PerDigit = nil
	if trace.Seal(); trace.Digest != digest {
		t.Error("the digest covers the counts by digit")
	}
}

// Of many clients the newest evaluation alone keeps its counts.
func TestManyClientsKeepTheNewestCounts(t *testing.T) {
	trace := carryOut(t, small(t, "clients", "60", "protocol", "gossip", "partition", "iid"), 2)
	rounds := trace.Runs[0].Rounds
	for i, r := range rounds {
		if kept := r.Evaluation.Models[0].PerDigit != nil; kept != (i == len(rounds)-1) {
			t.Errorf("round %d keeps its counts: %v", i, kept)
		}
	}
}
