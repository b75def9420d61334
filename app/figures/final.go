package figures

import (
	"math"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"grapevine/app/experiment"
)

// aside is how far apart the methods' marks stand at one value, so that none
// hides another.
func (t study) aside(i int) vg.Length {
	return 5 * (vg.Length(i) - vg.Length(len(t.panels)-1)/2)
}

// finals is final test accuracy against the setting: a line for each method.
func (t study) finals() Figure {
	note := "Marks: " + t.over() + "."
	if t.seeds > 1 {
		note += " Bars: ± one standard deviation. Dots: single runs."
	}
	note += t.remarks()
	s := newScale(t.key, t.values)
	return Figure{
		Name: "final", Title: "Final test accuracy against " + lower(axisTitle(t.key)),
		width: 5 * vg.Inch, height: 3.1 * vg.Inch,
		draw: func(c draw.Canvas) {
			c = background(c, note)
			q := newPlot()
			q.X.Label.Text, q.Y.Label.Text = axisTitle(t.key), "final test accuracy (%)"
			q.X.Min, q.X.Max, q.Y.Min, q.Y.Max = 0, 1, 0, t.top()
			q.X.Tick.Marker = plot.ConstantTicks(s.ticks)
			var heights []float64
			var marks []plot.Tick
			for h := 0.0; h <= q.Y.Max; h += 20 {
				heights = append(heights, h)
				marks = append(marks, plot.Tick{Value: h, Label: strconv.Itoa(int(h))})
			}
			q.Y.Tick.Marker = plot.ConstantTicks(marks)
			q.Add(grid(heights), drawing(func(c draw.Canvas, x, y func(float64) vg.Length) {
				c.StrokeLine2(chanceLine, c.Min.X, y(chance), c.Max.X, y(chance))
				tags := []tag{{y(chance), "chance", chanceLine}}
				for i, p := range t.panels {
					t.draw(c, s, i, func(o experiment.Outcome) mark {
						f := o.Final()
						m := mark{at: y(100 * f.Mean), known: true}
						if f.Count > 1 {
							m.low, m.high = y(math.Max(0, 100*(f.Mean-f.Deviation))), y(100*(f.Mean+f.Deviation))
							for _, a := range o.Finals() {
								m.runs = append(m.runs, y(100*a))
							}
						}
						return m
					}, x)
					if o, ok := p.of[t.last(s)]; ok {
						tags = append(tags, tag{y(100 * o.Final().Mean), p.title, method(i)})
					}
				}
				s.breaks(c, x)
				drawTags(c, tags)
			}))
			q.Draw(draw.Crop(c, 4, -4-t.tagRoom(), 4, -6))
		},
	}
}

// tagRoom is the room that the names of the methods take.
func (t study) tagRoom() vg.Length {
	var names []string
	for _, p := range t.panels {
		names = append(names, p.title)
	}
	return room(names)
}

// last is the value that stands rightmost.
func (t study) last(s scale) string {
	last := t.values[0]
	for _, v := range t.values {
		if s.at[v] > s.at[last] {
			last = v
		}
	}
	return last
}

// mark is what stands at one value for one method, in heights on the paper.
type mark struct {
	at        vg.Length
	known     bool // otherwise hollow, and no line leads there
	low, high vg.Length
	runs      []vg.Length
}

// draw draws the marks of method i, joined by its line where both ends are
// numbers and no break is between.
func (t study) draw(c draw.Canvas, s scale, i int, read func(experiment.Outcome) mark, x func(float64) vg.Length) {
	var before *vg.Point
	var beforeAt float64
	for at := range t.values {
		v := t.values[at]
		if numeric(t.values) {
			v = t.values[len(t.values)-1-at]
		}
		o, ok := t.panels[i].of[v]
		if !ok {
			before = nil
			continue
		}
		m := read(o)
		p := vg.Point{X: x(s.at[v]) + t.aside(i), Y: m.at}
		for j, r := range m.runs {
			// Side by side rather than on top of one another.
			d := 2.4 * (vg.Length(j)/vg.Length(max(1, len(m.runs)-1)) - 0.5)
			c.DrawGlyph(draw.GlyphStyle{Color: faint(colour(i+1), 0.45), Radius: 0.9, Shape: draw.CircleGlyph{}}, vg.Point{X: p.X + d, Y: r})
		}
		if m.high > m.low {
			c.StrokeLine2(draw.LineStyle{Color: method(i).Color, Width: 0.9}, p.X, m.low, p.X, m.high)
		}
		if before != nil && m.known && numeric(t.values) && !(beforeAt < s.cut && s.cut < s.at[v]) {
			c.StrokeLine2(method(i), before.X, before.Y, p.X, p.Y)
		}
		shape := draw.GlyphDrawer(draw.CircleGlyph{})
		if !m.known {
			shape = draw.RingGlyph{}
		}
		c.DrawGlyph(draw.GlyphStyle{Color: method(i).Color, Radius: 2.4, Shape: shape}, p)
		before, beforeAt = nil, s.at[v]
		if m.known {
			before = &p
		}
	}
}

// rounds is how many rounds it took to learn, against the setting; "never" has
// a place of its own above the last round.
func (t study) rounds() Figure {
	s := newScale(t.key, t.values)
	last := 0.0
	for _, p := range t.panels {
		for _, o := range p.of {
			last = math.Max(last, float64(o.Rounds[len(o.Rounds)-1]))
		}
	}
	note := "Marks: median over the seeds. Dots: single runs."
	if t.seeds == 1 {
		note = "Marks: " + t.over() + "."
	}
	never := last * 1.14
	return Figure{
		Name: "rounds", Title: "Rounds to 90 % of the final accuracy at ε = ∞ against " + lower(axisTitle(t.key)),
		width: 5 * vg.Inch, height: 3.1 * vg.Inch,
		draw: func(c draw.Canvas) {
			c = background(c, note+" 90 %: of the final accuracy of the same method and seed at ε = ∞; round 0 is passed over.")
			q := newPlot()
			q.X.Label.Text, q.Y.Label.Text = axisTitle(t.key), "rounds to 90 %"
			q.X.Min, q.X.Max, q.Y.Min, q.Y.Max = 0, 1, 0, last*1.2
			q.X.Tick.Marker = plot.ConstantTicks(s.ticks)
			marks := roundTicks(last)
			var heights []float64
			for _, m := range marks {
				heights = append(heights, m.Value)
			}
			q.Y.Tick.Marker = plot.ConstantTicks(append(marks, plot.Tick{Value: never, Label: "never"}))
			q.Add(grid(append(heights, never)), drawing(func(c draw.Canvas, x, y func(float64) vg.Length) {
				height := func(round int) float64 {
					if round == experiment.Never {
						return never
					}
					return float64(round)
				}
				var tags []tag
				for i, p := range t.panels {
					read := func(o experiment.Outcome) mark {
						median, ok := experiment.MedianRounds(o.Reached)
						if !ok {
							median = never
						}
						m := mark{at: y(median), known: ok}
						if len(o.Reached) > 1 {
							for _, r := range o.Reached {
								m.runs = append(m.runs, y(height(r)))
							}
						}
						return m
					}
					t.draw(c, s, i, read, x)
					if o, ok := p.of[t.last(s)]; ok {
						tags = append(tags, tag{read(o).at, p.title, method(i)})
					}
				}
				s.breaks(c, x)
				breakMark(c, vg.Point{X: c.Min.X, Y: y(last * 1.07)}, true)
				drawTags(c, tags)
			}))
			q.Draw(draw.Crop(c, 4, -4-t.tagRoom(), 4, -6))
		},
	}
}
