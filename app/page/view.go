package page

import (
	"strconv"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"grapevine/app/experiment"
	"grapevine/app/wire"
)

// Page is the go-app component: it draws its model and turns what a person
// does into events.
type Page struct {
	app.Compo
	model   Model
	first   []Effect // to send when the page is mounted, before all others
	bridge  *bridge
	picture string // what stands where the stage will be, SVG
	drawn   bool   // in place of what index.html carries: see Render
}

// Open makes the page as it first stands.
func Open() *Page {
	p := &Page{}
	p.model, p.first = New(wire.Theme{}, fragment())
	if app.IsClient {
		p.connect()
	}
	return p
}

// Still is what Open makes of an address without a link, around a picture of
// the stage. index.html carries it, so that it is there before the program is:
// see Render.
func Still(picture string) *Page {
	p := &Page{picture: picture, drawn: true}
	p.model, _ = New(wire.Theme{}, "")
	return p
}

// FirstMessage is what the page that Still draws first has to say to the
// trainer: the trainer can answer it before the page's program is there.
func FirstMessage() string {
	_, effects := New(wire.Theme{}, "")
	for _, e := range effects {
		if !e.ToStage {
			return wire.Encode(e.Message)
		}
	}
	panic("page: a page that opens asks the trainer nothing")
}

// on is an event handler that updates the model.
func (p *Page) on(event any) app.EventHandler {
	return func(ctx app.Context, _ app.Event) { p.update(ctx, event) }
}

// Render draws the page. Every part keeps its place in the tree whatever
// happens: the stage's frame would be loaded again otherwise, and a list
// whose options move would show another choice than the model's.
//
// A browser shows what index.html carries, which Still drew, before the program
// is there, and web/early.js notes what a person does to it. The program first
// draws nothing, and all only when the trainer has told its facts, or lets the
// page wait for them: in a browser that never ran the program, to draw all takes
// half of its start, for every function is compiled when it is first called,
// and those that are called often once more. Then the page takes the other's
// place, and what was done to that is done again.
func (p *Page) Render() app.UI {
	m := p.model
	if !p.drawn {
		return app.Aside().Hidden(true)
	}
	if p.bridge != nil && !p.bridge.replaced {
		p.bridge.replaced = true
		again := app.Window().Get("grapevineEarly").Call("replace")
		p.bridge.ctx.Defer(func(app.Context) { // not from within: it makes events
			app.Window().Call("setTimeout", again, 0)
		})
	}
	return app.Div().Class("page").Body(
		p.header(m),
		p.paper(m),
		p.status(m),
		p.share(m),
		p.sweepPanel(m),
		app.Main().Body(
			p.settings(m),
			app.Section().Class("show").Aria("label", "Stage").Body(
				p.stage(m),
				p.player(m),
			),
			p.chartColumn(m),
		),
		p.privacy(m),
		p.client(m),
		app.Section().Class("client").Aria("label", "Accuracy by client and digit").Body(p.heat(m)),
		app.Section().Class("client").Aria("label", "Attacks on privacy").Body(p.audits(m)),
		p.shelf(m),
		p.guide(m),
		footer(),
	)
}

// paper says on paper what the controls say on the screen.
func (p *Page) paper(m Model) app.UI {
	return app.P().Class("on-paper").Textf("%s %s", differsInWords(m.Experiment), m.fragment())
}

func (p *Page) header(m Model) app.UI {
	running := m.Phase == Running
	return app.Header().Body(
		app.H1().Text("Grapevine"),
		app.Label().Class("inline").Body(app.Span().Class("unseen").Text("Preset"), p.presets(m)),
		app.Div().Class("run-buttons").Role("group").Aria("label", "Training").Body(
			app.Button().ID("reset").OnClick(p.on(Reset{})).Title("Drop the run and start over").Body(icon("⟲"), app.Text("Reset")),
			app.Button().ID("play").Class("primary").OnClick(p.on(Play{})).Disabled(running).
				Aria("pressed", strconv.FormatBool(m.willPlay)).Title("Train to the last round").Body(icon("▶"), app.Text("Play")),
			app.Button().ID("pause").OnClick(p.on(Pause{})).Disabled(!running).
				Title("Rest after this round").Body(icon("❚❚"), app.Text("Pause")),
			app.Button().ID("step").OnClick(p.on(Step{})).Disabled(m.Phase != Ready && m.Phase != Paused).
				Title("Train one round and watch it").Body(icon("⇥"), app.Text("Step")),
		),
		app.Span().ID("round-counter").Class("counter").Textf("round %d / %d", m.Round, m.Experiment.Rounds),
		p.looks(m),
		app.P().Class("lead").Text(lead(m.Experiment)),
	)
}

// lead says what this is.
func lead(e experiment.Experiment) string {
	who, what := strconv.Itoa(e.Clients)+" clients", "its own share of the digits"
	if e.Clients == 20 {
		who = "Twenty clients"
	}
	if e.Shards == 2 && (e.Partition == experiment.PartitionTutorial || e.Partition == experiment.PartitionShards) {
		what = "only two or three kinds of digit"
	}
	return who + ", each with " + what + ". Can they teach each other all ten, with no server?"
}

// icon is a sign that screen readers pass over.
func icon(sign string) app.UI { return app.Span().Class("icon").Aria("hidden", "true").Text(sign) }

func (p *Page) presets(m Model) app.UI {
	preset := experiment.PresetOf(m.Experiment)
	own := preset == ""
	options := []app.UI{app.Option().Value("own").Text("Own settings").Selected(own).Hidden(!own)}
	for _, o := range experiment.Presets {
		options = append(options, app.Option().Value(o.Key).Text(o.Name).Title(o.Lesson).Selected(o.Key == preset))
	}
	return app.Select().ID("preset").OnChange(func(ctx app.Context, _ app.Event) {
		p.update(ctx, Preset{ctx.JSSrc().Get("value").String()})
	}).Body(options...)
}

// looks are the switches of how the page looks.
func (p *Page) looks(m Model) app.UI {
	return app.Div().Class("looks").Body(
		app.Button().ID("sweep").Aria("expanded", strconv.FormatBool(m.Study.Open)).Aria("controls", "sweep-panel").
			Title("Many runs at once, over a row of values").Text("Sweep").
			OnClick(func(ctx app.Context, _ app.Event) { p.update(ctx, OpenSweep{!p.model.Study.Open}) }),
		p.guideButton(m),
		app.Button().ID("share").Aria("expanded", strconv.FormatBool(m.Sharing)).Aria("controls", "share-panel").
			Title("A link to this run, a code to scan, files").Text("Share").
			OnClick(func(ctx app.Context, _ app.Event) { p.update(ctx, Share{!p.model.Sharing}) }),
		app.Button().ID("presenter").Aria("pressed", strconv.FormatBool(m.Theme.Large)).
			Title("Large type; settings folded away").Text("Presenter").
			OnClick(func(ctx app.Context, _ app.Event) {
				t := p.model.Theme
				t.Large = !t.Large
				p.update(ctx, Look{t})
			}),
		app.Button().ID("theme").Title("Switch between light and dark").
			Body(app.Span().Class("to-dark").Text("Dark"), app.Span().Class("to-light").Text("Light")).
			OnClick(func(ctx app.Context, _ app.Event) {
				t := p.model.Theme
				t.Dark = !t.Dark
				p.bridge.keepTheme(t)
				p.update(ctx, Look{t})
			}),
	)
}

func footer() app.UI {
	return app.Footer().Body(
		app.P().Body(
			app.Text("Everything happens in this browser; nothing is sent anywhere. The digits are MNIST, by LeCun, Cortes and Burges ("),
			app.A().Href("digits.md").Text("their terms"), app.Text("). "),
			app.A().Href("THIRD_PARTY_NOTICES.txt").Text("Notices of the software in it"), app.Text("."),
		),
	)
}
