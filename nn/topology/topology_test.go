package topology

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"grapevine/nn/random"
)

func build(t *testing.T, kind string, n int, o Options, seed uint64) *Graph {
	t.Helper()
	g, err := New(kind, n, o, seed)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// matrix is a graph as the tests build it, without gonum.
type matrix [][]bool

func newMatrix(n int) matrix {
	m := make(matrix, n)
	for i := range m {
		m[i] = make([]bool, n)
	}
	return m
}

func (m matrix) set(a, b int, on bool) { m[a][b], m[b][a] = on, on }

func (m matrix) degree(i int) (d int) {
	for _, on := range m[i] {
		if on {
			d++
		}
	}
	return d
}

func (m matrix) edges() (edges [][2]int) {
	for i := range m {
		for j := i + 1; j < len(m); j++ {
			if m[i][j] {
				edges = append(edges, [2]int{i, j})
			}
		}
	}
	return edges
}

// components gives each client the lowest client that it reaches.
func (m matrix) components() []int {
	low := make([]int, len(m))
	for i := range low {
		low[i] = i
	}
	for changed := true; changed; {
		changed = false
		for i := range m {
			for j := range m {
				if m[i][j] && low[j] < low[i] {
					low[i], changed = low[j], true
				}
			}
		}
	}
	return low
}

// connect joins the lowest clients of consecutive components.
func (m matrix) connect() {
	last := 0
	for i, low := range m.components() {
		if i == low && i > 0 {
			m.set(last, i, true)
			last = i
		}
	}
}

func TestEveryGraphIsSimpleAndConnected(t *testing.T) {
	o := Options{EdgeProbability: 0.1, Neighbours: 4, Rewire: 0.5}
	for _, kind := range []string{Ring, ErdosRenyi, Complete, Star, Torus, SmallWorld} {
		for _, n := range []int{2, 3, 5, 6, 9, 12, 20, 25, 49} {
			g, err := New(kind, n, o, uint64(n))
			if err != nil {
				continue // TestRefuses says which
			}
			name := fmt.Sprintf("%s of %d", kind, n)
			m := newMatrix(n)
			for i, e := range g.Edges() {
				if !(0 <= e[0] && e[0] < e[1] && e[1] < n) {
					t.Fatalf("%s: edge %v", name, e)
				}
				if i > 0 && slices.Compare(g.Edges()[i-1][:], e[:]) >= 0 {
					t.Fatalf("%s: edge %v after %v", name, e, g.Edges()[i-1])
				}
				m.set(e[0], e[1], true)
			}
			for i, low := range m.components() {
				if low != 0 {
					t.Errorf("%s: client %d does not reach client 0", name, i)
				}
				if g.Degree(i) != m.degree(i) {
					t.Errorf("%s: degree %d of client %d, its edges say %d", name, g.Degree(i), i, m.degree(i))
				}
			}
			if g.Clients() != n {
				t.Errorf("%s: %d clients", name, g.Clients())
			}
			if again := build(t, kind, n, o, uint64(n)); !slices.Equal(again.Edges(), g.Edges()) {
				t.Errorf("%s: made twice, differs", name)
			}
		}
	}
}

func TestFixedKinds(t *testing.T) {
	for _, c := range []struct {
		kind            string
		n, edges        int
		lowest, highest int // degree
	}{
		{Ring, 3, 3, 2, 2},
		{Ring, 20, 20, 2, 2},
		{Complete, 2, 1, 1, 1},
		{Complete, 20, 190, 19, 19},
		{Star, 2, 1, 1, 1},
		{Star, 20, 19, 1, 19},
		{Torus, 9, 18, 4, 4},
		{Torus, 20, 40, 4, 4},
		{Torus, 36, 72, 4, 4},
	} {
		g := build(t, c.kind, c.n, Options{}, 1)
		lowest, highest := c.n, 0
		for i := range c.n {
			lowest, highest = min(lowest, g.Degree(i)), max(highest, g.Degree(i))
		}
		if len(g.Edges()) != c.edges || lowest != c.lowest || highest != c.highest {
			t.Errorf("%s of %d: %d edges, degrees %d to %d; want %d, %d to %d",
				c.kind, c.n, len(g.Edges()), lowest, highest, c.edges, c.lowest, c.highest)
		}
	}
	// 12 clients stand in 3 rows of 4; client 0 meets both neighbours of its
	// row and both of its column, around the grid's edge.
	g := build(t, Torus, 12, Options{}, 1)
	var of0 []int
	for _, e := range g.Edges() {
		if e[0] == 0 {
			of0 = append(of0, e[1])
		}
	}
	if !slices.Equal(of0, []int{1, 3, 4, 8}) {
		t.Errorf("torus of 12: client 0 is joined to %v, want 1, 3, 4, 8", of0)
	}
}

// The law, as it is written down: one draw for each pair, then components
// joined. Low probabilities leave many components to join.
func TestErdosRenyi(t *testing.T) {
	for _, p := range []float64{0, 0.03, 0.1, 0.2, 0.5, 1} {
		for seed := range uint64(50) {
			const n = 20
			s := random.New(random.Address{Seed: seed, Purpose: random.PurposeTopology})
			m := newMatrix(n)
			for i := range n {
				for j := i + 1; j < n; j++ {
					m.set(i, j, s.Float64() < p)
				}
			}
			m.connect()
			g := build(t, ErdosRenyi, n, Options{EdgeProbability: p}, seed)
			if want := m.edges(); !slices.Equal(g.Edges(), want) {
				t.Fatalf("p %v, seed %d: %v, want %v", p, seed, g.Edges(), want)
			}
		}
	}
}

func TestErdosRenyiCount(t *testing.T) {
	// At p = 0.5 and n = 20 almost no graph falls apart, so the number of
	// edges is binomial; four standard errors of the mean.
	const n, p, graphs, pairs = 20, 0.5, 400, 190
	sum := 0
	for seed := range uint64(graphs) {
		sum += len(build(t, ErdosRenyi, n, Options{EdgeProbability: p}, seed).Edges())
	}
	got, tolerance := float64(sum)/graphs, 4*math.Sqrt(pairs*p*(1-p)/graphs)
	if math.Abs(got-pairs*p) > tolerance {
		t.Errorf("%.2f edges on average, want %v ± %.2f", got, pairs*p, tolerance)
	}
}

// Watts and Strogatz's procedure on a plain matrix.
func TestSmallWorld(t *testing.T) {
	for _, c := range []struct {
		n, k int
		beta float64
	}{{3, 2, 0.5}, {5, 4, 1}, {20, 2, 1}, {20, 4, 0}, {20, 4, 0.1}, {20, 4, 0.9}, {21, 20, 0.5}, {30, 10, 1}} {
		for seed := range uint64(20) {
			s := random.New(random.Address{Seed: seed, Purpose: random.PurposeTopology})
			m := newMatrix(c.n)
			for i := range c.n {
				for j := 1; j <= c.k/2; j++ {
					m.set(i, (i+j)%c.n, true)
				}
			}
			for j := 1; j <= c.k/2; j++ {
				for i := range c.n {
					if s.Float64() >= c.beta || m.degree(i) == c.n-1 {
						continue
					}
					to := s.Intn(c.n)
					for to == i || m[i][to] {
						to = s.Intn(c.n)
					}
					m.set(i, (i+j)%c.n, false)
					m.set(i, to, true)
				}
			}
			if got := len(m.edges()); got != c.n*c.k/2 {
				t.Fatalf("%+v, seed %d: rewiring left %d edges", c, seed, got)
			}
			m.connect()
			g := build(t, SmallWorld, c.n, Options{Neighbours: c.k, Rewire: c.beta}, seed)
			if want := m.edges(); !slices.Equal(g.Edges(), want) {
				t.Fatalf("%+v, seed %d: %v, want %v", c, seed, g.Edges(), want)
			}
		}
	}
}

func TestRewiringShare(t *testing.T) {
	// Of 1000 clients' 2000 edges a share β is rewired, four standard errors;
	// some 0.2 % of the new ones fall on an edge of the lattice, far below.
	const n, k, beta = 1000, 4, 0.3
	kept := 0
	for _, e := range build(t, SmallWorld, n, Options{Neighbours: k, Rewire: beta}, 7).Edges() {
		if d := e[1] - e[0]; d <= k/2 || n-d <= k/2 {
			kept++
		}
	}
	const edges = n * k / 2
	if want, tolerance := edges*(1-beta), 4*math.Sqrt(edges*beta*(1-beta)); math.Abs(float64(kept)-want) > tolerance {
		t.Errorf("%d of %d edges kept, want %v ± %.0f", kept, edges, want, tolerance)
	}
}

func TestSeedsDiffer(t *testing.T) {
	o := Options{EdgeProbability: 0.2, Neighbours: 4, Rewire: 0.5}
	for _, kind := range []string{ErdosRenyi, SmallWorld} {
		if slices.Equal(build(t, kind, 20, o, 1).Edges(), build(t, kind, 20, o, 2).Edges()) {
			t.Errorf("%s: seeds 1 and 2 give the same graph", kind)
		}
	}
}

func TestRefuses(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		kind string
		n    int
		o    Options
	}{
		{"", 20, Options{}},
		{"cube", 20, Options{}},
		{Complete, 1, Options{}},
		{Star, 0, Options{}},
		{Complete, -3, Options{}},
		{Ring, 2, Options{}},
		{Torus, 7, Options{}},
		{Torus, 8, Options{}},
		{Torus, 22, Options{}},
		{ErdosRenyi, 20, Options{EdgeProbability: -0.1}},
		{ErdosRenyi, 20, Options{EdgeProbability: 1.1}},
		{ErdosRenyi, 20, Options{EdgeProbability: nan}},
		{SmallWorld, 2, Options{Neighbours: 2}},
		{SmallWorld, 20, Options{Neighbours: 0}},
		{SmallWorld, 20, Options{Neighbours: 3}},
		{SmallWorld, 20, Options{Neighbours: -2}},
		{SmallWorld, 20, Options{Neighbours: 20}},
		{SmallWorld, 20, Options{Neighbours: 4, Rewire: -0.1}},
		{SmallWorld, 20, Options{Neighbours: 4, Rewire: 1.1}},
		{SmallWorld, 20, Options{Neighbours: 4, Rewire: nan}},
	} {
		if g, err := New(c.kind, c.n, c.o, 1); err == nil {
			t.Errorf("%q of %d with %+v: %d edges, want an error", c.kind, c.n, c.o, len(g.Edges()))
		}
	}
}
