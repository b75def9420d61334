package page

import (
	"slices"
	"strconv"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"grapevine/app/experiment"
)

// settingsOf is all that the controls of the settings show.
func (p *Page) settingsOf(m Model) any {
	return struct {
		experiment     experiment.Experiment
		drafts, errors map[string]string
		hidden         []experiment.Group
	}{m.Experiment, m.Drafts, m.Errors, m.View.Hide}
}

// settings are the controls of every property: those in front, and the rest
// by group under "more".
func (p *Page) settings(m Model) app.UI {
	note := "Settings"
	if m.Started() {
		note = "A change restarts the run"
	}
	of := p.settingsOf(m)
	return app.Section().Class("settings").Aria("label", "Settings").Hidden(len(m.View.Hide) == len(experiment.Groups)).Body(
		app.H2().ID("restarts").Text(note),
		p.part(of, func() app.UI { return p.front(p.model) }),
		p.part(of, func() app.UI { return p.more(p.model) }),
	)
}

// front are the controls in front.
func (p *Page) front(m Model) app.UI {
	var controls []app.UI
	for _, property := range experiment.Table {
		if property.Front {
			controls = append(controls, p.control(m, property))
		}
	}
	return app.Div().Class("front").Body(controls...)
}

// more are the other controls, by group.
func (p *Page) more(m Model) app.UI {
	groups := map[experiment.Group][]app.UI{}
	for _, property := range experiment.Table {
		if !property.Front {
			groups[property.Group] = append(groups[property.Group], p.control(m, property))
		}
	}
	more := []app.UI{app.Summary().Text("more")}
	for _, g := range experiment.Groups {
		if len(groups[g]) > 0 {
			more = append(more, app.FieldSet().Hidden(m.hides(g)).Body(append([]app.UI{app.Legend().Text(string(g))}, groups[g]...)...))
		}
	}
	return app.Details().Body(more...)
}

// control is one property's.
func (p *Page) control(m Model, property experiment.Property) app.UI {
	value, why := property.Get(m.Experiment), m.Errors[property.Key]
	if why != "" {
		value = m.Drafts[property.Key]
	}
	hint := property.Key + "-hint"
	off := !property.Relevant(m.Experiment)
	change := func(ctx app.Context, _ app.Event) {
		field := ctx.JSSrc()
		p.update(ctx, Change{property.Key, field.Get("value").String()})
		// What the model made of it stands in the field, even where that is
		// what stood there before.
		if p.model.Errors[property.Key] == "" {
			field.Set("value", property.Get(p.model.Experiment))
		}
	}
	var field app.UI
	switch property.Kind {
	case experiment.Choice, experiment.Step:
		field = app.Select().ID(property.Key).Disabled(off).Aria("describedby", hint).
			Aria("invalid", strconv.FormatBool(why != "")).Body(choices(m.Experiment, property)...).OnChange(change)
	case experiment.Int, experiment.Real:
		step := "any"
		if property.Kind == experiment.Int {
			step = "1"
			if property.Key == "train" || property.Key == "test" {
				step = "1000"
			}
		}
		field = app.Input().ID(property.Key).Type("number").Attr("step", step).Disabled(off).Aria("describedby", hint).
			Aria("invalid", strconv.FormatBool(why != "")).Attr("inputmode", "decimal").Value(value).OnChange(change)
	default:
		field = app.Input().ID(property.Key).Type("text").Disabled(off).Aria("describedby", hint).
			Aria("invalid", strconv.FormatBool(why != "")).Attr("spellcheck", "false").Value(value).OnChange(change)
	}
	var errors []app.UI
	if why != "" {
		errors = append(errors, app.P().Class("error").Text(why))
	}
	help := help(m, property)
	return app.Div().Class("control", shape(property)).Title(help).Hidden(m.hides(property.Group)).Body(
		app.Label().For(property.Key).Body(app.Text(property.Name), app.Span().Class("symbol").Text(property.Symbol)),
		field,
		app.P().ID(hint).Class("hint").Text(help),
		app.Button().ID("sweep-"+property.Key).Class("small offer").Hidden(!sweeps(property)).Text("Sweep this").
			Title("Run it over a row of values").Aria("label", "Sweep "+property.Name).
			OnClick(p.on(OfferSweep{property.Key}), app.EventScope(property.Key)),
		app.Div().Class("why").Role("alert").Body(errors...),
	)
}

// shape is the class of a control: names stand above their list, numbers
// beside their name.
func shape(property experiment.Property) string {
	if property.Kind == experiment.Choice {
		return "tall"
	}
	return "flat"
}

// help says what to expect of a setting, what is allowed, and what a change
// does to the run at hand.
func help(m Model, property experiment.Property) string {
	text := property.Hint
	if property.Unit != "" {
		text += " In " + property.Unit + "."
	}
	if property.Kind != experiment.Choice {
		text += " Allowed: " + property.Range() + "."
	}
	switch {
	case !property.Relevant(m.Experiment):
		text = "Not used with the other settings as they are. " + text
	case m.Started() && property.Live:
		text += " May change while a run goes."
	case m.Started():
		text += " A change restarts the run."
	}
	return text
}

// choices are the values a list offers. The first of a stepped list is for a
// value in use that is no step, and hidden without one: the others must not
// move.
func choices(e experiment.Experiment, property experiment.Property) []app.UI {
	value := property.Get(e)
	if property.Kind == experiment.Choice {
		return optionsOf(property.Options, value)
	}
	var steps []experiment.Option
	for _, s := range property.Steps {
		text := strconv.FormatFloat(s, 'g', -1, 64)
		steps = append(steps, experiment.Option{Value: text, Label: text})
	}
	if property.Free {
		steps = append(steps, experiment.Option{Value: "inf", Label: "∞"})
	}
	other := !slices.ContainsFunc(steps, func(o experiment.Option) bool { return o.Value == value })
	first := app.Option().Value(value).Text(value).Selected(other).Hidden(!other).Disabled(!other)
	return append([]app.UI{first}, optionsOf(steps, value)...)
}

func optionsOf(options []experiment.Option, value string) []app.UI {
	var list []app.UI
	for _, o := range options {
		list = append(list, app.Option().Value(o.Value).Text(o.Label).Selected(o.Value == value))
	}
	return list
}
