package random

import (
	"flag"
	"math"
	"sort"
	"testing"
)

var every = flag.Bool("every", false, "test the accuracy of all 2³¹ normal variates (under two minutes)")

// quantile is the inverse of the normal distribution function at
// 1 − (m + ½)/2³², in float64: Wichura's PPND16 (AS 241), which is good to
// 1e-15, as TestQuantile finds. m is below 2³¹.
func quantile(m uint32) float64 {
	horner := func(x float64, coefficients ...float64) float64 {
		y := 0.0
		for _, c := range coefficients {
			y = y*x + c
		}
		return y
	}
	q := (float64(1<<31-1-m) + 0.5) / (1 << 32)
	if q <= 0.425 {
		r := 0.180625 - q*q
		return q * horner(r, 2509.0809287301226727, 33430.575583588128105, 67265.770927008700853,
			45921.953931549871457, 13731.693765509461125, 1971.5909503065514427, 133.14166789178437745, 3.387132872796366608) /
			horner(r, 5226.495278852545925, 28729.085735721942674, 39307.89580009271061,
				21213.794301586595867, 5394.1960214247511077, 687.1870074920579083, 42.313330701600911252, 1)
	}
	// The branch for r above 5 is left out: the last m has r = 4.78.
	r := math.Sqrt(-math.Log((float64(m)+0.5)/(1<<32))) - 1.6
	return horner(r, 7.7454501427834140764e-4, .0227238449892691845833, .24178072517745061177,
		1.27045825245236838258, 3.64784832476320460504, 5.7694972214606914055, 4.6303378461565452959, 1.42343711074968357734) /
		horner(r, 1.05075007164441684324e-9, 5.475938084995344946e-4, .0151986665636164571966,
			.14810397642748007459, .68976733498510000455, 1.6763848301838038494, 2.05319162663775882187, 1)
}

// sample calls f with values of m that are dense at both ends, in the tail and
// around the middle, about every power of two and where the branches part, and
// with steps of a prime between.
func sample(f func(m uint32)) {
	const top = 1 << 31
	for m := uint32(0); m < 1<<17; m++ {
		f(m)
		f(top - 1 - m)
	}
	parting := 0.075 * (1 << 32)
	for d := range uint32(1 << 15) {
		f(uint32(parting) - 1<<14 + d)
	}
	for power := uint32(1 << 17); power < top; power <<= 1 {
		for d := uint32(1); d <= 1<<10; d++ {
			f(power - d)
			f(power + d)
			f(top - power - d)
			f(top - power + d)
		}
	}
	for m := uint32(0); m < top; m += 4093 {
		f(m)
	}
}

// The reference is right: one step of Newton's method from it, on the library's
// Erf in the middle and Erfc beyond, moves it by less than 2e-15 of itself.
func TestQuantile(t *testing.T) {
	worst, at := 0.0, uint32(0)
	sample(func(m uint32) {
		x := quantile(m)
		var excess float64 // of probability beyond x, over what was asked
		if q := (float64(1<<31-1-m) + 0.5) / (1 << 32); q < 0.25 {
			excess = q - 0.5*math.Erf(x/math.Sqrt2)
		} else {
			excess = 0.5*math.Erfc(x/math.Sqrt2) - (float64(m)+0.5)/(1<<32)
		}
		step := excess / (math.Exp(-x*x/2) / math.Sqrt(2*math.Pi))
		if e := math.Abs(step / x); e > worst {
			worst, at = e, m
		}
	})
	t.Logf("worst relative step %.2g at %d", worst, at)
	if worst > 2e-15 {
		t.Errorf("Newton's method moves the reference by %.2g of itself at %d: want at most 2e-15", worst, at)
	}
}

func TestNormalIsAccurate(t *testing.T) {
	worst, at := 0.0, uint32(0)
	check := func(m uint32) {
		want := quantile(m)
		if e := math.Abs(float64(normal(m))-want) / want; e > worst {
			worst, at = e, m
		}
		if normal(m|1<<31) != -normal(m) {
			t.Fatalf("normal of %#x is %v, with the sign bit %v", m, normal(m), normal(m|1<<31))
		}
	}
	if *every {
		for m := uint32(0); m < 1<<31; m++ {
			check(m)
		}
	} else {
		sample(check)
	}
	t.Logf("worst relative error %.2g at %d", worst, at)
	if worst > 1e-6 {
		t.Errorf("relative error %.2g at %d: want at most 1e-6", worst, at)
	}
}

// TestNormalBits holds the bits themselves, which must be these on every
// machine: links rest on them. A change is a change of the numerics version;
// the value was printed by this test when those above passed.
func TestNormalBits(t *testing.T) {
	hash := uint64(14695981039346656037) // FNV-1a over the variates' words
	sample(func(m uint32) {
		hash = (hash ^ uint64(math.Float32bits(normal(m)))) * 1099511628211
	})
	if want := uint64(0xd8ffb9268a479940); hash != want {
		t.Errorf("bits hash to %#x, want %#x", hash, want)
	}
}

// Vectors equal the scalar, on dense samples of both signs.
func TestVectorsEqualNormal(t *testing.T) {
	var bits []uint32
	sample(func(m uint32) { bits = append(bits, m, m|1<<31) })
	got := make([]float32, len(bits))
	for i := range got {
		got[i] = float32(i%7) - 3
	}
	want := append([]float32(nil), got...)
	const sigma = 0.73
	addNormals(got, bits, sigma)
	addNormalsGeneric(want, bits, sigma)
	for i := range want {
		if math.Float32bits(got[i]) != math.Float32bits(want[i]) {
			t.Fatalf("bits %#x: %v, want %v", bits[i], got[i], want[i])
		}
	}
}

// AddNormal is the loop in its comment, at any length, with any σ, onto any
// value, and leaves the stream where the loop leaves it.
func TestAddNormalEqualsItsLoop(t *testing.T) {
	inf := float32(math.Inf(1))
	onto := []float32{0, float32(math.Copysign(0, -1)), 1, -3e38, 1e-45, inf, -inf, float32(math.NaN())}
	lengths := []int{255, 256, 511, 512, 513, 1023, 1024, 1025, 2049, 5001}
	for n := range 70 {
		lengths = append(lengths, n)
	}
	for _, n := range lengths {
		for _, sigma := range []float32{1, 0.3, 0, -2, 1e-40, 3e38, inf} {
			a := Address{Seed: 9, Purpose: PurposeNoise, Client: n}
			fast, slow := New(a), New(a)
			got, want := make([]float32, n), make([]float32, n)
			for i := range n {
				got[i] = onto[i%len(onto)]
				want[i] = got[i] + float32(sigma*slow.Normal())
			}
			fast.AddNormal(got, sigma)
			for i := range n {
				same := math.Float32bits(got[i]) == math.Float32bits(want[i]) || got[i] != got[i] && want[i] != want[i]
				if !same {
					t.Fatalf("n=%d, σ=%v: element %d is %v, want %v", n, sigma, i, got[i], want[i])
				}
			}
			for range 2 { // the half word that an odd length leaves, then a fresh one
				if got, want := fast.Uint32(), slow.Uint32(); got != want {
					t.Fatalf("n=%d: the stream goes on with %#x, want %#x", n, got, want)
				}
			}
		}
	}
}

// AddNormal begins at a whole word: a half that is pending is dropped.
func TestAddNormalBeginsAtAWord(t *testing.T) {
	a := Address{Seed: 10, Purpose: PurposeNoise}
	s, other := New(a), New(a)
	s.Uint32() // and the high half is left over
	other.Uint64()
	var got, want [5]float32
	s.AddNormal(got[:], 1)
	other.AddNormal(want[:], 1)
	if got != want {
		t.Errorf("after half a word %v: after a whole one %v", got, want)
	}
	// The low half comes first.
	w := New(a).Uint64()
	other = New(a)
	var two [2]float32
	other.AddNormal(two[:], 1)
	if two != [2]float32{normal(uint32(w)), normal(uint32(w >> 32))} {
		t.Errorf("the word %#x gives %v", w, two)
	}
}

// A million variates are normal. Each bound is passed once in a thousand
// samples by chance, or less; the stream is fixed, so the test's answer is too.
func TestNormalIsNormal(t *testing.T) {
	x := make([]float32, 1000000)
	New(Address{Seed: 7, Purpose: PurposeNoise}).AddNormal(x, 1)
	n := float64(len(x))
	v := make([]float64, len(x))
	var mean, second, third, fourth float64
	for i, f := range x {
		g := float64(f)
		v[i] = g
		mean += g / n
		second += g * g / n
		third += g * g * g / n
		fourth += g * g * g * g / n
	}
	for _, moment := range []struct {
		name                string
		got, want, variance float64 // of one variate's power
	}{{"mean", mean, 0, 1}, {"second moment", second, 1, 2}, {"third moment", third, 0, 15}, {"fourth moment", fourth, 3, 96}} {
		if z := (moment.got - moment.want) / math.Sqrt(moment.variance/n); math.Abs(z) > 3.3 {
			t.Errorf("%s %v: %.1f standard errors from %v", moment.name, moment.got, z, moment.want)
		}
	}
	// Neighbours are not correlated.
	product := 0.0
	for i := 1; i < len(v); i++ {
		product += v[i] * v[i-1]
	}
	if z := product / math.Sqrt(n); math.Abs(z) > 3.3 {
		t.Errorf("neighbours correlate: %.1f standard errors", z)
	}

	sort.Float64s(v)
	distance, anderson := 0.0, 0.0
	for i := range v {
		below := 0.5 * math.Erfc(-v[i]/math.Sqrt2)
		distance = math.Max(distance, math.Max(below-float64(i)/n, float64(i+1)/n-below))
		above := 0.5 * math.Erfc(v[len(v)-1-i]/math.Sqrt2)
		anderson -= float64(2*i+1) / n * (math.Log(below) + math.Log(above))
	}
	anderson -= n
	t.Logf("Kolmogorov–Smirnov √n·D = %.2f, Anderson–Darling A² = %.2f", distance*math.Sqrt(n), anderson)
	if distance*math.Sqrt(n) > 1.95 { // p = 0.001
		t.Errorf("Kolmogorov–Smirnov √n·D = %.2f", distance*math.Sqrt(n))
	}
	if anderson > 6.0 { // p = 0.001
		t.Errorf("Anderson–Darling A² = %.2f", anderson)
	}
}

// The tails hold what they should, beyond 5σ too: of 2²⁷ variates 77 are
// expected there, and a count's standard deviation is its square root.
func TestNormalTails(t *testing.T) {
	draws := 1 << 27
	if testing.Short() {
		draws = 1 << 23
	}
	s := New(Address{Seed: 8, Purpose: PurposeNoise})
	x := make([]float32, 1<<14)
	var beyond [2][6]int // by sign, by whole σ
	for range draws / len(x) {
		clear(x)
		s.AddNormal(x, 1)
		for _, f := range x {
			sign := 0
			if f < 0 {
				sign, f = 1, -f
			}
			if f >= 2 {
				for k := 2; k < 6 && f >= float32(k); k++ {
					beyond[sign][k]++
				}
			}
		}
	}
	for k := 2; k < 6; k++ {
		want := float64(draws) * 0.5 * math.Erfc(float64(k)/math.Sqrt2)
		for sign, name := range []string{"above", "below minus"} {
			// The variance of a small count is near the count.
			if z := (float64(beyond[sign][k]) - want) / math.Sqrt(want+1); math.Abs(z) > 3.6 {
				t.Errorf("%d variates %s %dσ: want about %.1f", beyond[sign][k], name, k, want)
			}
		}
	}
	t.Logf("above 2 to 5σ %v, below %v", beyond[0][2:], beyond[1][2:])
	// The formula's own end: bits that are all zero.
	if x := normal(0); math.Abs(float64(x)-6.338) > 0.001 {
		t.Errorf("the largest variate is %v: want 6.338", x)
	}
}

func BenchmarkAddNormal(b *testing.B) {
	x := make([]float32, 1<<16)
	s := New(Address{})
	for b.Loop() {
		s.AddNormal(x, 1)
	}
	b.ReportMetric(float64(len(x))*float64(b.N)/b.Elapsed().Seconds()/1e6, "M/s")
}
