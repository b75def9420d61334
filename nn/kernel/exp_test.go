package kernel

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

// bigExp returns e**x to 160 bits: the Taylor series of x/2⁸, squared eight times.
func bigExp(x float64) *big.Float {
	const precision = 240
	// Halve until the series converges fast; each squaring doubles a relative error.
	halvings := 8
	if x != 0 {
		_, e := math.Frexp(x)
		halvings = max(8, e+8)
	}
	r := new(big.Float).SetPrec(precision).SetFloat64(x)
	r.SetMantExp(r, -halvings)
	sum := new(big.Float).SetPrec(precision).SetInt64(1)
	term := new(big.Float).SetPrec(precision).SetInt64(1)
	for i := int64(1); i < 24; i++ {
		term.Mul(term, r)
		term.Quo(term, new(big.Float).SetPrec(precision).SetInt64(i))
		sum.Add(sum, term)
	}
	for range halvings {
		sum.Mul(sum, sum)
	}
	return sum
}

// relativeError returns (got-want)/want.
func relativeError(got float64, want *big.Float) float64 {
	d := new(big.Float).SetPrec(240).SetFloat64(got)
	d.Sub(d, want)
	d.Quo(d, want)
	f, _ := d.Float64()
	return f
}

// TestExpsEqualExp holds the vectors to the scalar, bit for bit, with what they
// leave to it at every place among them.
func TestExpsEqualExp(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	bounds := []float32{700, -700, 700.0001, -700.0001, -103.98, -103.97, 88.73, 88.72, -87.4, 0}
	for n := range 70 {
		for range 30 {
			x := randoms(rng, n)
			for i := range x {
				x[i] *= float32(math.Exp(rng.Float64()*9 - 2))
				if rng.IntN(12) == 0 {
					x[i] = bounds[rng.IntN(len(bounds))]
				}
			}
			if rng.IntN(2) == 0 {
				x = specials(rng, n)
			}
			got := guarded(x)
			Exps(got)
			for i, v := range x {
				if want := Exp(v); math.Float32bits(got[i]) != math.Float32bits(want) && (want == want || got[i] == got[i]) {
					t.Fatalf("number %d of %d, exp(%g): %x, want %x", i, n, v, got[i], want)
				}
			}
			checkGuard(t, got, "Exps")
		}
	}
}

func TestExp64IsAccurate(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 10))
	worst := 0.0
	for range 3000 {
		x := (rng.Float64()*2 - 1) * 708
		if rng.IntN(2) == 0 {
			x /= 700
		}
		worst = math.Max(worst, math.Abs(relativeError(Exp64(x), bigExp(x))))
	}
	t.Logf("worst relative error %.3g", worst)
	if worst > 2.3e-16 {
		t.Errorf("relative error %g: want at most 2.3e-16", worst)
	}
}

func TestLog64IsAccurate(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 12))
	worst := 0.0
	for i := range 3000 {
		x := math.Exp((rng.Float64()*2 - 1) * 700)
		switch i % 4 {
		case 1:
			x = 1 + (rng.Float64()-0.5)*1e-3
		case 2:
			x = rng.Float64()
		case 3:
			x = 0.5 + rng.Float64()*1.5
		}
		if x == 1 {
			continue
		}
		// One Newton step from y doubles its correct digits: log x = y + (x/eʸ - 1) - …,
		// so the error of y is that difference, and its relative size follows.
		y := Log64(x)
		ratio := new(big.Float).SetPrec(240).SetFloat64(x)
		ratio.Quo(ratio, bigExp(y))
		ratio.Sub(ratio, big.NewFloat(1))
		d, _ := ratio.Float64()
		worst = math.Max(worst, math.Abs(d/y))
	}
	t.Logf("worst relative error %.3g", worst)
	if worst > 2.3e-16 {
		t.Errorf("relative error %g: want at most 2.3e-16", worst)
	}
}

func TestExpIsAccurate(t *testing.T) {
	rng := rand.New(rand.NewPCG(13, 14))
	worst := 0.0
	for i := range 3000 {
		x := float32(rng.Float64()*175 - 87)
		switch i % 3 {
		case 1:
			x = float32(-rng.Float64() * 3)
		case 2: // subnormal results
			x = float32(-87.4 - rng.Float64()*16)
		}
		got := float64(Exp(x))
		want, _ := bigExp(float64(x)).Float64()
		if want > math.MaxFloat32 {
			continue
		}
		_, e := math.Frexp(want)
		ulp := math.Ldexp(1, max(e-24, -149))
		worst = math.Max(worst, math.Abs(got-want)/ulp)
	}
	t.Logf("worst error %.4f ulp", worst)
	if worst > 0.51 {
		t.Errorf("error %g ulp: want at most 0.51", worst)
	}
}

// TestExpAndLogBits holds the bits themselves: they must be these on every machine.
// The values are this package's own, printed by it once, on amd64, when the tests
// above passed; a change of any is a change of the numerics version.
func TestExpAndLogBits(t *testing.T) {
	hash := uint64(14695981039346656037) // FNV-1a over the results' words
	mix := func(bits uint64) { hash = (hash ^ bits) * 1099511628211 }
	rng := rand.New(rand.NewPCG(15, 16))
	for range 20000 {
		// A fixed-point draw, so that nothing but what is under test can round.
		x := float64(int64(rng.Uint64())>>11) * 0x1p-43
		mix(math.Float64bits(Exp64(x)))
		mix(uint64(math.Float32bits(Exp(float32(x)))))
		mix(math.Float64bits(Log64(math.Abs(x))))
		mix(math.Float64bits(Log64(math.Float64frombits(rng.Uint64() >> 2))))
	}
	if want := uint64(0xa2b8e476d5632ad3); hash != want {
		t.Errorf("bits hash to %#x, want %#x", hash, want)
	}
}

func TestExpSpecialCases(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	for _, c := range []struct{ x, want float64 }{
		{0, 1}, {math.Copysign(0, -1), 1}, {inf, inf}, {-inf, 0}, {nan, nan},
		{710, inf}, {-746, 0}, {1e300, inf}, {-1e300, 0}, {-745.13, 5e-324}, {1e-300, 1},
		{709.78, 1.7928227943945155e308}, // where the library's assembly for amd64 says +Inf
	} {
		got := Exp64(c.x)
		if math.Float64bits(got) != math.Float64bits(c.want) && !(got != got && c.want != c.want) && math.Abs(got/c.want-1) > 1e-15 {
			t.Errorf("Exp64(%g) = %g, want %g", c.x, got, c.want)
		}
	}
	for _, c := range []struct{ x, want float32 }{
		{0, 1}, {float32(inf), float32(inf)}, {float32(-inf), 0}, {float32(nan), float32(nan)},
		{88.73, float32(inf)}, {88.72, 3.4e38}, {-103.9, 1e-45}, {-104, 0}, {math.MaxFloat32, float32(inf)},
	} {
		got := Exp(c.x)
		same := got == c.want || got != got && c.want != c.want
		if near := got/c.want - 1; !same && !(near > -0.01 && near < 0.01) {
			t.Errorf("Exp(%g) = %g, want %g", c.x, got, c.want)
		}
	}
	for _, c := range []struct{ x, want float64 }{
		{1, 0}, {0, -inf}, {math.Copysign(0, -1), -inf}, {inf, inf}, {-inf, nan}, {-1, nan}, {nan, nan},
		{5e-324, -744.4400719213812}, {math.MaxFloat64, 709.782712893384}, {0.5, -math.Ln2}, {2, math.Ln2},
	} {
		got := Log64(c.x)
		if math.Float64bits(got) != math.Float64bits(c.want) && !(got != got && c.want != c.want) && math.Abs(got/c.want-1) > 1e-15 {
			t.Errorf("Log64(%g) = %g, want %g", c.x, got, c.want)
		}
	}
}
