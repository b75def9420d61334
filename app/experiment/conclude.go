package experiment

import (
	"fmt"
	"math"
)

// ConclusionEpsilons are the tutorial's levels of privacy, and those at which
// learning survives.
var ConclusionEpsilons = []string{"inf", "1000", "300", "100", "30", "8", "4", "2", "1"}

// Verdict is what an interval says of a claim that a difference is above 0.
type Verdict string

// The verdicts.
const (
	Holds     Verdict = "holds"              // the whole interval is above 0
	Opposite  Verdict = "the opposite holds" // it is below 0
	Undecided Verdict = "undecided"          // 0 lies in it
	AtChance  Verdict = "both at chance"     // there is nothing to compare
)

// ChanceBelow is the mean final accuracy below which nothing counts as
// learned: guessing gives 0.1.
const ChanceBelow = 0.15

const guessing = 1.0 / Outputs

// Finding tests one claim by one measure, at every ε.
type Finding struct {
	Claim   string
	Measure string // what is compared, and which way round
	Sides   [2]string
	Unit    Unit
	Rows    []FindingRow
}

// Unit is what a finding is measured in.
type Unit int

// The units.
const (
	Percent Unit = iota // of accuracy, or a share; 0 to 1
	Rounds
)

// FindingRow is a finding at one ε. Difference is the mean over seeds of the
// first side less the second, claimed to be above 0.
type FindingRow struct {
	Epsilon    string
	Means      [2]float64
	Difference Interval
	Verdict    Verdict
}

// Conclude tests the tutorial's four conclusions on a sweep over ε, ∞ among
// them, and both protocols, with two seeds or more. Runs are paired by their
// seed, which gives both protocols the same batches and noise. No interval is
// widened for there being many of them.
func Conclude(s Sweep, outcomes []Outcome) ([]Finding, error) {
	of := map[[2]string]Outcome{}
	var epsilons []string
	for _, a := range s.Vary {
		switch a.Key {
		case "epsilon":
			epsilons = a.Values
		case "protocol":
		default:
			return nil, fmt.Errorf("%s: want a sweep over epsilon and protocol alone", a.Key)
		}
	}
	for _, o := range outcomes {
		e, _ := s.Value(o, "epsilon")
		of[[2]string{o.Protocol, e}] = o
	}
	for _, e := range append([]string{"inf"}, epsilons...) {
		for _, p := range []string{FedAvg, Gossip} {
			if _, ok := of[[2]string{p, e}]; !ok {
				return nil, fmt.Errorf("%s at epsilon %s: it is not in the sweep", p, e)
			}
		}
	}
	if s.Seeds < 2 {
		return nil, fmt.Errorf("seeds %d: want 2 to %d", s.Seeds, MaxSeeds)
	}
	c := conclusions{epsilons, of, s.Base.Rounds}
	methods := [2]string{"FedAvg", "gossip"}
	return []Finding{
		{"FedAvg converges faster when privacy is weak", "mean accuracy over the rounds, FedAvg less gossip", methods, Percent,
			c.between(FedAvg, Gossip, true, c.speed)},
		{"FedAvg converges faster when privacy is weak", "rounds to an accuracy that both reach at ε = ∞ (never: one more than the run has), gossip less FedAvg", [2]string{"gossip", "FedAvg"}, Rounds,
			c.between(Gossip, FedAvg, true, c.roundsToCommon)},
		{"gossip is more resilient to noisy updates", "share of the final accuracy above chance that is left, gossip less FedAvg", [2]string{"gossip", "FedAvg"}, Percent,
			c.between(Gossip, FedAvg, false, func(p, e string) []float64 { return c.left(p, e, c.final) })},
		{"gossip is more resilient to noisy updates", "final accuracy, gossip less FedAvg", [2]string{"gossip", "FedAvg"}, Percent,
			c.between(Gossip, FedAvg, false, c.final)},
		{"stronger privacy slows FedAvg", "mean accuracy over the rounds, at ε = ∞ less at ε", [2]string{"ε = ∞", "ε"}, Percent, c.slows(FedAvg)},
		{"stronger privacy slows gossip", "mean accuracy over the rounds, at ε = ∞ less at ε", [2]string{"ε = ∞", "ε"}, Percent, c.slows(Gossip)},
		{"and gossip more so", "share of the mean accuracy above chance that is lost, gossip less FedAvg", [2]string{"gossip", "FedAvg"}, Percent,
			c.between(Gossip, FedAvg, false, c.lost)},
	}, nil
}

type conclusions struct {
	epsilons []string
	of       map[[2]string]Outcome
	rounds   int
}

// final lists the final accuracies by seed.
func (c conclusions) final(protocol, epsilon string) []float64 {
	return c.of[[2]string{protocol, epsilon}].Finals()
}

// speed lists by seed the mean accuracy over the evaluated rounds, round 0
// aside: the sooner a run learns, the greater it is.
func (c conclusions) speed(protocol, epsilon string) []float64 {
	o := c.of[[2]string{protocol, epsilon}]
	means := make([]float64, len(o.Accuracy))
	for i, a := range o.Accuracy {
		means[i] = Summarise(a[1:]).Mean
	}
	return means
}

// left lists by seed the share that is left, at ε, of what the measure has
// above chance at ε = ∞.
func (c conclusions) left(protocol, epsilon string, measure func(string, string) []float64) []float64 {
	free, shares := measure(protocol, "inf"), measure(protocol, epsilon)
	for i := range shares {
		shares[i] = (shares[i] - guessing) / (free[i] - guessing)
	}
	return shares
}

func (c conclusions) lost(protocol, epsilon string) []float64 {
	shares := c.left(protocol, epsilon, c.speed)
	for i := range shares {
		shares[i] = 1 - shares[i]
	}
	return shares
}

// roundsToCommon lists by seed the rounds to ThresholdShare of the final
// accuracy at ε = ∞ of that protocol which reaches less: the same accuracy for
// both. Never counts as one round more than the run has.
func (c conclusions) roundsToCommon(protocol, epsilon string) []float64 {
	o := c.of[[2]string{protocol, epsilon}]
	fedavg, gossip := c.final(FedAvg, "inf"), c.final(Gossip, "inf")
	list := make([]float64, len(o.Accuracy))
	for i, a := range o.Accuracy {
		threshold := ThresholdShare * math.Min(fedavg[i], gossip[i])
		list[i] = float64(min(RoundsTo(o.Rounds, a, threshold), c.rounds+1))
	}
	return list
}

// between compares two protocols at every ε, at ε = ∞ too where asked.
func (c conclusions) between(first, second string, free bool, measure func(protocol, epsilon string) []float64) []FindingRow {
	var rows []FindingRow
	for _, e := range c.epsilons {
		if e == "inf" && !free {
			continue
		}
		r := compareSides(measure(first, e), measure(second, e))
		r.Epsilon = e
		if Summarise(c.final(first, e)).Mean < ChanceBelow && Summarise(c.final(second, e)).Mean < ChanceBelow {
			r.Verdict = AtChance
		}
		rows = append(rows, r)
	}
	return rows
}

// slows compares a protocol at ε = ∞ and at every other ε.
func (c conclusions) slows(protocol string) []FindingRow {
	var rows []FindingRow
	for _, e := range c.epsilons {
		if e != "inf" {
			r := compareSides(c.speed(protocol, "inf"), c.speed(protocol, e))
			r.Epsilon = e
			rows = append(rows, r)
		}
	}
	return rows
}

func compareSides(first, second []float64) FindingRow {
	d := make([]float64, len(first))
	for i := range d {
		d[i] = first[i] - second[i]
	}
	r := FindingRow{Means: [2]float64{Summarise(first).Mean, Summarise(second).Mean}, Difference: Paired(d), Verdict: Undecided}
	switch {
	case r.Difference.Low > 0:
		r.Verdict = Holds
	case r.Difference.High < 0:
		r.Verdict = Opposite
	}
	return r
}
