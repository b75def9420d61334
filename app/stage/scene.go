// Package stage is the scene that plays a run: the gossip graph and the
// server side by side, clients coloured by their test accuracy, parameters
// travelling between them.
//
// It is a state machine without clock, browser or drawing. A [Scene] is told
// messages ([Scene.Handle]) and that time has passed ([Scene.Tick]), and says
// what is to be seen ([Scene.Frame]) and told to the page. What is where at
// which moment of a round is timeline.go, where things stand is layout.go,
// and package draw puts it on the screen.
//
// A round fills its rim while a client trains; the rim narrows to what
// clipping leaves of the update, and grows grainy with noise; then parameters
// travel, and both ends pulse as they are averaged. Accuracy is known only
// after a round, so a client goes from its old colour to its new one at its
// last exchange, or when its training is over if it has none.
package stage

import (
	"fmt"
	"math"

	"grapevine/app/experiment"
	"grapevine/app/wire"
)

// Scene is the state of the stage. The zero value shows nothing and is ready
// for messages.
type Scene struct {
	facts     *wire.Facts
	theme     wire.Theme
	selected  int
	tint      *wire.Tint // nil while clients show accuracy
	player    player
	histories []*history // in the order of the panels, gossip first
	plans     []*plan    // of the round under the playhead, nil where out of date

	now      float64 // seconds; the latest time heard of
	resting  bool    // nothing moved at the last tick
	dirty    bool    // something changed that no tick has seen yet
	fade     float64 // 1 as rounds are shown as fades, 0 as travel; eased between
	reported wire.At
	known    float64 // the position that the page heard or said last
	next     float64 // when At may be reported again
}

// Handle takes a message from the page at the given time in seconds. A
// message that makes no sense is an error and changes nothing.
func (s *Scene) Handle(m wire.Message, now float64) error {
	if s.resting {
		s.now = now // the time asleep is not the show's
		s.resting = false
	}
	s.dirty = true
	switch m := m.(type) {
	case *wire.Scene:
		return s.begin(m)
	case *wire.Theme:
		s.theme = *m
	case *wire.Select:
		s.selected = m.Client
	case *wire.Tint:
		return s.colourBy(m)
	case *wire.Playhead:
		s.player.set(m, s.known)
		s.known = m.At
	case *wire.Reset:
		s.clear()
	case *wire.Round:
		return s.add(m, now)
	default:
		return fmt.Errorf("message %T: the stage does not take it", m)
	}
	return nil
}

func (s *Scene) begin(m *wire.Scene) error {
	n := m.Facts.Experiment.Clients
	if n < 1 || len(m.Facts.Histograms) != n || len(m.Facts.Positions) != n {
		return fmt.Errorf("scene of %d clients: %d histograms and %d positions", n, len(m.Facts.Histograms), len(m.Facts.Positions))
	}
	for _, e := range m.Facts.Edges {
		if e[0] < 0 || e[0] >= n || e[1] < 0 || e[1] >= n {
			return fmt.Errorf("edge %v: want clients from 0 to %d", e, n-1)
		}
	}
	if s.facts == nil || s.selected >= n {
		s.selected = wire.None
	}
	s.facts, s.theme, s.tint = &m.Facts, m.Theme, nil
	s.clear()
	return nil
}

// clear drops the rounds and goes back to the start.
func (s *Scene) clear() {
	s.histories, s.plans = nil, nil
	if s.facts != nil {
		e := s.facts.Experiment
		for _, p := range []string{experiment.Gossip, experiment.FedAvg} {
			if e.Runs(p) {
				s.histories = append(s.histories, newHistory(p, e.Clients))
			}
		}
	}
	s.plans = make([]*plan, len(s.histories))
	s.player = player{newest: -1, speed: max(s.player.speed, 0.5), playing: s.player.playing, follow: s.player.follow}
	s.reported, s.fade = wire.At{}, 0
}

func (s *Scene) add(m *wire.Round, now float64) error {
	newest, held := math.MaxInt, false
	for _, h := range s.histories {
		if h.protocol == m.Protocol {
			held = true
			if err := h.add(&m.Round); err != nil {
				return err
			}
		}
		newest = min(newest, len(h.rounds)-1)
	}
	if !held {
		return fmt.Errorf("round of protocol %q: the scene has none", m.Protocol)
	}
	s.player.grow(newest, now)
	return nil
}

// Tick lets time pass until now, in seconds, and returns what to tell the
// page. It reports At at most ten times a second.
func (s *Scene) Tick(now float64) []wire.Message {
	dt := clampTo(now-s.now, 0, 1)
	s.now = now
	s.player.advance(dt)
	s.fade = approach(s.fade, s.fadeGoal(), 6*dt)
	at := s.Playhead()
	var out []wire.Message
	news := math.Floor(at.At) != math.Floor(s.reported.At) || at.Phase != s.reported.Phase
	if news && now >= s.next {
		s.reported, s.known, s.next = at, at.At, now+0.1
		out = append(out, &at)
		news = false
	}
	s.resting = !news && !s.player.moving() && s.fade == s.fadeGoal()
	s.dirty = false
	return out
}

// Animating reports whether a further tick would change anything: whether a
// message came since the last one, or time alone moves the show.
func (s *Scene) Animating() bool { return s.dirty || !s.resting }

// fadeGoal is what fade tends to.
func (s *Scene) fadeGoal() float64 {
	if s.player.rushing {
		return 1
	}
	return 0
}

// Playhead is what the stage shows, as it is told to the page.
func (s *Scene) Playhead() wire.At {
	at := wire.At{At: s.player.at}
	_, f := s.under()
	if !s.player.rushing {
		at.Phase = s.moments().Phase(f)
	}
	return at
}

// under is the round under the playhead and how much of it has been shown.
// At a whole number the round is over; round 0 is never under way.
func (s *Scene) under() (round int, f float64) {
	whole := math.Floor(s.player.at)
	if f = s.player.at - whole; f == 0 {
		return int(whole), 1
	}
	return int(whole) + 1, f
}

func (s *Scene) moments() Moments { return MomentsOf(s.Noisy()) }

// Facts are those of the scene, nil before any.
func (s *Scene) Facts() *wire.Facts { return s.facts }

// Theme is how the stage is to look.
func (s *Scene) Theme() wire.Theme { return s.theme }

// Selected is the marked client, or [wire.None].
func (s *Scene) Selected() int { return s.selected }

// Noisy reports whether updates carry noise when they are sent; a server that
// is trusted adds it later.
func (s *Scene) Noisy() bool {
	return s.facts != nil && s.facts.Experiment.Noisy() && s.facts.Experiment.Trust != experiment.TrustCentral
}

// Frame fills the frame with what is to be seen now, one view for each of the
// scene's protocols, gossip first. It reuses the frame's memory.
func (s *Scene) Frame(frame *Frame) {
	if len(frame.Panels) != len(s.histories) {
		frame.Panels = make([]View, len(s.histories))
	}
	r, f := s.under()
	m := s.moments()
	palette := PaletteFor(s.theme.Dark)
	shade := shading{unknown: palette.Unknown, fade: s.fade}
	for i, h := range s.histories {
		v := &frame.Panels[i]
		v.Accuracy = h.meanAt(int(s.player.at))
		if r >= len(h.rounds) {
			v.blank(h, palette.Unknown)
			s.tinted(v, h, palette.Unknown)
			continue
		}
		if s.plans[i] == nil || s.plans[i].round != r {
			s.plans[i] = newPlan(h, r, m)
		}
		s.plans[i].view(v, f, m, s.Noisy(), s.theme.Reduced, shade)
		s.tinted(v, h, palette.Unknown)
	}
}

// blank shows clients of which nothing is known yet.
func (v *View) blank(h *history, unknown Colour) {
	n := h.clients
	if h.protocol == experiment.FedAvg {
		n++
	}
	v.Nodes, v.Packets, v.Glows = v.Nodes[:0], v.Packets[:0], v.Glows[:0]
	v.Lit = [len(Stages)]float32{}
	for range n {
		v.Nodes = append(v.Nodes, Node{Fill: unknown})
	}
}

// approach moves x towards goal by at most step.
func approach(x, goal, step float64) float64 {
	if math.Abs(goal-x) <= step {
		return goal
	}
	return x + math.Copysign(step, goal-x)
}
