package page

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"grapevine/app/experiment"
)

// sweepCharts are the figures of the sweep, from the runs that are there:
// accuracy against rounds for each method, a curve for each value, final
// accuracy against the values, and once all runs are there the rounds that it
// took to learn. Of several seeds they show the mean, a band of a standard
// deviation to either side, and the single runs faintly beneath.
func (m Model) sweepCharts() []Chart {
	s := m.Study
	if !s.Begun || !slices.ContainsFunc(s.Results, func(r *experiment.Result) bool { return r != nil }) {
		return nil
	}
	var charts []Chart
	places, of := s.places()
	finals := Chart{ID: "sweep-final", Title: "Final accuracy against " + of, Top: 1, Format: percent, Places: places, Length: float64(len(places) - 1)}
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
				finals.addFinal(first, protocol, s.pointName(point, s.mainAxis()), s.place(s.Sweep.Values(point)), runs)
			}
		}
		charts = append(charts, c)
	}
	if len(finals.Curves) > 0 {
		charts = append(charts, finals)
	}
	if c, ok := s.roundsChart(); ok {
		charts = append(charts, c)
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
	ends := make([]float64, len(runs))
	for j, r := range runs {
		ends[j] = r[len(r)-1]
	}
	b := experiment.Summarise(ends)
	curve := c.addPlace(first, protocol, of, place, b.Mean, ends)
	curve.Low = append(curve.Low, math.Max(0, b.Mean-b.Deviation))
	curve.High = append(curve.High, math.Min(1, b.Mean+b.Deviation))
}

// addPlace adds a value at a place, and the single runs' beneath it, to the
// protocol's curve of the name; those from first on are the protocol's.
func (c *Chart) addPlace(first int, protocol, of string, place int, value float64, runs []float64) *Curve {
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
	curve := &c.Curves[i]
	if len(runs) > 1 {
		for len(curve.Raw) < len(runs) { // a run that was not there before has gaps
			curve.Raw = append(curve.Raw, slices.Repeat([]float64{math.NaN()}, len(curve.Value)))
		}
	}
	for j := range curve.Raw {
		v := math.NaN()
		if j < len(runs) {
			v = runs[j]
		}
		curve.Raw[j] = append(curve.Raw[j], v)
	}
	curve.Rounds = append(curve.Rounds, len(curve.Rounds))
	curve.X = append(curve.X, float64(place))
	curve.Value = append(curve.Value, value)
	return curve
}

// roundsChart is how many rounds a complete sweep took to come to 90 % of what
// ε = ∞ reaches, against the values: the median over the seeds, and the single
// runs. "Never" has a place of its own above the last round. ok is false where
// the sweep does not say.
func (s Study) roundsChart() (c Chart, ok bool) {
	places, of := s.places()
	if !s.complete() || len(places) < 2 {
		return c, false
	}
	outcomes, err := s.Sweep.Outcomes(s.results())
	if err != nil {
		return c, false
	}
	last := 0
	for _, o := range outcomes {
		last = max(last, o.Rounds[len(o.Rounds)-1])
	}
	c = Chart{ID: "sweep-rounds", Title: "Rounds to 90 % of ε₀ = ∞, against " + of, Places: places, Length: float64(len(places) - 1), Never: 1.14 * float64(last)}
	c.Top = 1.2 * float64(last)
	c.Format = func(v float64) string {
		if v >= c.Never {
			return "never"
		}
		return strconv.FormatFloat(v, 'g', -1, 64)
	}
	for _, protocol := range s.protocols() {
		first := len(c.Curves)
		for _, o := range outcomes {
			if o.Protocol != protocol || o.Reached == nil {
				continue
			}
			median, reached := experiment.MedianRounds(o.Reached)
			if !reached {
				median = c.Never
			}
			runs := make([]float64, len(o.Reached))
			for i, r := range o.Reached {
				if runs[i] = float64(r); r == experiment.Never {
					runs[i] = c.Never
				}
			}
			c.addPlace(first, protocol, s.valuesName(o.Values, s.mainAxis()), s.place(o.Values), median, runs)
		}
	}
	return c, len(c.Curves) > 0
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
	return s.valuesName(s.Sweep.Values(point), without)
}

func (s Study) valuesName(values []string, without int) string {
	var words []string
	for i, v := range values {
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
	label := valueLabel(p, value)
	if p.Kind == experiment.Choice {
		return label
	}
	if p.Symbol != "" {
		return p.Symbol + " = " + label
	}
	return p.Name + " " + label
}

func valueLabel(p experiment.Property, value string) string {
	e := experiment.Default()
	if p.Set(&e, value) != nil {
		return value
	}
	return p.Label(e)
}

// places are the values of the first axis that is not the protocol, in the
// order given, and the setting's symbol or name: ∞ stands where it was put, at
// a place of its own.
func (s Study) places() (names []string, of string) {
	a := s.mainAxis()
	if a < 0 {
		return nil, ""
	}
	axis := s.Sweep.Vary[a]
	p, _ := experiment.Find(axis.Key)
	for _, v := range axis.Values {
		names = append(names, valueLabel(p, v))
	}
	if p.Symbol != "" {
		return names, p.Symbol
	}
	return names, strings.ToLower(p.Name)
}

func (s Study) mainAxis() int {
	return slices.IndexFunc(s.Sweep.Vary, func(a experiment.Axis) bool { return a.Key != "protocol" })
}

// place is a point's value of the main axis, by its index.
func (s Study) place(values []string) int {
	a := s.mainAxis()
	if a < 0 {
		return 0
	}
	return slices.Index(s.Sweep.Vary[a].Values, values[a])
}
