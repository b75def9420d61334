package page

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"grapevine/app/experiment"
	"grapevine/app/wire"
)

// open shows what a link asks for, and drops the run at hand.
func (m Model) open(fragment string) (Model, []Effect) {
	sweep, refused, isSweep := experiment.ParseSweep(fragment)
	link := experiment.Link{Experiment: sweep.Base}
	if isSweep {
		m.Study = m.Study.typed(sweep)
		m.Study.Open = true
	} else {
		link, refused = experiment.ParseLink(fragment)
	}
	m.Experiment, m.Claim, m.View, m.Refused = link.Experiment, link.Claim, link.View, refused
	m.Shared = link.View
	m.Drafts, m.Errors, m.Notes, m.Reference = nil, nil, nil, nil
	m.willPlay, m.willStart = false, link.View.Start
	var effects []Effect
	if link.View.Present && !m.Theme.Large {
		m.Theme.Large = true
		effects = []Effect{{ToStage: true, Message: &m.Theme}}
	}
	m, more := m.describe()
	return m, append(effects, more...)
}

// unlinked forgets what a link said of another experiment.
func (m Model) unlinked() Model {
	m.Claim, m.Refused, m.Reference, m.willStart = experiment.Claim{}, nil, nil, false
	return m
}

// Link is what the address carries: the settings, how the page looks, and what
// came of the run, or what the link that was opened says came of it.
func (m Model) Link() experiment.Link {
	l := experiment.Link{Experiment: m.Experiment, Claim: m.Claim, View: m.View}
	if l.Claim.Digest == "" {
		l.Claim = m.own()
	}
	return l
}

// Share is the link to hand on: what came of the run here, if it is finished.
func (m Model) Share() experiment.Link {
	l := m.Link()
	l.View = m.Shared
	if own := m.own(); own.Digest != "" {
		l.Claim = own
	}
	return l
}

// own is what the run at hand proves; nothing before it is finished.
func (m Model) own() experiment.Claim {
	if m.Phase != Done || m.Finished == nil {
		return experiment.Claim{}
	}
	return experiment.ClaimOf(&m.Trace)
}

// bounds of a run that a link may start by itself.
const (
	mostSeconds = 60.0
	mostBytes   = 1 << 30
)

// tooLong says why the run should not start by itself, "" when it may.
func (m Model) tooLong() string {
	f := m.Facts
	seconds := f.RoundFLOPs * float64(m.Experiment.Rounds) / (m.Rate * float64(max(1, f.Workers)))
	// Each worker, and the conductor, holds the digits, a byte a pixel.
	digits := float64(m.Experiment.Train+m.Experiment.Test) * float64(m.Experiment.Inputs()) * float64(f.Workers+1)
	bytes := 4.0*float64(f.Parameters)*float64(m.Experiment.Clients)*2 + digits
	switch {
	case seconds > mostSeconds:
		return fmt.Sprintf("it would take about %.0f minutes", max(1, seconds/60))
	case bytes > mostBytes:
		return fmt.Sprintf("it wants %.1f GB of memory", bytes/1e9)
	}
	return ""
}

// file takes a trace file. Of the experiment that runs or ran here it is kept
// to compare with; any other is shown as it is, without training.
func (m Model) file(text string) (Model, []Effect) {
	t, err := experiment.ReadTrace(strings.NewReader(text))
	if err != nil {
		m.Failure = "The file was not opened. " + err.Error()
		var altered *experiment.DigestError
		if errors.As(err, &altered) {
			m.Failure += ". What it shows is not what its digest was made of."
		}
		return m, nil
	}
	m.Failure = ""
	if t.Experiment == m.Experiment && (m.Started() || m.Claim.Digest != "") && !m.Replayed {
		m.Reference = t
		return m, nil
	}
	return m.exhibit(t)
}

// exhibit shows a finished trace in the place of a run, without training.
func (m Model) exhibit(t *experiment.Trace) (Model, []Effect) {
	m.Failure = ""
	m.Experiment = t.Experiment
	m.Drafts, m.Errors, m.Notes, m.Refused = nil, nil, nil, nil
	m.Claim, m.Reference, m.willPlay, m.willStart = experiment.ClaimOf(t), t, false, false
	m, effects := m.describe()
	m.replay = t
	return m, effects
}

// showReplay puts the trace of a file in the place of a run.
func (m Model) showReplay() Model {
	m.Trace, m.Replayed, m.replay = *m.replay, true, nil
	m.Round, m.Phase = m.Experiment.Rounds, Done
	m.Finished = &wire.Finished{Digest: m.Trace.Digest}
	m.At, m.Follow, m.Playing = 0, false, true // from the beginning
	if m.StageGone != "" {
		m.At = float64(m.Round)
	}
	return m
}

// verdict is what the run says of what was claimed.
type verdict int

const (
	unclaimed verdict = iota
	waiting           // claimed, and not run yet
	reproduced
	differs
	otherNumerics
)

// judge compares the run with the link's claim and with the trace file.
func (m Model) judge() (verdict, string) {
	claim := m.Claim
	if claim.Digest == "" && m.Reference != nil {
		claim = experiment.ClaimOf(m.Reference)
	}
	switch {
	case m.Replayed:
		return unclaimed, "From a trace file, whose digest is that of what it holds. Nothing was trained here; Play runs it again and compares."
	case claim.Digest == "":
		return unclaimed, ""
	case m.Phase == Done && m.Finished != nil && m.Trace.Digest == claim.Digest:
		return reproduced, "Reproduced bit for bit."
	case m.Facts != nil && m.Facts.Numerics != claim.Numerics:
		return otherNumerics, fmt.Sprintf("Made by another numerics version (%d; this page has %d): the digest cannot come out the same.", claim.Numerics, m.Facts.Numerics)
	case m.Phase != Done || m.Finished == nil:
		return waiting, "The link says: " + said(m.Experiment, claim) + " Press Play to see whether it comes out the same, bit for bit."
	}
	text := fmt.Sprintf("Differs: the link says digest %.12s…, here it is %.12s….", claim.Digest, m.Trace.Digest)
	if m.Reference == nil {
		return differs, text + " Drop its trace file on this page to see where."
	}
	if d, ok := experiment.Differ(m.Reference, &m.Trace); ok {
		return differs, text + " First in " + d.String() + "."
	}
	return differs, text + " The trace file is that of this run, not of the link."
}

// said puts a claim into words.
func said(e experiment.Experiment, c experiment.Claim) string {
	var parts []string
	for i, protocol := range e.Protocols() {
		if i < len(c.Accuracies) {
			parts = append(parts, protocolNames[protocol]+" "+percent(c.Accuracies[i]))
		}
	}
	parts = append(parts, fmt.Sprintf("digest %.12s…", c.Digest))
	return strings.Join(parts, ", ") + "."
}

// hides reports whether the link folds the group's settings away.
func (m Model) hides(g experiment.Group) bool { return slices.Contains(m.View.Hide, g) }

// draws reports whether the chart is shown.
func (m Model) draws(chart string) bool {
	return m.View.Charts == nil || slices.Contains(m.View.Charts, chart)
}
