package page

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// drawn are the indexes of the values that a curve is drawn by: in every
// column of pixels the first and the last, the least and the greatest and one
// that has no place. Of what the frame leaves out, the nearest on either side
// stay, so that lines run on to the edge.
func (f frame) drawn(curve Curve, value []float64) []int {
	first, last := 0, len(value)
	for first+1 < last && curve.x(first+1) < f.from {
		first++
	}
	for last-1 > first && curve.x(last-2) > f.to {
		last--
	}
	var out []int
	for i := first; i < last; {
		column, end := math.Floor(f.x(curve.x(i))), i
		low, high, gap := i, i, i // where the first has no place, the next ones replace it
		for ; end < last && math.Floor(f.x(curve.x(end))) == column; end++ {
			switch v := value[end]; {
			case !f.draws(v):
				gap = end
			case !f.draws(value[low]) || v < value[low]:
				low = end
			case !f.draws(value[high]) || v > value[high]:
				high = end
			}
		}
		keep := []int{i, low, high, gap, end - 1}
		slices.Sort(keep)
		out = append(out, slices.Compact(keep)...)
		i = end
	}
	return out
}

// line is the path of a curve's values; it breaks where one has no place.
func (f frame) line(curve Curve, value []float64) string {
	var b strings.Builder
	pen := "M"
	for _, i := range f.drawn(curve, value) {
		v := value[i]
		if !f.draws(v) {
			pen = "M"
			continue
		}
		fmt.Fprintf(&b, "%s%.1f %.1f", pen, f.x(curve.x(i)), f.y(v))
		pen = "L"
	}
	return b.String()
}

// raw is the path of the curves beneath a curve.
func (f frame) raw(curve Curve) string {
	var b strings.Builder
	for _, value := range curve.Raw {
		b.WriteString(f.line(curve, value))
	}
	return b.String()
}

// band is the outline of the curve's band.
func (f frame) band(curve Curve) string {
	var up, down []string
	if curve.Low == nil {
		return ""
	}
	for _, i := range f.drawn(curve, curve.Value) {
		lo, hi := curve.Low[i], curve.High[i]
		if !finite(lo) || !finite(hi) {
			continue
		}
		x := f.x(curve.x(i))
		up = append(up, fmt.Sprintf("%.1f %.1f", x, f.y(hi)))
		down = append(down, fmt.Sprintf("%.1f %.1f", x, f.y(lo)))
	}
	if len(up) < 2 {
		return ""
	}
	slices.Reverse(down)
	return "M" + strings.Join(up, "L") + "L" + strings.Join(down, "L") + "Z"
}

// breaks is where the curve first stops being finite: at its last finite value
// before, or at the bottom. ok is false where it never does, or not here.
func (f frame) breaks(curve Curve) (x, y float64, ok bool) {
	for i, v := range curve.Value {
		if finite(v) {
			continue
		}
		at := max(0, i-1)
		x, y = curve.x(at), plotBottom
		if i > 0 {
			y = f.y(curve.Value[at])
		}
		return f.x(x), y, x >= f.from && x <= f.to
	}
	return 0, 0, false
}
