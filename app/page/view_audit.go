package page

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"grapevine/app/experiment"
	"grapevine/app/wire"
)

// audits is where a person attacks what is promised, folded until it is wanted.
func (p *Page) audits(m Model) app.UI {
	fold := app.Details().ID("audits").Class("audits").On("toggle", func(ctx app.Context, _ app.Event) {
		p.update(ctx, OpenAudits{ctx.JSSrc().Get("open").Bool()})
	})
	summary := app.Summary().Text("Attack it: does the privacy hold?")
	if !m.Audits.Open {
		return fold.Body(summary)
	}
	return fold.Body(summary,
		app.P().Class("hint").Text("An attack shows at least how much leaks, a lower bound on ε. The promise is an upper bound. Where the first is above the second, the code breaks its promise; where it is below, nothing is proved, but nothing was found. Attacks run beside training and disturb no run."),
		app.Div().Class("audit-cards").Body(
			p.auditCard(m, wire.AttackUnit, "The noise", fmt.Sprintf("Gives the code that clips and adds noise one client’s update, four times too long, or nothing, %s times each, and guesses which it was from what comes out. It catches a missing clip, too little noise, and noise used twice.", thousands(auditTrials)), p.unitFindings),
			p.auditCard(m, wire.AttackMembers, "The training examples", "Trains the run once more and asks its final models: which digits did a client train on? What was learnt by heart has a smaller loss than other digits of the same kind.", p.memberFindings),
			p.auditCard(m, wire.AttackCanaries, "Canaries", fmt.Sprintf("A run of its own with a server, beside %d clients made up to be found out. A coin decides which of them say something; after one run, all are looked for at once.", auditCanaries), p.canaryFindings),
		),
	)
}

// auditCard is one attack: what it does, its button, how far it is, what it
// found.
func (p *Page) auditCard(m Model, kind, title, words string, findings func(Model) []app.UI) app.UI {
	a := m.Audits
	id := "attack-" + kind
	current := a.Of == m.Experiment
	why := ""
	switch noisy := m.Experiment.Noisy(); {
	case kind != wire.AttackMembers && !noisy:
		why = "No noise is added, so nothing is promised that could be broken. Choose a finite ε first."
	case kind != wire.AttackMembers && m.Experiment.Trust == experiment.TrustExample:
		why = "This promise hides single examples; the attack hands in whole updates."
	case kind == wire.AttackCanaries && m.Experiment.Trust == experiment.TrustCorrelated:
		why = "Canaries are clients of a server, and this noise is shared between neighbours."
	}
	var body []app.UI
	if a.Kind == kind {
		body = append(body, app.Div().Class("bar").Role("status").Body(
			app.Progress().Max(1).Value(fmt.Sprintf("%.3f", a.Share)).Aria("label", title+": the attack’s work done"),
			app.Text(fmt.Sprintf("%.0f %%", 100*a.Share)),
			app.Button().ID("cancel-attack").Class("small").Text("Cancel").OnClick(p.on(EndAttack{}))))
	}
	if why != "" {
		body = append(body, app.P().Class("hint").Text(why))
	}
	if current && a.Failed == kind {
		body = append(body, app.P().Class("error").Role("alert").Text(a.Problem))
	}
	if current {
		body = append(body, findings(m)...)
	}
	return app.Article().Aria("labelledby", id+"-title").Body(
		app.H2().ID(id+"-title").Text(title),
		app.P().Class("hint").Text(words),
		app.Button().ID(id).Text("Attack it").Aria("describedby", id+"-title").Disabled(why != "" || a.Kind != "").
			OnClick(p.on(BeginAttack{kind}), app.EventScope(kind)),
		app.Div().ID(id+"-found").Class("audit-found").Aria("live", "polite").Body(body...),
	)
}

func (p *Page) unitFindings(m Model) (parts []app.UI) {
	for _, u := range m.Audits.Units {
		parts = append(parts,
			app.H3().Text(protocolNames[u.Protocol]),
			bounds(u.Bounds, "before whoever sees the messages, for one client (zero-out), over "+count(u.Rounds, "round")),
			held(u.Bounds),
			app.P().Class("hint").Textf("%s attacks with an update and as many without. To be expected of the promised noise: %s; more attacks show more.", thousands(u.Trials), atLeast(u.Hoped)))
	}
	return parts
}

func (p *Page) canaryFindings(m Model) []app.UI {
	c := m.Audits.Canaries
	if c == nil {
		return nil
	}
	return []app.UI{
		bounds(c.Bounds, "for one client (zero-out), over "+count(c.Rounds, "round")),
		held(c.Bounds),
		app.P().Class("hint").Textf("%d of the %d surest guesses about %d canaries were correct. To be expected of the promised noise: %s; so many guesses can show ε ≥ %s at most. The model came to %s accuracy.",
			c.Correct, c.Guesses, c.Canaries, atLeast(c.Hoped), twoDigits(c.Ceiling), percent(c.Accuracy)),
	}
}

func (p *Page) memberFindings(m Model) []app.UI {
	list := m.Audits.Members
	if len(list) == 0 {
		return nil
	}
	client := m.auditedClient()
	options := make([]app.UI, len(list[0].Clients))
	for i := range options {
		options[i] = app.Option().Value(i).Text("Client " + strconv.Itoa(i)).Selected(i == client)
	}
	parts := []app.UI{
		app.Label().Class("inline").Body(app.Span().Class("unseen").Text("Whose examples"), app.Select().ID("audit-client").Body(options...).OnChange(func(ctx app.Context, _ app.Event) {
			if i, err := strconv.Atoi(ctx.JSSrc().Get("value").String()); err == nil {
				p.update(ctx, Select{i})
			}
		})),
		rocPlot(list, client),
	}
	var rows []app.UI
	for _, x := range list {
		roc := x.Clients[client]
		rows = append(rows, app.Tr().Body(
			app.Th().Scope("row").Body(app.Span().Class(append([]string{"name-text"}, protocolStrokes[x.Protocol].classes()...)...).Text(protocolNames[x.Protocol])),
			app.Td().Text(strconv.FormatFloat(roc.Area, 'f', 2, 64)),
			app.Td().Text(atLeast(roc.Shown)),
			app.Td().Text(upTo(x.Claimed))))
	}
	parts = append(parts, app.Div().Class("scroll").TabIndex(0).Role("region").Aria("label", "Membership in numbers").Body(app.Table().Body(
		app.Tr().Body(app.Td(), app.Th().Scope("col").Text("area"), app.Th().Scope("col").Text("shown"), app.Th().Scope("col").Text("promised")),
		app.TBody().Body(rows...))))
	for _, x := range list {
		parts = append(parts, app.P().Class("hint").Text(protocolNames[x.Protocol]+", all clients:"), held(x.Bounds))
	}
	return append(parts, app.P().Class("hint").Textf(
		"%d examples of the client and as many others. Area ½: guessing; 1: all told apart. Shown is 95 %% sure for all clients together; promised is for one example of a client at δ = %s.",
		list[0].Clients[client].Count, strconv.FormatFloat(list[0].Delta, 'g', 2, 64)))
}

// bounds are what is claimed and what shows, one over the other as bars.
func bounds(b wire.Bounds, of string) app.UI {
	widest := math.Max(float64(b.Claimed), float64(b.Shown))
	bar := func(class, name, text string, x experiment.Float) app.UI {
		share := 100.0
		if x.Finite() && widest > 0 && !math.IsInf(widest, 1) {
			share = 100 * float64(x) / widest
		}
		return app.Div().Class("audit-bar").Body(
			app.Span().Text(name), app.Strong().Text(text),
			app.Div().Class("audit-rail").Aria("hidden", "true").Body(app.Div().Class(class).Style("width", px(share)+"%")))
	}
	return app.Div().Class("audit-bounds").Body(
		bar("claimed", "Promised", upTo(b.Claimed), b.Claimed),
		bar("shown", "Shown", atLeast(b.Shown), b.Shown),
		app.P().Class("hint").Text("Promised: a guarantee "+of+". Shown: a lower bound, 95 % sure. δ = "+strconv.FormatFloat(b.Delta, 'g', 2, 64)+"."),
	)
}

// held compares the two.
func held(b wire.Bounds) app.UI {
	switch {
	case !b.Claimed.Finite():
		return app.P().Class("proof plain").Text("Nothing is promised: no noise is added.")
	case b.Broken():
		return app.P().Class("proof bad").Text("More shows than is promised: the promise is broken.")
	}
	return app.P().Class("proof good").Text("No more shows than is promised.")
}

func upTo(x experiment.Float) string {
	if !x.Finite() {
		return "nothing (ε = ∞)"
	}
	return "ε ≤ " + twoDigits(x)
}

func atLeast(x experiment.Float) string {
	if x == 0 {
		return "nothing (ε ≥ 0)"
	}
	return "ε ≥ " + twoDigits(x)
}

// twoDigits writes an ε.
func twoDigits(x experiment.Float) string {
	if !x.Finite() {
		return "∞"
	}
	s := strconv.FormatFloat(float64(x), 'f', 2, 64)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return strconv.Itoa(n) + " " + what + "s"
}
