package lab

import (
	"context"
	"fmt"
	"math"

	"grapevine/app/crew"
	"grapevine/app/experiment"
	"grapevine/app/wire"
	"grapevine/nn"
	"grapevine/nn/data"
	"grapevine/nn/privacy"
	"grapevine/nn/privacy/accountant"
	"grapevine/nn/privacy/audit"
)

// mostMembers bounds the examples of either kind that are told apart for one
// client, mostRates the points of its curve.
const (
	mostMembers = 500
	mostRates   = 60
)

// There are so many training examples. Those that no client holds, up to
// mostSpare of them, are the others: they were written by the same hands, which
// the test examples were not, and a model may tell hands apart that never
// trained. Test examples have to do where all are held.
const (
	allExamples = 60_000
	mostSpare   = 4_000
)

// NewMemberships carries the run out and tells each client's training examples
// from others with the same labels by the loss that the final models give them:
// what was trained on has less (Yeom et al. 2018, arXiv 1709.01604).
// The model is the client's own with gossip, the server's with FedAvg. progress,
// where it is not nil, is told of the run's rounds.
//
// What shows is 95 % sure for all clients of a protocol together. The bounds hold
// for one example, as though a coin had decided whether it is
// in: see [exampleEpsilon].
func NewMemberships(ctx context.Context, e experiment.Experiment, load Loader, c crew.Crew, progress func(done, total int)) ([]wire.Membership, error) {
	set, err := load(ctx, e.Data, e.Train, e.Test, func(int, int) {})
	if err != nil {
		return nil, err
	}
	r, err := NewRunner(ctx, e, set, c, Secret{})
	if err != nil {
		return nil, err
	}
	var report func(round, done, total int)
	if progress != nil {
		report = func(int, int, int) { progress(r.Round(), e.Rounds) }
	}
	if err := r.Advance(ctx, e.Rounds, nil, report); err != nil {
		return nil, err
	}
	parts, err := partition(e, set.Train.Labels)
	if err != nil {
		return nil, err
	}
	s, err := shape(e)
	if err != nil {
		return nil, err
	}
	network := nn.NewNetwork(s, 1)
	left, first := set.Test, 0
	if spare := min(mostSpare, allExamples-e.Train); spare > 0 {
		larger, err := load(ctx, e.Data, e.Train+spare, e.Test, func(int, int) {})
		if err != nil {
			return nil, err
		}
		left, first = larger.Train, e.Train
	}
	byLabel := make([][]int, data.Classes)
	for i := first; i < left.Count; i++ {
		byLabel[left.Labels[i]] = append(byLabel[left.Labels[i]], i)
	}
	var list []wire.Membership
	for i, protocol := range e.Protocols() {
		m := wire.Membership{Protocol: protocol, Bounds: wire.Bounds{Delta: e.Delta}}
		if m.Claimed, err = exampleEpsilon(e, protocol, r.sizes); err != nil {
			return nil, fmt.Errorf("%s: %w", protocol, err)
		}
		models := r.legs[i].protocol.Models()
		for client, part := range parts {
			members, others := matched(part, set.Train.Labels, byLabel)
			params := models[min(client, len(models)-1)]
			roc, err := tellApart(audit.Scores{
				In: scores(network, params, &set.Train, members), Out: scores(network, params, &left, others),
			}, e.Delta, significance/float64(len(parts)))
			if err != nil {
				return nil, fmt.Errorf("client %d: %w", client, err)
			}
			m.Clients = append(m.Clients, roc)
			m.Shown = max(m.Shown, roc.Shown)
		}
		list = append(list, m)
	}
	return list, nil
}

// exampleEpsilon is the protocol's guarantee for one example of a client. Where
// whole clients are protected, an example more or less turns the client's
// update into another, up to 2C away: the guarantee is that of replace-one, and
// that a draw is hidden is not made use of.
func exampleEpsilon(e experiment.Experiment, protocol string, sizes []int) (experiment.Float, error) {
	events, err := Events(e, protocol, sizes)
	if err != nil || len(events) == 0 {
		return experiment.Inf, err
	}
	for i, v := range events {
		if v.Unit == privacy.Example {
			continue
		}
		events[i].Adjacency = privacy.ReplaceOne
		if v.Sampling.Kind == privacy.Poisson {
			events[i].Sampling.Kind = privacy.Visible
		}
	}
	total, err := accountant.NewTotal(accountant.Best(events), events, e.Delta)
	return experiment.Float(total.Epsilon), err
}

// matched picks examples of a client's share, and as many of those left out
// with each label, spread over what there is.
func matched(part []int, labels []byte, byLabel [][]int) (members, others []int) {
	mine := make([][]int, data.Classes)
	for _, i := range part {
		mine[labels[i]] = append(mine[labels[i]], i)
	}
	count, total := make([]int, data.Classes), 0
	for label := range mine {
		count[label] = min(len(mine[label]), len(byLabel[label]))
		total += count[label]
	}
	for label, n := range count {
		if total > mostMembers { // each label's share
			n = n * mostMembers / total
		}
		for k := range n {
			members = append(members, mine[label][k*len(mine[label])/n])
			others = append(others, byLabel[label][k*len(byLabel[label])/n])
		}
	}
	return members, others
}

// scores are the examples' losses, negated; a model that diverged says nothing.
func scores(n *nn.Network, params []float32, set *data.Set, index []int) []float64 {
	list := make([]float64, len(index))
	for k, i := range index {
		one := data.Set{Count: 1, Inputs: set.Inputs, Levels: set.Levels, Pixels: set.Pixels[i*set.Inputs : (i+1)*set.Inputs], Labels: set.Labels[i : i+1]}
		if list[k] = -n.Evaluate(params, &one).Loss; math.IsNaN(list[k]) {
			list[k] = math.Inf(-1)
		}
	}
	return list
}

// tellApart draws the curve of the scores, thinned out, and bounds ε by it. A
// client none of whose examples has a counterpart gives the curve of guessing.
func tellApart(s audit.Scores, delta, significance float64) (wire.ROC, error) {
	if len(s.In) == 0 {
		return wire.ROC{FPR: []float64{0, 1}, TPR: []float64{0, 1}, Area: 0.5}, nil
	}
	curve, err := s.ROC()
	if err != nil {
		return wire.ROC{}, err
	}
	shown, err := s.OneRun(delta, significance)
	if err != nil {
		return wire.ROC{}, err
	}
	roc := wire.ROC{Count: len(s.In), Area: audit.Area(curve), Shown: experiment.Float(shown)}
	points := min(len(curve), mostRates)
	for k := range points {
		at := curve[k*(len(curve)-1)/(points-1)]
		roc.FPR, roc.TPR = append(roc.FPR, at.FPR), append(roc.TPR, at.TPR)
	}
	return roc, nil
}
