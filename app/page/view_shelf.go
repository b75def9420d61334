package page

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"grapevine/app/experiment"
)

// shelf is the list of finished runs, folded until it is wanted, and the
// comparison of those that were chosen.
func (p *Page) shelf(m Model) app.UI {
	s := m.Shelf
	title := "Finished runs"
	if n := len(s.Records); n > 0 {
		title += fmt.Sprintf(" (%d)", n)
	}
	fold := app.Details().ID("shelf").On("toggle", func(ctx app.Context, _ app.Event) {
		if open := ctx.JSSrc().Get("open").Bool(); open != p.model.Shelf.Open {
			p.update(ctx, Unfold{open})
		}
	})
	var says []app.UI
	for _, sentence := range [...]string{s.Problem, s.Said} {
		if sentence != "" {
			says = append(says, app.P().Class("hint").Text(sentence))
		}
	}
	var undo []app.UI
	if s.Deleted != nil {
		undo = append(undo, app.Span().Text("Deleted "+s.Deleted.Name+". "),
			app.Button().ID("undelete").Text("Undo").OnClick(p.on(Undelete{})))
	}
	var inside []app.UI
	if s.Open {
		inside = []app.UI{p.shelved(s), comparison(m.compared())}
	}
	return app.Section().Class("shelf").Aria("label", "Finished runs").Body(
		fold.Body(append([]app.UI{app.Summary().Text(title)}, inside...)...),
		app.Div().Role("status").Body(says...),
		app.Div().Class("undo").Role("status").Body(undo...),
	)
}

// shelved lists the runs, newest first.
func (p *Page) shelved(s Shelf) app.UI {
	if len(s.Records) == 0 {
		return app.P().Class("hint").Text("A run that is trained to its end is kept here, on this device alone.")
	}
	var rows []app.UI
	for _, r := range s.Records {
		rows = append(rows, p.record(s, r))
	}
	return app.Ul().Class("records").Body(rows...)
}

// record is one run: what it is, what came of it, what can be done with it.
// The handlers' scope is the digest: rows move when one is deleted.
func (p *Page) record(s Shelf, r Record) app.UI {
	scope := app.EventScope(r.Digest)
	button := func(what, text, title string, event any) app.HTMLButton {
		return app.Button().ID(what+"-"+r.Digest[:min(12, len(r.Digest))]).Text(text).Title(title).
			Aria("label", text+" "+r.Name).OnClick(p.on(event), scope)
	}
	toggle := func(b app.HTMLButton, on bool) app.HTMLButton { return b.Aria("pressed", strconv.FormatBool(on)) }
	link, _ := experiment.ParseLink(r.Link)
	chosen := false
	for _, d := range s.Compared {
		chosen = chosen || d == r.Digest
	}
	var results []string
	for i, protocol := range link.Experiment.Protocols() {
		if i < len(r.Accuracies) {
			results = append(results, protocolNames[protocol]+" "+percent(r.Accuracies[i]))
		}
	}
	results = append(results, fmt.Sprintf("%d rounds", r.Rounds))
	return app.Li().Class("record").Body(
		button("colour", "", "Another colour", Recolour{r.Digest}).Class("colour").Aria("label", "Another colour for "+r.Name).Body(swatch(keptStroke(r.Colour))),
		app.Input().Type("text").Class("record-name").Value(r.Name).MaxLength(mostName).Aria("label", "Name of the run").
			Attr("spellcheck", "false").OnChange(func(ctx app.Context, _ app.Event) {
			p.update(ctx, Rename{r.Digest, ctx.JSSrc().Get("value").String()})
			if now := p.model.Shelf.find(r.Digest); now != nil {
				ctx.JSSrc().Set("value", now.Name) // as it was taken
			}
		}, scope),
		app.Span().Class("record-results").Text(strings.Join(results, " · ")),
		app.P().Class("hint").Text(differsInWords(link.Experiment)),
		app.Div().Class("record-buttons").Role("group").Aria("label", r.Name).Body(
			button("show", "Show", "Show the run again, without training", Exhibit{r.Digest}),
			toggle(button("compare", "Compare", "Draw its curves beside those of the run at hand", Compare{r.Digest}), chosen),
			toggle(button("pin", "Pin", "Keep it when the shelf is full", Pin{r.Digest}), r.Pinned),
			button("download", "Download", "Save the trace as a file", Download{r.Digest}),
			button("delete", "Delete", "Take it off the shelf", Delete{r.Digest}),
		),
	)
}

// swatch shows the colour and the dashes of a run's curves.
func swatch(stroke Stroke) app.UI {
	return svg("svg").Attr("viewBox", "0 0 44 12").Attr("class", "swatch").Attr("aria-hidden", "true").Body(
		svg("path").Class(append([]string{"line"}, stroke.classes()...)...).Attr("d", "M2 6L42 6"))
}

// comparison is the table of what differs between the compared runs.
func comparison(runs []Compared) app.UI {
	box := app.Div().Class("comparison")
	if len(runs) == 0 {
		return box.Body(app.P().Class("hint").Text("Press Compare at two runs or more to draw them together and see what differs."))
	}
	if len(runs) == 1 {
		return box.Body(app.P().Class("hint").Text("Press Compare at another run too, and a table says what differs between them."))
	}
	head := []app.UI{app.Td()}
	for _, c := range runs {
		head = append(head, app.Th().Scope("col").Body(
			swatch(c.Stroke), app.Text(c.Name)))
	}
	rows := []app.UI{app.Tr().Body(head...)}
	for _, row := range contrasts(runs) {
		cells := []app.UI{app.Th().Scope("row").Text(row.Name)}
		for _, cell := range row.Cells {
			cells = append(cells, app.Td().Text(cell))
		}
		rows = append(rows, app.Tr().Body(cells...))
	}
	return box.Body(app.Div().Class("scroll").TabIndex(0).Role("region").Aria("label", "What differs between the compared runs").Body(
		app.Table().ID("comparison").Body(append([]app.UI{app.Caption().Text("What differs, and what came of it. In the charts a compared run's two curves have its colour, and other dashes.")}, rows...)...)))
}
