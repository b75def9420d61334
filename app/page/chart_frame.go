package page

import "math"

// The drawing's units are CSS pixels at its natural size.
const (
	chartWidth  = 340.0
	chartHeight = 136.0
	plotLeft    = 46.0
	plotRight   = 262.0 // the rest is for the curves' names,
	plotWide    = 318.0 // or less of it where they stand in the legend alone
	plotTop     = 8.0
	plotBottom  = 114.0
)

// frame maps a chart's numbers to the drawing.
type frame struct {
	from, to float64 // of the x axis, drawn from plotLeft to right
	right    float64
	lo, hi   float64 // of the y axis
	log      bool
}

// decades bounds a logarithmic axis: what is a millionth of the largest is no
// news.
const decades = 6

func (c Chart) frame() frame {
	f := frame{from: 0, to: max(c.Length, 1e-9), right: plotRight, log: c.Log}
	if c.Length == 0 && c.Axis == Rounds {
		f.to = 1
	}
	part := c.To > c.From
	if part {
		f.from, f.to = c.From, c.To
	}
	if !c.named() {
		f.right = plotWide
	}
	if c.Top > 0 && !part && !c.Log {
		f.hi = c.Top
		return f
	}
	least, most := c.bounds(f)
	switch {
	case c.Log:
		f.lo, f.hi = logBounds(least, most)
	case !part:
		f.hi = 1
		if most > 0 {
			step := niceStep(most / 4)
			f.hi = math.Ceil(most/step-1e-9) * step
		}
	case !(most >= least):
		f.hi = 1
	case most == least && most == 0:
		f.hi = 1
	default:
		step := niceStep(max(most-least, most/100) / 4)
		f.lo = max(0, math.Floor(least/step+1e-9)*step)
		f.hi = math.Ceil(most/step-1e-9) * step
		if f.hi <= f.lo {
			f.hi = f.lo + step
		}
		if c.Top > 0 {
			f.hi = min(f.hi, c.Top)
			if f.hi <= f.lo {
				f.lo = f.hi - step
			}
		}
	}
	return f
}

// bounds are the least and the greatest value that the frame shows of the
// curves themselves; a logarithmic axis has none at or below 0. least is above
// most where there is nothing.
func (c Chart) bounds(f frame) (least, most float64) {
	least, most = math.Inf(1), math.Inf(-1)
	take := func(v float64) {
		if finite(v) && (!c.Log || v > 0) {
			least, most = min(least, v), max(most, v)
		}
	}
	for i, curve := range c.Curves {
		if c.hidden(i) {
			continue
		}
		for j, v := range curve.Value {
			x := curve.x(j)
			if x >= f.from && x <= f.to {
				take(v)
			}
		}
	}
	return least, most
}

// logBounds are the ends of a logarithmic axis that holds the values: 1, 2 or
// 5 times a power of ten.
func logBounds(least, most float64) (lo, hi float64) {
	if !(most > 0) {
		return 0.1, 1
	}
	hi = niceStep(most)
	least = max(least, hi*math.Pow(10, -decades))
	power := math.Pow(10, math.Floor(math.Log10(least)+1e-9))
	lo = power
	for _, f := range [...]float64{2, 5} {
		if f*power <= least*(1+1e-9) {
			lo = f * power
		}
	}
	if hi <= lo*(1+1e-9) {
		lo = hi / 10
	}
	return lo, hi
}

// niceStep is the least of 1, 2, 5, 10 … times a power of ten that is at
// least x.
func niceStep(x float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(x)))
	for _, f := range [...]float64{1, 2, 5} {
		if f*power >= x*(1-1e-9) {
			return f * power
		}
	}
	return 10 * power
}

// ticks are round numbers between lo and hi, at most n steps apart; none where
// these are no numbers, the lower one first.
func ticks(lo, hi float64, n int) []float64 {
	if !(hi > lo) || !finite(hi) || !finite(lo) {
		return nil
	}
	step := niceStep((hi - lo) / float64(n))
	var t []float64
	first := math.Ceil(lo/step - 1e-9)
	for i := 0.0; (first+i)*step <= hi+step*1e-9; i++ {
		t = append(t, (first+i)*step)
	}
	return t
}

// yTicks are the round numbers at the y axis.
func (f frame) yTicks() []float64 {
	if !f.log {
		return ticks(f.lo, f.hi, 4)
	}
	span := math.Log10(f.hi / f.lo)
	every := max(1, int(math.Ceil(span/5)))
	var t []float64
	low := int(math.Floor(math.Log10(f.lo) + 1e-9))
	for e := low; e <= int(math.Ceil(math.Log10(f.hi)-1e-9)); e++ {
		for _, k := range [...]float64{1, 2, 5} {
			v := k * math.Pow(10, float64(e))
			wanted := span <= 1.7 || k == 1 && (e-low)%every == 0
			if wanted && v >= f.lo*(1-1e-9) && v <= f.hi*(1+1e-9) {
				t = append(t, v)
			}
		}
	}
	return t
}

func (f frame) x(v float64) float64 {
	return plotLeft + (f.right-plotLeft)*(v-f.from)/(f.to-f.from)
}

// at is the place on the x axis under a pixel of the drawing.
func (f frame) at(px float64) float64 {
	return max(f.from, min(f.to, f.from+(px-plotLeft)/(f.right-plotLeft)*(f.to-f.from)))
}

func (f frame) y(v float64) float64 {
	var part float64
	if f.log {
		part = math.Log(max(v, f.lo)/f.lo) / math.Log(f.hi/f.lo)
	} else {
		part = (v - f.lo) / (f.hi - f.lo)
	}
	return plotBottom - (plotBottom-plotTop)*max(0, min(1, part))
}

// draws reports whether the value has a place: a logarithmic axis has none for
// what is not above 0.
func (f frame) draws(v float64) bool { return finite(v) && (!f.log || v > 0) }
