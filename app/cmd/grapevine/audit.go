package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"grapevine/app/lab"
)

// auditCommand is "grapevine audit".
func auditCommand(ctx context.Context, args []string, out, notes io.Writer) error {
	flags := newFlags("audit", "[LINK]", notes)
	trials := flags.Int("trials", 10000, "attack so often with an update and as often without, 100 to 1000000; more show more")
	settings := experimentFlags(flags)
	words, err := parse(flags, args)
	if err != nil {
		return err
	}
	e, err := settings.experiment(words, notes)
	if err != nil {
		return err
	}
	if *trials < 100 || *trials > 1_000_000 {
		return fmt.Errorf("trials %d: want 100 to 1000000", *trials)
	}
	broken := false
	for _, protocol := range e.Protocols() {
		bar := newBar(notes, 1)
		type outcome struct {
			audit lab.Audit
			err   error
		}
		over := make(chan outcome, 1)
		go func() {
			a, err := lab.NewAudit(e, protocol, *trials, func(done, total int) { bar.show(1, done, total) })
			over <- outcome{a, err}
		}()
		var o outcome
		select {
		case <-ctx.Done(): // the program ends, and the attack with it
			return ctx.Err()
		case o = <-over:
		}
		bar.clear()
		if o.err != nil {
			return fmt.Errorf("%s: %w", protocol, o.err)
		}
		a, verdict := o.audit, "no more than is promised shows"
		if a.Broken {
			broken, verdict = true, "MORE SHOWS THAN IS PROMISED"
		}
		fmt.Fprintf(out, "%s, trust %s, before who sees the release, over the %d rounds of the client asked most, δ = %.4g:\n", protocol, e.Trust, a.Rounds, e.Delta)
		fmt.Fprintf(out, "  claimed      ε = %.4g (guarantee, zero-out)\n", a.Claimed)
		fmt.Fprintf(out, "  shown        ε ≥ %.4g (lower bound, 95 %% sure, by %d attacks with an update and %d without; %.4g is to be expected)\n", a.Shown, *trials, *trials, a.Hoped)
		fmt.Fprintf(out, "  %s\n", verdict)
	}
	if broken {
		return errors.New("the audit broke the promise: the code does not do what it says")
	}
	return nil
}
