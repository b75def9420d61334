package page

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"slices"
	"strconv"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"grapevine/app/experiment"
	"grapevine/app/wire"
)

// client is the panel of the selected client.
func (p *Page) client(m Model) app.UI {
	value, none := strconv.Itoa(m.Selected), m.Selected == wire.None
	if none {
		value = ""
	}
	choose := app.Label().Class("inline").Body(app.Text("Client "),
		app.Input().ID("client").Type("number").Min(0).Max(m.Experiment.Clients-1).Value(value).
			OnChange(func(ctx app.Context, _ app.Event) {
				c, err := strconv.Atoi(ctx.JSSrc().Get("value").String())
				if err != nil {
					c = wire.None
				}
				p.update(ctx, Select{c})
				if p.model.Selected == wire.None {
					ctx.JSSrc().Set("value", "") // there is no such client
				}
			}))
	panel := func(parts ...app.UI) app.UI {
		return app.Section().Class("client").Aria("label", "Selected client").Body(parts...)
	}
	if none || m.Facts == nil || m.Selected >= len(m.Facts.Histograms) {
		hint := fmt.Sprintf("Click one on the stage, or type a number from 0 to %d, to see what it holds and learns.", m.Experiment.Clients-1)
		return panel(app.Div().Class("says").Body(choose, app.Span().ID("client-says").Class("hint").Text(hint)))
	}
	histogram := m.Facts.Histograms[m.Selected]
	total := 0
	for _, n := range histogram {
		total += n
	}
	text := fmt.Sprintf("holds %s · %d examples", list(m.Facts.Held(m.Selected)), total)
	if a, ok := m.Accuracy(m.Selected, m.ShownRound()); ok {
		what := "accuracy"
		if !m.Experiment.Runs(experiment.Gossip) {
			what = "the global model's accuracy"
		}
		text += " · " + what + " " + percent(a)
	}
	return panel(
		app.Div().Class("says").Body(choose, app.Span().ID("client-says").Text(text)),
		app.Div().Class("client-parts").Body(
			app.Figure().Body(app.FigCaption().Text("Its labels"), histogramOf(histogram[:])),
			app.Figure().Body(app.FigCaption().Text("Its accuracy"), m.clientCurve()),
			app.Figure().Body(app.FigCaption().Text("Some of its digits"), digits(m.Digits, m.Picture)),
		),
	)
}

// histogramOf draws how many examples of each digit a client holds.
func histogramOf(counts []int) app.UI {
	const width, height, base = 260.0, 110.0, 92.0
	most := 1
	for _, n := range counts {
		most = max(most, n)
	}
	words := "examples by digit:"
	var bars []app.UI
	for digit, n := range counts {
		h := (base - 18) * float64(n) / float64(most)
		x := 6 + 25*float64(digit)
		words += fmt.Sprintf(" %d: %d", digit, n)
		bars = append(bars,
			svg("rect").Class("bar-rect").Attr("x", px(x)).Attr("y", px(base-h)).Attr("width", "19").Attr("height", px(max(h, 0.5))),
			svg("text").Class("tick").Attr("x", px(x+9.5)).Attr("y", px(base+15)).Attr("text-anchor", "middle").Text(digit))
		if n > 0 {
			bars = append(bars, svg("text").Class("tick").Attr("x", px(x+9.5)).Attr("y", px(base-h-4)).Attr("text-anchor", "middle").Text(n))
		}
	}
	return svg("svg").Attr("viewBox", fmt.Sprintf("0 0 %g %g", width, height)).Attr("role", "img").Attr("aria-label", words).Body(bars...)
}

// clientCurve draws the selected client's accuracy.
func (m Model) clientCurve() app.UI {
	c := Chart{Axis: Rounds, Length: float64(m.Experiment.Rounds), Top: 1, Format: percent}
	curve := Curve{Stroke: strokeGossip}
	run := m.Run(experiment.Gossip)
	own := run != nil
	if !own {
		curve.Stroke, run = strokeFedAvg, m.Run(experiment.FedAvg)
	}
	if run != nil {
		for i, r := range run.Rounds {
			if r.Evaluation == nil {
				continue
			}
			at := 0
			if own {
				at = m.Selected
			}
			v := r.Evaluation.Models[at]
			curve.Rounds = append(curve.Rounds, i)
			if v.Diverged {
				curve.Value = append(curve.Value, math.NaN())
			} else {
				curve.Value = append(curve.Value, v.Accuracy)
			}
		}
	}
	f := c.frame()
	line := svg("path").Class(append([]string{"line"}, curve.Stroke.classes()...)...).Attr("d", orNothing(f.line(curve, curve.Value)))
	return svg("svg").Attr("viewBox", fmt.Sprintf("0 0 %g %g", chartWidth, chartHeight)).Attr("role", "img").
		Attr("aria-label", "accuracy of the client against rounds").Body(append(axesOf(c, f), line)...)
}

// digits shows examples as one picture.
func digits(d *wire.Digits, picture string) app.UI {
	if d == nil || len(d.Labels) == 0 {
		return app.P().Class("hint").Text("on their way")
	}
	labels := slices.Clone(d.Labels)
	slices.Sort(labels)
	alt := fmt.Sprintf("%d handwritten digits: %s", len(labels), list(slices.Compact(labels)))
	return app.Img().Class("digits").Alt(alt).Src(picture)
}

// columns of the picture of digits.
const columns = 10

// picture lays digits out in a grid, dark on light, as a data URL.
func picture(d *wire.Digits) string {
	cell := d.Side + 2
	rows := (len(d.Pixels) + columns - 1) / columns
	img := image.NewGray(image.Rect(0, 0, columns*cell, rows*cell))
	for i := range img.Pix {
		img.Pix[i] = 255
	}
	for i, pixels := range d.Pixels {
		x0, y0 := i%columns*cell+1, i/columns*cell+1
		for j, level := range pixels {
			img.SetGray(x0+j%d.Side, y0+j/d.Side, color.Gray{Y: 255 - uint8(int(level)*255/d.Levels)})
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		panic("page: " + err.Error()) // a buffer takes everything
	}
	return "data:image/png;base64," + base64.StdEncoding.EncodeToString(b.Bytes())
}
