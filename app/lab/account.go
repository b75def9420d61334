package lab

import (
	"fmt"
	"math"
	"slices"

	"grapevine/app/experiment"
	"grapevine/app/wire"
	"grapevine/nn/privacy"
	"grapevine/nn/privacy/accountant"
)

// Account answers the page's question for totals. What it says is to be shown;
// of it only the number of rounds and the rounded noise multiplier may become
// settings, and these by a person's hand.
func Account(q *wire.Account) *wire.Accounted {
	a := &wire.Accounted{ID: q.ID}
	if err := account(q, a); err != nil {
		return &wire.Accounted{ID: q.ID, Problem: err.Error()}
	}
	return a
}

// mostPriced bounds the runs whose totals are asked for at once.
const mostPriced = 500

func account(q *wire.Account, a *wire.Accounted) error {
	e := q.Experiment
	if err := e.Check(); err != nil {
		return err
	}
	switch {
	case len(q.Sizes) != e.Clients || slices.Min(q.Sizes) < 0:
		return fmt.Errorf("%d shares: want %d, of no fewer than 0 examples", len(q.Sizes), e.Clients)
	case !e.Runs(q.Protocol) || q.Protocol == experiment.Both:
		return fmt.Errorf("protocol %.20q: want one of the experiment's", q.Protocol)
	case q.Client != wire.None && (q.Client < 0 || q.Client >= e.Clients):
		return fmt.Errorf("client %d: want 0 to %d", q.Client, e.Clients-1)
	case len(q.Runs) > mostPriced:
		return fmt.Errorf("%d runs: want at most %d", len(q.Runs), mostPriced)
	}
	events, err := seen(q, e)
	if err != nil {
		return err
	}
	a.Noisy, a.Assumes = e.Noisy(), trusts[e.Trust].Assumes()
	if a.Noisy {
		if err := climb(q, events, a); err != nil {
			return err
		}
	}
	a.Classic = classic(e)
	if q.Target > 0 {
		if a.Found, a.FoundTotal, err = calibrate(e, q.Sizes, q.Target); err != nil {
			a.FoundWhy = err.Error()
		}
	}
	if q.Budget > 0 {
		if a.Rounds, err = roundsWithin(e, q.Sizes, q.Budget); err != nil {
			a.RoundsWhy = err.Error()
		}
	}
	for _, run := range q.Runs {
		totals, err := price(run, q)
		if err != nil {
			return err
		}
		a.Totals = append(a.Totals, totals)
	}
	return nil
}

// price is a finished run's total by each of its protocols. Example-level
// totals hang on the shares, which are those of the question's experiment.
func price(run experiment.Experiment, q *wire.Account) (list []experiment.Float, err error) {
	if err := run.Check(); err != nil {
		return nil, err
	}
	if run.Trust == experiment.TrustExample && !sameShares(run, q.Experiment) {
		return []experiment.Float{experiment.Float(math.NaN()), experiment.Float(math.NaN())}[:len(run.Protocols())], nil
	}
	totals, err := Totals(run, q.Sizes)
	for _, t := range totals {
		list = append(list, experiment.Float(t.Epsilon))
	}
	return list, err
}

// sameShares reports whether the experiments share out the same data alike.
func sameShares(a, b experiment.Experiment) bool {
	return a.Data == b.Data && a.Train == b.Train && a.Partition == b.Partition && a.Clients == b.Clients &&
		a.Shards == b.Shards && a.Alpha == b.Alpha && a.Seed == b.Seed
}

// climb fills in the ladder and its growth.
func climb(q *wire.Account, events []privacy.Event, a *wire.Accounted) error {
	e := q.Experiment
	all, err := Events(e, q.Protocol, q.Sizes)
	if err != nil {
		return err
	}
	of := all[0] // the words are there even for a client that no round asked
	if len(events) > 0 {
		of = events[0]
	}
	a.Unit, a.Adjacency, a.Observer, a.Multiplier = of.Unit.String(), of.Adjacency.String(), of.Observer.String(), of.NoiseMultiplier
	for _, v := range events {
		share := 1.0
		if v.Sampling.Kind == privacy.Visible {
			share = v.Sampling.Rate()
		}
		a.Times += share * float64(v.Rounds)
	}
	for _, r := range rungs(events) {
		rung := wire.Rung{Key: r.key, Name: r.accountant.Name()}
		for i := range 2 {
			list := slices.Clone(r.events)
			for j := range list {
				if i == 1 {
					list[j].Adjacency = privacy.ReplaceOne
				}
			}
			rung.Epsilon[i], rung.Estimate[i] = reading(r.accountant, list, e.Delta)
		}
		a.Ladder = append(a.Ladder, rung)
	}
	for _, t := range stops(e.Rounds, accountant.Best(events) == accountant.Accountant(accountant.PLD{})) {
		short := e
		short.Rounds = t
		events, err := seen(q, short)
		if err != nil {
			return err
		}
		g := wire.Growth{Round: t}
		for _, r := range rungs(events) {
			if _, slow := r.accountant.(accountant.PLD); slow && t < e.Rounds {
				r.accountant = accountant.PLD{Bins: growthBins} // a bound all the same
			}
			epsilon, _ := reading(r.accountant, r.events, e.Delta)
			g.Epsilon = append(g.Epsilon, epsilon)
		}
		a.Growth = append(a.Growth, g)
	}
	return nil
}

// growthBins make a curve in a fraction of the time, too high by less than can
// be drawn.
const growthBins = 1 << 14

// reading is the accountant's ε, NaN where it knows no theorem.
func reading(a accountant.Accountant, events []privacy.Event, delta float64) (experiment.Float, bool) {
	p, err := a.Compose(events)
	if err != nil {
		return experiment.Float(math.NaN()), false
	}
	return experiment.Float(p.Epsilon(delta)), p.Claim() == accountant.Estimate
}

type rung struct {
	key        string
	accountant accountant.Accountant
	events     []privacy.Event
}

// rungs are the ladder of the events: one message, then all by every rule.
func rungs(events []privacy.Event) []rung {
	best := accountant.Best(events)
	one := []privacy.Event{}
	if len(events) > 0 {
		v := events[0]
		v.Rounds = 1
		if v.Sampling.Kind == privacy.Visible { // a message that was sent
			v.Sampling = privacy.Sampling{Kind: privacy.EveryRound}
		}
		one = append(one, v)
	}
	list := []rung{{"message", accountant.Best(one), one}}
	for i, a := range []accountant.Accountant{accountant.Basic{}, accountant.Advanced{}, accountant.ZCDP{}, accountant.RDP{}, best} {
		list = append(list, rung{wire.Rungs[i+1], a, events})
	}
	return list
}

// stops are the rounds at which growth is told, the last among them; fewer
// where each takes long.
func stops(rounds int, slow bool) (list []int) {
	most := 40
	if slow {
		most = 8
	}
	for i := 1; i <= most; i++ {
		t := (rounds*i + most - 1) / most
		if len(list) == 0 || t > list[len(list)-1] {
			list = append(list, t)
		}
	}
	return list
}

// seen is what the question's observer sees of its client: [Events], but for
// the client's own part in the draws and its own number of examples, where
// these matter.
func seen(q *wire.Account, e experiment.Experiment) ([]privacy.Event, error) {
	all, err := Events(e, q.Protocol, q.Sizes)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	served := q.Protocol == experiment.FedAvg
	switch {
	case e.Trust == experiment.TrustLocal && served && (q.Sums || q.Client != wire.None):
		return asked(e, all[0], q.Client, q.Sums), nil
	case q.Sums:
		return nil, fmt.Errorf("whoever sees sums alone: want FedAvg with local trust")
	case e.Trust == experiment.TrustExample && q.Client != wire.None:
		rounds := e.Rounds
		if a := asks(e, Secret{}); served && !a.Poisson {
			if rounds = len(roundsOf(e, q.Client)); rounds == 0 {
				return nil, nil
			}
		}
		all, err := Events(e, q.Protocol, []int{q.Sizes[q.Client]})
		if err == nil {
			all[0].Rounds = rounds * e.LocalSteps
		}
		return all, err
	}
	return all, nil
}

// roundsOf lists how many clients the server asks in each round that it asks
// this one.
func roundsOf(e experiment.Experiment, client int) (sizes []int) {
	a := asks(e, Secret{})
	for round := 1; round <= e.Rounds; round++ {
		if list := a.Round(round); slices.Contains(list, client) {
			sizes = append(sizes, len(list))
		}
	}
	return sizes
}

// asked is what a client pays in the rounds that it was asked in, the draws
// known; of None the worst client. A sum of m messages holds m clients' noise.
func asked(e experiment.Experiment, each privacy.Event, client int, sums bool) []privacy.Event {
	each.Sampling = privacy.Sampling{Kind: privacy.EveryRound}
	z := each.NoiseMultiplier
	if sums {
		each.Observer = privacy.Aggregate
	}
	of := func(client int) (events []privacy.Event, spent float64) {
		count := map[int]int{}
		for _, m := range roundsOf(e, client) {
			if !sums {
				m = 1
			}
			count[m]++
		}
		for m := 1; m <= e.Clients; m++ {
			if count[m] > 0 {
				v := each
				v.Rounds, v.NoiseMultiplier = count[m], z*math.Sqrt(float64(m))
				events = append(events, v)
				spent += float64(count[m]) / float64(m)
			}
		}
		return events, spent
	}
	if client != wire.None {
		events, _ := of(client)
		return events
	}
	var worst []privacy.Event
	most := 0.0
	for c := range e.Clients {
		if events, spent := of(c); spent > most {
			worst, most = events, spent
		}
	}
	return worst
}

// classic is what the tutorial's formula is worth, nil where another sets the
// noise.
func classic(e experiment.Experiment) *wire.Classic {
	if e.Trust != experiment.TrustLocal || e.NoiseBy != experiment.NoiseEpsilon || !e.Epsilon.Finite() {
		return nil
	}
	epsilon := float64(e.Epsilon)
	c := accountant.CheckClassic(epsilon, e.Delta)
	return &wire.Classic{
		Proved: c.Proved, Holds: c.Holds, Delta: c.Delta, Limit: accountant.ClassicLimit(e.Delta),
		Multiplier: c.NoiseMultiplier, Analytic: accountant.RoundUp(1 / accountant.GaussianMu(epsilon, e.Delta)),
	}
}
