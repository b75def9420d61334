package lab

import (
	"context"
	"encoding/json"
	"fmt"

	"grapevine/app/crew"
	"grapevine/app/experiment"
	"grapevine/nn"
	"grapevine/nn/data"
	"grapevine/nn/federated"
)

// Runner carries one experiment out. Its methods must not be called at the
// same time; when one fails, the runner is of no more use.
type Runner struct {
	crew      crew.Crew
	trace     experiment.Trace
	protocols []federated.Protocol // one per run of the trace
	sizes     []int                // of the clients' shares
	round     int
}

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
	r := &Runner{crew: c, sizes: Sizes(parts), trace: experiment.Trace{
		Irreproducible: secret != Secret{},
		Experiment:     e,
		Numerics:       nn.NumericsVersion,
		Data:           experiment.DataInfo{Name: set.Name, Train: set.Train.Count, Test: set.Test.Count, Checksum: set.Checksum},
	}}
	for _, name := range e.Protocols() {
		r.trace.Runs = append(r.trace.Runs, experiment.Run{Protocol: name})
		r.protocols = append(r.protocols, protocol(e, name, s, g, secret))
	}
	models := r.models()
	results, err := c.Do(ctx, models, nil)
	if err != nil {
		return nil, err
	}
	return r, r.record(make([]experiment.Round, len(r.protocols)), results)
}

// Trace is the run so far, without digests. It belongs to the runner.
func (r *Runner) Trace() *experiment.Trace { return &r.trace }

// Round is the last round that is done.
func (r *Runner) Round() int { return r.round }

// Done reports whether the last round is done.
func (r *Runner) Done() bool { return r.round == r.trace.Experiment.Rounds }

// Latest lists the newest round of each run.
func (r *Runner) Latest() []experiment.Round {
	rounds := make([]experiment.Round, len(r.trace.Runs))
	for i, run := range r.trace.Runs {
		rounds[i] = run.Rounds[len(run.Rounds)-1]
	}
	return rounds
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

// Next carries out the next round of every run: the clients of all runs
// train, each run merges, the models are evaluated when it is time. progress,
// where it is not nil, is told of jobs done and planned.
func (r *Runner) Next(ctx context.Context, progress func(done, total int)) error {
	round := r.round + 1
	evaluates := r.trace.Experiment.Evaluates(round)
	var jobs []crew.Job
	counts := make([]int, len(r.protocols))
	total := 0
	for i, p := range r.protocols {
		tasks := p.Plan(round)
		counts[i] = len(tasks)
		for _, t := range tasks {
			jobs = append(jobs, crew.Job{
				Head: head{Train: &trainJob{round, t.Client, t.Update}}.String(),
				Data: crew.Bytes(t.Start),
			})
		}
		if evaluates {
			total += len(p.Models())
		}
	}
	total += len(jobs)
	count := func(before int) func(int) {
		if progress == nil {
			return nil
		}
		return func(done int) { progress(before+done, total) }
	}
	results, err := r.crew.Do(ctx, jobs, count(0))
	if err != nil {
		return err
	}
	rounds := make([]experiment.Round, len(r.protocols))
	for i, p := range r.protocols {
		if rounds[i], err = merge(p, round, results[:counts[i]], r.trace.Experiment.MessageBytes()); err != nil {
			return err
		}
		results = results[counts[i]:]
	}
	if evaluates {
		if results, err = r.crew.Do(ctx, r.models(), count(len(jobs))); err != nil {
			return err
		}
	}
	r.round = round
	return r.record(rounds, results)
}

// merge reads what the clients did and lets the protocol merge it.
func merge(p federated.Protocol, round int, results []crew.Result, bytes int) (experiment.Round, error) {
	r := experiment.Round{Round: round, Clients: make([]experiment.ClientRound, len(results))}
	params := make([][]float32, len(results))
	for i, result := range results {
		if err := json.Unmarshal([]byte(result.Head), &r.Clients[i]); err != nil {
			return r, fmt.Errorf("a client's report: %w", err)
		}
		params[i] = crew.Floats(result.Data)
	}
	exchanges := p.Merge(round, params)
	r.Exchanges = make([]experiment.Exchange, len(exchanges))
	for i, x := range exchanges {
		r.Exchanges[i] = experiment.Exchange{A: x.A, B: x.B, Bytes: 2 * bytes}
	}
	return r, nil
}

// models lists the jobs that evaluate every model of every run.
func (r *Runner) models() []crew.Job {
	var jobs []crew.Job
	for _, p := range r.protocols {
		for _, params := range p.Models() {
			jobs = append(jobs, crew.Job{Head: head{Evaluate: true}.String(), Data: crew.Bytes(params)})
		}
	}
	return jobs
}

// record appends the rounds to the runs, with their evaluations when there
// are results.
func (r *Runner) record(rounds []experiment.Round, results []crew.Result) error {
	for i, p := range r.protocols {
		if len(results) > 0 {
			n := len(p.Models())
			e, err := evaluation(results[:n], p.Spread())
			if err != nil {
				return err
			}
			rounds[i].Evaluation = e
			results = results[n:]
		}
		r.trace.Runs[i].Append(rounds[i], r.trace.Experiment.Clients)
	}
	return nil
}

func evaluation(results []crew.Result, spread float64) (*experiment.Evaluation, error) {
	e := &experiment.Evaluation{
		ConsensusDistance: experiment.Float(spread),
		Models:            make([]experiment.ModelEvaluation, len(results)),
		MinAccuracy:       1,
	}
	loss, accuracy := 0.0, 0.0
	for i, result := range results {
		m := &e.Models[i]
		if err := json.Unmarshal([]byte(result.Head), m); err != nil {
			return nil, fmt.Errorf("an evaluation: %w", err)
		}
		loss += float64(m.Loss)
		accuracy += m.Accuracy
		if m.Accuracy < e.MinAccuracy {
			e.MinAccuracy = m.Accuracy
		}
		if m.Accuracy > e.MaxAccuracy {
			e.MaxAccuracy = m.Accuracy
		}
	}
	e.TestLoss = experiment.Float(loss / float64(len(results)))
	e.TestAccuracy = accuracy / float64(len(results))
	return e, nil
}

// Finish hashes the final parameters, writes the ledgers and seals the trace.
func (r *Runner) Finish() *experiment.Trace {
	for i, p := range r.protocols {
		r.trace.Runs[i].Ledger = releases(r.trace.Experiment, r.trace.Runs[i].Protocol, r.sizes)
		final := r.trace.Runs[i].Final[:0]
		for _, params := range p.Models() {
			final = append(final, federated.Hash(params))
		}
		r.trace.Runs[i].Final = final
	}
	r.trace.Seal()
	return &r.trace
}
