package figures

import (
	"cmp"
	"slices"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// tag is a curve's name beside its end.
type tag struct {
	at   vg.Length // where the curve ends
	text string
	line draw.LineStyle // of the curve; of no width: none
}

// drawTags writes the tags to the right of the canvas, with a piece of the
// curve before each, and moves those apart that would cover one another; a
// thin line leads from the curve's end.
func drawTags(c draw.Canvas, tags []tag) {
	const pitch = sizeText + 1.5
	order(tags)
	places := spread(tags, pitch, c.Min.Y, c.Max.Y)
	for i, t := range tags {
		y := places[i]
		c.StrokeLine2(draw.LineStyle{Color: faint(grey, 0.6), Width: 0.4}, c.Max.X+2, t.at, c.Max.X+8, y)
		c.StrokeLine2(t.line, c.Max.X+10, y, c.Max.X+10+swatch, y)
		text := ink
		if t.line.Color == grey {
			text = grey
		}
		c.FillText(style(sizeText, text), vg.Point{X: c.Max.X + 13 + swatch, Y: y}, t.text)
	}
}

// swatch is the length of the piece of a curve before its name.
const swatch vg.Length = 18

// room is what drawTags takes beside the canvas for the names.
func room(names []string) vg.Length {
	widest := style(sizeText, ink).Width("chance")
	for _, n := range names {
		widest = max(widest, style(sizeText, ink).Width(n))
	}
	return widest + swatch + 15
}

// order sorts the tags from the top down. Where curves end all but together,
// the order in which they came, which is their values', says more than the
// height.
func order(tags []tag) {
	type placed struct {
		tag
		came, group int
	}
	list := make([]placed, len(tags))
	for i, t := range tags {
		list[i] = placed{tag: t, came: i}
	}
	slices.SortStableFunc(list, func(a, b placed) int { return cmp.Compare(b.at, a.at) })
	const together = 3
	for i := 1; i < len(list); i++ {
		list[i].group = list[i-1].group
		if list[i-1].at-list[i].at > together {
			list[i].group++
		}
	}
	slices.SortStableFunc(list, func(a, b placed) int {
		return cmp.Or(cmp.Compare(a.group, b.group), cmp.Compare(a.came, b.came))
	})
	for i, p := range list {
		tags[i] = p.tag
	}
}

// spread gives the tags, which come from the top down, places at least a
// pitch apart and as near to their curves as that allows: tags that meet
// become a block about their common middle.
func spread(tags []tag, pitch, low, high vg.Length) []vg.Length {
	type block struct {
		middle vg.Length
		n      int
	}
	place := func(b block) block {
		half := pitch * vg.Length(b.n-1) / 2
		b.middle = min(max(b.middle, low+half), max(high-half, low+half))
		return b
	}
	var blocks []block
	for _, t := range tags {
		b := place(block{t.at, 1})
		for len(blocks) > 0 {
			last := blocks[len(blocks)-1]
			if last.middle-b.middle >= pitch*vg.Length(last.n+b.n)/2 {
				break
			}
			n := last.n + b.n
			b = place(block{(last.middle*vg.Length(last.n) + b.middle*vg.Length(b.n)) / vg.Length(n), n})
			blocks = blocks[:len(blocks)-1]
		}
		blocks = append(blocks, b)
	}
	var places []vg.Length
	for _, b := range blocks {
		for i := range b.n {
			places = append(places, b.middle+pitch*(vg.Length(b.n-1)/2-vg.Length(i)))
		}
	}
	return places
}
