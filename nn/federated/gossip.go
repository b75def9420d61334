package federated

import (
	"math"

	"grapevine/nn"
	"grapevine/nn/kernel"
	"grapevine/nn/random"
)

// Gossip is learning by random pairwise averaging (Boyd et al. 2006, Randomized
// gossip algorithms): every client has parameters of its own; each round all
// train and add their sanitised updates, then edges are drawn uniformly with
// replacement, one after another, and both ends of each take the mean of
// their parameters.
type Gossip struct {
	edges     [][2]int
	exchanges int
	seed      uint64
	params    [][]float32 // by client
	same      []int       // by client: the lowest client whose parameters equal its own, as exchanges have it
}

// NewGossip starts every client from first weights of its own, or all from
// client 0's when shared. With exchanges there must be an edge.
func NewGossip(shape nn.Shape, clients int, edges [][2]int, exchanges int, shared bool, seed uint64) *Gossip {
	if exchanges > 0 && len(edges) == 0 {
		panic("federated: exchanges without edges")
	}
	g := &Gossip{edges: edges, exchanges: exchanges, seed: seed}
	for c := range clients {
		if shared {
			c = 0
		}
		g.params = append(g.params, firstWeights(shape, seed, c))
		g.same = append(g.same, c)
	}
	return g
}

// Plan asks every client to train from its own parameters.
func (g *Gossip) Plan(int) []Task {
	tasks := make([]Task, len(g.params))
	for c, p := range g.params {
		tasks[c] = Task{Client: c, Start: p}
	}
	return tasks
}

// Merge takes the clients' new parameters and exchanges along drawn edges.
func (g *Gossip) Merge(round int, params [][]float32) []Exchange {
	copy(g.params, params)
	s := random.New(random.Address{Seed: g.seed, Purpose: random.PurposeExchanges, Round: round})
	exchanges := make([]Exchange, g.exchanges)
	partner := make([]int, len(g.params)) // in a client's last exchange
	for c := range partner {
		partner[c] = c
	}
	for i := range exchanges {
		e := g.edges[s.Intn(len(g.edges))]
		exchanges[i] = Exchange{e[0], e[1]}
		kernel.Mean(g.params[e[0]], g.params[e[1]])
		for _, c := range e {
			partner[partner[c]] = partner[c] // whom it leaves has nobody
		}
		partner[e[0]], partner[e[1]] = e[1], e[0]
	}
	for c, other := range partner {
		g.same[c] = min(c, other)
	}
	return exchanges
}

// Models lists every client's parameters. Two clients that had their last exchange
// with each other have the same, and share one slice of it: on a ring of 20 with
// 10 exchanges a round, one model in four is another client's too.
func (g *Gossip) Models() [][]float32 {
	models := make([][]float32, len(g.params))
	for c := range models {
		models[c] = g.params[g.same[c]]
	}
	return models
}

// Spread is the consensus distance, 1/n Σ ‖x_c − x̄‖ with x̄ the mean of all
// clients' parameters: each norm is a float32, their sum float64 in client
// order.
func (g *Gossip) Spread() float64 {
	var mean [piece]float32
	distances := make([]kernel.Distance, len(g.params))
	all := len(g.params[0])
	for from := 0; from < all; from += piece {
		m := mean[:min(piece, all-from)]
		copy(m, g.params[0][from:])
		kernel.AddAll(m, g.params[1:], from)
		kernel.Div(m, float32(len(g.params)))
		for c, p := range g.params {
			distances[c].Add(p[from:from+len(m)], m)
		}
	}
	sum := 0.0
	for c := range distances {
		sum += math.Sqrt(float64(distances[c].Squared()))
	}
	return sum / float64(len(g.params))
}

// piece is how many values of all models are worked on at a time, few enough for
// the cache and a multiple of kernel.Lanes: the models' memory is read once, where
// means first and then distances read it twice.
const piece = 1024
