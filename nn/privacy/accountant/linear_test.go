package accountant_test

import (
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"grapevine/nn/privacy"
	. "grapevine/nn/privacy/accountant"
	"grapevine/nn/random"
	"grapevine/nn/topology"
)

func TestLinearMu2(t *testing.T) {
	// T rounds with independent noise z: the local figure, T/z².
	const rounds, z = 20, 3.0
	ones, noise := mat.NewDense(rounds, 1, nil), mat.NewDense(rounds, rounds, nil)
	for i := range rounds {
		ones.Set(i, 0, 1)
		noise.Set(i, i, z)
	}
	same := mat.NewDense(rounds, 1, nil) // one noise used in all rounds
	for i := range rounds {
		same.Set(i, 0, z)
	}
	for _, c := range []struct {
		name string
		a, b mat.Matrix
		want float64
	}{
		{"independent noise", ones, noise, rounds / (z * z)},
		{"one noise in all rounds", ones, same, 1 / (z * z)},
		{"that, and a change of one round alone", mat.NewDense(2, 1, []float64{1, 0}), mat.NewDense(2, 1, []float64{z, z}), math.Inf(1)},
		{"a number without noise", mat.NewDense(2, 1, []float64{1, 1}), mat.NewDense(2, 1, []float64{z, 0}), math.Inf(1)},
		{"no change", mat.NewDense(2, 1, nil), mat.NewDense(2, 1, []float64{z, 0}), 0},
		{"the worst of two changes", mat.NewDense(2, 2, []float64{1, 0, 0, 2}), mat.NewDense(2, 2, []float64{1, 0, 0, 1}), 4},
		{"a row said twice", mat.NewDense(2, 1, []float64{1, 1}), mat.NewDense(2, 1, []float64{2, 2}), 0.25},
	} {
		got, err := LinearMu2(c.a, c.b)
		if err != nil {
			t.Fatal(err)
		}
		if got != c.want && !(math.Abs(got-c.want) < 1e-12) {
			t.Errorf("%s: μ² %v, want %v", c.name, got, c.want)
		}
		ball, err := LinearMu2Ball(c.a, c.b)
		if err != nil || !(ball >= got*(1-1e-12)) {
			t.Errorf("%s: μ² %v, %v over the ball, below %v", c.name, ball, err, got)
		}
	}
	if got, err := LinearMu2Ball(mat.NewDense(2, 2, []float64{1, 1, 1, -1}), mat.NewDense(2, 2, []float64{1, 0, 0, 1})); err != nil || math.Abs(got-2) > 1e-12 {
		t.Errorf("the ball: μ² %v, %v, want 2", got, err)
	}
	if _, err := LinearMu2(ones, mat.NewDense(2, 2, nil)); err == nil {
		t.Error("A and B of different rows: no error")
	}
}

func TestCorrelatedNoise(t *testing.T) {
	ring := func(n int) (edges [][2]int) {
		for i := range n {
			edges = append(edges, [2]int{i, (i + 1) % n})
		}
		return edges
	}
	// Without noise on the edges, or without edges, it is local noise.
	for _, c := range []struct {
		pairwise float64
		edges    [][2]int
	}{{0, ring(5)}, {7, nil}} {
		if got, err := CorrelatedNoise(1.5, c.pairwise, 5, c.edges); err != nil || math.Abs(got-1.5) > 1e-12 {
			t.Errorf("%v: %v, %v, want 1.5", c, got, err)
		}
	}
	// With endless noise on a connected graph the mean alone is left, z·√n.
	if got, err := CorrelatedNoise(1.5, 1e4, 5, ring(5)); err != nil || math.Abs(got-1.5*math.Sqrt(5)) > 1e-6 {
		t.Errorf("much noise on the edges: %v, %v, want %v", got, err, 1.5*math.Sqrt(5))
	}
	// It is the linear view of all messages, y_u = x_u + v_u + Σ ± v_e.
	const n, z, zc = 6, 0.7, 1.3
	edges := append(ring(n), [2]int{0, 3})
	b := mat.NewDense(n, n+len(edges), nil)
	identity := mat.NewDense(n, n, nil)
	for i := range n {
		b.Set(i, i, z)
		identity.Set(i, i, 1)
	}
	for k, e := range edges {
		b.Set(e[0], n+k, zc)
		b.Set(e[1], n+k, -zc)
	}
	mu2, err := LinearMu2(identity, b)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := CorrelatedNoise(z, zc, n, edges); err != nil || math.Abs(1/(got*got)-mu2) > 1e-12 {
		t.Errorf("1/z² %v, %v, want the linear view's %v", 1/(got*got), err, mu2)
	}
	for _, bad := range []struct {
		z, zc float64
		n     int
		edges [][2]int
	}{{0, 1, 3, nil}, {1, -1, 3, nil}, {1, 1, 0, nil}, {1, 1, 3, [][2]int{{0, 3}}}, {1, 1, 3, [][2]int{{1, 1}}}, {math.NaN(), 1, 3, nil}} {
		if got, err := CorrelatedNoise(bad.z, bad.zc, bad.n, bad.edges); err == nil {
			t.Errorf("%+v: %v, want an error", bad, got)
		}
	}
}

// averaging gossips as the protocol does: each round every client adds its
// input, then edges drawn at random average.
func averaging(t *testing.T, edges [][2]int, clients, rounds, exchanges int, seed uint64) *Averaging {
	t.Helper()
	a, err := NewAveraging(clients, rounds)
	if err != nil {
		t.Fatal(err)
	}
	for r := range rounds {
		if err := a.Begin(); err != nil {
			t.Fatal(err)
		}
		s := random.New(random.Address{Seed: seed, Purpose: random.PurposeExchanges, Round: r})
		for range exchanges {
			e := edges[s.Intn(len(edges))]
			if err := a.Exchange(e[0], e[1]); err != nil {
				t.Fatal(err)
			}
		}
	}
	return a
}

// What is learnt in 20 rounds of 10 exchanges among 20 clients, in units of
// Δ²/σ². The specification's figures, one seed: on the ring mean 2.53 and worst
// 18.6, on an Erdős–Rényi graph of probability 0.2 3.24 and 16.9, of 20 at
// most. A seed's exchanges move the mean by some 5 % and the worst by more.
func TestGossipReference(t *testing.T) {
	for _, c := range []struct {
		kind        string
		o           topology.Options
		mean, worst float64
	}{
		{topology.Ring, topology.Options{}, 2.53, 18.6},
		{topology.ErdosRenyi, topology.Options{EdgeProbability: 0.2}, 3.24, 16.9},
	} {
		for seed := range uint64(2) {
			g, err := topology.New(c.kind, 20, c.o, seed)
			if err != nil {
				t.Fatal(err)
			}
			a := averaging(t, g.Edges(), 20, 20, 10, seed)
			sum, worst := 0.0, 0.0
			for v := range 20 {
				learnt, err := a.Learnt(v)
				if err != nil {
					t.Fatal(err)
				}
				if learnt[v] != 0 {
					t.Errorf("client %d learns %v of itself", v, learnt[v])
				}
				for _, x := range learnt {
					sum += x / (20 * 19)
					worst = math.Max(worst, x)
				}
			}
			if math.Abs(sum-c.mean) > 0.1*c.mean || math.Abs(worst-c.worst) > 0.15*c.worst || worst > 20*(1+1e-12) {
				t.Errorf("%s, seed %d: mean %v, worst %v; want about %v and %v", c.kind, seed, sum, worst, c.mean, c.worst)
			}
		}
	}
}

// One round's loss is exact: it is the linear view of what v heard, for each
// u's change. And over rounds the bound lies between the loss of a change of
// one direction and the local figure.
func TestGossipIsALinearView(t *testing.T) {
	const n = 6
	path := [][2]int{{0, 1}, {1, 2}, {2, 3}, {3, 4}, {4, 5}}
	for _, rounds := range []int{1, 3} {
		a, err := NewAveraging(n, rounds)
		if err != nil {
			t.Fatal(err)
		}
		values, heard := [n][]float64{}, [n][][]float64{}
		for u := range values {
			values[u] = make([]float64, n*rounds)
		}
		for r := range rounds {
			if err := a.Begin(); err != nil {
				t.Fatal(err)
			}
			for u := range values {
				values[u][r*n+u]++
			}
			s := random.New(random.Address{Seed: 5, Round: r})
			for range 8 {
				e := path[s.Intn(len(path))]
				if err := a.Exchange(e[0], e[1]); err != nil {
					t.Fatal(err)
				}
				x, y := values[e[0]], values[e[1]]
				heard[e[1]] = append(heard[e[1]], append([]float64(nil), x...))
				heard[e[0]] = append(heard[e[0]], append([]float64(nil), y...))
				for i := range x {
					x[i] = (x[i] + y[i]) / 2
				}
				copy(y, x)
			}
		}
		for v := range n {
			learnt, err := a.Learnt(v)
			if err != nil {
				t.Fatal(err)
			}
			if len(heard[v]) == 0 {
				for u, x := range learnt {
					if x != 0 {
						t.Errorf("client %d heard nothing and learns %v of %d", v, x, u)
					}
				}
				continue
			}
			noise := mat.NewDense(len(heard[v]), n*rounds, nil)
			for i, row := range heard[v] {
				for j, x := range row {
					if j%n != v { // v knows its own
						noise.Set(i, j, x)
					}
				}
			}
			for u := range n {
				if u == v {
					continue
				}
				change := mat.NewDense(len(heard[v]), 1, nil)
				for i, row := range heard[v] {
					for r := range rounds {
						change.Set(i, 0, change.At(i, 0)+row[r*n+u]) // h = 1 in all rounds
					}
				}
				mu2, err := LinearMu2(change, noise)
				if err != nil {
					t.Fatal(err)
				}
				if rounds == 1 && math.Abs(learnt[u]-mu2) > 1e-9 {
					t.Errorf("%d of %d: %v, want the linear view's %v", v, u, learnt[u], mu2)
				}
				if learnt[u] < mu2-1e-9 || learnt[u] > float64(rounds)+1e-9 {
					t.Errorf("%d of %d: %v, want %v to %d", v, u, learnt[u], mu2, rounds)
				}
			}
		}
	}
}

// The sum formula's counterexample: on a ring, v sees w's value, then the mean
// of both and w's other neighbour, and so that one's input in full.
func TestGossipRecoversANeighbour(t *testing.T) {
	a, err := NewAveraging(3, 1)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Begin(); err != nil {
		t.Fatal(err)
	}
	for _, e := range [][2]int{{0, 1}, {1, 2}, {0, 1}} {
		if err := a.Exchange(e[0], e[1]); err != nil {
			t.Fatal(err)
		}
	}
	learnt, err := a.Learnt(0)
	if err != nil {
		t.Fatal(err)
	}
	for u, want := range []float64{0, 1, 1} {
		if math.Abs(learnt[u]-want) > 1e-12 {
			t.Errorf("client 0 learns %v of %d, want %v", learnt[u], u, want)
		}
	}
	for name, err := range map[string]error{
		"a round too many": a.Begin(), "itself": a.Exchange(1, 1), "nobody": a.Exchange(0, 3),
		"one client": func() error { _, err := NewAveraging(1, 1); return err }(),
		"stranger":   func() error { _, err := a.Learnt(3); return err }(),
	} {
		if err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestTrust(t *testing.T) {
	base := Setting{Adjacency: privacy.ZeroOut, Clip: 2, Rounds: 20, Clients: 20, Rate: 1, Examples: 3000, Batch: 256}
	ring := [][2]int{}
	for i := range 20 {
		ring = append(ring, [2]int{i, (i + 1) % 20})
	}
	for trust := Local; trust <= ExampleLevel; trust++ {
		s := base
		s.Trust = trust
		if trust == Correlated {
			s.Pairwise, s.Edges = 3, ring
		}
		if trust.Assumes() == "" || trust.String() == "" {
			t.Errorf("%v says nothing of what it assumes", trust)
		}
		z, err := s.Calibrate(4, delta)
		if err != nil {
			t.Fatalf("%v: %v", trust, err)
		}
		e, err := s.Event(z)
		if err != nil {
			t.Fatalf("%v: %v", trust, err)
		}
		if got := compose(t, Best([]privacy.Event{e}), e).Epsilon(delta); !(got <= 4 && got > 3.999) {
			t.Errorf("%v: z %v gives ε %v, want 4", trust, z, got)
		}
		if want := privacy.Unit(map[bool]int{false: 1, true: 2}[trust == ExampleLevel]); e.Unit != want {
			t.Errorf("%v protects a %v", trust, e.Unit)
		}
	}
	// Variances by hand, z 2, C 2: σ 4.
	for _, c := range []struct {
		trust         Trust
		message, mean float64
	}{
		{Local, 4, 4 / math.Sqrt(20)}, {Central, 0, 4.0 / 20}, {SecureAggregation, 4 / math.Sqrt(20), 4.0 / 20},
		{Correlated, math.Sqrt(16 + 2*36), 4 / math.Sqrt(20)}, {ExampleLevel, 4.0 / 256, 4.0 / 256 / math.Sqrt(20)},
	} {
		s := base
		s.Trust, s.Pairwise, s.Edges = c.trust, 3, ring
		if a, b := s.MessageNoise(2), s.MeanNoise(2); math.Abs(a-c.message) > 1e-12 || math.Abs(b-c.mean) > 1e-12 {
			t.Errorf("%v: noise %v and %v, want %v and %v", c.trust, a, b, c.message, c.mean)
		}
	}
	missing := base
	missing.Trust, missing.Missing = SecureAggregation, 4
	if got := missing.MessageNoise(2); got != 1 { // 4/√16
		t.Errorf("4 of 20 missing: noise %v, want 1", got)
	}
	// Who is sampled is seen under local noise and hidden under the others.
	for trust, want := range map[Trust]privacy.SamplingKind{Local: privacy.Visible, Central: privacy.Poisson, SecureAggregation: privacy.Poisson} {
		s := base
		s.Trust, s.Rate = trust, 0.5
		if e, err := s.Event(1); err != nil || e.Sampling.Kind != want {
			t.Errorf("%v: %v sampling, %v, want %v", trust, e.Sampling.Kind, err, want)
		}
	}
	for name, spoil := range map[string]func(*Setting){
		"trust":     func(s *Setting) { s.Trust = 0 },
		"clients":   func(s *Setting) { s.Clients = 0 },
		"rate":      func(s *Setting) { s.Rate = 0 },
		"rounds":    func(s *Setting) { s.Rounds = 0 },
		"clip":      func(s *Setting) { s.Clip = -1 },
		"missing":   func(s *Setting) { s.Trust, s.Missing = SecureAggregation, 20 },
		"drop-out":  func(s *Setting) { s.Trust, s.Rate = Correlated, 0.5 },
		"edge":      func(s *Setting) { s.Trust, s.Edges = Correlated, [][2]int{{0, 20}} },
		"batch":     func(s *Setting) { s.Trust, s.Batch = ExampleLevel, 3001 },
		"adjacency": func(s *Setting) { s.Adjacency = 0 },
	} {
		s := base
		s.Trust = Local
		spoil(&s)
		if e, err := s.Event(1); err == nil {
			t.Errorf("%s: %+v, want an error", name, e)
		}
	}
	if s := fmt.Sprint(Trust(9), Claim(9)); s != "trust 9 claim 9" {
		t.Errorf("unknown: %s", s)
	}
}
