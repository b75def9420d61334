package lab

import (
	"errors"
	"fmt"
	"math"

	"grapevine/app/experiment"
	"grapevine/app/wire"
	"grapevine/nn"
	"grapevine/nn/federated"
	"grapevine/nn/privacy/accountant"
)

// mostLeakWork bounds the floating-point operations of the map of who learns
// what about whom, a few seconds in a worker.
const mostLeakWork = 4e9

// Leak answers the page's question who learns what about whom by gossip, from
// the exchanges that the experiment's seed draws.
func Leak(q *wire.Leak) *wire.Leaked {
	a := &wire.Leaked{ID: q.ID}
	if err := leak(q.Experiment, a); err != nil {
		return &wire.Leaked{ID: q.ID, Problem: err.Error()}
	}
	return a
}

func leak(e experiment.Experiment, a *wire.Leaked) error {
	if err := e.Check(); err != nil {
		return err
	}
	switch {
	case !e.Runs(experiment.Gossip):
		return errors.New("there is no gossip")
	case e.Trust != experiment.TrustLocal:
		return errors.New("it is known for noise that each client adds to its own update, and nothing else")
	case !e.Noisy():
		return errors.New("without noise every message tells all that is in it")
	}
	events, err := Events(e, experiment.Gossip, nil)
	if err != nil {
		return err
	}
	if a.Rounds = leakRounds(e); a.Rounds == 0 {
		return fmt.Errorf("%d clients and %d exchanges a round are too many to look at pair by pair", e.Clients, e.Exchanges)
	}
	g, err := graph(e)
	if err != nil {
		return err
	}
	shape, err := nn.NewShape(1, 1)
	if err != nil {
		return err
	}
	protocol := federated.NewGossip(shape, e.Clients, g.Edges(), e.Exchanges, true, e.Seed)
	averaging, err := accountant.NewAveraging(e.Clients, a.Rounds)
	if err != nil {
		return err
	}
	for round := 1; round <= a.Rounds; round++ {
		if err := averaging.Begin(); err != nil {
			return err
		}
		values := make([][]float32, e.Clients)
		for c := range values {
			values[c] = make([]float32, shape.Parameters())
		}
		for _, x := range protocol.Merge(round, values) {
			if err := averaging.Exchange(x.A, x.B); err != nil {
				return err
			}
		}
	}
	z, local := events[0].NoiseMultiplier, float64(a.Rounds)
	epsilon := func(mu2 float64) float64 {
		return accountant.GaussianProfile{Mu: math.Sqrt(mu2) / z}.Epsilon(e.Delta)
	}
	a.Local = epsilon(local)
	a.Share, a.Epsilon = make([][]float64, e.Clients), make([][]float64, e.Clients)
	for u := range e.Clients {
		a.Share[u], a.Epsilon[u] = make([]float64, e.Clients), make([]float64, e.Clients)
	}
	for v := range e.Clients {
		learnt, err := averaging.Learnt(v)
		if err != nil {
			return err
		}
		for u, mu2 := range learnt {
			a.Share[u][v], a.Epsilon[u][v] = min(1, mu2/local), epsilon(min(mu2, local))
		}
	}
	return nil
}

// leakRounds is how many of the experiment's rounds are looked at: for n
// clients and T rounds, n·T numbers for each of the 2E·T messages, every one
// held to those that its receiver heard before.
func leakRounds(e experiment.Experiment) int {
	n, each := float64(e.Clients), 2*float64(e.Exchanges)
	for t := e.Rounds; t > 0; t-- {
		rounds := float64(t)
		heard := each * rounds / n // by one client
		rank := math.Min(heard, n*rounds)
		work := n*heard*rank*n*rounds*4 + n*n*rounds*rounds*(rank+rounds)
		memory := each * rounds * n * rounds * 8
		if work <= mostLeakWork && memory <= 256<<20 {
			return t
		}
	}
	return 0
}
