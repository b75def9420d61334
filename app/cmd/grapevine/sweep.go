package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"grapevine/app/crew"
	"grapevine/app/experiment"
	"grapevine/app/lab"
)

// sweep is "grapevine sweep".
func sweep(ctx context.Context, args []string, out, notes io.Writer) error {
	flags := newFlags("sweep", "-out DIR [LINK]", notes)
	var vary []experiment.Axis
	flags.Func("vary", "vary this `setting=value,value,…`; may be given twice. Without it: epsilon=inf,8,4,2,1 and protocol=fedavg,gossip", func(text string) error {
		a, err := experiment.ParseAxis(text)
		vary = append(vary, a)
		return err
	})
	seeds := flags.Int("seeds", 0, fmt.Sprintf("run each setting with this many seeds, from -seed on, 1 to %d (default 1)", experiment.MaxSeeds))
	dir := flags.String("out", "", "keep the results in this `folder`; runs that it holds are not run again")
	part := flags.String("shard", "1/1", "carry out only every N-th run, from the I-th on: `I/N`; merge joins the folders")
	workers := workersFlag(flags)
	settings := experimentFlags(flags)
	words, err := parse(flags, args)
	if err != nil {
		return err
	}
	if err := checkWorkers(*workers); err != nil {
		return err
	}
	if *dir == "" {
		return errors.New("out: want a folder for the results: -out DIR")
	}
	which, err := parseShard(*part)
	if err != nil {
		return err
	}
	s, err := describe(settings, words, vary, *seeds, notes)
	if err != nil {
		return err
	}
	f, err := openFolder(*dir, s, which)
	if err != nil {
		return err
	}
	return f.carryOut(ctx, *workers, out, notes)
}

// describe makes the sweep of a link, or of the base experiment, and of what
// the flags vary.
func describe(settings *settings, words []string, vary []experiment.Axis, seeds int, notes io.Writer) (experiment.Sweep, error) {
	s, ok, err := settings.sweep(words, notes)
	if err == nil && !ok {
		s.Seeds, s.Vary = 1, experiment.TutorialSweep().Vary
		s.Base, err = settings.experiment(words, notes)
	}
	if err != nil {
		return s, err
	}
	if len(vary) > 0 {
		s.Vary = vary
	}
	if seeds != 0 {
		s.Seeds = seeds
	}
	for _, a := range s.Vary {
		if settings.has(a.Key) {
			return s, fmt.Errorf("%s: it is varied and given as a flag too: want one of them, or -vary %s=…", a.Key, a.Key)
		}
	}
	_, changes, err := s.Runs()
	for _, c := range changes {
		fmt.Fprintln(notes, c)
	}
	return s, err
}

// carryOut carries out the runs of the folder's shard that it does not hold
// yet, and reports when all runs of the sweep are there.
func (f *folder) carryOut(ctx context.Context, workers int, out, notes io.Writer) error {
	mine := f.mine(experiment.LongestFirst(f.runs))
	var todo []int
	var es []experiment.Experiment
	for _, i := range mine {
		_, why, ok := f.read(i)
		if why != nil {
			fmt.Fprintf(notes, "%s: %v; it is run again\n", f.name(i), why)
		}
		if !ok {
			todo = append(todo, i)
			es = append(es, f.runs[i])
		}
	}
	kept := len(mine) - len(todo)
	if kept > 0 && len(todo) > 0 {
		fmt.Fprintf(notes, "%d of %d runs are there already\n", kept, len(mine))
	}
	if err := fit(freeMemory(), es, workers); err != nil {
		return err
	}
	bar := newBar(notes, 1)
	finished := kept
	err := lab.Sweep(ctx, es, load, crews(workers, len(todo)), func(i int, t *experiment.Trace) error {
		finished++
		if err := f.write(f.name(todo[i]), func(w io.Writer) error { return writeResult(w, t) }); err != nil {
			return err
		}
		if bar.out == nil {
			fmt.Fprintf(notes, "%d of %d: %s\n", finished, len(mine), f.label(todo[i]))
		}
		return nil
	}, func(share float64) {
		bar.draw(share, fmt.Sprintf("%d of %d runs, %s left", finished, len(mine), bar.left(share)))
	})
	bar.clear()
	if errors.Is(err, context.Canceled) {
		fmt.Fprintf(notes, "%d of %d runs are kept; the same command goes on\n", finished, len(mine))
	}
	if err != nil {
		return err
	}
	if f.part.of > 1 {
		fmt.Fprintf(out, "shard %v: %d runs of %d are in %s; join the shards with: grapevine merge -out DIR DIR…\n", f.part, len(mine), len(f.runs), f.dir)
		return nil
	}
	return f.report(out)
}

// crews makes a crew of one hand for each worker, so that runs go in parallel
// and none waits for its slowest client; of fewer runs each has more hands.
func crews(workers, runs int) []crew.Crew {
	cached := once(load)
	n := max(1, min(workers, runs))
	crews := make([]crew.Crew, n)
	for i := range crews {
		hands := workers / n
		if i < workers%n {
			hands++
		}
		crews[i] = crew.NewLocal(hands, func() crew.Hand { return lab.NewHand(cached) })
	}
	return crews
}

// merge is "grapevine merge".
func merge(ctx context.Context, args []string, out, notes io.Writer) error {
	flags := newFlags("merge", "-out DIR DIR…", notes)
	dir := flags.String("out", "", "join the results in this `folder`")
	dirs, err := parse(flags, args)
	if err != nil {
		return err
	}
	if *dir == "" || len(dirs) == 0 {
		return errors.New("want -out DIR and the folders to join")
	}
	var f *folder
	for _, d := range dirs {
		s, err := readDescription(d)
		if err != nil {
			return err
		}
		if f == nil {
			if f, err = openFolder(*dir, s, shard{1, 1}); err != nil {
				return err
			}
		}
		if s.String() != f.sweep.String() {
			return fmt.Errorf("%s: it is of another sweep than %s: #%s and #%s", d, dirs[0], s, f.sweep)
		}
		if err := f.take(ctx, d, notes); err != nil {
			return err
		}
	}
	missing := 0
	for i := range f.runs {
		if _, _, ok := f.read(i); !ok {
			if missing++; missing <= 3 {
				fmt.Fprintf(notes, "missing: %s\n", f.label(i))
			}
		}
	}
	if missing > 0 {
		return fmt.Errorf("%d of %d runs are missing: sweep in their shards again, or with -out %s", missing, len(f.runs), *dir)
	}
	return f.report(out)
}

// take copies the results of another folder of the same sweep. Two machines
// that disagree about a run are an error: one of them computes otherwise.
func (f *folder) take(ctx context.Context, dir string, notes io.Writer) error {
	from := &folder{dir, f.sweep, f.runs, f.part}
	for i := range f.runs {
		if err := ctx.Err(); err != nil {
			return err
		}
		r, why, ok := from.read(i)
		if why != nil {
			fmt.Fprintf(notes, "%s/%s: %v; it is not taken\n", dir, f.name(i), why)
		}
		if !ok {
			continue
		}
		if was, _, ok := f.read(i); ok {
			if was.Checksum != r.Checksum {
				return fmt.Errorf("%s/%s and %s: two results of one run, with digests %s and %s", dir, f.name(i), f.dir, r.Digest, was.Digest)
			}
			continue
		}
		if err := f.write(f.name(i), r.Write); err != nil {
			return err
		}
	}
	return nil
}

// results reads all runs.
func (f *folder) results() ([]experiment.Result, error) {
	results := make([]experiment.Result, len(f.runs))
	for i := range f.runs {
		r, why, ok := f.read(i)
		if !ok {
			return nil, fmt.Errorf("%s: %w", f.name(i), errors.Join(why, os.ErrNotExist))
		}
		results[i] = r
	}
	return results, nil
}
