package page

import (
	"strconv"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"grapevine/app/experiment"
)

// settings are the controls of every property: those in front, and the rest
// by group under "more".
func (p *Page) settings(m Model) app.UI {
	var front []app.UI
	groups := map[experiment.Group][]app.UI{}
	for _, property := range experiment.Table {
		c := p.control(m, property)
		if property.Front {
			front = append(front, c)
		} else {
			groups[property.Group] = append(groups[property.Group], c)
		}
	}
	more := []app.UI{app.Summary().Text("more")}
	for _, g := range experiment.Groups {
		if len(groups[g]) > 0 {
			more = append(more, app.FieldSet().Body(append([]app.UI{app.Legend().Text(string(g))}, groups[g]...)...))
		}
	}
	warning := ""
	if m.Started() {
		warning = "A changed setting restarts the run. Rounds can be added while it goes."
	}
	return app.Section().Class("settings").Aria("label", "Settings").Body(
		app.P().Class("restart").Text(warning),
		app.Div().Class("front").Body(front...),
		app.Details().Body(more...),
	)
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
		var options []app.UI
		for _, o := range choices(m.Experiment, property) {
			options = append(options, app.Option().Value(o.Value).Text(o.Label).Selected(o.Value == value))
		}
		field = app.Select().ID(property.Key).Disabled(off).Aria("describedby", hint).Body(options...).OnChange(change)
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
	label := property.Name
	if property.Symbol != "" {
		label += " " + property.Symbol
	}
	help := property.Hint
	if property.Kind != experiment.Choice {
		help += " Allowed: " + property.Range() + "."
	}
	class := "control"
	if off {
		class += " off"
	}
	var errors []app.UI
	if why != "" {
		errors = append(errors, app.P().Class("error").Text(why))
	}
	return app.Div().Class(class).Title(help).Body(
		app.Label().For(property.Key).Text(label),
		field,
		app.P().ID(hint).Class("hint").Text(help),
		app.Div().Role("alert").Body(errors...),
	)
}

// choices are the values a select offers; a value in use that is no step is
// among them.
func choices(e experiment.Experiment, property experiment.Property) []experiment.Option {
	if property.Kind == experiment.Choice {
		return property.Options
	}
	var options []experiment.Option
	value, _ := property.Number(e)
	placed := false
	add := func(x float64) {
		text := strconv.FormatFloat(x, 'g', -1, 64)
		options = append(options, experiment.Option{Value: text, Label: text})
	}
	for _, s := range property.Steps {
		if !placed && value < s {
			add(value)
		}
		placed = placed || value <= s
		add(s)
	}
	if !placed && finite(value) {
		add(value)
	}
	if property.Free {
		options = append(options, experiment.Option{Value: "inf", Label: "∞ (no noise)"})
	}
	return options
}
