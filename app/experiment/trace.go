package experiment

import "slices"

// Trace is the record of a run, or of two side by side. Charts, stage, tables
// and exports read it; none reads the trainer.
type Trace struct {
	Experiment Experiment `json:"experiment"`
	Numerics   int        `json:"numerics"` // the numerics version that made it
	Data       DataInfo   `json:"data"`
	Runs       []Run      `json:"runs"`   // one per protocol, FedAvg first
	Digest     string     `json:"digest"` // hex; of the run, or of the pair
	// Irreproducible marks a run whose noise came from the operating system's
	// randomness: nobody can carry it out again, and its digest holds the file
	// to what it was, no more.
	Irreproducible bool `json:"irreproducible,omitempty"`
}

// DataInfo names the data asset a run used.
type DataInfo struct {
	Name     string `json:"name"`
	Train    int    `json:"train"`
	Test     int    `json:"test"`
	Checksum Hash   `json:"checksum"`
}

// Run is what one protocol did.
type Run struct {
	Protocol string  `json:"protocol"`
	Rounds   []Round `json:"rounds"` // round r at index r; round 0 is the evaluation before training
	// Final holds the SHA-256 of the parameters after the last round: the
	// server's alone, or every gossip client's in order.
	Final []Hash `json:"final"`
	// Ledger lists what was released of the data; none without noise.
	Ledger []Release `json:"ledger,omitempty"`
	Digest string    `json:"digest"` // hex
}

// Round is one round of one protocol.
type Round struct {
	Round      int           `json:"round"`
	Clients    []ClientRound `json:"clients"`   // those that trained, in client order
	Exchanges  []Exchange    `json:"exchanges"` // in the order they happened
	Evaluation *Evaluation   `json:"evaluation,omitempty"`
}

// ClientRound is one client's local work in a round.
type ClientRound struct {
	Client     int   `json:"client"`
	Loss       Float `json:"loss"`  // mean training loss over the round's examples, nats
	Norm       Float `json:"norm"`  // L2 norm of the update before clipping (float32)
	Clip       Float `json:"clip"`  // factor the update was multiplied by (float32); of example-level training, the gradients' mean factor
	Noise      Float `json:"noise"` // standard deviation of the client's noise on each coordinate (float32); of example-level training, on a step's mean gradient
	Parameters Hash  `json:"parameters"`
}

// Exchange is one use of an edge: parameters went both ways between A and B,
// and both took the mean. With FedAvg, B is [Server]: the client fetched the
// global parameters and sent its update.
type Exchange struct {
	A     int `json:"a"`
	B     int `json:"b"`
	Bytes int `json:"bytes"` // both ways together
}

// Server stands for the server where a client's number is wanted.
const Server = -1

// Evaluation is what the models are worth on the test set after a round.
type Evaluation struct {
	TestLoss     Float   `json:"test_loss"`     // the global model's, or the clients' mean, nats
	TestAccuracy float64 `json:"test_accuracy"` // likewise, 0 to 1
	MinAccuracy  float64 `json:"min_accuracy"`  // over clients; FedAvg's is the global model's
	MaxAccuracy  float64 `json:"max_accuracy"`
	// ConsensusDistance is the mean L2 distance of the clients' parameters to
	// their mean; 0 for FedAvg.
	ConsensusDistance Float `json:"consensus_distance"`
	// Models holds every evaluated model: the server's alone, or every
	// gossip client's in order.
	Models []ModelEvaluation `json:"models"`
}

// ModelEvaluation is one model's worth on the test set.
type ModelEvaluation struct {
	Loss     Float   `json:"loss"`
	Accuracy float64 `json:"accuracy"`
	Diverged bool    `json:"diverged,omitempty"` // the parameters or the loss are not finite
	// PerDigit counts the test examples of each digit, 0 to 9, that the model
	// reads right. Derived and for the eye: no digest covers it. It may be
	// missing; of many clients only the newest evaluation keeps it.
	PerDigit []int `json:"per_digit,omitempty"`
}

// MostPerDigit is up to how many clients every evaluation keeps its counts by
// digit; of more, a trace would be large.
const MostPerDigit = 50

// forget drops the counts by digit of every evaluation but the newest, where
// the clients are many. Evaluations are replaced, not changed: others may hold
// them.
func (r *Run) forget(clients int) {
	if clients <= MostPerDigit {
		return
	}
	newest := true
	for i := len(r.Rounds) - 1; i >= 0; i-- {
		e := r.Rounds[i].Evaluation
		switch {
		case e == nil:
		case newest:
			newest = false
		case e.Models[0].PerDigit == nil:
			return
		default:
			r.Rounds[i].Evaluation = e.withoutDigits()
		}
	}
}

func (e *Evaluation) withoutDigits() *Evaluation {
	c := *e
	c.Models = slices.Clone(e.Models)
	for i := range c.Models {
		c.Models[i].PerDigit = nil
	}
	return &c
}

// Append adds the next round of a run of that many clients. The run's earlier
// rounds may be replaced in a copy: a copy of the run that was made before
// stays as it was.
func (r *Run) Append(next Round, clients int) {
	if clients > MostPerDigit && next.Evaluation != nil {
		r.Rounds = slices.Clone(r.Rounds)
	}
	r.Rounds = append(r.Rounds, next)
	r.forget(clients)
}

// Judge gives the last round its evaluation, which is found out later than the
// rest. Nobody else may hold the run meanwhile.
func (r *Run) Judge(e *Evaluation, clients int) {
	r.Rounds[len(r.Rounds)-1].Evaluation = e
	r.forget(clients)
}

// Diverged reports whether any client's work or model in the round is not
// finite.
func (r Round) Diverged() bool {
	for _, c := range r.Clients {
		if !c.Loss.Finite() || !c.Norm.Finite() {
			return true
		}
	}
	if r.Evaluation != nil {
		for _, m := range r.Evaluation.Models {
			if m.Diverged {
				return true
			}
		}
	}
	return false
}

// FirstDivergence is the first round and client at which a run stopped being
// finite; ok is false when it never did. The client is [Server] when it was
// the global model.
func (r Run) FirstDivergence() (round, client int, ok bool) {
	for _, rd := range r.Rounds {
		for _, c := range rd.Clients {
			if !c.Loss.Finite() || !c.Norm.Finite() {
				return rd.Round, c.Client, true
			}
		}
		if rd.Evaluation == nil {
			continue
		}
		for i, m := range rd.Evaluation.Models {
			if m.Diverged {
				if r.Protocol == FedAvg {
					i = Server
				}
				return rd.Round, i, true
			}
		}
	}
	return 0, 0, false
}

// Last is the newest evaluation of the run, nil before any.
func (r Run) Last() *Evaluation {
	for i := len(r.Rounds) - 1; i >= 0; i-- {
		if e := r.Rounds[i].Evaluation; e != nil {
			return e
		}
	}
	return nil
}
