package page

import (
	"fmt"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"grapevine/app/experiment"
	"grapevine/app/wire"
)

// status is the line of what the page has to say: progress, results, what
// rules altered, errors. It keeps its height when it is silent.
func (p *Page) status(m Model) app.UI {
	var errors, notes []app.UI
	if m.Failure != "" {
		errors = append(errors, app.P().Class("error").Text(m.Failure))
	}
	if len(m.Refused) > 0 {
		notes = append(notes, app.P().Class("refused").Text("The link was not taken as it is: "+some(m.Refused)))
	}
	for _, n := range m.Notes {
		notes = append(notes, app.P().Text(n))
	}
	judged, text := m.judge()
	return app.Div().Class("status").Body(
		app.Div().Class("bar").Body(progress(m)...),
		app.Div().Role("alert").Body(errors...),
		app.Div().Class("result").Role("status").Body(append(notes, p.result(m)...)...),
		app.Div().ID("proof").Class("proof", proofClasses[judged]).Role("status").Hidden(text == "").Text(text),
		app.Div().Class("unseen").Role("status").Text(m.spoken()),
	)
}

// proofClasses colour a verdict; its words say the same.
var proofClasses = map[verdict]string{unclaimed: "plain", waiting: "plain", reproduced: "good", differs: "bad", otherNumerics: "bad"}

// some lists sentences, the first ones of many.
func some(list []string) string {
	const most = 6
	if n := len(list) - most; n > 0 {
		list = append(list[:most:most], fmt.Sprintf("and %d more", n))
	}
	return strings.Join(list, "; ") + "."
}

// progress shows how far what is at work has come.
func progress(m Model) []app.UI {
	switch {
	case m.Fetched != nil:
		return []app.UI{app.Progress().Max(m.Fetched.Total).Value(m.Fetched.Done).Aria("label", "Digits fetched"), app.Text(fetching(m.Fetched))}
	case m.Phase == Loading && m.willPlay:
		return []app.UI{app.Text("getting ready, then training")}
	case m.Phase == Loading:
		return []app.UI{app.Text("getting ready")}
	case m.Phase == Running:
		done := float64(m.Round)
		if m.Progress != nil && m.Progress.Total > 0 {
			done += float64(m.Progress.Done) / float64(m.Progress.Total)
		}
		return []app.UI{app.Progress().Max(m.Experiment.Rounds).Value(fmt.Sprintf("%.2f", done)).Aria("label", "Rounds done"), app.Text("training")}
	}
	return nil
}

// fetching says how many of the digits have come, in thousands as they come.
func fetching(l *wire.Loading) string {
	return fmt.Sprintf("fetching digits: %d,000 of %d,000", l.Done, l.Total)
}

// spoken is what a screen reader hears of the rounds: each of ten parts of a
// run, since rounds go by faster than they can be said, and where it rests.
func (m Model) spoken() string {
	switch m.Phase {
	case Running:
		part := max(1, m.Experiment.Rounds/10)
		return fmt.Sprintf("training, round %d of %d", m.Round/part*part, m.Experiment.Rounds)
	case Loading:
		if m.Fetched != nil {
			return "fetching digits"
		}
	case Paused:
		return fmt.Sprintf("resting after round %d of %d", m.Round, m.Experiment.Rounds)
	}
	return ""
}

// result says in words how the run ended.
func (p *Page) result(m Model) []app.UI {
	if m.Phase != Done {
		return nil
	}
	digest := m.Finished.Digest
	took := fmt.Sprintf(" Trained in %.1f s. ", m.Finished.Taken)
	if m.Replayed {
		took = " "
	}
	out := []app.UI{app.P().Body(
		app.Strong().Text(m.accuracies()),
		app.Text(took),
		app.Button().ID("digest").Class("digest").Title("SHA-256 of all that happened in the run: "+digest+". Click to copy it.").
			Text("digest "+digest[:min(12, len(digest))]+"…").
			OnClick(func(app.Context, app.Event) { copyText(digest) }),
	)}
	for _, sentence := range m.divergences() {
		out = append(out, app.P().Text(sentence))
	}
	return out
}

// accuracies says what the protocols reached.
func (m Model) accuracies() string {
	var parts []string
	for _, r := range m.Trace.Runs {
		e := r.Last()
		if e == nil {
			continue
		}
		s := protocolNames[r.Protocol] + " " + percent(e.TestAccuracy)
		if r.Protocol == experiment.Gossip {
			s += fmt.Sprintf(" on average (%s to %s)", percent(e.MinAccuracy), percent(e.MaxAccuracy))
		}
		parts = append(parts, s)
	}
	return "Test accuracy at the end: " + strings.Join(parts, ", ") + "."
}

// divergences says which runs left the finite numbers, and where first.
func (m Model) divergences() []string {
	var out []string
	for _, r := range m.Trace.Runs {
		round, client, ok := r.FirstDivergence()
		if !ok {
			continue
		}
		who := fmt.Sprintf("first at client %d", client)
		if client == experiment.Server {
			who = "in the server's model"
		}
		out = append(out, fmt.Sprintf("%s diverged in round %d, %s: not all its numbers are finite any more. ", protocolNames[r.Protocol], round, who))
	}
	return out
}
