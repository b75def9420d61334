// Package experiment says what a run is and what it leaves behind.
//
// An [Experiment] is the whole description of a run; [Table] describes each of
// its fields once, and the link codec, the command's flags, the page's
// controls and the validation are derived from that table. A [Trace] is the
// record of a run that every chart, stage, table and export reads, and a
// digest is the SHA-256 of its canonical encoding (digest.go).
//
// A run is a pure function (Experiment, data asset, numerics version) → Trace
// → digest. The package knows nothing of how it is carried out: it imports
// the standard library alone, so that page and stage stay small.
package experiment

import (
	"fmt"
	"iter"
	"strconv"
	"strings"
)

// The values of the settings that choose among names.
const (
	DataMNIST14 = "mnist14" // 14×14 pixels of 4 bits
	DataMNIST28 = "mnist28" // 28×28 pixels of 8 bits

	PartitionTutorial  = "tutorial-shards" // the tutorial's own assignment, whatever the seed
	PartitionShards    = "shards"          // McMahan et al. 2017
	PartitionIID       = "iid"
	PartitionDirichlet = "dirichlet" // Hsu, Qi, Brown 2019

	InitOwn    = "own"    // every gossip client draws its own weights
	InitShared = "shared" // every client starts from client 0's

	FedAvg = "fedavg"
	Gossip = "gossip"
	Both   = "both" // FedAvg and gossip side by side: two runs in step

	TrustLocal       = "local"              // nobody is: each client blurs its own update
	TrustCentral     = "central"            // the server, which blurs the sum
	TrustAggregation = "secure-aggregation" // that the sum alone is seen: each client adds a share of its noise
	TrustExample     = "example"            // each client with its own data: one example is hidden, not a client
	TrustCorrelated  = "correlated"         // each pair's shared secret: neighbours' noise cancels

	NoiseEpsilon    = "epsilon"    // by the classic formula, from ε₀ of one message
	NoiseMultiplier = "multiplier" // σ = zC

	SamplingFixed   = "fixed"   // so many clients, drawn without replacement
	SamplingPoisson = "poisson" // each client by itself

	TopologyRing       = "ring"
	TopologyErdosRenyi = "erdos-renyi"
	TopologyComplete   = "complete"
	TopologyStar       = "star"
	TopologyTorus      = "torus"
	TopologySmallWorld = "small-world"
	TopologyCustom     = "custom" // the edges of the experiment itself
)

// Experiment is the whole description of a run. Every field is described by
// a property of [Table]; the zero value is not valid, start from [Default].
type Experiment struct {
	Data  string `json:"data"`
	Train int    `json:"train"` // training examples, a multiple of 1,000; 0 until [Normalise]: the data's default
	Test  int    `json:"test"`  // test examples, likewise

	Partition string  `json:"partition"`
	Clients   int     `json:"clients"`
	Shards    int     `json:"shards"` // label shards per client
	Alpha     float64 `json:"alpha"`  // Dirichlet concentration

	Topology        string  `json:"topology"`
	EdgeProbability float64 `json:"edge_probability"` // of Erdős–Rényi G(n, p)
	Neighbours      int     `json:"neighbours"`       // of the small world's ring, even
	Rewire          float64 `json:"rewire"`           // the small world's rewiring probability
	Edges           string  `json:"edges,omitempty"`  // the custom graph's, as [FormatEdges] writes them

	Hidden       string  `json:"hidden"` // hidden layers' sizes, "64-32"; "" until [Normalise]: the data's default
	Init         string  `json:"init"`
	LearningRate float64 `json:"learning_rate"`
	Momentum     float64 `json:"momentum"`
	WeightDecay  float64 `json:"weight_decay"`
	BatchSize    int     `json:"batch_size"`
	Epochs       int     `json:"epochs"`

	Protocol     string `json:"protocol"`
	Participants int    `json:"participants"` // clients the server asks each round
	Exchanges    int    `json:"exchanges"`    // gossip exchanges each round

	Clip    float64 `json:"clip"`    // L2 bound C of an update
	Epsilon Float   `json:"epsilon"` // ε₀ of one message; +Inf: clip alone
	Delta   float64 `json:"delta"`

	Trust           string  `json:"trust"`
	NoiseBy         string  `json:"noise_by"`              // what sets the noise of local trust
	NoiseMultiplier float64 `json:"noise_multiplier"`      // z = σ/C
	PairMultiplier  float64 `json:"correlated_multiplier"` // of the noise that each pair shares
	Colluders       int     `json:"colluders"`             // that tell what they know, or drop out
	Sampling        string  `json:"sampling"`              // how the server draws whom it asks
	LocalSteps      int     `json:"local_steps"`           // a round, of example-level training

	Rounds   int    `json:"rounds"`
	Evaluate int    `json:"evaluate"` // evaluate every so many rounds, and after the last
	Seed     uint64 `json:"seed"`
}

// Fields are pointers to all fields, in the order of [Table]: *string, *int,
// *uint64, *float64 or *[Float].
func (e *Experiment) Fields() iter.Seq[any] {
	return func(yield func(any) bool) {
		for _, p := range Table {
			if !yield(p.field(e)) {
				return
			}
		}
	}
}

// Protocols lists the protocols the experiment runs, FedAvg first.
func (e Experiment) Protocols() []string {
	if e.Protocol == Both {
		return []string{FedAvg, Gossip}
	}
	return []string{e.Protocol}
}

// Runs reports whether the experiment runs the protocol, alone or beside the
// other.
func (e Experiment) Runs(protocol string) bool {
	return e.Protocol == protocol || e.Protocol == Both
}

// Alone is the experiment of one of its protocols, as it would be alone.
func (e Experiment) Alone(protocol string) Experiment {
	e.Protocol = protocol
	return e
}

// Inputs is the number of pixels of one example.
func (e Experiment) Inputs() int {
	if e.Data == DataMNIST28 {
		return 28 * 28
	}
	return 14 * 14
}

// Outputs is the number of classes, the ten digits.
const Outputs = 10

// Layers lists the layers' widths from the inputs to the ten outputs.
func (e Experiment) Layers() []int {
	layers := []int{e.Inputs()}
	hidden, _ := parseHidden(e.Hidden)
	return append(append(layers, hidden...), Outputs)
}

// Parameters is the number of weights and biases of the model.
func (e Experiment) Parameters() int {
	layers, n := e.Layers(), 0
	for i := 1; i < len(layers); i++ {
		n += (layers[i-1] + 1) * layers[i]
	}
	return n
}

// MessageBytes is the size of one set of parameters as float32.
func (e Experiment) MessageBytes() int { return 4 * e.Parameters() }

// Evaluates reports whether the round ends with an evaluation. Round 0 is the
// evaluation before training.
func (e Experiment) Evaluates(round int) bool {
	return round == 0 || round == e.Rounds || round%e.Evaluate == 0
}

// bounds of the hidden layers.
const (
	maxLayers = 4
	maxWidth  = 1024
)

// parseHidden reads "256-128"; "none" is a linear model.
func parseHidden(s string) ([]int, error) {
	if s == "none" {
		return nil, nil
	}
	parts := strings.Split(s, "-")
	if len(parts) > maxLayers {
		return nil, fmt.Errorf("%d layers: want at most %d", len(parts), maxLayers)
	}
	sizes := make([]int, len(parts))
	for i, p := range parts {
		n, err := strconv.Atoi(p)
		if err != nil || n < 1 || n > maxWidth || strconv.Itoa(n) != p {
			return nil, fmt.Errorf("layer %q: want sizes from 1 to %d joined by -, or none", p, maxWidth)
		}
		sizes[i] = n
	}
	return sizes, nil
}
