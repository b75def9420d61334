package random

import (
	"math"

	"grapevine/nn/kernel"
)

// Dirichlet draws n proportions that add up to 1, from the symmetric
// Dirichlet distribution of concentration alpha > 0: independent gamma
// variates divided by their sum. Gammas are drawn as logarithms, and scaled
// by the largest, so that a small alpha does not underflow.
func (s *Stream) Dirichlet(n int, alpha float64) []float64 {
	p := make([]float64, n)
	top := 0.0
	for i := range p {
		p[i] = s.logGamma(alpha)
		if i == 0 || p[i] > top {
			top = p[i]
		}
	}
	sum := 0.0
	for i := range p {
		p[i] = kernel.Exp64(p[i] - top)
		sum += p[i]
	}
	for i := range p {
		p[i] /= sum
	}
	return p
}

// logGamma draws the logarithm of a gamma variate of shape alpha by Marsaglia
// and Tsang (ACM Trans. Math. Softw. 26, 2000). A shape below 1 takes one of
// shape alpha+1, times a uniform variate to the power 1/alpha.
func (s *Stream) logGamma(alpha float64) float64 {
	boost := 0.0
	if alpha < 1 {
		boost = kernel.Log64(1-s.Float64()) / alpha
		alpha++
	}
	d := alpha - 1.0/3
	c := 1 / math.Sqrt(9*d)
	for {
		x := float64(s.Normal())
		v := 1 + float64(c*x)
		if v <= 0 {
			continue
		}
		v = float64(float64(v*v) * v)
		u := 1 - s.Float64() // (0, 1]
		bound := float64(0.5*float64(x*x)) + d - float64(d*v) + float64(d*kernel.Log64(v))
		if kernel.Log64(u) < bound {
			return kernel.Log64(d*v) + boost
		}
	}
}
