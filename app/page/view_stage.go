package page

import (
	"fmt"
	"strconv"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"grapevine/app/experiment"
)

// stage is the frame of the scene or, where it cannot be drawn, the same as a
// table.
func (p *Page) stage(m Model) app.UI {
	var instead []app.UI
	if m.StageGone != "" {
		instead = []app.UI{app.P().Text(m.StageGone + " Here is the same run as a table."), clientTable(m)}
	}
	frame := app.IFrame().ID("stage").Title("The clients, their graph and the server, animated. The charts' table and the client panel say the same in words.").
		Hidden(m.StageGone != "")
	if m.Facts != nil || m.Phase == Failed || m.StageReady || m.StageGone != "" {
		frame = frame.Src("stage.html") // its program must not hold up the controls or the trainer
	}
	var picture []app.UI
	if p.picture != "" && !m.StageReady && m.StageGone == "" && m.Experiment == experiment.Presets[0].Experiment() {
		picture = []app.UI{app.Raw(p.picture)}
	}
	return app.Div().Class("stage-box").Body(
		frame,
		app.Div().ID("picture").Class("picture").Hidden(len(picture) == 0).Body(picture...),
		app.Div().Class("instead").TabIndex(0).Role("region").Aria("label", "Clients as a table").Hidden(m.StageGone == "").Body(instead...),
	)
}

// clientTable says what the stage shows.
func clientTable(m Model) app.UI {
	if m.Facts == nil {
		return app.P().Text("not loaded yet")
	}
	rows := []app.UI{}
	for c := range m.Facts.Histograms {
		accuracy := "–"
		if a, ok := m.Accuracy(c, m.ShownRound()); ok {
			accuracy = percent(a)
		}
		rows = append(rows, app.Tr().Body(app.Th().Scope("row").Text(c), app.Td().Text(list(m.Facts.Held(c))), app.Td().Text(accuracy)))
	}
	return app.Table().Body(
		app.Caption().Textf("After round %d", m.ShownRound()),
		app.THead().Body(app.Tr().Body(app.Th().Scope("col").Text("Client"), app.Th().Scope("col").Text("Holds"), app.Th().Scope("col").Text("Accuracy"))),
		app.TBody().Body(rows...),
	)
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

// phaseWords say what happens on the stage; its phases are wire.Phases.
var phaseWords = map[string]string{
	"train": "clients train", "clip": "updates are clipped", "noise": "noise is added",
	"send": "parameters travel", "average": "parameters are averaged",
}

// speeds of the player, in units of its natural pace.
var speeds = [...]float64{0.5, 1, 2, 4, 16}

func (p *Page) player(m Model) app.UI {
	options := []app.UI{}
	for _, s := range speeds {
		options = append(options, app.Option().Value(s).Textf("%g×", s).Selected(s == m.Speed))
	}
	toggle, name := "▶", "Play the stage"
	if m.Playing {
		toggle, name = "❚❚", "Pause the stage"
	}
	number := func(ctx app.Context) (float64, bool) {
		x, err := strconv.ParseFloat(ctx.JSSrc().Get("value").String(), 64)
		return x, err == nil
	}
	return app.Div().Class("player").Role("group").Aria("label", "Player").Body(
		app.Button().ID("roll").OnClick(p.on(Roll{})).Aria("label", name).Title(name+" (space)").Body(icon(toggle)),
		app.Label().Class("inline").Body(app.Span().Class("unseen").Text("Speed"),
			app.Select().ID("speed").Title("Speed").Body(options...).OnChange(func(ctx app.Context, _ app.Event) {
				if s, ok := number(ctx); ok {
					p.update(ctx, Speed{s})
				}
			})),
		app.Input().ID("seek").Type("range").Min(0).Max(max(1, m.Round)).Step(0.01).
			Value(strconv.FormatFloat(min(m.At, float64(m.Round)), 'f', 2, 64)).Disabled(m.Round == 0).
			Aria("label", "Round shown").Aria("valuetext", fmt.Sprintf("round %d of %d", m.ShownRound(), m.Round)).
			OnInput(func(ctx app.Context, _ app.Event) {
				if at, ok := number(ctx); ok {
					p.update(ctx, Seek{at})
				}
			}).
			On("keydown", func(ctx app.Context, e app.Event) {
				// The browser would move by a hundredth of a round.
				if event := playerKey(p.model, e.Get("key").String()); event != nil {
					e.PreventDefault()
					p.update(ctx, event)
				}
			}),
		app.Button().ID("newest").OnClick(p.on(Newest{})).Aria("pressed", strconv.FormatBool(m.Follow)).Title("Follow the newest round (End)").Text("newest"),
		app.Span().Class("happening").Body(
			app.Strong().Textf("round %d ", m.shownAsItGoes()),
			app.Span().Text(phaseWords[m.Happening]),
		),
	)
}

// shownAsItGoes is the round that is on the stage: within a round the one
// under way, otherwise the one that is over.
func (m Model) shownAsItGoes() int {
	if m.Happening != "" {
		return min(m.ShownRound()+1, m.Round)
	}
	return m.ShownRound()
}

// playerKey is what a key does to the player, nil for nothing.
func playerKey(m Model, key string) any {
	switch key {
	case " ":
		return Roll{}
	case "ArrowLeft":
		return Seek{float64(m.ShownRound() - 1)}
	case "ArrowRight":
		return Seek{float64(m.ShownRound() + 1)}
	case "Home":
		return Seek{0}
	case "End":
		return Newest{}
	}
	return nil
}
