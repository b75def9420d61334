package accountant_test

import (
	"fmt"
	"math"
	"testing"

	"grapevine/nn/privacy"
	. "grapevine/nn/privacy/accountant"
)

const delta = 1e-5

// event is one round of a client's update before whoever sees all messages.
func event(z float64, rounds int, a privacy.Adjacency) privacy.Event {
	return privacy.Event{
		Mechanism: privacy.Gaussian, NoiseMultiplier: z, Clip: 2,
		Sampling: privacy.Sampling{Kind: privacy.EveryRound}, Rounds: rounds,
		Unit: privacy.Client, Adjacency: a, Observer: privacy.Aggregate,
	}
}

func sampled(z float64, rounds int, a privacy.Adjacency, s privacy.Sampling) privacy.Event {
	e := event(z, rounds, a)
	e.Sampling = s
	return e
}

var half = privacy.Sampling{Kind: privacy.Poisson, Q: 0.5}

func compose(t *testing.T, a Accountant, events ...privacy.Event) Profile {
	t.Helper()
	p, err := a.Compose(events)
	if err != nil {
		t.Fatalf("%s: %v", a.Name(), err)
	}
	return p
}

// want compares by the digits that the specification gives.
func want(t *testing.T, what string, got float64, digits string) {
	t.Helper()
	decimals := 0
	for i := range digits {
		if digits[i] == '.' {
			decimals = len(digits) - i - 1
		}
	}
	if s := fmt.Sprintf("%.*f", decimals, got); s != digits {
		t.Errorf("%s: %s (%.9g), want %s", what, s, got, digits)
	}
}

// The tutorial's z at ε₀ and δ 1e-5 is 4.844805/ε₀.
func tutorial(epsilon float64) float64 { return privacy.ClassicSigma(1, epsilon, delta) }

func TestTotalsOfTheTutorial(t *testing.T) {
	want(t, "z at ε₀ 1", tutorial(1), "4.844805")
	for _, c := range []struct {
		epsilon          float64
		zeroOut, replace string // every message seen
		visible, poisson string // FedAvg 10 of 20: each update seen, the sum alone
	}{
		{8, "57.97", "171.18", "42.5", "6.02"},
		{4, "21.90", "57.97", "15.97", "2.53"},
		{2, "9.06", "21.90", "6.62", "1.13"},
		{1, "3.99", "9.06", "2.92", "0.522"},
	} {
		z := tutorial(c.epsilon)
		name := func(what string) string { return fmt.Sprintf("ε₀ %v, %s", c.epsilon, what) }
		want(t, name("zero-out"), compose(t, Gaussian{}, event(z, 20, privacy.ZeroOut)).Epsilon(delta), c.zeroOut)
		want(t, name("replace-one"), compose(t, Gaussian{}, event(z, 20, privacy.ReplaceOne)).Epsilon(delta), c.replace)
		visible := sampled(z, 20, privacy.ZeroOut, privacy.Sampling{Kind: privacy.Visible, Q: 0.5})
		want(t, name("visible participation"), compose(t, Participation{}, visible).Epsilon(delta), c.visible)
		// The sum of ten updates holds ten clients' noise.
		sum := sampled(z*math.Sqrt(10), 20, privacy.ZeroOut, half)
		want(t, name("Poisson ½"), compose(t, PLD{}, sum).Epsilon(delta), c.poisson)
	}
}

func TestInverse(t *testing.T) {
	for _, c := range []struct {
		epsilon      float64
		every, half_ string
	}{{1, "16.684", "8.545"}, {2, "8.917", "4.669"}, {4, "4.835", "2.632"}, {8, "2.684", "1.553"}} {
		for _, of := range []struct {
			a    Accountant
			e    privacy.Event
			want string
		}{
			{Gaussian{}, event(1, 20, privacy.ZeroOut), c.every},
			{PLD{}, sampled(1, 20, privacy.ZeroOut, half), c.half_},
		} {
			z, err := NoiseMultiplier(of.a, of.e, c.epsilon, delta)
			if err != nil {
				t.Fatal(err)
			}
			want(t, fmt.Sprintf("z for ε %v by %s", c.epsilon, of.a.Name()), z, of.want)
			// The safe end, and no more noise than need be.
			for _, at := range []struct {
				z    float64
				safe bool
			}{{z, true}, {z * (1 - 1e-6), false}} {
				of.e.NoiseMultiplier = at.z
				if got := compose(t, of.a, of.e).Delta(c.epsilon); got <= delta != at.safe {
					t.Errorf("%s: δ %v at z %.9g, ε %v", of.a.Name(), got, at.z, c.epsilon)
				}
			}
		}
	}
}

func TestClassicFormula(t *testing.T) {
	want(t, "the ε above which the formula fails", ClassicLimit(delta), "8.42")
	for _, c := range []struct {
		epsilon       float64
		proved, holds bool
	}{{0.5, true, true}, {1, true, true}, {1.1, false, true}, {8, false, true}, {8.5, false, false}, {20, false, false}} {
		got := CheckClassic(c.epsilon, delta)
		if got.Proved != c.proved || got.Holds != c.holds || got.Holds != (got.Delta <= delta) {
			t.Errorf("ε %v: %+v, want proved %v, holds %v", c.epsilon, got, c.proved, c.holds)
		}
		// The analytic calibration is exact: it keeps δ, and less noise does not.
		sigma := AnalyticSigma(2, c.epsilon, delta)
		if d := (GaussianProfile{Mu: 2 / sigma}).Delta(c.epsilon); math.Abs(d-delta) > 1e-10*delta {
			t.Errorf("ε %v: the analytic σ gives δ %v", c.epsilon, d)
		}
		if holds := privacy.ClassicSigma(2, c.epsilon, delta) >= sigma; holds != c.holds {
			t.Errorf("ε %v: the classic σ is at least the analytic one: %v, want %v", c.epsilon, holds, c.holds)
		}
	}
}

func TestRounds(t *testing.T) {
	for _, c := range []struct {
		a Accountant
		e privacy.Event
	}{
		{Gaussian{}, event(tutorial(1), 1, privacy.ZeroOut)},
		{PLD{}, sampled(tutorial(1), 1, privacy.ZeroOut, half)},
	} {
		n, err := Rounds(c.a, c.e, 4, delta, 10000)
		if err != nil {
			t.Fatal(err)
		}
		for _, at := range []struct {
			rounds int
			safe   bool
		}{{n, true}, {n + 1, false}} {
			c.e.Rounds = at.rounds
			if e := compose(t, c.a, c.e).Epsilon(delta); e <= 4 != at.safe {
				t.Errorf("%s: ε %v after %d rounds, the most for 4 are %d", c.a.Name(), e, at.rounds, n)
			}
		}
	}
	if n, err := Rounds(Gaussian{}, event(tutorial(1), 1, privacy.ZeroOut), 4, delta, 7); n != 7 || err != nil {
		t.Errorf("%d rounds, %v: want the limit, 7", n, err)
	}
	if n, err := Rounds(Gaussian{}, event(0.1, 1, privacy.ZeroOut), 4, delta, 100); n != 0 || err != nil {
		t.Errorf("%d rounds, %v: want none", n, err)
	}
	for _, bad := range [][3]float64{{0, delta, 1}, {math.NaN(), delta, 1}, {1, 0, 1}, {1, 1, 1}, {1, delta, 0}} {
		if n, err := Rounds(Gaussian{}, event(1, 1, privacy.ZeroOut), bad[0], bad[1], int(bad[2])); err == nil {
			t.Errorf("ε %v, δ %v, limit %v: %d, want an error", bad[0], bad[1], bad[2], n)
		}
	}
}

func TestRoundUp(t *testing.T) {
	for _, c := range [][2]float64{
		{1, 1}, {4.844805, 4.845}, {4.8440001, 4.845}, {4.844, 4.844}, {16.684, 16.69}, {0.6002290721989514, 0.6003},
		{9.9991, 10}, {99999, 100000}, {1234.5, 1235}, {1e-9, 1e-9}, {1.2341e-9, 1.235e-9}, {2.6840001e20, 2.685e20},
	} {
		if got := RoundUp(c[0]); got != c[1] {
			t.Errorf("%v rounded up to four digits: %v, want %v", c[0], got, c[1])
		}
	}
	for x := 1e-3; x < 1e4; x *= 1.00917 {
		got := RoundUp(x)
		if got < x || got > x*1.001001 || got != RoundUp(got) {
			t.Errorf("%v rounded up to four digits: %v", x, got)
		}
	}
}

// The signal-to-noise ceilings at total ε 8 with 235,146 parameters
// (784-256-128-10): FedAvg 10 of 20 over 20 rounds, and 240 local steps in
// batches of 256 out of 3,000 examples.
func TestSignalToNoise(t *testing.T) {
	const parameters = 784*256 + 256 + 256*128 + 128 + 128*10 + 10
	base := Setting{Adjacency: privacy.AddRemove, Clip: 2, Rounds: 20, Clients: 20, Rate: 0.5}
	for _, c := range []struct {
		trust  Trust
		z      string
		digits string
		change func(*Setting)
	}{
		{Central, "1.553", "0.059", func(*Setting) {}},
		{SecureAggregation, "1.553", "0.059", func(*Setting) {}},
		{ExampleLevel, "", "24", func(s *Setting) { s.Rounds, s.Examples, s.Batch = 240, 3000, 256 }},
	} {
		s := base
		s.Trust = c.trust
		c.change(&s)
		z, err := s.Calibrate(8, delta)
		if err != nil {
			t.Fatal(err)
		}
		if c.z != "" {
			want(t, c.trust.String()+" z", z, c.z)
		}
		want(t, c.trust.String()+" signal to noise", s.SignalToNoise(z, parameters), c.digits)
	}
	// Local, sensitivity C in every round: the gossip that pays for all 20.
	s := base
	s.Trust, s.Rate = Local, 1
	z, err := s.Calibrate(8, delta)
	if err != nil {
		t.Fatal(err)
	}
	want(t, "local z", z, "2.684")
	s.Rate = 0.5
	want(t, "local signal to noise", s.SignalToNoise(z, parameters), "0.011")
}

func TestTotal(t *testing.T) {
	events := []privacy.Event{event(tutorial(8), 5, privacy.ZeroOut), event(tutorial(8), 15, privacy.ZeroOut)}
	got, err := NewTotal(Gaussian{}, events, delta)
	if err != nil {
		t.Fatal(err)
	}
	if s := "ε = 57.97 at δ = 1e-05 after 20 rounds, for one client (zero-out) before aggregate only; guarantee by Gaussian DP"; got.String() != s {
		t.Errorf("%s, want %s", got, s)
	}
	for name, f := range map[string]func() (Total, error){
		"no events":   func() (Total, error) { return NewTotal(Gaussian{}, nil, delta) },
		"δ 1":         func() (Total, error) { return NewTotal(Gaussian{}, events, 1) },
		"not its own": func() (Total, error) { return NewTotal(CLT{}, events, delta) },
	} {
		if got, err := f(); err == nil {
			t.Errorf("%s: %v, want an error", name, got)
		}
	}
}
