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
		top  float64
		n    int
		want []float64
	}{
		{1, 4, []float64{0, 0.5, 1}}, {60, 5, []float64{0, 20, 40, 60}}, {20, 5, []float64{0, 5, 10, 15, 20}},
		{2.3, 4, []float64{0, 1, 2}}, {0.04, 4, []float64{0, 0.01, 0.02, 0.03, 0.04}}, {1, 5, []float64{0, 0.2, 0.4, 0.6, 0.8, 1}},
		{0, 5, nil}, {-1, 5, nil}, {math.NaN(), 5, nil}, {math.Inf(1), 5, nil},
	} {
		if got := ticks(c.top, c.n); !slices.EqualFunc(got, c.want, near) {
			t.Errorf("ticks(%g, %d) = %v: want %v", c.top, c.n, got, c.want)
		}
	}
}

func TestTopHoldsEveryValue(t *testing.T) {
	for _, v := range []float64{1e-9, 0.03, 0.99, 1, 1.01, 2.3, 4.7, 1e5, 3e38} {
		c := Chart{Curves: []Curve{{Value: []float64{v, math.NaN(), math.Inf(1), v / 2}}}}
		if top := c.ymax(); top < v || top > 2.5*v {
			t.Errorf("the top for %g is %g", v, top)
		}
	}
	if top := (Chart{}).ymax(); top != 1 {
		t.Errorf("the top for nothing is %g: want 1", top)
	}
}

// A line of four values, the third not a number, breaks in two.
func TestLineBreaksAtDivergence(t *testing.T) {
	c := Chart{Rounds: 3, Top: 1}
	curve := Curve{Rounds: []int{0, 1, 2, 3}, Value: []float64{0, 0.5, math.NaN(), 1}, Low: []float64{0, 0, 0, 1}, High: []float64{1, 1, math.NaN(), 1}}
	if got, want := c.line(curve, 1), "M46.0 122.0L118.0 65.0M262.0 8.0"; got != want {
		t.Errorf("line %q: want %q", got, want)
	}
	if got, want := c.band(curve, 1), "M46.0 8.0L118.0 8.0L262.0 8.0L262.0 8.0L118.0 122.0L46.0 122.0Z"; got != want {
		t.Errorf("band %q: want %q", got, want)
	}
	if got := c.band(Curve{Rounds: []int{0}, Value: []float64{1}, Low: []float64{0}, High: []float64{1}}, 1); got != "" {
		t.Errorf("band of one value %q: want none", got)
	}
}

// A long curve is drawn by few points, and no peak, trough or gap is lost.
func TestLongCurves(t *testing.T) {
	c := Chart{Rounds: 9999, Top: 1}
	var curve Curve
	for i := range 10000 {
		curve.Rounds, curve.Value = append(curve.Rounds, i), append(curve.Value, 0.5)
	}
	curve.Value[1234], curve.Value[4321], curve.Value[7777] = 1, 0, math.NaN()
	drawn := c.drawn(curve)
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
	if n := strings.Count(c.line(curve, 1), "M"); n != 2 {
		t.Errorf("%d pieces: want 2", n)
	}
	// A column that begins with no number still shows its peak.
	curve.Value = slices.Repeat([]float64{math.NaN()}, 10000)
	curve.Value[5] = 0.7
	if !slices.Contains(c.drawn(curve), 5) {
		t.Error("a value among gaps is not drawn")
	}
}

func TestNamesStandApart(t *testing.T) {
	c := Chart{Rounds: 1, Top: 1}
	for _, pair := range [][2]float64{{0.5, 0.5}, {0.5, 0.52}, {0.52, 0.5}, {0, 1}, {1, 1}} {
		for i, v := range pair {
			c.Curves = append(c.Curves[:i], Curve{Rounds: []int{0, 1}, Value: []float64{0, v}})
		}
		n := c.names(1)
		if math.Abs(n[0].y-n[1].y) < 14-1e-9 {
			t.Errorf("names of %v stand at %g and %g", pair, n[0].y, n[1].y)
		}
		if pair[0] != pair[1] && (n[0].y < n[1].y) != (pair[0] > pair[1]) {
			t.Errorf("names of %v stand the wrong way round", pair)
		}
	}
}

// The mark of divergence stands where the line ends.
func TestBreaks(t *testing.T) {
	c := Chart{Rounds: 4, Top: 1}
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
		curve := Curve{Name: "Gossip", Rounds: []int{0, 1, 2, 3, 4}, Value: w.value}
		if x, y, ok := c.breaks(curve, 1); ok != w.ok || !near(x, w.x) || !near(y, w.y) {
			t.Errorf("%v breaks at %g, %g, %v: want %g, %g, %v", w.value, x, y, ok, w.x, w.y, w.ok)
		}
		c.Curves = []Curve{curve}
		if n := c.names(1); len(n) != 1 || n[0].text != w.name {
			t.Errorf("%v is named %v: want %q", w.value, n, w.name)
		}
	}
}

func TestNumbers(t *testing.T) {
	for x, want := range map[float64]string{0: "0", 8.1e-7: "<0.001", 0.0123456: "0.0123", 1.339: "1.34", 187.2: "187", 999.4: "999", 999.7: "1k", 22100: "22.1k", 3.4e7: "34M", 9.99e8: "999M", 2e20: "2e20", math.NaN(): "diverged", math.Inf(1): "diverged"} {
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
		if got, ok := c.at(round); !ok || got != want {
			t.Errorf("at round %d: %g, want %g", round, got, want)
		}
	}
	if _, ok := c.at(-1); ok {
		t.Error("there is a value before the first")
	}
}
