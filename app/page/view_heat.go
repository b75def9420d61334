package page

import (
	"strconv"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"grapevine/app/wire"
)

// heatHint says why the map is there.
const heatHint = "An average hides this: a client that was given two kinds of digit soon reads these and none of the others, and “20 %” then means two columns right, not every digit now and then."

// heat is the map of accuracy by client and digit, folded until it is wanted.
func (p *Page) heat(m Model) app.UI {
	fold := app.Details().ID("heat").Class("heat").On("toggle", func(ctx app.Context, _ app.Event) {
		p.update(ctx, Heat{ctx.JSSrc().Get("open").Bool()})
	})
	summary := app.Summary().Text("Accuracy by client and digit")
	if !m.Charts.Heat {
		return fold.Body(summary)
	}
	h, ok := m.heat()
	if !ok {
		return fold.Body(summary, app.P().Class("hint").Text(heatHint+" It is drawn once a run is evaluated."))
	}
	read := h.read(m.Charts.Cell, m.Facts.TestDigits)
	if read == "" {
		read = "Point at a cell, or press the arrow keys."
	}
	return fold.Body(summary,
		app.P().Class("hint").Text(heatHint),
		app.Figure().ID("chart-heat").Body(
			app.FigCaption().Body(
				app.Strong().Text("Accuracy by client and digit, after round "+strconv.Itoa(h.Round)),
				app.Span().Class("readout").Text(read),
			),
			p.heatPlot(m, h),
		),
		p.heatFiles(),
		p.heatTable(m, h),
	)
}

func (p *Page) heatPlot(m Model, h heatMap) app.UI {
	width, height := h.cell()
	bottom := heatTop + height*float64(len(h.Rows))
	tall := max(bottom, heatTop+120) + 8
	var names, scale []app.UI
	cells := []app.UI{svg("rect").Class("frame").Attr("x", px(heatLeft-1)).Attr("y", px(heatTop-1)).Attr("width", px(10*width+1)).Attr("height", px(bottom-heatTop+1))}
	for i, d := range h.paths() {
		cells = append(cells, svg("path").Attr("fill", shade(float64(i)/(shades-1))).Attr("d", orNothing(d)))
	}
	for digit := range 10 {
		names = append(names, svg("text").Class("tick").Attr("x", px(heatLeft+width*(float64(digit)+0.5))).Attr("y", px(heatTop-7)).Attr("text-anchor", "middle").Text(digit))
	}
	every := h.every()
	for row, r := range h.Rows {
		name := strconv.Itoa(r.Client)
		if r.Client < 0 {
			name = r.Name
		} else if row%every != 0 {
			continue
		}
		names = append(names, svg("text").Class("tick").Attr("x", px(heatLeft-6)).Attr("y", px(heatTop+height*(float64(row)+0.5)+4)).Attr("text-anchor", "end").Text(name))
	}
	names = append(names, svg("text").Class("tick").Attr("x", "4").Attr("y", px(heatTop-7)).Text("client"))
	const steps = 20
	for i := range steps {
		scale = append(scale, svg("rect").Attr("x", px(heatRight+20)).Attr("y", px(heatTop+100*float64(steps-1-i)/steps)).
			Attr("width", "12").Attr("height", "5.5").Attr("fill", shade(float64(i)/(steps-1))))
	}
	for _, part := range [...]float64{0, 0.5, 1} {
		scale = append(scale, svg("text").Class("tick").Attr("x", px(heatRight+36)).Attr("y", px(heatTop+100*(1-part)+4)).Text(strconv.Itoa(int(100*part))+" %"))
	}
	outline := func(class string, x, y, w, h float64, shown bool) app.UI {
		if !shown {
			w, h = 0, 0
		}
		return svg("rect").Class(class).Attr("x", px(x)).Attr("y", px(y)).Attr("width", px(w)).Attr("height", px(h)).Attr("visibility", map[bool]string{true: "visible", false: "hidden"}[shown])
	}
	at := m.Charts.Cell
	selected := m.Selected != wire.None && m.Selected < len(h.Rows) && h.Rows[m.Selected].Client == m.Selected
	marks := []app.UI{
		outline("picked", heatLeft-1.5, heatTop+height*float64(m.Selected)-1.5, 10*width+2, height+2, selected),
		outline("pointed", heatLeft+width*float64(at.Digit)-1, heatTop+height*float64(at.Row)-1, width+1, height+1, h.has(at)),
	}
	place := func(ctx app.Context, e app.Event) (heatMap, Cell, bool) {
		h, ok := p.model.heat()
		if !ok {
			return h, noCell, false
		}
		box := ctx.JSSrc().Call("getBoundingClientRect")
		scale := heatWidth / box.Get("width").Float()
		c, inside := h.at((e.Get("clientX").Float()-box.Get("left").Float())*scale, (e.Get("clientY").Float()-box.Get("top").Float())*scale)
		if !inside {
			c = noCell
		}
		return h, c, inside
	}
	return svg("svg").Class("plot map").Attr("viewBox", "0 0 "+px(heatWidth)+" "+px(tall)).Attr("role", "img").Attr("tabindex", "0").
		Attr("aria-label", "Accuracy by client, in rows, and digit, in columns; arrow keys read values, Enter selects the client, the table below has all numbers").
		Body(svg("g").Body(names...), svg("g").Attr("shape-rendering", "crispEdges").Body(cells...), svg("g").Body(scale...), svg("g").Body(marks...)).
		On("pointermove", func(ctx app.Context, e app.Event) {
			if _, c, _ := place(ctx, e); c != p.model.Charts.Cell {
				p.update(ctx, c)
			} else {
				ctx.PreventUpdate()
			}
		}).
		On("pointerleave", func(ctx app.Context, _ app.Event) { p.update(ctx, noCell) }).
		OnClick(func(ctx app.Context, e app.Event) {
			if h, c, ok := place(ctx, e); ok {
				p.update(ctx, c)
				p.update(ctx, h.choose(c))
			}
		}).
		On("keydown", func(ctx app.Context, e app.Event) {
			h, ok := p.model.heat()
			if !ok || e.Get("ctrlKey").Bool() || e.Get("metaKey").Bool() || e.Get("altKey").Bool() {
				return
			}
			if event := p.model.heatKey(h, e.Get("key").String()); event != nil {
				e.PreventDefault()
				e.Call("stopPropagation")
				p.update(ctx, event)
			}
		})
}

func (p *Page) heatFiles() app.UI {
	save := func(kind, name string) app.UI {
		return app.Button().ID(kind+"-heat").Class("small").Text(name).Title("This map as a file").
			OnClick(func(app.Context, app.Event) { saveChart("chart-heat", kind) }, app.EventScope(kind))
	}
	return app.Div().Class("legend").Body(save("svg", "SVG"), save("png", "PNG"))
}

// heatTable holds the map's numbers.
func (p *Page) heatTable(m Model, h heatMap) app.UI {
	fold := app.Details().On("toggle", func(ctx app.Context, _ app.Event) {
		p.update(ctx, HeatRows{ctx.JSSrc().Get("open").Bool()})
	})
	summary := app.Summary().Text("The map as a table")
	if !m.Charts.HeatRows {
		return fold.Body(summary)
	}
	head := []app.UI{app.Th().Scope("col").Text("Model")}
	for digit := range 10 {
		head = append(head, app.Th().Scope("col").Text(digit))
	}
	rows := []app.UI{app.Tr().Body(head...)}
	for _, r := range h.Rows {
		cells := []app.UI{app.Th().Scope("row").Text(r.Name)}
		for _, share := range r.Share {
			text := "–"
			if finite(share) {
				text = percent(share)
			}
			cells = append(cells, app.Td().Text(text))
		}
		rows = append(rows, app.Tr().Body(cells...))
	}
	return fold.Body(summary, app.Div().Class("scroll").TabIndex(0).Aria("label", "Table of accuracy by client and digit").Role("region").
		Body(app.Table().Body(append([]app.UI{app.Caption().Text("After round " + strconv.Itoa(h.Round))}, rows...)...)))
}
