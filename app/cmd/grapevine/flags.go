package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"

	"grapevine/app/experiment"
)

// newFlags makes a subcommand's flags; words names what may stand beside them.
func newFlags(name, words string, notes io.Writer) *flag.FlagSet {
	flags := flag.NewFlagSet("grapevine "+name, flag.ContinueOnError)
	flags.SetOutput(notes)
	flags.Usage = func() {
		fmt.Fprintf(notes, "usage: grapevine %s [flags] %s\n", name, words)
		flags.PrintDefaults()
	}
	return flags
}

// parse reads flags and words in any order, where package flag stops at the
// first word: a link is often pasted before the flags that alter it. After
// "--" everything is a word.
func parse(flags *flag.FlagSet, args []string) (words []string, err error) {
	for {
		if err := flags.Parse(args); err != nil {
			return nil, err
		}
		rest := flags.Args()
		if at := len(args) - len(rest); at > 0 && args[at-1] == "--" {
			return append(words, rest...), nil
		}
		if len(rest) == 0 {
			return words, nil
		}
		words, args = append(words, rest[0]), rest[1:]
	}
}

// isLink reports whether a word is a link, or a link's fragment.
func isLink(word string) bool { return strings.Contains(word, "#") || strings.HasPrefix(word, "v=") }

// workersFlag defines -workers.
func workersFlag(flags *flag.FlagSet) *int {
	return flags.Int("workers", runtime.GOMAXPROCS(0), "train on this many cores, 1 to 1024; alters no result")
}

func checkWorkers(n int) error {
	if n < 1 || n > 1024 {
		return fmt.Errorf("workers %d: want 1 to 1024", n)
	}
	return nil
}

// experimentFlags defines -preset and a flag for every property, from their
// table. The function it returns reads them after parse, over the link that
// the words may hold: what the link refuses and what rules across fields
// alter is noted, or is an error when the setting was given as a flag.
func experimentFlags(flags *flag.FlagSet) func(words []string, notes io.Writer) (experiment.Experiment, error) {
	keys := make([]string, len(experiment.Presets))
	for i, p := range experiment.Presets {
		keys[i] = p.Key
	}
	preset := flags.String("preset", "", "start from this `preset`: "+strings.Join(keys, ", ")+"; without it and without a link, from tutorial")
	var given []experiment.Setting
	for _, p := range experiment.Table {
		help := fmt.Sprintf("%s: %s. %s", p.Name, p.Range(), p.Hint)
		flags.Func(p.Key, help, func(value string) error {
			given = append(given, experiment.Setting{Key: p.Key, Value: value})
			return nil
		})
	}
	return func(words []string, notes io.Writer) (experiment.Experiment, error) {
		e, changes, err := base(words, *preset, given, notes)
		if err != nil {
			return e, err
		}
		var errs []error
		for _, c := range changes {
			if slices.ContainsFunc(given, func(s experiment.Setting) bool { return s.Key == c.Key }) {
				errs = append(errs, &experiment.FieldError{Key: c.Key, Value: c.From, Want: c.To + " (" + c.Why + ")"})
			} else {
				fmt.Fprintln(notes, c)
			}
		}
		return e, errors.Join(errs...)
	}
}

// base is the experiment of a link or of a preset, with the settings over it.
func base(words []string, preset string, given []experiment.Setting, notes io.Writer) (experiment.Experiment, []experiment.Change, error) {
	switch {
	case len(words) > 1:
		return experiment.Experiment{}, nil, fmt.Errorf("argument %q: want one link at most, in quotes", words[1])
	case len(words) == 1 && !isLink(words[0]):
		return experiment.Experiment{}, nil, fmt.Errorf("argument %q: want a link, or its fragment: it has a # or begins with v=", words[0])
	case len(words) == 1 && preset != "":
		return experiment.Experiment{}, nil, fmt.Errorf("preset %q: want a preset or a link to start from, not both", preset)
	case len(words) == 1:
		l, refused := experiment.ParseLink(words[0])
		for _, r := range refused {
			fmt.Fprintln(notes, "link:", r)
		}
		return l.Experiment.WithAll(given)
	case preset == "":
		preset = "tutorial"
	}
	return experiment.Build(preset, given)
}
