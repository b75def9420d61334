package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"grapevine/app/experiment"
	"grapevine/app/lab"
	"grapevine/nn"
)

// The exit statuses of verify beside 0.
const (
	exitDiffers = 1
	exitUnread  = 2 // nothing can be said: a file or link is broken or claims nothing
)

// verify is "grapevine verify": it ends with status 0 when what is claimed is
// so, 1 when it is not, and 2 when nothing can be said.
func verify(ctx context.Context, args []string, out, notes io.Writer) error {
	err := verifyClaims(ctx, args, out, notes)
	var status *exitError
	if err == nil || errors.As(err, &status) || errors.Is(err, flag.ErrHelp) || errors.Is(err, context.Canceled) {
		return err
	}
	return &exitError{exitUnread, err}
}

// differs is the error of a claim that does not hold.
func differs(format string, args ...any) error {
	return &exitError{exitDiffers, fmt.Errorf("differs: "+format, args...)}
}

func verifyClaims(ctx context.Context, args []string, out, notes io.Writer) error {
	flags := newFlags("verify", "LINK [TRACEFILE] | TRACEFILE | RESULTFILE", notes)
	rerun := flags.Bool("rerun", false, "with a trace file alone: run its experiment and compare, instead of checking the file against itself")
	workers := workersFlag(flags)
	words, err := parse(flags, args)
	if err != nil {
		return err
	}
	if err := checkWorkers(*workers); err != nil {
		return err
	}
	var claim *experiment.Link
	if len(words) > 0 {
		link := words[0]
		if !isLink(link) {
			if link, err = linkOfResult(words[0]); err != nil {
				return fmt.Errorf("%s: %w", words[0], err)
			}
		}
		if link != "" {
			if claim, err = readClaim(link); err != nil {
				return err
			}
			words = words[1:]
		}
	}
	switch {
	case len(words) > 1:
		return fmt.Errorf("argument %q: want a link, a trace file, or a link and a trace file", words[1])
	case len(words) == 0 && claim == nil:
		return errors.New("want a link, a trace file, or a link and a trace file")
	}
	var file *experiment.Trace
	var altered *experiment.DigestError
	if len(words) == 1 {
		if file, err = readTraceFile(words[0]); err != nil && !errors.As(err, &altered) {
			return fmt.Errorf("%s: %w", words[0], err)
		}
		if claim == nil && !*rerun {
			if altered != nil {
				return differs("%s: %w", words[0], altered)
			}
			fmt.Fprintf(out, "%s is whole: what it holds has its digest %s%s\n", words[0], file.Digest, irreproducible(file))
			if !file.Irreproducible {
				fmt.Fprintln(out, "not trained again: -rerun does that")
			}
			return nil
		}
	}
	if file != nil && file.Irreproducible {
		return fmt.Errorf("%s: not reproducible: its noise came from the operating system; it can be held against itself alone", words[0])
	}
	e, err := subject(claim, file)
	if err != nil {
		return err
	}
	if err := fit(freeMemory(), []experiment.Experiment{e}, 1); err != nil {
		return err
	}
	bar := newBar(notes, e.Rounds)
	trace, err := lab.Run(ctx, e, load, newCrew(*workers), bar.show)
	bar.clear()
	if err != nil {
		return err
	}
	if err := compare(claim, file, trace); err != nil {
		return err
	}
	if altered != nil {
		return differs("%s: every number is the run's, but %w", words[0], altered)
	}
	fmt.Fprintf(out, "reproduced bit for bit: digest %s\n", trace.Digest)
	return nil
}

// readClaim reads a link that claims a digest. A link of which anything is
// refused is none: the run it speaks of may be another.
func readClaim(text string) (*experiment.Link, error) {
	l, refused := experiment.ParseLink(text)
	if len(refused) > 0 {
		errs := []error{errors.New("the link cannot be read as it was meant")}
		for _, r := range refused {
			errs = append(errs, errors.New(r))
		}
		return nil, errors.Join(errs...)
	}
	if l.Claim.Digest == "" {
		return nil, errors.New("the link carries no digest: it claims nothing of a finished run")
	}
	return &l, otherNumerics("the link", l.Claim.Numerics)
}

// linkOfResult is the finished run's link in a result file; "" in any other
// file.
func linkOfResult(name string) (string, error) {
	f, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	r, err := experiment.ReadResult(f)
	if errors.Is(err, experiment.ErrNoResult) {
		return "", nil
	}
	return r.Link, err
}

func readTraceFile(name string) (*experiment.Trace, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return experiment.ReadTrace(f)
}

func otherNumerics(what string, version int) error {
	if version != nn.NumericsVersion {
		return fmt.Errorf("%s was made by numerics version %d, this program has %d: their bits cannot be compared", what, version, nn.NumericsVersion)
	}
	return nil
}

// subject is the experiment to run.
func subject(claim *experiment.Link, file *experiment.Trace) (experiment.Experiment, error) {
	if file != nil {
		if err := otherNumerics("the trace file", file.Numerics); err != nil {
			return experiment.Experiment{}, err
		}
	}
	if claim != nil {
		return claim.Experiment, nil
	}
	return file.Experiment, nil
}

// compare holds the claim and the trace file, either of which may be nil,
// against the run.
func compare(claim *experiment.Link, file, run *experiment.Trace) error {
	if file != nil {
		if d, ok := experiment.Differ(file, run); ok && d.Protocol == "" {
			return differs("the trace file and the run: %s", d.What)
		} else if ok {
			return differs("the trace file and the run, first at %v", d)
		}
	}
	if claim == nil {
		return nil
	}
	is := experiment.ClaimOf(run)
	if claim.Claim.Digest != is.Digest {
		return differs("the link claims digest %s, the run has %s", claim.Claim.Digest, is.Digest)
	}
	for i, a := range claim.Claim.Accuracies {
		if i >= len(is.Accuracies) || a != is.Accuracies[i] {
			return differs("the digest is the run's, but the link claims accuracies %v, and the run has %v", claim.Claim.Accuracies, is.Accuracies)
		}
	}
	return nil
}
