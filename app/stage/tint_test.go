package stage

import (
	"testing"

	"grapevine/app/wire"
)

// Clients show what they see of one, the one is blank, and accuracy comes
// back; shares that are not the scene's are refused.
func TestTint(t *testing.T) {
	var s Scene
	facts := wire.Facts{Histograms: make([][10]int, 3), Positions: make([][2]float64, 3)}
	facts.Experiment.Clients, facts.Experiment.Protocol = 3, "gossip"
	if err := s.Handle(&wire.Scene{Facts: facts}, 0); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []*wire.Tint{{Client: 0, Shares: []float64{1}}, {Client: 3, Shares: []float64{0, 1, 0}}} {
		if s.Handle(bad, 0) == nil {
			t.Errorf("the stage takes %+v", bad)
		}
	}
	if err := s.Handle(&wire.Tint{Client: 1, Shares: []float64{0.25, 0, 1}}, 0); err != nil {
		t.Fatal(err)
	}
	var frame Frame
	s.Frame(&frame)
	nodes := frame.Panels[0].Nodes
	unknown := PaletteFor(false).Unknown
	if nodes[0].Fill != Accuracy(0.25) || nodes[1].Fill != unknown || nodes[2].Fill != Accuracy(1) || s.Scale() == "Test accuracy" {
		t.Errorf("the nodes are %+v under %q", nodes, s.Scale())
	}
	if err := s.Handle(&wire.Tint{}, 0); err != nil {
		t.Fatal(err)
	}
	if s.Frame(&frame); frame.Panels[0].Nodes[2].Fill != unknown || s.Scale() != "Test accuracy" {
		t.Error("accuracy does not come back")
	}
}
