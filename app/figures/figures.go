// Package figures draws a sweep's figures as SVG and PNG, with gonum's plot:
// test accuracy against the round, final test accuracy against the setting
// that varies, and the rounds that it took to learn. The page draws its own
// charts and never imports this package, which is large.
//
// A figure holds every run: a mean is never shown without its spread and the
// runs beneath it, a setting of ∞ has a place of its own on the axis, and so
// has "never".
package figures

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"

	"grapevine/app/experiment"
)

// The most that a figure can show and still be read.
const (
	maxPanels = 12
	maxCurves = 14
)

// Figure is one drawing.
type Figure struct {
	Name          string // of its file, without a suffix
	Title         string
	width, height vg.Length
	draw          func(draw.Canvas)
}

// dotsPerInch of a PNG.
const dotsPerInch = 200

// PNG writes the figure as pixels.
func (f Figure) PNG(w io.Writer) error {
	c := vgimg.NewWith(vgimg.UseWH(f.width, f.height), vgimg.UseDPI(dotsPerInch))
	f.draw(draw.New(c))
	_, err := vgimg.PngCanvas{Canvas: c}.WriteTo(w)
	return err
}

// SVG writes the figure as lines and text, with its title for readers of the
// screen.
func (f Figure) SVG(w io.Writer) error {
	c := vgsvg.New(f.width, f.height)
	f.draw(draw.New(c))
	var b bytes.Buffer
	if _, err := c.WriteTo(&b); err != nil {
		return err
	}
	head, rest, ok := bytes.Cut(b.Bytes(), []byte(`xmlns:xlink="http://www.w3.org/1999/xlink">`))
	if !ok {
		return fmt.Errorf("figure %s: the SVG has no head", f.Name)
	}
	// Arial and Helvetica are as wide as the typeface that was measured.
	rest = bytes.ReplaceAll(rest, []byte("font-family:Liberation Sans;"), []byte("font-family:'Liberation Sans',Arial,Helvetica,sans-serif;"))
	_, err := fmt.Fprintf(w, "%sxmlns:xlink=\"http://www.w3.org/1999/xlink\" role=\"img\">\n<title>%s</title>%s", head, f.Title, rest)
	return err
}

// study is a sweep as figures see it.
type study struct {
	seeds  int
	key    string   // of the setting along whose values curves differ
	values []string // in the order of a numeric axis, falling; otherwise as given
	panels []panel
}

// panel is what the curves of one drawing have in common.
type panel struct {
	title string
	of    map[string]experiment.Outcome // by value of the key
}

// Of lists a sweep's figures; outcomes are those of sweep.Outcomes. A sweep of
// more panels or curves than can be read has none, and the error says so.
func Of(s experiment.Sweep, outcomes []experiment.Outcome) ([]Figure, error) {
	t := newStudy(s, outcomes)
	if len(t.panels) > maxPanels || len(t.values) > maxCurves {
		return nil, fmt.Errorf("%d curves in %d panels: want at most %d in %d", len(t.values), len(t.panels), maxCurves, maxPanels)
	}
	list := []Figure{t.curves(), t.finals()}
	for _, o := range outcomes {
		if o.Reached != nil {
			return append(list, t.rounds()), nil
		}
	}
	return list, nil
}

func newStudy(s experiment.Sweep, outcomes []experiment.Outcome) study {
	t := study{seeds: s.Seeds, key: "protocol"}
	for _, a := range s.Vary {
		if a.Key == "epsilon" || t.key == "protocol" {
			t.key = a.Key
		}
	}
	for _, o := range outcomes {
		value := o.Protocol
		var common []string
		for i, a := range s.Vary {
			switch a.Key {
			case t.key:
				if t.key != "protocol" {
					value = o.Values[i]
				}
			case "protocol":
			default:
				common = append(common, label(a.Key, o.Values[i]))
			}
		}
		if t.key != "protocol" {
			common = append([]string{methodName(o.Protocol)}, common...)
		}
		title := strings.Join(common, ", ")
		at := slices.IndexFunc(t.panels, func(p panel) bool { return p.title == title })
		if at < 0 {
			at = len(t.panels)
			t.panels = append(t.panels, panel{title, map[string]experiment.Outcome{}})
		}
		t.panels[at].of[value] = o
		if !slices.Contains(t.values, value) {
			t.values = append(t.values, value)
		}
	}
	if numeric(t.values) {
		slices.SortStableFunc(t.values, func(a, b string) int {
			x, y := number(a), number(b)
			switch {
			case x > y:
				return -1
			case x < y:
				return 1
			}
			return 0
		})
	}
	return t
}

func methodName(protocol string) string {
	if protocol == experiment.FedAvg {
		return "FedAvg"
	}
	return "Gossip"
}

// label names a setting's value: "ε = 8", "Ring", "clients 20".
func label(key, value string) string {
	if key == "protocol" {
		return methodName(value)
	}
	p, _ := experiment.Find(key)
	v := valueLabel(key, value)
	switch {
	case p.Symbol != "":
		return plain(p.Symbol) + " = " + v
	case p.Kind == experiment.Choice:
		return v
	}
	return strings.ToLower(p.Name) + " " + v
}

// valueLabel is the value alone.
func valueLabel(key, value string) string {
	if key == "protocol" {
		return methodName(value)
	}
	p, _ := experiment.Find(key)
	e := experiment.Default()
	if p.Set(&e, value) != nil {
		return value
	}
	v := p.Label(e)
	if len([]rune(v)) > 24 {
		v = string([]rune(v)[:23]) + "…"
	}
	return v
}

// axisTitle names a setting on an axis.
func axisTitle(key string) string {
	p, _ := experiment.Find(key)
	title := p.Name
	if p.Symbol != "" {
		title += ", " + plain(p.Symbol)
	}
	if p.Unit != "" {
		title += " (" + p.Unit + ")"
	}
	if key == "epsilon" {
		title += " (smaller is more private)"
	}
	return title
}

// plain drops the subscript that the figures' typeface lacks.
func plain(symbol string) string { return strings.TrimSuffix(symbol, "₀") }

func numeric(values []string) bool {
	return !slices.ContainsFunc(values, func(v string) bool {
		_, err := strconv.ParseFloat(v, 64)
		return err != nil
	})
}

func number(value string) float64 {
	x, _ := strconv.ParseFloat(value, 64)
	return x
}

// lower begins a title in the middle of a sentence.
func lower(title string) string { return strings.ToLower(title[:1]) + title[1:] }

// remarks says what gossip's accuracy is, and how many runs stopped being
// finite, where there are any.
func (t study) remarks() string {
	gossip, diverged := "", 0
	for _, p := range t.panels {
		for _, o := range p.of {
			diverged += o.Diverged
			if o.Protocol == experiment.Gossip {
				gossip = " Gossip: the mean of its clients."
			}
		}
	}
	if diverged > 0 {
		gossip += fmt.Sprintf(" Runs that stopped being finite: %d.", diverged)
	}
	return gossip
}

// over says over what a mean is taken.
func (t study) over() string {
	if t.seeds == 1 {
		return "one seed alone, and another may differ"
	}
	return fmt.Sprintf("mean over %d seeds", t.seeds)
}
