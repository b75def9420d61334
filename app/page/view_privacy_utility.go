package page

import (
	"fmt"
	"math"
	"strconv"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"grapevine/app/experiment"
)

// paidRun is a finished run whose accuracy is set against what it spent.
type paidRun struct {
	name       string
	experiment experiment.Experiment
	accuracy   []float64 // final, by protocol
}

// mostPaid bounds the runs in the plot.
const mostPaid = 60

// paid are the finished runs at hand: the shelf's, the newest first, then the
// sweep's.
func (m Model) paid() (list []paidRun) {
	for _, r := range m.Shelf.Records {
		link, refused := experiment.ParseLink(r.Link)
		if len(list) < mostPaid && len(refused) == 0 && len(r.Accuracies) == len(link.Experiment.Protocols()) {
			list = append(list, paidRun{r.Name, link.Experiment, r.Accuracies})
		}
	}
	for i, r := range m.Study.Results {
		if r == nil || len(list) >= mostPaid {
			continue
		}
		run := paidRun{name: "sweep, run " + strconv.Itoa(i+1), experiment: r.Experiment}
		for _, protocol := range r.Experiment.Protocols() {
			rows := r.Rounds[protocol]
			run.accuracy = append(run.accuracy, rows[len(rows)-1].TestAccuracy)
		}
		list = append(list, run)
	}
	return list
}

// priced is a point of the plot.
type priced struct {
	name, protocol    string
	unit              string
	epsilon, accuracy float64
}

// priced are the points, as far as their totals are known.
func (m Model) priced() (list []priced) {
	a, q := m.Privacy.Answer, m.Privacy.Asked
	if a == nil || q == nil {
		return nil
	}
	totals := map[experiment.Experiment][]experiment.Float{}
	for i, run := range q.Runs {
		if i < len(a.Totals) {
			totals[run] = a.Totals[i]
		}
	}
	for _, run := range m.paid() {
		unit := "client"
		if run.experiment.Trust == experiment.TrustExample {
			unit = "example"
		}
		for i, protocol := range run.experiment.Protocols() {
			if t := totals[run.experiment]; i < len(t) && float64(t[i]) == float64(t[i]) {
				list = append(list, priced{run.name, protocol, unit, float64(t[i]), run.accuracy[i]})
			}
		}
	}
	return list
}

// utility is the plot of accuracy against total ε, folded until it is wanted.
func (p *Page) utility(m Model) app.UI {
	fold := app.Details().ID("utility").Class("utility").On("toggle", func(ctx app.Context, _ app.Event) {
		p.update(ctx, OpenPlot{ctx.JSSrc().Get("open").Bool()})
	})
	summary := app.Summary().Text("Accuracy against total ε")
	if !m.Privacy.Plot {
		return fold.Body(summary)
	}
	points := m.priced()
	hint := app.P().Class("hint").Text("Every finished run on the shelf and in the sweep, by the total of its whole run before whoever sees most, a unit left out; never by ε₀ of one message. A total for one example and one for a whole client are different promises: the table says which.")
	if len(points) == 0 {
		return fold.Body(summary, hint, app.P().Class("hint").Text("There is no finished run yet."))
	}
	rows := []app.UI{app.Tr().Body(app.Th().Scope("col").Text("Run"), app.Th().Scope("col").Text("Method"),
		app.Th().Scope("col").Text("Total ε"), app.Th().Scope("col").Text("for one"), app.Th().Scope("col").Text("Accuracy"))}
	for _, x := range points {
		rows = append(rows, app.Tr().Body(app.Th().Scope("row").Text(x.name), app.Td().Text(protocolNames[x.protocol]),
			app.Td().Text(epsilonText(x.epsilon)), app.Td().Text(x.unit), app.Td().Text(percent(x.accuracy))))
	}
	return fold.Body(summary, hint,
		app.Figure().ID("chart-utility").Body(
			app.FigCaption().Body(app.Strong().Text("Final test accuracy against total ε"),
				app.Span().Class("legend").Body(
					app.Span().Class("name-text c0 d0").Text("● Gossip"), app.Span().Class("name-text c1 d1").Text("■ FedAvg"))),
			utilityPlot(points)),
		app.Div().Class("scroll").TabIndex(0).Aria("label", "Table of accuracy and total ε").Role("region").Body(app.Table().Body(rows...)),
	)
}

// utilityPlot draws the points over a logarithmic axis; ∞ has a place of its
// own at the right.
func utilityPlot(points []priced) app.UI {
	const left, right, infinite, top, bottom = 46.0, 280.0, 312.0, 10.0, 112.0
	least, most := math.Inf(1), math.Inf(-1)
	for _, x := range points {
		if finite(x.epsilon) && x.epsilon > 0 {
			least, most = min(least, x.epsilon), max(most, x.epsilon)
		}
	}
	if least > most {
		least, most = 1, 10
	}
	lo, hi := math.Floor(math.Log10(least)), math.Ceil(math.Log10(most))
	if hi <= lo {
		hi = lo + 1
	}
	across := func(epsilon float64) float64 {
		if !finite(epsilon) {
			return infinite
		}
		return left + (right-left)*max(0, min(1, (math.Log10(max(epsilon, 1e-9))-lo)/(hi-lo)))
	}
	up := func(accuracy float64) float64 { return bottom - (bottom-top)*max(0, min(1, accuracy)) }
	var parts []app.UI
	for _, v := range [...]float64{0, 0.5, 1} {
		parts = append(parts,
			svg("line").Class("grid").Attr("x1", px(left)).Attr("x2", px(infinite+8)).Attr("y1", px(up(v))).Attr("y2", px(up(v))),
			svg("text").Class("tick").Attr("x", px(left-6)).Attr("y", px(up(v)+4)).Attr("text-anchor", "end").Text(strconv.Itoa(int(100*v))+" %"))
	}
	every := math.Ceil((hi - lo) / 5)
	for e := lo; e <= hi; e += every {
		parts = append(parts, svg("text").Class("tick").Attr("x", px(across(math.Pow(10, e)))).Attr("y", px(bottom+16)).Attr("text-anchor", "middle").
			Text(strconv.FormatFloat(math.Pow(10, e), 'g', -1, 64)))
	}
	parts = append(parts, svg("text").Class("tick").Attr("x", px(infinite)).Attr("y", px(bottom+16)).Attr("text-anchor", "middle").Text("∞"))
	for _, x := range points {
		classes := append([]string{"point"}, protocolStrokes[x.protocol].classes()...)
		if x.protocol == experiment.FedAvg {
			parts = append(parts, svg("rect").Class(classes...).Attr("x", px(across(x.epsilon)-4)).Attr("y", px(up(x.accuracy)-4)).Attr("width", "8").Attr("height", "8"))
		} else {
			parts = append(parts, svg("circle").Class(classes...).Attr("cx", px(across(x.epsilon))).Attr("cy", px(up(x.accuracy))).Attr("r", "4.5"))
		}
	}
	return svg("svg").Attr("viewBox", fmt.Sprintf("0 0 %g %g", chartWidth, chartHeight)).Attr("role", "img").
		Attr("aria-label", "Final accuracy against total ε; the table below has all numbers").Body(parts...)
}
