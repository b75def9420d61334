// Package audit measures what leaks, and holds that to what was promised: a
// lower bound on ε from attacks on the real code, to be set beside an
// accountant's upper bound. Where the lower bound is the higher one, the code
// breaks its promise. An audit that finds nothing proves nothing.
//
// [Unit] attacks one call of the mechanism, [OneRun] and [OneRunFDP] a whole
// training run with canaries.
//
// Symbols: C clip norm; σ the noise's standard deviation; FPR and FNR the rates
// at which an attack takes a non-member for a member and a member for none; μ
// the parameter of Gaussian differential privacy; m canaries, r guesses, v of
// them correct.
package audit

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mathext"
)

// Upper is the Clopper–Pearson upper bound on a rate of which k of n trials
// showed, wrong with probability at most significance (Clopper and Pearson
// 1934): the p at which k or fewer of n have that probability, 1 where k is n.
// It panics unless 0 ≤ k ≤ n, n is positive and significance in (0, 1).
func Upper(k, n int, significance float64) float64 {
	if k < 0 || k > n || n < 1 {
		panic(fmt.Sprintf("audit: %d of %d: want 0 to a positive number", k, n))
	}
	checkSignificance(significance)
	if k == n {
		return 1
	}
	return mathext.InvRegIncBeta(float64(k+1), float64(n-k), 1-significance)
}

// Lower is the mirrored lower bound, 0 where k is 0.
func Lower(k, n int, significance float64) float64 { return 1 - Upper(n-k, n, significance) }

// Ceiling is the highest rate at which any attack on an (ε, δ)-private
// mechanism finds a member, TPR ≤ e^ε·FPR + δ, for the chart of an attack's
// rates. fpr lies in [0, 1].
func Ceiling(epsilon, delta, fpr float64) float64 {
	other := 1 - math.Exp(-epsilon)*(1-delta-fpr) // the members' and the others' roles exchanged
	return math.Min(1, math.Min(math.Exp(epsilon)*fpr+delta, other))
}

func checkSignificance(significance float64) {
	if !(significance > 0 && significance < 1) {
		panic(fmt.Sprintf("audit: significance %v: want above 0, below 1", significance))
	}
}
