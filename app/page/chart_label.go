package page

import (
	"slices"
	"unicode/utf8"
)

// The room that direct labels need, in pixels of the drawing.
const (
	labelApart  = 14.0
	labelLetter = 7.2 // a bold letter of 12 px is this wide at most, on average
	labelGap    = 12.0
)

// letters is about how wide a text of 12 px is.
func letters(text string, each float64) float64 { return each * float64(utf8.RuneCountInString(text)) }

// named reports whether the curves' names stand beside them: there is room for
// every one.
func (c Chart) named() bool {
	n := 0
	for i, curve := range c.Curves {
		if c.hidden(i) {
			continue
		}
		n++
		if letters(curve.label(), labelLetter) > chartWidth-plotRight-labelGap {
			return false
		}
	}
	return labelApart*float64(n) <= plotBottom-plotTop
}

// legend reports whether the chart needs one, that names, shows and hides its
// curves: what is hidden must be there to be shown again.
func (c Chart) legend() bool {
	return len(c.Curves) > 2 || len(c.Curves) > 0 && !c.named() || slices.Contains(c.Hidden, true)
}

// crowded reports whether the values that are read out stand in the legend: a
// line of their own would not hold them.
func (c Chart) crowded() bool { return c.legend() }

// label is a curve's name beside it. It stands at the newest value that has a
// place; from is where that value is drawn.
type label struct {
	curve        Curve
	text         string
	x, y         float64
	fromX, fromY float64
}

// labels places the names so that none covers another; none where there is no
// room.
func (c Chart) labels(f frame) []label {
	if !c.named() {
		return nil
	}
	var labels []label
	for j, curve := range c.Curves {
		if c.hidden(j) {
			continue
		}
		for i := len(curve.Value) - 1; i >= 0; i-- {
			v, x := curve.Value[i], curve.x(i)
			if !f.draws(v) || x > f.to {
				continue
			}
			if x < f.from {
				break
			}
			l := label{curve: curve, text: curve.label(), fromX: f.x(x), fromY: f.y(v)}
			l.x, l.y = l.fromX+labelGap, l.fromY+4
			if i < len(curve.Value)-1 && !finite(curve.Value[i+1]) {
				l.x += 4 // beside the mark
				if l.x < plotRight-60 {
					l.text += " diverged"
				}
			}
			labels = append(labels, l)
			break
		}
	}
	spread(labels)
	return labels
}

// spread moves labels up and down, as little as it can, until each two are
// apart and all are in the plot.
//
// With the labels in the order of their places, the k-th less k times the
// least distance must not fall. The nearest such sequence is the one in which
// neighbours that violate it are pooled to their mean (isotonic regression).
func spread(labels []label) {
	slices.SortStableFunc(labels, func(a, b label) int {
		switch {
		case a.y < b.y:
			return -1
		case a.y > b.y:
			return 1
		}
		return 0
	})
	type pool struct {
		sum float64
		n   int
	}
	var pools []pool
	for i, l := range labels {
		pools = append(pools, pool{l.y - float64(i)*labelApart, 1})
		for k := len(pools) - 1; k > 0 && pools[k].sum/float64(pools[k].n) < pools[k-1].sum/float64(pools[k-1].n); k-- {
			pools[k-1].sum += pools[k].sum
			pools[k-1].n += pools[k].n
			pools = pools[:k]
		}
	}
	highest, lowest := plotTop+4, plotBottom+1-float64(max(0, len(labels)-1))*labelApart
	i := 0
	for _, p := range pools {
		for range p.n {
			labels[i].y = max(highest, min(lowest, p.sum/float64(p.n))) + float64(i)*labelApart
			i++
		}
	}
}

// mark is a number at the x axis.
type mark struct {
	x            float64
	anchor, text string
}

// xTicks are the numbers at the x axis, the last with its unit; one that would
// run into the next is left out.
func xTicks(c Chart, f frame) []mark {
	const digit, apart = 7.0, 6.0
	var marks []mark
	free := 0.0 // where the next place's name may begin
	for i, name := range c.Places {
		x, half := f.x(float64(i)), letters(name, digit)/2
		if x >= plotLeft-1 && x <= f.right+1 && x-half >= free {
			marks = append(marks, mark{x, "middle", name})
			free = x + half + apart/2
		}
	}
	if c.Places != nil {
		return marks
	}
	edge := chartWidth // where the next one to the left has to end
	all := ticks(f.from, f.to, 5)
	for i := len(all) - 1; i >= 0; i-- {
		v := all[i]
		if c.Axis != Bytes && v != float64(int64(v)) {
			continue
		}
		number, unit := c.Axis.tick(v, f.to)
		half := letters(number, digit) / 2
		t := mark{f.x(v), "middle", number}
		left, right := t.x-half, t.x+half
		if len(marks) == 0 { // the unit goes on to the right
			t.text = number + " " + unit
			wide := letters(t.text, digit-0.4)
			t.x, t.anchor = left, "start"
			if left+wide > chartWidth {
				t.x, t.anchor = chartWidth-1, "end"
				left = chartWidth - 1 - wide
			}
			right = 0
		}
		if right > edge {
			continue
		}
		marks = append(marks, t)
		edge = left - apart
	}
	slices.Reverse(marks)
	return marks
}
