package audit

import (
	"fmt"
	"math"
)

// OneRunPValue is the probability, at most, that an (ε, δ)-private training run
// lets r of m canaries be guessed with v or more correct (Steinke, Nasr and
// Jagielski 2023, arXiv 2305.08846, Theorem 5.2): with q = 1/(1 + e^−ε),
//
//	β = P[Bin(r, q) ≥ v],  α = max over 1 ≤ i ≤ v of (P[Bin(r, q) ≥ v − i] − β)/i,
//	p = min(1, β + 2mδα).
//
// It panics unless 0 ≤ v ≤ r ≤ m, ε ≥ 0 and 0 ≤ δ < 1.
func OneRunPValue(m, r, v int, epsilon, delta float64) float64 {
	checkGuesses(m, r, v, delta)
	if !(epsilon >= 0) {
		panic(fmt.Sprintf("audit: ε %v: want at least 0", epsilon))
	}
	return newBinomials(r).pValue(m, v, epsilon, delta)
}

// OneRun is the lower bound on ε at δ from r guesses of m canaries with v
// correct: the largest ε, to 1e-9, that is rejected at the significance, 0
// where none is. It panics as [OneRunPValue] does, and unless significance
// lies in (0, 1).
func OneRun(m, r, v int, delta, significance float64) float64 {
	checkGuesses(m, r, v, delta)
	return oneRun(newBinomials(r), 0, m, v, delta, significance)
}

// oneRun searches above the given ε, which it returns where that itself is not
// rejected.
func oneRun(b binomials, lo float64, m, v int, delta, significance float64) float64 {
	checkSignificance(significance)
	if b.r == 0 || b.pValue(m, v, lo, 0) > significance || b.pValue(m, v, lo, delta) > significance {
		return lo // δ 0 is the quick look
	}
	return bisect(lo, func(epsilon float64) bool { return b.pValue(m, v, epsilon, delta) <= significance })
}

// bisect is the largest x, to 1e-9, at or above lo at which rejected holds; it
// holds at lo and must fail from some x on.
func bisect(lo float64, rejected func(float64) bool) float64 {
	hi := math.Max(1, 2*lo)
	for rejected(hi) {
		if lo, hi = hi, 2*hi; hi > 1e6 {
			return lo
		}
	}
	for hi-lo > 1e-9 {
		if mid := (lo + hi) / 2; rejected(mid) {
			lo = mid
		} else {
			hi = mid
		}
	}
	return lo
}

// OneRunCeiling is the bound that r guesses of r canaries give where all are
// correct: no attack, however good, can show more.
func OneRunCeiling(r int, delta, significance float64) float64 {
	return OneRun(r, r, r, delta, significance)
}

func checkGuesses(m, r, v int, delta float64) {
	if v < 0 || v > r || r > m {
		panic(fmt.Sprintf("audit: %d of %d guesses of %d canaries correct: want 0 ≤ correct ≤ guesses ≤ canaries", v, r, m))
	}
	if !(delta >= 0 && delta < 1) {
		panic(fmt.Sprintf("audit: δ %v: want at least 0, below 1", delta))
	}
}

// binomials holds log C(r, k) for k = 0 … r.
type binomials struct {
	r         int
	logChoose []float64
}

func newBinomials(r int) binomials {
	b := binomials{r, make([]float64, r+1)}
	for k := 1; k <= r/2; k++ {
		b.logChoose[k] = b.logChoose[k-1] + math.Log(float64(r-k+1)/float64(k))
	}
	for k := r/2 + 1; k <= r; k++ {
		b.logChoose[k] = b.logChoose[r-k]
	}
	return b
}

func (b binomials) pValue(m, v int, epsilon, delta float64) float64 {
	// log q and log (1 − q), without loss at large ε.
	logQ := -math.Log1p(math.Exp(-epsilon))
	logRest := logQ - epsilon
	// From the mean down and up the masses fall off; e^−60 ends them.
	beta := 0.0
	mode := math.Exp(logQ) * float64(b.r)
	for k := b.r; k >= v; k-- {
		logMass := b.logChoose[k] + float64(k)*logQ + float64(b.r-k)*logRest
		if logMass < -60 && float64(k) < mode {
			break
		}
		if logMass > -745 {
			beta += math.Exp(logMass)
		}
	}
	if delta == 0 {
		return math.Min(1, beta)
	}
	alpha, sum := 0.0, 0.0
	for i := 1; i <= v; i++ {
		k := v - i
		logMass := b.logChoose[k] + float64(k)*logQ + float64(b.r-k)*logRest
		if logMass > -745 {
			sum += math.Exp(logMass)
		}
		alpha = math.Max(alpha, sum/float64(i))
		if logMass < -60 && float64(k) < mode {
			break // the sum stands still, and its mean falls
		}
	}
	return math.Min(1, beta+2*float64(m)*delta*alpha)
}
