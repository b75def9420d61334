package privacy

import (
	"math"
	"slices"
	"testing"

	"grapevine/nn/random"
)

// updates makes vectors of many lengths and scales.
func updates() (all [][]float32) {
	s := random.New(random.Address{Seed: 1})
	for _, n := range []int{1, 7, 16, 33, 1000, 15000} {
		for _, scale := range []float32{1e-12, 1e-3, 0.01, 0.1, 1, 100, 1e10} {
			u := make([]float32, n)
			s.AddNormal(u, scale)
			all = append(all, u)
		}
	}
	return all
}

// norm is the L2 norm in float64.
func norm(x []float32) float64 {
	sum := 0.0
	for _, v := range x {
		sum += float64(v) * float64(v)
	}
	return math.Sqrt(sum)
}

func TestClip(t *testing.T) {
	clipped, whole := 0, 0
	for _, c := range []float32{0.1, 1, 2, 50} {
		for _, u := range updates() {
			x := slices.Clone(u)
			n, s := Clip(x, c)
			// The norm's float32 sum has 16 lanes of up to 938 squares: their
			// rounding errors stay below 938·2⁻²⁴ of it, half that in the root.
			if want := norm(u); math.Abs(float64(n)-want) > 3e-5*want {
				t.Errorf("norm %v of %d values, want %v", n, len(u), want)
			}
			if n <= c {
				whole++
				if s != 1 || !slices.Equal(x, u) {
					t.Errorf("norm %v, clip %v: factor %v, update changed", n, c, s)
				}
				continue
			}
			clipped++
			if want := c / (n + 1e-12); s != want {
				t.Errorf("norm %v, clip %v: factor %v, want %v", n, c, s, want)
			}
			for i := range x {
				if x[i] != u[i]*s {
					t.Fatalf("norm %v, clip %v: element %d is %v, want %v", n, c, i, x[i], u[i]*s)
				}
			}
			if got := norm(x); math.Abs(got-float64(c)) > 3e-5*float64(c) {
				t.Errorf("norm %v after clipping to %v", got, c)
			}
		}
	}
	if clipped < 50 || whole < 50 {
		t.Errorf("%d updates clipped, %d whole: the test wants many of both", clipped, whole)
	}
}

func TestClipAtTheEdges(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	for _, c := range []struct {
		name         string
		update       []float32
		norm, factor float32
		first        float32
	}{
		{"nothing", nil, 0, 1, 0},
		{"zeros", []float32{0, 0}, 0, 1, 0},
		{"exactly at the clip norm", []float32{2, 0}, 2, 1, 2}, // 1e-12 is lost in 2
		{"a quarter", []float32{0, 8}, 8, 0.25, 0},
		{"NaN", []float32{3, nan}, nan, 1, 3},
		{"infinite", []float32{3, inf}, inf, 0, 0},
		{"square past float32", []float32{1e30, 1e30}, inf, 0, 0},
	} {
		n, s := Clip(c.update, 2)
		if s != c.factor || n != c.norm && !(n != n && c.norm != c.norm) {
			t.Errorf("%s: norm %v, factor %v; want %v, %v", c.name, n, s, c.norm, c.factor)
		}
		if len(c.update) > 0 && c.update[0] != c.first {
			t.Errorf("%s: first element %v, want %v", c.name, c.update[0], c.first)
		}
	}
}

func TestClassicSigma(t *testing.T) {
	for _, c := range []float64{0.1, 2} {
		for _, epsilon := range []float64{0.01, 0.5, 1, 8, 100} {
			for _, delta := range []float64{1e-12, 1e-5, 0.1} {
				got := ClassicSigma(c, epsilon, delta)
				want := c * math.Sqrt(2*math.Log(1.25/delta)) / epsilon
				if math.Abs(got-want) > 1e-15*want { // two logarithms, each within an ulp
					t.Errorf("σ(%v, %v, %v) = %v, want %v", c, epsilon, delta, got, want)
				}
			}
		}
	}
	if got := ClassicSigma(2, math.Inf(1), 1e-5); got != 0 {
		t.Errorf("σ %v at ε = ∞, want 0", got)
	}
}

// The exact δ of the Gaussian mechanism (Balle and Wang 2018, arXiv
// 1805.06530, Theorem 8), with sensitivity C, must not exceed the δ that
// Theorem A.1 promises where it holds, ε < 1.
func TestClassicSigmaKeepsThePromise(t *testing.T) {
	phi := func(x float64) float64 { return 0.5 * math.Erfc(-x/math.Sqrt2) }
	exact := func(c, sigma, epsilon float64) float64 {
		return phi(c/(2*sigma)-epsilon*sigma/c) - math.Exp(epsilon)*phi(-c/(2*sigma)-epsilon*sigma/c)
	}
	for epsilon := 0.05; epsilon < 1; epsilon += 0.05 {
		for _, delta := range []float64{1e-9, 1e-5, 1e-3} {
			if got := exact(2, ClassicSigma(2, epsilon, delta), epsilon); !(got > 0 && got <= delta) {
				t.Errorf("ε %v, δ %v: the noise gives δ %v", epsilon, delta, got)
			}
		}
	}
	// The package says the promise ends; here it is broken.
	if got := exact(2, ClassicSigma(2, 20, 1e-5), 20); got <= 1e-5 {
		t.Errorf("ε 20, δ 1e-5: the noise gives δ %v, want more", got)
	}
}

func TestClassicSigmaRefuses(t *testing.T) {
	nan := math.NaN()
	for _, c := range [][3]float64{
		{0, 1, 1e-5}, {-1, 1, 1e-5}, {nan, 1, 1e-5},
		{2, 0, 1e-5}, {2, -1, 1e-5}, {2, nan, 1e-5},
		{2, 1, 0}, {2, 1, 1}, {2, 1, 2}, {2, 1, nan},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("C %v, ε %v, δ %v: no panic", c[0], c[1], c[2])
				}
			}()
			ClassicSigma(c[0], c[1], c[2])
		}()
	}
}

func TestSanitise(t *testing.T) {
	at := random.Address{Seed: 7, Purpose: random.PurposeNoise, Round: 3, Client: 5}
	u := make([]float32, 1001)
	random.New(random.Address{Seed: 2}).AddNormal(u, 1)

	// Clip first, then noise: the noise is never scaled.
	x, want := slices.Clone(u), slices.Clone(u)
	n, s := Sanitise(x, at, 2, 0.5)
	wantN, wantS := Clip(want, 2)
	random.New(at).AddNormal(want, 0.5)
	if n != wantN || s != wantS || !slices.Equal(x, want) {
		t.Errorf("norm %v, factor %v: want %v, %v and clip, then noise", n, s, wantN, wantS)
	}

	// Without noise it clips alone.
	x, want = slices.Clone(u), slices.Clone(u)
	Sanitise(x, at, 2, 0)
	Clip(want, 2)
	if !slices.Equal(x, want) {
		t.Error("σ = 0: the update is not the clipped one")
	}

	// Another client, another round, another seed: other noise.
	for _, other := range []random.Address{
		{Seed: 8, Purpose: random.PurposeNoise, Round: 3, Client: 5},
		{Seed: 7, Purpose: random.PurposeNoise, Round: 4, Client: 5},
		{Seed: 7, Purpose: random.PurposeNoise, Round: 3, Client: 6},
	} {
		a, b := make([]float32, 1001), make([]float32, 1001)
		Sanitise(a, at, 2, 1)
		Sanitise(b, other, 2, 1)
		dot := 0.0
		for i := range a {
			dot += float64(a[i]) * float64(b[i])
		}
		if r := dot / (norm(a) * norm(b)); math.Abs(r) > 4/math.Sqrt(1001) {
			t.Errorf("noise at %+v and %+v: correlation %.3f", at, other, r)
		}
	}
}

func TestNoise(t *testing.T) {
	const n, sigma = 200000, 1.5
	x := make([]float32, n)
	Sanitise(x, random.Address{Seed: 7, Purpose: random.PurposeNoise, Round: 1}, 2, sigma)
	v := make([]float64, n)
	var m1, m2, m3, m4 float64
	for i, f := range x {
		z := float64(f) / sigma
		v[i] = z
		m1 += z / n
		m2 += z * z / n
		m3 += z * z * z / n
		m4 += z * z * z * z / n
	}
	for _, m := range []struct {
		name                string
		got, want, variance float64 // variance of one term under N(0, 1)
	}{{"mean", m1, 0, 1}, {"second moment", m2, 1, 2}, {"third moment", m3, 0, 15}, {"fourth moment", m4, 3, 96}} {
		if math.Abs(m.got-m.want) > 4*math.Sqrt(m.variance/n) {
			t.Errorf("%s %v, want %v", m.name, m.got, m.want)
		}
	}
	slices.Sort(v)
	d := 0.0
	for i, z := range v {
		c := 0.5 * math.Erfc(-z/math.Sqrt2)
		d = math.Max(d, math.Max(c-float64(i)/n, float64(i+1)/n-c))
	}
	if d*math.Sqrt(n) > 1.95 { // Kolmogorov–Smirnov, p = 0.001
		t.Errorf("Kolmogorov–Smirnov √n·D = %.2f", d*math.Sqrt(n))
	}
}
