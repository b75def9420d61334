// Package privacy bounds and blurs what a client hands out.
//
// An update is clipped to the L2 norm C, then, where there is a promise to
// keep, Gaussian noise of standard deviation σ is added to each coordinate:
// the Gaussian mechanism of Dwork and Roth, The Algorithmic Foundations of
// Differential Privacy (2014), Theorem A.1.
//
// C bounds what one client's update can be, and so how far a sum moves when a
// client is added or removed. Where one client is replaced by another it moves
// up to 2C, and the same σ promises less.
//
// What was done is written into a [Ledger] of events. What the events amount to
// is said by the packages beneath, accountant and audit; they compute with the
// library's functions, whose last bits differ by machine, and nothing that a
// run does may depend on them.
//
// Symbols: C clip norm; ε, δ the privacy of one message; σ the noise's standard
// deviation, in the unit of the parameters.
package privacy

import (
	"fmt"
	"math"

	"grapevine/nn/kernel"
	"grapevine/nn/random"
)

// ClassicSigma is the tutorial's noise, σ = C·√(2·ln(1.25/δ))/ε for one
// message. The theorem proves (ε, δ)-differential privacy from it for ε < 1
// alone, and for updates that differ by at most C in L2 norm; the tutorial
// uses it beyond both, and this function names the number, not the promise.
// It panics unless C and ε are positive and δ lies between 0 and 1.
func ClassicSigma(c, epsilon, delta float64) float64 {
	if !(c > 0 && epsilon > 0 && delta > 0 && delta < 1) {
		panic(fmt.Sprintf("privacy: C %v, ε %v, δ %v: want positive numbers, δ below 1", c, epsilon, delta))
	}
	return c * math.Sqrt(2*kernel.Log64(1.25/delta)) / epsilon
}

// Clip scales the update to the L2 norm c at most and returns the norm it had
// and the factor s = c/(norm + 1e-12), or 1 where that is not below 1: a norm
// that is NaN leaves the update as it is, and one too large for a float32 makes
// the factor 0.
func Clip(update []float32, c float32) (norm, factor float32) {
	norm = float32(math.Sqrt(float64(kernel.SquaredNorm(update))))
	factor = Factor(norm, c)
	if factor < 1 {
		kernel.Scale(update, factor)
	}
	return norm, factor
}

// Factor is what a vector of the norm is multiplied by to be no longer than c:
// the s of [Clip].
func Factor(norm, c float32) float32 {
	if s := c / (norm + 1e-12); s < 1 {
		return s
	}
	return 1
}

// Sanitise clips the update and adds noise of standard deviation sigma from
// the stream at the address; with sigma 0 it clips alone.
func Sanitise(update []float32, at random.Address, c, sigma float32) (norm, factor float32) {
	norm, factor = Clip(update, c)
	if sigma > 0 {
		random.New(at).AddNormal(update, sigma)
	}
	return norm, factor
}
