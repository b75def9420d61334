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
