package figures

import (
	"image/color"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// palette is Okabe and Ito's, which the colour-blind can tell apart, without
// the yellow that white paper swallows (M. Okabe, K. Ito: Color Universal
// Design, 2008). A line also has a pattern of its own.
var palette = []color.NRGBA{
	{0, 0, 0, 255},       // black
	{0, 114, 178, 255},   // blue
	{213, 94, 0, 255},    // vermilion
	{0, 158, 115, 255},   // bluish green
	{204, 121, 167, 255}, // reddish purple
	{230, 159, 0, 255},   // orange
	{86, 180, 233, 255},  // sky blue
}

var (
	ink  = color.NRGBA{40, 40, 40, 255}
	grey = color.NRGBA{115, 115, 115, 255}
	rule = color.NRGBA{225, 225, 225, 255}
)

// patterns of dashes; the second seven curves repeat the colours, and their
// patterns differ.
var patterns = [][]vg.Length{
	nil, {6, 2}, {4, 1.5, 1, 1.5}, {2, 1.5}, {8, 2, 2, 2}, {1, 1.5}, {5, 1.5, 1, 1.5, 1, 1.5},
}

func colour(i int) color.NRGBA { return palette[i%len(palette)] }

// curve is the line of the i-th value.
func curve(i int) draw.LineStyle {
	return draw.LineStyle{Color: colour(i), Width: 1.2, Dashes: patterns[(i+i/len(palette))%len(patterns)]}
}

// method is the line of the i-th method, whose colours begin with blue: black
// is ε = ∞.
func method(i int) draw.LineStyle {
	return draw.LineStyle{Color: colour(i + 1), Width: 1, Dashes: patterns[i%len(patterns)]}
}

// faint is a colour mixed with the paper. Mixed rather than transparent where
// lines cross, so that many runs do not add up to a dark one.
func faint(c color.NRGBA, share float64) color.NRGBA {
	mix := func(x uint8) uint8 { return uint8(255 - share*(255-float64(x))) }
	return color.NRGBA{mix(c.R), mix(c.G), mix(c.B), 255}
}

func veil(c color.NRGBA, alpha uint8) color.NRGBA { c.A = alpha; return c }

// The sizes of text, in points.
const (
	sizeTitle = 9
	sizeText  = 8
	sizeNote  = 7
)

func style(size vg.Length, c color.Color) text.Style {
	return text.Style{
		Color: c, Font: font.From(font.Font{Typeface: "Liberation", Variant: "Sans"}, size),
		XAlign: draw.XLeft, YAlign: draw.YCenter, Handler: plot.DefaultTextHandler,
	}
}

// newPlot is a plot without its clutter: thin axes, short ticks, no padding.
func newPlot() *plot.Plot {
	p := plot.New()
	p.BackgroundColor = nil
	p.Title.TextStyle.Font = style(sizeTitle, ink).Font
	p.Title.TextStyle.Color = ink
	p.Title.Padding = 4
	for _, a := range []*plot.Axis{&p.X, &p.Y} {
		a.Label.TextStyle.Font = style(sizeText, ink).Font
		a.Label.TextStyle.Color = ink
		a.Label.Padding = 3
		a.Tick.Label.Font = style(sizeText, ink).Font
		a.Tick.Label.Color = ink
		a.Tick.Length = 3
		a.Tick.Width, a.Width = 0.5, 0.5
		a.Tick.Color, a.Color = grey, grey
		a.Padding = 0
	}
	return p
}

// drawing is a plot.Plotter made of a function.
type drawing func(c draw.Canvas, x, y func(float64) vg.Length)

func (d drawing) Plot(c draw.Canvas, p *plot.Plot) {
	trX, trY := p.Transforms(&c)
	d(c, trX, trY)
}

// chanceLine is the dotted line of guessing.
var chanceLine = draw.LineStyle{Color: grey, Width: 0.5, Dashes: []vg.Length{1, 2}}

// noteLine is the height of a line of a note.
const noteLine vg.Length = sizeNote + 2

// background fills the canvas and writes the note at its foot; it returns
// what is left.
func background(c draw.Canvas, note string) draw.Canvas {
	c.FillPolygon(color.White, []vg.Point{c.Min, {X: c.Max.X, Y: c.Min.Y}, c.Max, {X: c.Min.X, Y: c.Max.Y}})
	c = draw.Crop(c, 6, -6, 6, -6)
	s := style(sizeNote, grey)
	s.YAlign = draw.YBottom
	lines := wrap(note, s, c.Max.X-c.Min.X)
	for i, line := range lines {
		c.FillText(s, vg.Point{X: c.Min.X, Y: c.Min.Y + noteLine*vg.Length(len(lines)-1-i)}, line)
	}
	return draw.Crop(c, 0, 0, 8+noteLine*vg.Length(len(lines)), 0)
}

// wrap breaks a note at its spaces, but not at those that do not break.
func wrap(note string, s text.Style, width vg.Length) []string {
	var lines []string
	for _, word := range strings.Split(note, " ") {
		if n := len(lines); n > 0 && s.Width(lines[n-1]+" "+word) <= width {
			lines[n-1] += " " + word
		} else {
			lines = append(lines, word)
		}
	}
	return lines
}

// grid draws a thin line at each height.
func grid(heights []float64) drawing {
	return func(c draw.Canvas, _, y func(float64) vg.Length) {
		for _, h := range heights {
			c.StrokeLine2(draw.LineStyle{Color: rule, Width: 0.4}, c.Min.X, y(h), c.Max.X, y(h))
		}
	}
}
