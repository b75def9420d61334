package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"text/tabwriter"

	"grapevine/app/crew"
	"grapevine/app/experiment"
	"grapevine/app/lab"
	"grapevine/assets/mnist"
	"grapevine/nn/data"
)

// run is "grapevine run".
func run(ctx context.Context, args []string, out, notes io.Writer) error {
	flags := newFlags("run", "[LINK]", notes)
	jsonFile := flags.String("json", "", "also write the result as JSON to this `file`; - for standard output instead of the table")
	traceFile := flags.String("trace", "", "also write the trace file, which holds every number of the run, to this `file`; - likewise")
	csvFile := flags.String("csv", "", "also write the metrics as CSV to this `file`; - likewise")
	noise := flags.String("noise", "seed", "draw noise, and what is drawn in secret, from `seed`: reproducible, and no protection from whoever knows the seed; or from os, the operating system's randomness: nobody can carry the run out again")
	workers := workersFlag(flags)
	settings := experimentFlags(flags)
	words, err := parse(flags, args)
	if err != nil {
		return err
	}
	e, err := settings.experiment(words, notes)
	if err != nil {
		return err
	}
	if err := checkWorkers(*workers); err != nil {
		return err
	}
	secret, err := secretOf(*noise)
	if err != nil {
		return err
	}
	files := []struct {
		name  string
		write func(io.Writer, *experiment.Trace) error
	}{{*jsonFile, writeResult}, {*traceFile, experiment.WriteTrace}, {*csvFile, experiment.WriteCSV}}
	table := func(out io.Writer, t *experiment.Trace) error {
		printTable(out, t)
		return printPrivacy(ctx, out, t)
	}
	for _, f := range files {
		switch {
		case f.name == "-" && table == nil:
			return errors.New("-json, -trace and -csv: want - for one of them at most")
		case f.name == "-":
			table = nil
		}
	}
	if err := fit(freeMemory(), []experiment.Experiment{e}, 1); err != nil {
		return err
	}
	bar := newBar(notes, e.Rounds)
	trace, err := lab.RunSecret(ctx, e, load, newCrew(*workers), secret, bar.show)
	bar.clear()
	if err != nil {
		return err
	}
	if table != nil {
		if err := table(out, trace); err != nil {
			return err
		}
	}
	for _, f := range files {
		switch f.name {
		case "":
		case "-":
			err = f.write(out, trace)
		default:
			err = writeFile(f.name, func(w io.Writer) error { return f.write(w, trace) })
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// load brings the digits that are part of the program, or of its module.
func load(_ context.Context, name string, train, test int, _ func(int, int)) (*data.Dataset, error) {
	return mnist.Load(name, train, test)
}

// newCrew makes hands which share one copy of the data.
func newCrew(size int) crew.Crew {
	cached := once(load)
	return crew.NewLocal(size, func() crew.Hand { return lab.NewHand(cached) })
}

// printTable writes the rounds that were evaluated, and the digest.
func printTable(out io.Writer, t *experiment.Trace) {
	for _, r := range t.Runs {
		fmt.Fprintf(out, "%s\n\n", r.Protocol)
		w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
		fmt.Fprintln(w, "round\ttest loss\taccuracy\tmin\tmax\tconsensus distance\t")
		for _, rd := range r.Rounds {
			if v := rd.Evaluation; v != nil {
				fmt.Fprintf(w, "%d\t%.4f\t%.4f\t%.4f\t%.4f\t%.4f\t\n", rd.Round, v.TestLoss, v.TestAccuracy, v.MinAccuracy, v.MaxAccuracy, v.ConsensusDistance)
			}
		}
		w.Flush()
		if round, client, ok := r.FirstDivergence(); ok {
			who := fmt.Sprintf("client %d", client)
			if client == experiment.Server {
				who = "the server"
			}
			fmt.Fprintf(out, "\ndiverged at round %d, %s\n", round, who)
		}
		fmt.Fprintln(out)
	}
	fmt.Fprintf(out, "digest %s%s\n", t.Digest, irreproducible(t))
}

func writeResult(w io.Writer, t *experiment.Trace) error { return experiment.ResultOf(t).Write(w) }

// writeFile writes a file whole or not at all.
func writeFile(name string, write func(io.Writer) error) error {
	return writeFileBy(name, ".grapevine-", write)
}

// writeFileBy is writeFile by way of a file whose name begins with prefix,
// which is left behind only when the program is killed.
func writeFileBy(name, prefix string, write func(io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(name), prefix+"*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	if err := write(f); err != nil {
		f.Close()
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	if err := os.Chmod(f.Name(), 0o644); err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}
