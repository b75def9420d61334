package page

import (
	"fmt"
	"strconv"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"grapevine/app/experiment"
)

// guideButton opens the guide where it was closed, or closes it.
func (p *Page) guideButton(m Model) app.UI {
	return app.Button().ID("guide-open").Aria("expanded", strconv.FormatBool(m.View.Guide > 0)).Aria("controls", "guide").
		Title("Five steps: predict, run, explain").Text("Guide").
		OnClick(func(ctx app.Context, _ app.Event) {
			step := 0
			if p.model.View.Guide == 0 {
				step = max(1, p.model.Guide.Last)
			}
			p.update(ctx, GoTo{step})
		})
}

// guide is the card of the step at hand. It blocks nothing; guide.js holds it
// near the control it points at, which data-target names.
func (p *Page) guide(m Model) app.UI {
	n := m.View.Guide
	card := app.Aside().ID("guide").Aria("label", "Guide").Hidden(n == 0).DataSet("step", n)
	if n == 0 {
		return card.DataSet("target", "none").Body()
	}
	s := guideSteps[n-1]
	explanation, explained := m.Guide.explained(n)
	target := s.Target
	var choices, runs, says []app.UI
	scope := app.EventScope(n)
	for i, c := range s.Choices {
		choices = append(choices, app.Label().Class("tick-box").Body(
			app.Input().ID(fmt.Sprintf("predict-%d", i+1)).Type("radio").Name("prediction").
				Checked(m.Guide.Picks[n] == i+1).OnChange(p.on(Predict{n, i + 1}), scope),
			app.Span().Text(c)))
	}
	for i, r := range s.Runs {
		e := r.experiment()
		label := r.Label
		_, done := m.Guide.Outcomes[e]
		if done {
			label += " again"
		}
		busy := m.Experiment == e && (m.Phase == Running || m.willPlay)
		if busy {
			label = fmt.Sprintf("Round %d of %d", m.Round, m.Experiment.Rounds)
		}
		b := app.Button().ID(fmt.Sprintf("try-%d", i+1)).Text(label).
			Disabled(m.Guide.Picks[n] == 0 || busy).OnClick(p.on(Try{n, i}), scope)
		if !done {
			b = b.Class("wanted")
		}
		runs = append(runs, b)
	}
	switch {
	case explained:
		says = append(says, app.P().Text(explanation))
		if n == experiment.GuideSteps {
			says = append(says, app.P().Text(guideEnd))
			target = guideEndsHow
		}
	case m.Guide.Picks[n] == 0:
		says = append(says, app.P().Class("hint").Text("Predict first, then run."))
	}
	return card.DataSet("target", target).Body(
		app.Div().Class("guide-head").Body(
			app.Button().ID("guide-grip").Title("Drag, or move by the arrow keys").
				Aria("label", fmt.Sprintf("Guide, step %d of %d: %s. Arrow keys move this card.", n, experiment.GuideSteps, s.Title)).
				Body(app.Span().Class("hint").Textf("%d of %d", n, experiment.GuideSteps), app.Strong().Text(s.Title)),
			app.Button().ID("guide-close").Aria("label", "Close the guide").Title("Close (Escape)").Body(icon("✕")).OnClick(p.on(GoTo{0})),
		),
		app.P().Text(s.Says),
		app.FieldSet().Body(append([]app.UI{app.Legend().Text(s.Question)}, choices...)...),
		app.Div().Class("guide-runs").Body(runs...),
		app.Div().ID("guide-says").Role("status").Body(says...),
		app.Div().Class("guide-foot").Body(
			app.Button().ID("guide-back").Text("Back").Disabled(n == 1).OnClick(p.on(GoTo{n - 1}), scope),
			app.Button().ID("guide-next").Text("Next").Disabled(n == experiment.GuideSteps).OnClick(p.on(GoTo{n + 1}), scope),
		),
	)
}
