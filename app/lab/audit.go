package lab

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"grapevine/app/experiment"
	"grapevine/app/wire"
	"grapevine/nn"
	"grapevine/nn/federated"
	"grapevine/nn/kernel"
	"grapevine/nn/privacy/accountant"
	"grapevine/nn/privacy/audit"
	"grapevine/nn/topology"
)

// auditDimension is the number of coordinates of the update: noise on each
// counts, and a few hundred show as much as all.
const auditDimension = 256

// significance is the probability that the attack shows too much.
const significance = 0.05

// NewAudit attacks the code that clips and adds noise in the experiment's trust
// model, one release at a time: it hands in one client's update, four times as
// long as the clip allows, or nothing, and guesses which from what comes out,
// so often of either kind. progress, where it is not nil, is told of trials done. Example-level
// training clips gradients where no update can be handed in: it is refused.
func NewAudit(e experiment.Experiment, protocol string, trials int, progress func(done, total int)) (wire.UnitAudit, error) {
	if e = e.Alone(protocol); !e.Noisy() {
		return wire.UnitAudit{}, errors.New("no noise is added: there is no promise to audit")
	}
	if e.Trust == experiment.TrustCorrelated && e.Colluders > 0 {
		return wire.UnitAudit{}, fmt.Errorf("colluders %d: the attack sees all messages and knows nobody's noise: want 0", e.Colluders)
	}
	if e.Trust == experiment.TrustExample {
		return wire.UnitAudit{}, fmt.Errorf("trust %s: the audit hands in updates, and this one hides examples; its tests hold clip and noise to the loop they stand for", e.Trust)
	}
	g, err := graph(e)
	if err != nil {
		return wire.UnitAudit{}, err
	}
	events, err := Events(e, protocol, make([]int, e.Clients))
	if err != nil {
		return wire.UnitAudit{}, err
	}
	z := events[0].NoiseMultiplier
	mechanism, err := released(e, g)
	if err != nil {
		return wire.UnitAudit{}, err
	}
	seen := -1
	unit := audit.Unit{Dimension: auditDimension, Clip: float64(float32(e.Clip)), Trials: trials, Significance: significance}
	finding, err := unit.Run(func(update []float32, round, trial int) {
		if trial/2 != seen && progress != nil {
			progress(trial/2, trials)
		}
		seen = trial / 2
		mechanism(update, round, trial)
	})
	if err != nil {
		return wire.UnitAudit{}, err
	}
	a := wire.UnitAudit{Protocol: protocol, Trials: trials, Rounds: mostAsked(e, protocol)}
	epsilon := func(mu float64) experiment.Float { // of all rounds, by one's μ
		return experiment.Float(accountant.GaussianProfile{Mu: mu * math.Sqrt(float64(a.Rounds))}.Epsilon(e.Delta))
	}
	wrong := float64(trials) * 0.5 * math.Erfc(1/(2*z)/math.Sqrt2) // N·Φ(−1/(2z))
	a.Hoped = epsilon(audit.MuLower(wrong, wrong, float64(trials), significance))
	a.Bounds = wire.Bounds{Delta: e.Delta, Claimed: epsilon(1 / z), Shown: experiment.Float(finding.EpsilonLower(a.Rounds, e.Delta))}
	return a, nil
}

// released is the run's own code as the observer of the trust model sees it: an
// update goes in, and what shows of it comes out, on the scale of the update.
// Trials take streams of their own, by the seed.
func released(e experiment.Experiment, g *topology.Graph) (audit.Mechanism, error) {
	common := work(e, g, Secret{})
	at := func(trial int) federated.Work {
		w := common
		w.Seed += uint64(trial)
		return w
	}
	switch e.Trust {
	case experiment.TrustCentral:
		shape, err := nn.NewShape(auditDimension-1, 1) // with its bias, as many parameters
		if err != nil {
			return nil, err
		}
		return func(update []float32, round, trial int) {
			at(trial).Sanitise(update, round, 0)
			// Client 0 sends it, and is the only one to be asked.
			asks := federated.Asks{Clients: 1, Participants: 1, Seed: e.Seed + uint64(trial)}
			server := federated.NewFedAvg(shape, asks, serverSigma(e))
			before := server.Models()[0]
			server.Plan(round)
			server.Merge(round, [][]float32{update})
			kernel.Sub(update, server.Models()[0], before)
		}, nil
	case experiment.TrustAggregation:
		return func(update []float32, round, trial int) {
			// The sum of the honest clients, of which one has something to say.
			w := at(trial)
			w.Sanitise(update, round, 0)
			other := make([]float32, len(update))
			for c := 1; c < e.Participants-e.Colluders; c++ {
				clear(other)
				w.Sanitise(other, round, c)
				kernel.Add(update, other)
			}
		}, nil
	case experiment.TrustCorrelated:
		client, weights, err := bestView(e, g)
		if err != nil {
			return nil, err
		}
		return func(update []float32, round, trial int) {
			// All messages, weighted so that least noise is left on the client's.
			w := at(trial)
			w.Sanitise(update, round, client)
			kernel.Scale(update, weights[client])
			other := make([]float32, len(update))
			for c, weight := range weights {
				if c != client {
					clear(other)
					w.Sanitise(other, round, c)
					kernel.AddScaled(update, other, weight)
				}
			}
		}, nil
	}
	return func(update []float32, round, trial int) { at(trial).Sanitise(update, round, 0) }, nil
}

// bestView finds the client whose update shows most in all messages together,
// under correlated noise, and the weights of the messages that show it best:
// Σ⁻¹e_u / (Σ⁻¹)_uu, Σ the noise's covariance z²·I + z_c²·L.
func bestView(e experiment.Experiment, g *topology.Graph) (client int, weights []float32, err error) {
	own, pair := e.NoiseMultiplier*e.NoiseMultiplier, e.PairMultiplier*e.PairMultiplier
	covariance := mat.NewSymDense(e.Clients, nil)
	for c := range e.Clients {
		covariance.SetSym(c, c, own+pair*float64(g.Degree(c)))
	}
	for _, x := range g.Edges() {
		covariance.SetSym(x[0], x[1], -pair)
	}
	var factor mat.Cholesky
	var inverse mat.SymDense
	if !factor.Factorize(covariance) {
		return 0, nil, fmt.Errorf("noise multipliers %v and %v: want the first not so far below the second", e.NoiseMultiplier, e.PairMultiplier)
	}
	if err := factor.InverseTo(&inverse); err != nil {
		return 0, nil, err
	}
	for c := range e.Clients {
		if inverse.At(c, c) > inverse.At(client, client) {
			client = c
		}
	}
	for c := range e.Clients {
		weights = append(weights, float32(inverse.At(c, client)/inverse.At(client, client)))
	}
	return client, weights, nil
}
