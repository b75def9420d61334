package lab

import (
	"fmt"
	"slices"

	"grapevine/app/experiment"
	"grapevine/nn/data"
	"grapevine/nn/privacy"
	"grapevine/nn/privacy/accountant"
)

// Sizes lists the numbers of examples of the clients' shares.
func Sizes(parts [][]int) []int {
	sizes := make([]int, len(parts))
	for i, p := range parts {
		sizes[i] = len(p)
	}
	return sizes
}

// SizesOf is Sizes of the experiment's shares of the data.
func SizesOf(e experiment.Experiment, set *data.Dataset) ([]int, error) {
	parts, err := partition(e, set.Train.Labels)
	return Sizes(parts), err
}

// Events is what the protocol's whole run releases of the data, for the unit
// worst off. sizes are those of the clients' shares. Without noise there is
// none, for nothing is promised.
//
// What is counted, and what is not:
//
//   - A client that takes part in a fraction of the rounds pays for those
//     alone. Who takes part is taken to be known, and amplifies nothing, except
//     under central trust with each client drawn by itself.
//   - An example pays for its client's steps. Under a fixed number of clients
//     their draws are public, and the client asked most often is counted;
//     otherwise every round is.
//   - The privacy of clients is that of a zeroed update, of sensitivity C;
//     under Poisson sampling, and for examples, of one added or removed.
func Events(e experiment.Experiment, protocol string, sizes []int) ([]privacy.Event, error) {
	if e = e.Alone(protocol); !e.Noisy() {
		return nil, nil
	}
	z := e.NoiseMultiplier
	s := accountant.Setting{Adjacency: privacy.ZeroOut, Clip: e.Clip, Rounds: e.Rounds, Clients: e.Clients, Rate: 1}
	if protocol == experiment.FedAvg {
		s.Rate = float64(e.Participants) / float64(e.Clients)
	}
	switch e.Trust {
	case experiment.TrustLocal:
		s.Trust = accountant.Local
		if e.NoiseBy == experiment.NoiseEpsilon {
			z = privacy.ClassicSigma(1, float64(e.Epsilon), e.Delta)
		}
	case experiment.TrustCentral:
		s.Trust = accountant.Central
		if asks(e, Secret{}).Poisson {
			s.Adjacency = privacy.AddRemove
		}
	case experiment.TrustAggregation:
		s.Trust, s.Missing = accountant.SecureAggregation, e.Colluders
	case experiment.TrustExample:
		s.Trust, s.Adjacency, s.Rate = accountant.ExampleLevel, privacy.AddRemove, 1
		s.Rounds = mostAsked(e, protocol) * e.LocalSteps
		s.Examples = slices.Min(sizes)
		s.Batch = min(e.BatchSize, s.Examples)
		if s.Rounds == 0 || s.Examples == 0 {
			return nil, fmt.Errorf("%d steps on shares of %d examples and more: want at least one of either", s.Rounds, s.Examples)
		}
	case experiment.TrustCorrelated:
		return correlated(e, s)
	}
	event, err := s.Event(z)
	if err == nil && event.Sampling.Kind == privacy.Poisson && event.Unit == privacy.Client && s.Adjacency != privacy.AddRemove {
		event.Sampling = privacy.Sampling{Kind: privacy.Visible, Q: s.Rate}
		err = event.Validate()
	}
	return []privacy.Event{event}, err
}

// mostAsked is the number of rounds in which the client takes part that does so
// most often.
func mostAsked(e experiment.Experiment, protocol string) int {
	a := asks(e, Secret{})
	if protocol == experiment.Gossip || a.Poisson {
		return e.Rounds
	}
	count := make([]int, e.Clients)
	for round := 1; round <= e.Rounds; round++ {
		for _, c := range a.Round(round) {
			count[c]++
		}
	}
	return slices.Max(count)
}

// worstCollusions bounds the sets of colluders that are looked at.
const worstCollusions = 2000

// correlated is the event of noise that neighbours share, for the colluders
// that do most harm. Where there are too many sets of them to look at, all are
// taken to surround a client, so that shared noise hides nothing.
func correlated(e experiment.Experiment, s accountant.Setting) ([]privacy.Event, error) {
	g, err := graph(e)
	if err != nil {
		return nil, err
	}
	s.Trust = accountant.Correlated
	sets := combinations(e.Clients, e.Colluders, worstCollusions/max(1, e.Clients/20))
	if sets == nil {
		s.Trust = accountant.Local
		event, err := s.Event(e.NoiseMultiplier)
		return []privacy.Event{event}, err
	}
	s.Pairwise = e.PairMultiplier
	s.Clients -= e.Colluders
	var worst []privacy.Event
	for _, colluders := range sets {
		// Honest clients are numbered anew, and keep the edges among them.
		name := make([]int, e.Clients)
		next := 0
		for c := range name {
			if name[c] = -1; !slices.Contains(colluders, c) {
				name[c] = next
				next++
			}
		}
		s.Edges = nil
		for _, x := range g.Edges() {
			if a, b := name[x[0]], name[x[1]]; a >= 0 && b >= 0 {
				s.Edges = append(s.Edges, [2]int{a, b})
			}
		}
		event, err := s.Event(e.NoiseMultiplier)
		if err != nil {
			return nil, err
		}
		if worst == nil || event.NoiseMultiplier < worst[0].NoiseMultiplier {
			worst = []privacy.Event{event}
		}
	}
	return worst, nil
}

// combinations lists the sets of k numbers below n, or is nil where there are
// more than limit.
func combinations(n, k, limit int) (all [][]int) {
	var grow func(set []int, from int) bool
	grow = func(set []int, from int) bool {
		if len(set) == k {
			all = append(all, slices.Clone(set))
			return len(all) <= limit
		}
		for i := from; i < n; i++ {
			if !grow(append(set, i), i+1) {
				return false
			}
		}
		return true
	}
	if !grow(make([]int, 0, k), 0) {
		return nil
	}
	return all
}

// releases writes the events as a trace does; none where they cannot be told.
func releases(e experiment.Experiment, protocol string, sizes []int) []experiment.Release {
	events, err := Events(e, protocol, sizes)
	if err != nil {
		return nil
	}
	var list []experiment.Release
	for _, v := range events {
		list = append(list, experiment.Release{
			Mechanism: v.Mechanism.String(), NoiseMultiplier: v.NoiseMultiplier, Clip: v.Clip,
			Sampling: v.Sampling.Kind.String(), Rate: v.Sampling.Q, Drawn: v.Sampling.M, Of: v.Sampling.N,
			Rounds: v.Rounds, Unit: v.Unit.String(), Adjacency: v.Adjacency.String(), Observer: v.Observer.String(),
		})
	}
	return list
}
