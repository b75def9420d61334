package experiment

import (
	"errors"
	"fmt"
	"strconv"
)

// Default is the tutorial's experiment on the small digits, normalised.
func Default() Experiment {
	e, _ := Normalise(unresolved())
	return e
}

// unresolved is the default before the settings that depend on the data are
// filled in.
func unresolved() Experiment {
	return Experiment{
		Data:      DataMNIST14,
		Partition: PartitionTutorial, Clients: 20, Shards: 2, Alpha: 0.5,
		Topology: TopologyRing, EdgeProbability: 0.2, Neighbours: 4, Rewire: 0.1,
		Init: InitOwn, LearningRate: 0.06, Momentum: 0.9, BatchSize: 64, Epochs: 1,
		Protocol: Both, Participants: 10, Exchanges: 10,
		Clip: 2, Epsilon: Inf, Delta: 1e-5,
		Trust: TrustLocal, NoiseBy: NoiseEpsilon, NoiseMultiplier: 1, PairMultiplier: 4,
		Sampling: SamplingFixed, LocalSteps: 1,
		Rounds: 20, Evaluate: 1, Seed: 7,
	}
}

// Change is a setting that a rule across fields altered, and why.
type Change struct{ Key, From, To, Why string }

func (c Change) String() string {
	return fmt.Sprintf("%s %s became %s: %s", c.Key, shown(c.From), shown(c.To), c.Why)
}

// Normalise fills in what depends on the data (train, test and hidden, where
// they are 0 or "") and applies the rules across fields in the table's order.
// It returns the nearest valid experiment and every change a rule made; a
// value filled in is no change.
func Normalise(e Experiment) (Experiment, []Change) {
	fill(&e)
	var changes []Change
	set := func(key, to, why string) {
		p, _ := Find(key)
		if from := p.Get(e); from != to && p.Set(&e, to) == nil {
			changes = append(changes, Change{key, from, to, why})
		}
	}
	number := func(key string, to int, why string) { set(key, strconv.Itoa(to), why) }

	if p := trusted(e.Trust); p != "" {
		set("protocol", p, unfit(e.Trust))
	}
	number("train", thousands(e.Train, 60000), "examples come in thousands")
	number("test", thousands(e.Test, 10000), "examples come in thousands")
	if e.Partition == PartitionTutorial && (e.Clients != 20 || e.Shards != 2) {
		set("partition", PartitionShards, "the tutorial's shards are for 20 clients of 2 shards each")
	}
	if n := e.Clients * e.Shards; e.Partition == PartitionShards && n > e.Train {
		number("shards", max(1, e.Train/e.Clients), fmt.Sprintf("%d shards need %d examples", n, n))
	}
	if e.Runs(Gossip) {
		e, changes = normaliseGraph(e, changes)
	}
	if e.Runs(FedAvg) && e.Participants > e.Clients {
		number("participants", e.Clients, fmt.Sprintf("there are %d clients", e.Clients))
	}
	switch {
	case e.Trust == TrustAggregation && e.Colluders >= e.Participants:
		number("colluders", e.Participants-1, fmt.Sprintf("of %d clients in a sum one must be honest", e.Participants))
	case e.Trust == TrustCorrelated && e.Colluders >= e.Clients:
		number("colluders", e.Clients-1, fmt.Sprintf("of %d clients one must be honest", e.Clients))
	}
	return e, changes
}

// trusted is the only protocol that a trust model is for, "" for any.
func trusted(trust string) string {
	switch trust {
	case TrustCentral, TrustAggregation:
		return FedAvg
	case TrustCorrelated:
		return Gossip
	}
	return ""
}

func unfit(trust string) string {
	if trusted(trust) == Gossip {
		return "only neighbours share noise, and a server has none"
	}
	return "only a server sees nothing but the sum: gossip has none"
}

func fill(e *Experiment) {
	large := e.Data == DataMNIST28
	if e.Train == 0 {
		e.Train = pick(large, 60000, 12000)
	}
	if e.Test == 0 {
		e.Test = pick(large, 10000, 2000)
	}
	if e.Hidden == "" {
		e.Hidden = pick(large, "256-128", "64-32")
	}
}

// normaliseGraph applies the rules of the graph's shape.
func normaliseGraph(e Experiment, changes []Change) (Experiment, []Change) {
	if e.Topology == TopologyCustom {
		return normaliseEdges(e, changes)
	}
	switch {
	case e.Topology == TopologyTorus && Rows(e.Clients) < 3:
		to := TopologyRing
		if e.Clients < 3 {
			to = TopologyComplete
		}
		why := fmt.Sprintf("%d clients make no torus of at least 3 rows", e.Clients)
		changes = append(changes, Change{"topology", e.Topology, to, why})
		e.Topology = to
	case (e.Topology == TopologyRing || e.Topology == TopologySmallWorld) && e.Clients < 3:
		why := fmt.Sprintf("%d clients make no ring", e.Clients)
		changes = append(changes, Change{"topology", e.Topology, TopologyComplete, why})
		e.Topology = TopologyComplete
	case e.Topology == TopologySmallWorld:
		k := min(e.Neighbours, e.Clients-1) &^ 1
		if k != e.Neighbours {
			why := fmt.Sprintf("want an even number below the %d clients", e.Clients)
			changes = append(changes, Change{"neighbours", strconv.Itoa(e.Neighbours), strconv.Itoa(k), why})
			e.Neighbours = k
		}
	}
	return e, changes
}

// normaliseEdges drops edges of a custom graph that lead to no client, and
// makes it a ring when it has none.
func normaliseEdges(e Experiment, changes []Change) (Experiment, []Change) {
	edges, _ := ParseEdges(e.Edges)
	kept := edges[:0]
	for _, x := range edges {
		if x[1] < e.Clients {
			kept = append(kept, x)
		}
	}
	if n := len(edges) - len(kept); n > 0 {
		from := e.Edges
		e.Edges = FormatEdges(kept)
		changes = append(changes, Change{"edges", from, e.Edges, fmt.Sprintf("%d edges lead to clients that are not among the %d", n, e.Clients)})
	}
	if len(kept) == 0 {
		changes = append(changes, Change{"topology", TopologyCustom, TopologyRing, "a graph of my own edges wants at least one"})
		e.Topology = TopologyRing
		return normaliseGraph(e, changes)
	}
	return e, changes
}

// Rows is the number of rows of a torus of n clients: the largest divisor of
// n up to √n. A torus wants at least 3.
func Rows(n int) int {
	rows := 1
	for d := 1; d*d <= n; d++ {
		if n%d == 0 {
			rows = d
		}
	}
	return rows
}

// Check reports everything wrong with an experiment: values out of range, and
// rules across fields broken. It is nil exactly when Normalise leaves the
// experiment as it is.
func (e Experiment) Check() error {
	var errs []error
	for _, p := range Table {
		scratch := e
		if err := p.Set(&scratch, p.Get(e)); err != nil {
			errs = append(errs, err)
		}
	}
	if len(errs) > 0 {
		return errors.Join(errs...)
	}
	n, changes := Normalise(e)
	for _, c := range changes {
		errs = append(errs, &FieldError{c.Key, c.From, fmt.Sprintf("%s (%s)", c.To, c.Why)})
	}
	if len(errs) == 0 && n != e {
		errs = append(errs, errors.New("experiment: train, test or hidden is not filled in"))
	}
	return errors.Join(errs...)
}

// thousands rounds to the nearest multiple of 1,000 in [1000, most].
func thousands(n, most int) int {
	return max(1000, min(most, (n+500)/1000*1000))
}

func pick[T any](large bool, a, b T) T {
	if large {
		return a
	}
	return b
}
