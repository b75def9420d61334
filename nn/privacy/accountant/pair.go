package accountant

import (
	"fmt"
	"math"
)

// Direction says which of two neighbours an attack has to tell from which.
type Direction int

// The directions. Under add/remove and zero-out the profile is the larger of
// Remove and Add; under replace-one the two directions are one.
const (
	Remove  Direction = iota + 1 // data with the unit, against without
	Add                          // data without the unit, against with
	Replace                      // one value of the unit against another, 2C apart
)

// Pair is one round's dominating pair of distributions (P, Q) on the line, with
// sensitivity C scaled to 1: mixtures of normals of standard deviation z whose
// privacy loss log P/Q grows in x. Poisson sampling, zero-out and add/remove:
// Zhu, Dong and Wang 2022 (arXiv 2106.08567), Theorem 11; replace-one is the
// pair that public accountants use, (1−q)N(0) + qN(±1).
type Pair struct {
	means []float64 // of the parts
	p, q  []float64 // their weights under P and Q
	z     float64
	at    func(loss float64) float64 // the x with that loss, ±Inf beyond its range
}

// PoissonPair is the pair of a round with Poisson sampling of rate q in (0, 1]
// and noise multiplier z > 0.
func PoissonPair(d Direction, q, z float64) (Pair, error) {
	if !(q > 0 && q <= 1) {
		return Pair{}, fmt.Errorf("sampling probability %v: want above 0, at most 1", q)
	}
	if !(z > 0) || math.IsInf(z, 1) {
		return Pair{}, fmt.Errorf("noise multiplier %v: want a positive number", z)
	}
	switch d {
	case Remove:
		return Pair{
			means: []float64{0, 1}, p: []float64{1 - q, q}, q: []float64{1, 0}, z: z,
			at: func(loss float64) float64 { return removeAt(q, z, loss) },
		}, nil
	case Add:
		// Remove with the two exchanged, mirrored so that the loss grows.
		return Pair{
			means: []float64{0, -1}, p: []float64{1, 0}, q: []float64{1 - q, q}, z: z,
			at: func(loss float64) float64 { return -removeAt(q, z, -loss) },
		}, nil
	case Replace:
		return Pair{
			means: []float64{0, 1, -1}, p: []float64{1 - q, q, 0}, q: []float64{1 - q, 0, q}, z: z,
			at: func(loss float64) float64 {
				if loss < 0 {
					return -replaceAt(q, z, -loss)
				}
				return replaceAt(q, z, loss)
			},
		}, nil
	}
	return Pair{}, fmt.Errorf("direction %d: want remove, add or replace", int(d))
}

// removeAt inverts log(1 − q + q·e^((2x−1)/(2z²))), which is above log(1 − q).
func removeAt(q, z, loss float64) float64 {
	var logRatio float64 // (2x − 1)/(2z²)
	switch {
	case q == 1:
		logRatio = loss
	case loss > 0:
		logRatio = loss + math.Log1p(-(1-q)*math.Exp(-loss)) - math.Log(q)
	default:
		r := math.Expm1(loss) / q
		if r <= -1 {
			return math.Inf(-1)
		}
		logRatio = math.Log1p(r)
	}
	return z*z*logRatio + 0.5
}

// replaceAt inverts, for loss ≥ 0,
// log((1 − q + b·e^(x/z²)) / (1 − q + b·e^(−x/z²))) with b = q·e^(−1/(2z²)):
// x/z² = loss/2 + asinh((1 − q)·sinh(loss/2)/b).
func replaceAt(q, z, loss float64) float64 {
	logB := math.Log(q) - 1/(2*z*z)
	// log((1−q)·2·sinh(loss/2)/b)
	log2r := math.Log1p(-q) + loss/2 + math.Log(-math.Expm1(-loss)) - logB
	asinh := log2r // for r beyond 1e9, asinh r = log 2r
	if log2r < 40 {
		asinh = math.Asinh(math.Exp(log2r) / 2)
	}
	return z * z * (loss/2 + asinh)
}

// above is the probability of a loss above the given one under P and under Q.
func (p Pair) above(loss float64) (pAbove, qAbove float64) {
	x := p.at(loss)
	for i, m := range p.means {
		u := phi((m - x) / p.z)
		pAbove += p.p[i] * u
		qAbove += p.q[i] * u
	}
	return pAbove, qAbove
}

// Delta is the exact δ(ε) = P(loss > ε) − e^ε·Q(loss > ε) of one round, for
// any ε, below 0 too.
func (p Pair) Delta(epsilon float64) float64 {
	pAbove, qAbove := p.above(epsilon)
	if qAbove == 0 {
		return pAbove
	}
	return math.Max(0, pAbove-math.Exp(epsilon+math.Log(qAbove)))
}

// edge holds, for one x, each part's smaller tail and on which side it lies.
type edge struct {
	tail  [3]float64
	right [3]bool
}

func (p Pair) edgeAt(loss float64) (e edge) {
	x := p.at(loss)
	for i, m := range p.means {
		t := (x - m) / p.z
		e.right[i] = t > 0
		e.tail[i] = 0.5 * math.Erfc(math.Abs(t)/math.Sqrt2)
	}
	return e
}

// between is the probability of a loss between two edges under P and under Q,
// each difference taken in the tail where it loses no digits.
func (p Pair) between(a, b edge) (pMass, qMass float64) {
	for i := range p.means {
		var m float64
		switch {
		case a.right[i]:
			m = a.tail[i] - b.tail[i]
		case b.right[i]:
			m = 1 - a.tail[i] - b.tail[i]
		default:
			m = b.tail[i] - a.tail[i]
		}
		if m > 0 {
			pMass += p.p[i] * m
			qMass += p.q[i] * m
		}
	}
	return pMass, qMass
}
