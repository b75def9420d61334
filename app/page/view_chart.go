package page

import (
	"slices"
	"strconv"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"grapevine/app/wire"
)

// svg is an element of a drawing.
func svg(tag string) app.HTMLElem { return app.Elem(tag).XMLNS("http://www.w3.org/2000/svg") }

func px(x float64) string { return strconv.FormatFloat(x, 'f', 1, 64) }

func (p *Page) chartColumn(m Model) app.UI {
	parts := []app.UI{p.chartTools(m)}
	for _, c := range m.charts() {
		parts = append(parts, p.chart(m, c))
	}
	return app.Section().Class("charts").Aria("label", "Charts").Body(append(parts, p.table(m))...)
}

// chartNamed is the model's chart with the ID.
func (m Model) chartNamed(id string) (Chart, bool) {
	for _, c := range append(append(m.charts(), m.sweepCharts()...), m.privacyCharts()...) {
		if c.ID == id {
			return c, true
		}
	}
	return Chart{}, false
}

// chart draws one chart: its title and switches, what it reads out, the plot,
// the legend where it needs one.
func (p *Page) chart(m Model, c Chart) app.UI {
	f := c.frame()
	return app.Figure().ID("chart-"+c.ID).Hidden(!m.draws(c.ID)).Body(
		app.FigCaption().Body(
			app.Div().Class("chart-head").Body(
				app.Strong().Text(c.Title),
				app.Span().Class("place").Text(place(m, c)),
				app.Button().ID("log-"+c.ID).Class("small").Hidden(!c.Logs).Aria("pressed", strconv.FormatBool(c.Log)).
					Title("A logarithmic axis, on which steady shrinking is a straight line").
					Aria("label", c.Title+" on a logarithmic axis").Text("log").
					OnClick(p.on(Logarithmic{c.ID}), app.EventScope(c.ID)),
			),
			app.Span().Class("readout").Hidden(c.crowded()).Body(readout(m, c)...),
		),
		p.plot(m, c, f),
		p.legend(m, c),
		app.Details().Class("hint").Hidden(c.Hint == "").Body(app.Summary().Text(c.HintOf), app.P().Text(c.Hint)),
	)
}

// place says where the chart is read out, "" at the player's round.
func place(m Model, c Chart) string {
	if m.Charts.Reading == wire.None {
		return ""
	}
	if i := int(m.Charts.Reading); c.Places != nil && i < len(c.Places) {
		return "at " + c.Places[i]
	}
	return "at " + c.Axis.write(m.Charts.Reading)
}

// readout are the values of all curves that are shown: at the place read out,
// else at the player's round.
func readout(m Model, c Chart) []app.UI {
	var parts []app.UI
	n := 0
	for i, curve := range c.Curves {
		v, ok := m.read(curve)
		if c.hidden(i) || !ok {
			continue
		}
		if n > 0 {
			parts = append(parts, app.Text(" · "))
		}
		n++
		parts = append(parts, app.Span().Class(append([]string{"name-text"}, curve.Stroke.classes()...)...).Text(curve.label()+" "+c.Format(v)))
	}
	return parts
}

// read is the curve's value at the place that is read out, or else after the
// player's round.
func (m Model) read(curve Curve) (float64, bool) {
	if m.Charts.Reading != wire.None {
		return curve.at(m.Charts.Reading)
	}
	if i := curve.index(m.ShownRound()); i >= 0 {
		return curve.Value[i], true
	}
	return 0, false
}

// plot is the drawing itself, that points and keys act on.
func (p *Page) plot(m Model, c Chart, f frame) app.UI {
	id := c.ID
	// Handlers outlive the drawing they were made with: they look up what is
	// drawn when they are called.
	under := func(ctx app.Context, e app.Event) (Chart, float64, bool) {
		c, ok := p.model.chartNamed(id)
		box := ctx.JSSrc().Call("getBoundingClientRect")
		pixel := (e.Get("clientX").Float() - box.Get("left").Float()) / box.Get("width").Float() * chartWidth
		return c, c.frame().at(pixel), ok
	}
	down := func(ctx app.Context, e app.Event) {
		if c, x, ok := under(ctx, e); ok && e.Get("button").Int() == 0 {
			ctx.JSSrc().Call("setPointerCapture", e.Get("pointerId").Int())
			p.update(ctx, Drag{c.ID, x, x})
		}
	}
	move := func(ctx app.Context, e app.Event) {
		c, x, ok := under(ctx, e)
		if !ok {
			return
		}
		if d := p.model.Charts.Drag; d.Chart == id {
			d.To = x
			p.update(ctx, d)
			return
		}
		p.update(ctx, Read{c.nearest(x)})
	}
	up := func(ctx app.Context, e app.Event) {
		d := p.model.Charts.Drag
		if c, x, ok := under(ctx, e); ok && d.Chart == id {
			d.To = x
			p.update(ctx, c.chosen(d))
		}
	}
	keys := func(ctx app.Context, e app.Event) {
		c, ok := p.model.chartNamed(id)
		if !ok || e.Get("ctrlKey").Bool() || e.Get("metaKey").Bool() || e.Get("altKey").Bool() {
			return
		}
		if event := p.model.chartKey(c, e.Get("key").String()); event != nil {
			e.PreventDefault()
			e.Call("stopPropagation")
			p.update(ctx, event)
		}
	}
	return svg("svg").Class("plot").Attr("viewBox", "0 0 "+px(chartWidth)+" "+px(chartHeight)).Attr("role", "img").
		Attr("aria-label", c.Title+" against "+axisName(c.Axis)+"; arrow keys read values, plus and minus zoom, 0 shows the whole run, the table below has all numbers").
		Attr("tabindex", "0").
		Body(drawing(m, c, f)...).
		On("pointerdown", down, app.EventScope(id)).
		On("pointermove", move, app.EventScope(id)).
		On("pointerup", up, app.EventScope(id)).
		On("pointercancel", func(ctx app.Context, _ app.Event) { p.update(ctx, Drag{}) }).
		On("pointerleave", func(ctx app.Context, _ app.Event) {
			if p.model.Charts.Drag.Chart == "" {
				p.update(ctx, Read{wire.None})
			}
		}).
		On("dblclick", p.on(Zoom{})).
		On("keydown", keys, app.EventScope(id))
}

// chosen is what the end of a drag does: a mere click does nothing.
func (c Chart) chosen(d Drag) any {
	f := c.frame()
	const least = 6 // pixels
	if across := f.x(d.To) - f.x(d.From); across > -least && across < least {
		return Drag{}
	}
	return c.snap(d.From, d.To)
}

// mostBands is of how many curves the bands are drawn: more of them would hide
// one another. The table has them all.
const mostBands = 4

// drawing are the plot's parts: axes, bands, curves, names, the player's line
// and what is read out.
func drawing(m Model, c Chart, f frame) []app.UI {
	clip := "clip-" + c.ID
	var bands, lines, names, points []app.UI
	shown := 0
	for i := range c.Curves {
		if !c.hidden(i) {
			shown++
		}
	}
	for i, curve := range c.Curves {
		if c.hidden(i) {
			continue
		}
		class := func(kind string) []string { return append([]string{kind}, curve.Stroke.classes()...) }
		kind := "line"
		if curve.Thin {
			kind = "line thin"
		}
		if shown <= mostBands {
			bands = append(bands, svg("path").Class(class("band")...).Attr("d", orNothing(f.band(curve))))
		}
		bands = append(bands, svg("path").Class(class("raw")...).Attr("d", orNothing(f.raw(curve))))
		lines = append(lines, svg("path").Class(class(kind)...).Attr("d", orNothing(f.line(curve, curve.Value))))
		if x, y, ok := f.breaks(curve); ok {
			lines = append(lines, svg("text").Class(class("mark")...).Attr("x", px(x)).Attr("y", px(y+4)).Attr("text-anchor", "middle").Text("×"))
		}
		if v, x, ok := m.point(c, curve); ok && f.draws(v) && x >= f.from && x <= f.to {
			points = append(points, svg("circle").Class(class("point")...).Attr("cx", px(f.x(x))).Attr("cy", px(f.y(v))).Attr("r", "3"))
		}
	}
	for _, l := range c.labels(f) {
		classes := l.curve.Stroke.classes()
		names = append(names,
			svg("path").Class(append([]string{"leader"}, classes[0])...).Attr("d", "M"+px(l.fromX+2)+" "+px(l.fromY)+"L"+px(l.x-2)+" "+px(l.y-4)),
			svg("text").Class("name").Attr("x", px(l.x)).Attr("y", px(l.y)).Text(l.text))
	}
	cursor := "M0 0"
	at := m.Charts.Reading
	if at == wire.None && c.Axis == Rounds {
		at = float64(m.ShownRound())
	}
	if at != wire.None && at >= f.from && at <= f.to {
		cursor = "M" + px(f.x(at)) + " " + px(plotTop) + "V" + px(plotBottom)
	}
	chosen := svg("rect").Class("range").Attr("y", px(plotTop)).Attr("height", px(plotBottom-plotTop))
	if d := m.Charts.Drag; d.Chart != "" && d.Chart == c.ID {
		a, b := f.x(min(d.From, d.To)), f.x(max(d.From, d.To))
		chosen = chosen.Attr("x", px(a)).Attr("width", px(b-a))
	} else {
		chosen = chosen.Attr("x", "0").Attr("width", "0")
	}
	inside := func(parts []app.UI) app.UI { return svg("g").Attr("clip-path", "url(#"+clip+")").Body(parts...) }
	return []app.UI{
		svg("clipPath").ID(clip).Body(svg("rect").Attr("x", px(plotLeft-3)).Attr("y", px(plotTop-6)).
			Attr("width", px(f.right-plotLeft+6)).Attr("height", px(plotBottom-plotTop+12))),
		svg("g").Body(axesOf(c, f)...),
		inside(bands),
		chosen,
		svg("path").Class("cursor").Attr("d", cursor),
		inside(lines),
		svg("g").Body(points...),
		svg("g").Body(names...),
	}
}

// point is where the curve is read: where it says so itself, not at the place
// pointed at.
func (m Model) point(c Chart, curve Curve) (v, x float64, ok bool) {
	if m.Charts.Reading == wire.None && c.Axis == Rounds {
		return 0, 0, false // the line says it
	}
	for i := len(curve.Rounds) - 1; i >= 0; i-- {
		if m.Charts.Reading != wire.None && curve.x(i) <= m.Charts.Reading || m.Charts.Reading == wire.None && curve.Rounds[i] <= m.ShownRound() {
			return curve.Value[i], curve.x(i), true
		}
	}
	return 0, 0, false
}

// axesOf are the grid and the numbers at it.
func axesOf(c Chart, f frame) []app.UI {
	var parts []app.UI
	heights := f.yTicks()
	if c.Never > 0 {
		heights = append(slices.DeleteFunc(heights, func(v float64) bool { return v > c.Never/1.1 }), c.Never)
	}
	for _, v := range heights {
		y := px(f.y(v))
		parts = append(parts,
			svg("line").Class("grid").Attr("x1", px(plotLeft)).Attr("x2", px(f.right)).Attr("y1", y).Attr("y2", y),
			svg("text").Class("tick").Attr("x", px(plotLeft-6)).Attr("y", px(f.y(v)+4)).Attr("text-anchor", "end").Text(tick(c, v)))
	}
	for _, t := range xTicks(c, f) {
		parts = append(parts, svg("text").Class("tick").Attr("x", px(t.x)).Attr("y", px(plotBottom+16)).Attr("text-anchor", t.anchor).Text(t.text))
	}
	return parts
}

// orNothing is a path that draws nothing where there is none: an attribute
// that was set is changed, not taken away.
func orNothing(d string) string {
	if d == "" {
		return "M0 0"
	}
	return d
}

// tick writes a number beside the y axis.
func tick(c Chart, v float64) string {
	if c.Top == 1 {
		return strconv.FormatFloat(100*v, 'f', -1, 32) + " %"
	}
	if c.Never > 0 && v >= c.Never {
		return "never"
	}
	return short(v)
}

func axisName(a Axis) string {
	for _, x := range axes {
		if x.axis == a {
			return x.name
		}
	}
	return string(a)
}
