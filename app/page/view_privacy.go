package page

import (
	"fmt"
	"strconv"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"grapevine/app/experiment"
	"grapevine/app/wire"
)

// honesty is what must be read beside every ε of a run.
const honesty = "Simulated privacy: the noise has the stated distribution and ε is computed for it, but it comes from a shared seed and floating point. Do not use with real personal data."

// seedWarning says what a link with a seed gives away.
const seedWarning = "A published seed removes all privacy: anyone can subtract the noise."

// recompute says how to come to the same numbers by oneself.
const recompute = "To compute it yourself: save the trace (Share). Each run's ledger lists z = noise_multiplier, sampling and rounds. Without sampling μ² = Σ rounds·s²/z², with s = 1 for a unit left out and 2 for one replaced, and ε solves Φ(μ/2 − ε/μ) − e^ε·Φ(−μ/2 − ε/μ) = δ."

// privacy is the panel of what a run promises.
func (p *Page) privacy(m Model) app.UI {
	section := app.Section().ID("privacy").Class("privacy client").Aria("label", "Privacy")
	noisy := m.Experiment.Noisy()
	fold := app.Details().ID("privacy-fold").Open(m.opened()).On("toggle", func(ctx app.Context, _ app.Event) {
		open := ctx.JSSrc().Get("open").Bool()
		if open == p.model.opened() {
			ctx.PreventUpdate() // the page did it itself
			return
		}
		p.update(ctx, Unfurl{open})
	})
	summary := app.Summary().Body(app.Strong().Text("Privacy"), app.Text(": what a run promises in total"))
	warning := app.P().ID("honesty").Class("honesty").Hidden(!noisy && !m.opened()).Body(app.Strong().Text(honesty), app.Text(" "+seedWarning))
	if !m.opened() {
		return section.Body(warning, fold.Body(summary))
	}
	stale := "fresh"
	if !m.fresh() {
		stale = "stale"
	}
	return section.Body(
		warning,
		fold.Body(summary,
			p.watching(m),
			app.Div().Class("privacy-parts", stale).Aria("busy", strconv.FormatBool(!m.fresh())).Body(
				p.ladder(m),
				app.Div().Class("privacy-growth").Body(p.growth(m)...),
				p.calibration(m),
				p.trustPicture(m),
			),
			p.utility(m),
			p.leakMap(m),
			app.P().Class("hint").Text(recompute),
		),
	)
}

// watching chooses who looks on, and says in a sentence what they get.
func (p *Page) watching(m Model) app.UI {
	watcher := m.watcher()
	who := "the client worst off"
	if m.Selected != wire.None {
		who = "client " + strconv.Itoa(m.Selected)
	}
	return app.Div().Class("watching").Body(
		app.Label().Class("inline").Body(app.Text("Who looks on "),
			app.Select().ID("watcher").Body(optionsOf(m.watchers(), watcher)...).OnChange(func(ctx app.Context, _ app.Event) {
				p.update(ctx, Watch{ctx.JSSrc().Get("value").String()})
			})),
		app.Span().Class("hint").Text("Whose data: "+who+"; select a client on the stage to see its own."),
		app.P().ID("privacy-says").Class("says-total").Role("status").Text(m.promise()),
	)
}

// promise is the total with all that it means.
func (m Model) promise() string {
	e, a := m.Experiment, m.Privacy.Answer
	switch {
	case m.Privacy.Failure != "":
		return "There is no accountant: " + m.Privacy.Failure
	case !e.Noisy():
		return "Updates are clipped and no noise is added, so nothing is promised: ε = ∞. Choose a privacy of one message, or a target below."
	case a == nil:
		return "The totals are being computed."
	case a.Problem != "":
		return "No total: " + a.Problem + "."
	case len(a.Ladder) == 0:
		return "The totals are being computed."
	}
	exact := a.Ladder[len(a.Ladder)-1]
	claim := "guarantee"
	if exact.Estimate[0] {
		claim = "estimate"
	}
	text := ""
	if e.Trust == experiment.TrustLocal && e.NoiseBy == experiment.NoiseEpsilon {
		text = fmt.Sprintf("ε₀ = %s is what one message is stated to cost. ", epsilonText(float64(e.Epsilon)))
	}
	text += fmt.Sprintf("After %s the total is ε = %s at δ = %g, if one %s is left out", timesText(a), epsilonText(float64(exact.Epsilon[0])), e.Delta, a.Unit)
	if r := float64(exact.Epsilon[1]); r == r {
		text += fmt.Sprintf(", and %s if it is replaced by another", epsilonText(r))
		if exact.Estimate[1] && !exact.Estimate[0] {
			text += " (an estimate)"
		}
	}
	rests := "it rests on this: " + a.Assumes
	if e.Trust == experiment.TrustLocal {
		rests = "nobody has to be trusted for it"
	}
	return text + fmt.Sprintf(". A %s before %s, by %s; %s.", claim, observerWords(a.Observer), exact.Name, rests)
}

// observerWords name a ledger's observer in a sentence.
func observerWords(observer string) string {
	switch observer {
	case "server":
		return "the server, which sees each update and who sent it"
	case "eavesdropper on all links":
		return "whoever sees every message"
	case "aggregate only":
		return "whoever sees the sums alone"
	}
	return observer
}

// rungHints say what each rung knows.
var rungHints = map[string]string{
	"message":  "what one message costs by the exact curve, whatever formula set the noise",
	"basic":    "adds the messages' ε up",
	"advanced": "the square-root law, for any mechanism",
	"zcdp":     "knows that the noise is Gaussian",
	"rdp":      "knows it better",
	"exact":    "the tightest that is known",
}

// ladder is the table of totals by way of adding up.
func (p *Page) ladder(m Model) app.UI {
	a := m.Privacy.Answer
	unit := "client"
	if a != nil && a.Unit != "" {
		unit = a.Unit
	}
	rows := []app.UI{app.Tr().Body(
		app.Th().Scope("col").Text("Added up by"),
		app.Th().Scope("col").Text(unit+" left out (C)"),
		app.Th().Scope("col").Text(unit+" replaced (2C)"),
	)}
	if a != nil && m.Experiment.Noisy() {
		for i, r := range a.Ladder {
			cell := func(i int) app.UI {
				text := epsilonText(float64(r.Epsilon[i]))
				if r.Estimate[i] {
					text += " est."
				}
				if text == "–" {
					return app.Td().Title("No theorem for this kind of sampling").Text(text)
				}
				return app.Td().Text(text)
			}
			row := app.Tr()
			if i == len(a.Ladder)-1 {
				row = row.Class("exact")
			}
			rows = append(rows, row.Body(
				app.Th().Scope("row").Body(app.Text(rungName(r)), app.Span().Class("hint").Text(rungHints[r.Key])), cell(0), cell(1)))
		}
	}
	return app.Div().Class("ladder").Body(
		app.Table().ID("ladder").Body(append([]app.UI{app.Caption().Text(m.ladderCaption())}, rows...)...),
		app.P().Class("hint").Text("– : this rule has no theorem for this kind of sampling. All are upper bounds on the same loss; the lower ones know more of the noise."),
	)
}

func (m Model) ladderCaption() string {
	if m.Experiment.Noisy() {
		return fmt.Sprintf("Total ε at δ = %g after %d rounds", m.Experiment.Delta, m.Experiment.Rounds)
	}
	return "No noise, no ladder"
}

// growth is the ladder against rounds, and the budget line in it.
func (p *Page) growth(m Model) []app.UI {
	var parts []app.UI
	for _, c := range m.privacyCharts() {
		parts = append(parts, p.chart(m, c))
	}
	if len(parts) == 0 {
		parts = append(parts, app.P().Class("hint").Text("With noise, the totals are drawn here as they grow with the rounds."))
	}
	return append(parts, p.budget(m))
}

// budget turns a total into a number of rounds, before the start.
func (p *Page) budget(m Model) app.UI {
	a, fresh := m.Privacy.Answer, m.fresh()
	says, rounds := "", 0
	switch {
	case typedEpsilon(m.Privacy.Budget) == 0:
		says = "Type an ε above 0, at most 1,000,000."
	case !m.Experiment.Noisy():
		says = "Without noise not even one round has an ε."
	case a == nil || !fresh:
		says = "…"
	case a.RoundsWhy != "":
		says = a.RoundsWhy
	case a.Rounds == 0:
		says = "Not even one round fits."
	case a.Rounds == 1:
		says, rounds = "1 round fits.", 1
	default:
		says, rounds = fmt.Sprintf("%d rounds fit, counting one left out.", a.Rounds), a.Rounds
	}
	if m.Started() && rounds > 0 {
		says += " A budget is set before the start: Reset first."
	}
	return app.Div().Class("aim").Body(
		app.Label().Class("inline").Body(app.Text("Budget, total ε "), p.epsilonField("budget", m.Privacy.Budget, func(s string) any { return Spend{s} })),
		app.Button().ID("use-rounds").Class("small").Text("Set the rounds").Disabled(rounds == 0 || m.Started() || rounds == m.Experiment.Rounds).
			OnClick(func(ctx app.Context, _ app.Event) {
				if a := p.model.Privacy.Answer; a != nil && a.Rounds > 0 && p.model.fresh() {
					p.update(ctx, UseRounds{a.Rounds})
				}
			}),
		app.Span().ID("budget-says").Class("hint").Role("status").Text(says),
	)
}

// epsilonField is a field for a total.
func (p *Page) epsilonField(id, value string, event func(string) any) app.UI {
	return app.Input().ID(id).Type("text").Attr("inputmode", "decimal").Value(value).Aria("invalid", strconv.FormatBool(typedEpsilon(value) == 0)).
		OnInput(func(ctx app.Context, _ app.Event) { p.update(ctx, event(ctx.JSSrc().Get("value").String())) })
}

// calibration turns a total into noise, and says what the tutorial's own way
// of setting it is worth.
func (p *Page) calibration(m Model) app.UI {
	a, fresh := m.Privacy.Answer, m.fresh()
	says, z := "", 0.0
	switch {
	case typedEpsilon(m.Privacy.Target) == 0:
		says = "Type an ε above 0, at most 1,000,000."
	case a == nil || !fresh:
		says = "…"
	case a.FoundWhy != "":
		says = a.FoundWhy
	case a.Found > 0:
		z = a.Found
		says = fmt.Sprintf("takes noise multiplier z = %g, which is σ = zC = %.4g; its total is ε = %s over %d rounds at δ = %g, for whoever sees most of the unit worst off, left out.",
			z, z*m.Experiment.Clip, epsilonText(a.FoundTotal), m.Experiment.Rounds, m.Experiment.Delta)
	}
	parts := []app.UI{
		app.H2().Text("Calibration"),
		app.Div().Class("aim").Body(
			app.Label().Class("inline").Body(app.Text("Target, total ε "), p.epsilonField("target", m.Privacy.Target, func(s string) any { return Aim{s} })),
			app.Button().ID("use-multiplier").Class("small").Text("Use this noise").Disabled(z == 0 || m.multiplierIs(z)).
				OnClick(func(ctx app.Context, _ app.Event) {
					if a := p.model.Privacy.Answer; a != nil && a.Found > 0 && p.model.fresh() {
						p.update(ctx, UseMultiplier{a.Found})
					}
				}),
			app.Span().ID("target-says").Class("hint").Role("status").Text(says),
		),
		app.P().ID("noise-mode").Text(m.noiseMode()),
	}
	warning, analytic := "", 0.0
	if a != nil && a.Classic != nil && !a.Classic.Proved {
		warning, analytic = classicWarning(m.Experiment, a.Classic), a.Classic.Analytic
	}
	parts = append(parts, app.Div().ID("classic-warning").Class("beware").Role("status").Hidden(warning == "").Body(
		app.P().Text(warning),
		app.Button().ID("use-analytic").Class("small").Text("Use the analytic noise").Disabled(analytic == 0 || !fresh).
			OnClick(func(ctx app.Context, _ app.Event) {
				if a := p.model.Privacy.Answer; a != nil && a.Classic != nil && p.model.fresh() {
					p.update(ctx, UseMultiplier{a.Classic.Analytic})
				}
			}),
	))
	return app.Div().Class("calibration").Body(parts...)
}

// multiplierIs reports whether the noise is set by this multiplier.
func (m Model) multiplierIs(z float64) bool {
	e := m.Experiment
	return (e.Trust != experiment.TrustLocal || e.NoiseBy == experiment.NoiseMultiplier) && e.NoiseMultiplier == z
}

// noiseMode names what sets the noise now.
func (m Model) noiseMode() string {
	e := m.Experiment
	switch {
	case e.Trust == experiment.TrustLocal && e.NoiseBy == experiment.NoiseEpsilon && !e.Epsilon.Finite():
		return "Now: no noise. The setting “Privacy of one message” is the tutorial's way, by the classic formula for a single message; it is no total."
	case e.Trust == experiment.TrustLocal && e.NoiseBy == experiment.NoiseEpsilon:
		z := ""
		if a := m.Privacy.Answer; a != nil && a.Classic != nil {
			z = fmt.Sprintf(", here z = %.4g", a.Classic.Multiplier)
		}
		return fmt.Sprintf("Now: the tutorial's mode, noise for one message with ε₀ = %s by the classic formula z = √(2 ln(1.25/δ))/ε₀%s. It knows nothing of the rounds; the ladder adds them up.", epsilonText(float64(e.Epsilon)), z)
	}
	return fmt.Sprintf("Now: noise multiplier z = %g, set directly; the ladder says what it comes to.", e.NoiseMultiplier)
}

// classicWarning says where the formula is used beyond what is proved of it.
func classicWarning(e experiment.Experiment, c *wire.Classic) string {
	epsilon := epsilonText(float64(e.Epsilon))
	verdict := fmt.Sprintf("Here it happens to hold: the exact failure probability is %.2g, at most δ = %g. From ε₀ = %s on it fails.", c.Delta, e.Delta, epsilonText(c.Limit))
	if !c.Holds {
		verdict = fmt.Sprintf("Here it fails: the exact failure probability is %.2g, more than δ = %g.", c.Delta, e.Delta)
	}
	return fmt.Sprintf("ε₀ = %s is outside the range that the classic formula is proved for, up to 1. %s The formula's z is %.4g; the analytic calibration, which is exact for one message, gives z = %g.", epsilon, verdict, c.Multiplier, c.Analytic)
}
