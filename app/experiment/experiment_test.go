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

// A trust model brings the protocol that it is for; who then asks for another
// protocol gets it, without that trust.
func TestTrustAndProtocol(t *testing.T) {
	for trust, protocol := range map[string]string{TrustCentral: FedAvg, TrustAggregation: FedAvg, TrustCorrelated: Gossip, TrustExample: Both, TrustLocal: Both} {
		e, changes, err := Default().With("trust", trust)
		if err != nil || e.Protocol != protocol || len(changes) > 1 {
			t.Errorf("trust %s: protocol %s, %v, %v: want %s", trust, e.Protocol, changes, err, protocol)
		}
		if protocol == Both {
			continue
		}
		e, changes, err = e.With("protocol", Both)
		if err != nil || e.Trust != TrustLocal || e.Protocol != Both || len(changes) != 1 || changes[0].Key != "trust" {
			t.Errorf("trust %s, then both protocols: trust %s, protocol %s, %v, %v: want local and both", trust, e.Trust, e.Protocol, changes, err)
		}
	}
	for _, c := range [][]Setting{
		{{"trust", TrustAggregation}, {"participants", "5"}, {"colluders", "5"}},
		{{"trust", TrustCorrelated}, {"clients", "5"}, {"colluders", "5"}},
	} {
		if e, _, err := Build("tutorial", c); err != nil || e.Colluders != 4 {
			t.Errorf("%v: %d colluders, %v: want 4, so that one is honest", c, e.Colluders, err)
		}
	}
}

// A property that is younger than the digest is covered away from its default
// alone, and where it matters.
func TestDigestCoversYoungSettingsWhenUsed(t *testing.T) {
	covered := func(e Experiment) (keys []string) {
		for _, p := range Table {
			if p.Later && p.covered(e) {
				keys = append(keys, p.Key)
			}
		}
		return keys
	}
	e := Default()
	e.Colluders, e.LocalSteps, e.NoiseMultiplier, e.PairMultiplier = 3, 5, 9, 9
	if keys := covered(e); keys != nil {
		t.Errorf("%v are covered without being used", keys)
	}
	e.Trust = TrustExample
	if got, want := strings.Join(covered(e), " "), "local_steps trust noise_multiplier"; got != want {
		t.Errorf("covered are %s: want %s", got, want)
	}
	e.LocalSteps = 1
	if got, want := strings.Join(covered(e), " "), "trust noise_multiplier"; got != want {
		t.Errorf("covered are %s: want %s", got, want)
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
		"source of noise": func(t *Trace) { t.Irreproducible = true },
	} {
		if trace(change) == base {
			t.Errorf("a changed %s leaves the digest as it was", name)
		}
	}
	if trace(func(t *Trace) { t.Experiment.Topology, t.Experiment.Exchanges = TopologyStar, 3 }) != base {
		t.Error("the graph, which FedAvg does not use, changes its digest")
	}
	if trace(func(t *Trace) { t.Runs[0].Ledger = []Release{{}} }) != base {
		t.Error("the ledger, which is derived, changes the digest")
	}
	payload := math.Float64frombits(0xfff8000000000123)
	nan := func(x float64) string {
		return trace(func(t *Trace) { t.Runs[0].Rounds[0].Clients[0].Loss = Float(x) })
	}
	if nan(payload) != nan(math.NaN()) {
		t.Error("two NaNs give two digests")
	}
}
