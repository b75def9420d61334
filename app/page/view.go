package page

import (
	"fmt"
	"strconv"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"grapevine/app/experiment"
	"grapevine/app/wire"
)

// Page is the go-app component: it draws its model and turns what a person
// does into events.
type Page struct {
	app.Compo
	model  Model
	first  []Effect // to send when the page is mounted
	bridge *bridge
}

// Open makes the page as it first stands.
func Open() *Page {
	p := &Page{}
	p.model, p.first = New(wire.Theme{})
	return p
}

// on is an event handler that updates the model.
func (p *Page) on(event any) app.EventHandler {
	return func(ctx app.Context, _ app.Event) { p.update(ctx, event) }
}

// Render draws the page. The stage's frame keeps its place in the tree
// whatever happens, so that it is never loaded twice.
func (p *Page) Render() app.UI {
	m := p.model
	return app.Div().Class("page").Body(
		p.header(m),
		app.P().Class("lead").Text("Twenty clients, each with only two or three kinds of digit. Can they teach each other all ten, with no server?"),
		p.messages(m),
		app.Main().Body(
			p.settings(m),
			app.Section().Class("show").Aria("label", "Stage").Body(
				p.stage(m),
				p.player(m),
			),
			p.chartColumn(m),
		),
		p.client(m),
		footer(),
	)
}

func (p *Page) header(m Model) app.UI {
	preset := experiment.PresetOf(m.Experiment)
	options := []app.UI{}
	if preset == "" {
		options = append(options, app.Option().Value("").Text("Own settings").Selected(true))
	}
	for _, o := range experiment.Presets {
		options = append(options, app.Option().Value(o.Key).Text(o.Name).Title(o.Lesson).Selected(o.Key == preset))
	}
	running := m.Phase == Running
	play := app.Button().ID("play").Class("primary").OnClick(p.on(Play{})).Disabled(running || m.Phase == Loading).
		Title("Train to the last round (space plays the stage)").Text("▶ Play")
	theme := "Dark"
	if m.Theme.Dark {
		theme = "Light"
	}
	return app.Header().Body(
		app.H1().Text("Grapevine"),
		app.Label().Class("inline").Body(
			app.Span().Class("unseen").Text("Preset"),
			app.Select().ID("preset").OnChange(func(ctx app.Context, e app.Event) {
				p.update(ctx, Preset{ctx.JSSrc().Get("value").String()})
			}).Body(options...),
		),
		app.Div().Class("run-buttons").Role("group").Aria("label", "Training").Body(
			app.Button().ID("reset").OnClick(p.on(Reset{})).Title("Drop the run and start over").Text("⟲ Reset"),
			play,
			app.Button().ID("pause").OnClick(p.on(Pause{})).Disabled(!running).Title("Rest after this round").Text("❚❚ Pause"),
			app.Button().ID("step").OnClick(p.on(Step{})).Disabled(m.Phase != Ready && m.Phase != Paused).
				Title("Train one round and watch it").Text("⇥ Step"),
		),
		app.Output().ID("round-counter").Class("counter").Textf("round %d / %d", m.Round, m.Experiment.Rounds),
		app.Div().Class("looks").Body(
			app.Button().ID("presenter").Aria("pressed", strconv.FormatBool(m.Theme.Large)).
				OnClick(func(ctx app.Context, _ app.Event) {
					t := p.model.Theme
					t.Large = !t.Large
					p.update(ctx, Look{t})
				}).Title("Large type, settings folded away").Text("Presenter"),
			app.Button().ID("theme").OnClick(func(ctx app.Context, _ app.Event) {
				t := p.model.Theme
				t.Dark = !t.Dark
				p.bridge.keepTheme(t)
				p.update(ctx, Look{t})
			}).Title("Switch between light and dark").Text(theme),
		),
	)
}

// messages are what the page has to say: progress, results, errors.
func (p *Page) messages(m Model) app.UI {
	var bar []app.UI
	switch {
	case m.Fetched != nil:
		bar = append(bar, app.Progress().Max(m.Fetched.Total).Value(m.Fetched.Done).Aria("label", "Digits fetched"), app.Span().Text(" fetching digits"))
	case m.Phase == Loading:
		bar = append(bar, app.Span().Text("getting ready"))
	case m.Phase == Running:
		done := float64(m.Round)
		if m.Progress != nil && m.Progress.Total > 0 {
			done += float64(m.Progress.Done) / float64(m.Progress.Total)
		}
		bar = append(bar, app.Progress().Max(m.Experiment.Rounds).Value(fmt.Sprintf("%.2f", done)).Aria("label", "Rounds done"), app.Span().Text(" training"))
	}
	var errors []app.UI
	if m.Failure != "" {
		errors = append(errors, app.P().Class("error").Text(m.Failure))
	}
	var notes []app.UI
	for _, n := range m.Notes {
		notes = append(notes, app.P().Text(n))
	}
	return app.Div().Class("messages").Body(
		app.Div().Class("bar").Body(bar...),
		app.Div().Role("alert").Body(errors...),
		app.Div().Class("result").Role("status").Aria("live", "polite").Body(append(notes, result(m)...)...),
	)
}

// result says in words how the run stands, at its end.
func result(m Model) []app.UI {
	if m.Phase != Done {
		return nil
	}
	var out []app.UI
	text := "Final test accuracy: "
	for i, r := range m.Trace.Runs {
		if e := r.Last(); e != nil {
			if i > 0 {
				text += ", "
			}
			text += protocolNames[r.Protocol] + " " + percent(e.TestAccuracy)
			if r.Protocol == experiment.Gossip {
				text += fmt.Sprintf(" on average (%s to %s)", percent(e.MinAccuracy), percent(e.MaxAccuracy))
			}
		}
	}
	out = append(out, app.P().Body(app.Strong().Text(text+"."), app.Text(fmt.Sprintf(" Trained in %.1f s. ", m.Finished.Taken)),
		app.Span().Class("digest").Title("SHA-256 of all that happened in the run: "+m.Finished.Digest).
			Text("Digest "+m.Finished.Digest[:12]+"…")))
	for _, r := range m.Trace.Runs {
		if round, client, ok := r.FirstDivergence(); ok {
			who := fmt.Sprintf("client %d", client)
			if client == experiment.Server {
				who = "the server's model"
			}
			out = append(out, app.P().Textf("%s diverged at round %d: %s was no longer a finite number.", protocolNames[r.Protocol], round, who))
		}
	}
	return out
}

func (p *Page) stage(m Model) app.UI {
	gone := app.Div().Class("fallback").Hidden(true)
	if m.StageGone != "" {
		gone = app.Div().Class("fallback").Body(app.P().Text(m.StageGone+" The same run as a table:"), p.clientTable(m))
	}
	return app.Div().Class("stage-box").Body(
		app.IFrame().ID("stage").Src("stage.html").Title("Clients, graph and server, animated. The table below the charts says the same.").
			Hidden(m.StageGone != ""),
		gone,
	)
}

// clientTable says what the stage shows.
func (p *Page) clientTable(m Model) app.UI {
	if m.Facts == nil {
		return app.P().Text("not loaded yet")
	}
	rows := []app.UI{app.Tr().Body(app.Th().Scope("col").Text("Client"), app.Th().Scope("col").Text("Holds"), app.Th().Scope("col").Text("Accuracy"))}
	for c := range m.Facts.Histograms {
		accuracy := "–"
		if a, ok := m.Accuracy(c, m.ShownRound()); ok {
			accuracy = percent(a)
		}
		rows = append(rows, app.Tr().Body(app.Th().Scope("row").Text(c), app.Td().Text(list(m.Facts.Held(c))), app.Td().Text(accuracy)))
	}
	return app.Table().Body(rows...)
}

// list writes "3 and 8", "1, 2 and 3".
func list(numbers []int) string {
	s := ""
	for i, n := range numbers {
		switch {
		case i == 0:
		case i == len(numbers)-1:
			s += " and "
		default:
			s += ", "
		}
		s += strconv.Itoa(n)
	}
	return s
}

var phaseWords = map[string]string{
	"train": "clients train", "clip": "updates are clipped", "noise": "noise is added",
	"send": "parameters travel", "average": "both ends take the mean",
}

func (p *Page) player(m Model) app.UI {
	speeds := []app.UI{}
	for _, s := range [...]float64{0.5, 1, 2, 4, 16} {
		speeds = append(speeds, app.Option().Value(s).Textf("%g×", s).Selected(s == m.Speed))
	}
	toggle, name := "▶", "Play the stage"
	if m.Playing {
		toggle, name = "❚❚", "Pause the stage"
	}
	happening := phaseWords[m.Happening]
	return app.Div().Class("player").Role("group").Aria("label", "Player").Body(
		app.Button().ID("roll").OnClick(p.on(Roll{})).Aria("label", name).Title(name).Text(toggle),
		app.Label().Class("inline").Body(app.Span().Class("unseen").Text("Speed"),
			app.Select().ID("speed").OnChange(func(ctx app.Context, _ app.Event) {
				if s, err := strconv.ParseFloat(ctx.JSSrc().Get("value").String(), 64); err == nil {
					p.update(ctx, Speed{s})
				}
			}).Body(speeds...)),
		app.Input().ID("seek").Type("range").Min(0).Max(max(1, m.Round)).Step(0.01).Value(strconv.FormatFloat(min(m.At, float64(m.Round)), 'f', 2, 64)).
			Aria("label", "Round shown").Aria("valuetext", fmt.Sprintf("round %d of %d", m.ShownRound(), m.Round)).
			OnInput(func(ctx app.Context, _ app.Event) {
				if at, err := strconv.ParseFloat(ctx.JSSrc().Get("value").String(), 64); err == nil {
					p.update(ctx, Seek{at})
				}
			}),
		app.Button().ID("newest").OnClick(p.on(Newest{})).Aria("pressed", strconv.FormatBool(m.Follow)).Title("Follow the newest round").Text("newest"),
		app.Span().Class("happening").Textf("round %d  %s", m.ShownRound(), happening),
	)
}

func footer() app.UI {
	return app.Footer().Body(
		app.P().Body(
			app.Text("Everything happens in this browser; nothing is sent anywhere. The digits are MNIST, by LeCun, Cortes and Burges ("),
			app.A().Href("digits.md").Text("their terms"), app.Text("). "),
			app.A().Href("THIRD_PARTY_NOTICES.txt").Text("Notices"), app.Text("."),
		),
	)
}
