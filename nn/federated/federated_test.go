package federated

import (
	"math"
	"slices"
	"testing"

	"grapevine/nn"
)

var shape = nn.Shape{3, 2}

// answers gives every task's result: its start plus the task's place, or the
// place alone where the update is asked for.
func answers(tasks []Task) [][]float32 {
	results := make([][]float32, len(tasks))
	for i, t := range tasks {
		results[i] = append([]float32(nil), t.Start...)
		for j := range results[i] {
			if t.Update {
				results[i][j] = 0
			}
			results[i][j] += float32(i)
		}
	}
	return results
}

// FedAvg asks distinct clients in order, all from the global parameters, and
// adds the mean of what they send.
func TestFedAvg(t *testing.T) {
	f := NewFedAvg(shape, Asks{Clients: 20, Participants: 10, Seed: 7}, 0)
	asked := map[int]int{}
	for round := 1; round <= 200; round++ {
		tasks := f.Plan(round)
		if len(tasks) != 10 {
			t.Fatalf("%d clients are asked: want 10", len(tasks))
		}
		for i, task := range tasks {
			if i > 0 && task.Client <= tasks[i-1].Client || task.Client < 0 || task.Client >= 20 || !task.Update {
				t.Fatalf("task %d is %+v: want ascending clients below 20, and updates", i, task)
			}
			asked[task.Client]++
		}
		before := append([]float32(nil), f.Models()[0]...)
		for i, x := range f.Merge(round, answers(tasks)) {
			if x != (Exchange{tasks[i].Client, Server}) {
				t.Errorf("exchange %d is %v", i, x)
			}
		}
		for j, p := range f.Models()[0] {
			if want := before[j] + 4.5; p != want {
				t.Fatalf("parameter %d is %v: want %v, the mean of 0 to 9 more", j, p, want)
			}
		}
	}
	for c := range 20 { // 100 expected, a standard deviation of 7.1
		if asked[c] < 65 || asked[c] > 135 {
			t.Errorf("client %d was asked %d times in 200 rounds: want about 100", c, asked[c])
		}
	}
}

// Gossip keeps the mean of all parameters, brings clients together, and
// exchanges along edges alone.
func TestGossip(t *testing.T) {
	edges := [][2]int{{0, 1}, {0, 3}, {1, 2}, {2, 3}}
	g := NewGossip(shape, 4, edges, 12, false, 7)
	mean := func() (m [8]float64) {
		for _, p := range g.Models() {
			for j, x := range p {
				m[j] += float64(x) / 4
			}
		}
		return m
	}
	used := map[Exchange]int{}
	for round := 1; round <= 50; round++ {
		results := answers(g.Plan(round))
		for i := range results { // no training: parameters as they are
			copy(results[i], g.Models()[i])
		}
		before, spread := mean(), g.Spread()
		exchanges := g.Merge(round, results)
		if len(exchanges) != 12 {
			t.Fatalf("%d exchanges: want 12", len(exchanges))
		}
		for _, x := range exchanges {
			used[x]++
		}
		for j, m := range mean() {
			if math.Abs(m-before[j]) > 1e-6 {
				t.Fatalf("round %d: the mean of parameter %d went from %v to %v", round, j, before[j], m)
			}
		}
		if now := g.Spread(); now > spread+1e-7 {
			t.Errorf("round %d: the consensus distance rose from %v to %v", round, spread, now)
		}
	}
	if g.Spread() > 1e-3 {
		t.Errorf("after 600 exchanges the consensus distance is %v: want about 0", g.Spread())
	}
	total := 0
	for _, e := range edges {
		n := used[Exchange{e[0], e[1]}]
		total += n
		if n < 110 || n > 190 { // 150 expected, a standard deviation of 10.6
			t.Errorf("edge %v was drawn %d times of 600: want about 150", e, n)
		}
	}
	if total != 600 {
		t.Errorf("%d of 600 exchanges were along edges", total)
	}
}

// Models that are equal after a round are one slice, and no others are; every
// client's is what it starts from.
func TestGossipModelsThatAreOne(t *testing.T) {
	var edges [][2]int
	for c := range 9 {
		edges = append(edges, [2]int{c, c + 1})
	}
	g := NewGossip(shape, 10, edges, 5, false, 7)
	shared := 0
	for round := 1; round <= 200; round++ {
		results := answers(g.Plan(round))
		for c := range results {
			results[c][0] = float32(10*round + c) // all differ before the exchanges
		}
		g.Merge(round, results)
		models, plan := g.Models(), g.Plan(round+1)
		for a := range models {
			if !slices.Equal(models[a], plan[a].Start) {
				t.Fatalf("round %d: client %d's model is not what it starts from", round, a)
			}
			for b := range a {
				one := &models[a][0] == &models[b][0]
				if equal := slices.Equal(models[a], models[b]); equal != one {
					t.Fatalf("round %d: models %d and %d are equal: %t; one slice: %t", round, b, a, equal, one)
				} else if one {
					shared++
				}
			}
		}
	}
	if shared < 200 {
		t.Errorf("%d pairs in 200 rounds: want more than one a round", shared)
	}
}

// Own first weights differ by client; shared ones are client 0's, and the
// server's.
func TestFirstWeights(t *testing.T) {
	own := NewGossip(shape, 3, nil, 0, false, 7).Models()
	shared := NewGossip(shape, 3, nil, 0, true, 7).Models()
	server := NewFedAvg(shape, Asks{Clients: 3, Participants: 1, Seed: 7}, 0).Models()[0]
	if own[0][0] == own[1][0] || own[1][0] == own[2][0] {
		t.Errorf("own first weights are equal: %v", own)
	}
	bound := 1 / math.Sqrt(3)
	for c := range shared {
		for j, p := range shared[c] {
			if p != own[0][j] || p != server[j] {
				t.Errorf("client %d parameter %d is %v: want client 0's %v", c, j, p, own[0][j])
			}
			if math.Abs(float64(p)) > bound {
				t.Errorf("parameter %v is beyond ±1/√3", p)
			}
		}
	}
	if d := NewGossip(shape, 3, nil, 0, true, 7).Spread(); d > 1e-6 { // a third of a sum of three is rounded
		t.Errorf("equal clients have consensus distance %v: want 0 up to rounding", d)
	}
}

// Two NaNs hash alike, and a sign of zero counts.
func TestHash(t *testing.T) {
	a := []float32{1, float32(math.NaN())}
	b := []float32{1, math.Float32frombits(0xffc00001)}
	if Hash(a) != Hash(b) {
		t.Error("two NaNs give two hashes")
	}
	if Hash([]float32{0}) == Hash([]float32{float32(math.Copysign(0, -1))}) {
		t.Error("0 and −0 have one hash")
	}
}
