package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"

	"grapevine/app/experiment"
	"grapevine/app/lab"
)

// secretOf reads -noise: no secret, or one of the operating system's.
func secretOf(noise string) (secret lab.Secret, err error) {
	switch noise {
	case "seed":
	case "os":
		rand.Read(secret[:]) // it never fails: the program ends instead
	default:
		err = fmt.Errorf("noise %q: want seed or os", noise)
	}
	return secret, err
}

// irreproducible is what stands behind the digest of a run that nobody can
// carry out again.
func irreproducible(t *experiment.Trace) string {
	if !t.Irreproducible {
		return ""
	}
	return " (not reproducible: the noise came from the operating system)"
}

// printPrivacy writes what the run promises, one line for each protocol, where
// it adds noise.
func printPrivacy(ctx context.Context, out io.Writer, t *experiment.Trace) error {
	e := t.Experiment
	if !e.Noisy() {
		return nil
	}
	set, err := load(ctx, e.Data, e.Train, e.Test, nil)
	if err != nil {
		return err
	}
	sizes, err := lab.SizesOf(e, set)
	if err != nil {
		return err
	}
	totals, err := lab.Totals(e, sizes)
	if err != nil {
		return fmt.Errorf("privacy: %w", err)
	}
	fmt.Fprintln(out)
	for _, total := range totals {
		fmt.Fprintln(out, total)
	}
	if warning := lab.ClassicWarning(e); warning != "" {
		fmt.Fprintln(out, "beware:", warning)
	}
	source := "the seed, and whoever knows the seed can take it away"
	if t.Irreproducible {
		source = "the operating system, in floating point"
	}
	fmt.Fprintf(out, "simulated: the noise has this distribution, but comes from %s; do not use with real personal data\n", source)
	return nil
}
