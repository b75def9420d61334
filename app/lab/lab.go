// Package lab carries an [experiment.Experiment] out on a crew and writes its
// trace. [Runner] is the run itself, round by round; [Hand] is what each of
// the crew does; [Conductor] drives a runner by the messages of package wire.
// The page's worker and the command both run this package; only their crews
// and the way they load data differ.
package lab

import (
	"context"
	"fmt"

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

// work is what every client does in a round.
func work(e experiment.Experiment) federated.Work {
	w := federated.Work{
		SGD: nn.SGD{
			LearningRate: e.LearningRate, Momentum: e.Momentum, WeightDecay: e.WeightDecay,
			Batch: e.BatchSize, Epochs: e.Epochs,
		},
		Clip: float32(e.Clip),
		Seed: e.Seed,
	}
	if e.Epsilon.Finite() {
		w.Sigma = float32(privacy.ClassicSigma(e.Clip, float64(e.Epsilon), e.Delta))
	}
	return w
}

// protocol makes the named protocol's first state.
func protocol(e experiment.Experiment, name string, s nn.Shape, g *topology.Graph) federated.Protocol {
	if name == experiment.FedAvg {
		return federated.NewFedAvg(s, e.Clients, e.Participants, e.Seed)
	}
	return federated.NewGossip(s, e.Clients, g.Edges(), e.Exchanges, e.Init == experiment.InitShared, e.Seed)
}
