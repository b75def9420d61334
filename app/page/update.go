package page

import (
	"fmt"

	"grapevine/app/experiment"
	"grapevine/app/wire"
)

// What a person can do. A message of package wire is what the trainer or the
// stage said.
type (
	Play   struct{}
	Pause  struct{}
	Step   struct{}
	Reset  struct{}
	Change struct{ Key, Value string } // a setting
	Preset struct{ Key string }
	Select struct{ Client int }
	// Seek shows a position in rounds and stops following the newest.
	Seek   struct{ At float64 }
	Roll   struct{} // plays or pauses the player
	Newest struct{} // follows the newest round again
	Speed  struct{ Speed float64 }
	Look   struct{ Theme wire.Theme }
	// Numbers unfolds the charts' table, or folds it.
	Numbers struct{ Open bool }
	Visit   struct{ Fragment string } // opens a link, by Back and Forward too
	Share   struct{ Open bool }       // opens the panel for sharing, or closes it
	Shape   struct{ View experiment.View }
	Enlarge struct{} // makes the code to be scanned large, or small again
	// File is a trace file that was chosen or dropped, or why it was not read.
	File struct{ Text, Problem string }
	Snap struct{} // asks the stage for its picture
)

// Update is the model after something happened, and the messages to send.
func (m Model) Update(event any) (Model, []Effect) {
	switch e := event.(type) {
	case Play:
		return m.play()
	case Pause:
		if m.Phase != Running {
			return m, nil
		}
		m.next = false
		return m, []Effect{{Message: &wire.Pause{}}}
	case Step:
		return m.step()
	case Reset:
		return m.reset()
	case Change:
		return m.change(e)
	case Preset:
		return m.preset(e.Key)
	case Select:
		return m.pick(e.Client, true)
	case Seek:
		m.At, m.Follow = max(0, min(e.At, float64(m.Round))), false
		return m, []Effect{m.playhead()}
	case Roll:
		m.Playing = !m.Playing
		if m.Playing && m.At >= float64(m.Round) && !m.Follow {
			m.At = 0 // from the beginning, as a video player does
		}
		return m, []Effect{m.playhead()}
	case Newest:
		m.At, m.Follow, m.Playing = float64(m.Round), true, true
		return m, []Effect{m.playhead()}
	case Speed:
		m.Speed = e.Speed
		return m, []Effect{m.playhead()}
	case Look:
		m.Theme = e.Theme
		return m, []Effect{{ToStage: true, Message: &m.Theme}}
	case chartEvent:
		m.Charts = e.alter(m.Charts)
		return m, nil
	case Numbers:
		m.Numbers = e.Open
		return m, nil
	case Visit:
		return m.open(e.Fragment)
	case Share:
		m.Sharing = e.Open
		return m, nil
	case Shape:
		m.Shared = e.View
		return m, nil
	case Enlarge:
		m.LargeCode = !m.LargeCode
		return m, nil
	case File:
		if e.Problem != "" {
			m.Failure = e.Problem
			return m, nil
		}
		return m.file(e.Text)
	case Snap:
		return m, []Effect{{ToStage: true, Message: &wire.Snap{}}}
	}
	if m, effects, ok := m.privacyEvent(event); ok {
		return m, effects
	}
	if e, ok := event.(wire.Message); ok {
		return m.hear(e)
	}
	if m, effects, ok := m.shelve(event); ok {
		return m, effects
	}
	if m, effects, ok := m.guided(event); ok {
		return m, effects
	}
	if m, effects, ok := m.auditEvent(event); ok {
		return m, effects
	}
	if m, effects, ok := m.sweepEvent(event); ok {
		return m, effects
	}
	panic(fmt.Sprintf("page: event of type %T", event))
}

func (m Model) play() (Model, []Effect) {
	switch m.Phase {
	case Running:
		return m, nil
	case Loading: // the start is remembered, and made as soon as it can be
		m.willPlay = !m.willPlay
		return m, nil
	case Done, Failed:
		m, effects := m.reset()
		m, more := m.train(m.Experiment.Rounds)
		return m, append(effects, more...)
	}
	m.willPlay = false
	m.Follow, m.Playing = true, true
	m, effects := m.train(m.Experiment.Rounds)
	return m, append(effects, m.playhead())
}

// step trains one round and shows it at the natural pace.
func (m Model) step() (Model, []Effect) {
	if m.Phase != Ready && m.Phase != Paused {
		return m, nil
	}
	m.At, m.Follow, m.Playing, m.Speed = float64(m.Round), true, true, 1
	m, effects := m.train(m.Round + 1)
	return m, append(effects, m.playhead())
}

func (m Model) reset() (Model, []Effect) {
	m.Drafts, m.Errors, m.Notes, m.willPlay = nil, nil, nil, false
	return m.describe()
}

func (m Model) change(c Change) (Model, []Effect) {
	if c.Key == "topology" && c.Value == experiment.TopologyCustom && m.Experiment.Edges == "" && m.Facts != nil && len(m.Facts.Edges) <= experiment.MostEdges {
		m.Experiment.Edges = experiment.FormatEdges(m.Facts.Edges) // the graph as it is, to be edited
	}
	next, changes, err := m.Experiment.With(c.Key, c.Value)
	if err != nil {
		return m.drafted(c.Key, c.Value, err.Error()), nil
	}
	p, _ := experiment.Find(c.Key)
	if p.Live && next.Rounds < m.Round {
		why := fmt.Sprintf("%s %q: want at least %d, the rounds that are done", c.Key, c.Value, m.Round)
		return m.drafted(c.Key, c.Value, why), nil
	}
	m = m.drafted(c.Key, "", "")
	m.Notes = nil
	for _, change := range changes {
		m.Notes = append(m.Notes, change.String())
	}
	if next == m.Experiment {
		return m, nil
	}
	m.Experiment = next
	m = m.unlinked()
	if p.Live && len(changes) == 0 && m.Started() && !m.Replayed && m.Facts != nil {
		return m.lengthen()
	}
	return m.describe()
}

// lengthen goes on with the run, whose number of rounds changed.
func (m Model) lengthen() (Model, []Effect) {
	facts := *m.Facts
	facts.Experiment.Rounds = m.Experiment.Rounds
	m.Facts = &facts
	m.Finished = nil
	switch {
	case m.Phase == Running: // the trainer rests, then goes on to the new end
		m.until, m.next = m.Experiment.Rounds, true
		return m, []Effect{{Message: &wire.Pause{}}}
	case m.Round == m.Experiment.Rounds: // it is over now
		return m.train(m.Experiment.Rounds)
	case m.Phase == Done:
		m.Phase = Paused
	}
	return m, nil
}

func (m Model) preset(key string) (Model, []Effect) {
	p, ok := experiment.FindPreset(key)
	if !ok {
		return m, nil
	}
	m.Experiment = p.Experiment()
	m = m.unlinked()
	m.Drafts, m.Errors, m.Notes = nil, nil, nil
	return m.describe()
}

// shown is how many of a client's digits the page shows.
const shown = 40

// pick selects a client; tell says whether the stage has to hear of it.
func (m Model) pick(client int, tell bool) (Model, []Effect) {
	if client < 0 || client >= m.Experiment.Clients {
		client = wire.None
	}
	m.Selected, m.Digits, m.Picture = client, nil, ""
	var effects []Effect
	if tell {
		effects = append(effects, Effect{ToStage: true, Message: &wire.Select{Client: client}})
	}
	if m.Privacy.Colour {
		effects = append(effects, m.tint())
	}
	if client != wire.None {
		effects = append(effects, Effect{Message: &wire.Look{Client: client, Count: shown}})
	}
	return m, effects
}
