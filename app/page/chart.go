package page

import (
	"math"
	"strconv"
	"strings"

	"grapevine/app/experiment"
	"grapevine/app/wire"
)

// Stroke is how a curve is drawn: a colour of the page's palette and a pattern
// of dashes, so that colour is never alone. The page's styles name them c0,
// c1, … and d0, d1, ….
type Stroke struct{ Colour, Dash int }

// How many colours and patterns there are.
const (
	colours = 8
	dashes  = 4
)

// The strokes of the two protocols, everywhere.
var (
	strokeGossip = Stroke{0, 0}
	strokeFedAvg = Stroke{1, 1}
)

// StrokeOf is the stroke of the i-th of many curves. The first 32 differ, and
// neighbours differ in both colour and dashes.
func StrokeOf(i int) Stroke { return Stroke{i % colours, (i + i/colours) % dashes} }

// classes are the stroke's names in the page's styles.
func (l Stroke) classes() []string {
	return []string{"c" + strconv.Itoa(l.Colour), "d" + strconv.Itoa(l.Dash)}
}

// Curve is one line over the rounds that were evaluated, and what goes with
// it. Values that are not finite are gaps.
type Curve struct {
	Stroke    Stroke
	Name      string
	Label     string // beside the line, where Name is too long; "": Name
	Rounds    []int
	X         []float64   // where the chart's x axis is not rounds: by Rounds
	Value     []float64   // by Rounds
	Low, High []float64   // nil: no band
	Raw       [][]float64 // by Rounds: drawn faintly beneath
	Thin      bool        // a line that only helps to read another
}

// Chart is what one chart shows.
type Chart struct {
	ID, Title string
	Hint      string // what else there is to know: of what, and that
	HintOf    string
	Curves    []Curve
	Hidden    []bool // by Curves; shorter: shown
	Axis      Axis
	Length    float64  // the end of the x axis
	Places    []string // where x is no number but one of these: 0, 1, …
	From, To  float64  // the part of it that is drawn; To is not above From: all
	Top       float64  // of the y axis, unless a part is drawn; 0: as the values need
	Never     float64  // the place of "never" on the y axis, above all numbers; 0: none
	Logs      bool     // the y axis can be logarithmic, and
	Log       bool     // is
	Format    func(float64) string
}

var (
	protocolNames   = map[string]string{experiment.FedAvg: "FedAvg", experiment.Gossip: "Gossip"}
	protocolStrokes = map[string]Stroke{experiment.FedAvg: strokeFedAvg, experiment.Gossip: strokeGossip}
)

// charts are the model's charts.
func (m Model) charts() []Chart {
	v := m.Charts
	accuracy := Chart{ID: "accuracy", Title: "Test accuracy", Top: 1, Format: percent}
	loss := Chart{ID: "loss", Title: "Test loss", Logs: true, Format: threeDigits}
	distance := Chart{ID: "distance", Title: "Distance between clients", Logs: true, Format: threeDigits}
	length := float64(m.Experiment.Rounds)
	if v.Axis != Rounds {
		length = m.length(v.Axis)
	}
	for i := range m.Trace.Runs {
		run := &m.Trace.Runs[i]
		base := Curve{Stroke: protocolStrokes[run.Protocol], Name: protocolNames[run.Protocol]}
		for i, r := range run.Rounds {
			if r.Evaluation != nil {
				base.Rounds = append(base.Rounds, i)
			}
		}
		if v.Axis != Rounds {
			sent := spent(run, v.Axis)
			for _, round := range base.Rounds {
				base.X = append(base.X, sent[round])
			}
		}
		column := func(get func(*experiment.Evaluation) float64) []float64 {
			values := make([]float64, len(base.Rounds))
			for i, round := range base.Rounds {
				values[i] = get(run.Rounds[round].Evaluation)
			}
			return values
		}
		with := func(value []float64) Curve {
			c := base
			c.Value = value
			return c
		}
		a := with(column(func(e *experiment.Evaluation) float64 { return e.TestAccuracy }))
		gossip := run.Protocol == experiment.Gossip
		if gossip {
			a.Low = column(func(e *experiment.Evaluation) float64 { return e.MinAccuracy })
			a.High = column(func(e *experiment.Evaluation) float64 { return e.MaxAccuracy })
		}
		accuracy.Curves = append(accuracy.Curves, a)
		loss.Curves = append(loss.Curves, with(column(func(e *experiment.Evaluation) float64 { return float64(e.TestLoss) })))
		if gossip {
			d := with(column(func(e *experiment.Evaluation) float64 { return float64(e.ConsensusDistance) }))
			distance.Curves = append(distance.Curves, d)
			if p, ok := m.averaging(d); ok {
				distance.Curves = append(distance.Curves, p)
				distance.HintOf, distance.Hint = "The dotted line", averagingHint
			}
			if m.Selected != wire.None && m.Selected < m.Experiment.Clients {
				own := with(m.ownAccuracies(run, base.Rounds))
				own.Stroke, own.Name, own.Thin = Stroke{2, 0}, "Client "+strconv.Itoa(m.Selected), true
				accuracy.Curves = append(accuracy.Curves, own)
			}
		}
	}
	length = max(length, m.overlay(&accuracy, &loss, &distance))
	charts := []Chart{accuracy, loss}
	if len(distance.Curves) > 0 || m.Experiment.Runs(experiment.Gossip) {
		charts = append(charts, distance)
	}
	for i := range charts {
		charts[i].Length = length
		v.apply(&charts[i])
	}
	return charts
}

// ownAccuracies are the selected client's at the rounds; a model that diverged
// has none.
func (m Model) ownAccuracies(run *experiment.Run, rounds []int) []float64 {
	values := make([]float64, len(rounds))
	for i, round := range rounds {
		values[i] = math.NaN()
		if models := run.Rounds[round].Evaluation.Models; m.Selected < len(models) && !models[m.Selected].Diverged {
			values[i] = models[m.Selected].Accuracy
		}
	}
	return values
}

// averagingHint says what the line of averaging is: an upper bound for
// averaging alone, and no bound for a run.
const averagingHint = "What averaging alone would leave of round 1’s distance, at most: in expectation its square shrinks each round to λ₂ of the expected mixing matrix, or below. Training moves clients apart anew in every round; where a run lies above the line, it does so faster than exchanges bring them together."

// averaging is the distance that averaging alone would leave of the one at the
// first evaluation after round 0; ok is false where there is nothing to show.
//
// One exchange along the edge (i, j) multiplies the clients' parameters by
// W = I − (e_i − e_j)(e_i − e_j)ᵀ/2, a projection: WᵀW = W. So what is left of
// the deviation y = x − x̄ has E‖Wy‖² = yᵀE[W]y ≤ λ₂(E[W])‖y‖² (Boyd, Ghosh,
// Prabhakar and Shah 2006, Randomized gossip algorithms, §II). Over r rounds,
// of λ₂ = 1 − gap each, the root mean square is at most λ₂^(r/2) of what it
// was. The chart's distance is the mean over clients, not the root mean
// square; the same factor stands for both.
func (m Model) averaging(d Curve) (Curve, bool) {
	f := m.Facts
	if f == nil || f.SpectralGap <= 0 || f.SpectralGap > 1 || len(d.Rounds) < 3 || d.Rounds[0] != 0 {
		return Curve{}, false
	}
	same := f.Experiment
	same.Rounds = m.Experiment.Rounds
	if same != m.Experiment || !finite(d.Value[1]) || d.Value[1] <= 0 {
		return Curve{}, false
	}
	c := Curve{Stroke: Stroke{4, 2}, Name: "Predicted without training", Label: "predicted", Thin: true, Rounds: d.Rounds[1:]}
	if d.X != nil {
		c.X = d.X[1:]
	}
	for _, r := range c.Rounds {
		c.Value = append(c.Value, d.Value[1]*math.Pow(1-f.SpectralGap, float64(r-c.Rounds[0])/2))
	}
	return c, true
}

func (c Chart) hidden(i int) bool { return i < len(c.Hidden) && c.Hidden[i] }

// x is where the i-th value stands on the x axis.
func (c Curve) x(i int) float64 {
	if c.X != nil {
		return c.X[i]
	}
	return float64(c.Rounds[i])
}

func (c Curve) label() string {
	if c.Label != "" {
		return c.Label
	}
	return c.Name
}

// at is the curve's value at the place on the x axis, or at the last one
// before.
func (c Curve) at(x float64) (float64, bool) {
	for i := len(c.Rounds) - 1; i >= 0; i-- {
		if c.x(i) <= x {
			return c.Value[i], true
		}
	}
	return 0, false
}

// index is the place in Rounds of the round, or of the last one evaluated
// before; -1 where there is none.
func (c Curve) index(round int) int {
	i := len(c.Rounds) - 1
	for i >= 0 && c.Rounds[i] > round {
		i--
	}
	return i
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
// millions or by its power of ten where it is large or small, so that it fits
// beside an axis.
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
	return strings.Replace(strconv.FormatFloat(x, 'g', 3, 64), "e-0", "e-", 1) + unit
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }
