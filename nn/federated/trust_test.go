package federated

import (
	"math"
	"slices"
	"testing"

	"grapevine/nn"
	"grapevine/nn/data"
	"grapevine/nn/kernel"
	"grapevine/nn/random"
)

// variance is the mean square of x.
func variance(x []float32) float64 {
	sum := 0.0
	for _, v := range x {
		sum += float64(v) * float64(v)
	}
	return sum / float64(len(x))
}

// near holds a variance of n variates to what is wanted: four standard
// deviations of it, each √(2/n).
func near(t *testing.T, what string, got, want float64, n int) {
	t.Helper()
	if math.Abs(got-want) > 4*want*math.Sqrt(2/float64(n)) {
		t.Errorf("%s has variance %v: want %v", what, got, want)
	}
}

// wide is a shape of many parameters, so that a variance shows in one round.
var wide = nn.Shape{300, 100}

// The server's noise is N(0, σ²) on the sum, divided by the number asked for:
// one noise, however many clients send.
func TestServersNoise(t *testing.T) {
	const sigma = 3.0
	moved := func(s float32, asks Asks, round int) []float32 {
		f := NewFedAvg(wide, asks, s)
		before := append([]float32(nil), f.Models()[0]...)
		tasks := f.Plan(round)
		results := make([][]float32, len(tasks))
		for i := range results {
			results[i] = make([]float32, wide.Parameters())
		}
		f.Merge(round, results)
		kernel.Sub(before, f.Models()[0], before)
		return before
	}
	for _, participants := range []int{1, 4, 8} {
		asks := Asks{Clients: 8, Participants: participants, Seed: 7}
		got := moved(sigma, asks, 1)
		near(t, "the step", variance(got), sigma*sigma/float64(participants*participants), len(got))
		for _, x := range moved(0, asks, 1) {
			if x != 0 {
				t.Fatal("without noise a round of zero updates moved the model")
			}
		}
	}
	// Poisson: a round that asks nobody still has its noise and its divisor.
	asks := Asks{Clients: 8, Participants: 2, Poisson: true, Seed: 7}
	empty := 0
	for round := 1; round <= 60; round++ {
		if len(asks.Round(round)) == 0 {
			empty++
			got := moved(sigma, asks, round)
			near(t, "the step of nobody", variance(got), sigma*sigma/4.0, len(got))
		}
	}
	if empty == 0 {
		t.Error("no round of 60 asked nobody: the test sees too little")
	}
}

// The clipped sum over the fixed number: central noise aside, what Merge adds
// is Σ clip(u)/m.
func TestCentralIsTheClippedSum(t *testing.T) {
	w := Work{Clip: 2, Seed: 7}
	f := NewFedAvg(shape, Asks{Clients: 20, Participants: 10, Seed: 7}, 0)
	s := random.New(random.Address{Seed: 1})
	before := append([]float32(nil), f.Models()[0]...)
	want := make([]float64, len(before))
	var results [][]float32
	for i, task := range f.Plan(1) {
		u := make([]float32, shape.Parameters())
		s.AddNormal(u, float32(i)/3)
		w.Sanitise(u, 1, task.Client)
		if n := math.Sqrt(float64(kernel.SquaredNorm(u))); n > 2*(1+1e-6) {
			t.Errorf("a sanitised update has norm %v: want at most 2", n)
		}
		for j, x := range u {
			want[j] += float64(x) / 10
		}
		results = append(results, u)
	}
	f.Merge(1, results)
	for j, x := range f.Models()[0] {
		if got := float64(x) - float64(before[j]); math.Abs(got-want[j]) > 1e-6 {
			t.Errorf("parameter %d moved by %v: want %v", j, got, want[j])
		}
	}
}

// Under Poisson sampling each client takes part by itself with probability m/N.
func TestPoissonClients(t *testing.T) {
	asks := Asks{Clients: 20, Participants: 5, Poisson: true, Seed: 7}
	var count [20]int
	sizes := map[int]bool{}
	for round := range 1000 {
		asked := asks.Round(round)
		if !slices.IsSorted(asked) {
			t.Fatalf("round %d asks %v: want ascending clients", round, asked)
		}
		sizes[len(asked)] = true
		for _, c := range asked {
			count[c]++
		}
	}
	for c, n := range count { // 250 expected, a standard deviation of 13.7
		if n < 190 || n > 310 {
			t.Errorf("client %d takes part in %d of 1000 rounds: want about 250", c, n)
		}
	}
	if len(sizes) < 8 {
		t.Errorf("rounds have %d sizes: want chance to show", len(sizes))
	}
}

// Each client's noise is its own and its pairs'; over a whole graph the pairs'
// cancel, up to the rounding of sums.
func TestCorrelatedNoise(t *testing.T) {
	w := Work{Clip: 1, Sigma: 0.5, PairSigma: 4, Seed: 7, Neighbours: [][]int{{1, 2}, {0, 2}, {0, 1, 3}, {2}}}
	const n = 30000
	sum := make([]float32, n)
	for c := range w.Neighbours {
		u := make([]float32, n)
		w.Sanitise(u, 3, c)
		degree := float64(len(w.Neighbours[c]))
		near(t, "a message", variance(u), 0.25+16*degree, n)
		if got := float64(w.noise(c)); math.Abs(got*got-0.25-16*degree) > 1e-4 {
			t.Errorf("client %d reports noise %v: want √%v", c, got, 0.25+16*degree)
		}
		kernel.Add(sum, u)
	}
	near(t, "the sum of all", variance(sum), 4*0.25, n)
}

// m clients that add variance (zC)²/m each together add (zC)².
func TestSharesOfNoiseAddUp(t *testing.T) {
	const m, n = 10, 30000
	w := Work{Clip: 1, Sigma: float32(3 / math.Sqrt(m)), Seed: 7}
	sum := make([]float32, n)
	for c := range m {
		u := make([]float32, n)
		w.Sanitise(u, 1, c)
		near(t, "a share", variance(u), 9.0/m, n)
		kernel.Add(sum, u)
	}
	near(t, "the sum", variance(sum), 9, n)
}

// Private work is not clipped or blurred again, and reports what it did.
func TestPrivateWork(t *testing.T) {
	s := nn.Shape{4, 3, 10}
	set := &data.Set{Count: 50, Inputs: 4, Levels: 15}
	r := random.New(random.Address{Seed: 1})
	for range 50 {
		for range 4 {
			set.Pixels = append(set.Pixels, byte(r.Intn(16)))
		}
		set.Labels = append(set.Labels, byte(r.Intn(10)))
	}
	index := make([]int, 50)
	for i := range index {
		index[i] = i
	}
	w := Work{Seed: 7, Private: nn.Private{LearningRate: 0.5, Batch: 20, Steps: 3, Clip: 1, Sigma: 2}}
	network := nn.NewNetwork(s, nn.PrivateChunk)
	start := firstWeights(s, 7, 0)
	got, report := w.Do(network, set, index, 4, Task{Client: 2, Start: start})
	want := append([]float32(nil), start...)
	network.TrainPrivate(want, set, index, w.Private, random.Address{Seed: 7, Round: 4, Client: 2})
	for i := range want {
		if d := got[i] - want[i]; d > 1e-6 || d < -1e-6 { // the update was taken and added again
			t.Errorf("parameter %d is %v: want %v", i, got[i], want[i])
		}
	}
	if report.Noise != 0.1 || report.Norm <= 0 || report.Hash != Hash(got) {
		t.Errorf("report %+v: want noise 0.1, a norm and the result's hash", report)
	}
	w.Secret[0] = 1
	if other, _ := w.Do(network, set, index, 4, Task{Client: 2, Start: start}); other[0] == got[0] {
		t.Error("a secret changes nothing")
	}
}

// No two streams of one protocol's run are equal: whatever one trust model
// opens, over rounds, clients, steps and edges, begins with words of its own.
func TestStreamsOfAProtocolDiffer(t *testing.T) {
	seen := map[[2]uint64]random.Address{}
	open := func(a random.Address) {
		s := random.New(a)
		words := [2]uint64{s.Uint64(), s.Uint64()}
		if b, ok := seen[words]; ok {
			t.Fatalf("%+v and %+v are one stream", a, b)
		}
		seen[words] = a
	}
	const clients, rounds, steps = 7, 5, 4
	at := random.Address{Seed: 7}
	for _, at.Purpose = range []string{random.PurposeShards, random.PurposePartition, random.PurposeTopology} {
		open(at)
	}
	for c := range clients {
		open(random.Address{Seed: 7, Purpose: random.PurposeInit, Client: c})
		open(random.Address{Seed: 7, Purpose: random.PurposeCanary, Client: c})
	}
	for at.Round = 1; at.Round <= rounds; at.Round++ {
		for _, at.Purpose = range []string{random.PurposeClients, random.PurposeExchanges, random.PurposeServerNoise} {
			open(at)
		}
		for c := range clients {
			at := at
			at.Client, at.Purpose = c, random.PurposeNoise
			open(at)
			for at.Step = range steps {
				for _, at.Purpose = range []string{random.PurposeOrder, random.PurposeExampleBatch, random.PurposeExampleNoise} {
					open(at)
				}
			}
			at.Purpose = random.PurposeEdgeNoise
			for at.Step = c + 1; at.Step < clients; at.Step++ {
				open(at)
			}
		}
	}
	if want := 3 + 2*clients + rounds*(3+clients*(1+3*steps)+clients*(clients-1)/2); len(seen) != want {
		t.Errorf("%d streams were opened: want %d", len(seen), want)
	}
}
