package page

import (
	"slices"

	"grapevine/app/experiment"
	"grapevine/app/wire"
)

// hear takes what the trainer or the stage said.
func (m Model) hear(message wire.Message) (Model, []Effect) {
	switch e := message.(type) {
	case *wire.Ready:
		m.StageReady, m.StageGone = true, ""
		return m, m.showAll()
	case *wire.Unavailable:
		m.StageReady, m.StageGone = false, e.Reason
		return m, nil
	case *wire.At:
		m.At, m.Happening = e.At, e.Phase
		return m, nil
	case *wire.Picked:
		return m.pick(e.Client, false)
	case *wire.Picture:
		return m, nil // the bridge saves it
	case *wire.Facts:
		if e.ID != m.id {
			return m, nil
		}
		return m.facts(e)
	case *wire.Failed:
		// What the run has shown so far stays in view; where the trainer
		// still holds it, Paused follows.
		m.Phase, m.Failure, m.Progress, m.Fetched = Failed, e.Message, nil, nil
		m.starts, m.next, m.willPlay = false, false, false
		if p, ok := experiment.Find(e.Key); ok {
			m = m.drafted(e.Key, p.Get(m.Experiment), e.Message)
		}
		return m, nil
	case *wire.Loading:
		m.Fetched = e
		return m, nil
	case *wire.Digits:
		if e.Client == m.Selected {
			m.Digits, m.Picture = e, picture(e)
		}
		return m, nil
	}
	if m.stale {
		return m, nil
	}
	return m.hearRun(message)
}

// hearRun takes what the trainer says of the run at hand.
func (m Model) hearRun(message wire.Message) (Model, []Effect) {
	switch e := message.(type) {
	case *wire.Started:
		m.starts = false
		m.Trace = experiment.Trace{Experiment: m.Experiment, Numerics: e.Numerics, Data: e.Data}
		for _, protocol := range m.Experiment.Protocols() {
			m.Trace.Runs = append(m.Trace.Runs, experiment.Run{Protocol: protocol})
		}
	case *wire.Progress:
		m.Progress = e
	case *wire.Round:
		return m.round(e)
	case *wire.Paused:
		m.Progress = nil
		switch {
		case m.next:
			m.next = false
			return m, []Effect{{Message: &wire.Train{Until: m.until, Rounds: m.Experiment.Rounds}}}
		case m.Finished == nil: // a pause that came too late changes nothing
			m.Phase = Paused
		}
	case *wire.Finished:
		if m.next {
			return m, nil // it grew meanwhile: the pause asked for is on its way
		}
		m.Phase, m.Finished, m.Progress = Done, e, nil
		m.Trace.Experiment, m.Trace.Digest = m.Experiment, e.Digest
		m.Trace.Runs = slices.Clone(m.Trace.Runs)
		for i := range m.Trace.Runs {
			m.Trace.Runs[i].Digest, m.Trace.Runs[i].Final = e.Digests[i], e.Final[i]
			if i < len(e.Ledgers) {
				m.Trace.Runs[i].Ledger = e.Ledgers[i]
			}
		}
		m = m.keep().learn()
	}
	return m, nil
}

// facts takes the answer to the newest Describe or Start.
func (m Model) facts(f *wire.Facts) (Model, []Effect) {
	same := m.Facts != nil && m.Facts.Experiment == f.Experiment
	m.Facts, m.Fetched, m.stale = f, nil, false
	if m.replay != nil {
		m = m.showReplay()
		m, effects := m.pick(m.Selected, true)
		return m, append(m.showAll(), effects...)
	}
	var effects []Effect
	if !same {
		effects = m.showAll()
	}
	if m.starts {
		return m, effects
	}
	m.Phase = Ready
	if m.Selected >= f.Experiment.Clients {
		m.Selected = wire.None
	}
	m, more := m.pick(m.Selected, true)
	effects = append(effects, more...)
	if m.willStart {
		m.willStart = false
		if why := m.tooLong(); why == "" {
			m.willPlay = true
		} else {
			m.Notes = append(m.Notes, "This link asks to start at once; "+why+", so it waits for Play.")
		}
	}
	if m.willPlay {
		m, more = m.play()
		effects = append(effects, more...)
	}
	return m, effects
}

// showAll tells the stage everything, when it is there and there is a scene.
func (m Model) showAll() []Effect {
	if !m.StageReady || m.Facts == nil {
		return nil
	}
	effects := []Effect{{ToStage: true, Message: &wire.Scene{Facts: *m.Facts, Theme: m.Theme}}}
	for _, run := range m.Trace.Runs {
		for _, round := range run.Rounds {
			effects = append(effects, Effect{ToStage: true, Message: &wire.Round{Protocol: run.Protocol, Round: round}})
		}
	}
	effects = append(effects, m.playhead(), Effect{ToStage: true, Message: &wire.Select{Client: m.Selected}})
	if m.Privacy.Colour {
		effects = append(effects, m.tint())
	}
	return effects
}

// round appends a finished round to its run and passes it on to the stage.
func (m Model) round(e *wire.Round) (Model, []Effect) {
	m.Trace.Runs = slices.Clone(m.Trace.Runs)
	run := m.Run(e.Protocol)
	if run == nil || e.Round.Round != len(run.Rounds) {
		return m, nil
	}
	run.Append(e.Round, m.Experiment.Clients)
	m.Round = len(run.Rounds) - 1
	for _, r := range m.Trace.Runs {
		m.Round = min(m.Round, len(r.Rounds)-1)
	}
	m.Round = max(m.Round, 0)
	if m.StageGone != "" && m.Follow {
		m.At = float64(m.Round)
	}
	return m, []Effect{{ToStage: true, Message: e}}
}
