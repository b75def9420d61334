package accountant

import (
	"math"
	"testing"

	"grapevine/nn/privacy"
)

// Everything hard exists twice: here are the plain loops.

// integral is Simpson's rule; the integrands are smooth and fall off.
func integral(from, to float64, n int, f func(float64) float64) float64 {
	h := (to - from) / float64(n)
	sum := f(from) + f(to)
	for i := 1; i < n; i++ {
		sum += f(from+float64(i)*h) * float64(2+2*(i%2))
	}
	return sum * h / 3
}

func density(x, mean, z float64) float64 {
	t := (x - mean) / z
	return math.Exp(-t*t/2) / (z * math.Sqrt(2*math.Pi))
}

func (p Pair) densities(x float64) (pd, qd float64) {
	for i, m := range p.means {
		d := density(x, m, p.z)
		pd += p.p[i] * d
		qd += p.q[i] * d
	}
	return pd, qd
}

func pairs(t *testing.T) (all []Pair) {
	for _, d := range []Direction{Remove, Add, Replace} {
		for _, q := range []float64{0.01, 0.3, 1} {
			for _, z := range []float64{0.4, 1, 5} {
				p, err := PoissonPair(d, q, z)
				if err != nil {
					t.Fatal(err)
				}
				all = append(all, p)
			}
		}
	}
	return all
}

// at inverts the loss, and δ(ε) = ∫ max(0, P − e^ε·Q).
func TestPairByIntegration(t *testing.T) {
	for _, p := range pairs(t) {
		for x := -3 * p.z; x < 4*p.z; x += 0.37 * p.z {
			pd, qd := p.densities(x)
			if back := p.at(math.Log(pd / qd)); math.Abs(back-x) > 1e-7*math.Max(1, p.z*p.z) {
				t.Errorf("%+v: loss at %v is at %v", p, x, back)
			}
		}
		for _, epsilon := range []float64{0, 0.01, 0.5, 2, 5} {
			want := integral(-1-9*p.z, 1+9*p.z, 40000, func(x float64) float64 {
				pd, qd := p.densities(x)
				return math.Max(0, pd-math.Exp(epsilon)*qd)
			})
			if got := p.Delta(epsilon); math.Abs(got-want) > 1e-7 { // the kink costs Simpson h²
				t.Errorf("%+v, ε %v: δ %v, want %v", p, epsilon, got, want)
			}
		}
	}
}

// (α−1)·r = log ∫ P^α·Q^(1−α), of which the sum and the series are forms.
func TestPoissonRDPByIntegration(t *testing.T) {
	for _, q := range []float64{0.001, 0.04, 0.5, 0.9} {
		for _, z := range []float64{0.5, 1, 4} {
			for _, alpha := range []float64{1.05, 1.5, 2, 2.5, 3, 4.7, 8, 15.5, 16} {
				// log of the integrand's maximum lies near x = α at most.
				moment := integral(-12*z, alpha+12*z, 40000, func(x float64) float64 {
					ratio := 1 - q + q*math.Exp((2*x-1)/(2*z*z))
					return density(x, 0, z) * math.Pow(ratio, alpha)
				})
				got := PoissonRDP(q, z, alpha)
				want := math.Log(moment) / (alpha - 1)
				if math.Abs(got-want) > 1e-8*want+1e-11/(alpha-1) {
					t.Errorf("q %v, z %v, α %v: %v, want %v", q, z, alpha, got, want)
				}
			}
		}
	}
	for _, c := range [][4]float64{{0, 1, 2, 0}, {0.1, 0, 2, math.Inf(1)}, {0.1, 1, math.Inf(1), math.Inf(1)}, {1, 2, 3, 0.375}} {
		if got := PoissonRDP(c[0], c[1], c[2]); got != c[3] {
			t.Errorf("q %v, z %v, α %v: %v, want %v", c[0], c[1], c[2], got, c[3])
		}
	}
	// The series meets the sum at whole orders.
	for _, alpha := range []float64{2, 3, 5, 12, 40} {
		a, b := poissonSum(0.04, 1.5, alpha), poissonSeries(0.04, 1.5, alpha)
		if math.Abs(a-b) > 1e-9*a {
			t.Errorf("α %v: sum %v, series %v", alpha, a, b)
		}
	}
}

// The transforms against convolution term by term, two laws, five rounds.
func TestPLDByConvolution(t *testing.T) {
	a, err := PoissonPair(Remove, 0.3, 1)
	if err != nil {
		t.Fatal(err)
	}
	fixed, err := fixedSizeLaw(0.5, 1.5)
	if err != nil {
		t.Fatal(err)
	}
	laws, counts := []law{whole(a), fixed}, []int{3, 2}
	p, err := PLD{Bins: 1024}.compose(laws, counts)
	if err != nil {
		t.Fatal(err)
	}
	composed, infinite := map[int]float64{0: 1}, 0.0
	for i, l := range laws {
		lo, hi := l.span(pldTail / 5)
		single := map[int]float64{}
		top := l.discretise(p.h, int(math.Floor(lo/p.h)), int(math.Ceil(hi/p.h)), func(k int, m float64) { single[k] += m })
		for range counts[i] {
			next := map[int]float64{}
			for j, x := range composed {
				for k, y := range single {
					next[j+k] += x * y
				}
			}
			composed = next
			infinite += top
		}
	}
	for _, epsilon := range []float64{0, 0.003, 0.7, 2, 5, 9} {
		want := infinite
		for k, m := range composed {
			if loss := float64(k) * p.h; loss > epsilon {
				want += m * -math.Expm1(epsilon-loss)
			}
		}
		if got := p.Delta(epsilon); math.Abs(got-want) > 2*pldRounding+1e-12*want {
			t.Errorf("ε %v: δ %v, want %v", epsilon, got, want)
		}
	}
}

// One round on a grid keeps the exact profile at the grid's points, and is
// above it elsewhere.
func TestDiscretisedProfiles(t *testing.T) {
	exact := func(l law, delta func(float64) float64, name any) {
		p, err := PLD{}.compose([]law{l}, []int{1})
		if err != nil {
			t.Fatal(err)
		}
		for _, epsilon := range []float64{0, 0.01, 0.1, 0.5, 1, 2, 4} {
			on := math.Round(epsilon/p.h) * p.h
			if got, want := p.Delta(on), delta(on); math.Abs(got-want) > 2e-9*want+2*pldRounding {
				t.Errorf("%v on the grid, ε %v: δ %v, want %v", name, on, got, want)
			}
			off := on + p.h/3
			if got, want := p.Delta(off), delta(off); got < want {
				t.Errorf("%v off the grid, ε %v: δ %v below %v", name, off, got, want)
			}
		}
	}
	for _, p := range pairs(t) {
		exact(whole(p), p.Delta, p)
	}
	for _, q := range []float64{0.05, 0.5, 0.95} {
		for _, z := range []float64{0.5, 2} {
			l, err := fixedSizeLaw(q, z)
			if err != nil {
				t.Fatal(err)
			}
			exact(l, func(epsilon float64) float64 { return FixedSizeDelta(q, z, epsilon) }, []float64{q, z})
		}
	}
}

// The fixed-size profile as it is written, and mirrored.
func TestFixedSizeDelta(t *testing.T) {
	base := GaussianProfile{Mu: 1 / 1.5}
	for _, epsilon := range []float64{0, 0.1, 1, 3} {
		want := 0.5 * base.Delta(math.Log(1+(math.Exp(epsilon)-1)/0.5))
		if got := FixedSizeDelta(0.5, 1.5, epsilon); math.Abs(got-want) > 1e-14 {
			t.Errorf("ε %v: δ %v, want %v", epsilon, got, want)
		}
		// Replacing back is replacing: H(e^−ε) = 1 − e^−ε + e^−ε·H(e^ε).
		mirrored := 1 - math.Exp(-epsilon) + math.Exp(-epsilon)*want
		if got := FixedSizeDelta(0.5, 1.5, -epsilon); math.Abs(got-mirrored) > 1e-14 {
			t.Errorf("ε %v: δ %v, want %v", -epsilon, got, mirrored)
		}
	}
	if got, want := FixedSizeDelta(1, 1.5, 1), base.Delta(1); math.Abs(got-want) > 1e-15 {
		t.Errorf("all sampled: δ %v, want %v", got, want)
	}
}

// Theorem 3.3 as it is written, i from T/2 down.
func TestOptimalComposition(t *testing.T) {
	plain := func(epsilon, delta float64, rounds int, total float64) float64 {
		choose := func(n, k int) (c float64) {
			c = 1
			for i := range k {
				c *= float64(n-i) / float64(i+1)
			}
			return c
		}
		for i := rounds / 2; i >= 0; i-- {
			sum := 0.0
			for l := range i {
				sum += choose(rounds, l) * (math.Exp(epsilon*float64(rounds-l)) - math.Exp(epsilon*float64(rounds-2*i+l)))
			}
			sum /= math.Pow(1+math.Exp(epsilon), float64(rounds))
			// 1 − kept·(1 − sum), so written that a small sum is not lost
			if kept := math.Pow(1-delta, float64(rounds)); 1-kept+kept*sum <= total {
				return epsilon * float64(rounds-2*i)
			}
		}
		return math.Inf(1)
	}
	for _, epsilon := range []float64{0, 0.1, 1, 2.5} {
		for _, delta := range []float64{0, 1e-6, 1e-3, 0.2} {
			for _, rounds := range []int{1, 2, 7, 30, 60} {
				for _, total := range []float64{0, 1e-5, 0.013, 0.1, 0.6} {
					got, want := OptimalComposition(epsilon, delta, rounds, total), plain(epsilon, delta, rounds, total)
					if got != want && math.Abs(got-want) > 1e-12*want {
						t.Errorf("ε %v, δ %v, %d rounds, total δ %v: %v, want %v", epsilon, delta, rounds, total, got, want)
					}
				}
			}
		}
	}
}

// Who took part, enumerated.
func TestParticipationByEnumeration(t *testing.T) {
	const rounds, q, z = 6, 0.3, 0.8
	p := participationProfile{}
	for who := range 1 << rounds {
		mu2, weight := 0.0, 1.0
		for r := range rounds {
			if who>>r&1 == 1 {
				mu2 += 1 / (z * z)
				weight *= q
			} else {
				weight *= 1 - q
			}
		}
		p = append(p, component{mu2, weight})
	}
	got, err := Participation{}.Compose([]privacy.Event{{
		Mechanism: privacy.Gaussian, NoiseMultiplier: 2 * z, Clip: 1, Rounds: rounds,
		Sampling: privacy.Sampling{Kind: privacy.Visible, Q: q},
		Unit:     privacy.Client, Adjacency: privacy.ReplaceOne, Observer: privacy.Server,
	}})
	if err != nil {
		t.Fatal(err)
	}
	for _, epsilon := range []float64{0, 0.5, 2, 6} {
		if got, want := got.Delta(epsilon), p.Delta(epsilon); math.Abs(got-want) > 1e-13 {
			t.Errorf("ε %v: δ %v, want %v", epsilon, got, want)
		}
	}
}

func TestPower(t *testing.T) {
	for _, c := range []complex128{0, 1, 0.5i, complex(0.6, -0.7), complex(1e-80, 0)} {
		for _, n := range []int{1, 2, 3, 17, 240} {
			want := complex(1, 0)
			for range n {
				want *= c
			}
			if got := power(c, n); math.Hypot(real(got-want), imag(got-want)) > 1e-13*math.Hypot(real(want), imag(want))+1e-140 {
				t.Errorf("%v^%d: %v, want %v", c, n, got, want)
			}
		}
	}
}

// log Φ across the place where the series takes over, against the continued
// fraction of Mills' ratio (Abramowitz and Stegun 26.2.14).
func TestLogPhi(t *testing.T) {
	for _, x := range []float64{6, 8, 12, 20, 29, 29.99, 30.01, 31, 50, 1000} {
		fraction := x
		for k := 400; k >= 1; k-- {
			if k == 400 {
				fraction = x + 20
			} else {
				fraction = x + float64(k)/fraction
			}
		}
		want := -x*x/2 - 0.5*math.Log(2*math.Pi) - math.Log(fraction)
		if got := logPhi(-x); math.Abs(got-want) > 1e-9+1e-15*math.Abs(want) {
			t.Errorf("log Φ(−%v): %.15g, want %.15g", x, got, want)
		}
	}
	for _, x := range []float64{-5, -1, 0, 1, 4.9, 5.1, 8} {
		if got, want := logPhi(x), math.Log1p(-phi(-x)); math.Abs(got-want) > 1e-9*math.Abs(want) {
			t.Errorf("log Φ(%v): %v, want %v", x, got, want)
		}
		if p := phi(x); math.Abs(quantile(p)-x) > 1e-10/density(x, 0, 1)*1e-5+1e-9 && x < 5 {
			t.Errorf("Φ⁻¹(Φ(%v)) = %v", x, quantile(p))
		}
	}
	if !math.IsInf(quantile(0), -1) || !math.IsInf(quantile(1), 1) {
		t.Error("Φ⁻¹ at 0 and 1: want −∞ and ∞")
	}
}

// The profile's rate of true positives against the exact one.
func TestTruePositiveRate(t *testing.T) {
	for _, mu := range []float64{0.2, 1, 3} {
		p := GaussianProfile{Mu: mu}
		for _, fpr := range []float64{0, 1e-5, 0.01, 0.1, 0.5, 0.9, 1} {
			got, want := TruePositiveRate(p, fpr), p.TruePositiveRate(fpr)
			if fpr == 0 {
				want = 0
			}
			if math.Abs(got-want) > 1e-6 {
				t.Errorf("μ %v, FPR %v: TPR %v, want %v", mu, fpr, got, want)
			}
		}
	}
}
