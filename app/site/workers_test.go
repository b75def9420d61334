//go:build !js

package site_test

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"text/tabwriter"
	"time"

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
	ended, _ := p.carriedAtOnce(1, workers, e)
	return ended[0]
}

// carriedAtOnce carries the experiment out so many times at once, each time
// with so many workers of its own, and tells what processor time each of their
// threads had from the first round on.
func (p *page) carriedAtOnce(times, workers int, e experiment.Experiment) ([]wire.Finished, []time.Duration) {
	p.Helper()
	idle := p.threads()
	p.text(fmt.Sprintf(`(() => {
		const times = %d, trainers = [], ended = [];
		let ready = 0;
		window.carried = { ready: false, ended: "" };
		carried.train = () => trainers.forEach((trainer) => trainer.post(%q));
		carried.close = () => trainers.forEach((trainer) => trainer.close());
		for (let i = 0; i < times; i++) {
			let begun = false;
			trainers.push(grapevine.trainer(%d, (text) => {
				if (text.startsWith("paused ") && !begun) {
					begun = true;
					carried.ready = ++ready === times;
				} else if (/^{"kind":"(finished|failed)"/.test(text)) {
					ended.push(JSON.parse(text).body);
					if (ended.length === times) carried.ended = JSON.stringify(ended);
				}
			}));
			trainers[i].post(%q);
		}
	})()`, times, wire.Encode(&wire.Train{Until: e.Rounds, Rounds: e.Rounds}), workers, wire.Encode(&wire.Start{Experiment: e})))
	p.wait(`carried.ready || carried.ended`)
	before := p.threads()
	p.text(`carried.train()`)
	p.wait(`carried.ended`)
	after := p.threads()
	p.text(`carried.close()`)
	var ended []wire.Finished
	text := p.text(`carried.ended`)
	err := json.Unmarshal([]byte(text), &ended)
	if err != nil || slices.ContainsFunc(ended, func(f wire.Finished) bool { return f.Digest == "" }) {
		p.Fatalf("the run with %d workers ended with %s", workers, text)
	}
	var took []time.Duration
	for thread, t := range after {
		if _, other := idle[thread]; !other {
			took = append(took, t-before[thread])
		}
	}
	return ended, took
}

// threads is the processor time that each thread of a worker has had, as the
// system counts it: Linux alone tells, elsewhere there are none.
func (p *page) threads() map[string]time.Duration {
	p.Helper()
	names, err := filepath.Glob("/proc/[0-9]*/task/[0-9]*/comm")
	if err != nil {
		p.Fatal(err)
	}
	times := map[string]time.Duration{}
	for _, name := range names {
		if comm, err := os.ReadFile(name); err != nil || strings.TrimSpace(string(comm)) != "DedicatedWorker" {
			continue // another thread, or one that has just ended
		}
		thread := filepath.Dir(name)
		stat, err := os.ReadFile(filepath.Join(thread, "schedstat"))
		if err != nil {
			continue
		}
		var ns int64
		if _, err := fmt.Sscan(string(stat), &ns); err != nil {
			p.Fatalf("%s: %v", thread, err)
		}
		times[thread] = time.Duration(ns)
	}
	return times
}

// conductor is the conductor's part of the processor time that a run's threads
// had, its messages and what the browser does for them included. It is the thread
// that had least: the others train. NaN where the system does not tell.
func conductor(took []time.Duration) float64 {
	if len(took) < 2 {
		return math.NaN()
	}
	all := time.Duration(0)
	for _, t := range took {
		all += t
	}
	return float64(slices.Min(took)) / float64(all)
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

// The times of one and two workers, and the conductor's part: by the clock, where
// it is also at work while others have its core, and of the processor time. The
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
	fmt.Fprintln(w, "\n| model | one worker, seconds | two workers | ratio | at most | conductor at work, of two workers' time | of the processors' time |\n|---|---|---|---|---|---|---|")
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
		var one, two, ratio, most, share, part []float64
		for range turns {
			a := p.carried(1, e).Taken
			both, took := p.carriedAtOnce(1, 2, e)
			f := both[0]
			apart, _ := p.carriedAtOnce(2, 1, e)
			b := p.carried(2, e).Taken
			c := p.carried(1, e).Taken
			one, two = append(one, a, c), append(two, f.Taken, b)
			ratio = append(ratio, (a+c)/(f.Taken+b))
			most = append(most, (a+c)/max(apart[0].Taken, apart[1].Taken))
			share, part = append(share, f.Conducted/f.Taken), append(part, conductor(took))
		}
		fmt.Fprintf(w, "| %s | %.2f | %.2f | %.2f | %.2f | %.1f %% | %.1f %% |\n", m.name, median(one), median(two), median(ratio), median(most), 100*median(share), 100*median(part))
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
