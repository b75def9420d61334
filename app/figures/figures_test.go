package figures

import (
	"bytes"
	"encoding/xml"
	"errors"
	"image/color"
	"image/png"
	"io"
	"math"
	"strconv"
	"strings"
	"testing"

	"gonum.org/v1/plot/vg"

	"grapevine/app/experiment"
)

// made are outcomes of a sweep, with accuracies that fall with the seed and
// with ε; at ε = 1 nothing is ever learned.
func made(t *testing.T, s experiment.Sweep) []experiment.Outcome {
	t.Helper()
	runs, _, err := s.Runs()
	if err != nil {
		t.Fatal(err)
	}
	var results []experiment.Result
	for _, e := range runs {
		r := experiment.Result{Experiment: e, Rounds: map[string][]experiment.Metrics{}}
		for _, p := range e.Protocols() {
			for round := range e.Rounds + 1 {
				a := 0.1 + 0.02*float64(round) - 0.001*float64(e.Seed)
				if e.Epsilon == 1 {
					a = 0.1
				}
				r.Rounds[p] = append(r.Rounds[p], experiment.Metrics{Round: round, TestAccuracy: a})
			}
		}
		results = append(results, r)
	}
	outcomes, err := s.Outcomes(results)
	if err != nil {
		t.Fatal(err)
	}
	return outcomes
}

func tutorial(seeds int) experiment.Sweep {
	s := experiment.TutorialSweep()
	s.Seeds = seeds
	return s
}

// The same outcomes give the same bytes, in both forms, and every curve has
// its name.
func TestFigures(t *testing.T) {
	for _, c := range []struct {
		s     experiment.Sweep
		count int
		words []string // of the first figure
	}{
		{tutorial(3), 3, []string{">ε = ∞<", ">ε = 1<", ">FedAvg<", ">Gossip<", ">chance<", ">round<", ">test accuracy (%)<", "mean over 3 seeds", "± one standard deviation"}},
		{tutorial(1), 3, []string{"one seed alone"}},
		{experiment.Sweep{Base: experiment.Default(), Seeds: 2}, 3, []string{">FedAvg<", ">Gossip<"}},
		{experiment.Sweep{Base: noisy(), Vary: []experiment.Axis{{Key: "topology", Values: []string{"ring", "star"}}, {Key: "exchanges", Values: []string{"0", "5"}}}, Seeds: 2}, 2, []string{">Ring<", ">Star<", ">FedAvg, exchanges a round 0<"}},
	} {
		list, err := Of(c.s, made(t, c.s))
		if err != nil || len(list) != c.count {
			t.Fatalf("%s: %d figures, %v: want %d", c.s, len(list), err, c.count)
		}
		again, _ := Of(c.s, made(t, c.s))
		for i, f := range list {
			var svg, svgAgain, pixels, pixelsAgain bytes.Buffer
			if err := errors.Join(f.SVG(&svg), again[i].SVG(&svgAgain), f.PNG(&pixels), again[i].PNG(&pixelsAgain)); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(svg.Bytes(), svgAgain.Bytes()) || !bytes.Equal(pixels.Bytes(), pixelsAgain.Bytes()) {
				t.Errorf("%s of %s: drawn twice it differs", f.Name, c.s)
			}
			wellFormed(t, svg.String())
			inked(t, pixels.Bytes())
			if i == 0 {
				for _, w := range c.words {
					if !strings.Contains(svg.String(), w) {
						t.Errorf("%s of %s: %q is not in it", f.Name, c.s, w)
					}
				}
			}
		}
	}
}

func noisy() experiment.Experiment {
	e := experiment.Default()
	e.Epsilon = 8
	return e
}

func wellFormed(t *testing.T, text string) {
	t.Helper()
	for d := xml.NewDecoder(strings.NewReader(text)); ; {
		if _, err := d.Token(); err == io.EOF {
			return
		} else if err != nil {
			t.Fatalf("%v in %.300s", err, text)
		}
	}
}

// inked checks that the paper is not empty, and that nothing runs over its
// edge.
func inked(t *testing.T, text []byte) {
	t.Helper()
	m, err := png.Decode(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	b := m.Bounds()
	dark := 0
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			if c := color.GrayModel.Convert(m.At(x, y)).(color.Gray); c.Y < 250 {
				dark++
				if x < b.Min.X+3 || x >= b.Max.X-3 || y < b.Min.Y+3 || y >= b.Max.Y-3 {
					t.Fatalf("something is drawn at %d, %d, on the edge of %v", x, y, b)
				}
			}
		}
	}
	if dark < 1000 {
		t.Errorf("%d dark pixels: the figure is empty", dark)
	}
}

func TestTooMuchForAFigure(t *testing.T) {
	a := experiment.Axis{Key: "batch"}
	for i := range maxCurves + 1 {
		a.Values = append(a.Values, strconv.Itoa(i+1))
	}
	s := experiment.Sweep{Base: experiment.Default(), Vary: []experiment.Axis{a}, Seeds: 1}
	if _, err := Of(s, made(t, s)); err == nil {
		t.Errorf("%d curves were drawn", len(a.Values))
	}
}

func TestScale(t *testing.T) {
	s := newScale("epsilon", []string{"inf", "1000", "100", "10", "1"})
	for _, p := range [][3]string{{"1", "10", "100"}, {"10", "100", "1000"}} {
		if a, b := s.at[p[1]]-s.at[p[0]], s.at[p[2]]-s.at[p[1]]; math.Abs(a-b) > 1e-12 {
			t.Errorf("%v are not evenly spaced: %v and %v", p, a, b)
		}
	}
	if !(s.at["1000"] < s.cut && s.cut < s.at["inf"] && s.at["inf"] < 1) {
		t.Errorf("∞ at %v, the break at %v: want both beyond 1000 at %v", s.at["inf"], s.cut, s.at["1000"])
	}
	if s := newScale("exchanges", []string{"60", "20", "0"}); s.cut != 0 || math.Abs((s.at["20"]-s.at["0"])*3-(s.at["60"]-s.at["0"])) > 1e-12 {
		t.Errorf("0, 20, 60 at %v: want a linear scale", s.at)
	}
}

// Tags keep their distance and stay on the paper.
func TestSpread(t *testing.T) {
	for _, at := range [][]vg.Length{{50}, {50, 50, 50}, {99, 98, 97, 3, 2, 1}, {100, 60, 58, 0}} {
		var tags []tag
		for _, y := range at {
			tags = append(tags, tag{at: y})
		}
		order(tags)
		places := spread(tags, 10, 0, 100)
		for i, p := range places {
			if p < -1e-9 || p > 100+1e-9 || i > 0 && places[i-1]-p < 10-1e-9 {
				t.Errorf("%v: places %v: want 0 to 100, 10 apart", at, places)
			}
		}
	}
}
