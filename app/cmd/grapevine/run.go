package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"text/tabwriter"

	"grapevine/app/crew"
	"grapevine/app/experiment"
	"grapevine/app/lab"
	"grapevine/assets/mnist"
	"grapevine/nn/data"
)

// run is "grapevine run".
func run(ctx context.Context, args []string, out, notes io.Writer) error {
	flags := flag.NewFlagSet("grapevine run", flag.ContinueOnError)
	flags.SetOutput(notes)
	jsonFile := flags.String("json", "", "also write the result as JSON to this `file`; - for standard output instead of the table")
	workers := flags.Int("workers", runtime.GOMAXPROCS(0), "train on this many cores, 1 to 1024; alters no result")
	read := experimentFlags(flags)
	if err := flags.Parse(args); err != nil {
		return err
	}
	e, err := read(notes)
	if err != nil {
		return err
	}
	if *workers < 1 || *workers > 1024 {
		return fmt.Errorf("workers %d: want 1 to 1024", *workers)
	}
	bar := newBar(notes, e.Rounds)
	trace, err := lab.Run(ctx, e, load, newCrew(*workers), bar.show)
	bar.clear()
	if err != nil {
		return err
	}
	if *jsonFile == "-" {
		return writeResult(out, trace)
	}
	printTable(out, trace)
	if *jsonFile == "" {
		return nil
	}
	return writeFile(*jsonFile, func(w io.Writer) error { return writeResult(w, trace) })
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

// experimentFlags defines -preset and a flag for every property, from their
// table. The function it returns reads them after Parse: what rules across
// fields alter is noted, or refused when the setting was given.
func experimentFlags(flags *flag.FlagSet) func(notes io.Writer) (experiment.Experiment, error) {
	keys := make([]string, len(experiment.Presets))
	for i, p := range experiment.Presets {
		keys[i] = p.Key
	}
	preset := flags.String("preset", "tutorial", "start from this `preset`: "+strings.Join(keys, ", "))
	var given []experiment.Setting
	for _, p := range experiment.Table {
		help := fmt.Sprintf("%s: %s. %s", p.Name, p.Range(), p.Hint)
		flags.Func(p.Key, help, func(value string) error {
			given = append(given, experiment.Setting{Key: p.Key, Value: value})
			return nil
		})
	}
	return func(notes io.Writer) (experiment.Experiment, error) {
		if flags.NArg() > 0 {
			return experiment.Experiment{}, fmt.Errorf("argument %q: want flags alone", flags.Arg(0))
		}
		e, changes, err := experiment.Build(*preset, given)
		if err != nil {
			return e, err
		}
		var errs []error
		for _, c := range changes {
			explicit := false
			for _, s := range given {
				explicit = explicit || s.Key == c.Key
			}
			if explicit {
				errs = append(errs, &experiment.FieldError{Key: c.Key, Value: c.From, Want: c.To + " (" + c.Why + ")"})
			} else {
				fmt.Fprintln(notes, c)
			}
		}
		return e, errors.Join(errs...)
	}
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
	fmt.Fprintf(out, "digest %s\n", t.Digest)
}

// result is what -json writes.
type result struct {
	Experiment experiment.Experiment `json:"experiment"`
	Numerics   int                   `json:"numerics"`
	Data       experiment.DataInfo   `json:"data"`
	Rounds     map[string][]metrics  `json:"rounds"` // by protocol
	Diverged   []string              `json:"diverged"`
	Digest     string                `json:"digest"`
}

// metrics is one evaluated round; a number that is not finite is null.
type metrics struct {
	Round             int      `json:"round"`
	TestLoss          *float64 `json:"test_loss"`
	TestAccuracy      float64  `json:"test_accuracy"`
	MinAccuracy       float64  `json:"min_accuracy"`
	MaxAccuracy       float64  `json:"max_accuracy"`
	ConsensusDistance *float64 `json:"consensus_distance"`
}

func writeResult(w io.Writer, t *experiment.Trace) error {
	r := result{
		Experiment: t.Experiment, Numerics: t.Numerics, Data: t.Data, Digest: t.Digest,
		Rounds: map[string][]metrics{}, Diverged: []string{},
	}
	for _, run := range t.Runs {
		rows := []metrics{}
		for _, rd := range run.Rounds {
			v := rd.Evaluation
			if v == nil {
				continue
			}
			finite := func(name string, x experiment.Float) *float64 {
				if x.Finite() {
					return (*float64)(&x)
				}
				r.Diverged = append(r.Diverged, fmt.Sprintf("%s round %d %s", run.Protocol, rd.Round, name))
				return nil
			}
			rows = append(rows, metrics{
				rd.Round, finite("test_loss", v.TestLoss), v.TestAccuracy, v.MinAccuracy, v.MaxAccuracy,
				finite("consensus_distance", v.ConsensusDistance),
			})
		}
		r.Rounds[run.Protocol] = rows
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(r)
}

// writeFile writes a file whole or not at all.
func writeFile(name string, write func(io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(name), ".grapevine-*")
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
