package page

import (
	"math"
	"slices"
	"strings"
	"testing"
)

func near(a, b float64) bool { return math.Abs(a-b) < 1e-9*(1+math.Abs(b)) }

func TestTicks(t *testing.T) {
	for _, c := range []struct {
		lo, hi float64
		n      int
		want   []float64
	}{
		{0, 1, 4, []float64{0, 0.5, 1}}, {0, 60, 5, []float64{0, 20, 40, 60}}, {0, 20, 5, []float64{0, 5, 10, 15, 20}},
		{0, 2.3, 4, []float64{0, 1, 2}}, {0, 0.04, 4, []float64{0, 0.01, 0.02, 0.03, 0.04}}, {0, 1, 5, []float64{0, 0.2, 0.4, 0.6, 0.8, 1}},
		{7, 13, 5, []float64{8, 10, 12}}, {0.7, 0.8, 4, []float64{0.7, 0.75, 0.8}},
		{0, 0, 5, nil}, {0, -1, 5, nil}, {0, math.NaN(), 5, nil}, {0, math.Inf(1), 5, nil},
	} {
		if got := ticks(c.lo, c.hi, c.n); !slices.EqualFunc(got, c.want, near) {
			t.Errorf("ticks(%g, %g, %d) = %v: want %v", c.lo, c.hi, c.n, got, c.want)
		}
	}
}

func TestTopHoldsEveryValue(t *testing.T) {
	for _, v := range []float64{1e-9, 0.03, 0.99, 1, 1.01, 2.3, 4.7, 1e5, 3e38} {
		c := Chart{Curves: []Curve{{Rounds: []int{0, 0, 0, 0}, Value: []float64{v, math.NaN(), math.Inf(1), v / 2}}}}
		if top := c.frame().hi; top < v || top > 2.5*v {
			t.Errorf("the top for %g is %g", v, top)
		}
	}
	if top := (Chart{}).frame().hi; top != 1 {
		t.Errorf("the top for nothing is %g: want 1", top)
	}
}

// A logarithmic axis ends at round numbers, has none for what is not above 0,
// and shows equal factors as equal steps.
func TestLogAxis(t *testing.T) {
	c := Chart{Logs: true, Log: true, Length: 3}
	c.Curves = []Curve{{Rounds: []int{0, 1, 2, 3}, Value: []float64{0, 30, 3, 0.3}}}
	f := c.frame()
	if f.lo != 0.2 || f.hi != 50 {
		t.Errorf("the axis goes from %g to %g: want 0.2 to 50", f.lo, f.hi)
	}
	if a, b := f.y(3)-f.y(30), f.y(0.3)-f.y(3); !near(a, b) {
		t.Errorf("equal factors are %g and %g high", a, b)
	}
	if got, want := f.yTicks(), []float64{1, 10}; !slices.EqualFunc(got, want, near) {
		t.Errorf("ticks %v: want %v", got, want)
	}
	if got := f.line(c.Curves[0], c.Curves[0].Value); strings.Count(got, "M") != 1 || strings.Count(got, "L") != 2 {
		t.Errorf("the line is %q: want one of three points, without the 0", got)
	}
	c.Curves[0].Value = []float64{1, 2, 3, 4}
	if got, want := c.frame().yTicks(), []float64{1, 2, 5}; !slices.EqualFunc(got, want, near) {
		t.Errorf("ticks %v: want %v", got, want)
	}
	c.Curves[0].Value = []float64{0, math.NaN(), 0, 0}
	if f := c.frame(); !(f.lo > 0) || !(f.hi > f.lo) {
		t.Errorf("with nothing to show the axis goes from %g to %g", f.lo, f.hi)
	}
	c.Curves[0].Value = []float64{1, 1e-30, 1, 1}
	if f := c.frame(); f.lo < 1e-7 {
		t.Errorf("a trace of a number makes the axis begin at %g", f.lo)
	}
}

// A line of four values, the third not a number, breaks in two.
func TestLineBreaksAtDivergence(t *testing.T) {
	curve := Curve{Rounds: []int{0, 1, 2, 3}, Value: []float64{0, 0.5, math.NaN(), 1}, Low: []float64{0, 0, 0, 1}, High: []float64{1, 1, math.NaN(), 1}}
	f := frame{to: 3, right: plotRight, hi: 1}
	if got, want := f.line(curve, curve.Value), "M46.0 114.0L118.0 61.0M262.0 8.0"; got != want {
		t.Errorf("line %q: want %q", got, want)
	}
	if got, want := f.band(curve), "M46.0 8.0L118.0 8.0L262.0 8.0L262.0 8.0L118.0 114.0L46.0 114.0Z"; got != want {
		t.Errorf("band %q: want %q", got, want)
	}
	if got := f.band(Curve{Rounds: []int{0}, Value: []float64{1}, Low: []float64{0}, High: []float64{1}}); got != "" {
		t.Errorf("band of one value %q: want none", got)
	}
	curve.Raw = [][]float64{{0, 0, 0, 0}, {1, 1, 1, 1}}
	if got, want := f.raw(curve), "M46.0 114.0L118.0 114.0L190.0 114.0L262.0 114.0M46.0 8.0L118.0 8.0L190.0 8.0L262.0 8.0"; got != want {
		t.Errorf("raw curves %q: want %q", got, want)
	}
}

// A long curve is drawn by few points, and no peak, trough or gap is lost.
func TestLongCurves(t *testing.T) {
	f := frame{to: 9999, right: plotRight, hi: 1}
	var curve Curve
	for i := range 10000 {
		curve.Rounds, curve.Value = append(curve.Rounds, i), append(curve.Value, 0.5)
	}
	curve.Value[1234], curve.Value[4321], curve.Value[7777] = 1, 0, math.NaN()
	drawn := f.drawn(curve, curve.Value)
	if most := 5 * int(plotRight-plotLeft+1); len(drawn) > most {
		t.Errorf("drawn by %d points: want at most %d", len(drawn), most)
	}
	if !slices.IsSorted(drawn) {
		t.Error("points are out of order")
	}
	for _, i := range []int{0, 1234, 4321, 7777, 9999} {
		if !slices.Contains(drawn, i) {
			t.Errorf("the value of round %d is not drawn", i)
		}
	}
	if n := strings.Count(f.line(curve, curve.Value), "M"); n != 2 {
		t.Errorf("%d pieces: want 2", n)
	}
	// A part of it is drawn by all of its points, and the next on either side.
	part := frame{from: 100, to: 110, right: plotRight, hi: 1}
	if got := part.drawn(curve, curve.Value); got[0] != 99 || got[len(got)-1] != 111 || len(got) != 13 {
		t.Errorf("rounds 100 to 110 are drawn by %v", got)
	}
	// A column that begins with no number still shows its peak.
	curve.Value = slices.Repeat([]float64{math.NaN()}, 10000)
	curve.Value[5] = 0.7
	if !slices.Contains(f.drawn(curve, curve.Value), 5) {
		t.Error("a value among gaps is not drawn")
	}
}

// many is a chart of curves that end at the values.
func many(ends ...float64) Chart {
	c := Chart{Length: 1, Top: 1}
	for i, v := range ends {
		c.Curves = append(c.Curves, Curve{Stroke: StrokeOf(i), Name: "Curve " + string(rune('A'+i)), Rounds: []int{0, 1}, Value: []float64{0, v}})
	}
	return c
}

func TestNamesStandApart(t *testing.T) {
	for _, ends := range [][]float64{
		{0.5, 0.5}, {0.5, 0.52}, {0.52, 0.5}, {0, 1}, {1, 1}, {0, 0}, {0.5},
		{1, 1, 1}, {0, 0, 0, 0}, {0.5, 0.5, 0.5, 0.5, 0.5}, {0, 0.1, 0.9, 1, 0.95}, {0, 0, 0, 1, 1, 1, 1}, {0.3, 0.9, 0.31, 0.89, 0.32, 0.1},
	} {
		c := many(ends...)
		labels := c.labels(c.frame())
		if len(labels) != len(ends) {
			t.Errorf("%v has %d names", ends, len(labels))
			continue
		}
		for i, l := range labels {
			if l.y < plotTop || l.y > plotBottom+5 {
				t.Errorf("a name of %v stands at %g, beside the plot", ends, l.y)
			}
			if i > 0 && l.y-labels[i-1].y < labelApart-1e-9 {
				t.Errorf("names of %v stand at %g and %g", ends, labels[i-1].y, l.y)
			}
			if i > 0 && l.curve.Value[1] > labels[i-1].curve.Value[1] {
				t.Errorf("names of %v stand the wrong way round", ends)
			}
		}
	}
	// Where there is room, they stand at their curves.
	c := many(0.9, 0.5, 0.1)
	f := c.frame()
	for _, l := range c.labels(f) {
		if want := f.y(l.curve.Value[1]) + 4; !near(l.y, want) {
			t.Errorf("%s stands at %g: want %g", l.text, l.y, want)
		}
	}
}

// Too many names, or too long ones, stand in the legend alone, and the plot
// has their room.
func TestLegendWhereThereIsNoRoom(t *testing.T) {
	ten := many(0, .1, .2, .3, .4, .5, .6, .7, .8, .9)
	long := many(0.5)
	long.Curves[0].Name = "a name that is much too long"
	for _, c := range []Chart{ten, long} {
		if c.named() || !c.legend() || len(c.labels(c.frame())) != 0 || c.frame().right != plotWide {
			t.Errorf("%d curves: named %v, legend %v", len(c.Curves), c.named(), c.legend())
		}
	}
	ten.Hidden = []bool{true, true, true, true, true, true, true, true}
	if labels := ten.labels(ten.frame()); len(labels) != 2 || !ten.legend() {
		t.Errorf("two of ten are shown: %d names, legend %v", len(labels), ten.legend())
	}
	if c := many(0, 1); c.legend() || !c.named() {
		t.Error("two curves with names have a legend")
	}
	seen := map[Stroke]bool{}
	for i := range 32 {
		seen[StrokeOf(i)] = true
	}
	if len(seen) != 32 {
		t.Errorf("32 curves have %d strokes", len(seen))
	}
}

// The mark of divergence stands where the line ends.
func TestBreaks(t *testing.T) {
	nan := math.NaN()
	for _, w := range []struct {
		value []float64
		x, y  float64
		ok    bool
		name  string
	}{
		{[]float64{0, 1, nan, nan, nan}, plotLeft + (plotRight-plotLeft)/4, plotTop, true, "Gossip diverged"},
		{[]float64{nan, 1, 1, 1, 1}, plotLeft, plotBottom, true, "Gossip"},
		{[]float64{1, 1, 1, 1, nan}, plotLeft + (plotRight-plotLeft)*3/4, plotTop, true, "Gossip"},
		{[]float64{1, 1, 1, 1, 1}, 0, 0, false, "Gossip"},
	} {
		c := Chart{Length: 4, Top: 1}
		c.Curves = []Curve{{Name: "Gossip", Rounds: []int{0, 1, 2, 3, 4}, Value: w.value}}
		f := c.frame()
		if x, y, ok := f.breaks(c.Curves[0]); ok != w.ok || !near(x, w.x) || !near(y, w.y) {
			t.Errorf("%v breaks at %g, %g, %v: want %g, %g, %v", w.value, x, y, ok, w.x, w.y, w.ok)
		}
		if n := c.labels(f); len(n) != 1 || n[0].text != w.name {
			t.Errorf("%v is named %v: want %q", w.value, n, w.name)
		}
	}
}

// The numbers at the x axis never run into one another, whatever it counts.
func TestXTicks(t *testing.T) {
	texts := func(c Chart) []string {
		var out []string
		edge := 0.0
		for _, m := range xTicks(c, c.frame()) {
			left, wide := m.x, letters(m.text, 6.4)
			switch m.anchor {
			case "middle":
				left -= wide / 2
			case "end":
				left -= wide
			}
			if left < edge {
				t.Errorf("%q begins at %g, the one before ends at %g", m.text, left, edge)
			}
			if edge = left + wide; edge > chartWidth+1 {
				t.Errorf("%q ends at %g", m.text, edge)
			}
			out = append(out, m.text)
		}
		return out
	}
	for _, w := range []struct {
		c    Chart
		want []string
	}{
		{Chart{Axis: Rounds, Length: 20}, []string{"0", "5", "10", "15", "20 rounds"}},
		{Chart{Axis: Rounds, Length: 1}, []string{"0", "1 rounds"}},
		{Chart{Axis: Rounds, Length: 20, From: 7, To: 9}, []string{"7", "8", "9 rounds"}},
		{Chart{Axis: Messages, Length: 400}, []string{"0", "100", "200", "300", "400 messages"}},
		{Chart{Axis: Bytes, Length: 7.3e6}, []string{"0", "2", "4", "6 MB"}},
		{Chart{Axis: Bytes, Length: 2e4}, []string{"0", "5", "10", "15", "20 kB"}},
	} {
		if got := texts(w.c); !slices.Equal(got, w.want) {
			t.Errorf("%s to %g: %q, want %q", w.c.Axis, w.c.Length, got, w.want)
		}
		wide := w.c
		wide.Curves = many(0, 0, 0, 0, 0, 0, 0, 0, 0).Curves
		texts(wide)
	}
}

func TestNumbers(t *testing.T) {
	for x, want := range map[float64]string{0: "0", 8.1e-7: "<0.001", 0.0123456: "0.0123", 1.339: "1.34", 187.2: "187", 999.4: "999", 999.7: "1k", 22100: "22.1k", 0.00123: "0.00123", 3.4e7: "34M", 9.99e8: "999M", 2e20: "2e20", math.NaN(): "diverged", math.Inf(1): "diverged"} {
		if got := threeDigits(x); got != want {
			t.Errorf("%g is written %q: want %q", x, got, want)
		}
	}
	for x, want := range map[float64]string{0: "0.0 %", 0.3149: "31.5 %", 1: "100.0 %", math.NaN(): "diverged"} {
		if got := percent(x); got != want {
			t.Errorf("%g is written %q: want %q", x, got, want)
		}
	}
}

func TestValueAt(t *testing.T) {
	c := Curve{Rounds: []int{0, 5, 10}, Value: []float64{1, 2, 3}}
	for round, want := range map[int]float64{0: 1, 4: 1, 5: 2, 9: 2, 10: 3, 99: 3} {
		if got, ok := c.at(float64(round)); !ok || got != want {
			t.Errorf("at round %d: %g, want %g", round, got, want)
		}
		if i := c.index(round); c.Value[i] != want {
			t.Errorf("round %d is the value %d", round, i)
		}
	}
	if _, ok := c.at(-1); ok {
		t.Error("there is a value before the first")
	}
	c.X = []float64{0, 100, 300}
	if got, _ := c.at(299); got != 2 {
		t.Errorf("at 299 messages: %g, want 2", got)
	}
}
