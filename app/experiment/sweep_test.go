package experiment

import (
	"strings"
	"testing"
)

func TestSweepRuns(t *testing.T) {
	s := TutorialSweep()
	s.Seeds = 3
	runs, changes, err := s.Runs()
	if err != nil || len(changes) > 0 || len(runs) != 30 || s.Count() != 30 {
		t.Fatalf("%d runs, %v, %v", len(runs), changes, err)
	}
	for i, want := range map[int]Experiment{0: {Epsilon: Inf, Protocol: FedAvg, Seed: 7}, 4: {Epsilon: Inf, Protocol: Gossip, Seed: 8}, 29: {Epsilon: 1, Protocol: Gossip, Seed: 9}} {
		if e := runs[i]; e.Epsilon != want.Epsilon || e.Protocol != want.Protocol || e.Seed != want.Seed {
			t.Errorf("run %d: ε %v, %s, seed %d: want %v, %s, %d", i, e.Epsilon, e.Protocol, e.Seed, want.Epsilon, want.Protocol, want.Seed)
		}
	}
	// Each point has its own rules: 10 clients lose the tutorial's shards and
	// half of those asked, and 20 keep both.
	s = Sweep{Default(), []Axis{{"clients", []string{"10", "8", "20"}}}, 1}
	if runs, changes, err = s.Runs(); err != nil {
		t.Fatal(err)
	}
	if runs[1].Participants != 8 || runs[2].Participants != 10 || runs[2].Partition != PartitionTutorial || len(changes) != 2 {
		t.Errorf("%+v\n%v", runs, changes)
	}
}

func TestSweepLinks(t *testing.T) {
	opening := TutorialSweep()
	opening.Base = Presets[0].Experiment()
	for _, c := range []struct {
		s    Sweep
		link string
	}{
		{TutorialSweep(), "v=1&sweep=epsilon:inf,8,4,2,1;protocol:fedavg,gossip&seeds=1"},
		{Sweep{Default(), nil, 50}, "v=1&seeds=50"},
		{Sweep{Default(), []Axis{{"hidden", []string{"64-32", "none"}}}, 2}, "v=1&sweep=hidden:64-32,none&seeds=2"},
		{opening, ""},
	} {
		text := c.s.String()
		if c.link != "" && text != c.link {
			t.Errorf("link %s: want %s", text, c.link)
		}
		got, refused, ok := ParseSweep("https://example.org/#" + text)
		if !ok || len(refused) > 0 || got.String() != text || got.Base != c.s.Base {
			t.Errorf("%s reads as %s, %v, %v", text, got, refused, ok)
		}
	}
	got, refused, ok := ParseSweep("sweep=epsilon:inf,8,4,2,1;protocol:fedavg,gossip&seeds=1")
	if !ok || len(refused) > 0 || got.String() != TutorialSweep().String() {
		t.Errorf("without a base: %s, %v, %v", got, refused, ok)
	}
	for _, none := range []string{"", "#", "v=1&epsilon=8", "https://example.org/"} {
		if _, _, ok := ParseSweep(none); ok {
			t.Errorf("%q is a sweep", none)
		}
	}
}

// What a sweep's link asks for in vain is said, and the rest is used.
func TestSweepRefused(t *testing.T) {
	many := "batch:1"
	for i := 2; i <= 101; i++ {
		many += "," + strings.Repeat("1", i%3+1)
	}
	for _, c := range []struct{ link, want, left string }{
		{"sweep=lr:x&seeds=2", `lr "x": want a number`, "v=1&seeds=2"},
		{"sweep=colour:red;lr:1,2", "the name of a setting", "v=1&sweep=lr:1,2&seeds=1"},
		{"sweep=lr:1,2;lr:3", "varied twice", "v=1&sweep=lr:1,2&seeds=1"},
		{"sweep=lr:1,1.0", "given twice", "v=1&seeds=1"},
		{"sweep=lr:1;batch:2;epochs:3", "want at most 2", "v=1&sweep=lr:1;batch:2&seeds=1"},
		{"sweep=participants:10,21", `participants "21": want 20`, "v=1&seeds=1"},
		{"sweep=seed:1,2", "the number of seeds is given by itself", "v=1&seeds=1"},
		{"sweep=lr:1,%zz", "not swept", "v=1&seeds=1"},
		{"seeds=51", `seeds "51": want a whole number from 1 to 50`, "v=1&seeds=1"},
		{"seeds=2&seeds=3", "given twice", "v=1&seeds=2"},
		{"v=1&clients=0&seeds=2", `clients "0"`, "v=1&clients=2&partition=shards&topology=complete&participants=2&seeds=2"},
		{"v=1&seed=18446744073709551615&seeds=2", "counts on", "v=1&seeds=2"},
		{"sweep=" + many, "101 values: want 1 to 100", "v=1&seeds=1"},
	} {
		s, refused, ok := ParseSweep(c.link)
		if !ok || !strings.Contains(strings.Join(refused, "\n"), c.want) || s.String() != c.left {
			t.Errorf("%.60s: %s, refused %q: want %s and %q", c.link, s, refused, c.left, c.want)
		}
	}
	big := Sweep{Default(), []Axis{{"batch", numbers(100)}, {"epochs", numbers(50)}}, 3}
	if err := big.Check(); err == nil || err.Error() != "15000 runs: want at most 10000" {
		t.Errorf("15000 runs: %v", err)
	}
}

func numbers(n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = formatFloat(float64(i + 1))
	}
	return list
}

func FuzzParseSweep(f *testing.F) {
	f.Add(TutorialSweep().String())
	f.Add("v=1&sweep=clients:2,30;topology:torus,ring&seeds=50&seed=9")
	f.Add("#sweep=edges:0-1.1-2;hidden:none&participants=99")
	f.Fuzz(func(t *testing.T, text string) {
		s, _, ok := ParseSweep(text)
		if !ok {
			return
		}
		if err := s.Check(); err != nil {
			t.Fatalf("%q gives a sweep that is none: %v", text, err)
		}
		again, refused, ok := ParseSweep(s.String())
		if !ok || len(refused) > 0 || again.String() != s.String() || again.Base != s.Base {
			t.Fatalf("%q gives %s, which reads as %s, %v", text, s, again, refused)
		}
	})
}

// What is kept of a sweep is what was there; anything else is refused.
func TestKeptSweep(t *testing.T) {
	base := Default()
	base.Rounds = 2
	s := Sweep{base, []Axis{{"epsilon", []string{"8", "inf"}}}, 2}
	results := resultsOf(t, s, func(Experiment) [3]float64 { return [3]float64{0.1, 0.2, 0.3} })
	text := s.Keep(results)
	got, back, err := Kept(text)
	if err != nil || got.String() != s.String() || len(back) != 4 || back[3].Rounds[Gossip][2].TestAccuracy != 0.3 {
		t.Fatalf("%v, %d results, %v", got, len(back), err)
	}
	for from, to := range map[string]string{`"seed":8`: `"seed":9`, `0.3`: `3`, `"round":1`: `"round":2`, "sweep=": "swoop=", `{"link"`: `{"line"`} {
		if _, _, err := Kept(strings.Replace(text, from, to, 1)); err == nil {
			t.Errorf("%s for %s is taken", to, from)
		}
	}
}
