//go:build !js

package site_test

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strconv"
	"testing"
	"text/tabwriter"

	"grapevine/app/crew"
	"grapevine/app/experiment"
	"grapevine/app/lab"
	"grapevine/app/wire"
	"grapevine/assets/mnist"
	"grapevine/nn/data"
)

var measure = flag.Bool("measure", false, "also measure what one and two workers make of small and large networks, and 20, 100 and 1,000 clients; takes minutes")

// built is the preset's experiment with settings, key after value.
func built(t *testing.T, preset string, settings ...string) experiment.Experiment {
	t.Helper()
	var list []experiment.Setting
	for i := 0; i < len(settings); i += 2 {
		list = append(list, experiment.Setting{Key: settings[i], Value: settings[i+1]})
	}
	e, changes, err := experiment.Build(preset, list)
	if err != nil || len(changes) > 0 {
		t.Fatal(err, changes)
	}
	return e
}

// carried lets so many workers of the page's browser carry the experiment out.
func (p *page) carried(workers int, e experiment.Experiment) wire.Finished {
	p.Helper()
	return p.carriedAtOnce(1, workers, e)[0]
}

// carriedAtOnce carries the experiment out so many times at once, each time
// with so many workers of its own.
func (p *page) carriedAtOnce(times, workers int, e experiment.Experiment) []wire.Finished {
	p.Helper()
	p.text(fmt.Sprintf(`(() => {
		const train = %q, times = %d;
		const ended = [];
		window.carried = "";
		for (let i = 0; i < times; i++) {
			let begun = false;
			const trainer = grapevine.trainer(%d, (text) => {
				if (text.startsWith("paused ") && !begun) {
					begun = true;
					trainer.post(train);
				} else if (/^{"kind":"(finished|failed)"/.test(text)) {
					ended.push(JSON.parse(text).body);
					trainer.close();
					if (ended.length === times) window.carried = JSON.stringify(ended);
				}
			});
			trainer.post(%q);
		}
	})()`, wire.Encode(&wire.Train{Until: e.Rounds, Rounds: e.Rounds}), times, workers, wire.Encode(&wire.Start{Experiment: e})))
	p.wait(`window.carried`)
	var ended []wire.Finished
	text := p.text(`window.carried`)
	err := json.Unmarshal([]byte(text), &ended)
	if err != nil || slices.ContainsFunc(ended, func(f wire.Finished) bool { return f.Digest == "" }) {
		p.Fatalf("the run with %d workers ended with %s", workers, text)
	}
	return ended
}

// natively carries the experiment out on this machine, by goroutines.
func natively(t *testing.T, e experiment.Experiment) *experiment.Trace {
	t.Helper()
	set, err := mnist.Load(e.Data, e.Train, e.Test)
	if err != nil {
		t.Fatal(err)
	}
	load := func(context.Context, string, int, int, func(int, int)) (*data.Dataset, error) { return set, nil }
	trace, err := lab.Run(context.Background(), e, load, crew.NewLocal(runtime.NumCPU(), func() crew.Hand { return lab.NewHand(load) }), nil)
	if err != nil {
		t.Fatal(err)
	}
	return trace
}

// No digest depends on the number of workers: none (the conductor trains by
// itself), one, two or more than there are cores, nor on where the round's
// evaluation is done.
func TestAnyNumberOfWorkers(t *testing.T) {
	p := open(t)
	for _, settings := range [][]string{
		{"train", "1000", "test", "1000", "rounds", "4", "epsilon", "100"},
		{"train", "1000", "test", "1000", "rounds", "5", "evaluate", "2", "clients", "9", "partition", "iid", "topology", "torus", "participants", "4", "hidden", "16"},
	} {
		e := built(t, "tutorial", settings...)
		want := natively(t, e).Digest
		for _, workers := range []int{0, 1, 2, 5} {
			if got := p.carried(workers, e).Digest; got != want {
				t.Errorf("%v: with %d workers the digest is %s, natively %s", settings, workers, got, want)
			}
		}
	}
}

// The times of one and two workers, and the conductor's share of them. The
// runs are taken in turn, and the ratio is the median of the turns' ratios: a
// shared machine's rate may change between one turn and the next. "At most" is
// what the machine has to give: two runs at once that know nothing of each
// other, with a worker each, against one. Reported, not judged.
func TestMeasureWorkers(t *testing.T) {
	rounds, turns := "1", 1
	if *measure {
		rounds, turns = "20", 5
	}
	p := open(t)
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "\n| model | one worker, seconds | two workers | ratio | at most | conductor at work, of two workers' time |\n|---|---|---|---|---|---|")
	models := []struct {
		name     string
		settings []string
	}{{"196-64-32-10", []string{"rounds", rounds}}}
	if *measure {
		models = append(models, models[0])
		models[1].name = "784-256-128-10"
		models[1].settings = []string{"data", "mnist28", "train", "12000", "test", "2000", "rounds", "5"}
	}
	for _, m := range models {
		e := built(t, "tutorial", m.settings...)
		var one, two, ratio, most, share []float64
		for range turns {
			a := p.carried(1, e).Taken
			f := p.carried(2, e)
			apart := p.carriedAtOnce(2, 1, e)
			b := p.carried(2, e).Taken
			c := p.carried(1, e).Taken
			one, two = append(one, a, c), append(two, f.Taken, b)
			ratio = append(ratio, (a+c)/(f.Taken+b))
			most = append(most, (a+c)/max(apart[0].Taken, apart[1].Taken))
			share = append(share, f.Conducted/f.Taken)
		}
		fmt.Fprintf(w, "| %s | %.2f | %.2f | %.2f | %.2f | %.1f %% |\n", m.name, median(one), median(two), median(ratio), median(most), 100*median(share))
	}
	w.Flush()
}

func median(x []float64) float64 {
	slices.Sort(x)
	return x[len(x)/2]
}

// The cost of a round with 20, 100 and 1,000 clients on a torus, all with 50
// examples each and every client evaluated on 1,000, and the memory that the
// conductor takes. Reported, not judged.
func TestMeasureScale(t *testing.T) {
	p := open(t)
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "\n| clients | ms a client and round | conductor at work | memory, MB | 4 bytes × clients × parameters, MB |\n|---|---|---|---|---|")
	for _, clients := range []int{20, 100, 1000} {
		rounds := 2
		if *measure {
			rounds = max(3, 2000/clients)
		}
		e := built(t, "tutorial", "protocol", "gossip", "clients", strconv.Itoa(clients), "partition", "iid", "topology", "torus",
			"exchanges", strconv.Itoa(clients), "train", strconv.Itoa(50*clients), "test", "1000", "rounds", strconv.Itoa(rounds))
		f := p.carried(2, e)
		fmt.Fprintf(w, "| %d | %.3f | %.1f %% | %.0f | %.0f |\n", clients, 1000*f.Taken/float64(rounds*clients), 100*f.Conducted/f.Taken,
			float64(f.Memory)/1e6, 4e-6*float64(clients*e.Parameters()))
	}
	w.Flush()
}
