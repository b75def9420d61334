package page

import (
	"fmt"
	"maps"
	"math"
	"strconv"

	"grapevine/app/experiment"
	"grapevine/app/wire"
)

// Axis is what the charts' x axes count.
type Axis string

// The axes.
const (
	Rounds   Axis = "rounds"
	Messages Axis = "messages" // sent by everybody of a run together
	Bytes    Axis = "bytes"    // likewise
)

// axes are those that can be chosen, with their names.
var axes = [...]struct {
	axis Axis
	name string
}{{Rounds, "rounds"}, {Messages, "messages sent"}, {Bytes, "bytes sent"}}

// ChartState is how a person has set the charts. A value is never changed.
type ChartState struct {
	Axis     Axis
	From, To float64         // the part of the axis that is drawn; To is not above From: all
	Logs     map[string]bool // the charts whose y axis is logarithmic, by ID
	Off      map[string]bool // the curves that are hidden, by name
	Reading  float64         // the place on the x axis that the charts read out, or wire.None
	Drag     Drag
	Heat     bool // the map of accuracy by client and digit is unfolded
	HeatRows bool // and so is its table
	Cell     Cell // that the map reads out
}

// Drag is a range that is being chosen with the pointer over a chart.
type Drag struct {
	Chart    string // "" for none
	From, To float64
}

// Cell is a place on the map of accuracy by client and digit.
type Cell struct{ Row, Digit int }

var noCell = Cell{wire.None, wire.None}

func newChartState() ChartState {
	return ChartState{Axis: Rounds, Reading: wire.None, Cell: noCell}
}

// chartEvent is what a person does to the charts.
type chartEvent interface {
	alter(ChartState) ChartState
}

type (
	Read        struct{ X float64 } // reads the charts out there; wire.None: no more
	Count       struct{ Axis Axis } // has the x axes count it
	Zoom        struct{ From, To float64 }
	Logarithmic struct{ Chart string } // turns the chart's log axis on or off
	Toggle      struct{ Curve string } // shows the curves of the name, or hides them
	Heat        struct{ Open bool }
	HeatRows    struct{ Open bool }
)

func (e Drag) alter(v ChartState) ChartState { v.Drag = e; return v }
func (e Cell) alter(v ChartState) ChartState { v.Cell = e; return v }
func (e Heat) alter(v ChartState) ChartState { v.Heat, v.Cell = e.Open, noCell; return v }

func (e HeatRows) alter(v ChartState) ChartState { v.HeatRows = e.Open; return v }

// Read moves the part that is drawn along, where it reads beside it.
func (e Read) alter(v ChartState) ChartState {
	v.Reading = e.X
	if e.X == wire.None || !v.zoomed() {
		return v
	}
	by := max(0, e.X-v.To) + min(0, e.X-v.From)
	v.From, v.To = v.From+by, v.To+by
	return v
}

func (e Count) alter(v ChartState) ChartState {
	v = v.whole()
	v.Axis = e.Axis
	return v
}

// Zoom draws a part of the x axis; one that is empty stands for all of it.
func (e Zoom) alter(v ChartState) ChartState {
	v = v.whole()
	if finite(e.From) && finite(e.To) && e.To > e.From {
		v.From, v.To = max(0, e.From), e.To
	}
	return v
}

func (e Logarithmic) alter(v ChartState) ChartState {
	v.Logs = toggledKey(v.Logs, e.Chart)
	return v
}

func (e Toggle) alter(v ChartState) ChartState {
	v.Off = toggledKey(v.Off, e.Curve)
	return v
}

func toggledKey(set map[string]bool, key string) map[string]bool {
	set = maps.Clone(set)
	if set == nil {
		set = map[string]bool{}
	}
	set[key] = !set[key]
	return set
}

// whole draws all of the x axis, and reads nothing out.
func (v ChartState) whole() ChartState {
	v.From, v.To, v.Reading, v.Drag = 0, 0, wire.None, Drag{}
	return v
}

func (v ChartState) zoomed() bool { return v.To > v.From }

// apply sets the chart as the person has.
func (v ChartState) apply(c *Chart) {
	c.Axis, c.From, c.To = v.Axis, v.From, v.To
	c.Log = c.Logs && v.Logs[c.ID]
	c.Hidden = make([]bool, len(c.Curves))
	for i, curve := range c.Curves {
		c.Hidden[i] = v.Off[curve.Name]
	}
}

// spent is what the run had sent after each of its rounds, in messages or in
// bytes. An exchange is two messages, there and back.
func spent(run *experiment.Run, by Axis) []float64 {
	sums, sum := make([]float64, len(run.Rounds)), 0.0
	for i, r := range run.Rounds {
		if by == Messages {
			sum += 2 * float64(len(r.Exchanges))
		} else {
			for _, x := range r.Exchanges {
				sum += float64(x.Bytes)
			}
		}
		sums[i] = sum
	}
	return sums
}

// length is where the x axis ends: at what the costlier run will have sent
// after its last round, if it goes on as it did.
func (m Model) length(by Axis) float64 {
	most := 0.0
	for i := range m.Trace.Runs {
		sent := spent(&m.Trace.Runs[i], by)
		if n := len(sent) - 1; n > 0 {
			most = max(most, sent[n]*float64(m.Experiment.Rounds)/float64(n))
		}
	}
	return most
}

// write writes a place on the axis, with its unit.
func (a Axis) write(x float64) string {
	switch a {
	case Messages:
		return short(math.Round(x)) + " messages"
	case Bytes:
		unit, name := byteUnit(x)
		return short(x/unit) + " " + name
	}
	return fmt.Sprintf("round %d", int(x))
}

// byteUnit is the unit for that many bytes.
func byteUnit(most float64) (float64, string) {
	switch {
	case most >= 1e9:
		return 1e9, "GB"
	case most >= 1e6:
		return 1e6, "MB"
	}
	return 1e3, "kB"
}

// tick writes a round number at an axis that goes to the end; unit is what
// follows the last of them.
func (a Axis) tick(x, end float64) (number, unit string) {
	switch a {
	case Messages:
		return short(x), "messages"
	case Bytes:
		scale, name := byteUnit(end)
		return short(x / scale), name
	}
	return strconv.Itoa(int(x)), "rounds"
}

// chartKey is what a key does to a chart that has the focus, nil for nothing.
func (m Model) chartKey(c Chart, key string) any {
	f := c.frame()
	at := m.Charts.Reading
	if at == wire.None {
		at = m.shownX(c)
	}
	width := f.to - f.from
	switch key {
	case "ArrowLeft":
		return Read{c.neighbour(at, -1)}
	case "ArrowRight":
		return Read{c.neighbour(at, 1)}
	case "Home":
		return Read{c.neighbour(math.Inf(-1), 1)}
	case "End":
		return Read{c.neighbour(math.Inf(1), -1)}
	case "Escape":
		return Read{wire.None}
	case "+", "=":
		return c.around(at, width/2)
	case "-", "−":
		if !m.Charts.zoomed() || width*2 >= c.Length {
			return Zoom{}
		}
		return c.around(at, width*2)
	case "0":
		return Zoom{}
	}
	return nil
}

// shownX is where the player's round stands in the chart: with another axis
// than rounds, in its first curve.
func (m Model) shownX(c Chart) float64 {
	if c.Axis == Rounds {
		return float64(m.ShownRound())
	}
	for _, curve := range c.Curves {
		if i := curve.index(m.ShownRound()); i >= 0 {
			return curve.x(i)
		}
	}
	return 0
}

// around is the part of the chart's x axis of the width about a place.
func (c Chart) around(at, width float64) Zoom {
	if c.Axis == Rounds {
		width = max(1, math.Ceil(width))
	}
	from := max(0, min(at-width/2, c.Length-width))
	return c.snap(from, from+width)
}

// snap is a range of the x axis at whole rounds, no shorter than one.
func (c Chart) snap(from, to float64) Zoom {
	from, to = max(0, min(from, to)), min(c.Length, max(from, to))
	if c.Axis == Rounds {
		from, to = math.Round(from), math.Round(to)
		if to <= from {
			to = min(from+1, c.Length)
			from = to - 1
		}
	}
	return Zoom{from, to}
}

// neighbour is the next place after x, or before it, that one of the curves
// has a value at; the last where there is none beyond.
func (c Chart) neighbour(x float64, step int) float64 {
	best, edge := math.NaN(), x
	for i, curve := range c.Curves {
		if c.hidden(i) {
			continue
		}
		for j := range curve.Rounds {
			at := curve.x(j)
			if d := (at - x) * float64(step); d > 0 && !((at-best)*float64(step) >= 0) {
				best = at
			}
			if math.IsInf(edge, 0) {
				edge = at
			}
		}
	}
	switch {
	case !math.IsNaN(best):
		return best
	case math.IsInf(edge, 0):
		return 0
	}
	return edge
}

// nearest is the place nearest to x that one of the curves has a value at.
func (c Chart) nearest(x float64) float64 {
	best := 0.0
	for i, curve := range c.Curves {
		if c.hidden(i) {
			continue
		}
		for j := range curve.Rounds {
			if at := curve.x(j); math.Abs(at-x) < math.Abs(best-x) {
				best = at
			}
		}
	}
	return best
}
