package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"grapevine/app/experiment"
	"grapevine/app/figures"
)

// report writes what is made of a complete sweep: runs.csv with every
// evaluated round, summary.csv with a row for each setting and method, the
// figures; and prints the table.
func (f *folder) report(out io.Writer) error {
	results, err := f.results()
	if err != nil {
		return err
	}
	outcomes, err := f.sweep.Outcomes(results)
	if err != nil {
		return err
	}
	if err := f.sweepOut(); err != nil {
		return err
	}
	if err := f.write("runs.csv", func(w io.Writer) error { return f.sweep.WriteCSV(w, results) }); err != nil {
		return err
	}
	if err := f.write("summary.csv", func(w io.Writer) error { return writeSummary(w, f.sweep, outcomes) }); err != nil {
		return err
	}
	printOutcomes(out, f.sweep, outcomes)
	return f.draw(out, outcomes)
}

func writeSummary(w io.Writer, s experiment.Sweep, outcomes []experiment.Outcome) error {
	c := csv.NewWriter(w)
	c.Write(append(s.Header(), "seeds", "final_accuracy_mean", "final_accuracy_sd", "final_accuracy_min", "final_accuracy_max", "diverged", "reached", "median_rounds_to_90_percent"))
	for _, o := range outcomes {
		final := o.Final()
		reached, median := "", ""
		if o.Reached != nil {
			reached, median = strconv.Itoa(countReached(o)), "never"
			if m, ok := experiment.MedianRounds(o.Reached); ok {
				median = experiment.Decimal(&m)
			}
		}
		c.Write(append(s.Row(o.Values, o.Protocol), strconv.Itoa(final.Count), experiment.Decimal(&final.Mean), experiment.Decimal(&final.Deviation), experiment.Decimal(&final.Min), experiment.Decimal(&final.Max), strconv.Itoa(o.Diverged), reached, median))
	}
	c.Flush()
	return c.Error()
}

// printOutcomes prints the table.
func printOutcomes(out io.Writer, s experiment.Sweep, outcomes []experiment.Outcome) {
	timed := slices.ContainsFunc(outcomes, func(o experiment.Outcome) bool { return o.Reached != nil })
	w := tabwriter.NewWriter(out, 0, 0, 3, ' ', 0)
	fmt.Fprintf(w, "%s\tfinal accuracy, mean ± sd\tleast to greatest\t", strings.Join(s.Header(), "\t"))
	if timed {
		fmt.Fprint(w, "rounds to 90 % of ε = ∞\t")
	}
	fmt.Fprintln(w, "diverged\t")
	for _, o := range outcomes {
		final := o.Final()
		spread := " (one seed)"
		if final.Count > 1 {
			spread = fmt.Sprintf(" ± %.3f", final.Deviation)
		}
		fmt.Fprintf(w, "%s\t%.3f%s\t%.3f to %.3f\t", strings.Join(s.Row(o.Values, o.Protocol), "\t"), final.Mean, spread, final.Min, final.Max)
		if timed {
			fmt.Fprintf(w, "%s\t", roundsTo(o))
		}
		fmt.Fprintf(w, "%d of %d\t\n", o.Diverged, final.Count)
	}
	w.Flush()
	fmt.Fprintf(out, "\nTest accuracy from 0 to 1; gossip's is the mean over clients. sd: sample standard deviation over %d seeds.\n", s.Seeds)
	if timed {
		fmt.Fprintln(out, "Rounds: the median over seeds (least to greatest) of the first evaluated round, round 0 aside, with at least")
		fmt.Fprintln(out, "90 % of the final accuracy of the same method and seed at ε = ∞.")
	}
}

// roundsTo writes "9 (8 to 12)", "never", or "11 (9 to never; 2 of 5 never)".
func roundsTo(o experiment.Outcome) string {
	if o.Reached == nil {
		return "no ε = ∞ to compare"
	}
	n := countReached(o)
	if n == 0 {
		return "never"
	}
	median := "never"
	if m, ok := experiment.MedianRounds(o.Reached); ok {
		median = experiment.Decimal(&m)
	}
	least, greatest := slices.Min(o.Reached), slices.Max(o.Reached)
	switch {
	case n < len(o.Reached):
		return fmt.Sprintf("%s (%d to never; %d of %d never)", median, least, len(o.Reached)-n, len(o.Reached))
	case least == greatest:
		return median
	}
	return fmt.Sprintf("%s (%d to %d)", median, least, greatest)
}

func countReached(o experiment.Outcome) int {
	n := 0
	for _, r := range o.Reached {
		if r != experiment.Never {
			n++
		}
	}
	return n
}

// draw writes the figures. A sweep too large for them has none, which is said.
func (f *folder) draw(out io.Writer, outcomes []experiment.Outcome) error {
	list, err := figures.Of(f.sweep, outcomes)
	if err != nil {
		fmt.Fprintf(out, "No figures: %v.\n", err)
		return nil
	}
	if err := os.MkdirAll(filepath.Join(f.dir, "figures"), 0o755); err != nil {
		return err
	}
	for _, figure := range list {
		name := filepath.Join("figures", figure.Name)
		if err := errors.Join(f.write(name+".svg", figure.SVG), f.write(name+".png", figure.PNG)); err != nil {
			return err
		}
	}
	fmt.Fprintf(out, "Runs, tables and figures are in %s.\n", f.dir)
	return nil
}
