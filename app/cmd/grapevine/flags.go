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
func isLink(word string) bool {
	return strings.Contains(word, "#") || strings.HasPrefix(word, "v=") || strings.HasPrefix(word, "sweep=")
}

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

// settings are the flags that describe an experiment.
type settings struct {
	preset string
	given  []experiment.Setting
}

// experimentFlags defines -preset and a flag for every property, from their
// table.
func experimentFlags(flags *flag.FlagSet) *settings {
	s := &settings{}
	keys := make([]string, len(experiment.Presets))
	for i, p := range experiment.Presets {
		keys[i] = p.Key
	}
	flags.StringVar(&s.preset, "preset", "", "start from this `preset`: "+strings.Join(keys, ", ")+"; without it and without a link, from tutorial")
	for _, p := range experiment.Table {
		help := fmt.Sprintf("%s: %s. %s", p.Name, p.Range(), p.Hint)
		flags.Func(p.Key, help, func(value string) error {
			s.given = append(s.given, experiment.Setting{Key: p.Key, Value: value})
			return nil
		})
	}
	return s
}

// has reports whether the setting was given as a flag.
func (s *settings) has(key string) bool {
	return slices.ContainsFunc(s.given, func(g experiment.Setting) bool { return g.Key == key })
}

// experiment reads the flags after parse, over the link that the words may
// hold: what the link refuses and what rules across fields alter is noted, or
// is an error when the setting was given as a flag.
func (s *settings) experiment(words []string, notes io.Writer) (experiment.Experiment, error) {
	if err := s.checkWords(words); err != nil {
		return experiment.Experiment{}, err
	}
	if len(words) == 0 {
		preset := s.preset
		if preset == "" {
			preset = "tutorial"
		}
		e, changes, err := experiment.Build(preset, s.given)
		return s.accept(e, changes, err, notes)
	}
	l, refused := experiment.ParseLink(words[0])
	noteRefused(notes, refused)
	e, changes, err := l.Experiment.WithAll(s.given)
	return s.accept(e, changes, err, notes)
}

// sweep reads the sweep of a link that holds one; ok is false when the words
// hold none.
func (s *settings) sweep(words []string, notes io.Writer) (sw experiment.Sweep, ok bool, err error) {
	if err := s.checkWords(words); err != nil || len(words) == 0 {
		return sw, false, err
	}
	sw, refused, ok := experiment.ParseSweep(words[0])
	if !ok {
		return sw, false, nil
	}
	noteRefused(notes, refused)
	e, changes, err := sw.Base.WithAll(s.given)
	sw.Base, err = s.accept(e, changes, err, notes)
	return sw, true, err
}

func (s *settings) checkWords(words []string) error {
	switch {
	case len(words) > 1:
		return fmt.Errorf("argument %q: want one link at most, in quotes", words[1])
	case len(words) == 1 && !isLink(words[0]):
		return fmt.Errorf("argument %q: want a link, or its fragment: it has a # or begins with v=", words[0])
	case len(words) == 1 && s.preset != "":
		return fmt.Errorf("preset %q: want a preset or a link to start from, not both", s.preset)
	}
	return nil
}

func (s *settings) accept(e experiment.Experiment, changes []experiment.Change, err error, notes io.Writer) (experiment.Experiment, error) {
	if err != nil {
		return e, err
	}
	var errs []error
	for _, c := range changes {
		if s.has(c.Key) {
			errs = append(errs, &experiment.FieldError{Key: c.Key, Value: c.From, Want: c.To + " (" + c.Why + ")"})
		} else {
			fmt.Fprintln(notes, c)
		}
	}
	return e, errors.Join(errs...)
}

func noteRefused(notes io.Writer, refused []string) {
	for _, r := range refused {
		fmt.Fprintln(notes, "link:", r)
	}
}
