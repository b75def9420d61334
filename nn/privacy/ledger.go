package privacy

import "fmt"

// Unit is who is protected.
type Unit int

// The units.
const (
	Client  Unit = iota + 1 // everything one client holds
	Example                 // one example of one client
)

func (u Unit) String() string { return name(int(u), "client", "example") }

// Adjacency says how two neighbouring data sets differ.
type Adjacency int

// The adjacencies. With the clip norm C a sum moves by at most C where a unit
// is zeroed out, added or removed, and by at most 2C where one is replaced by
// another.
const (
	ZeroOut Adjacency = iota + 1
	AddRemove
	ReplaceOne
)

func (a Adjacency) String() string { return name(int(a), "zero-out", "add/remove", "replace-one") }

// Sensitivity is s, the sensitivity in units of the clip norm: 1, or 2 for
// [ReplaceOne].
func (a Adjacency) Sensitivity() float64 {
	if a == ReplaceOne {
		return 2
	}
	return 1
}

// Observer is who sees the messages that an event stands for.
type Observer int

// The observers.
const (
	Server       Observer = iota + 1 // every update by itself, and who sent it
	Neighbours                       // the messages that reach one neighbour
	Eavesdropper                     // the messages on all links
	Aggregate                        // the sum alone
)

func (o Observer) String() string {
	return name(int(o), "server", "neighbours", "eavesdropper on all links", "aggregate only")
}

// Mechanism is what was done to the data.
type Mechanism int

// Gaussian is clipping to the L2 norm C and noise N(0, (zC)²) on each
// coordinate. It is the only mechanism there is; the field is there so that
// another is refused and not taken for it.
const Gaussian Mechanism = 1

func (m Mechanism) String() string { return name(int(m), "Gaussian") }

// SamplingKind says how units are drawn in a round.
type SamplingKind int

// The ways of sampling.
const (
	// EveryRound takes every unit in every round.
	EveryRound SamplingKind = iota + 1
	// Poisson takes each unit by itself with probability Q, hidden from the
	// observer; the sum is divided by the fixed number Q·N.
	Poisson
	// FixedSize takes M of N units without replacement, hidden from the
	// observer.
	FixedSize
	// Visible takes each unit with probability Q, independently from round to
	// round, and the observer sees who took part. It amplifies nothing.
	Visible
)

func (k SamplingKind) String() string {
	return name(int(k), "every round", "Poisson", "fixed size", "visible participation")
}

// Sampling is a kind with its numbers.
type Sampling struct {
	Kind SamplingKind
	Q    float64 // the probability, in (0, 1]; for Poisson and Visible alone
	M, N int     // 1 ≤ M ≤ N; for FixedSize alone
}

// Rate is the probability that a unit is drawn in a round.
func (s Sampling) Rate() float64 {
	switch s.Kind {
	case FixedSize:
		return float64(s.M) / float64(s.N)
	case Poisson, Visible:
		return s.Q
	}
	return 1
}

// Event is one entry of the ledger: a mechanism applied in a number of rounds
// with independent noise. It is a value; what happened does not change.
type Event struct {
	Mechanism       Mechanism
	NoiseMultiplier float64 // z = σ/C, positive and finite
	Clip            float64 // C, the L2 norm, positive and finite
	Sampling        Sampling
	Rounds          int // at least 1
	Unit            Unit
	Adjacency       Adjacency
	Observer        Observer
}

// Validate says what is wrong with an event, or nil. An event that no theorem
// here speaks of is an error, so that no accountant has to guess.
func (e Event) Validate() error {
	switch {
	case e.Mechanism != Gaussian:
		return fmt.Errorf("mechanism %v: want %v", e.Mechanism, Gaussian)
	case !(e.NoiseMultiplier > 0) || e.NoiseMultiplier > maxFloat:
		return fmt.Errorf("noise multiplier %v: want a positive number", e.NoiseMultiplier)
	case !(e.Clip > 0) || e.Clip > maxFloat:
		return fmt.Errorf("clip norm %v: want a positive number", e.Clip)
	case e.Rounds < 1:
		return fmt.Errorf("rounds %d: want at least 1", e.Rounds)
	case e.Unit < Client || e.Unit > Example:
		return fmt.Errorf("unit %v: want client or example", e.Unit)
	case e.Adjacency < ZeroOut || e.Adjacency > ReplaceOne:
		return fmt.Errorf("adjacency %v: want zero-out, add/remove or replace-one", e.Adjacency)
	case e.Observer < Server || e.Observer > Aggregate:
		return fmt.Errorf("observer %v: want server, neighbours, eavesdropper or aggregate", e.Observer)
	}
	s := e.Sampling
	switch s.Kind {
	case EveryRound:
		if s.Q != 0 || s.M != 0 || s.N != 0 {
			return fmt.Errorf("sampling every round with probability %v, %d of %d: want none of them", s.Q, s.M, s.N)
		}
	case Poisson, Visible:
		if !(s.Q > 0 && s.Q <= 1) {
			return fmt.Errorf("sampling probability %v: want above 0, at most 1", s.Q)
		}
		if s.M != 0 || s.N != 0 {
			return fmt.Errorf("%v sampling of %d of %d: want a probability alone", s.Kind, s.M, s.N)
		}
	case FixedSize:
		if s.M < 1 || s.M > s.N {
			return fmt.Errorf("sample of %d of %d: want 1 to %d", s.M, s.N, s.N)
		}
		if s.Q != 0 {
			return fmt.Errorf("fixed-size sampling with probability %v: want the two sizes alone", s.Q)
		}
		if e.Adjacency != ReplaceOne {
			// Zeroing a sampled unit out changes the size of the sample, for
			// which the known amplification does not hold.
			return fmt.Errorf("fixed-size sampling with adjacency %v: want replace-one", e.Adjacency)
		}
	default:
		return fmt.Errorf("sampling %v: want every round, Poisson, fixed size or visible", s.Kind)
	}
	hidden := s.Kind == Poisson || s.Kind == FixedSize
	if hidden && e.Unit == Client && e.Observer != Aggregate {
		// Who sees a client's message knows that it was drawn. An example's
		// membership in a batch stays hidden from whoever sees the batch's sum.
		return fmt.Errorf("%v sampling of clients before observer %v: want aggregate only, or visible participation", s.Kind, e.Observer)
	}
	return nil
}

// Ledger lists events against one unit, adjacency and observer, in the order
// they happened. The zero Ledger is empty and ready.
type Ledger struct{ events []Event }

// Add appends an event. It joins the last one where they differ in the number
// of rounds alone. An event that is not valid, or speaks of another unit,
// adjacency or observer than the ledger's, is refused and changes nothing.
func (l *Ledger) Add(e Event) error {
	if err := e.Validate(); err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	if len(l.events) > 0 {
		last := &l.events[len(l.events)-1]
		if err := alike(*last, e); err != nil {
			return fmt.Errorf("ledger: %w", err)
		}
		same := e
		same.Rounds = last.Rounds
		if same == *last {
			last.Rounds += e.Rounds
			return nil
		}
	}
	l.events = append(l.events, e)
	return nil
}

// Events is a copy of the ledger's entries.
func (l *Ledger) Events() []Event { return append([]Event(nil), l.events...) }

// Validate holds a list of events to [Event.Validate] and to one unit,
// adjacency and observer; an empty list is valid.
func Validate(events []Event) error {
	for i, e := range events {
		if err := e.Validate(); err != nil {
			return fmt.Errorf("event %d: %w", i, err)
		}
		if err := alike(events[0], e); err != nil {
			return fmt.Errorf("event %d: %w", i, err)
		}
	}
	return nil
}

// alike refuses to put together what no single ε can speak of.
func alike(a, b Event) error {
	switch {
	case a.Unit != b.Unit:
		return fmt.Errorf("unit %v beside %v: want one", b.Unit, a.Unit)
	case a.Adjacency != b.Adjacency:
		return fmt.Errorf("adjacency %v beside %v: want one", b.Adjacency, a.Adjacency)
	case a.Observer != b.Observer:
		return fmt.Errorf("observer %v beside %v: want one", b.Observer, a.Observer)
	}
	return nil
}

const maxFloat = 0x1p1023 * (1 + (1 - 0x1p-52)) // the largest finite float64

// name gives the i-th name, from 1, or the number where there is none.
func name(i int, names ...string) string {
	if i < 1 || i > len(names) {
		return fmt.Sprintf("number %d", i)
	}
	return names[i-1]
}
