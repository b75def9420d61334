package page

import (
	"strconv"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"grapevine/app/wire"
)

// svg is an element of a drawing.
func svg(tag string) app.HTMLElem { return app.Elem(tag).XMLNS("http://www.w3.org/2000/svg") }

func px(x float64) string { return strconv.FormatFloat(x, 'f', 1, 64) }

func (p *Page) chartColumn(m Model) app.UI {
	var charts []app.UI
	for _, c := range m.charts() {
		charts = append(charts, p.chart(m, c))
	}
	return app.Section().Class("charts").Aria("label", "Charts").Body(append(charts, p.table(m))...)
}

// chart draws one chart: axes, bands, curves, names, the player's line, and
// the values at the round pointed at.
func (p *Page) chart(m Model, c Chart) app.UI {
	top := c.ymax()
	var axes, bands, lines, names, values []app.UI
	for _, v := range ticks(top, 4) {
		y := px(c.y(v, top))
		axes = append(axes,
			svg("line").Class("grid").Attr("x1", px(plotLeft)).Attr("x2", px(plotRight)).Attr("y1", y).Attr("y2", y),
			svg("text").Class("tick").Attr("x", px(plotLeft-6)).Attr("y", px(c.y(v, top)+4)).Attr("text-anchor", "end").Text(tick(c, v)))
	}
	for _, v := range ticks(float64(c.Rounds), 5) {
		if v != float64(int(v)) {
			continue
		}
		axes = append(axes, svg("text").Class("tick").Attr("x", px(c.x(v))).Attr("y", px(plotBottom+15)).Attr("text-anchor", "middle").Text(int(v)))
	}
	axes = append(axes, svg("text").Class("tick").Attr("x", px(plotRight+20)).Attr("y", px(plotBottom+15)).Text("rounds"))
	for _, curve := range c.Curves {
		bands = append(bands, svg("path").Class("band", curve.Protocol).Attr("d", orNothing(c.band(curve, top))))
		lines = append(lines, svg("path").Class("line", curve.Protocol).Attr("d", orNothing(c.line(curve, top))))
		if x, y, ok := c.breaks(curve, top); ok {
			lines = append(lines, svg("text").Class("mark", curve.Protocol).Attr("x", px(x)).Attr("y", px(y+4)).Attr("text-anchor", "middle").Text("×"))
		}
	}
	for _, n := range c.names(top) {
		names = append(names, svg("text").Class("name", n.curve.Protocol).Attr("x", px(n.x)).Attr("y", px(n.y)).Text(n.text))
	}
	round := m.ShownRound()
	if m.Readout != wire.None {
		round = m.Readout
	}
	x := px(c.x(float64(round)))
	cursor := svg("line").Class("cursor").Attr("x1", x).Attr("x2", x).Attr("y1", px(plotTop)).Attr("y2", px(plotBottom))
	for i, curve := range c.Curves {
		if v, ok := curve.at(round); ok && !curve.Kept {
			if i > 0 {
				values = append(values, app.Text(" · "))
			}
			values = append(values, app.Span().Class("name-text", curve.Protocol).Text(curve.Name+" "+c.Format(v)))
		}
	}
	point := func(ctx app.Context, e app.Event) {
		box := ctx.JSSrc().Call("getBoundingClientRect")
		at := (e.Get("clientX").Float() - box.Get("left").Float()) / box.Get("width").Float() * chartWidth
		round := int((at-plotLeft)/(plotRight-plotLeft)*float64(c.Rounds) + 0.5)
		p.update(ctx, Read{max(0, min(round, p.model.Round))})
	}
	// A tab stop of its own: the arrow keys read round by round.
	keys := func(ctx app.Context, e app.Event) {
		at := p.model.Readout
		if at == wire.None {
			at = p.model.ShownRound()
		}
		switch e.Get("key").String() {
		case "ArrowLeft":
			at--
		case "ArrowRight":
			at++
		case "Home":
			at = 0
		case "End":
			at = p.model.Round
		case "Escape":
			p.update(ctx, Read{wire.None})
			return
		default:
			return
		}
		e.PreventDefault()
		e.Call("stopPropagation")
		p.update(ctx, Read{max(0, min(at, p.model.Round))})
	}
	return app.Figure().ID("chart-"+c.ID).Hidden(!m.draws(c.ID)).Body(
		app.FigCaption().Body(
			app.Strong().Text(c.Title),
			app.Span().Class("readout").Body(values...),
		),
		svg("svg").Attr("viewBox", "0 0 "+px(chartWidth)+" "+px(chartHeight)).Attr("role", "img").
			Attr("aria-label", c.Title+" against rounds; arrow keys read values, the table below has them all").
			Attr("tabindex", "0").
			Body(svg("g").Body(axes...), svg("g").Body(bands...), cursor, svg("g").Body(lines...), svg("g").Body(names...)).
			On("pointermove", point).
			On("pointerleave", func(ctx app.Context, _ app.Event) { p.update(ctx, Read{wire.None}) }).
			On("keydown", keys),
	)
}

// orNothing is a path that draws nothing where there is none: an attribute
// that was set is changed, not taken away.
func orNothing(d string) string {
	if d == "" {
		return "M0 0"
	}
	return d
}

// tick writes a number beside an axis.
func tick(c Chart, v float64) string {
	if c.Top == 1 {
		return strconv.FormatFloat(100*v, 'f', 0, 64) + " %"
	}
	return short(v)
}

// maxRows bounds the table's length: of a longer run it shows every so many
// rounds, and says so.
const maxRows = 100

// table holds the charts' numbers.
func (p *Page) table(m Model) app.UI {
	fold := app.Details().Class("numbers").On("toggle", func(ctx app.Context, _ app.Event) {
		p.update(ctx, Numbers{ctx.JSSrc().Get("open").Bool()})
	})
	summary := app.Summary().Text("The charts as a table")
	if !m.Numbers || len(m.Trace.Runs) == 0 {
		return fold.Body(summary)
	}
	every := m.Round/maxRows + 1
	head := []app.UI{app.Th().Scope("col").Text("Round")}
	charts := m.charts()
	for _, c := range charts {
		for _, curve := range c.Curves {
			head = append(head, app.Th().Scope("col").Text(c.Title+", "+curve.Name))
		}
	}
	rows := []app.UI{app.Tr().Body(head...)}
	for round := 0; round <= m.Round; round += every {
		cells := []app.UI{app.Th().Scope("row").Text(round)}
		for _, c := range charts {
			for _, curve := range c.Curves {
				text := "–"
				if v, ok := curve.at(round); ok {
					text = c.Format(v)
				}
				cells = append(cells, app.Td().Text(text))
			}
		}
		rows = append(rows, app.Tr().Body(cells...))
	}
	caption := "Every round"
	if every > 1 {
		caption = "Every " + strconv.Itoa(every) + " rounds"
	}
	return fold.Body(summary, app.Div().Class("scroll").TabIndex(0).Aria("label", "Table of the charts' numbers").Role("region").
		Body(app.Table().Body(append([]app.UI{app.Caption().Text(caption)}, rows...)...)))
}
