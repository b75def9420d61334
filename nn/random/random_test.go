package random

import (
	"math"
	"sort"
	"testing"
)

func TestStreamsDiffer(t *testing.T) {
	seen := map[uint64]Address{}
	for _, purpose := range []string{PurposeInit, PurposeNoise, "n", "no"} {
		for i := range 4 * 4 * 4 * 4 {
			a := Address{uint64(i & 3), purpose, i >> 2 & 3, i >> 4 & 3, i >> 6}
			w := New(a).Uint64()
			if b, ok := seen[w]; ok {
				t.Fatalf("%+v and %+v begin alike", a, b)
			}
			seen[w] = a
		}
	}
}

// The golden value pins the address's encoding and the library's ChaCha8;
// regenerate it by printing the left side.
func TestGolden(t *testing.T) {
	s := New(Address{7, PurposeNoise, 1, 2, 3})
	if got, want := s.Uint64(), uint64(0xce3fc3bf708ab0a5); got != want {
		t.Errorf("first word %#x, want %#x", got, want)
	}
}

func TestIntn(t *testing.T) {
	s := New(Address{Seed: 1})
	const n, draws = 7, 70000
	var count [n]int
	for range draws {
		count[s.Intn(n)]++
	}
	chi := 0.0
	for _, c := range count {
		d := float64(c) - draws/n
		chi += d * d / (draws / n)
	}
	if chi > 22.5 { // 6 degrees of freedom, p = 0.001
		t.Errorf("χ² = %.1f over %v", chi, count)
	}
}

func TestPerm(t *testing.T) {
	x := New(Address{Seed: 2}).Perm(100)
	moved := 0
	for i, v := range x {
		if i != v {
			moved++
		}
	}
	sort.Ints(x)
	for i, v := range x {
		if i != v {
			t.Fatalf("not a permutation: %v", x)
		}
	}
	if moved < 90 {
		t.Errorf("only %d of 100 moved", moved)
	}
}

// quantile inverts the upper tail by bisection on math.Erfc, in float64.
func quantile(p float64) float64 {
	lo, hi := 0.0, 10.0
	for range 200 {
		mid := (lo + hi) / 2
		if 0.5*math.Erfc(mid/math.Sqrt2) > p {
			lo = mid
		} else {
			hi = mid
		}
	}
	return lo
}

func TestNormalIsAccurate(t *testing.T) {
	worst, at := 0.0, uint32(0)
	check := func(m uint32) {
		// From the middle the distance of p to ½ is exact in float64, and
		// erf keeps its relative accuracy there.
		p := (float64(m) + 0.5) / (1 << 32)
		want := quantile(p)
		if q := (float64(1<<31-1-m) + 0.5) / (1 << 32); q < 0.1 {
			want = math.Sqrt2 * math.Erfinv(2*q)
		}
		if e := math.Abs(float64(normal(m))-want) / want; e > worst {
			worst, at = e, m
		}
	}
	for i := uint32(0); i < 1<<31-1<<15; i += 1<<15 - 7 {
		check(i)
	}
	for i := uint32(0); i < 31; i++ {
		check(1 << i)
		check(1<<31 - 1<<i)
	}
	for i := uint32(0); i < 2000; i++ {
		check(i * 17)
	}
	check(1<<31 - 1)
	t.Logf("worst relative error %.2g at %d", worst, at)
	if worst > 1e-6 {
		t.Errorf("relative error %.2g at %d, want at most 1e-6", worst, at)
	}
}

func TestNormalIsNormal(t *testing.T) {
	s := New(Address{Seed: 7, Purpose: PurposeNoise})
	x := make([]float32, 200000)
	s.AddNormal(x, 1)
	var m1, m2, m4 float64
	v := make([]float64, len(x))
	for i, f := range x {
		v[i] = float64(f)
		m1 += v[i]
		m2 += v[i] * v[i]
		m4 += v[i] * v[i] * v[i] * v[i]
	}
	n := float64(len(x))
	if m1/n > 4/math.Sqrt(n) || m1/n < -4/math.Sqrt(n) {
		t.Errorf("mean %g", m1/n)
	}
	if math.Abs(m2/n-1) > 4*math.Sqrt(2/n) {
		t.Errorf("variance %g", m2/n)
	}
	if math.Abs(m4/n-3) > 4*math.Sqrt(96/n) {
		t.Errorf("fourth moment %g", m4/n)
	}
	sort.Float64s(v)
	d := 0.0
	for i, f := range v {
		c := 0.5 * math.Erfc(-f/math.Sqrt2)
		d = math.Max(d, math.Max(c-float64(i)/n, float64(i+1)/n-c))
	}
	if d*math.Sqrt(n) > 1.95 { // Kolmogorov–Smirnov, p = 0.001
		t.Errorf("Kolmogorov–Smirnov √n·D = %.2f", d*math.Sqrt(n))
	}
}

func BenchmarkNormal(b *testing.B) {
	x := make([]float32, 1<<16)
	s := New(Address{})
	b.SetBytes(4 << 16)
	for b.Loop() {
		s.AddNormal(x, 1)
	}
}
