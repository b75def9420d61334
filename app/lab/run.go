package lab

import (
	"context"

	"grapevine/app/crew"
	"grapevine/app/experiment"
)

// Run carries the experiment out from beginning to end, reproducibly. progress, where it is
// not nil, is told after every job how much of the round at work is done.
func Run(ctx context.Context, e experiment.Experiment, load Loader, c crew.Crew, progress func(round, done, total int)) (*experiment.Trace, error) {
	return RunSecret(ctx, e, load, c, Secret{}, progress)
}

// RunSecret is Run with noise from streams that the secret keys.
func RunSecret(ctx context.Context, e experiment.Experiment, load Loader, c crew.Crew, secret Secret, progress func(round, done, total int)) (*experiment.Trace, error) {
	set, err := load(ctx, e.Data, e.Train, e.Test, func(int, int) {})
	if err != nil {
		return nil, err
	}
	r, err := NewRunner(ctx, e, set, c, secret)
	if err != nil {
		return nil, err
	}
	if err := r.Advance(ctx, e.Rounds, nil, progress); err != nil {
		return nil, err
	}
	return r.Finish(), nil
}
