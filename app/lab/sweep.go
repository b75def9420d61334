package lab

import (
	"context"

	"grapevine/app/crew"
	"grapevine/app/experiment"
)

// Sweep carries the experiments out, longest first, each crew one at a time.
// done is called with every finished run, and progress after every job with
// the share of the work that is done, from 0 to 1; neither at the same time
// as itself or the other. The first failure, done's included, ends the sweep;
// runs at work are then dropped.
func Sweep(ctx context.Context, es []experiment.Experiment, load Loader, crews []crew.Crew, done func(i int, t *experiment.Trace) error, progress func(share float64)) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	queue := make(chan int, len(es))
	costs := make([]float64, len(es))
	total := 0.0
	for _, i := range experiment.LongestFirst(es) {
		queue <- i
		costs[i] = es[i].Cost()
		total += costs[i]
	}
	close(queue)

	type event struct {
		run   int
		share float64 // of the run
		trace *experiment.Trace
		err   error
	}
	events := make(chan event)
	for _, c := range crews {
		go func() {
			for i := range queue {
				if ctx.Err() != nil {
					break
				}
				report := func(round, done, all int) {
					select {
					case events <- event{run: i, share: (float64(round-1) + float64(done)/float64(all)) / float64(es[i].Rounds)}:
					case <-ctx.Done():
					}
				}
				t, err := Run(ctx, es[i], load, c, report)
				events <- event{i, 1, t, err}
			}
			events <- event{run: -1}
		}()
	}

	shares := make([]float64, len(es))
	finished := 0.0
	var first error
	for working := len(crews); working > 0; {
		ev := <-events
		switch {
		case ev.run < 0:
			working--
			continue
		case first != nil:
			continue
		case ev.err != nil:
			first = ev.err
		case ev.trace != nil:
			first = done(ev.run, ev.trace)
		}
		if first != nil {
			cancel()
			continue
		}
		finished += (ev.share - shares[ev.run]) * costs[ev.run]
		shares[ev.run] = ev.share
		if progress != nil && total > 0 {
			progress(min(1, max(0, finished/total)))
		}
	}
	if first == nil {
		first = ctx.Err()
	}
	return first
}
