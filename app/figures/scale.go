package figures

import (
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// scale puts a setting's values on an axis from 0 to 1. Numbers that span much
// stand on a logarithmic scale, other numbers on a linear one, names side by
// side. ∞ stands beyond a break, at a place of its own.
type scale struct {
	key   string
	at    map[string]float64
	ticks []plot.Tick
	cut   float64 // where the axis is broken; 0: nowhere
}

// gap is the share of the axis that ∞ takes.
const gap = 0.16

func newScale(key string, values []string) scale {
	s := scale{key: key, at: map[string]float64{}}
	ordered := slices.Clone(values)
	if !numeric(values) {
		for i, v := range ordered {
			s.at[v] = (float64(i) + 0.5) / float64(len(ordered))
		}
		return s.mark(ordered)
	}
	slices.Reverse(ordered) // of a falling order
	var finite []string
	for _, v := range ordered {
		if !math.IsInf(number(v), 0) {
			finite = append(finite, v)
		}
	}
	const margin = 0.06
	room := 1 - 2*margin
	if len(finite) < len(ordered) {
		room -= gap
		s.at[ordered[len(ordered)-1]] = 1 - margin
		s.cut = margin + room + gap/2
	}
	if len(finite) > 0 {
		low, high := number(finite[0]), number(finite[len(finite)-1])
		f := func(x float64) float64 { return x }
		if low > 0 && len(finite) > 2 && high/low >= 8 {
			f = math.Log
		}
		for _, v := range finite {
			share := 0.5
			if high > low {
				share = (f(number(v)) - f(low)) / (f(high) - f(low))
			}
			s.at[v] = margin + room*share
		}
	}
	return s.mark(ordered)
}

// mark makes the ticks; where they stand close only some have their number.
func (s scale) mark(ordered []string) scale {
	last := math.Inf(-1)
	for _, v := range ordered {
		t := plot.Tick{Value: s.at[v]}
		if t.Value-last >= 0.055 || len(ordered) < 4 {
			t.Label = valueLabel(s.key, v)
			last = t.Value
		}
		s.ticks = append(s.ticks, t)
	}
	return s
}

// breaks draws the mark of a broken axis at the foot of the canvas.
func (s scale) breaks(c draw.Canvas, x func(float64) vg.Length) {
	if s.cut == 0 {
		return
	}
	breakMark(c, vg.Point{X: x(s.cut), Y: c.Min.Y}, false)
}

// breakMark interrupts an axis with two strokes.
func breakMark(c draw.Canvas, p vg.Point, upright bool) {
	line := draw.LineStyle{Color: grey, Width: 0.6}
	white := draw.LineStyle{Color: faint(grey, 0), Width: 2}
	if upright {
		c.StrokeLine2(white, p.X, p.Y-1.5, p.X, p.Y+1.5)
		for _, d := range []vg.Length{-1.5, 1.5} {
			c.StrokeLine2(line, p.X-3, p.Y+d-1, p.X+3, p.Y+d+1)
		}
		return
	}
	c.StrokeLine2(white, p.X-1.5, p.Y, p.X+1.5, p.Y)
	for _, d := range []vg.Length{-1.5, 1.5} {
		c.StrokeLine2(line, p.X+d-1, p.Y-3, p.X+d+1, p.Y+3)
	}
}
