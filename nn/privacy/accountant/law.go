package accountant

import (
	"math"

	"grapevine/nn/privacy"
)

// law is the distribution of one round's privacy loss under P: pieces of pairs,
// each on its own range of losses, and an atom at loss 0. Ranges start and end
// at ±Inf or at 0 alone, so that every grid with a point at 0 respects them.
type law struct {
	pieces []piece
	atom   float64
}

// piece is a pair's losses in (from, to], weighed.
type piece struct {
	pair     Pair
	weight   float64
	from, to float64
}

var everywhere = [2]float64{math.Inf(-1), math.Inf(1)}

// directions are those whose larger profile counts.
func directions(e privacy.Event) []Direction {
	if e.Adjacency == privacy.ReplaceOne {
		return []Direction{Replace}
	}
	return []Direction{Remove, Add}
}

// lawOf is an event's law in the direction. Where the whole event is Gaussian
// in each round it takes the rounds together, and the count is 1.
func lawOf(e privacy.Event, d Direction) (l law, count int, err error) {
	z := effective(e)
	switch {
	case plain(e):
		p, err := PoissonPair(Remove, 1, z/math.Sqrt(float64(e.Rounds)))
		return whole(p), 1, err
	case e.Sampling.Kind == privacy.Visible:
		p, err := PoissonPair(Remove, 1, z)
		return law{pieces: []piece{{p, e.Sampling.Q, everywhere[0], everywhere[1]}}, atom: 1 - e.Sampling.Q}, e.Rounds, err
	case e.Sampling.Kind == privacy.FixedSize:
		l, err := fixedSizeLaw(e.Sampling.Rate(), z)
		return l, e.Rounds, err
	case d == Replace:
		// PoissonPair counts its noise in C and sets the two 2C apart itself.
		z = e.NoiseMultiplier
	}
	p, err := PoissonPair(d, e.Sampling.Q, z)
	return whole(p), e.Rounds, err
}

func whole(p Pair) law { return law{pieces: []piece{{p, 1, everywhere[0], everywhere[1]}}} }

// above is P(loss > x), the atom included.
func (l law) above(x float64) (mass float64) {
	for _, c := range l.pieces {
		if x >= c.to {
			continue
		}
		a, _ := c.pair.above(math.Max(x, c.from))
		if c.to == 0 {
			b, _ := c.pair.above(0)
			a -= b
		}
		mass += c.weight * math.Max(0, a)
	}
	if x < 0 {
		mass += l.atom
	}
	return mass
}

// below is P(loss ≤ x), taken in the lower tail.
func (l law) below(x float64) (mass float64) {
	for _, c := range l.pieces {
		if x <= c.from {
			continue
		}
		part := func(x float64) (m float64) {
			at := c.pair.at(x)
			for i, mean := range c.pair.means {
				m += c.pair.p[i] * phi((at-mean)/c.pair.z)
			}
			return m
		}
		a := part(math.Min(x, c.to))
		if c.from == 0 {
			a -= part(0)
		}
		mass += c.weight * math.Max(0, a)
	}
	if x >= 0 {
		mass += l.atom
	}
	return mass
}

// span is a range of losses outside of which either tail has at most the mass.
func (l law) span(mass float64) (lo, hi float64) {
	hi = least(func(x float64) bool { return l.above(x) <= mass })
	if hi == 0 {
		hi = -least(func(x float64) bool { return x > 0 && l.above(-x) > mass })
	}
	lo = -least(func(x float64) bool { return l.below(-x) <= mass })
	if lo == 0 {
		lo = least(func(x float64) bool { return l.below(x) > mass })
	}
	if l.atom > 0 {
		lo, hi = math.Min(lo, 0), math.Max(hi, 0)
	}
	return atLeastWide(lo, hi)
}

// atLeastWide widens the range of a loss that is all but constant until a grid
// on it can be told from rounding.
func atLeastWide(lo, hi float64) (float64, float64) {
	if least := 1e-7*math.Max(math.Abs(lo), math.Abs(hi)) + 1e-12; !(hi-lo >= least) {
		lo, hi = lo-least/2, hi+least/2
	}
	return lo, hi
}

// discretise puts the law on the grid i·h, i in [from, to], by connecting the
// dots (Doroshenko, Ghazi, Kamath, Kumar and Manurangsi 2022, arXiv
// 2207.04380): of a bin's masses P and Q, with ε_i its left end,
//
//	right = (P − e^ε_i·Q)/(1 − e^−h), left = P − right
//
// go to its two ends, which keeps both P and Q and so the profile at every
// point of the grid, and makes it no smaller in between. Losses below the grid
// are raised to its lowest point, those above are infinite; their mass is
// returned. add may be called many times with one i.
func (l law) discretise(h float64, from, to int, add func(i int, mass float64)) (infinite float64) {
	scale := -1 / math.Expm1(-h) // 1/(1 − e^−h)
	for _, c := range l.pieces {
		i, last := from, to
		if c.from == 0 {
			i = max(i, 0)
		}
		if c.to == 0 {
			last = min(last, 0)
		}
		if i > last {
			continue
		}
		if c.from != 0 {
			x := c.pair.at(float64(i) * h)
			for k, m := range c.pair.means {
				add(i, c.weight*c.pair.p[k]*phi((x-m)/c.pair.z))
			}
		}
		left := c.pair.edgeAt(float64(i) * h)
		for ; i < last; i++ {
			right := c.pair.edgeAt(float64(i+1) * h)
			p, q := c.pair.between(left, right)
			left = right
			if p == 0 {
				continue
			}
			r := p
			if q > 0 {
				r = (p - math.Exp(float64(i)*h+math.Log(q))) * scale
				r = math.Min(p, math.Max(0, r))
			}
			add(i, c.weight*(p-r))
			add(i+1, c.weight*r)
		}
		if c.to != 0 {
			top, _ := c.pair.above(float64(last) * h)
			infinite += c.weight * top
		}
	}
	if l.atom > 0 {
		add(0, l.atom)
	}
	return infinite
}
