package lab_test

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"grapevine/app/crew"
	"grapevine/app/experiment"
	"grapevine/app/lab"
	"grapevine/app/wire"
)

// question is about the tutorial with settings over it, for the client worst
// off, by gossip where it runs.
func question(t *testing.T, settings ...string) *wire.Account {
	t.Helper()
	var list []experiment.Setting
	for i := 0; i < len(settings); i += 2 {
		list = append(list, experiment.Setting{Key: settings[i], Value: settings[i+1]})
	}
	e, _, err := experiment.Build("tutorial", list)
	if err != nil {
		t.Fatal(err)
	}
	q := &wire.Account{ID: 3, Experiment: e, Sizes: slices.Repeat([]int{600}, e.Clients), Protocol: experiment.FedAvg, Client: wire.None}
	if e.Runs(experiment.Gossip) {
		q.Protocol = experiment.Gossip
	}
	return q
}

func accounted(t *testing.T, q *wire.Account) *wire.Accounted {
	t.Helper()
	a := lab.Account(q)
	if a.Problem != "" {
		t.Fatalf("%+v: %s", q.Experiment, a.Problem)
	}
	if a.ID != q.ID {
		t.Errorf("the answer to %d carries %d", q.ID, a.ID)
	}
	// It must pass the wire: NaN and infinities too.
	if _, err := wire.Decode(wire.Encode(a)); err != nil {
		t.Fatal(err)
	}
	return a
}

// The ladder's ends are the specification's totals, and each rung is at most
// the looser one before it.
func TestLadder(t *testing.T) {
	for _, c := range []struct {
		epsilon     string
		out, change float64
	}{{"8", 57.97, 171.18}, {"4", 21.90, 57.97}, {"2", 9.06, 21.90}, {"1", 3.99, 9.06}} {
		a := accounted(t, question(t, "epsilon", c.epsilon))
		if len(a.Ladder) != len(wire.Rungs) {
			t.Fatalf("%d rungs: want %d", len(a.Ladder), len(wire.Rungs))
		}
		exact := a.Ladder[5].Epsilon
		if math.Abs(float64(exact[0])-c.out) > 0.006 || math.Abs(float64(exact[1])-c.change) > 0.006 {
			t.Errorf("ε₀ %s: exact %v: want %v and %v", c.epsilon, exact, c.out, c.change)
		}
		for i := range 2 {
			for j := 2; j < 5; j++ {
				if a.Ladder[j].Epsilon[i] < exact[i] {
					t.Errorf("ε₀ %s: %s gives %v, less than exact %v", c.epsilon, a.Ladder[j].Key, a.Ladder[j].Epsilon[i], exact[i])
				}
			}
			if a.Ladder[4].Epsilon[i] > a.Ladder[3].Epsilon[i] {
				t.Errorf("ε₀ %s: RDP %v above zCDP %v", c.epsilon, a.Ladder[4].Epsilon[i], a.Ladder[3].Epsilon[i])
			}
		}
		last := a.Growth[len(a.Growth)-1]
		if last.Round != 20 || last.Epsilon[5] != exact[0] || a.Growth[0].Round != 1 || len(a.Growth) != 20 {
			t.Errorf("growth ends at round %d with %v: want 20 with %v", last.Round, last.Epsilon, exact[0])
		}
		for i := 1; i < len(a.Growth); i++ {
			if a.Growth[i].Epsilon[5] <= a.Growth[i-1].Epsilon[5] {
				t.Errorf("the total does not grow after round %d", a.Growth[i].Round)
			}
		}
	}
}

// Who looks on decides: the server pays for the rounds that a client is asked
// in; who sees sums of ten alone sees ten clients' noise.
func TestLadderOfObservers(t *testing.T) {
	q := question(t, "epsilon", "1", "protocol", "fedavg")
	mixture := accounted(t, q)
	if e := float64(mixture.Ladder[5].Epsilon[0]); math.Abs(e-2.92) > 0.006 {
		t.Errorf("server: %v: want 2.92", e)
	}
	if !math.IsNaN(float64(mixture.Ladder[1].Epsilon[0])) {
		t.Error("basic composition claims to know visible participation")
	}
	total := 0.0
	least, most := math.Inf(1), 0.0
	for c := range 20 {
		q.Client = c
		a := accounted(t, q)
		total += a.Times
		least, most = min(least, float64(a.Ladder[5].Epsilon[0])), max(most, float64(a.Ladder[5].Epsilon[0]))
	}
	if total != 200 {
		t.Errorf("the clients were asked %v times together: want 200", total)
	}
	if !(least < 2.92 && most > 2.92 && most < 3.99) {
		t.Errorf("by client the totals go from %v to %v: want around 2.92 and below 3.99", least, most)
	}
	q.Client, q.Sums = wire.None, true
	if a := accounted(t, q); !(float64(a.Ladder[5].Epsilon[0]) < most/2) || a.Observer != "aggregate only" {
		t.Errorf("sums alone: %v before %q: want far less than %v", a.Ladder[5].Epsilon[0], a.Observer, most)
	}
}

// Calibration finds the specification's multipliers, rounded up, and what it
// writes keeps the target.
func TestCalibration(t *testing.T) {
	for _, c := range []struct {
		target, want float64
		settings     []string
	}{
		{1, 16.69, []string{"protocol", "gossip"}},
		{2, 8.918, []string{"protocol", "gossip"}},
		{4, 4.836, []string{}},
		{8, 2.684, []string{"protocol", "gossip", "epsilon", "1"}},
		{8, 1.554, []string{"trust", "central", "sampling", "poisson"}},
	} {
		q := question(t, c.settings...)
		q.Target = c.target
		a := accounted(t, q)
		if math.Abs(a.Found-c.want) > 1.1e-3*math.Max(1, c.want/10) || a.FoundWhy != "" {
			t.Errorf("target %v, %v: multiplier %v (%s): want %v", c.target, c.settings, a.Found, a.FoundWhy, c.want)
		}
		if a.FoundTotal > c.target || a.FoundTotal < 0.999*c.target {
			t.Errorf("target %v: the multiplier gives %v", c.target, a.FoundTotal)
		}
	}
	// Shared noise helps: less of one's own is needed, and it still holds.
	q := question(t, "trust", "correlated", "protocol", "gossip", "topology", "complete")
	q.Target = 8
	if a := accounted(t, q); !(a.Found > 0 && a.Found < 2.684) || a.FoundTotal > 8 {
		t.Errorf("shared noise: multiplier %v gives %v: want below 2.684 and at most 8", a.Found, a.FoundTotal)
	}
}

// A budget is the last round whose total keeps it.
func TestBudget(t *testing.T) {
	q := question(t, "epsilon", "1")
	q.Budget = 8
	n := accounted(t, q).Rounds
	for _, more := range []int{0, 1} {
		q.Experiment.Rounds = n + more
		total := float64(accounted(t, q).Ladder[5].Epsilon[0])
		if (total > 8) != (more == 1) {
			t.Errorf("budget 8 gives %d rounds; after %d the total is %v", n, n+more, total)
		}
	}
	q.Budget = 0.1
	if a := accounted(t, q); a.Rounds != 0 || a.RoundsWhy != "" {
		t.Errorf("budget 0.1: %d rounds (%s): want 0", a.Rounds, a.RoundsWhy)
	}
	q = question(t)
	q.Budget = 8
	if a := accounted(t, q); a.RoundsWhy == "" || a.Noisy || len(a.Ladder) > 0 {
		t.Errorf("without noise there are %d rounds and a ladder of %d", a.Rounds, len(a.Ladder))
	}
}

// The classic formula is proved up to 1 and fails above about 8.42.
func TestClassic(t *testing.T) {
	for _, c := range []struct {
		epsilon       string
		proved, holds bool
	}{{"1", true, true}, {"8", false, true}, {"30", false, false}} {
		a := accounted(t, question(t, "epsilon", c.epsilon)).Classic
		if a == nil || a.Proved != c.proved || a.Holds != c.holds || math.Abs(a.Limit-8.42) > 0.01 {
			t.Errorf("ε₀ %s: %+v", c.epsilon, a)
		}
	}
	if accounted(t, question(t, "noise_by", "multiplier")).Classic != nil {
		t.Error("a multiplier has no classic formula")
	}
}

// The exported ledger is all it takes to compute a total again: here with
// nothing but the formula that the page states.
func TestTotalFollowsFromTheLedger(t *testing.T) {
	q := question(t, "epsilon", "1", "protocol", "gossip", "rounds", "2", "train", "1000", "test", "1000", "clients", "4")
	q.Runs = []experiment.Experiment{q.Experiment}
	a := accounted(t, q)
	trace, err := lab.Run(context.Background(), q.Experiment, load, crew.NewLocal(1, func() crew.Hand { return lab.NewHand(load) }), nil)
	if err != nil {
		t.Fatal(err)
	}
	mu2 := 0.0
	for _, r := range trace.Runs[0].Ledger {
		mu2 += float64(r.Rounds) / (r.NoiseMultiplier * r.NoiseMultiplier) // zero-out: s = 1
	}
	mu, phi := math.Sqrt(mu2), func(x float64) float64 { return math.Erfc(-x/math.Sqrt2) / 2 }
	for _, epsilon := range []float64{float64(a.Ladder[5].Epsilon[0]), float64(a.Totals[0][0])} {
		if delta := phi(mu/2-epsilon/mu) - math.Exp(epsilon)*phi(-mu/2-epsilon/mu); math.Abs(delta-1e-5) > 1e-9 {
			t.Errorf("ε %v holds at δ %v by the ledger: want 1e-5", epsilon, delta)
		}
	}
	// Shares that are not known are not guessed.
	other := question(t, "trust", "example", "seed", "8").Experiment
	q.Runs = []experiment.Experiment{other}
	if a := accounted(t, q); !math.IsNaN(float64(a.Totals[0][0])) || len(a.Totals[0]) != 2 {
		t.Errorf("an example-level run on other shares costs %v", a.Totals)
	}
}

// What cannot be asked is refused, and said.
func TestAccountRefuses(t *testing.T) {
	for name, spoil := range map[string]func(*wire.Account){
		"shares":   func(q *wire.Account) { q.Sizes = nil },
		"client":   func(q *wire.Account) { q.Client = 20 },
		"protocol": func(q *wire.Account) { q.Protocol = "both" },
		"clip":     func(q *wire.Account) { q.Experiment.Clip = -1 },
		"sums":     func(q *wire.Account) { q.Sums = true },
	} {
		q := question(t, "epsilon", "1")
		spoil(q)
		if got := lab.Account(q).Problem; !strings.Contains(got, name) {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// Nobody learns more of a client than whoever hears every message; on a ring
// with few exchanges far clients learn nothing.
func TestLeak(t *testing.T) {
	q := question(t, "epsilon", "1")
	a := lab.Leak(&wire.Leak{ID: 4, Experiment: q.Experiment})
	if a.Problem != "" || a.ID != 4 || a.Rounds != 20 {
		t.Fatalf("%d rounds: %s", a.Rounds, a.Problem)
	}
	if math.Abs(a.Local-3.99) > 0.006 {
		t.Errorf("the local figure is %v: want 3.99", a.Local)
	}
	worst, sum := 0.0, 0.0
	for u, row := range a.Share {
		for v, share := range row {
			if share < 0 || share > 1 || u == v && share != 0 || a.Epsilon[u][v] > a.Local {
				t.Fatalf("client %d shows %v of the local figure to %d", u, share, v)
			}
			worst, sum = max(worst, share), sum+share
		}
	}
	// The specification's ring, other seeds: mean pair 2.53 of 20, worst 18.6.
	if mean := 20 * sum / 380; mean < 1.5 || mean > 4 || worst < 0.7 {
		t.Errorf("mean pair %v, worst %v: want near 2.5 and 18.6", mean, 20*worst)
	}
	e := q.Experiment
	e.Rounds = 1000
	if got := lab.Leak(&wire.Leak{Experiment: e}).Rounds; got < 1 || got >= 1000 {
		t.Errorf("of 1,000 rounds %d are looked at: want some, not all", got)
	}
	if got := lab.Leak(&wire.Leak{Experiment: question(t).Experiment}).Problem; !strings.Contains(got, "noise") {
		t.Errorf("without noise: %q", got)
	}
}
