package page

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"grapevine/app/wire"
)

// mostMapped bounds the clients of the map: more make cells too small to see.
const mostMapped = 200

// The map's drawing, in its own units.
const (
	leakLeft = 34.0
	leakTop  = 26.0
	leakSide = 320.0
)

// leaked is the map of the experiment as it is set, nil where there is none.
func (m Model) leaked() *wire.Leaked {
	if l := m.Privacy.Leaked; l != nil && l.Problem == "" && m.Privacy.LeakedOf == m.Experiment {
		return l
	}
	return nil
}

// tint tells the stage what to colour by.
func (m Model) tint() Effect {
	t := &wire.Tint{}
	if l := m.leaked(); l != nil && m.Privacy.Colour && m.Privacy.Map && m.opened() && m.Selected != wire.None && m.Selected < len(l.Share) {
		t.Client, t.Shares = m.Selected, l.Share[m.Selected]
	}
	return Effect{ToStage: true, Message: t}
}

// leakMap shows who learns what about whom, folded until it is wanted.
func (p *Page) leakMap(m Model) app.UI {
	fold := app.Details().ID("leak-map").Class("leak-map").On("toggle", func(ctx app.Context, _ app.Event) {
		p.update(ctx, OpenMap{ctx.JSSrc().Get("open").Bool()})
	})
	summary := app.Summary().Text("Who can see me: one client before another")
	if !m.Privacy.Map {
		return fold.Body(summary)
	}
	says := m.leaks()
	l := m.leaked()
	switch {
	case says != "":
	case m.Privacy.Leaked != nil && m.Privacy.LeakedOf == m.Experiment && m.Privacy.Leaked.Problem != "":
		says = m.Privacy.Leaked.Problem
	case l == nil:
		says = "It is being computed from the exchanges that the seed draws."
	case len(l.Share) > mostMapped:
		says = "Select a client: the map itself is drawn for up to 200 clients."
	}
	parts := []app.UI{summary,
		app.P().ID("leak-hint").Class("hint").Body(app.Strong().Text("An estimate. "),
			app.Text("For averaging alone these losses are exact. With training in between they are a linear leakage estimate, other clients' updates held fixed; the guarantee is the total above, before whoever sees every message, and no cell exceeds it.")),
	}
	if l == nil || len(l.Share) > mostMapped {
		parts = append(parts, app.P().Class("hint").Role("status").Text(says))
	}
	if l == nil {
		return fold.Body(parts...)
	}
	parts = append(parts, app.Label().Class("tick-box").Body(
		app.Input().ID("colour-stage").Type("checkbox").Checked(m.Privacy.Colour).OnChange(func(ctx app.Context, _ app.Event) {
			p.update(ctx, ColourStage{ctx.JSSrc().Get("checked").Bool()})
		}),
		app.Span().Text("Colour the stage by what each client sees of the selected one")))
	if len(l.Share) <= mostMapped {
		parts = append(parts, p.leakPlot(m, l))
	}
	return fold.Body(append(parts, app.P().ID("leak-says").Role("status").Text(m.seenBy(l)))...)
}

// seenBy lists what others see of the selected client, in words.
func (m Model) seenBy(l *wire.Leaked) string {
	over := ""
	if l.Rounds < m.Experiment.Rounds {
		over = fmt.Sprintf(" Over the first %d of %d rounds: more take too long here.", l.Rounds, m.Experiment.Rounds)
	}
	if m.Selected == wire.None || m.Selected >= len(l.Epsilon) {
		return "Select a client, by a click on its row or on the stage, to read what each other sees of it." + over
	}
	var list []string
	blind := 0
	for v, e := range l.Epsilon[m.Selected] {
		switch {
		case v == m.Selected:
		case l.Share[m.Selected][v] < 1e-9:
			blind++
		case len(list) < 60:
			list = append(list, fmt.Sprintf("%d: %s", v, epsilonText(e)))
		}
	}
	if blind > 0 {
		list = append(list, fmt.Sprintf("nothing before the other %d", blind))
	}
	return fmt.Sprintf("Client %d before each other client, estimated ε: %s. Before whoever sees every message: %s, guaranteed.%s",
		m.Selected, strings.Join(list, ", "), epsilonText(l.Local), over)
}

// leakPlot draws the map: a row for who is seen, a column for who sees.
func (p *Page) leakPlot(m Model, l *wire.Leaked) app.UI {
	n := len(l.Share)
	side := leakSide / float64(n)
	paths := map[int]*strings.Builder{}
	for u, row := range l.Share {
		for v, share := range row {
			if u == v {
				continue
			}
			i := int(share*(shades-1) + 0.5)
			if paths[i] == nil {
				paths[i] = &strings.Builder{}
			}
			fmt.Fprintf(paths[i], "M%.1f %.1fh%.2fv%.2fh-%.2fz", leakLeft+side*float64(v), leakTop+side*float64(u), side, side, side)
		}
	}
	cells := []app.UI{}
	for i := range shades {
		d := ""
		if paths[i] != nil {
			d = paths[i].String()
		}
		cells = append(cells, svg("path").Attr("fill", shade(float64(i)/(shades-1))).Attr("d", orNothing(d)))
	}
	var names []app.UI
	every := (n + 9) / 10 // two digits need as much room
	for c := 0; c < n; c += every {
		at := side * (float64(c) + 0.5)
		names = append(names,
			svg("text").Class("tick").Attr("x", px(leakLeft-5)).Attr("y", px(leakTop+at+4)).Attr("text-anchor", "end").Text(strconv.Itoa(c)),
			svg("text").Class("tick").Attr("x", px(leakLeft+at)).Attr("y", px(leakTop-7)).Attr("text-anchor", "middle").Text(strconv.Itoa(c)))
	}
	const steps = 20
	for i := range steps {
		names = append(names, svg("rect").Attr("x", px(leakLeft+leakSide+16)).Attr("y", px(leakTop+100*float64(steps-1-i)/steps)).
			Attr("width", "12").Attr("height", "5.5").Attr("fill", shade(float64(i)/(steps-1))))
	}
	for _, part := range [...]float64{0, 0.5, 1} {
		names = append(names, svg("text").Class("tick").Attr("x", px(leakLeft+leakSide+32)).Attr("y", px(leakTop+100*(1-part)+4)).Text(strconv.Itoa(int(100*part))+" %"))
	}
	h := 0.0
	y := 0.0
	if m.Selected != wire.None && m.Selected < n {
		h, y = side, leakTop+side*float64(m.Selected)
	}
	w := leakSide
	if h == 0 {
		w = 0
	}
	names = append(names, svg("rect").Class("picked").Attr("x", px(leakLeft)).Attr("y", px(y)).Attr("width", px(w)).Attr("height", px(h)).
		Attr("visibility", map[bool]string{true: "visible", false: "hidden"}[h > 0]))
	place := func(ctx app.Context, e app.Event) (pair [2]int, ok bool) {
		l := p.model.leaked()
		if l == nil {
			return pair, false
		}
		side := leakSide / float64(len(l.Share))
		box := ctx.JSSrc().Call("getBoundingClientRect")
		scale := (leakLeft + leakSide + 74) / box.Get("width").Float()
		v := (e.Get("clientX").Float()-box.Get("left").Float())*scale - leakLeft
		u := (e.Get("clientY").Float()-box.Get("top").Float())*scale - leakTop
		if u < 0 || v < 0 || u >= leakSide || v >= leakSide {
			return pair, false
		}
		return [2]int{min(int(u/side), len(l.Share)-1), min(int(v/side), len(l.Share)-1)}, true
	}
	read := "Rows: who is seen. Columns: who sees. Colour: share of the loss before whoever sees everything."
	if u, v := m.Privacy.Pair[0], m.Privacy.Pair[1]; u != v && u < n && v < n {
		read = fmt.Sprintf("Client %d before client %d: ε = %s, an estimate; %.0f %% of μ² before whoever sees everything.", u, v, epsilonText(l.Epsilon[u][v]), 100*l.Share[u][v])
	}
	return app.Figure().ID("chart-leak").Body(
		app.FigCaption().Body(app.Strong().Text("What one client can tell of another (estimate)"), app.Span().Class("readout").Text(read)),
		svg("svg").Class("map").Attr("viewBox", "0 0 "+px(leakLeft+leakSide+74)+" "+px(leakTop+leakSide+4)).Attr("role", "img").
			Attr("aria-label", "How much each client, in columns, can tell of each other, in rows; the words below list the selected client's numbers").
			Body(svg("g").Attr("shape-rendering", "crispEdges").Body(cells...), svg("g").Body(names...)).
			On("pointermove", func(ctx app.Context, e app.Event) {
				if pair, ok := place(ctx, e); ok && pair != p.model.Privacy.Pair {
					p.update(ctx, Point{pair})
				} else {
					ctx.PreventUpdate()
				}
			}).
			OnClick(func(ctx app.Context, e app.Event) {
				if pair, ok := place(ctx, e); ok {
					p.update(ctx, Select{pair[0]})
				}
			}))
}
