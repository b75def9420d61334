package wire

import "grapevine/app/experiment"

// Messages about privacy go to a worker of their own, the accountant:
//
//	page → accountant:  Account, Leak
//	accountant → page:  Accounted, Leaked
//
// All that it answers follows from the message alone, or, of one run, from the
// ledger in its trace.

// Account asks what an experiment promises.
type Account struct {
	ID         int                   `json:"id"` // Accounted carries it back
	Experiment experiment.Experiment `json:"experiment"`
	Sizes      []int                 `json:"sizes"`    // examples of the clients' shares
	Protocol   string                `json:"protocol"` // of the experiment's
	Client     int                   `json:"client"`   // whose loss; None: the one worst off
	// Sums asks for whoever sees the server's sums alone, in place of each
	// message: FedAvg with local trust.
	Sums   bool    `json:"sums"`
	Target float64 `json:"target"` // a total ε to find the noise multiplier for; 0: none
	Budget float64 `json:"budget"` // a total ε to find the number of rounds for; 0: none
	// Runs are finished runs whose totals are wanted, each at its own δ.
	Runs []experiment.Experiment `json:"runs"`
}

// Accounted answers Account.
type Accounted struct {
	ID      int    `json:"id"`
	Problem string `json:"problem"` // why there is no answer, or ""
	// Noisy is false where nothing is promised: there is no ladder then.
	Noisy     bool   `json:"noisy"`
	Unit      string `json:"unit"`      // who is protected
	Adjacency string `json:"adjacency"` // of the first number of each Rung
	Observer  string `json:"observer"`
	Assumes   string `json:"assumes"` // what the promise rests on
	// Times is how often the unit pays: rounds, or steps of example-level
	// training; a mean where it hangs on a draw.
	Times float64 `json:"times"`
	// Multiplier is the z of the ledger.
	Multiplier float64  `json:"multiplier"`
	Ladder     []Rung   `json:"ladder"`
	Growth     []Growth `json:"growth"`
	Classic    *Classic `json:"classic"` // of noise by the tutorial's formula

	// Found is the noise multiplier for the target, rounded up to four
	// significant digits; 0 without one. FoundTotal is the ε it gives, of the
	// protocol worse off.
	Found      float64 `json:"found"`
	FoundTotal float64 `json:"found_total"`
	FoundWhy   string  `json:"found_why"` // why there is none
	// Rounds is the most rounds within the budget, at most 10,000.
	Rounds    int    `json:"rounds"`
	RoundsWhy string `json:"rounds_why"`

	// Totals are those of the Runs, by protocol: +Inf without noise, NaN where
	// they hang on shares of the data that the question does not know.
	Totals [][]experiment.Float `json:"totals"`
}

// Rung is one way of adding up.
type Rung struct {
	Key      string              `json:"key"` // one of the Rungs
	Name     string              `json:"name"`
	Epsilon  [2]experiment.Float `json:"epsilon"` // a unit left out; replaced by another. NaN: no theorem
	Estimate [2]bool             `json:"estimate"`
}

// Rungs are the ladder's keys, from the loosest; the last is the tightest.
var Rungs = [...]string{"message", "basic", "advanced", "zcdp", "rdp", "exact"}

// Growth holds the totals after so many rounds, by the ladder's rungs, of a
// unit left out; NaN where there is no theorem.
type Growth struct {
	Round   int                `json:"round"`
	Epsilon []experiment.Float `json:"epsilon"`
}

// Classic is what the tutorial's formula is worth at its ε₀.
type Classic struct {
	Proved     bool    `json:"proved"` // ε₀ is at most 1
	Holds      bool    `json:"holds"`  // the exact δ is at most the one asked for
	Delta      float64 `json:"delta"`  // exact
	Limit      float64 `json:"limit"`  // the ε₀ above which it fails
	Multiplier float64 `json:"multiplier"`
	Analytic   float64 `json:"analytic"` // the exact calibration's noise multiplier, rounded up
}

// Leak asks what clients learn about one another by gossip.
type Leak struct {
	ID         int                   `json:"id"`
	Experiment experiment.Experiment `json:"experiment"`
}

// Leaked answers Leak. The loss is exact where clients only average, and an
// estimate with training in between, other clients' updates held fixed.
type Leaked struct {
	ID      int    `json:"id"`
	Problem string `json:"problem"`
	Rounds  int    `json:"rounds"` // the first so many rounds; fewer than the run's where all are too many
	// Share is, by who is seen and who sees, μ² in parts of the local figure,
	// that of an observer of every message; 0 to 1.
	Share [][]float64 `json:"share"`
	// Epsilon is the ε of it at the experiment's δ, a client left out.
	Epsilon [][]float64 `json:"epsilon"`
	Local   float64     `json:"local"` // the ε of the local figure
}

// Tint makes the stage show how much each client sees of one, in place of
// accuracy; page → stage. Without shares it shows accuracy again.
type Tint struct {
	Client int       `json:"client"`
	Shares []float64 `json:"shares"` // by client, 0 to 1; the client's own is not looked at
}

func (*Account) kind() string   { return "account" }
func (*Accounted) kind() string { return "accounted" }
func (*Leak) kind() string      { return "leak" }
func (*Leaked) kind() string    { return "leaked" }
func (*Tint) kind() string      { return "tint" }

func init() {
	blank["account"] = func() Message { return new(Account) }
	blank["accounted"] = func() Message { return new(Accounted) }
	blank["leak"] = func() Message { return new(Leak) }
	blank["leaked"] = func() Message { return new(Leaked) }
	blank["tint"] = func() Message { return new(Tint) }
}
