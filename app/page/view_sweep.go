package page

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"grapevine/app/experiment"
)

// sweepPanel is where a sweep is described, followed and looked at.
func (p *Page) sweepPanel(m Model) app.UI {
	panel := app.Section().ID("sweep-panel").Class("sweep").Aria("label", "Sweep").Hidden(!m.Study.Open)
	if !m.Study.Open {
		return panel.Body()
	}
	s := m.Study
	runs := "Begin"
	if sweep, err := m.wanted(); err == nil {
		runs = fmt.Sprintf("Begin: %d runs", sweep.Count())
	}
	rest := "Pause"
	if s.Paused {
		rest = "Go on"
	}
	var problem []app.UI
	if s.Problem != "" {
		problem = append(problem, app.P().Class("error").Text(s.Problem))
	}
	return panel.Body(
		app.H2().Text("Sweep: the settings at hand, over a row of values"),
		app.Div().Class("sweep-form").Body(
			p.varied(m, 0, "Vary"),
			p.varied(m, 1, "and"),
			app.Label().Body(app.Span().Text("Seeds"), app.Input().ID("sweep-seeds").Type("number").Min(1).Max(experiment.MaxSeeds).Value(s.Seeds).
				OnChange(func(ctx app.Context, _ app.Event) { p.update(ctx, SetSeeds{ctx.JSSrc().Get("value").String()}) })),
			app.Div().Class("sweep-buttons").Body(
				app.Button().ID("sweep-begin").Class("primary small").Text(runs).Disabled(s.Going()).OnClick(p.on(BeginSweep{})),
				app.Button().ID("sweep-rest").Text(rest).Disabled(!s.Going()).OnClick(p.on(RestSweep{})),
				app.Button().ID("sweep-end").Text("Cancel").Disabled(!s.Going()).OnClick(p.on(EndSweep{})),
				app.Button().ID("sweep-study").Text("Test the tutorial’s conclusions").Disabled(s.Going()).
					Title("Nine levels of privacy, both methods, ten seeds: some minutes. What holds is said below the table.").OnClick(p.on(OfferStudy{})),
				app.Button().ID("sweep-csv").Text("CSV").Title("All rounds of the finished runs").Disabled(!s.complete()).OnClick(p.on(saveSweep{})),
				app.Button().ID("close-sweep").Text("Close").OnClick(p.on(OpenSweep{false})),
			),
		),
		app.Div().Role("alert").Body(problem...),
		p.sweepProgress(s),
		app.Div().Class("sweep-charts").Body(p.sweepFigures(m)...),
		p.sweepTable(s),
		sweepFindings(s),
	)
}

// sweepFindings says which of the tutorial's conclusions a complete sweep over
// ε and both methods, of two seeds or more, bears out.
func sweepFindings(s Study) app.UI {
	box := app.Div().ID("findings").Class("findings")
	if !s.complete() {
		return box.Hidden(true).Body()
	}
	outcomes, err := s.Sweep.Outcomes(s.results())
	var findings []experiment.Finding
	if err == nil {
		findings, err = experiment.Conclude(s.Sweep, outcomes)
	}
	if err != nil { // a sweep of something else
		return box.Hidden(true).Body()
	}
	parts := []app.UI{
		app.H2().Text("Which of the tutorial’s conclusions hold"),
		app.P().Class("hint").Textf("Differences between runs of the same seed, means over %d seeds, with Student’s 95 %% intervals, not widened for their number. At chance: both methods end below %.0f %%.", s.Sweep.Seeds, 100*experiment.ChanceBelow),
	}
	for i, f := range findings {
		if i == 0 || findings[i-1].Claim != f.Claim {
			parts = append(parts, app.H3().Text("“"+f.Claim+"”"))
		}
		rows := []app.UI{app.Tr().Body(app.Th().Scope("col").Text("ε₀"), app.Th().Scope("col").Text(f.Sides[0]), app.Th().Scope("col").Text(f.Sides[1]),
			app.Th().Scope("col").Text("difference (95 %)"), app.Th().Scope("col").Text(""))}
		for _, r := range f.Rows {
			d := r.Difference
			rows = append(rows, app.Tr().Body(app.Th().Scope("row").Text(strings.ReplaceAll(r.Epsilon, "inf", "∞")),
				app.Td().Text(measured(f.Unit, r.Means[0])), app.Td().Text(measured(f.Unit, r.Means[1])),
				app.Td().Text(fmt.Sprintf("%s (%s to %s)", measured(f.Unit, d.Mean), measured(f.Unit, d.Low), measured(f.Unit, d.High))),
				app.Td().Body(app.Strong().Text(string(r.Verdict)))))
		}
		parts = append(parts, app.Div().Class("scroll").TabIndex(0).Role("region").Aria("label", f.Measure).Body(
			app.Table().Body(append([]app.UI{app.Caption().Text("By " + f.Measure + ".")}, rows...)...)))
	}
	return box.Body(parts...)
}

// measured writes a finding's number.
func measured(u experiment.Unit, x float64) string {
	if u == experiment.Percent {
		return strconv.FormatFloat(100*x, 'f', 1, 64) + " %"
	}
	return strconv.FormatFloat(x, 'f', 1, 64)
}

// saveSweep hands the sweep's rounds to the person as a file.
type saveSweep struct{}

// complete reports whether all runs are there.
func (s Study) complete() bool {
	runs, _, _ := s.Done()
	return s.Begun && runs == len(s.Runs)
}

// results are all runs' results; they must be complete.
func (s Study) results() []experiment.Result {
	all := make([]experiment.Result, len(s.Results))
	for i, r := range s.Results {
		all[i] = *r
	}
	return all
}

// writeCSV writes the rounds of a complete sweep.
func (s Study) writeCSV(w io.Writer) error { return s.Sweep.WriteCSV(w, s.results()) }

// varied are the controls of one axis.
func (p *Page) varied(m Model, axis int, title string) app.UI {
	v := m.Study.Vary[axis]
	options := []app.UI{app.Option().Value("").Text("nothing").Selected(v.Key == "")}
	for _, property := range experiment.Table {
		if sweeps(property) {
			options = append(options, app.Option().Value(property.Key).Text(property.Name).Selected(property.Key == v.Key))
		}
	}
	name := "sweep-" + strconv.Itoa(axis+1)
	return app.Div().Class("varied").Body(
		app.Label().Body(app.Span().Text(title), app.Select().ID(name).Body(options...).OnChange(func(ctx app.Context, _ app.Event) {
			p.update(ctx, SetVary{axis, Vary{ctx.JSSrc().Get("value").String(), p.model.Study.Vary[axis].Values}})
		}, app.EventScope(name))),
		app.Label().Hidden(v.Key == "").Body(app.Span().Text("over"), app.Input().ID(name+"-values").Type("text").Value(v.Values).Attr("spellcheck", "false").
			OnChange(func(ctx app.Context, _ app.Event) {
				p.update(ctx, SetVary{axis, Vary{p.model.Study.Vary[axis].Key, ctx.JSSrc().Get("value").String()}})
			}, app.EventScope(name))),
	)
}

func (p *Page) sweepProgress(s Study) app.UI {
	line := app.Div().ID("sweep-progress").Class("bar").Role("status").Hidden(!s.Begun)
	if !s.Begun {
		return line.Body()
	}
	runs, share, left := s.Done()
	text := fmt.Sprintf("%d of %d runs", runs, len(s.Runs))
	switch {
	case s.Paused && s.Going():
		text += ", pausing: runs at work are finished first"
	case s.Going() && left > 0:
		text += ", about " + seconds(left) + " to go"
	case !s.Going() && runs < len(s.Runs):
		text += ", cancelled"
	}
	return line.DataSet("runs", runs).Body(
		app.Progress().Max(1).Value(fmt.Sprintf("%.3f", share)).Aria("label", "The sweep's work done"),
		app.Text(text),
	)
}

func seconds(x float64) string {
	if x >= 90 {
		return fmt.Sprintf("%.0f minutes", math.Ceil(x/60))
	}
	return fmt.Sprintf("%.0f s", math.Ceil(x))
}

// sweepFigures are the sweep's charts, read out at the end unless a place is
// pointed at.
func (p *Page) sweepFigures(m Model) []app.UI {
	end := m
	end.Round, end.At, end.View.Charts = math.MaxInt32, math.MaxInt32, nil
	var figures []app.UI
	for _, c := range m.sweepCharts() {
		figures = append(figures, p.chart(end, c))
	}
	if n := m.Study.Sweep.Seeds; len(figures) > 0 && n > 1 {
		figures = append(figures, app.P().Class("hint").Textf("Means over %d seeds; bands are a standard deviation to either side (of up to four curves), single runs stand faintly beneath.", n))
	} else if len(figures) > 0 {
		figures = append(figures, app.P().Class("hint").Text("One seed: another may tell another story. More seeds give a mean and a band."))
	}
	return figures
}

// sweepTable sums a complete sweep up.
func (p *Page) sweepTable(s Study) app.UI {
	box := app.Div().Class("scroll").TabIndex(0).Role("region").Aria("label", "The sweep in numbers").Hidden(!s.complete())
	if !s.complete() {
		return box.Body()
	}
	outcomes, err := s.Sweep.Outcomes(s.results())
	if err != nil {
		return box.Body(app.P().Class("error").Text(err.Error()))
	}
	var head []app.UI
	for _, key := range s.Sweep.Header() {
		p, _ := experiment.Find(key)
		head = append(head, app.Th().Scope("col").Text(strings.TrimSpace(p.Name+" "+p.Symbol)))
	}
	for _, title := range []string{"Final accuracy", "least to greatest", "Rounds to 90 % of ε₀ = ∞", "Diverged"} {
		head = append(head, app.Th().Scope("col").Text(title))
	}
	var rows []app.UI
	for _, o := range outcomes {
		var cells []app.UI
		for i, v := range s.Sweep.Row(o.Values, o.Protocol) {
			cells = append(cells, app.Td().Text(valueName(s.Sweep.Header()[i], v)))
		}
		final := o.Final()
		mean := percent(final.Mean)
		if final.Count > 1 {
			mean += fmt.Sprintf(" ± %.1f", 100*final.Deviation)
		}
		reached := "–"
		if o.Reached != nil {
			reached = "never"
			if r, ok := experiment.MedianRounds(o.Reached); ok {
				reached = strconv.FormatFloat(r, 'g', -1, 64)
			}
		}
		for _, text := range []string{mean, percent(final.Min) + " to " + percent(final.Max), reached, fmt.Sprintf("%d of %d", o.Diverged, final.Count)} {
			cells = append(cells, app.Td().Text(text))
		}
		rows = append(rows, app.Tr().Body(cells...))
	}
	caption := "Test accuracy after the last round; gossip's is the mean over clients. Rounds: the first, round 0 aside, that comes to 90 % of what the same method and seed reach at ε₀ = ∞"
	if s.Sweep.Seeds > 1 {
		caption += fmt.Sprintf("; means ± a standard deviation, and the median of rounds, over %d seeds", s.Sweep.Seeds)
	}
	return box.Body(app.Table().ID("sweep-table").Body(
		app.Caption().Text(caption+"."), app.THead().Body(app.Tr().Body(head...)), app.TBody().Body(rows...)))
}
