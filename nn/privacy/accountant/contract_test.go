package accountant_test

import (
	"math"
	"testing"

	"grapevine/nn/privacy"
	. "grapevine/nn/privacy/accountant"
	"grapevine/nn/random"
)

// ledgers are lists of events that some accountant or other knows.
func ledgers() map[string][]privacy.Event {
	visible := privacy.Sampling{Kind: privacy.Visible, Q: 0.5}
	rare := privacy.Sampling{Kind: privacy.Poisson, Q: 0.01}
	fixed := privacy.Sampling{Kind: privacy.FixedSize, M: 10, N: 20}
	return map[string][]privacy.Event{
		"one message":        {event(4.8, 1, privacy.ZeroOut)},
		"tutorial":           {event(0.6, 20, privacy.AddRemove)},
		"replace-one":        {event(5, 20, privacy.ReplaceOne)},
		"two noises":         {event(3, 5, privacy.ZeroOut), event(6, 15, privacy.ZeroOut)},
		"Poisson":            {sampled(2, 20, privacy.ZeroOut, half)},
		"rare Poisson":       {sampled(0.8, 500, privacy.AddRemove, rare)},
		"Poisson, then all":  {sampled(2, 10, privacy.AddRemove, half), event(8, 3, privacy.AddRemove)},
		"Poisson replace":    {sampled(4, 20, privacy.ReplaceOne, half)},
		"fixed size":         {sampled(4, 20, privacy.ReplaceOne, fixed)},
		"visible":            {sampled(2, 20, privacy.ZeroOut, visible)},
		"visible, then all":  {sampled(2, 10, privacy.ReplaceOne, visible), event(8, 3, privacy.ReplaceOne)},
		"Poisson at rate 1":  {sampled(2, 20, privacy.AddRemove, privacy.Sampling{Kind: privacy.Poisson, Q: 1})},
		"all of a fixed set": {sampled(2, 20, privacy.ReplaceOne, privacy.Sampling{Kind: privacy.FixedSize, M: 20, N: 20})},
	}
}

// knows says which accountants have a theorem for which ledger; PLD knows all.
var knows = map[string]map[string]bool{
	"Gaussian DP":           {"one message": true, "tutorial": true, "replace-one": true, "two noises": true, "Poisson at rate 1": true, "all of a fixed set": true},
	"zCDP":                  {"one message": true, "tutorial": true, "replace-one": true, "two noises": true, "Poisson at rate 1": true, "all of a fixed set": true},
	"basic composition":     {"one message": true, "tutorial": true, "replace-one": true, "two noises": true, "Poisson at rate 1": true, "all of a fixed set": true},
	"advanced composition":  {"one message": true, "tutorial": true, "replace-one": true, "two noises": true, "Poisson at rate 1": true, "all of a fixed set": true},
	"optimal composition":   {"one message": true, "tutorial": true, "replace-one": true, "Poisson at rate 1": true, "all of a fixed set": true},
	"participation mixture": {"one message": true, "tutorial": true, "replace-one": true, "two noises": true, "visible": true, "visible, then all": true, "Poisson at rate 1": true, "all of a fixed set": true},
	"Rényi DP":              {"one message": true, "tutorial": true, "replace-one": true, "two noises": true, "Poisson": true, "rare Poisson": true, "Poisson, then all": true, "visible": true, "visible, then all": true, "Poisson at rate 1": true, "all of a fixed set": true},
	"Gaussian DP limit":     {"Poisson": true, "rare Poisson": true, "Poisson at rate 1": true},
}

// Every accountant behind the contract, on every ledger.
func TestContract(t *testing.T) {
	seen := map[string]bool{}
	for _, a := range All() {
		if a.Name() == "" || seen[a.Name()] {
			t.Errorf("name %q is empty or taken", a.Name())
		}
		seen[a.Name()] = true
		t.Run(a.Name(), func(t *testing.T) {
			if p := compose(t, a); p.Epsilon(delta) != 0 || p.Delta(0) != 0 || p.Delta(1) != 0 {
				t.Errorf("no events: ε %v, δ(0) %v", p.Epsilon(delta), p.Delta(0))
			}
			for name, events := range ledgers() {
				p, err := a.Compose(events)
				known := a.Name() == (PLD{}).Name() || knows[a.Name()][name]
				if known != (err == nil) {
					t.Errorf("%s: error %v, known %v", name, err, known)
				}
				if err == nil {
					profile(t, a, name, events, p)
				}
			}
			refuses(t, a)
		})
	}
}

func profile(t *testing.T, a Accountant, name string, events []privacy.Event, p Profile) {
	estimate := a.Name() == (CLT{}).Name() || a.Name() == (PLD{}).Name() && name == "Poisson replace"
	if wantClaim := map[bool]Claim{true: Estimate, false: Guarantee}[estimate]; p.Claim() != wantClaim {
		t.Errorf("%s: claims to be a %v, want %v", name, p.Claim(), wantClaim)
	}
	// ε falls as δ grows, and the two undo each other.
	last := math.Inf(1)
	for _, d := range []float64{1e-9, 1e-7, 1e-5, 1e-3, 0.1} {
		e := p.Epsilon(d)
		if !(e >= 0) || e > last || math.IsInf(e, 1) {
			t.Errorf("%s: ε %v at δ %v after %v", name, e, d, last)
		}
		last = e
		if back := p.Delta(e); back > d*(1+1e-6) {
			t.Errorf("%s: δ %v at ε(%v) = %v", name, back, d, e)
		} else if e > 0 && a.Name() != (Optimal{}).Name() && back < d*(1-1e-6) {
			t.Errorf("%s: δ %v at ε(%v) = %v: not tight", name, back, d, e)
		}
	}
	last = 1
	for _, e := range []float64{0, 0.1, 1, 3, 10, 30} {
		d := p.Delta(e)
		if !(d >= 0 && d <= last) {
			t.Errorf("%s: δ %v at ε %v after %v", name, d, e, last)
		}
		last = d
	}
	if e := p.Epsilon(0); !math.IsInf(e, 1) {
		t.Errorf("%s: ε %v at δ 0, want none", name, e)
	}
	for _, bad := range []func(){
		func() { p.Epsilon(-1e-9) }, func() { p.Epsilon(1) }, func() { p.Epsilon(math.NaN()) },
		func() { p.Delta(-1e-9) }, func() { p.Delta(math.NaN()) },
	} {
		if !panics(bad) {
			t.Errorf("%s: a δ or ε out of range does not panic", name)
		}
	}
	// One round more, more noise, sensitivity 2C.
	e := p.Epsilon(delta)
	more := append([]privacy.Event(nil), events...)
	more[0].Rounds++
	if x := compose(t, a, more...).Epsilon(delta); !(x > e) && a.Name() != (Optimal{}).Name() || x < e {
		t.Errorf("%s: ε %v, and %v with a round more", name, e, x)
	}
	quieter := append([]privacy.Event(nil), events...)
	for i := range quieter {
		quieter[i].NoiseMultiplier *= 1.1
	}
	if x := compose(t, a, quieter...).Epsilon(delta); !(x < e) {
		t.Errorf("%s: ε %v, and %v with more noise", name, e, x)
	}
	// What goes before and after makes no difference.
	back := append([]privacy.Event(nil), events...)
	for i, j := 0, len(back)-1; i < j; i, j = i+1, j-1 {
		back[i], back[j] = back[j], back[i]
	}
	if x := compose(t, a, back...).Epsilon(delta); math.Abs(x-e) > 1e-9*e {
		t.Errorf("%s: ε %v, and %v in the other order", name, e, x)
	}
}

// refuses holds an accountant to errors for what is not valid.
func refuses(t *testing.T, a Accountant) {
	good := event(2, 20, privacy.AddRemove)
	bad := map[string]func(*privacy.Event){
		"mechanism":  func(e *privacy.Event) { e.Mechanism = 2 },
		"noise":      func(e *privacy.Event) { e.NoiseMultiplier = 0 },
		"rounds":     func(e *privacy.Event) { e.Rounds = 0 },
		"sampling":   func(e *privacy.Event) { e.Sampling.Kind = 9 },
		"adjacency":  func(e *privacy.Event) { e.Adjacency = 0 },
		"fixed size": func(e *privacy.Event) { e.Sampling = privacy.Sampling{Kind: privacy.FixedSize, M: 1, N: 2} },
	}
	for name, spoil := range bad {
		e := good
		spoil(&e)
		if _, err := a.Compose([]privacy.Event{e}); err == nil {
			t.Errorf("%s that is not valid: no error", name)
		}
	}
	if _, err := a.Compose([]privacy.Event{good, event(2, 20, privacy.ReplaceOne)}); err == nil {
		t.Error("two adjacencies: no error")
	}
}

// Each accountant bounds the truth: of two guarantees on one ledger the order
// is known.
func TestDominance(t *testing.T) {
	below := func(name string, lower, upper Profile, slack float64) {
		t.Helper()
		for _, d := range []float64{1e-8, 1e-5, 1e-2} {
			if a, b := lower.Epsilon(d), upper.Epsilon(d); a > b*(1+slack)+1e-9 {
				t.Errorf("%s, δ %v: %v above %v", name, d, a, b)
			}
		}
	}
	for _, z := range []float64{0.3, 0.7, 2, 5, 20} {
		for _, rounds := range []int{1, 3, 20, 400} {
			e := event(z, rounds, privacy.AddRemove)
			exact, pld := compose(t, Gaussian{}, e), compose(t, PLD{}, e)
			rdp, zcdp := compose(t, RDP{}, e), compose(t, ZCDP{}, e)
			below("exact, PLD", exact, pld, 0)
			below("PLD, exact", pld, exact, 2e-5) // a bound, and tight
			below("PLD, RDP", pld, rdp, 0)
			below("RDP, zCDP", rdp, zcdp, 0)
			optimal, advanced, basic := compose(t, Optimal{}, e), compose(t, Advanced{}, e), compose(t, Basic{}, e)
			below("exact, optimal", exact, optimal, 0)
			below("exact, advanced", exact, advanced, 0)
			below("exact, basic", exact, basic, 0)
			below("optimal, advanced", optimal, advanced, 0)
		}
	}
	for _, q := range []float64{0.001, 0.02, 0.3, 0.9} {
		for _, z := range []float64{0.6, 1.5, 6} {
			hidden := sampled(z, 50, privacy.AddRemove, privacy.Sampling{Kind: privacy.Poisson, Q: q})
			seen := sampled(z, 50, privacy.AddRemove, privacy.Sampling{Kind: privacy.Visible, Q: q})
			all := event(z, 50, privacy.AddRemove)
			below("Poisson: PLD, RDP", compose(t, PLD{}, hidden), compose(t, RDP{}, hidden), 0)
			below("visible: PLD, RDP", compose(t, PLD{}, seen), compose(t, RDP{}, seen), 0)
			below("visible: exact, PLD", compose(t, Participation{}, seen), compose(t, PLD{}, seen), 0)
			below("visible: PLD, exact", compose(t, PLD{}, seen), compose(t, Participation{}, seen), 1e-4)
			below("hidden, seen", compose(t, PLD{}, hidden), compose(t, Participation{}, seen), 1e-4)
			below("seen, all", compose(t, Participation{}, seen), compose(t, Gaussian{}, all), 0)
		}
	}
	for _, m := range []int{1, 10, 19} {
		fixed := sampled(4, 20, privacy.ReplaceOne, privacy.Sampling{Kind: privacy.FixedSize, M: m, N: 20})
		below("fixed size, all", compose(t, PLD{}, fixed), compose(t, Gaussian{}, event(4, 20, privacy.ReplaceOne)), 1e-4)
	}
}

// Sampling more often is never more private; nor is either direction alone the
// maximum of both.
func TestMonotoneInRate(t *testing.T) {
	last, lastFixed := 0.0, 0.0
	for _, m := range []int{1, 2, 5, 10, 15, 19, 20} {
		e := sampled(2, 20, privacy.AddRemove, privacy.Sampling{Kind: privacy.Poisson, Q: float64(m) / 20})
		epsilon := compose(t, PLD{}, e).Epsilon(delta)
		fixed := compose(t, PLD{}, sampled(4, 20, privacy.ReplaceOne, privacy.Sampling{Kind: privacy.FixedSize, M: m, N: 20})).Epsilon(delta)
		if !(epsilon > last && fixed > lastFixed) {
			t.Errorf("rate %d/20: ε %v and %v, after %v and %v", m, epsilon, fixed, last, lastFixed)
		}
		last, lastFixed = epsilon, fixed
		for _, d := range []Direction{Remove, Add} {
			pair, err := PoissonPair(d, float64(m)/20, 2)
			if err != nil {
				t.Fatal(err)
			}
			p, err := PLD{}.ComposePair(pair, 20)
			if err != nil {
				t.Fatal(err)
			}
			if one := p.Epsilon(delta); one > epsilon*(1+1e-4) {
				t.Errorf("rate %d/20, direction %d: %v above the maximum, %v", m, d, one, epsilon)
			}
		}
	}
}

func panics(f func()) (did bool) {
	defer func() { did = recover() != nil }()
	f()
	return false
}

// From noise that hides nothing to noise that hides all, from rates of 1e-5 to
// 1 and up to thousands of rounds: a finite bound, and none above Rényi's.
func TestExtremes(t *testing.T) {
	s := random.New(random.Address{Seed: 11})
	uniform := func() float64 { return float64(s.Uint32()) / (1 << 32) }
	for range 60 {
		z, rounds := math.Exp(10*uniform()-3.5), int(math.Exp(8*uniform()))
		e := sampled(z, rounds, privacy.Adjacency(1+s.Intn(3)), privacy.Sampling{Kind: privacy.Poisson, Q: math.Exp(-12 * uniform())})
		switch s.Intn(3) {
		case 0:
			e.Sampling.Kind = privacy.Visible
		case 1:
			e.Adjacency, e.Sampling = privacy.ReplaceOne, privacy.Sampling{Kind: privacy.FixedSize, M: 1 + s.Intn(20), N: 20}
		}
		p := compose(t, PLD{}, e)
		epsilon, d := p.Epsilon(delta), p.Delta(1)
		if !(epsilon >= 0) || math.IsInf(epsilon, 1) || !(d >= 0 && d <= 1) {
			t.Errorf("%+v: ε %v, δ(1) %v", e, epsilon, d)
		}
		if rdp, err := (RDP{}).Compose([]privacy.Event{e}); err == nil && epsilon > rdp.Epsilon(delta)*(1+1e-6)+1e-9 {
			t.Errorf("%+v: ε %v, above Rényi's %v", e, epsilon, rdp.Epsilon(delta))
		}
		if all := compose(t, Gaussian{}, event(z, rounds, e.Adjacency)).Epsilon(delta); epsilon > all*(1+1e-4)+1e-9 {
			t.Errorf("%+v: ε %v, above %v with every unit in every round", e, epsilon, all)
		}
	}
	// The loss is all but constant here, and below the grid's rounding there.
	for _, c := range [][2]float64{{0.035, 1e-4}, {1e4, 1e-6}, {1e-3, 0.5}} {
		p := compose(t, PLD{}, sampled(c[0], 3, privacy.AddRemove, privacy.Sampling{Kind: privacy.Poisson, Q: c[1]}))
		if e := p.Epsilon(delta); !(e >= 0) || math.IsInf(e, 1) {
			t.Errorf("z %v, q %v: ε %v", c[0], c[1], e)
		}
	}
}
