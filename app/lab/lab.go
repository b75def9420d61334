// Package lab carries an [experiment.Experiment] out on a crew and writes its
// trace. [Runner] is the run itself, each protocol at its own pace; [Hand] is
// what each of the crew does; [Conductor] drives a runner by the messages of
// package wire. The page's worker and the command both run this package; only
// their crews and the way they load data differ.
package lab

import (
	"context"
	"fmt"
	"math"

	"grapevine/app/experiment"
	"grapevine/nn"
	"grapevine/nn/data"
	"grapevine/nn/federated"
	"grapevine/nn/privacy"
	"grapevine/nn/topology"
)

// Loader brings a data set: the first train and test examples of the one
// named. progress is told of chunks done and wanted. The set is read only and
// may be shared.
type Loader func(ctx context.Context, name string, train, test int, progress func(done, total int)) (*data.Dataset, error)

// Secret keys the streams of noise, and of what is drawn in secret, by more
// than the experiment's seed. A run with one cannot be carried out again. The
// zero Secret is none.
type Secret [32]byte

// shape is the network's.
func shape(e experiment.Experiment) (nn.Shape, error) { return nn.NewShape(e.Layers()...) }

// graph is the experiment's graph; nil without gossip.
func graph(e experiment.Experiment) (*topology.Graph, error) {
	if !e.Runs(experiment.Gossip) {
		return nil, nil
	}
	edges, err := experiment.ParseEdges(e.Edges)
	if err != nil {
		return nil, err
	}
	return topology.New(e.Topology, e.Clients, topology.Options{
		EdgeProbability: e.EdgeProbability, Neighbours: e.Neighbours, Rewire: e.Rewire, Edges: edges,
	}, e.Seed)
}

// partition shares the training examples out.
func partition(e experiment.Experiment, labels []byte) ([][]int, error) {
	switch e.Partition {
	case experiment.PartitionTutorial:
		return data.TutorialShards(labels)
	case experiment.PartitionShards:
		return data.Shards(labels, e.Clients, e.Shards, e.Seed)
	case experiment.PartitionIID:
		return data.IID(len(labels), e.Clients, e.Seed)
	case experiment.PartitionDirichlet:
		return data.Dirichlet(labels, e.Clients, e.Alpha, e.Seed)
	}
	return nil, fmt.Errorf("partition %q is not known", e.Partition)
}

// work is what every client does in a round. g is the graph, for noise that
// neighbours share.
func work(e experiment.Experiment, g *topology.Graph, secret Secret) federated.Work {
	w := federated.Work{
		SGD: nn.SGD{
			LearningRate: e.LearningRate, Momentum: e.Momentum, WeightDecay: e.WeightDecay,
			Batch: e.BatchSize, Epochs: e.Epochs,
		},
		Clip:   float32(e.Clip),
		Seed:   e.Seed,
		Secret: secret,
	}
	sigma := float64(e.NoiseMultiplier * e.Clip)
	switch {
	case e.Trust == experiment.TrustExample:
		w.Private = nn.Private{
			LearningRate: e.LearningRate, Momentum: e.Momentum, WeightDecay: e.WeightDecay,
			Batch: e.BatchSize, Steps: e.LocalSteps, Clip: float32(e.Clip), Sigma: float32(sigma),
		}
	case e.Trust == experiment.TrustCentral: // the server adds it
	case e.Trust == experiment.TrustAggregation:
		w.Sigma = float32(sigma / math.Sqrt(float64(e.Participants-e.Colluders)))
	case e.Trust == experiment.TrustCorrelated:
		w.Sigma, w.PairSigma = float32(sigma), float32(e.PairMultiplier*e.Clip)
		w.Neighbours = neighbours(g)
	case e.NoiseBy == experiment.NoiseMultiplier:
		w.Sigma = float32(sigma)
	case e.Epsilon.Finite():
		w.Sigma = float32(privacy.ClassicSigma(e.Clip, float64(e.Epsilon), e.Delta))
	}
	return w
}

// neighbours lists every client's neighbours, ascending: the edges are sorted.
func neighbours(g *topology.Graph) [][]int {
	list := make([][]int, g.Clients())
	for _, x := range g.Edges() {
		list[x[1]] = append(list[x[1]], x[0])
	}
	for _, x := range g.Edges() {
		list[x[0]] = append(list[x[0]], x[1])
	}
	return list
}

// asks is whom the server asks.
func asks(e experiment.Experiment, secret Secret) federated.Asks {
	return federated.Asks{
		Clients: e.Clients, Participants: e.Participants,
		// Secure aggregation wants the number before the round.
		Poisson: e.Sampling == experiment.SamplingPoisson && e.Trust != experiment.TrustAggregation,
		Seed:    e.Seed, Secret: secret,
	}
}

// serverSigma is the standard deviation of the server's noise on the sum.
func serverSigma(e experiment.Experiment) float32 {
	if e.Trust != experiment.TrustCentral {
		return 0
	}
	return float32(e.NoiseMultiplier * e.Clip)
}

// protocol makes the named protocol's first state.
func protocol(e experiment.Experiment, name string, s nn.Shape, g *topology.Graph, secret Secret) federated.Protocol {
	if name == experiment.FedAvg {
		return federated.NewFedAvg(s, asks(e, secret), serverSigma(e))
	}
	return federated.NewGossip(s, e.Clients, g.Edges(), e.Exchanges, e.Init == experiment.InitShared, e.Seed)
}
