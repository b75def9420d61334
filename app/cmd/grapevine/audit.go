package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"

	"grapevine/app/experiment"
	"grapevine/app/lab"
	"grapevine/app/wire"
)

// attacks are the values of audit's -attack.
var attacks = []string{wire.AttackUnit, wire.AttackMembers, wire.AttackCanaries}

// auditCommand is "grapevine audit".
func auditCommand(ctx context.Context, args []string, out, notes io.Writer) error {
	flags := newFlags("audit", "[LINK]", notes)
	kind := flags.String("attack", wire.AttackUnit, "what to attack: unit, the code that clips and adds noise; members, the models of the run, which may know their training examples again; canaries, a run of its own beside clients made up to be found out")
	trials := flags.Int("trials", 10000, "of unit: attack so often with an update and as often without, 100 to 1000000; more show more")
	canaries := flags.Int("canaries", 300, "of canaries: their number, 10 to 1000; more show more")
	settings := experimentFlags(flags)
	words, err := parse(flags, args)
	if err != nil {
		return err
	}
	e, err := settings.experiment(words, notes)
	if err != nil {
		return err
	}
	m := &wire.Attack{Kind: *kind, Experiment: e}
	switch *kind {
	case wire.AttackUnit:
		if m.Count = *trials; m.Count < wire.LeastTrials || m.Count > wire.MostTrials {
			return fmt.Errorf("trials %d: want %d to %d", m.Count, wire.LeastTrials, wire.MostTrials)
		}
	case wire.AttackCanaries:
		if m.Count = *canaries; m.Count < wire.LeastCanaries || m.Count > wire.MostCanaries {
			return fmt.Errorf("canaries %d: want %d to %d", m.Count, wire.LeastCanaries, wire.MostCanaries)
		}
	case wire.AttackMembers:
	default:
		return fmt.Errorf("attack %.20q: want %s", *kind, strings.Join(attacks, ", "))
	}
	bar := newBar(notes, 1)
	type outcome struct {
		found *wire.Attacked
		err   error
	}
	over := make(chan outcome, 1)
	go func() {
		found, err := lab.Attack(ctx, m, load, newCrew(runtime.GOMAXPROCS(0)), func(done, total int) { bar.show(1, done, total) })
		over <- outcome{found, err}
	}()
	var o outcome
	select {
	case <-ctx.Done(): // the program ends, and the attack with it
		return ctx.Err()
	case o = <-over:
	}
	bar.clear()
	if o.err != nil {
		return o.err
	}
	if printAttacked(out, e, o.found) {
		return errors.New("the audit broke the promise: the code does not do what it says")
	}
	return nil
}

// printAttacked writes what an attack found, and reports whether it broke a
// promise.
func printAttacked(out io.Writer, e experiment.Experiment, found *wire.Attacked) (broken bool) {
	verdict := func(b wire.Bounds) {
		text := "no more than is promised shows"
		if !b.Claimed.Finite() {
			text = "nothing is promised: no noise is added"
		} else if b.Broken() {
			broken, text = true, "MORE SHOWS THAN IS PROMISED"
		}
		fmt.Fprintf(out, "  %s\n", text)
	}
	for _, u := range found.Units {
		fmt.Fprintf(out, "%s, trust %s, before who sees the release, over the %d rounds of the client asked most, δ = %.4g:\n", u.Protocol, e.Trust, u.Rounds, u.Delta)
		fmt.Fprintf(out, "  claimed      ε = %.4g (guarantee, zero-out)\n", float64(u.Claimed))
		fmt.Fprintf(out, "  shown        ε ≥ %.4g (lower bound, 95 %% sure, by %d attacks with an update and %d without; %.4g is to be expected)\n", float64(u.Shown), u.Trials, u.Trials, float64(u.Hoped))
		verdict(u.Bounds)
	}
	for _, m := range found.Members {
		fmt.Fprintf(out, "%s, trust %s: are examples known again by the final model, whether a client trained on them? δ = %.4g:\n", m.Protocol, e.Trust, m.Delta)
		fmt.Fprintf(out, "  claimed      ε = %.4g (guarantee, one example of a client)\n", float64(m.Claimed))
		fmt.Fprintf(out, "  shown        ε ≥ %.4g (lower bound, 95 %% sure for all clients together)\n", float64(m.Shown))
		for client, roc := range m.Clients {
			fmt.Fprintf(out, "  client %-4d  %d examples and %d others with the same labels, area beneath the curve %.3f, ε ≥ %.4g\n", client, roc.Count, roc.Count, roc.Area, float64(roc.Shown))
		}
		verdict(m.Bounds)
	}
	if c := found.Canaries; c != nil {
		fmt.Fprintf(out, "fedavg, trust %s, a run of %d rounds with %d canaries beside its clients, δ = %.4g:\n", e.Trust, c.Rounds, c.Canaries, c.Delta)
		fmt.Fprintf(out, "  claimed      ε = %.4g (guarantee, of this run)\n", float64(c.Claimed))
		fmt.Fprintf(out, "  shown        ε ≥ %.4g (lower bound, 95 %% sure, by %d correct of the %d surest guesses; %.4g is to be expected, and %.4g at most)\n",
			float64(c.Shown), c.Correct, c.Guesses, float64(c.Hoped), float64(c.Ceiling))
		fmt.Fprintf(out, "  accuracy     %.1f %%\n", 100*c.Accuracy)
		verdict(c.Bounds)
	}
	return broken
}
