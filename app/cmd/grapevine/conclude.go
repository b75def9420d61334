package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"grapevine/app/experiment"
)

// conclude is "grapevine conclude": the tutorial's four conclusions, tested.
func conclude(ctx context.Context, args []string, out, notes io.Writer) error {
	flags := newFlags("conclude", "[LINK]", notes)
	seeds := flags.Int("seeds", 10, fmt.Sprintf("run each setting with this many seeds, from -seed on, 2 to %d", experiment.MaxSeeds))
	dir := flags.String("out", filepath.Join("build", "conclude"), "keep the results in this `folder`; runs that it holds are not run again")
	workers := workersFlag(flags)
	settings := experimentFlags(flags)
	words, err := parse(flags, args)
	if err != nil {
		return err
	}
	if err := checkWorkers(*workers); err != nil {
		return err
	}
	if *seeds < 2 || *seeds > experiment.MaxSeeds {
		return fmt.Errorf("seeds %d: want 2 to %d", *seeds, experiment.MaxSeeds)
	}
	vary := []experiment.Axis{{Key: "epsilon", Values: experiment.ConclusionEpsilons}, {Key: "protocol", Values: []string{experiment.FedAvg, experiment.Gossip}}}
	s, err := describe(settings, words, vary, *seeds, notes)
	if err != nil {
		return err
	}
	f, err := openFolder(*dir, s, shard{1, 1})
	if err != nil {
		return err
	}
	if err := f.carryOut(ctx, *workers, out, notes); err != nil {
		return err
	}
	results, err := f.results()
	if err != nil {
		return err
	}
	outcomes, err := s.Outcomes(results)
	if err != nil {
		return err
	}
	findings, err := experiment.Conclude(s, outcomes)
	if err != nil {
		return err
	}
	printFindings(out, s, findings)
	return nil
}

func printFindings(out io.Writer, s experiment.Sweep, findings []experiment.Finding) {
	fmt.Fprintf(out, "\nThe tutorial's conclusions, over %d seeds. Differences are paired by seed, with Student's 95 %% intervals, not widened\n", s.Seeds)
	fmt.Fprintf(out, "for their number. At chance: both methods' mean final accuracy is below %.0f %%.\n", 100*experiment.ChanceBelow)
	for i, f := range findings {
		if i == 0 || findings[i-1].Claim != f.Claim {
			fmt.Fprintf(out, "\n%q\n", f.Claim)
		}
		fmt.Fprintf(out, "\n  by %s:\n\n", f.Measure)
		w := tabwriter.NewWriter(out, 0, 0, 3, ' ', 0)
		unit := "rounds"
		if f.Unit == experiment.Percent {
			unit = "points"
		}
		fmt.Fprintf(w, "    ε\t%s\t%s\tdifference, %s\t95 %% interval\t\t\n", f.Sides[0], f.Sides[1], unit)
		for _, r := range f.Rows {
			fmt.Fprintf(w, "    %s\t%s\t%s\t%s\t%s to %s\t%s\t\n", symbol(r.Epsilon), amount(f.Unit, r.Means[0], false), amount(f.Unit, r.Means[1], false),
				amount(f.Unit, r.Difference.Mean, true), amount(f.Unit, r.Difference.Low, true), amount(f.Unit, r.Difference.High, true), r.Verdict)
		}
		w.Flush()
		fmt.Fprintf(out, "\n    %s\n", inWords(f))
	}
}

func symbol(epsilon string) string {
	if epsilon == "inf" {
		return "∞"
	}
	return epsilon
}

// amount writes a number of the unit; a difference has its sign, and is in
// points where the unit is percent.
func amount(u experiment.Unit, x float64, difference bool) string {
	format, unit := "%.1f", ""
	if u == experiment.Percent {
		x, unit = 100*x, " %"
	}
	if difference {
		format, unit = "%+.1f", ""
	}
	text := fmt.Sprintf(format, x)
	if strings.Trim(text, "+-0.") == "" {
		text = "0.0"
	}
	return text + unit
}

// inWords says at which ε a finding holds: "holds at ε = ∞, 1000; undecided at
// ε = 30".
func inWords(f experiment.Finding) string {
	var parts []string
	for _, v := range []experiment.Verdict{experiment.Holds, experiment.Opposite, experiment.Undecided, experiment.AtChance} {
		var at []string
		for _, r := range f.Rows {
			if r.Verdict == v {
				at = append(at, symbol(r.Epsilon))
			}
		}
		if at != nil {
			parts = append(parts, fmt.Sprintf("%s at ε = %s", v, strings.Join(at, ", ")))
		}
	}
	return strings.Join(parts, "; ")
}
