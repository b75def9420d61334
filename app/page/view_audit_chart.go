package page

import (
	"fmt"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"grapevine/app/experiment"
	"grapevine/app/wire"
)

// The ROC drawing, in CSS pixels at its natural size.
const (
	rocSide   = 236.0 // of the square
	rocLeft   = 46.0
	rocTop    = 8.0
	rocWidth  = rocLeft + rocSide + 18
	rocHeight = rocTop + rocSide + 44
)

// rocPlot draws one client's curves, the ceilings that the promises set, and
// the line of guessing.
func rocPlot(list []wire.Membership, client int) app.UI {
	x := func(rate float64) float64 { return rocLeft + rocSide*rate }
	y := func(rate float64) float64 { return rocTop + rocSide*(1-rate) }
	path := func(points [][2]float64) string {
		var b strings.Builder
		for i, at := range points {
			b.WriteByte("ML"[min(i, 1)])
			b.WriteString(px(x(at[0])) + " " + px(y(at[1])))
		}
		return b.String()
	}
	var parts []app.UI
	for _, rate := range [...]float64{0, 0.5, 1} {
		text := fmt.Sprintf("%.0f %%", 100*rate)
		anchor := "middle"
		if rate == 1 {
			anchor = "end"
		}
		parts = append(parts,
			svg("line").Class("grid").Attr("x1", px(x(0))).Attr("x2", px(x(1))).Attr("y1", px(y(rate))).Attr("y2", px(y(rate))),
			svg("line").Class("grid").Attr("x1", px(x(rate))).Attr("x2", px(x(rate))).Attr("y1", px(y(0))).Attr("y2", px(y(1))),
			svg("text").Class("tick").Attr("x", px(x(0)-6)).Attr("y", px(y(rate)+4)).Attr("text-anchor", "end").Text(text),
			svg("text").Class("tick").Attr("x", px(x(rate))).Attr("y", px(y(0)+18)).Attr("text-anchor", anchor).Text(text))
	}
	parts = append(parts,
		svg("path").Class("guessing").Attr("d", path([][2]float64{{0, 0}, {1, 1}})),
		svg("text").Class("tick").Attr("x", px(x(0.5))).Attr("y", px(y(0)+38)).Attr("text-anchor", "middle").Text("others taken for the client’s"))
	says := fmt.Sprintf("Client %d: share of its examples found against the share of others taken for its own.", client)
	for _, m := range list {
		roc, stroke := m.Clients[client], protocolStrokes[m.Protocol]
		curve := make([][2]float64, len(roc.FPR))
		for i := range curve {
			curve[i] = [2]float64{roc.FPR[i], roc.TPR[i]}
		}
		if corners := ceiling(m.Bounds); corners != nil {
			parts = append(parts,
				svg("path").Class("forbidden").Attr("d", path(append(corners, [2]float64{0, 1}))+"Z"),
				svg("path").Class(append([]string{"ceiling"}, stroke.classes()...)...).Attr("d", path(corners)))
		}
		parts = append(parts, svg("path").Class(append([]string{"line"}, stroke.classes()...)...).Attr("d", path(curve)))
		says += fmt.Sprintf(" %s: area %.2f, ceiling %s.", protocolNames[m.Protocol], roc.Area, upTo(m.Claimed))
	}
	return app.Figure().ID("audit-roc").Class("audit-roc").Body(
		app.FigCaption().Body(app.Strong().Text("The client’s examples that are found")),
		svg("svg").Attr("viewBox", "0 0 "+px(rocWidth)+" "+px(rocHeight)).Attr("role", "img").Attr("aria-label", says).Body(parts...),
		app.P().Class("hint").Text("Dotted: guessing. Grey line: the ceiling, above which a kept promise lets nobody come but by chance. "+ceilingWords(list)),
	)
}

// ceilingWords say where the ceiling is when it can hardly be seen.
func ceilingWords(list []wire.Membership) string {
	for _, m := range list {
		switch {
		case m.Claimed == experiment.Inf:
			return "Without noise there is none."
		case m.Claimed > 6:
			return "At so large an ε it runs along the frame and forbids next to nothing."
		}
	}
	return ""
}
