package lab

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"grapevine/app/experiment"
	"grapevine/app/wire"
	"grapevine/nn"
	"grapevine/nn/federated"
	"grapevine/nn/kernel"
	"grapevine/nn/privacy/accountant"
	"grapevine/nn/privacy/audit"
	"grapevine/nn/random"
)

// canary is a client made up to be found out. In every round in which it is
// asked it hands in one and the same direction, four times as long as the clip
// allows, or, where a coin left it out, nothing.
type canary struct {
	in    bool
	signs []uint64 // of the direction's coordinates, ±1/√d
	score float64  // what showed in the direction, less what would on the threshold
	heard int      // rounds in which it could show
}

const canaryStretch = 4

func newCanary(seed uint64, client, dimension int) *canary {
	s := random.New(random.Address{Seed: seed, Purpose: random.PurposeCanary, Client: client})
	c := &canary{in: s.Uint64()&1 == 1, signs: make([]uint64, (dimension+63)/64)}
	for i := range c.signs {
		c.signs[i] = s.Uint64()
	}
	return c
}

func (c *canary) sign(i int) float64 { return 1 - 2*float64(c.signs[i/64]>>(i%64)&1) }

// update is what it hands in.
func (c *canary) update(dimension int, clip float64) []float32 {
	update := make([]float32, dimension)
	if c.in {
		size := canaryStretch * clip / math.Sqrt(float64(dimension))
		for i := range update {
			update[i] = float32(size * c.sign(i))
		}
	}
	return update
}

// listen adds what shows of it in one release.
func (c *canary) listen(release []float32, threshold float64) {
	dot := 0.0
	for i, x := range release {
		dot += c.sign(i) * float64(x)
	}
	c.score += dot/math.Sqrt(float64(len(release))) - threshold
	c.heard++
}

// sureness is how far the score is from the threshold, in the noise's measure.
// A model that diverged hides everything.
func (c *canary) sureness() float64 {
	if c.heard == 0 || math.IsNaN(c.score) {
		return 0
	}
	return math.Abs(c.score) / math.Sqrt(float64(c.heard))
}

// NewCanaries carries out a run of its own, by FedAvg, in which so many canaries
// are clients beside the experiment's, asked as often as they are; half, by
// coins, are in. Afterwards it guesses who was, from what the observer of the
// trust model saw: each message by itself, or each round's sum (Steinke, Nasr
// and Jagielski 2023, arXiv 2305.08846). How many guesses are made is settled
// beforehand, by what shows most where the noise is as promised.
func NewCanaries(ctx context.Context, e experiment.Experiment, load Loader, count int, progress func(done, total int)) (wire.CanaryAudit, error) {
	none := wire.CanaryAudit{}
	switch e = e.Alone(experiment.FedAvg); {
	case !e.Noisy():
		return none, errors.New("no noise is added: there is no promise to audit")
	case e.Trust == experiment.TrustExample || e.Trust == experiment.TrustCorrelated:
		return none, fmt.Errorf("trust %s: canaries are clients of a server; want local, central or secure-aggregation", e.Trust)
	}
	set, err := load(ctx, e.Data, e.Train, e.Test, func(int, int) {})
	if err != nil {
		return none, err
	}
	parts, err := partition(e, set.Train.Labels)
	if err != nil {
		return none, err
	}
	s, err := shape(e)
	if err != nil {
		return none, err
	}
	grown := e
	grown.Clients += count
	grown.Participants = max(1, e.Participants*grown.Clients/e.Clients)
	events, err := Events(grown, experiment.FedAvg, nil)
	if err != nil {
		return none, err
	}
	total, err := accountant.NewTotal(accountant.Best(events), events, e.Delta)
	if err != nil {
		return none, err
	}
	a := wire.CanaryAudit{Canaries: count, Rounds: e.Rounds, Bounds: wire.Bounds{Delta: e.Delta, Claimed: experiment.Float(total.Epsilon)}}
	share := float64(grown.Participants) / float64(grown.Clients)
	mu := math.Sqrt(share*float64(e.Rounds)) / events[0].NoiseMultiplier
	asked := asks(grown, Secret{})
	if asked.Poisson { // who is asked is hidden, and silence is heard too
		mu *= math.Sqrt(share)
	}
	var hoped float64
	a.Guesses, hoped = surest(count, mu, e.Delta)
	a.Hoped, a.Ceiling = experiment.Float(hoped), experiment.Float(audit.OneRun(count, a.Guesses, a.Guesses, e.Delta, significance))

	canaries := make([]*canary, count)
	for i := range canaries {
		canaries[i] = newCanary(e.Seed, e.Clients+i, s.Parameters())
	}
	network := nn.NewNetwork(s, max(e.BatchSize, judgeBatch))
	server := federated.NewFedAvg(s, asked, serverSigma(grown))
	w := work(grown, nil, Secret{})
	for round := 1; round <= e.Rounds; round++ {
		before := server.Models()[0]
		tasks := server.Plan(round)
		updates := make([][]float32, len(tasks))
		var heard []*canary
		for i, t := range tasks {
			if err := ctx.Err(); err != nil {
				return none, err
			}
			if t.Client < e.Clients {
				updates[i], _ = w.Do(network, &set.Train, parts[t.Client], round, t)
			} else {
				c := canaries[t.Client-e.Clients]
				updates[i] = c.update(s.Parameters(), e.Clip)
				w.Sanitise(updates[i], round, t.Client)
				heard = append(heard, c)
				if e.Trust == experiment.TrustLocal {
					c.listen(updates[i], e.Clip/2)
				}
			}
			if progress != nil {
				progress((round-1)*grown.Clients+(i+1)*grown.Clients/len(tasks), e.Rounds*grown.Clients)
			}
		}
		server.Merge(round, updates)
		if e.Trust == experiment.TrustLocal {
			continue
		}
		sum := make([]float32, s.Parameters())
		kernel.Sub(sum, server.Models()[0], before)
		kernel.Scale(sum, float32(grown.Participants))
		threshold := e.Clip / 2
		if asked.Poisson {
			heard, threshold = canaries, threshold*share
		}
		for _, c := range heard {
			c.listen(sum, threshold)
		}
	}
	slices.SortStableFunc(canaries, func(x, y *canary) int {
		switch a, b := x.sureness(), y.sureness(); {
		case a > b:
			return -1
		case a < b:
			return 1
		}
		return 0
	})
	for _, c := range canaries[:a.Guesses] {
		if c.in == (c.score > 0) {
			a.Correct++
		}
	}
	a.Shown = experiment.Float(audit.OneRun(count, a.Guesses, a.Correct, e.Delta, significance))
	score := network.Evaluate(server.Models()[0], &set.Test)
	a.Accuracy = float64(score.Correct) / float64(score.Count)
	return a, nil
}

// surest is how many of so many canaries to guess, the surest ones, so that
// most shows where their scores are N(±μ/2, 1), and what then shows: as many
// are correct as are on average.
func surest(count int, mu, delta float64) (guesses int, epsilon float64) {
	guesses = count
	for _, part := range [...]int{1, 2, 4, 8, 16, 32} {
		r := count / part
		if r == 0 {
			break
		}
		// |score| is above x with the probability tail(x); it falls.
		tail := func(x float64) float64 { return normal(mu/2-x) + normal(-mu/2-x) }
		lo, hi := 0.0, mu/2+10
		for range 60 {
			if mid := (lo + hi) / 2; tail(mid) > 1/float64(part) {
				lo = mid
			} else {
				hi = mid
			}
		}
		correct := int(float64(r) * math.Min(1, normal(mu/2-lo)/tail(lo)))
		if shown := audit.OneRun(count, r, correct, delta, significance); shown > epsilon {
			guesses, epsilon = r, shown
		}
	}
	return guesses, epsilon
}

// normal is the standard normal distribution function.
func normal(x float64) float64 { return 0.5 * math.Erfc(-x/math.Sqrt2) }
