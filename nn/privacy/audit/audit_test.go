package audit_test

import (
	"fmt"
	"math"
	"testing"

	"grapevine/nn/privacy"
	"grapevine/nn/privacy/accountant"
	. "grapevine/nn/privacy/audit"
	"grapevine/nn/random"
)

const delta = 1e-5

// logMass is log P[Bin(n, p) = k].
func logMass(n, k int, p float64) float64 {
	all, _ := math.Lgamma(float64(n + 1))
	in, _ := math.Lgamma(float64(k + 1))
	out, _ := math.Lgamma(float64(n - k + 1))
	return all - in - out + float64(k)*math.Log(p) + float64(n-k)*math.Log1p(-p)
}

// binomialTail is P[Bin(n, p) ≤ k], term by term.
func binomialTail(n, k int, p float64) (sum float64) {
	for i := 0; i <= k; i++ {
		sum += math.Exp(logMass(n, i, p))
	}
	return sum
}

func TestClopperPearson(t *testing.T) {
	for _, n := range []int{1, 10, 500} {
		for _, k := range []int{0, 1, n / 3, n - 1} {
			for _, s := range []float64{0.025, 0.3} {
				p := Upper(k, n, s)
				if got := binomialTail(n, k, p); math.Abs(got-s) > 1e-9 {
					t.Errorf("%d of %d: %v, below which lies %v, want %v", k, n, p, got, s)
				}
				if low := Lower(k, n, s); !(low < p) || k > 0 && math.Abs(1-binomialTail(n, k-1, low)-s) > 1e-9 {
					t.Errorf("%d of %d: lower bound %v", k, n, low)
				}
			}
		}
		if Upper(n, n, 0.1) != 1 || Lower(0, n, 0.1) != 0 {
			t.Errorf("all or none of %d: %v, %v", n, Upper(n, n, 0.1), Lower(0, n, 0.1))
		}
	}
	for _, bad := range []func(){
		func() { Upper(-1, 3, 0.1) }, func() { Upper(4, 3, 0.1) }, func() { Upper(0, 0, 0.1) }, func() { Upper(0, 3, 0) }, func() { Upper(0, 3, 1) },
		func() { OneRun(10, 11, 3, delta, 0.05) }, func() { OneRun(10, 5, 6, delta, 0.05) }, func() { OneRun(10, 5, 5, 1, 0.05) },
		func() { OneRunPValue(10, 5, 5, -1, 0) }, func() { OneRunFDP(10, 5, 5, delta, 0) }, func() { MuLower(1, 1, 10, 2) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Error("out of range: no panic")
				}
			}()
			bad()
		}()
	}
}

// What an audit can hope for: true ε 3.99, the tutorial at ε₀ 1 after 20 rounds.
// The specification's figures for N runs, half with and half without the
// update, are one draw each ("about"); they lie within two standard deviations
// of the expectation, and the expectation is pinned beside them.
func TestExpectedEpsilon(t *testing.T) {
	z := privacy.ClassicSigma(1, 1, delta)
	mu := math.Sqrt(20) / z
	for _, c := range []struct {
		runs            int
		drawn, expected float64
	}{{1000, 3.16, 2.86}, {10000, 3.64, 3.63}, {100000, 3.83, 3.88}} {
		n := c.runs / 2
		got := ExpectedEpsilon(z, 20, n, delta, 0.05)
		if math.Abs(got-c.expected) > 0.005 {
			t.Errorf("%d runs: ε at least %v, want %v", c.runs, got, c.expected)
		}
		// Of μ, from two rates p = Φ(−μ/2), and of ε by its slope there.
		p := 0.5 * math.Erfc(mu/2/math.Sqrt2)
		density := math.Exp(-mu*mu/8) / math.Sqrt(2*math.Pi)
		deviation := math.Sqrt(2*p*(1-p)/float64(n)) / density
		slope := (accountant.GaussianProfile{Mu: mu + 0.01}.Epsilon(delta) - accountant.GaussianProfile{Mu: mu}.Epsilon(delta)) / 0.01
		if math.Abs(got-c.drawn) > 2*deviation*slope {
			t.Errorf("%d runs: ε at least %v, drawn %v, standard deviation %v", c.runs, got, c.drawn, deviation*slope)
		}
	}
	if truth := (accountant.GaussianProfile{Mu: mu}).Epsilon(delta); fmt.Sprintf("%.2f", truth) != "3.99" {
		t.Errorf("true ε %v, want 3.99", truth)
	}
}

// sanitise is the code that runs use, at noise multiplier z, with what may be
// wrong with it.
func sanitise(z, clip float64, reuse, noClip bool) Mechanism {
	return func(update []float32, round, trial int) {
		at := random.Address{Seed: uint64(trial), Purpose: random.PurposeNoise, Round: round, Client: 3}
		if reuse {
			at.Round = 0
		}
		c := float32(clip)
		if noClip {
			c = math.MaxFloat32
		}
		privacy.Sanitise(update, at, c, float32(z*clip))
	}
}

func TestUnitAudit(t *testing.T) {
	const clip, trials = 2, 4000
	for _, z := range []float64{0.6, 2, privacy.ClassicSigma(1, 1, delta)} {
		for name, c := range map[string]struct {
			m      Mechanism
			breaks bool
		}{
			"sound":               {sanitise(z, clip, false, false), false},
			"no clip":             {sanitise(z, clip, false, true), true},
			"σ ten times too low": {sanitise(z/10, clip, false, false), true},
			"noise used again":    {sanitise(z, clip, true, false), true},
			"no noise":            {sanitise(0, clip, false, false), true},
		} {
			f, err := Unit{Dimension: 9, Clip: clip, Trials: trials}.Run(c.m)
			if err != nil {
				t.Fatal(err)
			}
			if f.Breaks(z) != c.breaks {
				t.Errorf("z %v, %s: %+v breaks the promise of μ %v: %v, want %v", z, name, f, 1/z, f.Breaks(z), c.breaks)
			}
			// ε is bounded accordingly.
			truth := accountant.GaussianProfile{Mu: math.Sqrt(20) / z}.Epsilon(delta)
			if lower := f.EpsilonLower(20, delta); lower > truth != c.breaks {
				t.Errorf("z %v, %s: ε at least %v, promised at most %v", z, name, lower, truth)
			}
			if name == "sound" {
				// A whole run a trial finds about what it can hope for; a
				// round a trial finds less.
				whole, err := Unit{Dimension: 9, Clip: clip, Trials: 1000, Rounds: 20}.Run(c.m)
				if err != nil {
					t.Fatal(err)
				}
				want := ExpectedEpsilon(z, 20, 1000, delta, 0.05)
				if got := whole.EpsilonLower(20, delta); math.Abs(got-want) > 0.15*truth || whole.Breaks(z) {
					t.Errorf("z %v: ε at least %v by whole runs, expected about %v", z, got, want)
				}
			}
		}
	}
	for name, u := range map[string]Unit{
		"no dimension": {Clip: 1, Trials: 1}, "no clip": {Dimension: 1, Trials: 1}, "no trials": {Dimension: 1, Clip: 1},
		"stretch": {Dimension: 1, Clip: 1, Trials: 1, Stretch: 0.5}, "significance": {Dimension: 1, Clip: 1, Trials: 1, Significance: 1},
	} {
		if _, err := u.Run(sanitise(1, 1, false, false)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// Theorem 5.2 as it is written.
func plainPValue(m, r, v int, epsilon, delta float64) float64 {
	q := 1 / (1 + math.Exp(-epsilon))
	tail := func(from int) (sum float64) {
		for k := max(from, 0); k <= r; k++ {
			sum += math.Exp(logMass(r, k, q))
		}
		return sum
	}
	beta := tail(v)
	alpha := 0.0
	for i := 1; i <= v; i++ {
		alpha = math.Max(alpha, (tail(v-i)-beta)/float64(i))
	}
	return math.Min(1, beta+2*float64(m)*delta*alpha)
}

func TestOneRunPValue(t *testing.T) {
	for _, r := range []int{1, 10, 100} {
		for _, v := range []int{0, r / 2, r - 1, r} {
			for _, epsilon := range []float64{0, 0.5, 2, 6} {
				for _, d := range []float64{0, 1e-6, 1e-3} {
					got, want := OneRunPValue(3*r, r, v, epsilon, d), plainPValue(3*r, r, v, epsilon, d)
					if math.Abs(got-want) > 1e-9*want+1e-20 {
						t.Errorf("r %d, v %d, ε %v, δ %v: p %v, want %v", r, v, epsilon, d, got, want)
					}
				}
			}
		}
	}
}

func TestOneRun(t *testing.T) {
	// The ceiling, where every guess is correct.
	for r, want := range map[int]string{100: "3.49", 300: "4.60", 1000: "5.81"} {
		if got := fmt.Sprintf("%.2f", OneRunCeiling(r, 0, 0.05)); got != want {
			t.Errorf("%d correct guesses: ceiling %s, want %s", r, got, want)
		}
		if with, without := OneRunCeiling(r, delta, 0.05), OneRunCeiling(r, 0, 0.05); !(with < without && with > 0.97*without) {
			t.Errorf("%d correct guesses: ceiling %v with δ, %v without", r, with, without)
		}
	}
	// The bound is where the p-value crosses.
	for _, c := range [][3]int{{1000, 1000, 600}, {1000, 400, 330}, {500, 100, 97}} {
		e := OneRun(c[0], c[1], c[2], delta, 0.05)
		at, above := OneRunPValue(c[0], c[1], c[2], e, delta), OneRunPValue(c[0], c[1], c[2], e+1e-6, delta)
		if !(e > 0 && at <= 0.05 && above > 0.05) {
			t.Errorf("%v: ε %v, p %v there and %v above", c, e, at, above)
		}
	}
	// More correct guesses show more; guesses by chance show nothing.
	last := 0.0
	for v := 520; v <= 1000; v += 60 {
		e := OneRun(1000, 1000, v, delta, 0.05)
		if e < last {
			t.Errorf("%d correct: ε %v after %v", v, e, last)
		}
		last = e
	}
	for _, f := range []func(m, r, v int, delta, significance float64) float64{OneRun, OneRunFDP} {
		if e := f(1000, 1000, 500, delta, 0.05); e != 0 {
			t.Errorf("half correct: ε %v, want 0", e)
		}
		if e := f(1000, 0, 0, delta, 0.05); e != 0 {
			t.Errorf("no guesses: ε %v, want 0", e)
		}
	}
}

// The recursion as it is written, without an early end.
func TestOneRunFDP(t *testing.T) {
	contradicted := func(m, r, v int, mu, significance float64) bool {
		phi := func(x float64) float64 { return 0.5 * math.Erfc(-x/math.Sqrt2) }
		inverse := func(p float64) float64 { return math.Sqrt2 * math.Erfinv(2*p-1) }
		a, e := significance*float64(v)/float64(m), significance*float64(r-v)/float64(m)
		for i := v - 1; i >= 0; i-- {
			next := math.Max(e, phi(inverse(a)-mu))
			a = math.Min(1, a+float64(i)/float64(r-i)*(next-e))
			e = next
		}
		return a+e > float64(r)/float64(m)
	}
	for _, c := range [][3]int{{200, 200, 150}, {1000, 300, 290}, {100, 50, 50}, {1000, 1000, 640}} {
		epsilon := OneRunFDP(c[0], c[1], c[2], delta, 0.05)
		mu := func(epsilon float64) float64 { return accountant.GaussianMu(epsilon, delta) }
		if !(epsilon > OneRun(c[0], c[1], c[2], delta, 0.05)) {
			t.Errorf("%v: ε %v, not above what less is assumed for", c, epsilon)
		}
		if !contradicted(c[0], c[1], c[2], mu(epsilon-1e-6), 0.05) || contradicted(c[0], c[1], c[2], mu(epsilon+1e-6), 0.05) {
			t.Errorf("%v: ε %v is not where the recursion turns", c, epsilon)
		}
	}
}

// An audit of a Gaussian mechanism by its own scores stays below the truth, and
// the best threshold is none worse than one by hand.
func TestScores(t *testing.T) {
	const n, mu = 2000, 1.5
	in, out := make([]float32, n), make([]float32, n)
	random.New(random.Address{Seed: 1}).AddNormal(in, 1)
	random.New(random.Address{Seed: 2}).AddNormal(out, 1)
	var s Scores
	for i := range in {
		s.In = append(s.In, float64(in[i])+mu)
		s.Out = append(s.Out, float64(out[i]))
	}
	truth := accountant.GaussianProfile{Mu: mu}.Epsilon(delta)
	one, err := s.OneRun(delta, 0.05)
	if err != nil {
		t.Fatal(err)
	}
	fdp, err := s.OneRunFDP(delta, 0.05)
	if err != nil {
		t.Fatal(err)
	}
	if !(one > 0.5 && fdp > one && fdp < truth) {
		t.Errorf("ε at least %v and %v, want 0.5 < the first < the second < %v", one, fdp, truth)
	}
	// All at one score: nothing is shown.
	flat := Scores{In: make([]float64, 50), Out: make([]float64, 50)}
	if e, err := flat.OneRun(delta, 0.05); e != 0 || err != nil {
		t.Errorf("equal scores: ε %v, %v, want 0", e, err)
	}
	// One threshold parts all: the hull has three points.
	parted := Scores{In: []float64{5, 6, 7, 8, 9, 10, 11, 12}, Out: []float64{1, 2, 3, 4}}
	if e, err := parted.OneRun(delta, 0.05); err != nil || math.Abs(e-OneRun(12, 8, 8, delta, 0.05/3)) > 1e-8 {
		t.Errorf("parted scores: ε %v, %v, want %v", e, err, OneRun(12, 8, 8, delta, 0.05/3))
	}
	for name, bad := range map[string]func() (float64, error){
		"none in":  func() (float64, error) { return Scores{Out: []float64{1}}.OneRun(delta, 0.05) },
		"none out": func() (float64, error) { return Scores{In: []float64{1}}.OneRun(delta, 0.05) },
		"NaN": func() (float64, error) {
			return Scores{In: []float64{math.NaN()}, Out: []float64{1}}.OneRun(delta, 0.05)
		},
		"δ":            func() (float64, error) { return parted.OneRunFDP(0, 0.05) },
		"significance": func() (float64, error) { return parted.OneRun(delta, 1) },
	} {
		if e, err := bad(); err == nil {
			t.Errorf("%s: ε %v, want an error", name, e)
		}
	}
}

// The Gaussian mechanism's own rates lie below the ceiling, and touch it
// nearly.
func TestCeiling(t *testing.T) {
	p := accountant.GaussianProfile{Mu: 1}
	for _, fpr := range []float64{0, 0.001, 0.1, 0.5, 0.99, 1} {
		best := 1.0
		for epsilon := 0.0; epsilon < 12; epsilon += 0.01 {
			best = math.Min(best, Ceiling(epsilon, p.Delta(epsilon), fpr))
		}
		if tpr := p.TruePositiveRate(fpr); best < tpr-1e-12 || best > tpr+1e-3 {
			t.Errorf("FPR %v: ceiling %v, TPR %v", fpr, best, tpr)
		}
	}
}

// The curve by its definition, threshold by threshold, and its area by counting
// pairs.
func TestROC(t *testing.T) {
	s := Scores{In: []float64{3, 1, 2, 2, math.Inf(-1)}, Out: []float64{2, 0, math.Inf(-1), 1.5}}
	share := func(scores []float64, threshold float64) float64 {
		n := 0
		for _, x := range scores {
			if x >= threshold {
				n++
			}
		}
		return float64(n) / float64(len(scores))
	}
	roc, err := s.ROC()
	if err != nil {
		t.Fatal(err)
	}
	thresholds := []float64{math.Inf(1), 3, 2, 1.5, 1, 0, math.Inf(-1)}
	if len(roc) != len(thresholds) {
		t.Fatalf("%v: want %d points", roc, len(thresholds))
	}
	for i, x := range thresholds {
		if want := (Rates{share(s.Out, x), share(s.In, x)}); roc[i] != want {
			t.Errorf("threshold %v: %v, want %v", x, roc[i], want)
		}
	}
	pairs := 0.0
	for _, in := range s.In {
		for _, out := range s.Out {
			switch {
			case in > out:
				pairs++
			case in == out:
				pairs += 0.5
			}
		}
	}
	if want := pairs / float64(len(s.In)*len(s.Out)); math.Abs(Area(roc)-want) > 1e-12 {
		t.Errorf("area %v, want %v", Area(roc), want)
	}
	if _, err := (Scores{In: s.In}).ROC(); err == nil {
		t.Error("nobody left out: want an error")
	}
}
