package page

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/boombuler/barcode/qr"
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"grapevine/app/experiment"
)

// share is the panel that hands the run on: its link, the link as a code to be
// scanned, what the link does with the page it opens, and the run as files. It
// stands in the page, not over it: a run goes on beneath.
func (p *Page) share(m Model) app.UI {
	panel := app.Section().ID("share-panel").Class("share").Aria("label", "Share").Hidden(!m.Sharing)
	if !m.Sharing {
		return panel.Body()
	}
	link := address() + "#" + m.Share().String()
	proof := "The link carries the settings. Once the run is finished it carries the result too, so that whoever opens it can check it."
	if m.own().Digest != "" {
		proof = "The link carries the settings and what came of them: whoever opens it can see whether it comes out the same, bit for bit."
	}
	size, enlarge := "small", "Larger, for the back row"
	if m.LargeCode {
		size, enlarge = "large", "Smaller"
	}
	return panel.Body(
		app.Div().Class("share-link").Body(
			app.H2().Text("Link to this run"),
			app.Input().ID("link").Type("text").ReadOnly(true).Value(link).Aria("label", "Link to this run").
				OnFocus(func(ctx app.Context, _ app.Event) { ctx.JSSrc().Call("select") }),
			app.Button().ID("copy-link").Text("Copy the link").OnClick(func(app.Context, app.Event) { copyText(link) }),
			app.P().Class("hint").Text(proof),
			app.H2().Text("Whoever opens it"),
			p.viewOptions(m),
		),
		app.Figure().Class("code", size).Body(code(link), app.FigCaption().Body(
			app.Button().ID("enlarge").Aria("pressed", strconv.FormatBool(m.LargeCode)).Text(enlarge).OnClick(p.on(Enlarge{})))),
		app.Div().Class("files").Body(
			app.H2().Text("Files"),
			p.files(m),
			app.Button().ID("close-share").Text("Close").OnClick(p.on(Share{false})),
		),
	)
}

// viewOptions are what a shared link asks of the page it opens.
func (p *Page) viewOptions(m Model) app.UI {
	tick := func(id, text string, on bool, alter func(v *experiment.View, on bool)) app.UI {
		return app.Label().Class("tick-box").Body(
			app.Input().ID(id).Type("checkbox").Checked(on).OnChange(func(ctx app.Context, _ app.Event) {
				v := p.model.Shared
				alter(&v, ctx.JSSrc().Get("checked").Bool())
				p.update(ctx, Shape{v})
			}),
			app.Span().Text(text),
		)
	}
	v := m.Shared
	boxes := []app.UI{
		tick("share-start", "starts at once", v.Start, func(v *experiment.View, on bool) { v.Start = on }),
		tick("share-present", "sees it large", v.Present, func(v *experiment.View, on bool) { v.Present = on }),
	}
	var hide, charts []app.UI
	for _, g := range experiment.Groups {
		hide = append(hide, tick("hide-"+strings.ToLower(string(g)), string(g), slices.Contains(v.Hide, g), func(v *experiment.View, on bool) {
			v.Hide = toggled(experiment.Groups[:], v.Hide, g, on)
		}))
	}
	shown := v.Charts
	if shown == nil {
		shown = experiment.Charts
	}
	for _, c := range experiment.Charts {
		charts = append(charts, tick("show-"+c, chartNames[c], slices.Contains(shown, c), func(v *experiment.View, on bool) {
			v.Charts = toggled(experiment.Charts, shown, c, on)
			if len(v.Charts) == len(experiment.Charts) {
				v.Charts = nil
			}
		}))
	}
	return app.Div().Class("view-options").Body(
		app.Div().Body(boxes...),
		app.FieldSet().Body(append([]app.UI{app.Legend().Text("does not see the settings of")}, hide...)...),
		app.FieldSet().Body(append([]app.UI{app.Legend().Text("sees the charts")}, charts...)...),
	)
}

// chartNames name the charts in plain words.
var chartNames = map[string]string{"accuracy": "accuracy", "loss": "loss", "distance": "distance"}

// toggled is the list with x in it or not, in the order of all; never nil.
func toggled[T comparable](all, list []T, x T, on bool) []T {
	out := []T{}
	for _, a := range all {
		if a == x && on || a != x && slices.Contains(list, a) {
			out = append(out, a)
		}
	}
	return out
}

// files are the run as files, and the way to open one.
func (p *Page) files(m Model) app.UI {
	done := m.Phase == Done
	save := func(id, text, title string, off bool, do func(app.Context)) app.UI {
		return app.Button().ID(id).Text(text).Title(title).Disabled(off).OnClick(func(ctx app.Context, _ app.Event) { do(ctx) })
	}
	rows := []app.UI{
		app.Div().Class("file-row").Body(
			app.Span().Text("The run"),
			save("save-trace", "JSON", "The whole trace, which can be opened again and checked", !done, func(app.Context) {
				saveWritten("json", "application/json", &p.model.Trace, experiment.WriteTrace)
			}),
			save("save-csv", "CSV", "The metrics, a row a number", !done, func(app.Context) {
				saveWritten("csv", "text/csv", &p.model.Trace, experiment.WriteCSV)
			}),
		),
	}
	for _, c := range m.charts() {
		figure := "chart-" + c.ID
		rows = append(rows, app.Div().Class("file-row").Hidden(!m.draws(c.ID)).Body(
			app.Span().Text(c.Title),
			save("svg-"+c.ID, "SVG", "This chart as a drawing", false, func(app.Context) { saveChart(figure, "svg") }),
			save("png-"+c.ID, "PNG", "This chart as a picture", false, func(app.Context) { saveChart(figure, "png") }),
		))
	}
	rows = append(rows,
		app.Div().Class("file-row").Body(
			app.Span().Text("The stage"),
			save("png-stage", "PNG", "What the stage shows now", !m.StageReady, func(ctx app.Context) { p.update(ctx, Snap{}) }),
		),
		app.Label().Class("open-file").Body(
			app.Span().Text("Open a trace (JSON), or drop it anywhere on the page"),
			app.Input().ID("open-file").Type("file").Accept(".json,application/json"),
		),
	)
	return app.Div().Body(rows...)
}

// code is the text as a QR code with its quiet margin, dark on light whatever
// the page's look is: not every reader takes the other way round.
func code(text string) app.UI {
	const quiet = 4
	c, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		c, err = qr.Encode(text, qr.L, qr.Auto)
	}
	if err != nil {
		return app.P().Class("hint").Text("The link is too long for a code.")
	}
	side := c.Bounds().Dx()
	var d strings.Builder
	for y := range side {
		for x := 0; x < side; x++ {
			from := x
			for x < side && dark(c.At(x, y).RGBA()) {
				x++
			}
			if x > from {
				fmt.Fprintf(&d, "M%d %dh%dv1h-%dz", from+quiet, y+quiet, x-from, x-from)
			}
		}
	}
	box := fmt.Sprintf("0 0 %d %d", side+2*quiet, side+2*quiet)
	return svg("svg").ID("qr").Attr("viewBox", box).Attr("role", "img").Attr("aria-label", "QR code of the link").Attr("shape-rendering", "crispEdges").Body(
		svg("rect").Attr("width", side+2*quiet).Attr("height", side+2*quiet).Attr("fill", "#ffffff"),
		svg("path").Attr("d", d.String()).Attr("fill", "#000000"),
	)
}

func dark(r, _, _, _ uint32) bool { return r < 0x8000 }
