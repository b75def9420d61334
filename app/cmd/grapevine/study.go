package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"runtime"
	"strconv"
	"text/tabwriter"

	"grapevine/app/experiment"
	"grapevine/app/lab"
)

// claim is a range in which a mean over seeds must land: where an independent
// implementation in C landed over its own seeds, at the tutorial's full
// settings (28×28, 60,000 examples, the tutorial's shards, 20 rounds).
type claim struct {
	name      string
	protocol  string
	settings  []experiment.Setting
	low, high float64
}

var claims = []claim{
	{"FedAvg, ε ∞", experiment.FedAvg, nil, 0.79, 0.88},
	{"gossip on the ring, own first weights, ε ∞", experiment.Gossip, nil, 0.28, 0.33},
	{"gossip on the ring, shared first weights, ε ∞", experiment.Gossip, []experiment.Setting{{Key: "init", Value: experiment.InitShared}}, 0.33, 0.38},
	{"FedAvg, ε 8", experiment.FedAvg, []experiment.Setting{{Key: "epsilon", Value: "8"}}, 0.08, 0.17},
	{"gossip on the ring, ε 8", experiment.Gossip, []experiment.Setting{{Key: "epsilon", Value: "8"}}, 0.08, 0.17},
}

// study is "grapevine study".
func study(ctx context.Context, args []string, out, notes io.Writer) error {
	flags := flag.NewFlagSet("grapevine study", flag.ContinueOnError)
	flags.SetOutput(notes)
	seeds := flags.Int("seeds", 5, "run this many seeds, from 7 on; 1 to 50")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *seeds < 1 || *seeds > 50 {
		return fmt.Errorf("seeds %d: want 1 to 50", *seeds)
	}
	hands := newCrew(runtime.GOMAXPROCS(0))
	missed := 0
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "what\tmean\tleast\tgreatest\tdiverged\texpected mean\t")
	for _, c := range claims {
		sum, low, high, diverged := 0.0, 1.0, 0.0, 0
		for s := range *seeds {
			settings := append([]experiment.Setting{
				{Key: "data", Value: experiment.DataMNIST28}, {Key: "protocol", Value: c.protocol},
				{Key: "evaluate", Value: "20"}, {Key: "seed", Value: strconv.Itoa(7 + s)},
			}, c.settings...)
			e, _, err := experiment.Build("tutorial", settings)
			if err != nil {
				return err
			}
			b := newBar(notes, e.Rounds)
			t, err := lab.Run(ctx, e, load, hands, b.show)
			b.clear()
			if err != nil {
				return err
			}
			a := t.Runs[0].Last().TestAccuracy
			fmt.Fprintf(notes, "%s, seed %d: %.4f\n", c.name, 7+s, a)
			sum, low, high = sum+a, min(low, a), max(high, a)
			if _, _, ok := t.Runs[0].FirstDivergence(); ok {
				diverged++
			}
		}
		mean, verdict := sum/float64(*seeds), "holds"
		if mean < c.low || mean > c.high {
			missed++
			verdict = "MISSED"
		}
		fmt.Fprintf(w, "%s\t%.3f\t%.3f\t%.3f\t%d of %d\t%.2f to %.2f\t%s\n", c.name, mean, low, high, diverged, *seeds, c.low, c.high, verdict)
	}
	w.Flush()
	if missed > 0 {
		return fmt.Errorf("%d of %d means are out of their range", missed, len(claims))
	}
	return nil
}
