package experiment

import (
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
)

// drawn is an experiment with every setting drawn at random from what the
// table allows.
func drawn(r *rand.Rand) Experiment {
	e := unresolved()
	for _, p := range Table {
		switch p.Kind {
		case Choice:
			p.Set(&e, p.Options[r.IntN(len(p.Options))].Value)
		case Sizes:
			p.Set(&e, []string{"none", "3", "64-32", "256-128", "1-1-1024-7", ""}[r.IntN(6)])
		case Word:
			e.Seed = r.Uint64() >> r.IntN(64)
		case Pairs:
			var edges [][2]int
			for range r.IntN(60) {
				if a, b := r.IntN(30), r.IntN(30); a != b {
					edges = append(edges, [2]int{a, b})
				}
			}
			p.Set(&e, FormatEdges(edges))
		default:
			for {
				x := p.Min + (p.Max-p.Min)*r.Float64()*r.Float64()*r.Float64()
				if r.IntN(8) == 0 {
					x = p.Max
				}
				if p.Free && r.IntN(3) == 0 {
					p.Set(&e, "inf")
					break
				}
				if p.Nearest(&e, formatFloat(x)) {
					break
				}
			}
		}
	}
	e, _ = Normalise(e)
	return e
}

// Every setting survives the way through a link.
func TestLinkCarriesEverySetting(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	differ := map[string]bool{}
	for range 3000 {
		e := drawn(r)
		if err := e.Check(); err != nil {
			t.Fatalf("%+v: %v", e, err)
		}
		text := Link{Experiment: e}.String()
		got, refused := ParseLink("https://example.org/x/#" + text)
		if len(refused) > 0 || got.Experiment != e {
			t.Fatalf("%s: read as %+v (%q), want %+v", text, got.Experiment, refused, e)
		}
		for _, p := range Table {
			if p.Get(e) != p.Get(Default()) {
				differ[p.Key] = true
			}
		}
	}
	for _, p := range Table {
		if !differ[p.Key] {
			t.Errorf("%s never differed from its default: the test says nothing of it", p.Key)
		}
	}
}

// Links made once must always open the same experiment: a changed default
// makes another version.
func TestLinksOfVersion1(t *testing.T) {
	for text, want := range map[string]string{
		"v=1":                       "",
		"v=1&seed=8":                "seed 8",
		"protocol=gossip&epsilon=4": "protocol gossip epsilon 4",
		"v=1&data=mnist28":          "data mnist28 train 60000 test 10000 hidden 256-128",
		"v=1&topology=custom&edges=1-0.0-1.3-2&clients=5&partition=iid&participants=3": "clients 5 partition iid topology custom edges 0-1.2-3 participants 3",
	} {
		l, refused := ParseLink("#" + text)
		if len(refused) > 0 {
			t.Errorf("%s: %q", text, refused)
		}
		// The defaults of version 1, written out.
		// A property that is younger than version 1 has the default that leaves a run as it was.
		base := Experiment{
			Data: "mnist14", Train: 12000, Test: 2000, Partition: "tutorial-shards", Clients: 20, Shards: 2, Alpha: 0.5,
			Topology: "ring", EdgeProbability: 0.2, Neighbours: 4, Rewire: 0.1, Hidden: "64-32", Init: "own",
			LearningRate: 0.06, Momentum: 0.9, BatchSize: 64, Epochs: 1, Protocol: "both", Participants: 10, Exchanges: 10,
			Clip: 2, Epsilon: Inf, Delta: 1e-5, Rounds: 20, Evaluate: 1, Seed: 7,
			Trust: "local", NoiseBy: "epsilon", NoiseMultiplier: 1, PairMultiplier: 4, Sampling: "fixed", LocalSteps: 1,
		}
		words := strings.Fields(want)
		for i := 0; i < len(words); i += 2 {
			p, _ := Find(words[i])
			if err := p.Set(&base, words[i+1]); err != nil {
				t.Fatal(err)
			}
		}
		if l.Experiment != base {
			t.Errorf("%s: %+v\nwant %+v", text, l.Experiment, base)
		}
	}
	if l, refused := ParseLink(""); l.Experiment != Presets[0].Experiment() || refused != nil {
		t.Errorf("an empty fragment opens %+v (%q): want first-look", l.Experiment, refused)
	}
}

func TestLinkSaysWhatItDidNotAccept(t *testing.T) {
	for text, want := range map[string][]string{
		"v=1&clients=5000":    {`clients "5000": want a whole number from 2 to 1000; 1000 is used`, "partition tutorial-shards became shards: the tutorial's shards are for 20 clients of 2 shards each"},
		"v=1&lr=-1":           {`lr "-1": want a number above 0 to 100; the default is used`},
		"v=1&colour=red":      {"colour: not the name of a setting"},
		"v=1&seed=8&seed=9":   {"seed: given twice; the first is used"},
		"v=1&rounds=%zz":      {`rounds: "%zz" is not written as links are`},
		"v=2":                 {`v "2": made by another version of Grapevine; it is read as version 1, and settings may differ from what was meant`},
		"v=1&participants=30": {"participants 30 became 20: there are 20 clients"},
		"v=1&topology=torus&clients=7&participants=7&partition=iid": {"topology torus became ring: 7 clients make no torus of at least 3 rows"},
		"v=1&topology=custom&edges=0-1.5-25":                        {"edges 0-1.5-25 became 0-1: 1 edges lead to clients that are not among the 20"},
		"v=1&digest=12":                                             {`digest "12": want 64 hex digits; nothing is claimed`},
		"v=1&hide=data,sun":                                         {`hide "data,sun": want data, graph, learning, privacy, run, joined by commas`},
		"v=1&guide=6":                                               {`guide "6": want a step from 1 to 5`},
		"v=1&start=yes":                                             {`start "yes": want 1 or 0`},
		"v=1&<b>=1":                                                 {"<b>: not the name of a setting"},
	} {
		l, refused := ParseLink(text)
		if !reflect.DeepEqual(refused, want) {
			t.Errorf("%s: %q\nwant %q", text, refused, want)
		}
		if err := l.Experiment.Check(); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestLinkCarriesClaimAndView(t *testing.T) {
	l := Link{
		Experiment: Presets[0].Experiment(),
		Claim:      Claim{Digest: strings.Repeat("0f", 32), Numerics: 3, Accuracies: []float64{0.8083, 0.1}},
		View:       View{Hide: []Group{GroupData, GroupPrivacy}, Charts: []string{"loss"}, Start: true, Present: true, Guide: 2},
	}
	got, refused := ParseLink(l.String())
	if len(refused) > 0 || !reflect.DeepEqual(got, l) {
		t.Errorf("%s: %+v (%q)", l, got, refused)
	}
	if none := (Link{Experiment: l.Experiment}).String(); none != "" {
		t.Errorf("the opening experiment is written %q: want nothing", none)
	}
}

func FuzzParseLink(f *testing.F) {
	for _, s := range []string{"", "#v=1", "v=1&seed=8&epsilon=inf&hidden=none&lr=1e-3", "v=1&topology=custom&edges=0-1", "a=b&c", "v=1&digest=" + strings.Repeat("a", 64) + "&numerics=1&accuracy=0.5,1&hide=run&charts=&start=1&guide=3"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		l, _ := ParseLink(text)
		if err := l.Experiment.Check(); err != nil {
			t.Fatal(err)
		}
		again, refused := ParseLink(l.String())
		if len(refused) > 0 || !reflect.DeepEqual(again, l) {
			t.Fatalf("%q reads as %+v, which reads back as %+v (%q)", text, l, again, refused)
		}
	})
}

// Several settings are applied together, and those given are not overruled.
func TestWithAll(t *testing.T) {
	e, changes, err := Default().WithAll([]Setting{{"data", DataMNIST28}, {"hidden", "16"}, {"participants", "30"}, {"clients", "40"}, {"partition", "iid"}})
	if err != nil || len(changes) > 0 {
		t.Fatal(changes, err)
	}
	if e.Train != 60000 || e.Hidden != "16" || e.Participants != 30 {
		t.Errorf("train %d, hidden %s, participants %d: want 60000, 16, 30", e.Train, e.Hidden, e.Participants)
	}
	if same, _, err := Default().WithAll([]Setting{{"seed", "1"}, {"lr", "-1"}}); err == nil || same != Default() {
		t.Errorf("learning rate -1: %v", err)
	}
}
