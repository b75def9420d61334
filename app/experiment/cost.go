package experiment

import (
	"cmp"
	"slices"
)

// Cost estimates the floating-point operations of a run. This and the other
// costs are for planning alone.
func (e Experiment) Cost() float64 {
	evaluations := 1.0
	for r := range e.Rounds {
		if e.Evaluates(r + 1) {
			evaluations++
		}
	}
	perClient := e.TrainingCost(float64(e.Train) / float64(e.Clients))
	perModel := e.EvaluationCost() * evaluations
	cost := 0.0
	if e.Runs(FedAvg) {
		cost += float64(e.Rounds)*float64(e.Participants)*perClient + perModel
	}
	if e.Runs(Gossip) {
		cost += float64(e.Clients) * (float64(e.Rounds)*perClient + perModel)
	}
	return cost
}

// Looks is how many examples a client that has so many looks at in a round, one
// as often as it does; with noise on every step, what it expects.
func (e Experiment) Looks(examples float64) float64 {
	if e.Trust == TrustExample {
		return float64(e.BatchSize * e.LocalSteps)
	}
	return examples * float64(e.Epochs)
}

// TrainingCost is that of a round of one client that has so many examples: of
// each that it looks at two operations for a parameter forward, and twice as
// many backward.
func (e Experiment) TrainingCost(examples float64) float64 {
	return 6 * float64(e.Parameters()) * e.Looks(examples)
}

// EvaluationCost is that of evaluating one model.
func (e Experiment) EvaluationCost() float64 {
	return 2 * float64(e.Parameters()) * float64(e.Test)
}

// LongestFirst orders the experiments by FallingCost.
func LongestFirst(es []Experiment) []int {
	costs := make([]float64, len(es))
	for i, e := range es {
		costs[i] = e.Cost()
	}
	return FallingCost(costs)
}

// FallingCost orders what has these costs, the costliest first and equals as
// they come: what is long must not be begun last, when other hands are idle
// (Graham 1969, "Bounds on multiprocessing timing anomalies").
func FallingCost(costs []float64) []int {
	order := make([]int, len(costs))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(costs[b], costs[a]) })
	return order
}
