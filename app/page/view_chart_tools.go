package page

import (
	"strconv"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
)

// chartTools are what all charts have in common: the x axis, and the way back
// to all of it.
func (p *Page) chartTools(m Model) app.UI {
	options := []app.UI{}
	for _, a := range axes {
		options = append(options, app.Option().Value(string(a.axis)).Text(a.name).Selected(a.axis == m.Charts.Axis))
	}
	hint := "drag to zoom"
	if m.Charts.zoomed() {
		hint = ""
	}
	return app.Div().Class("chart-tools").Body(
		app.Label().Body(app.Text("against "),
			app.Select().ID("x-axis").Class("small").Body(options...).OnChange(func(ctx app.Context, _ app.Event) {
				p.update(ctx, Count{Axis(ctx.JSSrc().Get("value").String())})
			})),
		app.Button().ID("whole-run").Class("small").Hidden(!m.Charts.zoomed()).Text("whole run").
			Title("Show the whole run again (0 on a chart, or a double click)").OnClick(p.on(Zoom{})),
		app.Span().Class("hint").Text(hint),
	)
}

// legend names the curves, and shows and hides them. Where they are many it
// reads them out, too.
func (p *Page) legend(m Model, c Chart) app.UI {
	var buttons []app.UI
	if c.legend() {
		for i, curve := range c.Curves {
			kind := "line"
			if curve.Thin {
				kind = "line thin"
			}
			key := svg("svg").Class("key").Attr("viewBox", "0 0 28 10").Attr("width", "28").Attr("height", "10").Aria("hidden", "true").Body(
				svg("path").Class(append([]string{kind}, curve.Stroke.classes()...)...).Attr("d", "M1 5H27"))
			value := ""
			if v, ok := m.read(curve); ok && c.crowded() && !c.hidden(i) {
				value = c.Format(v)
			}
			buttons = append(buttons, app.Button().Class("small").Aria("pressed", strconv.FormatBool(!c.hidden(i))).
				Title("Show or hide this curve").Body(key, app.Span().Class("key-name").Text(curve.Name), app.Span().Class("key-value").Hidden(!c.crowded()).Text(value)).
				OnClick(p.on(Toggle{curve.Name}), app.EventScope(curve.Name)))
		}
	}
	return app.Div().Class("legend").Role("group").Aria("label", c.Title+": curves").Hidden(len(buttons) == 0).Body(buttons...)
}

// maxRows bounds the table's length: of a longer run it shows every so many
// rounds, and says so.
const maxRows = 100

// column is one of the table.
type column struct {
	head string
	cell func(round int) string
}

// columns of the table: what was sent, where that is an axis, and everything
// that is drawn, bands included.
func (m Model) columns() []column {
	var columns []column
	if m.Charts.Axis != Rounds {
		for i := range m.Trace.Runs {
			run := &m.Trace.Runs[i]
			sent := spent(run, m.Charts.Axis)
			columns = append(columns, column{"Sent, " + protocolNames[run.Protocol], func(round int) string {
				return m.Charts.Axis.write(sent[min(round, len(sent)-1)])
			}})
		}
	}
	for _, c := range m.charts() {
		for i, curve := range c.Curves {
			if c.hidden(i) {
				continue
			}
			add := func(what string, value []float64) {
				columns = append(columns, column{c.Title + ", " + curve.Name + what, func(round int) string {
					if i := curve.index(round); i >= 0 {
						return c.Format(value[i])
					}
					return "–"
				}})
			}
			add("", curve.Value)
			if curve.Low != nil {
				add(", lowest", curve.Low)
				add(", highest", curve.High)
			}
		}
	}
	return columns
}

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
	columns := m.columns()
	head := []app.UI{app.Th().Scope("col").Text("Round")}
	for _, c := range columns {
		head = append(head, app.Th().Scope("col").Text(c.head))
	}
	rows := []app.UI{app.Tr().Body(head...)}
	for round := 0; round <= m.Round; round += every {
		cells := []app.UI{app.Th().Scope("row").Text(round)}
		for _, c := range columns {
			cells = append(cells, app.Td().Text(c.cell(round)))
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
