package page

import (
	"math"
	"slices"
	"strings"

	"grapevine/app/experiment"
)

// sweepCharts are the figures of the sweep, from the runs that are there:
// accuracy against rounds for each method, a curve for each value, and final
// accuracy against the values. Of several seeds they show the mean, a band of
// a standard deviation to either side, and the single runs faintly beneath.
func (m Model) sweepCharts() []Chart {
	s := m.Study
	if !s.Begun || !slices.ContainsFunc(s.Results, func(r *experiment.Result) bool { return r != nil }) {
		return nil
	}
	var charts []Chart
	places := s.places()
	finals := Chart{ID: "sweep-final", Title: "Final accuracy", Top: 1, Format: percent, Places: places, Length: float64(len(places) - 1)}
	for _, protocol := range s.protocols() {
		c := Chart{ID: "sweep-" + protocol, Title: protocolNames[protocol] + ": test accuracy", Top: 1, Format: percent, Length: float64(s.Sweep.Base.Rounds)}
		first := len(finals.Curves)
		for point := range s.Sweep.Points() {
			runs, rounds := s.curves(point, protocol)
			if len(runs) == 0 {
				continue
			}
			curve := Curve{Stroke: keptStroke(len(c.Curves)), Name: s.pointName(point, none), Rounds: rounds}
			curve.Value, curve.Low, curve.High, curve.Raw = described(runs)
			c.Curves = append(c.Curves, curve)
			c.Length = max(c.Length, float64(rounds[len(rounds)-1]))
			if len(places) > 1 {
				finals.addFinal(first, protocol, s.pointName(point, s.mainAxis()), s.place(point), runs)
			}
		}
		charts = append(charts, c)
	}
	if len(finals.Curves) > 0 {
		charts = append(charts, finals)
	}
	for i := range charts {
		state := m.Charts
		state.Axis = Rounds
		if charts[i].Places != nil {
			state.From, state.To = 0, 0
		}
		state.apply(&charts[i])
	}
	return charts
}

// addFinal adds the runs' last values at a place, to the protocol's curve of
// the name; those from first on are the protocol's.
func (c *Chart) addFinal(first int, protocol, of string, place int, runs [][]float64) {
	name := protocolNames[protocol]
	stroke := protocolStrokes[protocol]
	if of != "" {
		name, stroke = name+", "+of, keptStroke(len(c.Curves))
	}
	i := first + slices.IndexFunc(c.Curves[first:], func(o Curve) bool { return o.Name == name })
	if i < first {
		i = len(c.Curves)
		c.Curves = append(c.Curves, Curve{Stroke: stroke, Name: name})
	}
	ends := make([]float64, len(runs))
	for j, r := range runs {
		ends[j] = r[len(r)-1]
	}
	b := experiment.Summarise(ends)
	curve := &c.Curves[i]
	curve.Rounds = append(curve.Rounds, len(curve.Rounds))
	curve.X = append(curve.X, float64(place))
	curve.Value = append(curve.Value, b.Mean)
	curve.Low = append(curve.Low, math.Max(0, b.Mean-b.Deviation))
	curve.High = append(curve.High, math.Min(1, b.Mean+b.Deviation))
}

// described is the mean of runs point by point, a standard deviation below and
// above it, and the runs themselves; of one run the run alone.
func described(runs [][]float64) (mean, low, high []float64, raw [][]float64) {
	if len(runs) == 1 {
		return runs[0], nil, nil, nil
	}
	for _, b := range experiment.Band(runs) {
		mean = append(mean, b.Mean)
		low = append(low, math.Max(0, b.Mean-b.Deviation))
		high = append(high, math.Min(1, b.Mean+b.Deviation))
	}
	return mean, low, high, runs
}

// protocols are those that runs of the sweep have, FedAvg first.
func (s Study) protocols() (list []string) {
	for _, protocol := range [...]string{experiment.FedAvg, experiment.Gossip} {
		if slices.ContainsFunc(s.Runs, func(e experiment.Experiment) bool { return e.Runs(protocol) }) {
			list = append(list, protocol)
		}
	}
	return list
}

// curves are the accuracies of the point's runs that are there, by seed.
func (s Study) curves(point int, protocol string) (runs [][]float64, rounds []int) {
	for seed := range s.Sweep.Seeds {
		r := s.Results[point*s.Sweep.Seeds+seed]
		if r == nil || len(r.Rounds[protocol]) == 0 {
			continue
		}
		rounds = nil
		var values []float64
		for _, row := range r.Rounds[protocol] {
			rounds = append(rounds, row.Round)
			values = append(values, row.TestAccuracy)
		}
		runs = append(runs, values)
	}
	return runs, rounds
}

// pointName names a point by its values, the protocol and the axis left out
// aside.
func (s Study) pointName(point, without int) string {
	var words []string
	for i, v := range s.Sweep.Values(point) {
		if s.Sweep.Vary[i].Key != "protocol" && i != without {
			words = append(words, valueName(s.Sweep.Vary[i].Key, v))
		}
	}
	if len(words) == 0 && without == none {
		return "all"
	}
	return strings.Join(words, ", ")
}

// valueName is a setting's symbol or name with a value.
func valueName(key, value string) string {
	p, _ := experiment.Find(key)
	e := experiment.Default()
	label := value
	if p.Set(&e, value) == nil {
		label = p.Label(e)
	}
	if p.Kind == experiment.Choice {
		return label
	}
	if p.Symbol != "" {
		return p.Symbol + " = " + label
	}
	return p.Name + " " + label
}

// places are the values of the first axis that is not the protocol, in the
// order given: ∞ stands where it was put, at a place of its own.
func (s Study) places() (names []string) {
	if a := s.mainAxis(); a >= 0 {
		for _, v := range s.Sweep.Vary[a].Values {
			names = append(names, strings.TrimPrefix(valueName(s.Sweep.Vary[a].Key, v), "ε₀ = "))
		}
	}
	return names
}

func (s Study) mainAxis() int {
	return slices.IndexFunc(s.Sweep.Vary, func(a experiment.Axis) bool { return a.Key != "protocol" })
}

// place is the point's value of the main axis, by its index.
func (s Study) place(point int) int {
	a := s.mainAxis()
	if a < 0 {
		return 0
	}
	return slices.Index(s.Sweep.Vary[a].Values, s.Sweep.Values(point)[a])
}
