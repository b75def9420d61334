package experiment

import (
	"encoding/json"
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"
)

// Every field of an Experiment is described by exactly one property, and
// every property changes its own field alone.
func TestTableCoversEveryField(t *testing.T) {
	if got, want := len(Table), reflect.TypeFor[Experiment]().NumField(); got != want {
		t.Errorf("%d properties for %d fields", got, want)
	}
	seen := map[any]string{}
	var e Experiment
	for _, p := range Table {
		field := p.field(&e)
		if other := seen[field]; other != "" {
			t.Errorf("%s and %s are one field", p.Key, other)
		}
		seen[field] = p.Key
		if p.Name == "" || p.Hint == "" || p.Group == "" {
			t.Errorf("%s: want a name, a hint and a group", p.Key)
		}
	}
}

// What Get writes, Set reads back.
func TestSetReadsWhatGetWrites(t *testing.T) {
	for _, preset := range Presets {
		e := preset.Experiment()
		if err := e.Check(); err != nil {
			t.Errorf("preset %s: %v", preset.Key, err)
		}
		if got := PresetOf(e); got != preset.Key {
			t.Errorf("preset %s is taken for %q", preset.Key, got)
		}
		for _, p := range Table {
			other := Experiment{}
			if err := p.Set(&other, p.Get(e)); err != nil || p.Get(other) != p.Get(e) {
				t.Errorf("%s %q reads back as %q, %v", p.Key, p.Get(e), p.Get(other), err)
			}
		}
	}
}

// A value that is not allowed is refused by name, value and range, and
// changes nothing.
func TestRefusedValues(t *testing.T) {
	for _, c := range []Setting{
		{"clients", "1"}, {"clients", "1001"}, {"clients", "2.5"}, {"clients", "many"}, {"clients", ""},
		{"lr", "0"}, {"lr", "-1"}, {"lr", "NaN"}, {"lr", "inf"}, {"epsilon", "0"}, {"epsilon", "-inf"}, {"epsilon", "nan"},
		{"seed", "-1"}, {"seed", "18446744073709551616"}, {"topology", "Ring"}, {"topology", "<b>"},
		{"hidden", "0"}, {"hidden", "64-"}, {"hidden", "1-2-3-4-5"}, {"hidden", "064"}, {"hidden", "2000"}, {"rounds", "10001"},
	} {
		e := Default()
		_, _, err := e.With(c.Key, c.Value)
		var field *FieldError
		if !errors.As(err, &field) || field.Key != c.Key || field.Value != c.Value || field.Want == "" {
			t.Errorf("%s %q: error is %v: want one that names them and the range", c.Key, c.Value, err)
		}
	}
	if _, _, err := Build("tutorial", []Setting{{"clients", "1"}, {"lr", "0"}}); err == nil || !strings.Contains(err.Error(), "clients") || !strings.Contains(err.Error(), "lr") {
		t.Errorf("two refused settings: error is %v: want both named", err)
	}
	if _, _, err := Build("nothing", nil); err == nil {
		t.Error("the preset nothing was accepted")
	}
}

// Rules across fields give the nearest valid experiment.
func TestNormalise(t *testing.T) {
	for _, c := range []struct {
		settings []Setting
		key      string
		want     string
	}{
		{[]Setting{{"train", "1499"}}, "train", "1000"},
		{[]Setting{{"clients", "19"}}, "partition", PartitionShards},
		{[]Setting{{"clients", "5"}}, "participants", "5"},
		{[]Setting{{"partition", "shards"}, {"clients", "1000"}, {"shards", "20"}}, "shards", "12"},
		{[]Setting{{"topology", "torus"}, {"clients", "7"}}, "topology", TopologyRing},
		{[]Setting{{"topology", "torus"}}, "topology", TopologyTorus}, // 20 clients make 4 rows of 5
		{[]Setting{{"clients", "2"}}, "topology", TopologyComplete},
		{[]Setting{{"topology", "small-world"}, {"neighbours", "7"}}, "neighbours", "6"},
	} {
		e, _, err := Build("tutorial", c.settings)
		if err != nil {
			t.Fatal(err)
		}
		p, _ := Find(c.key)
		if got := p.Get(e); got != c.want {
			t.Errorf("%v: %s is %s: want %s", c.settings, c.key, got, c.want)
		}
		if err := e.Check(); err != nil {
			t.Errorf("%v: normalised, it is still refused: %v", c.settings, err)
		}
	}
}

// Train, test and hidden follow the data, unless they were set.
func TestDefaultsFollowTheData(t *testing.T) {
	e, _, err := Default().With("data", DataMNIST28)
	if err != nil || e.Train != 60000 || e.Test != 10000 || e.Hidden != "256-128" {
		t.Errorf("28×28: train %d, test %d, hidden %s, %v: want 60000, 10000, 256-128", e.Train, e.Test, e.Hidden, err)
	}
	e, _, _ = Default().With("hidden", "32")
	e, _, _ = e.With("data", DataMNIST28)
	if e.Hidden != "32" {
		t.Errorf("hidden became %s: want 32, which was set", e.Hidden)
	}
	if n := Default().Parameters(); n != 196*64+64+64*32+32+32*10+10 {
		t.Errorf("%d parameters", n)
	}
}

// JSON keeps numbers that are not finite.
func TestFloatJSON(t *testing.T) {
	for _, x := range []float64{0, 1.5, 1e-300, math.Inf(1), math.Inf(-1), math.NaN()} {
		b, err := json.Marshal(Float(x))
		if err != nil {
			t.Fatal(err)
		}
		var back Float
		if err := json.Unmarshal(b, &back); err != nil || math.Float64bits(float64(back)) != math.Float64bits(x) && x == x || (back == back) != (x == x) {
			t.Errorf("%v is written %s and read back %v, %v", x, b, back, err)
		}
	}
}

// A digest covers what happened and not what did not matter.
func TestDigest(t *testing.T) {
	trace := func(change func(*Trace)) string {
		e := Default().Alone(FedAvg)
		tr := Trace{Experiment: e, Numerics: 1, Runs: []Run{{Protocol: FedAvg, Rounds: []Round{{
			Clients: []ClientRound{{Client: 3, Loss: 1}}, Evaluation: &Evaluation{TestLoss: 2, Models: []ModelEvaluation{{Loss: 2}}},
		}}}}}
		change(&tr)
		tr.Seal()
		return tr.Digest
	}
	base := trace(func(*Trace) {})
	for name, change := range map[string]func(*Trace){
		"seed": func(t *Trace) { t.Experiment.Seed++ }, "numerics": func(t *Trace) { t.Numerics++ },
		"loss":     func(t *Trace) { t.Runs[0].Rounds[0].Clients[0].Loss = 1.0000000000000002 },
		"hash":     func(t *Trace) { t.Runs[0].Rounds[0].Clients[0].Parameters[31] = 1 },
		"accuracy": func(t *Trace) { t.Runs[0].Rounds[0].Evaluation.TestAccuracy = 0.1 },
		"checksum": func(t *Trace) { t.Data.Checksum[0] = 1 }, "final": func(t *Trace) { t.Runs[0].Final = []Hash{{}} },
	} {
		if trace(change) == base {
			t.Errorf("a changed %s leaves the digest as it was", name)
		}
	}
	if trace(func(t *Trace) { t.Experiment.Topology, t.Experiment.Exchanges = TopologyStar, 3 }) != base {
		t.Error("the graph, which FedAvg does not use, changes its digest")
	}
	payload := math.Float64frombits(0xfff8000000000123)
	nan := func(x float64) string {
		return trace(func(t *Trace) { t.Runs[0].Rounds[0].Clients[0].Loss = Float(x) })
	}
	if nan(payload) != nan(math.NaN()) {
		t.Error("two NaNs give two digests")
	}
}
