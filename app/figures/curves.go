package figures

import (
	"fmt"
	"math"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"grapevine/app/experiment"
)

// chance is the accuracy of guessing among the ten digits, in percent.
const chance = 100.0 / experiment.Outputs

// curves is test accuracy against the round: a panel for each method, a curve
// for each value.
func (t study) curves() Figure {
	columns := min(2, len(t.panels))
	rows := (len(t.panels) + columns - 1) / columns
	top := t.top()
	note := "Lines: " + t.over() + "."
	if t.seeds > 1 {
		note += " Bands: ± one standard deviation. Faint lines: single runs."
	}
	note += t.remarks()
	var names []string
	for _, v := range t.values {
		names = append(names, label(t.key, v))
	}
	beside := room(names)
	return Figure{
		Name: "accuracy", Title: "Test accuracy against the round",
		width: vg.Length(columns)*(2.5*vg.Inch+beside) + 12, height: vg.Length(rows)*2.7*vg.Inch + 28,
		draw: func(c draw.Canvas) {
			c = background(c, note)
			for i, p := range t.panels {
				w, h := (c.Max.X-c.Min.X)/vg.Length(columns), (c.Max.Y-c.Min.Y)/vg.Length(rows)
				x, y := vg.Length(i%columns), vg.Length(i/columns)
				cell := draw.Canvas{Canvas: c.Canvas, Rectangle: vg.Rectangle{
					Min: vg.Point{X: c.Min.X + x*w, Y: c.Max.Y - (y+1)*h},
					Max: vg.Point{X: c.Min.X + (x+1)*w, Y: c.Max.Y - y*h},
				}}
				t.panel(draw.Crop(cell, 4, -4-beside, 6, -2), p, top)
			}
		},
	}
}

// top is the accuracy at which all panels end, a round number of percent.
func (t study) top() float64 {
	most := chance
	for _, p := range t.panels {
		for _, o := range p.of {
			for _, s := range experiment.Band(o.Accuracy) {
				most = math.Max(most, 100*math.Max(s.Max, s.Mean+s.Deviation))
			}
		}
	}
	return math.Min(100, 20*math.Ceil(most*1.02/20))
}

func (t study) panel(c draw.Canvas, p panel, top float64) {
	q := newPlot()
	q.Title.Text = p.title
	q.X.Label.Text, q.Y.Label.Text = "round", "test accuracy (%)"
	q.X.Min, q.Y.Min, q.Y.Max = 0, 0, top
	var heights []float64
	var marks []plot.Tick
	for h := 0.0; h <= top; h += 20 {
		marks = append(marks, plot.Tick{Value: h, Label: strconv.Itoa(int(h))})
		heights = append(heights, h)
	}
	q.Y.Tick.Marker = plot.ConstantTicks(marks)
	for _, o := range p.of {
		q.X.Max = math.Max(q.X.Max, float64(o.Rounds[len(o.Rounds)-1]))
	}
	q.X.Tick.Marker = plot.ConstantTicks(roundTicks(q.X.Max))
	q.Add(grid(heights), drawing(func(c draw.Canvas, x, y func(float64) vg.Length) {
		c.StrokeLine2(chanceLine, c.Min.X, y(chance), c.Max.X, y(chance))
		var tags []tag
		t.beneath(c, p, x, y)
		for i, v := range t.values {
			o, ok := p.of[v]
			if !ok {
				continue
			}
			band := experiment.Band(o.Accuracy)
			line := make([]vg.Point, len(band))
			for j, s := range band {
				line[j] = vg.Point{X: x(float64(o.Rounds[j])), Y: y(100 * s.Mean)}
			}
			c.StrokeLines(curve(i), line)
			tags = append(tags, tag{line[len(line)-1].Y, label(t.key, v), curve(i)})
		}
		tags = append(tags, tag{y(chance), "chance", chanceLine})
		drawTags(c, tags)
	}))
	q.Draw(c)
}

// beneath draws the bands, and over them the single runs, faintly.
func (t study) beneath(c draw.Canvas, p panel, x, y func(float64) vg.Length) {
	if t.seeds == 1 {
		return
	}
	for i, v := range t.values {
		o, ok := p.of[v]
		if !ok {
			continue
		}
		var area []vg.Point
		band := experiment.Band(o.Accuracy)
		for j, s := range band {
			area = append(area, vg.Point{X: x(float64(o.Rounds[j])), Y: y(100 * (s.Mean + s.Deviation))})
		}
		for j := len(band) - 1; j >= 0; j-- {
			area = append(area, vg.Point{X: x(float64(o.Rounds[j])), Y: y(math.Max(0, 100*(band[j].Mean-band[j].Deviation)))})
		}
		c.FillPolygon(veil(colour(i), 30), area)
	}
	for i, v := range t.values {
		for _, run := range p.of[v].Accuracy {
			line := make([]vg.Point, len(run))
			for j, a := range run {
				line[j] = vg.Point{X: x(float64(p.of[v].Rounds[j])), Y: y(100 * a)}
			}
			c.StrokeLines(draw.LineStyle{Color: veil(colour(i), 75), Width: 0.25}, line)
		}
	}
}

// roundTicks marks whole rounds, about five of them.
func roundTicks(last float64) []plot.Tick {
	step := 1.0
	for _, s := range []float64{1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000} {
		if step = s; last/step <= 5 {
			break
		}
	}
	var marks []plot.Tick
	for r := 0.0; r <= last; r += step {
		marks = append(marks, plot.Tick{Value: r, Label: fmt.Sprintf("%.0f", r)})
	}
	return marks
}
