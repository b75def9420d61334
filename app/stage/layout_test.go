package stage

import (
	"fmt"
	"math"
	"testing"

	"grapevine/app/experiment"
	"grapevine/app/wire"
)

// sample makes facts of n clients: on a circle, on a grid, or strewn with
// some pairs nearly on one spot.
func sample(n int, shape, protocol string) *wire.Facts {
	e := experiment.Default()
	e.Clients, e.Protocol = n, protocol
	f := &wire.Facts{Experiment: e, Histograms: make([][10]int, n)}
	side := int(math.Ceil(math.Sqrt(float64(n))))
	for i := range n {
		x := float64(i)
		q := [2]float64{math.Cos(2 * math.Pi * x / float64(n)), math.Sin(2 * math.Pi * x / float64(n))}
		switch shape {
		case "grid":
			q = [2]float64{float64(i % side), float64(i / side)}
		case "strewn":
			q = [2]float64{math.Sin(12.9 * x), math.Sin(78.2 * x)}
			if i%5 == 4 {
				q = [2]float64{f.Positions[i-1][0], f.Positions[i-1][1] + 1e-3}
			}
		}
		f.Positions = append(f.Positions, q)
		f.Edges = append(f.Edges, [2]int{min(i, (i+1)%n), max(i, (i+1)%n)})
		f.Histograms[i][i%10] = 5
	}
	return f
}

func TestClientsStandApartWithinTheirPlot(t *testing.T) {
	for _, n := range []int{2, 3, 5, 20, 60, 200, 1000} {
		for _, shape := range []string{"circle", "grid", "strewn"} {
			for _, size := range [][2]float64{{620, 430}, {380, 600}, {1900, 900}} {
				l := Arrange(sample(n, shape, experiment.Both), size[0], size[1], 1, false)
				for _, p := range l.Panels {
					name := fmt.Sprintf("%d clients, %s, %v, %s", n, shape, size, p.Protocol)
					if len(p.Clients) != n || !(p.Radius >= smallestRadius && p.Radius <= largestRadius) {
						t.Fatalf("%s: %d places, radius %g", name, len(p.Clients), p.Radius)
					}
					for i, q := range p.Clients {
						if !(q.X >= p.Plot.X && q.X <= p.Plot.X+p.Plot.W && q.Y >= p.Plot.Y && q.Y <= p.Plot.Y+p.Plot.H) {
							t.Fatalf("%s: client %d stands at %v, outside %v", name, i, q, p.Plot)
						}
						if p.Dots || p.Radius == smallestRadius {
							continue
						}
						for j, o := range p.Clients[:i] {
							if d := math.Hypot(q.X-o.X, q.Y-o.Y); d < 2*p.Radius {
								t.Fatalf("%s: clients %d and %d are %g apart, radius %g", name, i, j, d, p.Radius)
							}
						}
					}
					if n == 20 && (p.Radius < 9 || p.Label == 0) {
						t.Errorf("%s: radius %g, label %g: too small to read", name, p.Radius, p.Label)
					}
					if n == 1000 && (!p.Dots || p.Label != 0 && size[0] < 1000) {
						t.Errorf("%s: dots %t, label %g: want dots without labels", name, p.Dots, p.Label)
					}
				}
			}
		}
	}
}

func TestPanelsStandWhereThereIsRoom(t *testing.T) {
	wide := Arrange(sample(20, "circle", experiment.Both), 620, 430, 1, false)
	if wide.Panels[0].Title.Y != wide.Panels[1].Title.Y || wide.Panels[0].Protocol != experiment.Gossip {
		t.Error("620×430: want gossip left of the server")
	}
	narrow := Arrange(sample(20, "circle", experiment.Both), 380, 600, 1, false)
	if narrow.Panels[0].Title.X != narrow.Panels[1].Title.X || !(narrow.Panels[0].Title.Y < narrow.Panels[1].Title.Y) {
		t.Error("380×600: want gossip above the server")
	}
	for _, protocol := range []string{experiment.Gossip, experiment.FedAvg} {
		if l := Arrange(sample(20, "circle", protocol), 620, 430, 1, false); len(l.Panels) != 1 || l.Panels[0].Protocol != protocol {
			t.Errorf("%s alone: panels %+v", protocol, l.Panels)
		}
	}
}

func TestLayoutScales(t *testing.T) {
	f := sample(20, "circle", experiment.Both)
	once, twice := Arrange(f, 620, 430, 1, false), Arrange(f, 1240, 860, 2, false)
	for i, p := range once.Panels {
		if q := twice.Panels[i]; math.Abs(2*p.Radius-q.Radius) > 1e-9 || math.Abs(2*p.Clients[3].X-q.Clients[3].X) > 1e-9 {
			t.Errorf("%s: radius %g and %g at twice the scale", p.Protocol, p.Radius, q.Radius)
		}
	}
	if large := Arrange(f, 1240, 860, 1, true); large.Unit != 1.5 {
		t.Errorf("presenter's text %g, want 1.5", large.Unit)
	}
}

func TestClientsOfBothPanelsStandAlike(t *testing.T) {
	l := Arrange(sample(20, "circle", experiment.Both), 620, 430, 1, false)
	gossip, server := l.Panels[0], l.Panels[1]
	for i := range gossip.Clients {
		a, b := gossip.Clients[i], server.Clients[i]
		dx := (a.X - gossip.Plot.X) - (b.X - server.Plot.X)
		dy := (a.Y - gossip.Plot.Y) - (b.Y - server.Plot.Y)
		if math.Hypot(dx, dy) > 3 {
			t.Errorf("client %d stands at %v and %v", i, a, b)
		}
	}
}

func TestPick(t *testing.T) {
	l := Arrange(sample(20, "circle", experiment.Both), 620, 430, 1, false)
	for _, p := range l.Panels {
		for c, q := range p.Clients {
			if got := l.Pick(q.X+3, q.Y-3); got != c {
				t.Errorf("%s: picked %d at client %d", p.Protocol, got, c)
			}
		}
	}
	if got := l.Pick(l.Panels[1].Server.X, l.Panels[1].Server.Y); got != wire.None {
		t.Errorf("picked %d at the server", got)
	}
	if got := l.Pick(2, 2); got != wire.None {
		t.Errorf("picked %d in the corner", got)
	}
}

func TestExtremeSizes(t *testing.T) {
	for _, size := range [][2]float64{{1, 1}, {40, 2000}, {2000, 40}} {
		for _, n := range []int{1, 2, 1000} {
			for _, p := range Arrange(sample(n, "strewn", experiment.Both), size[0], size[1], 1, true).Panels {
				for i, q := range p.Clients {
					if math.IsNaN(q.X+q.Y) || math.IsInf(q.X+q.Y, 0) {
						t.Fatalf("%v: client %d of %d stands at %v", size, i, n, q)
					}
				}
			}
		}
	}
}
