package stage

import (
	"math"
	"testing"

	"grapevine/app/experiment"
	"grapevine/app/wire"
)

// held is a scene of n clients with the rounds up to last, both protocols.
func held(t *testing.T, n, last int, noise, reduced bool) *Scene {
	t.Helper()
	f := sample(n, "circle", experiment.Both)
	if noise {
		f.Experiment.Epsilon = 8
	}
	s := new(Scene)
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	must(s.Handle(&wire.Scene{Facts: *f, Theme: wire.Theme{Reduced: reduced}}, 0))
	for r := range last + 1 {
		must(s.Handle(&wire.Round{Protocol: experiment.FedAvg, Round: sampleRound(experiment.FedAvg, r, n)}, 0))
		must(s.Handle(&wire.Round{Protocol: experiment.Gossip, Round: sampleRound(experiment.Gossip, r, n)}, 0))
	}
	return s
}

func show(s *Scene, at float64) *Frame {
	s.Handle(&wire.Playhead{At: at, Speed: 1}, 0)
	s.Tick(0)
	f := new(Frame)
	s.Frame(f)
	return f
}

func distance(a, b Colour) float64 {
	return math.Abs(float64(a.R-b.R)) + math.Abs(float64(a.G-b.G)) + math.Abs(float64(a.B-b.B))
}

func TestWholeRoundsShowTheirAccuracy(t *testing.T) {
	s := held(t, 6, 3, false, false)
	for r := range 4 {
		f := show(s, float64(r))
		for c := range 6 {
			if got, want := f.Panels[0].Nodes[c].Fill, Accuracy(0.01*float64(r)+0.1*float64(c)); distance(got, want) > 1e-6 {
				t.Errorf("round %d: gossip client %d is %v, want %v", r, c, got, want)
			}
			// Client c is asked in rounds r with c+r odd, and then fetches
			// the model of the round before.
			fetched := r
			if (c+r)%2 == 0 {
				fetched--
			}
			if got, want := f.Panels[1].Nodes[c].Fill, Accuracy(0.01*float64(max(0, fetched-1))); distance(got, want) > 1e-6 {
				t.Errorf("round %d: FedAvg client %d is %v, want %v", r, c, got, want)
			}
		}
		if got, want := f.Panels[1].Nodes[6].Fill, Accuracy(0.01*float64(r)); distance(got, want) > 1e-6 {
			t.Errorf("round %d: the server is %v, want %v", r, got, want)
		}
		for i, v := range f.Panels {
			if len(v.Packets)+len(v.Glows) > 0 || math.Abs(v.Accuracy-0.01*float64(r)) > 1e-12 {
				t.Errorf("round %d, panel %d: %d packets, %d glows, accuracy %g", r, i, len(v.Packets), len(v.Glows), v.Accuracy)
			}
			for c, n := range v.Nodes {
				if n.Pulse != 0 || n.RimAlpha != 0 || !n.Known || n.Diverged {
					t.Errorf("round %d, panel %d: client %d does not rest: %+v", r, i, c, n)
				}
			}
		}
	}
}

// TestNothingJumps steps through two rounds finely: colours, rims and packets
// that stay change by little.
func TestNothingJumps(t *testing.T) {
	type way struct{ panel, from, to int }
	for _, reduced := range []bool{false, true} {
		s := held(t, 6, 2, true, reduced)
		const steps = 4000
		before, ways := show(s, 0), map[way]float64{}
		seen := 0
		for i := 1; i <= steps; i++ {
			at := 2 * float64(i) / steps
			f := show(s, at)
			now := map[way]float64{}
			for k := range f.Panels {
				for c, n := range f.Panels[k].Nodes {
					o := before.Panels[k].Nodes[c]
					if distance(n.Fill, o.Fill) > 0.02 || math.Abs(float64(n.RimAlpha*n.Rim-o.RimAlpha*o.Rim)) > 0.05 {
						t.Fatalf("at %g, panel %d, client %d: from %+v to %+v", at, k, c, o, n)
					}
				}
				for _, p := range f.Panels[k].Packets {
					key := way{k, p.From, p.To}
					if w, on := ways[key]; on && (p.Way < w || p.Way-w > 0.05) || !on && p.Way > 0.05 {
						t.Fatalf("at %g, panel %d: packet from %d to %d at %g after %g", at, k, p.From, p.To, p.Way, w)
					}
					now[key] = p.Way
					seen++
				}
			}
			for key, w := range ways {
				if _, on := now[key]; !on && w < 0.95 {
					t.Fatalf("at %g: packet %+v vanished at %g", at, key, w)
				}
			}
			before, ways = f, now
		}
		if reduced != (seen == 0) {
			t.Errorf("reduced %t: %d packets seen", reduced, seen)
		}
	}
}

func TestNoiseShows(t *testing.T) {
	noisy, plain := show(held(t, 6, 1, true, false), 0.45), show(held(t, 6, 1, false, false), 0.41)
	if noisy.Panels[0].Nodes[0].Grain == 0 || plain.Panels[0].Nodes[0].Grain != 0 {
		t.Error("grain is there with noise and only then")
	}
	if w := plain.Panels[0].Nodes[0].RimWidth; math.Abs(float64(w)-0.5) > 0.02 {
		t.Errorf("after clipping by a half the rim is %g wide", w)
	}
	grains := 0
	for _, p := range show(held(t, 6, 1, true, false), 0.6).Panels[1].Packets {
		if p.To != experiment.Server || p.Bytes != 40 {
			t.Errorf("packet %+v: want 40 bytes to the server", p)
		}
		if p.Grain > 0 {
			grains++
		}
	}
	if grains == 0 {
		t.Error("no grainy update on its way")
	}
	for _, p := range show(held(t, 6, 1, true, false), 0.06).Panels[1].Packets {
		if p.From != experiment.Server || p.Grain != 0 {
			t.Errorf("packet %+v: want the global model, without noise", p)
		}
	}
}

func TestDivergedClientIsMarked(t *testing.T) {
	s := held(t, 4, 0, false, false)
	bad := sampleRound(experiment.Gossip, 1, 4)
	bad.Evaluation.Models[2] = experiment.ModelEvaluation{Loss: experiment.Float(math.NaN()), Diverged: true}
	if err := s.Handle(&wire.Round{Protocol: experiment.Gossip, Round: bad}, 0); err != nil {
		t.Fatal(err)
	}
	served := sampleRound(experiment.FedAvg, 1, 4)
	served.Clients[0].Loss = experiment.Inf
	if err := s.Handle(&wire.Round{Protocol: experiment.FedAvg, Round: served}, 0); err != nil {
		t.Fatal(err)
	}
	f := show(s, 1)
	for c := range 4 {
		if got := f.Panels[0].Nodes[c].Diverged; got != (c == 2) {
			t.Errorf("gossip client %d: diverged %t", c, got)
		}
		if got := f.Panels[1].Nodes[c].Diverged; got != (c == served.Clients[0].Client) {
			t.Errorf("FedAvg client %d: diverged %t", c, got)
		}
	}
	for _, n := range show(s, 0).Panels[0].Nodes {
		if n.Diverged {
			t.Error("diverged before it did")
		}
	}
}

func TestBeforeAnyRoundNothingIsKnown(t *testing.T) {
	s := new(Scene)
	s.Frame(new(Frame)) // of nothing: no panic
	if err := s.Handle(&wire.Scene{Facts: *sample(5, "circle", experiment.Both)}, 0); err != nil {
		t.Fatal(err)
	}
	f := show(s, 0)
	if len(f.Panels) != 2 || len(f.Panels[0].Nodes) != 5 || len(f.Panels[1].Nodes) != 6 {
		t.Fatalf("panels %+v", f.Panels)
	}
	if n := f.Panels[0].Nodes[0]; n.Known || n.Fill != PaletteFor(false).Unknown || f.Panels[0].Accuracy == f.Panels[0].Accuracy {
		t.Errorf("a client nobody evaluated is %+v", n)
	}
}

func TestRefusedScenes(t *testing.T) {
	whole := sample(4, "circle", experiment.Both)
	short := *whole
	short.Positions = short.Positions[:3]
	astray := *whole
	astray.Edges = [][2]int{{0, 4}}
	for name, f := range map[string]*wire.Facts{"positions": &short, "edges": &astray} {
		s := new(Scene)
		if err := s.Handle(&wire.Scene{Facts: *f}, 0); err == nil || s.Facts() != nil {
			t.Errorf("%s: taken", name)
		}
	}
}

func TestRefusedRounds(t *testing.T) {
	for name, spoil := range map[string]func(*experiment.Round){
		"trained":   func(r *experiment.Round) { r.Clients[0].Client = 4 },
		"exchanged": func(r *experiment.Round) { r.Exchanges[0].A = -1 },
		"served":    func(r *experiment.Round) { r.Exchanges[0].B = experiment.Server },
		"models":    func(r *experiment.Round) { r.Evaluation.Models = r.Evaluation.Models[:3] },
	} {
		s := held(t, 4, 0, false, false)
		r := sampleRound(experiment.Gossip, 1, 4)
		spoil(&r)
		if err := s.Handle(&wire.Round{Protocol: experiment.Gossip, Round: r}, 0); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

func TestManyExchangesAreBounded(t *testing.T) {
	s := held(t, 500, 0, false, false)
	r := sampleRound(experiment.Gossip, 1, 500)
	for range 40 {
		r.Exchanges = append(r.Exchanges, r.Exchanges[:499]...)
	}
	s.Handle(&wire.Round{Protocol: experiment.Gossip, Round: r}, 0)
	s.Handle(&wire.Round{Protocol: experiment.FedAvg, Round: sampleRound(experiment.FedAvg, 1, 500)}, 0)
	most := 0
	for i := range 50 {
		v := show(s, float64(i)/50).Panels[0]
		most = max(most, len(v.Packets), len(v.Glows))
	}
	if most == 0 || most > 4*mostPackets {
		t.Errorf("up to %d packets or glows", most)
	}
}

func TestHeld(t *testing.T) {
	f := sample(2, "circle", experiment.Gossip)
	for want, h := range map[string][10]int{
		"":      {},
		"7":     {7: 300},
		"3 8":   {3: 300, 8: 300},
		"0 1 2": {300, 300, 90},
		"1 2":   {0: 5, 1: 300, 2: 300}, // below a twentieth
		"5/10":  {9, 9, 9, 9, 9},
		"0–9":   {9, 9, 9, 9, 9, 9, 9, 9, 9, 9},
	} {
		f.Histograms[0] = h
		if got := Held(f, 0); got != want {
			t.Errorf("%v: label %q, want %q", h, got, want)
		}
	}
}
