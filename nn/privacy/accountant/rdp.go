package accountant

import (
	"math"

	"grapevine/nn/privacy"
)

// RDP is the accountant of Rényi differential privacy (Mironov 2017, arXiv
// 1702.07476). It adds up r(α), and gives
//
//	ε = min over α of r(α) + log(1 − 1/α) − log(δα)/(α − 1)
//
// (Canonne, Kamath and Steinke 2020, arXiv 2004.00010, Proposition 12). It
// knows plain events, r(α) = αs²/(2z²); Poisson sampling under add/remove and
// zero-out, by [PoissonRDP]; and visible participation.
type RDP struct {
	// Orders are the α to try, each above 1; none stands for DefaultOrders.
	Orders []float64
}

// DefaultOrders runs from 1.002 to 65,536, densely enough that an order more
// changes ε by well under a percent; from 16 on they are whole numbers, for
// which the sum is finite.
func DefaultOrders() []float64 {
	var orders []float64
	for i := -72; i < 32; i++ {
		orders = append(orders, 1+math.Exp2(float64(i)/8))
	}
	for i := 32; i <= 128; i++ {
		if i < 72 || i%8 == 0 {
			orders = append(orders, math.Round(math.Exp2(float64(i)/8)))
		}
	}
	return orders
}

// Name is the accountant's name.
func (RDP) Name() string { return "Rényi DP" }

// Compose adds up r at every order.
func (a RDP) Compose(events []privacy.Event) (Profile, error) {
	if err := privacy.Validate(events); err != nil {
		return nil, err
	}
	orders := a.Orders
	if orders == nil {
		orders = DefaultOrders()
	}
	p := RDPProfile{Orders: orders, Divergence: make([]float64, len(orders))}
	for _, e := range events {
		z, q, rounds := effective(e), e.Sampling.Rate(), float64(e.Rounds)
		if !plain(e) && e.Sampling.Kind != privacy.Visible &&
			(e.Sampling.Kind != privacy.Poisson || e.Adjacency == privacy.ReplaceOne) {
			return nil, unknown(a, e)
		}
		for i, alpha := range orders {
			switch {
			case plain(e):
				p.Divergence[i] += rounds * GaussianRDP(z, alpha)
			case e.Sampling.Kind == privacy.Visible:
				// Given who took part the round is plain or nothing.
				p.Divergence[i] += rounds * logSum(math.Log1p(-q), math.Log(q)+(alpha-1)*GaussianRDP(z, alpha)) / (alpha - 1)
			default:
				p.Divergence[i] += rounds * PoissonRDP(q, z, alpha)
			}
		}
	}
	return p, nil
}

// RDPProfile holds the Rényi divergence in nats at each order above 1; others
// are passed over.
type RDPProfile struct{ Orders, Divergence []float64 }

// Claim is [Guarantee].
func (RDPProfile) Claim() Claim { return Guarantee }

// Epsilon converts at the best order.
func (p RDPProfile) Epsilon(delta float64) float64 {
	checkDelta(delta)
	best := math.Inf(1)
	for i, alpha := range p.Orders {
		r := p.Divergence[i]
		if !(alpha > 1) || math.IsNaN(r) {
			continue
		}
		// δ² ≥ 1 − e^−KL bounds the total variation (Bretagnolle and Huber),
		// and no Rényi divergence above order 1 is below KL.
		if r == 0 || delta*delta+math.Expm1(-r) > 0 {
			return 0
		}
		if delta > 0 {
			best = math.Min(best, r+math.Log1p(-1/alpha)-(math.Log(delta)+math.Log(alpha))/(alpha-1))
		}
	}
	return math.Max(0, best)
}

// Delta is the same conversion solved for δ.
func (p RDPProfile) Delta(epsilon float64) float64 {
	checkEpsilon(epsilon)
	best := 0.0 // log δ
	for i, alpha := range p.Orders {
		r := p.Divergence[i]
		if !(alpha > 1) || math.IsNaN(r) || math.IsInf(r, 1) {
			continue
		}
		if r == 0 {
			return 0
		}
		best = math.Min(best, 0.5*math.Log(-math.Expm1(-r)))
		best = math.Min(best, (alpha-1)*(r-epsilon+math.Log1p(-1/alpha))-math.Log(alpha))
	}
	return math.Exp(best)
}

// GaussianRDP is r(α) = α/(2z²) of the Gaussian mechanism with sensitivity 1.
func GaussianRDP(z, alpha float64) float64 { return alpha / (2 * z * z) }

// PoissonRDP is r(α), in nats, of one round of the Gaussian mechanism with
// sensitivity 1 and noise z ≥ 0 on a Poisson sample of rate q in [0, 1], under
// add/remove (Mironov, Talwar and Zhang 2019, arXiv 1908.10530); α must be
// above 1. For whole α
//
//	(α−1)·r = log Σ_k C(α,k)·(1−q)^(α−k)·q^k·e^((k²−k)/(2z²)),
//
// and for others their signed series, section 3.3, to terms below e^−30, which
// alternate there, so that the first one left out bounds the rest. What the
// series and rounding may lose is added, so that the result stays a bound.
func PoissonRDP(q, z, alpha float64) float64 {
	switch {
	case q == 0:
		return 0
	case z == 0 || math.IsInf(alpha, 1):
		return math.Inf(1)
	case q == 1:
		return GaussianRDP(z, alpha)
	}
	if alpha == math.Floor(alpha) {
		return (math.Max(0, poissonSum(q, z, alpha)) + 4e-16*alpha) / (alpha - 1)
	}
	return (math.Max(0, poissonSeries(q, z, alpha)) + 2e-13) / (alpha - 1)
}

func poissonSum(q, z, alpha float64) float64 {
	sum := math.Inf(-1)
	logQ, logRest := math.Log(q), math.Log1p(-q)
	logChoose := 0.0
	for k := 0.0; k <= alpha; k++ {
		sum = logSum(sum, logChoose+k*logQ+(alpha-k)*logRest+(k*k-k)/(2*z*z))
		logChoose += math.Log((alpha - k) / (k + 1))
	}
	return sum
}

// poissonSeries splits the integral where both halves of the mixture weigh the
// same, x₀ = z²·log(1/q − 1) + 1/2, and expands around the larger on each side.
func poissonSeries(q, z, alpha float64) float64 {
	logQ, logRest := math.Log(q), math.Log1p(-q)
	x0 := z*z*(logRest-logQ) + 0.5
	var plus, minus = math.Inf(-1), math.Inf(-1)
	logChoose, negative := 0.0, false // of |C(α, i)|, and its sign
	for i := 0.0; ; i++ {
		j := alpha - i
		a := logChoose + i*logQ + j*logRest + (i*i-i)/(2*z*z) + logPhi((x0-i)/z)
		b := logChoose + j*logQ + i*logRest + (j*j-j)/(2*z*z) + logPhi((j-x0)/z)
		if term := logSum(a, b); negative {
			minus = logSum(minus, term)
		} else {
			plus = logSum(plus, term)
		}
		if i > alpha && math.Max(a, b) < math.Max(-30, plus-40) {
			return logDifference(plus, math.Min(minus, plus))
		}
		c := (alpha - i) / (i + 1)
		logChoose += math.Log(math.Abs(c))
		if c < 0 {
			negative = !negative
		}
	}
}
