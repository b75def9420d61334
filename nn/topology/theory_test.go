package topology

import (
	"math"
	"testing"
)

// Eigenvalues of Laplacians in closed form.
func TestSpectralGapClosedForms(t *testing.T) {
	circle := func(n int) float64 { return 2 - 2*math.Cos(2*math.Pi/float64(n)) }
	for _, c := range []struct {
		kind string
		n    int
		mu   float64
	}{
		{Ring, 3, circle(3)},
		{Ring, 20, circle(20)},
		{Complete, 2, 2},
		{Complete, 20, 20},
		{Star, 2, 2},
		{Star, 20, 1},
		{Torus, 9, circle(3)},
		{Torus, 20, circle(5)}, // 4 rows of 5: the longer side is slower
	} {
		g := build(t, c.kind, c.n, Options{}, 1)
		for _, exchanges := range []int{0, 1, 10, 1000} {
			want := 1 - math.Pow(1-c.mu/float64(2*len(g.Edges())), float64(exchanges))
			if got := g.SpectralGap(exchanges); math.Abs(got-want) > 1e-12 {
				t.Errorf("%s of %d, %d exchanges: gap %v, want %v", c.kind, c.n, exchanges, got, want)
			}
		}
	}
}

// The expected mixing matrix itself: the mean over all edges of the matrix
// that averages two ends. Its second eigenvalue is found by power iteration
// on vectors that sum to 0; the values found converge from below.
func TestSpectralGapOfExpectedMatrix(t *testing.T) {
	o := Options{EdgeProbability: 0.2, Neighbours: 4, Rewire: 0.3}
	for _, kind := range []string{Ring, ErdosRenyi, Star, Torus, SmallWorld} {
		g := build(t, kind, 20, o, 7)
		x := make([]float64, g.Clients())
		for i := range x {
			x[i] = math.Sin(float64(3*i*i + i))
		}
		lambda := 0.0
		for range 20000 {
			mean := 0.0
			for _, v := range x {
				mean += v / float64(len(x))
			}
			norm := 0.0
			for i := range x {
				x[i] -= mean
				norm += x[i] * x[i]
			}
			norm = math.Sqrt(norm)
			y := make([]float64, len(x))
			for i := range x {
				x[i] /= norm
			}
			for _, e := range g.Edges() {
				for i := range x {
					v := x[i]
					if i == e[0] || i == e[1] {
						v = (x[e[0]] + x[e[1]]) / 2
					}
					y[i] += v / float64(len(g.Edges()))
				}
			}
			lambda = 0
			for i := range x {
				lambda += x[i] * y[i]
			}
			x = y
		}
		if got := g.SpectralGap(1); math.Abs(got-(1-lambda)) > 1e-9 {
			t.Errorf("%s: gap %v, power iteration says %v", kind, got, 1-lambda)
		}
	}
}

func TestPositions(t *testing.T) {
	o := Options{EdgeProbability: 0.2, Neighbours: 4}
	for _, kind := range []string{Ring, ErdosRenyi, Complete, Star, Torus, SmallWorld} {
		positions := build(t, kind, 20, o, 1).Positions()
		if len(positions) != 20 {
			t.Fatalf("%s: %d positions", kind, len(positions))
		}
		for i, p := range positions {
			if !(math.Abs(p[0]) <= 1 && math.Abs(p[1]) <= 1) {
				t.Errorf("%s: client %d at %v, outside the square", kind, i, p)
			}
			for j, q := range positions[:i] {
				if math.Hypot(p[0]-q[0], p[1]-q[1]) < 0.2 {
					t.Errorf("%s: clients %d and %d at %v and %v", kind, j, i, q, p)
				}
			}
		}
		switch first, second := positions[0], positions[1]; kind {
		case Star:
			if first != [2]float64{} || second != [2]float64{0, -1} {
				t.Errorf("star: the centre at %v, the first around it at %v", first, second)
			}
		case Torus: // 4 rows of 5
			if first != [2]float64{-1, -1} || positions[4] != [2]float64{1, -1} || positions[19] != [2]float64{1, 1} {
				t.Errorf("torus: corners at %v, %v, %v", first, positions[4], positions[19])
			}
		default:
			if first != [2]float64{0, -1} || !(second[0] > 0 && second[1] < 0) {
				t.Errorf("%s: not clockwise from the top: %v, %v", kind, first, second)
			}
		}
	}
	if p := build(t, Complete, 2, Options{}, 1).Positions(); math.Abs(p[0][1]-p[1][1]) < 1.9 {
		t.Errorf("two clients at %v", p)
	}
}
