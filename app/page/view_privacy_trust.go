package page

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"grapevine/app/experiment"
)

// sight is how someone sees what a client learnt.
type sight string

const (
	bare   sight = "bare"   // as it is
	blurry sight = "blurry" // with the noise that the promise counts on
	summed sight = "summed" // in a sum alone, with noise
	nought sight = "nought" // not at all
)

// sightWords say it in the picture.
var sightWords = map[sight]string{bare: "bare", blurry: "with noise", summed: "a noisy sum", nought: "nothing"}

// view of a trust model: what the client itself sends on, and what a
// neighbour, the server, and whoever gets the models see of it.
type trustView struct {
	trust, name               string
	link, server, others      sight
	linkWho, serverWho, noise string
}

// trustViews are the trust models side by side, by what is seen of a client's
// update, or of one example under the last but one.
var trustViews = [...]trustView{
	{experiment.TrustLocal, "Nobody", blurry, blurry, blurry, "the wire", "server or neighbour", "each client adds it"},
	{experiment.TrustCentral, "The server", bare, bare, summed, "the wire", "server", "the server adds it to the sum"},
	{experiment.TrustAggregation, "Secure aggregation", nought, summed, summed, "the wire", "server", "each client adds a share"},
	{experiment.TrustExample, "Each client, with its own data", blurry, blurry, blurry, "the wire", "server or neighbour", "at each training step; hides one example"},
	{experiment.TrustCorrelated, "Pairs of neighbours", blurry, blurry, blurry, "the wire", "neighbour", "own noise, and shared noise that cancels"},
}

// trustPicture shows who sees what under each trust model, the chosen one
// marked.
func (p *Page) trustPicture(m Model) app.UI {
	var rows []app.UI
	for _, v := range trustViews {
		chosen := v.trust == m.Experiment.Trust
		class, mark := "trust-row", ""
		if chosen {
			class, mark = "trust-row chosen", "chosen"
		}
		box := func(who string, s sight) app.UI {
			return app.Span().Class("sees", string(s)).Body(app.Strong().Text(who), app.Text(sightWords[s]))
		}
		arrow := func() app.UI { return app.Span().Class("arrow").Aria("hidden", "true").Text("→") }
		rows = append(rows, app.Li().Class(class).Body(
			app.Div().Class("trust-name").Body(app.Strong().Text(v.name), app.Span().Class("chosen-mark").Text(mark), app.Span().Class("hint").Text("noise: "+v.noise)),
			app.Div().Class("trust-path").Body(
				box("client itself", bare), arrow(), box(v.linkWho, v.link), arrow(), box(v.serverWho, v.server), arrow(), box("whoever gets models", v.others)),
		))
	}
	return app.Div().Class("trust").Body(
		app.H2().Text("Who is trusted, and who sees what of a client's update"),
		app.Ul().Class("trust-rows").Body(rows...),
	)
}
