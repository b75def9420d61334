package page

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"grapevine/app/experiment"
)

// The drawing's units are CSS pixels at its natural size.
const (
	chartWidth  = 340.0
	chartHeight = 144.0
	plotLeft    = 46.0
	plotRight   = 262.0 // the rest is for the curves' names
	plotTop     = 8.0
	plotBottom  = 122.0
)

// Curve is one line over the rounds that were evaluated, and the band around
// it. Values that are not finite are gaps.
type Curve struct {
	Protocol  string
	Name      string
	Rounds    []int
	Value     []float64 // by Rounds
	Low, High []float64 // nil: no band
	Kept      bool      // of a run on the shelf: the comparison's table names it
}

// Chart is what one chart shows.
type Chart struct {
	ID, Title string
	Curves    []Curve
	Rounds    int     // the end of the x axis
	Top       float64 // of the y axis; 0: as the values need
	Format    func(float64) string
}

var protocolNames = map[string]string{experiment.FedAvg: "FedAvg", experiment.Gossip: "Gossip"}

// charts are the model's charts.
func (m Model) charts() []Chart {
	accuracy := Chart{ID: "accuracy", Title: "Test accuracy", Rounds: m.Experiment.Rounds, Top: 1, Format: percent}
	loss := Chart{ID: "loss", Title: "Test loss", Rounds: m.Experiment.Rounds, Format: threeDigits}
	distance := Chart{ID: "distance", Title: "Distance between clients", Rounds: m.Experiment.Rounds, Format: threeDigits}
	for _, run := range m.Trace.Runs {
		name := protocolNames[run.Protocol]
		var rounds []int
		for i, r := range run.Rounds {
			if r.Evaluation != nil {
				rounds = append(rounds, i)
			}
		}
		column := func(get func(*experiment.Evaluation) float64) []float64 {
			values := make([]float64, len(rounds))
			for i, round := range rounds {
				values[i] = get(run.Rounds[round].Evaluation)
			}
			return values
		}
		a := Curve{Protocol: run.Protocol, Name: name, Rounds: rounds, Value: column(func(e *experiment.Evaluation) float64 { return e.TestAccuracy })}
		if run.Protocol == experiment.Gossip {
			a.Low = column(func(e *experiment.Evaluation) float64 { return e.MinAccuracy })
			a.High = column(func(e *experiment.Evaluation) float64 { return e.MaxAccuracy })
			distance.Curves = append(distance.Curves, Curve{Protocol: run.Protocol, Name: name, Rounds: rounds,
				Value: column(func(e *experiment.Evaluation) float64 { return float64(e.ConsensusDistance) })})
		}
		accuracy.Curves = append(accuracy.Curves, a)
		loss.Curves = append(loss.Curves, Curve{Protocol: run.Protocol, Name: name, Rounds: rounds,
			Value: column(func(e *experiment.Evaluation) float64 { return float64(e.TestLoss) })})
	}
	m.overlay(&accuracy, &loss, &distance)
	if m.Experiment.Runs(experiment.Gossip) || len(distance.Curves) > 0 {
		return []Chart{accuracy, loss, distance}
	}
	return []Chart{accuracy, loss}
}

func percent(x float64) string {
	if !finite(x) {
		return "diverged"
	}
	return strconv.FormatFloat(100*x, 'f', 1, 64) + " %"
}

func threeDigits(x float64) string {
	if !finite(x) {
		return "diverged"
	}
	if x > 0 && x < 0.0005 {
		return "<0.001" // what is left of rounding is no news
	}
	return short(x)
}

// short writes a number of at least 0 with three digits, in thousands and
// millions or by its power of ten where it is large, so that it fits beside an
// axis.
func short(x float64) string {
	if x >= 999.5e6 {
		return strings.Replace(strconv.FormatFloat(x, 'g', 2, 64), "e+", "e", 1)
	}
	unit := ""
	for _, u := range [...]string{"k", "M"} {
		if x < 999.5 {
			break
		}
		x, unit = x/1000, u
	}
	return strconv.FormatFloat(x, 'g', 3, 64) + unit
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

// ymax is the top of the y axis, a round number at or above every value.
func (c Chart) ymax() float64 {
	if c.Top > 0 {
		return c.Top
	}
	top := 0.0
	for _, curve := range c.Curves {
		for _, v := range curve.Value {
			if finite(v) {
				top = max(top, v)
			}
		}
	}
	if top == 0 {
		return 1
	}
	step := niceStep(top / 4)
	return math.Ceil(top/step-1e-9) * step
}

// niceStep is the least of 1, 2, 5, 10 … times a power of ten that is at
// least x.
func niceStep(x float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(x)))
	for _, f := range [...]float64{1, 2, 5} {
		if f*power >= x*(1-1e-9) {
			return f * power
		}
	}
	return 10 * power
}

// ticks are round numbers from 0 to top, at most n steps apart; none where top
// is not a number above 0.
func ticks(top float64, n int) []float64 {
	if !(top > 0) || !finite(top) {
		return nil
	}
	step := niceStep(top / float64(n))
	var t []float64
	for i := 0; float64(i)*step <= top*(1+1e-9); i++ {
		t = append(t, float64(i)*step)
	}
	return t
}

func (c Chart) x(round float64) float64 {
	return plotLeft + (plotRight-plotLeft)*round/float64(max(1, c.Rounds))
}

func (c Chart) y(v, top float64) float64 {
	return plotBottom - (plotBottom-plotTop)*max(0, min(1, v/top))
}

// drawn are the indexes of the values that a curve of many is drawn by: in
// every column of pixels the first and the last, the least and the greatest
// and one that is no number.
func (c Chart) drawn(curve Curve) []int {
	var out []int
	for i := 0; i < len(curve.Value); {
		column, end := math.Floor(c.x(float64(curve.Rounds[i]))), i
		low, high, gap := i, i, i // where the first is no number, the next ones replace it
		for ; end < len(curve.Value) && math.Floor(c.x(float64(curve.Rounds[end]))) == column; end++ {
			switch v := curve.Value[end]; {
			case !finite(v):
				gap = end
			case !(v >= curve.Value[low]):
				low = end
			case !(v <= curve.Value[high]):
				high = end
			}
		}
		keep := []int{i, low, high, gap, end - 1}
		slices.Sort(keep)
		out = append(out, slices.Compact(keep)...)
		i = end
	}
	return out
}

// line is the path of a curve; it breaks where a value is not finite.
func (c Chart) line(curve Curve, top float64) string {
	var b strings.Builder
	pen := "M"
	for _, i := range c.drawn(curve) {
		v := curve.Value[i]
		if !finite(v) {
			pen = "M"
			continue
		}
		fmt.Fprintf(&b, "%s%.1f %.1f", pen, c.x(float64(curve.Rounds[i])), c.y(v, top))
		pen = "L"
	}
	return b.String()
}

// band is the outline of the curve's band.
func (c Chart) band(curve Curve, top float64) string {
	var up, down []string
	if curve.Low == nil {
		return ""
	}
	for _, i := range c.drawn(curve) {
		lo, hi := curve.Low[i], curve.High[i]
		if !finite(lo) || !finite(hi) {
			continue
		}
		x := c.x(float64(curve.Rounds[i]))
		up = append(up, fmt.Sprintf("%.1f %.1f", x, c.y(hi, top)))
		down = append(down, fmt.Sprintf("%.1f %.1f", x, c.y(lo, top)))
	}
	if len(up) < 2 {
		return ""
	}
	for i, j := 0, len(down)-1; i < j; i, j = i+1, j-1 {
		down[i], down[j] = down[j], down[i]
	}
	return "M" + strings.Join(up, "L") + "L" + strings.Join(down, "L") + "Z"
}

// breaks is where the curve first stops being finite: at its last finite value
// before, or at the bottom.
func (c Chart) breaks(curve Curve, top float64) (x, y float64, ok bool) {
	for i, v := range curve.Value {
		switch {
		case finite(v):
		case i == 0:
			return c.x(float64(curve.Rounds[0])), c.y(0, top), true
		default:
			return c.x(float64(curve.Rounds[i-1])), c.y(curve.Value[i-1], top), true
		}
	}
	return 0, 0, false
}

// name is a curve's direct label. It stands at the newest finite value.
type name struct {
	curve Curve
	text  string
	x, y  float64
}

// names places the labels so that none covers another.
func (c Chart) names(top float64) []name {
	const apart = 14.0
	var names []name
	for _, curve := range c.Curves {
		for i := len(curve.Value) - 1; i >= 0; i-- {
			if v := curve.Value[i]; finite(v) && !curve.Kept {
				n := name{curve, curve.Name, c.x(float64(curve.Rounds[i])) + 6, c.y(v, top) + 4}
				if i < len(curve.Value)-1 {
					n.x += 4 // beside the mark
					if n.x < plotRight-60 {
						n.text += " diverged"
					}
				}
				names = append(names, n)
				break
			}
		}
	}
	if len(names) == 2 {
		upper, lower := &names[0], &names[1]
		if lower.y < upper.y {
			upper, lower = lower, upper
		}
		if gap := lower.y - upper.y; gap < apart {
			upper.y -= (apart - gap) / 2
			lower.y += (apart - gap) / 2
		}
	}
	return names
}

// at is the curve's value at the round, or at the last one evaluated before.
func (c Curve) at(round int) (float64, bool) {
	for i := len(c.Rounds) - 1; i >= 0; i-- {
		if c.Rounds[i] <= round {
			return c.Value[i], true
		}
	}
	return 0, false
}
