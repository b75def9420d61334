// Package topology makes the graphs along which clients exchange, and says
// what theory knows of them. gonum holds and analyses a graph; every edge is
// drawn by a stream of our own, and no iteration order of gonum's decides a
// bit.
//
// Symbols: n clients, numbered from 0; E edges; L the graph's Laplacian.
package topology

import (
	"fmt"
	"sort"

	"gonum.org/v1/gonum/graph/simple"
	"gonum.org/v1/gonum/graph/topo"

	"grapevine/nn/random"
)

// The kinds of graph.
const (
	Ring       = "ring"
	ErdosRenyi = "erdos-renyi"
	Complete   = "complete"
	Star       = "star"
	Torus      = "torus"
	SmallWorld = "small-world"
	Custom     = "custom" // the edges of the options, and no others
)

// Options are the settings that some kinds need.
type Options struct {
	EdgeProbability float64  // Erdős–Rényi: of each pair, 0 to 1
	Neighbours      int      // small world: of each client on the first ring, even, 2 to n−1
	Rewire          float64  // small world: of each edge, 0 to 1
	Edges           [][2]int // custom: pairs of two different clients
}

// Graph is an undirected graph without loops. It is connected, except where it
// is a custom one whose edges do not connect it.
type Graph struct {
	kind  string
	n     int
	graph *simple.UndirectedGraph
	edges [][2]int
}

// New makes the graph of n clients. Random kinds draw from the stream of the
// seed, "topology".
func New(kind string, n int, o Options, seed uint64) (*Graph, error) {
	if n < 2 {
		return nil, fmt.Errorf("graph of %d clients: want at least 2", n)
	}
	g := &Graph{kind: kind, n: n, graph: simple.NewUndirectedGraph()}
	for i := range n {
		g.graph.AddNode(simple.Node(i))
	}
	s := random.New(random.Address{Seed: seed, Purpose: random.PurposeTopology})
	var err error
	switch kind {
	case Ring:
		err = g.ring(2)
	case ErdosRenyi:
		err = g.erdosRenyi(o.EdgeProbability, s)
	case Complete:
		g.complete()
	case Star:
		for i := 1; i < n; i++ {
			g.join(0, i)
		}
	case Torus:
		err = g.torus()
	case SmallWorld:
		err = g.smallWorld(o.Neighbours, o.Rewire, s)
	case Custom:
		err = g.custom(o.Edges)
	default:
		err = fmt.Errorf("topology %q: want ring, erdos-renyi, complete, star, torus, small-world or custom", kind)
	}
	if err != nil {
		return nil, err
	}
	if kind != Custom {
		g.connect()
	}
	for edges := g.graph.Edges(); edges.Next(); {
		a, b := int(edges.Edge().From().ID()), int(edges.Edge().To().ID())
		g.edges = append(g.edges, [2]int{min(a, b), max(a, b)})
	}
	sort.Slice(g.edges, func(i, j int) bool {
		a, b := g.edges[i], g.edges[j]
		return a[0] < b[0] || a[0] == b[0] && a[1] < b[1]
	})
	return g, nil
}

// Clients is the number of clients.
func (g *Graph) Clients() int { return g.n }

// Edges lists the edges as pairs i < j, sorted. It belongs to the graph.
func (g *Graph) Edges() [][2]int { return g.edges }

// Degree is the number of a client's neighbours.
func (g *Graph) Degree(client int) int { return g.graph.From(int64(client)).Len() }

func (g *Graph) join(a, b int) {
	g.graph.SetEdge(simple.Edge{F: simple.Node(a), T: simple.Node(b)})
}

func (g *Graph) joined(a, b int) bool { return g.graph.HasEdgeBetween(int64(a), int64(b)) }

// ring joins every client to its k nearest on a circle, k even.
func (g *Graph) ring(k int) error {
	if g.n < 3 {
		return fmt.Errorf("ring of %d clients: want at least 3", g.n)
	}
	for j := 1; j <= k/2; j++ {
		for i := range g.n {
			g.join(i, (i+j)%g.n)
		}
	}
	return nil
}

// erdosRenyi draws G(n, p): once for each pair i < j, in lexicographic order.
func (g *Graph) erdosRenyi(p float64, s *random.Stream) error {
	if !(p >= 0 && p <= 1) {
		return fmt.Errorf("edge probability %v: want 0 to 1", p)
	}
	for i := range g.n {
		for j := i + 1; j < g.n; j++ {
			if s.Float64() < p {
				g.join(i, j)
			}
		}
	}
	return nil
}

func (g *Graph) complete() {
	for i := range g.n {
		for j := i + 1; j < g.n; j++ {
			g.join(i, j)
		}
	}
}

// rows is the largest divisor of n up to √n.
func rows(n int) int {
	r := 1
	for d := 1; d*d <= n; d++ {
		if n%d == 0 {
			r = d
		}
	}
	return r
}

// torus joins the clients of a grid, row by row, whose sides meet.
func (g *Graph) torus() error {
	r := rows(g.n)
	if r < 3 {
		return fmt.Errorf("torus of %d clients: the most equal grid is %d × %d, want at least 3 rows", g.n, r, g.n/r)
	}
	c := g.n / r
	for i := range g.n {
		row, column := i/c, i%c
		g.join(i, row*c+(column+1)%c)
		g.join(i, (row+1)%r*c+column)
	}
	return nil
}

// smallWorld is the graph of Watts and Strogatz (Nature 393, 1998): a ring
// of k neighbours whose edges (i, i+j) are gone through lap by lap, j from 1
// to k/2 and i from 0; each keeps i and, with the probability, gets another
// end, uniform among the clients that i is not joined to.
func (g *Graph) smallWorld(k int, probability float64, s *random.Stream) error {
	if k < 2 || k >= g.n || k%2 != 0 {
		return fmt.Errorf("neighbours %d: want an even number from 2, below the %d clients", k, g.n)
	}
	if !(probability >= 0 && probability <= 1) {
		return fmt.Errorf("rewiring probability %v: want 0 to 1", probability)
	}
	if err := g.ring(k); err != nil {
		return err
	}
	for j := 1; j <= k/2; j++ {
		for i := range g.n {
			if s.Float64() >= probability || g.Degree(i) == g.n-1 {
				continue
			}
			to := s.Intn(g.n)
			for to == i || g.joined(i, to) {
				to = s.Intn(g.n)
			}
			g.graph.RemoveEdge(int64(i), int64((i+j)%g.n))
			g.join(i, to)
		}
	}
	return nil
}

// custom joins the pairs.
func (g *Graph) custom(edges [][2]int) error {
	if len(edges) == 0 {
		return fmt.Errorf("custom graph of %d edges: want at least 1", len(edges))
	}
	for _, e := range edges {
		if e[0] == e[1] || min(e[0], e[1]) < 0 || max(e[0], e[1]) >= g.n {
			return fmt.Errorf("edge %d-%d: want two different clients from 0 to %d", e[0], e[1], g.n-1)
		}
		g.join(e[0], e[1])
	}
	return nil
}

// connect joins the lowest clients of consecutive components, which are
// ordered by their lowest client.
func (g *Graph) connect() {
	var lowest []int
	for _, component := range topo.ConnectedComponents(g.graph) {
		low := int(component[0].ID())
		for _, node := range component {
			low = min(low, int(node.ID()))
		}
		lowest = append(lowest, low)
	}
	sort.Ints(lowest)
	for i := 1; i < len(lowest); i++ {
		g.join(lowest[i-1], lowest[i])
	}
}
