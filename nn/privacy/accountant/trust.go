package accountant

import (
	"fmt"
	"math"

	"grapevine/nn/privacy"
)

// Trust says who is trusted, and so where the noise is added.
type Trust int

// The trust models.
const (
	// Local trusts nobody: every client adds N(0, (zC)²) to its own clipped
	// update, as in the tutorial.
	Local Trust = iota + 1
	// Central trusts the server, or secure aggregation with a party that adds
	// noise: N(0, (zC)²) on the clipped sum, divided by the fixed qN
	// (DP-FedAvg, McMahan et al. 2018, arXiv 1710.06963).
	Central
	// SecureAggregation trusts that the sum alone is seen: each of m clients
	// adds variance (zC)²/(m − t), enough when t of them collude or drop out.
	SecureAggregation
	// Correlated trusts each pair's shared secret: see [CorrelatedNoise].
	Correlated
	// ExampleLevel trusts a client with its own data: DP-SGD inside each client
	// (Abadi et al. 2016, arXiv 1607.00133), which protects one example and no
	// client: clip C for each example, Poisson batches, noise zC on their sum.
	ExampleLevel
)

func (t Trust) String() string {
	names := []string{"local", "central", "secure aggregation", "correlated noise", "example-level"}
	if t < 1 || int(t) > len(names) {
		return fmt.Sprintf("trust %d", int(t))
	}
	return names[t-1]
}

// Assumes is what the guarantee rests on, for the screen.
func (t Trust) Assumes() string {
	switch t {
	case Local:
		return "nobody is trusted"
	case Central:
		return "the server, or secure aggregation and whoever adds the noise, is trusted"
	case SecureAggregation:
		return "the sum alone is seen, and no more clients than allowed for collude or drop out"
	case Correlated:
		return "each pair shares a secret, and nobody drops out"
	case ExampleLevel:
		return "a client is trusted with its own data; one example is protected, not a client"
	}
	return ""
}

// Setting is a run as its privacy sees it.
type Setting struct {
	Trust     Trust
	Adjacency privacy.Adjacency
	Clip      float64 // C
	Rounds    int     // T; for ExampleLevel, all local steps of one client
	Clients   int     // N
	// Rate is the share of clients in a round, in (0, 1]. Below 1 a client
	// takes part with that probability: seen by the observer under Local,
	// hidden under Central and SecureAggregation. Correlated wants 1.
	Rate float64

	Missing         int      // t, for SecureAggregation
	Pairwise        float64  // z_c, for Correlated
	Edges           [][2]int // between honest clients, for Correlated
	Examples, Batch int      // of one client, for ExampleLevel; q is their ratio
}

func (s Setting) validate() error {
	switch {
	case s.Trust < Local || s.Trust > ExampleLevel:
		return fmt.Errorf("%v: want local to example-level", s.Trust)
	case s.Clients < 1:
		return fmt.Errorf("clients %d: want at least 1", s.Clients)
	case !(s.Rate > 0 && s.Rate <= 1):
		return fmt.Errorf("rate %v: want above 0, at most 1", s.Rate)
	case s.Trust == SecureAggregation && (s.Missing < 0 || float64(s.Missing) >= s.present()):
		return fmt.Errorf("%d colluding or missing: want 0 to below the %v clients of a round", s.Missing, s.present())
	case s.Trust == Correlated && s.Rate != 1:
		return fmt.Errorf("rate %v with correlated noise: want 1", s.Rate)
	case s.Trust == ExampleLevel && (s.Batch < 1 || s.Batch > s.Examples):
		return fmt.Errorf("batch %d of %d examples: want 1 to %d", s.Batch, s.Examples, s.Examples)
	}
	return nil
}

// present is m, the clients of a round on average.
func (s Setting) present() float64 { return s.Rate * float64(s.Clients) }

// Event is the ledger's entry for the whole run with noise multiplier z.
func (s Setting) Event(z float64) (privacy.Event, error) {
	if err := s.validate(); err != nil {
		return privacy.Event{}, err
	}
	e := privacy.Event{
		Mechanism: privacy.Gaussian, NoiseMultiplier: z, Clip: s.Clip,
		Sampling: privacy.Sampling{Kind: privacy.EveryRound}, Rounds: s.Rounds,
		Unit: privacy.Client, Adjacency: s.Adjacency, Observer: privacy.Aggregate,
	}
	switch s.Trust {
	case Local:
		e.Observer = privacy.Eavesdropper
		if s.Rate < 1 {
			e.Observer = privacy.Server
			e.Sampling = privacy.Sampling{Kind: privacy.Visible, Q: s.Rate}
		}
	case Central, SecureAggregation:
		if s.Rate < 1 {
			e.Sampling = privacy.Sampling{Kind: privacy.Poisson, Q: s.Rate}
		}
	case Correlated:
		e.Observer = privacy.Eavesdropper
		effective, err := CorrelatedNoise(z, s.Pairwise, s.Clients, s.Edges)
		if err != nil {
			return privacy.Event{}, err
		}
		e.NoiseMultiplier = effective
	case ExampleLevel:
		e.Unit, e.Observer = privacy.Example, privacy.Eavesdropper
		if s.Batch < s.Examples {
			e.Sampling = privacy.Sampling{Kind: privacy.Poisson, Q: float64(s.Batch) / float64(s.Examples)}
		}
	}
	return e, e.Validate()
}

// Best is the tightest accountant that knows all of the events.
func Best(events []privacy.Event) Accountant {
	visible := false
	for _, e := range events {
		switch {
		case plain(e):
		case e.Sampling.Kind == privacy.Visible:
			visible = true
		default:
			return PLD{}
		}
	}
	if visible {
		return Participation{}
	}
	return Gaussian{}
}

// Calibrate is the least noise multiplier z that gives (ε, δ) for the whole
// run, by the best accountant; see [NoiseMultiplier]. For Correlated it is the
// independent noise's z, at the given Pairwise.
func (s Setting) Calibrate(epsilon, delta float64) (float64, error) {
	e, err := s.Event(1)
	if err != nil {
		return 0, err
	}
	z, err := NoiseMultiplier(Best([]privacy.Event{e}), e, epsilon, delta)
	if err != nil || s.Trust != Correlated {
		return z, err
	}
	// z_eff grows with z, and is at least z.
	lo, hi := 0.0, z
	for hi-lo > 1e-9*hi {
		mid := (lo + hi) / 2
		if effective, err := CorrelatedNoise(mid, s.Pairwise, s.Clients, s.Edges); err == nil && effective >= z {
			hi = mid
		} else {
			lo = mid
		}
	}
	return hi, nil
}

// MessageNoise is the standard deviation of the noise on each coordinate of one
// client's message, in the unit of the parameters, 0 for Central, whose clients
// add none. For ExampleLevel a message is one step's mean gradient, for
// Correlated that of the client with most edges. The setting must be one that
// Event accepts; so too for MeanNoise and SignalToNoise.
func (s Setting) MessageNoise(z float64) float64 {
	sigma := z * s.Clip
	switch s.Trust {
	case Central:
		return 0
	case SecureAggregation:
		return sigma / math.Sqrt(s.present()-float64(s.Missing))
	case Correlated:
		degree := make([]int, s.Clients)
		most := 0
		for _, e := range s.Edges {
			degree[e[0]]++
			degree[e[1]]++
			most = max(most, degree[e[0]], degree[e[1]])
		}
		return math.Sqrt(sigma*sigma + float64(most)*s.Pairwise*s.Pairwise*s.Clip*s.Clip) // the largest
	case ExampleLevel:
		return sigma / float64(s.Batch)
	}
	return sigma
}

// MeanNoise is the standard deviation of the noise on each coordinate of the
// mean update of one round, or of one step under ExampleLevel.
func (s Setting) MeanNoise(z float64) float64 {
	m, sigma := s.present(), z*s.Clip
	switch s.Trust {
	case Central:
		return sigma / m
	case SecureAggregation:
		return s.MessageNoise(z) / math.Sqrt(m)
	case ExampleLevel:
		return s.MessageNoise(z) / math.Sqrt(m)
	}
	return sigma / math.Sqrt(m) // the noise on an edge cancels
}

// SignalToNoise is the highest ratio of what is learnt to what is noise, in L2
// norm over all parameters after the whole run: every update as long as the
// clip allows, and all in one direction. Below 1 the noise is longer than
// anything that can be learnt.
func (s Setting) SignalToNoise(z float64, parameters int) float64 {
	return math.Sqrt(float64(s.Rounds)/float64(parameters)) * s.Clip / s.MeanNoise(z)
}
