package experiment

// Preset is an experiment with a name, worth opening the page on.
type Preset struct {
	Key, Name string
	Lesson    string // one sentence: what it shows
	edit      func(*Experiment)
}

// Presets lists the presets; the page opens on the first.
var Presets = []Preset{
	{"first-look", "First look", "Both learn: gossip needs many exchanges to come close to the server.", func(e *Experiment) {
		e.Topology, e.Exchanges = TopologyComplete, 60
		e.Init = InitShared
		e.Rounds = 60
	}},
	{"tutorial", "Tutorial", "The tutorial's own settings: ten exchanges a round on a ring mix too slowly.", func(*Experiment) {}},
	{"isolated", "Isolated", "No exchanges: every client knows only the digits it holds.", func(e *Experiment) {
		e.Protocol, e.Exchanges = Gossip, 0
	}},
	{"iid", "All alike", "Every client holds all ten digits: the graph hardly matters.", func(e *Experiment) {
		e.Partition = PartitionIID
	}},
	{"drowned", "Drowned", "The tutorial at ε₀ = 1: the noise drowns everything.", func(e *Experiment) {
		e.Epsilon = 1
	}},
	{"privacy-works", "Privacy that works", "One example is hidden, not a client: all learn, at a total ε of 8.", func(e *Experiment) {
		e.Train, e.Test = 60000, 10000
		e.Topology, e.Exchanges, e.Init = TopologyComplete, 60, InitShared
		e.Participants = 20
		e.LearningRate, e.Momentum, e.BatchSize = 8, 0, 128
		// z is the least for ε 8 after 240 steps at q = 128/3000, rounded up.
		e.Trust, e.Clip, e.NoiseMultiplier = TrustExample, 1, 0.7631
		e.Rounds, e.Evaluate = 240, 10
	}},
}

// Experiment is the preset's experiment, normalised.
func (p Preset) Experiment() Experiment {
	e := unresolved()
	p.edit(&e)
	e, _ = Normalise(e)
	return e
}

// FindPreset returns the preset with the key.
func FindPreset(key string) (Preset, bool) {
	for _, p := range Presets {
		if p.Key == key {
			return p, true
		}
	}
	return Preset{}, false
}

// PresetOf is the key of the preset that the experiment equals, or "".
func PresetOf(e Experiment) string {
	for _, p := range Presets {
		if p.Experiment() == e {
			return p.Key
		}
	}
	return ""
}
