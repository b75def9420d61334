// Package privacy bounds and blurs what a client hands out.
//
// An update is clipped to the L2 norm C, then, where there is a promise to
// keep, Gaussian noise of standard deviation σ is added to each coordinate:
// the Gaussian mechanism of Dwork and Roth, The Algorithmic Foundations of
// Differential Privacy (2014), Theorem A.1.
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
// It panics unless C, ε and δ are positive.
func ClassicSigma(c, epsilon, delta float64) float64 {
	if !(c > 0 && epsilon > 0 && delta > 0) {
		panic(fmt.Sprintf("privacy: C %v, ε %v, δ %v: want positive numbers", c, epsilon, delta))
	}
	return c * math.Sqrt(2*kernel.Log64(1.25/delta)) / epsilon
}

// Clip scales the update to the L2 norm c at most and returns the norm it had
// and the factor s = c/(norm + 1e-12), or 1 where that is not below 1: a norm
// that is NaN leaves the update as it is.
func Clip(update []float32, c float32) (norm, factor float32) {
	norm = float32(math.Sqrt(float64(kernel.SquaredNorm(update))))
	factor = c / (norm + 1e-12)
	if !(factor < 1) {
		return norm, 1
	}
	kernel.Scale(update, factor)
	return norm, factor
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
