package audit

import (
	"math"

	"gonum.org/v1/gonum/mathext"

	"grapevine/nn/privacy/accountant"
)

// OneRunFDP is the lower bound on ε at δ from r guesses of m canaries with v
// correct, for a mechanism whose trade-off curve is Gaussian (Mahloujifar,
// Melis and Chaudhuri 2024, arXiv 2410.22235, Algorithm 3): the largest ε, to
// 1e-9, whose μ the guesses contradict, 0 where none is. It is higher than
// [OneRun]'s and assumes more.
//
// With b(x) = Φ(Φ⁻¹(x) − μ), start from accuracy A = significance·v/m and error
// E = significance·(r − v)/m and for i = v−1 … 0 let
//
//	E' = max(E, b(A)),  A' = min(1, A + i/(r − i)·(E' − E));
//
// μ is contradicted if A + E ends above r/m. It panics unless
// 0 ≤ v ≤ r ≤ m, 0 < δ < 1 and significance lies in (0, 1).
func OneRunFDP(m, r, v int, delta, significance float64) float64 {
	checkGuesses(m, r, v, delta)
	checkSignificance(significance)
	return oneRunFDP(0, m, r, v, delta, significance)
}

func oneRunFDP(lo float64, m, r, v int, delta, significance float64) float64 {
	contradicted := func(epsilon float64) bool {
		return fdpContradicted(m, r, v, accountant.GaussianMu(epsilon, delta), significance)
	}
	if r == 0 || !contradicted(lo) {
		return lo
	}
	return bisect(lo, contradicted)
}

func fdpContradicted(m, r, v int, mu, significance float64) bool {
	accuracy := significance * float64(v) / float64(m)
	wrong := significance * float64(r-v) / float64(m)
	end := float64(r) / float64(m)
	for i := v - 1; i >= 0; i-- {
		next := math.Max(wrong, blowDown(accuracy, mu))
		if next == wrong {
			break // nothing can change any more
		}
		accuracy = math.Min(1, accuracy+float64(i)/float64(r-i)*(next-wrong))
		if wrong = next; accuracy+wrong > end {
			return true // both only grow
		}
	}
	return accuracy+wrong > end
}

func blowDown(x, mu float64) float64 {
	if x >= 1 {
		return 1
	}
	return 0.5 * math.Erfc((mu-mathext.NormalQuantile(x))/math.Sqrt2)
}
