package wire

import "grapevine/app/experiment"

// What Attack can ask for.
const (
	// AttackUnit attacks the code that clips and adds noise, one release at a
	// time, once for each protocol; Count is how often with an update and how
	// often without.
	AttackUnit = "unit"
	// AttackMembers carries the run out and tells each client's training
	// examples from others by the models; Count is not read.
	AttackMembers = "members"
	// AttackCanaries is a run of its own in which Count clients more take part,
	// made up to be found out.
	AttackCanaries = "canaries"
)

// What an Attack's Count may be.
const (
	LeastTrials, MostTrials     = 100, 1_000_000
	LeastCanaries, MostCanaries = 10, 1000
)

// Attack asks for an attack on the experiment's privacy; it drops the run
// before. The answers are Progress and then Attacked, or Failed.
type Attack struct {
	ID         int                   `json:"id"` // Attacked carries it back
	Kind       string                `json:"attack"`
	Experiment experiment.Experiment `json:"experiment"`
	Count      int                   `json:"count"`
}

// Attacked is what an attack found: one of its lists is set.
type Attacked struct {
	ID       int          `json:"id"`
	Units    []UnitAudit  `json:"units"`   // by protocol
	Members  []Membership `json:"members"` // by protocol
	Canaries *CanaryAudit `json:"canaries"`
}

// Bounds are an ε that is claimed and one that an attack shows, both at δ.
type Bounds struct {
	Delta   float64          `json:"delta"`
	Claimed experiment.Float `json:"claimed"` // a guarantee; +Inf: nothing is promised
	Shown   experiment.Float `json:"shown"`   // a lower bound, 95 % sure
}

// Broken reports whether the attack shows more than is promised.
func (b Bounds) Broken() bool { return b.Shown > b.Claimed }

// UnitAudit is what came of AttackUnit.
type UnitAudit struct {
	Bounds
	Protocol string           `json:"protocol"`
	Trials   int              `json:"trials"` // of either kind
	Rounds   int              `json:"rounds"` // that a client pays for, as the ledger counts them
	Hoped    experiment.Float `json:"hoped"`  // what shows on average where the noise is as promised
}

// Membership is what came of AttackMembers for one protocol. The bounds are one
// example's; Shown is the largest of all clients', 95 % sure.
type Membership struct {
	Bounds
	Protocol string `json:"protocol"`
	Clients  []ROC  `json:"clients"`
}

// ROC are the rates of an attack that takes for members all examples that score
// at least as high as a threshold, as the threshold falls.
type ROC struct {
	Count int              `json:"count"` // of members, and of as many others with the same labels
	FPR   []float64        `json:"fpr"`   // rising, 0 first and 1 last
	TPR   []float64        `json:"tpr"`   // likewise, by FPR
	Area  float64          `json:"area"`  // beneath the curve; ½: nothing is told apart
	Shown experiment.Float `json:"shown"` // ε, a lower bound, 95 % sure for all clients together
}

// CanaryAudit is what came of AttackCanaries.
type CanaryAudit struct {
	Bounds
	Canaries int              `json:"canaries"`
	Rounds   int              `json:"rounds"`
	Guesses  int              `json:"guesses"` // of whether a canary was in; the surest ones
	Correct  int              `json:"correct"`
	Hoped    experiment.Float `json:"hoped"`    // what shows on average where the noise is as promised
	Ceiling  experiment.Float `json:"ceiling"`  // what so many guesses show where all are correct
	Accuracy float64          `json:"accuracy"` // of the model trained beside the canaries
}

func (*Attack) kind() string   { return "attack" }
func (*Attacked) kind() string { return "attacked" }
