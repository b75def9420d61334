package topology

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// SpectralGap is 1 − λ₂ of the expected mixing matrix of one round of
// exchanges: one exchange along a uniform edge has the expectation
// I − L/(2|E|) (Boyd et al. 2006, Randomized gossip algorithms), and a round
// is its power, so λ₂ = (1 − μ/(2|E|))^exchanges with μ the second least
// eigenvalue of L: where the graph is not connected μ and the gap are 0. It is 0 where the eigenvalues cannot be found. It is for
// the eye: eigenvalues differ between machines, so no run may depend on it.
func (g *Graph) SpectralGap(exchanges int) float64 {
	l := mat.NewSymDense(g.n, nil)
	for _, e := range g.edges {
		l.SetSym(e[0], e[1], -1)
		l.SetSym(e[0], e[0], l.At(e[0], e[0])+1)
		l.SetSym(e[1], e[1], l.At(e[1], e[1])+1)
	}
	var eigen mat.EigenSym
	if !eigen.Factorize(l, false) {
		return 0
	}
	mu := max(0, eigen.Values(nil)[1]) // ascending; the first is 0, but for rounding
	return 1 - math.Pow(1-mu/(2*float64(len(g.edges))), float64(exchanges))
}

// Positions lays the clients out in the square [−1, 1]², x to the right and y
// downwards: a torus as a grid, a star around its centre, all others on a
// circle. Positions are for the eye: no run depends on them, and the sines of
// package math, which differ between machines, may serve.
func (g *Graph) Positions() [][2]float64 {
	switch g.kind {
	case Star:
		return append([][2]float64{{}}, Circle(g.n-1)...)
	case Torus:
		r := rows(g.n)
		c := g.n / r
		positions := make([][2]float64, g.n)
		for i := range positions {
			positions[i] = [2]float64{spread(i%c, c), spread(i/c, r)}
		}
		return positions
	}
	return Circle(g.n)
}

// spread places i of n evenly in [−1, 1].
func spread(i, n int) float64 { return float64(2*i)/float64(n-1) - 1 }

// Circle places n clients on the unit circle, clockwise from the top.
func Circle(n int) [][2]float64 {
	positions := make([][2]float64, n)
	for i := range positions {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / float64(n))
		positions[i] = [2]float64{sin, -cos}
	}
	return positions
}
