package stage

import (
	"fmt"

	"grapevine/app/experiment"
	"grapevine/app/wire"
)

// colourBy makes the clients that gossip show how much they see of one, or
// accuracy again.
func (s *Scene) colourBy(m *wire.Tint) error {
	if len(m.Shares) == 0 {
		s.tint = nil
		return nil
	}
	if s.facts == nil || len(m.Shares) != s.facts.Experiment.Clients || m.Client < 0 || m.Client >= len(m.Shares) {
		return fmt.Errorf("what is seen of client %d by %d clients: want one of the scene's, and all of them", m.Client, len(m.Shares))
	}
	s.tint = m
	return nil
}

// tinted recolours a view's clients, where they gossip: by what they see of
// the one, which itself is blank.
func (s *Scene) tinted(v *View, h *history, unknown Colour) {
	if s.tint == nil || h.protocol != experiment.Gossip {
		return
	}
	for c := range v.Nodes {
		v.Nodes[c].Fill, v.Nodes[c].Known = Accuracy(s.tint.Shares[c]), true
		if c == s.tint.Client {
			v.Nodes[c].Fill, v.Nodes[c].Known = unknown, false
		}
	}
	for i := range v.Packets {
		v.Packets[i].Fill = unknown
	}
}

// Scale names what the colours mean.
func (s *Scene) Scale() string {
	if s.tint == nil {
		return "Test accuracy"
	}
	return fmt.Sprintf("Sees of client %d (estimate)", s.tint.Client)
}
