package lab

import (
	"context"
	"fmt"
	"time"

	"grapevine/app/crew"
	"grapevine/app/experiment"
	"grapevine/nn"
	"grapevine/nn/data"
	"grapevine/nn/federated"
)

// Runner carries one experiment out. Its methods must not be called at the
// same time; when one fails, the runner is of no more use.
//
// The protocols of an experiment know nothing of each other, so they don't wait
// for each other: when all jobs of one's round are done it merges and goes on to
// the next round while the other's are at work. No worker idles at a round's end,
// and the conductor merges while the workers train. With two workers and the
// small network, whose round takes 100 ms, that end had cost 5 ms.
type Runner struct {
	crew     crew.Crew
	trace    experiment.Trace
	legs     []*leg       // one per run of the trace
	sizes    []int        // of the clients' shares
	training []float64    // what each client's round costs
	judging  float64      // what a model's evaluation costs
	round    int          // the last one that all protocols have done
	jobs     map[int]part // those at work, by their number at the crew
}

// part is a job's place: which protocol's, and which of its leg.
type part struct{ leg, job int }

// NewRunner checks the experiment, readies the crew and evaluates round 0. With
// a secret that is not zero the run is irreproducible, and its trace says so.
func NewRunner(ctx context.Context, e experiment.Experiment, set *data.Dataset, c crew.Crew, secret Secret) (*Runner, error) {
	if err := e.Check(); err != nil {
		return nil, err
	}
	s, err := shape(e)
	if err != nil {
		return nil, err
	}
	g, err := graph(e)
	if err != nil {
		return nil, err
	}
	parts, err := partition(e, set.Train.Labels)
	if err != nil {
		return nil, err
	}
	ready := head{Prepare: &e}
	if secret != (Secret{}) {
		ready.Secret = secret[:]
	}
	if err := c.All(ctx, crew.Job{Head: ready.String()}); err != nil {
		return nil, err
	}
	sum, err := set.Checksum()
	if err != nil {
		return nil, err
	}
	r := &Runner{crew: c, sizes: Sizes(parts), jobs: map[int]part{}, trace: experiment.Trace{
		Irreproducible: secret != Secret{},
		Experiment:     e,
		Numerics:       nn.NumericsVersion,
		Data:           experiment.DataInfo{Name: set.Name, Train: set.Train.Count, Test: set.Test.Count, Checksum: sum},
	}}
	r.judging = e.EvaluationCost()
	for _, size := range r.sizes {
		r.training = append(r.training, e.TrainingCost(float64(size)))
	}
	for _, name := range e.Protocols() {
		r.trace.Runs = append(r.trace.Runs, experiment.Run{Protocol: name})
		r.legs = append(r.legs, &leg{protocol: protocol(e, name, s, g, secret)})
	}
	for i := range r.trace.Runs {
		r.trace.Runs[i].Append(experiment.Round{}, e.Clients)
	}
	return r, r.Advance(ctx, 0, nil, nil)
}

// Trace is the run so far, without digests. It belongs to the runner.
func (r *Runner) Trace() *experiment.Trace { return &r.trace }

// Round is the last round that is done, its evaluation aside.
func (r *Runner) Round() int { return r.round }

// Done reports whether the last round is done.
func (r *Runner) Done() bool { return r.round == r.trace.Experiment.Rounds }

// Settled is the last round that is done with its evaluation, where it has one.
func (r *Runner) Settled() int {
	for i := range r.legs {
		if r.owes(i, r.round) {
			return r.round - 1
		}
	}
	return r.round
}

// owes reports whether the run's round still wants its evaluation.
func (r *Runner) owes(run, round int) bool {
	return r.trace.Experiment.Evaluates(round) && r.trace.Runs[run].Rounds[round].Evaluation == nil
}

// Extend changes the number of rounds, which must not be below those done.
// Evaluations that the longer run would not have made are dropped: its trace
// is that of a run which was this long from the start.
func (r *Runner) Extend(rounds int) error {
	e := r.trace.Experiment
	e.Rounds = rounds
	if err := e.Check(); err != nil {
		return err
	}
	if rounds < r.round {
		return fmt.Errorf("rounds %d: %d are done already", rounds, r.round)
	}
	r.trace.Experiment = e
	for _, run := range r.trace.Runs {
		for i := range run.Rounds {
			if !e.Evaluates(i) {
				run.Rounds[i].Evaluation = nil
			}
		}
	}
	return nil
}

// A protocol goes on to a round that the others are not sure to do when the jobs
// at work are few for each hand, or will soon be done: a pause is heeded until
// then, and hands have enough to do.
const (
	few  = 3
	soon = 150 * time.Millisecond
)

// Advance carries out the rounds up to until, or up to the first after which more,
// where it is not nil, says that there shall be none, and evaluates the last one's
// models where that is wanted. What the models of the rounds before are worth is
// found out by the jobs of the round after. progress, where it is not nil, is
// told of the jobs done and planned of the round that all protocols are at or
// have done; while the last one is evaluated, that it is done.
func (r *Runner) Advance(ctx context.Context, until int, more func() bool, progress func(round, done, total int)) error {
	until = min(until, r.trace.Experiment.Rounds)
	goal := r.round // every protocol does the rounds up to it
	began := time.Now()
	for done := 0; ; done++ {
		if goal < until && r.round >= goal-1 && r.ready(goal) &&
			(len(r.jobs) <= few*r.crew.Size() || time.Since(began)/time.Duration(max(1, done))*time.Duration(len(r.jobs)) <= soon) {
			if more == nil || more() {
				goal++
			} else {
				until = goal
			}
		}
		on := r.begin(goal, until)
		if len(r.jobs) == 0 {
			if on { // rounds without a job
				continue
			}
			return nil
		}
		if progress != nil && r.round == goal {
			progress(goal, 1, 1)
		} else if progress != nil {
			done, total := 0, 0
			for _, l := range r.legs {
				total += len(l.reports)
				if done += len(l.reports); l.done <= r.round {
					done -= l.left
				}
			}
			progress(r.round+1, done, total)
		}
		if err := r.take(ctx); err != nil {
			return err
		}
	}
}

// ready reports whether a protocol rests that has done the round.
func (r *Runner) ready(round int) bool {
	for _, l := range r.legs {
		if l.left == 0 && l.done == round {
			return true
		}
	}
	return false
}

// begin gives the crew the jobs of all protocols that rest and have something to
// do: a round up to the goal, or, where that is the last one, its evaluation. The
// costliest go first, so that no long one is at work when others' hands are idle.
// It reports whether there were such protocols.
func (r *Runner) begin(goal, until int) bool {
	began := false
	var jobs []planned
	var parts []part
	for i, l := range r.legs {
		if l.left > 0 || l.done == goal && !(goal >= until && r.owes(i, goal)) {
			continue
		}
		began = true
		for job, p := range r.plan(i, l.done < goal) {
			jobs, parts = append(jobs, p), append(parts, part{i, job})
		}
		if l.left == 0 {
			r.end(i) // chance asked nobody
		}
	}
	if len(jobs) == 0 {
		return began
	}
	costs := make([]float64, len(jobs))
	for i, job := range jobs {
		costs[i] = job.cost
	}
	order := experiment.FallingCost(costs)
	given := make([]crew.Job, len(jobs))
	for i, job := range order {
		given[i] = jobs[job].Job
	}
	first := r.crew.Give(given, len(r.legs) > 1 && goal < until)
	for i, job := range order {
		r.jobs[first+i] = parts[job]
	}
	return true
}

// take waits for one job, and goes on with the protocol whose last that was.
func (r *Runner) take(ctx context.Context) error {
	number, result, err := r.crew.Take(ctx)
	if err != nil {
		return err
	}
	at := r.jobs[number]
	delete(r.jobs, number)
	l := r.legs[at.leg]
	if l.reports[at.job], err = readReport(result.Head); err != nil {
		return err
	}
	l.params[at.job] = crew.Floats(result.Data)
	if l.left--; l.left == 0 {
		r.end(at.leg)
	}
	return nil
}

// end is that of a protocol's leg: the round before has its evaluation, the
// clients' work is merged.
func (r *Runner) end(run int) {
	l, t := r.legs[run], &r.trace.Runs[run]
	if len(l.models) > 0 {
		t.Judge(l.evaluation(), r.trace.Experiment.Clients)
	}
	if l.trains {
		l.done++
		t.Append(l.merge(r.trace.Experiment.MessageBytes()), r.trace.Experiment.Clients)
	}
	r.round = l.done
	for _, other := range r.legs {
		r.round = min(r.round, other.done)
	}
}

// Finish hashes the final parameters, writes the ledgers and seals the trace.
func (r *Runner) Finish() *experiment.Trace {
	for i, l := range r.legs {
		r.trace.Runs[i].Ledger = releases(r.trace.Experiment, r.trace.Runs[i].Protocol, r.sizes)
		final := r.trace.Runs[i].Final[:0]
		for _, params := range l.protocol.Models() {
			final = append(final, federated.Hash(params))
		}
		r.trace.Runs[i].Final = final
	}
	r.trace.Seal()
	return &r.trace
}
