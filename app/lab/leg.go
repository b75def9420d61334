package lab

import (
	"grapevine/app/crew"
	"grapevine/app/experiment"
	"grapevine/nn/federated"
)

// leg is a protocol's way through a round: what its clients were asked for, and
// what is in so far.
type leg struct {
	protocol federated.Protocol
	done     int // the last round that was merged

	trains  bool
	left    int      // jobs that are at work; 0: it rests
	tasks   []int    // the jobs of the plan's tasks
	models  []int    // those that evaluate the models; none where that is not wanted
	updates []int    // those whose results are free once they are merged
	reports []report // by job of the round at work, or of the last one
	params  [][]float32
	spread  float64  // the consensus distance of the models that are evaluated
	rooms   [][]byte // of updates that were merged: room for the next ones
}

// planned is a job of a plan, with what it costs.
type planned struct {
	crew.Job
	cost float64
}

// plan begins the run's next leg and lists its jobs: the clients' of its next
// round, where it trains, and the evaluation of the models of the round before,
// where that is wanted. A model from which a client trains is evaluated by that
// client's job: its parameters travel once.
func (r *Runner) plan(run int, trains bool) []planned {
	l := r.legs[run]
	l.trains = trains
	l.tasks, l.models, l.updates = l.tasks[:0], l.models[:0], l.updates[:0]
	var jobs []planned
	var models [][]float32
	at := map[*float32]int{} // the job that evaluates a model, by where it lies; -1: none yet
	if r.owes(run, l.done) {
		models = l.protocol.Models()
		for _, params := range models {
			at[&params[0]] = -1
		}
		l.spread = l.protocol.Spread()
	}
	var tasks []federated.Task
	if trains {
		tasks = l.protocol.Plan(l.done + 1)
	}
	for _, t := range tasks {
		h := head{Train: &trainJob{Round: l.done + 1, Client: t.Client, Update: t.Update}}
		cost := r.training[t.Client]
		if job, ok := at[&t.Start[0]]; ok && job < 0 {
			h.Evaluate, at[&t.Start[0]] = true, len(jobs)
			cost += r.judging
		}
		j := planned{crew.Job{Head: h.String(), Data: crew.Bytes(t.Start)}, cost}
		if t.Update {
			l.updates = append(l.updates, len(jobs))
			if last := len(l.rooms) - 1; last >= 0 {
				j.Into, l.rooms = l.rooms[last], l.rooms[:last]
			}
		} else {
			j.Into = j.Data // the start is this task's alone
		}
		l.tasks = append(l.tasks, len(jobs))
		jobs = append(jobs, j)
	}
	for _, params := range models {
		if at[&params[0]] < 0 {
			at[&params[0]] = len(jobs)
			jobs = append(jobs, planned{crew.Job{Head: head{Evaluate: true}.String(), Data: crew.Bytes(params)}, r.judging})
		}
		l.models = append(l.models, at[&params[0]])
	}
	l.left = len(jobs)
	l.reports, l.params = make([]report, len(jobs)), make([][]float32, len(jobs))
	return jobs
}

// merge lets the protocol merge what its clients did in the round that is done.
func (l *leg) merge(bytes int) experiment.Round {
	r := experiment.Round{Round: l.done, Clients: make([]experiment.ClientRound, len(l.tasks))}
	sent := make([][]float32, len(l.tasks))
	for i, job := range l.tasks {
		r.Clients[i], sent[i] = l.reports[job].client(), l.params[job]
	}
	exchanges := l.protocol.Merge(l.done, sent)
	r.Exchanges = make([]experiment.Exchange, len(exchanges))
	for i, x := range exchanges {
		r.Exchanges[i] = experiment.Exchange{A: x.A, B: x.B, Bytes: 2 * bytes}
	}
	for _, job := range l.updates {
		l.rooms = append(l.rooms, crew.Bytes(l.params[job]))
	}
	return r
}

// evaluation sums up what the models are worth.
func (l *leg) evaluation() *experiment.Evaluation {
	e := &experiment.Evaluation{ConsensusDistance: experiment.Float(l.spread), MinAccuracy: 1}
	loss, accuracy := 0.0, 0.0
	for _, job := range l.models {
		m := l.reports[job].model()
		e.Models = append(e.Models, m)
		loss += float64(m.Loss)
		accuracy += m.Accuracy
		if m.Accuracy < e.MinAccuracy {
			e.MinAccuracy = m.Accuracy
		}
		if m.Accuracy > e.MaxAccuracy {
			e.MaxAccuracy = m.Accuracy
		}
	}
	e.TestLoss = experiment.Float(loss / float64(len(l.models)))
	e.TestAccuracy = accuracy / float64(len(l.models))
	return e
}
