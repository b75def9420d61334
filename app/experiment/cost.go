package experiment

import "slices"

// Cost estimates the floating-point operations of a run, for planning alone:
// of an example two for each parameter forward, and twice as many backward.
func (e Experiment) Cost() float64 {
	evaluations := 1.0
	for r := range e.Rounds {
		if e.Evaluates(r + 1) {
			evaluations++
		}
	}
	forward := 2 * float64(e.Parameters())
	perClient := float64(e.Train) / float64(e.Clients) * float64(e.Epochs) * 3 * forward
	perModel := float64(e.Test) * forward * evaluations
	cost := 0.0
	if e.Runs(FedAvg) {
		cost += float64(e.Rounds)*float64(e.Participants)*perClient + perModel
	}
	if e.Runs(Gossip) {
		cost += float64(e.Clients) * (float64(e.Rounds)*perClient + perModel)
	}
	return cost
}

// LongestFirst orders the experiments by falling cost, equal ones as they
// come: what is long must not be begun last, when other hands are idle.
func LongestFirst(es []Experiment) []int {
	cost := make([]float64, len(es))
	order := make([]int, len(es))
	for i, e := range es {
		order[i], cost[i] = i, e.Cost()
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case cost[a] > cost[b]:
			return -1
		case cost[a] < cost[b]:
			return 1
		}
		return 0
	})
	return order
}
