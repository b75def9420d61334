package lab

import (
	"context"
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
	training  []float64            // what each client's round costs
	judging   float64              // what a model's evaluation costs
	round     int
	rooms     [][]byte // of updates that were merged: room for the next ones
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
	sum, err := set.Checksum()
	if err != nil {
		return nil, err
	}
	r := &Runner{crew: c, sizes: Sizes(parts), trace: experiment.Trace{
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
		r.protocols = append(r.protocols, protocol(e, name, s, g, secret))
	}
	for i := range r.trace.Runs {
		r.trace.Runs[i].Append(experiment.Round{}, e.Clients)
	}
	return r, r.Settle(ctx)
}

// Trace is the run so far, without digests. It belongs to the runner.
func (r *Runner) Trace() *experiment.Trace { return &r.trace }

// Round is the last round that is done, its evaluation aside.
func (r *Runner) Round() int { return r.round }

// Done reports whether the last round is done.
func (r *Runner) Done() bool { return r.round == r.trace.Experiment.Rounds }

// Settled is the last round that is done with its evaluation, where it has one.
func (r *Runner) Settled() int {
	if r.owes() {
		return r.round - 1
	}
	return r.round
}

// owes reports whether the last round still wants its evaluation.
func (r *Runner) owes() bool {
	return r.trace.Experiment.Evaluates(r.round) && r.trace.Runs[0].Rounds[r.round].Evaluation == nil
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
// train, each run merges. What the last round's models are worth is found out
// on the way, where it is wanted, so that a round is one going-out of jobs;
// the last round of all is settled at once. progress, where it is not nil, is
// told of jobs done and planned.
func (r *Runner) Next(ctx context.Context, progress func(done, total int)) error {
	round := r.round + 1
	spreads := r.spreads()
	jobs, shares := r.plan(round)
	var done func(int)
	if progress != nil {
		done = func(n int) { progress(n, len(jobs)) }
	}
	reports, params, err := r.carryOut(ctx, jobs, done)
	if err != nil {
		return err
	}
	r.judge(shares, reports, spreads)
	r.rooms = r.rooms[:0]
	for i, p := range r.protocols {
		next := merge(p, round, shares[i].tasks, reports, params, r.trace.Experiment.MessageBytes())
		for _, job := range shares[i].updates {
			r.rooms = append(r.rooms, crew.Bytes(params[job]))
		}
		r.trace.Runs[i].Append(next, r.trace.Experiment.Clients)
	}
	r.round = round
	if r.Done() {
		return r.Settle(ctx)
	}
	return nil
}

// Settle evaluates the last round's models, where that is wanted and was not
// done: a run that rests has everything of its rounds.
func (r *Runner) Settle(ctx context.Context) error {
	if !r.owes() {
		return nil
	}
	var jobs []planned
	shares := make([]share, len(r.protocols))
	for i, p := range r.protocols {
		at := map[*float32]int{} // each model's job, by where it lies
		for _, params := range p.Models() {
			job, ok := at[&params[0]]
			if !ok {
				job = len(jobs)
				at[&params[0]] = job
				jobs = append(jobs, r.evaluating(params))
			}
			shares[i].models = append(shares[i].models, job)
		}
	}
	reports, _, err := r.carryOut(ctx, jobs, nil)
	if err != nil {
		return err
	}
	r.judge(shares, reports, r.spreads())
	return nil
}

// planned is a job of a round's plan, with what it costs.
type planned struct {
	crew.Job
	cost float64
}

// share says which of a round's jobs are a protocol's.
type share struct {
	tasks   []int // by task of the plan
	models  []int // by model; none where no evaluation is wanted
	updates []int // of tasks whose results are free once they are merged
}

// plan lists the round's jobs. A model that is to be evaluated and from which a
// client trains is evaluated by that client's job: its parameters travel once.
func (r *Runner) plan(round int) ([]planned, []share) {
	var jobs []planned
	shares := make([]share, len(r.protocols))
	for i, p := range r.protocols {
		s := &shares[i]
		var models [][]float32
		at := map[*float32]int{} // the job that evaluates a model, by where it lies; -1: none yet
		if r.owes() {
			models = p.Models()
			for _, params := range models {
				at[&params[0]] = -1
			}
		}
		for _, t := range p.Plan(round) {
			h := head{Train: &trainJob{Round: round, Client: t.Client, Update: t.Update}}
			cost := r.training[t.Client]
			if job, ok := at[&t.Start[0]]; ok && job < 0 {
				h.Evaluate, at[&t.Start[0]] = true, len(jobs)
				cost += r.judging
			}
			j := planned{crew.Job{Head: h.String(), Data: crew.Bytes(t.Start)}, cost}
			if t.Update {
				s.updates = append(s.updates, len(jobs))
				if last := len(r.rooms) - 1; last >= 0 {
					j.Into, r.rooms = r.rooms[last], r.rooms[:last]
				}
			} else {
				j.Into = j.Data // the start is this task's alone
			}
			s.tasks = append(s.tasks, len(jobs))
			jobs = append(jobs, j)
		}
		for _, params := range models {
			if at[&params[0]] < 0 {
				at[&params[0]] = len(jobs)
				jobs = append(jobs, r.evaluating(params))
			}
			s.models = append(s.models, at[&params[0]])
		}
	}
	return jobs, shares
}

// evaluating is the job that evaluates a model.
func (r *Runner) evaluating(params []float32) planned {
	return planned{crew.Job{Head: head{Evaluate: true}.String(), Data: crew.Bytes(params)}, r.judging}
}

// carryOut lets the crew do the jobs, the costliest first, and reads what they
// brought, in the jobs' order.
func (r *Runner) carryOut(ctx context.Context, jobs []planned, done func(int)) ([]report, [][]float32, error) {
	costs := make([]float64, len(jobs))
	for i, job := range jobs {
		costs[i] = job.cost
	}
	order := experiment.FallingCost(costs)
	handed := make([]crew.Job, len(jobs))
	for i, job := range order {
		handed[i] = jobs[job].Job
	}
	results, err := r.crew.Do(ctx, handed, done)
	if err != nil {
		return nil, nil, err
	}
	reports, params := make([]report, len(results)), make([][]float32, len(results))
	for i, result := range results {
		job := order[i]
		if reports[job], err = readReport(result.Head); err != nil {
			return nil, nil, err
		}
		params[job] = crew.Floats(result.Data)
	}
	return reports, params, nil
}

// merge lets the protocol merge what its clients did.
func merge(p federated.Protocol, round int, tasks []int, reports []report, params [][]float32, bytes int) experiment.Round {
	r := experiment.Round{Round: round, Clients: make([]experiment.ClientRound, len(tasks))}
	sent := make([][]float32, len(tasks))
	for i, job := range tasks {
		r.Clients[i], sent[i] = reports[job].client(), params[job]
	}
	exchanges := p.Merge(round, sent)
	r.Exchanges = make([]experiment.Exchange, len(exchanges))
	for i, x := range exchanges {
		r.Exchanges[i] = experiment.Exchange{A: x.A, B: x.B, Bytes: 2 * bytes}
	}
	return r
}

// spreads lists each run's consensus distance, where the last round wants it.
func (r *Runner) spreads() []float64 {
	list := make([]float64, len(r.protocols))
	if r.owes() {
		for i, p := range r.protocols {
			list[i] = p.Spread()
		}
	}
	return list
}

// judge gives the last round its evaluation, where the jobs brought one.
func (r *Runner) judge(shares []share, reports []report, spreads []float64) {
	for i, s := range shares {
		if len(s.models) > 0 {
			models := make([]experiment.ModelEvaluation, len(s.models))
			for m, job := range s.models {
				models[m] = reports[job].model()
			}
			r.trace.Runs[i].Judge(evaluation(models, spreads[i]), r.trace.Experiment.Clients)
		}
	}
}

func evaluation(models []experiment.ModelEvaluation, spread float64) *experiment.Evaluation {
	e := &experiment.Evaluation{ConsensusDistance: experiment.Float(spread), Models: models, MinAccuracy: 1}
	loss, accuracy := 0.0, 0.0
	for _, m := range models {
		loss += float64(m.Loss)
		accuracy += m.Accuracy
		if m.Accuracy < e.MinAccuracy {
			e.MinAccuracy = m.Accuracy
		}
		if m.Accuracy > e.MaxAccuracy {
			e.MaxAccuracy = m.Accuracy
		}
	}
	e.TestLoss = experiment.Float(loss / float64(len(models)))
	e.TestAccuracy = accuracy / float64(len(models))
	return e
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
