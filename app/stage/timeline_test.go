package stage

import (
	"math"
	"slices"
	"testing"

	"grapevine/app/experiment"
	"grapevine/app/wire"
)

func TestPhasesComeInOrder(t *testing.T) {
	for _, noise := range []bool{false, true} {
		m := MomentsOf(noise)
		var seen []string
		for i := range 1001 {
			phase := m.Phase(float64(i) / 1000)
			if phase != "" && (len(seen) == 0 || seen[len(seen)-1] != phase) {
				seen = append(seen, phase)
			}
		}
		want := slices.Clone(wire.Phases[:])
		if !noise {
			want = slices.DeleteFunc(want, func(p string) bool { return p == "noise" })
		}
		if !slices.Equal(seen, want) {
			t.Errorf("noise %t: phases %v, want %v", noise, seen, want)
		}
		if m.Phase(0) != "" || m.Phase(1) != "" {
			t.Errorf("noise %t: %q and %q between rounds, want none", noise, m.Phase(0), m.Phase(1))
		}
	}
}

// drawn makes exchanges that meet often: a few clients, in a fixed order.
func drawn(n, clients int) []experiment.Exchange {
	var all []experiment.Exchange
	for i := range n {
		a := i * i % clients
		all = append(all, experiment.Exchange{A: a, B: (a + 1 + i%(clients-1)) % clients, Bytes: 80})
	}
	return all
}

func TestGossipKeepsOrder(t *testing.T) {
	for _, n := range []int{1, 2, 10, 60, 1000} {
		exchanges := drawn(n, 7)
		hops := Gossip(exchanges, 7, 0.4, 0.9)
		if len(hops) != n {
			t.Fatalf("%d hops, want %d", len(hops), n)
		}
		free := map[int]float64{}
		last := 0.4
		for i, h := range hops {
			if h.A != exchanges[i].A || h.B != exchanges[i].B || h.Bytes != 40 {
				t.Errorf("%d exchanges: hop %d is %+v, of %+v", n, i, h, exchanges[i])
			}
			if h.Start < last-1e-12 || h.Meet <= h.Start || h.End <= h.Meet || h.End > 0.9+1e-9 {
				t.Errorf("%d exchanges: hop %d is at %g, %g, %g after %g", n, i, h.Start, h.Meet, h.End, last)
			}
			if h.Start < free[h.A]-1e-9 || h.Start < free[h.B]-1e-9 {
				t.Errorf("%d exchanges: hop %d starts at %g, before its clients are free", n, i, h.Start)
			}
			last, free[h.A], free[h.B] = h.Start, h.End, h.End
		}
		if n > 1 && math.Abs(hops[n-1].End-0.9) > 1e-9 {
			t.Errorf("%d exchanges end at %g, want 0.9", n, hops[n-1].End)
		}
	}
}

func TestFansFillTheirTime(t *testing.T) {
	for _, n := range []int{1, 2, 10} {
		var asked []experiment.Exchange
		for c := range n {
			asked = append(asked, experiment.Exchange{A: c, B: experiment.Server, Bytes: 80})
		}
		down, up := Fetches(asked, 0, 0.1), Sends(asked, 0.4, 0.8)
		for i := range n {
			if down[i].A != experiment.Server || down[i].B != i || up[i].A != i || up[i].B != experiment.Server {
				t.Errorf("client %d: fetches %+v, sends %+v", i, down[i], up[i])
			}
			if up[i].Start < 0.4 || up[i].End > 0.8+1e-9 {
				t.Errorf("client %d sends from %g to %g", i, up[i].Start, up[i].End)
			}
		}
		if up[0].Start != 0.4 || n > 1 && math.Abs(up[n-1].End-0.8) > 1e-9 {
			t.Errorf("%d sends from %g to %g, want 0.4 to 0.8", n, up[0].Start, up[n-1].End)
		}
	}
	if len(Sends(nil, 0, 1)) != 0 || len(Gossip(nil, 5, 0, 1)) != 0 {
		t.Error("hops without exchanges")
	}
}

func TestActiveIsThoseUnderWay(t *testing.T) {
	hops := Gossip(drawn(40, 9), 9, 0.4, 0.9)
	for i := range 1001 {
		f := float64(i) / 1000
		var want []Hop
		for _, h := range hops {
			if h.Start <= f && f < h.End {
				want = append(want, h)
			}
		}
		if got := Active(hops, f); !slices.Equal(got, want) {
			t.Fatalf("at %g: %v, want %v", f, got, want)
		}
	}
}

func TestWayIsContinuous(t *testing.T) {
	h := Hop{Start: 0.2, Meet: 0.5, End: 0.6}
	last := h.Way(0)
	for i := range 10001 {
		w := h.Way(float64(i) / 10000)
		if w < last || w-last > 0.001 {
			t.Fatalf("way %g after %g", w, last)
		}
		last = w
	}
	if h.Way(0.2) != 0 || h.Way(0.5) != 1 || h.Meeting(0.5) != 0 || h.Meeting(0.6) != 1 {
		t.Error("the way does not span start to meet, or the meeting not meet to end")
	}
}

func TestLegible(t *testing.T) {
	if !legible(Gossip(drawn(10, 20), 20, 0.4, 0.9)) {
		t.Error("ten exchanges can be told apart")
	}
	if legible(Gossip(drawn(1000, 2), 2, 0.4, 0.9)) {
		t.Error("a thousand exchanges of one pair cannot be told apart")
	}
}
