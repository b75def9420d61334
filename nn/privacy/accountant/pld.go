package accountant

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/dsp/fourier"

	"grapevine/nn/privacy"
)

// PLD is the accountant of privacy loss distributions: each round's loss on a
// grid, convolved by fast Fourier transforms (Koskela, Jälkö and Honkela 2020,
// arXiv 1906.03049), with the grid of Doroshenko et al. 2022 that makes the
// result an upper bound. Under add/remove and zero-out it is the maximum over
// both directions. It knows every event of the ledger; Poisson sampling under
// replace-one as an [Estimate] alone, since that its pair is the worst is
// conjectured (Lebeda et al. 2024, arXiv 2405.20769) and not proved.
type PLD struct {
	// Bins is the number of grid points, a power of two from 256 to 2²⁴; 0
	// takes at least 2,600·√T, from 2¹⁴ to 2²⁰, with which the surplus of ε
	// stays near 1e-5 of it up to 100,000 rounds. Half as many take half the
	// time and make the surplus four times as large.
	Bins int
}

// pldTail is the mass that may be cut from either end of the composed loss; at
// the top it is counted in δ. So is what the transforms may lose in rounding,
// pldRounding and pldRoundingPerRound, which were measured against the exact
// accountant, at 4e-18 a round at most. ε is +Inf at a δ below their sum.
const (
	pldTail             = 1e-15
	pldRounding         = 1e-13
	pldRoundingPerRound = 1e-17
)

// bins is the number of grid points for the rounds.
func (a PLD) bins(rounds int) (int, error) {
	if a.Bins != 0 {
		if a.Bins < 256 || a.Bins > 1<<24 || a.Bins&(a.Bins-1) != 0 {
			return 0, fmt.Errorf("bins %d: want a power of two from 256 to %d", a.Bins, 1<<24)
		}
		return a.Bins, nil
	}
	n := 1 << 14
	for n < 1<<20 && float64(n) < 2600*math.Sqrt(float64(rounds)) {
		n *= 2
	}
	return n, nil
}

// Name is the accountant's name.
func (PLD) Name() string { return "privacy loss distribution" }

// Compose convolves the events' losses.
func (a PLD) Compose(events []privacy.Event) (Profile, error) {
	if err := privacy.Validate(events); err != nil {
		return nil, err
	}
	if len(events) == 0 {
		return GaussianProfile{}, nil
	}
	claim := Guarantee
	for _, e := range events {
		if e.Adjacency == privacy.ReplaceOne && e.Sampling.Kind == privacy.Poisson && !plain(e) {
			claim = Estimate
		}
	}
	profile := bothProfile{claim: claim}
	for _, d := range directions(events[0]) {
		laws, counts := make([]law, len(events)), make([]int, len(events))
		for i, e := range events {
			var err error
			if laws[i], counts[i], err = lawOf(e, d); err != nil {
				return nil, err
			}
		}
		p, err := a.compose(laws, counts)
		if err != nil {
			return nil, err
		}
		profile.each = append(profile.each, p)
	}
	return profile, nil
}

// ComposePair is the profile of rounds of one pair in its one direction.
func (a PLD) ComposePair(p Pair, rounds int) (Profile, error) {
	if rounds < 1 {
		return nil, fmt.Errorf("rounds %d: want at least 1", rounds)
	}
	return a.compose([]law{whole(p)}, []int{rounds})
}

// bothProfile is the maximum over directions.
type bothProfile struct {
	each  []*lossProfile
	claim Claim
}

func (p bothProfile) Claim() Claim { return p.claim }

func (p bothProfile) Epsilon(delta float64) (epsilon float64) {
	for _, c := range p.each {
		epsilon = math.Max(epsilon, c.Epsilon(delta))
	}
	return epsilon
}

func (p bothProfile) Delta(epsilon float64) (delta float64) {
	for _, c := range p.each {
		delta = math.Max(delta, c.Delta(epsilon))
	}
	return delta
}

// compose is the profile of counts[i] rounds of laws[i].
func (a PLD) compose(laws []law, counts []int) (*lossProfile, error) {
	total := 0
	for _, n := range counts {
		total += n
	}
	bins, err := a.bins(total)
	if err != nil {
		return nil, err
	}
	spans := make([][2]float64, len(laws))
	for i, l := range laws {
		spans[i][0], spans[i][1] = l.span(pldTail / float64(total))
	}
	lo, hi := composedSpan(laws, counts, spans)
	// The grid's own rounding moves a loss by less than h, up or down, and so
	// the sum of T by 6√T·h at most but for a mass below pldTail.
	margin := min(2+int(6*math.Sqrt(float64(total))), bins/8)
	h := (hi - lo) / float64(bins-2*margin)
	first := int(math.Floor(lo/h)) - margin

	fft := fourier.NewFFT(bins)
	var product []complex128
	grids := make([]grid, len(laws))
	keptLog := 0.0 // log of the mass that stays finite
	for i, l := range laws {
		g := newGrid(h, spans[i])
		infinite := l.discretise(h, g.from, g.from+len(g.mass)-1, g.add)
		keptLog += float64(counts[i]) * math.Log1p(-infinite)
		grids[i] = g
		mass := make([]float64, bins)
		for k, m := range g.mass {
			mass[(g.from+k)&(bins-1)] += m
		}
		coefficients := fft.Coefficients(nil, mass)
		for k, c := range coefficients {
			coefficients[k] = power(c, counts[i])
		}
		if product == nil {
			product = coefficients
			continue
		}
		for k := range product {
			product[k] *= coefficients[k]
		}
	}
	mass := fft.Sequence(nil, product)
	// A composed loss beyond the grid wraps around it: from below to the top,
	// which is safe, from above to the bottom, whose mass is bounded by
	// Chernoff on the grid itself and counted in δ.
	wrapped, _ := downhill(func(lambda float64) float64 {
		return logMoment(grids, counts, lambda) - lambda*float64(first+bins)*h
	})
	p := &lossProfile{
		h: h, first: first,
		infinite: -math.Expm1(keptLog) + math.Min(1, math.Exp(wrapped)) + pldRounding + pldRoundingPerRound*float64(total),
		mass:     make([]float64, bins+1), weighed: make([]float64, bins+1),
	}
	decay := math.Exp(-h)
	for k := bins - 1; k >= 0; k-- {
		m := math.Max(0, mass[(first+k)&(bins-1)]/float64(bins))
		p.mass[k] = p.mass[k+1] + m
		p.weighed[k] = decay*p.weighed[k+1] + m
	}
	return p, nil
}

// grid holds one round's law at the losses (from + k)·h.
type grid struct {
	h    float64
	from int
	mass []float64
}

func newGrid(h float64, span [2]float64) grid {
	from, to := int(math.Floor(span[0]/h)), int(math.Ceil(span[1]/h))
	return grid{h, from, make([]float64, to-from+1)}
}

func (g grid) add(i int, mass float64) { g.mass[i-g.from] += mass }

// logMoment is the log of the mean of e^(λ·loss) over all rounds. Terms are
// added from the end that weighs most, each weight one product from the last.
func logMoment(grids []grid, counts []int, lambda float64) (total float64) {
	const small, bottom = 1e-200, 1e-150
	for i, g := range grids {
		k, step := 0, 1
		if lambda > 0 {
			k, step = len(g.mass)-1, -1
		}
		logScale := lambda * float64(g.from+k) * g.h
		weight, decay, sum := 1.0, math.Exp(-math.Abs(lambda)*g.h), 0.0
		for ; k >= 0 && k < len(g.mass); k += step {
			sum += weight * g.mass[k]
			if weight *= decay; weight < small {
				if sum > bottom || weight == 0 {
					break // the masses left add up to 1 at most
				}
				weight, sum, logScale = weight/small, sum/small, logScale+math.Log(small)
			}
		}
		total += float64(counts[i]) * (math.Log(sum) + logScale)
	}
	return total
}

// composedSpan is where the composed loss lies but for a mass of about pldTail
// on either side, by Chernoff: log P(L ≥ t) ≤ K(λ) − λt for every λ > 0, with K
// the log moment, here on a coarse grid. It chooses a grid; what lies outside
// is bounded on that.
func composedSpan(laws []law, counts []int, spans [][2]float64) (lo, hi float64) {
	const coarse = 4096
	grids := make([]grid, len(laws))
	least, most := 0.0, 0.0 // all rounds at their ends
	for i, l := range laws {
		g := newGrid((spans[i][1]-spans[i][0])/coarse, spans[i])
		l.discretise(g.h, g.from, g.from+len(g.mass)-1, g.add)
		grids[i] = g
		least += float64(counts[i]) * spans[i][0]
		most += float64(counts[i]) * spans[i][1]
	}
	budget := -math.Log(pldTail)
	hi, _ = downhill(func(lambda float64) float64 { return (logMoment(grids, counts, lambda) + budget) / lambda })
	lo, _ = downhill(func(lambda float64) float64 { return (logMoment(grids, counts, -lambda) + budget) / lambda })
	hi, lo = math.Min(hi, most), math.Max(-lo, least)
	return atLeastWide(lo, hi)
}

// downhill is about the least value, and where it lies, of a function of λ > 0
// that falls and then rises, from λ = 1 by factors of 2, then of 2^¼.
func downhill(f func(lambda float64) float64) (value, at float64) {
	value, at = f(1), 1
	for (math.IsInf(value, 0) || math.IsNaN(value)) && at > 1e-12 { // λ beyond what float64 can weigh
		at /= 16
		value = f(at)
	}
	for _, step := range []float64{2, 0.5, 1.19, 0.84} {
		for at > 1e-12 && at < 1e15 {
			v := f(at * step)
			if !(v < value) || math.IsInf(v, 0) {
				break
			}
			value, at = v, at*step
		}
	}
	return value, at
}

// power is c^n by squaring; a magnitude below 1e-150 becomes 0, before slow
// subnormals.
func power(c complex128, n int) complex128 {
	result := complex(1, 0)
	for ; n > 0; n >>= 1 {
		if n&1 == 1 {
			result *= c
		}
		if c *= c; math.Abs(real(c))+math.Abs(imag(c)) < 1e-150 {
			if n > 1 {
				return 0
			}
			break
		}
	}
	return result
}

// lossProfile is a composed loss on the grid (first + k)·h.
type lossProfile struct {
	h        float64
	first    int
	infinite float64
	mass     []float64 // mass[k] is P(loss ≥ ε_k), the infinite aside
	weighed  []float64 // weighed[k] is Σ_{j≥k} p_j·e^(ε_k − ε_j)
}

func (*lossProfile) Claim() Claim { return Guarantee }

func (p *lossProfile) at(k int) float64 { return float64(p.first+k) * p.h }

// Delta is Σ_{ε_j>ε} p_j·(1 − e^(ε−ε_j)) and the infinite losses' mass.
func (p *lossProfile) Delta(epsilon float64) float64 {
	checkEpsilon(epsilon)
	n := len(p.mass) - 1
	k := 0
	if epsilon >= p.at(n-1) {
		k = n
	} else if epsilon > p.at(0) {
		k = int(math.Floor(epsilon/p.h)) - p.first
		for k < n && p.at(k) <= epsilon {
			k++
		}
	}
	return math.Min(1, p.infinite+math.Max(0, p.mass[k]-math.Exp(epsilon-p.at(k))*p.weighed[k]))
}

// Epsilon finds the cell of the grid by bisection and solves within it.
func (p *lossProfile) Epsilon(delta float64) float64 {
	checkDelta(delta)
	if delta <= p.infinite {
		return math.Inf(1)
	}
	if p.Delta(0) <= delta {
		return 0
	}
	lo, hi := max(0, -p.first), len(p.mass)-1 // lo fails, hi holds
	if p.first > 0 && p.Delta(p.at(0)) <= delta {
		lo, hi = 0, 0
	}
	for hi-lo > 1 {
		if mid := lo + (hi-lo)/2; p.Delta(p.at(mid)) <= delta {
			hi = mid
		} else {
			lo = mid
		}
	}
	// Between lo and hi, δ(ε) = mass − e^(ε−ε_hi)·weighed + infinite.
	epsilon := p.at(hi) + math.Log((p.mass[hi]+p.infinite-delta)/p.weighed[hi])
	return math.Max(0, math.Min(epsilon, p.at(hi)))
}
