package experiment

// Table describes every field of an [Experiment], in the order in which the
// page shows them, links write them, rules across fields are applied and the
// digest covers them.
var Table = []Property{
	{
		Key: "protocol", Name: "Protocol", Group: GroupRun, Front: true, Kind: Choice,
		Hint:    "Gossip averages along the graph; FedAvg averages on a server; both run side by side on the same data and seed.",
		Options: []Option{{Both, "Gossip and FedAvg"}, {Gossip, "Gossip"}, {FedAvg, "FedAvg (server)"}},
		field:   func(e *Experiment) any { return &e.Protocol },
	}, {
		Key: "clients", Name: "Clients", Symbol: "n", Group: GroupData, Front: true, Kind: Int, Min: 2, Max: 1000,
		Hint:  "More clients means fewer examples for each, and a longer way for what they learn to travel.",
		field: func(e *Experiment) any { return &e.Clients },
	}, {
		Key: "partition", Name: "Who holds what", Group: GroupData, Front: true, Kind: Choice,
		Hint: "With label shards a client sees only two or three digits; with IID every client sees all ten and learning is easy.",
		Options: []Option{
			{PartitionTutorial, "Label shards (tutorial's)"}, {PartitionShards, "Label shards (drawn)"},
			{PartitionIID, "All digits alike (IID)"}, {PartitionDirichlet, "Uneven (Dirichlet)"},
		},
		field: func(e *Experiment) any { return &e.Partition },
	}, {
		Key: "shards", Name: "Shards each", Group: GroupData, Kind: Int, Min: 1, Max: 20,
		Hint:    "Each shard is a run of one digit: fewer shards, fewer digits in each client's hands.",
		Applies: func(e Experiment) bool { return e.Partition == PartitionShards || e.Partition == PartitionTutorial },
		field:   func(e *Experiment) any { return &e.Shards },
	}, {
		Key: "alpha", Name: "Evenness", Symbol: "α", Group: GroupData, Kind: Real, Min: 0.01, Max: 1000,
		Hint:    "Small: each client holds few digits. Large: all hold nearly the same mix.",
		Applies: func(e Experiment) bool { return e.Partition == PartitionDirichlet },
		field:   func(e *Experiment) any { return &e.Alpha },
	}, {
		Key: "data", Name: "Digits", Group: GroupData, Kind: Choice,
		Hint:    "Small digits train about fifteen times faster and lose about one point of accuracy.",
		Options: []Option{{DataMNIST14, "MNIST, 14×14"}, {DataMNIST28, "MNIST, 28×28"}},
		field:   func(e *Experiment) any { return &e.Data },
	}, {
		Key: "train", Name: "Training examples", Group: GroupData, Kind: Int, Min: 1000, Max: 60000,
		Hint:  "A multiple of 1,000, shared out among the clients. More examples: slower rounds, better models.",
		field: func(e *Experiment) any { return &e.Train },
	}, {
		Key: "test", Name: "Test examples", Group: GroupData, Kind: Int, Min: 1000, Max: 10000,
		Hint:  "A multiple of 1,000, held by nobody: accuracy is measured on them.",
		field: func(e *Experiment) any { return &e.Test },
	}, {
		Key: "topology", Name: "Graph", Group: GroupGraph, Front: true, Kind: Choice,
		Hint: "Who may exchange with whom. On a ring news travels slowly; on a complete graph it is everywhere at once.",
		Options: []Option{
			{TopologyRing, "Ring"}, {TopologyErdosRenyi, "Random (Erdős–Rényi)"}, {TopologyComplete, "Complete"},
			{TopologyStar, "Star"}, {TopologyTorus, "Torus"}, {TopologySmallWorld, "Small world"},
			{TopologyCustom, "My own edges"},
		},
		Applies: gossips,
		field:   func(e *Experiment) any { return &e.Topology },
	}, {
		Key: "edge_probability", Name: "Edge probability", Symbol: "p", Group: GroupGraph, Kind: Real, Min: 0, Max: 1,
		Hint:    "The chance that two clients are neighbours. Parts left over are joined by one edge.",
		Applies: on(TopologyErdosRenyi),
		field:   func(e *Experiment) any { return &e.EdgeProbability },
	}, {
		Key: "neighbours", Name: "Neighbours", Symbol: "k", Group: GroupGraph, Kind: Int, Min: 2, Max: 998,
		Hint:    "Each client starts with this many neighbours on a ring, an even number, before some are rewired.",
		Applies: on(TopologySmallWorld),
		field:   func(e *Experiment) any { return &e.Neighbours },
	}, {
		Key: "rewire", Name: "Rewired edges", Symbol: "β", Group: GroupGraph, Kind: Real, Min: 0, Max: 1,
		Hint:    "The chance that an edge becomes a shortcut to a client drawn at random.",
		Applies: on(TopologySmallWorld),
		field:   func(e *Experiment) any { return &e.Rewire },
	}, {
		Key: "edges", Name: "Edges", Group: GroupGraph, Kind: Pairs,
		Hint:    "The two clients of each edge, joined by -; edges are joined by a dot. Clients that no edge reaches stay alone.",
		Applies: on(TopologyCustom),
		field:   func(e *Experiment) any { return &e.Edges },
	}, {
		Key: "exchanges", Name: "Exchanges a round", Group: GroupGraph, Front: true, Kind: Int, Min: 0, Max: 100000,
		Hint:    "How many edges are drawn each round; both ends take the mean of their parameters. None: every client is alone.",
		Applies: gossips,
		field:   func(e *Experiment) any { return &e.Exchanges },
	}, {
		Key: "participants", Name: "Clients asked a round", Group: GroupGraph, Kind: Int, Min: 1, Max: 1000,
		Hint:    "How many clients the server asks to train each round.",
		Applies: func(e Experiment) bool { return e.Runs(FedAvg) },
		field:   func(e *Experiment) any { return &e.Participants },
	}, {
		Key: "sampling", Name: "How clients are asked", Group: GroupGraph, Kind: Choice, Later: true,
		Hint:    "A fixed number each round, or each client by a toss of its own. With the toss nobody knows who took part, so under central trust the same noise hides more.",
		Options: []Option{{SamplingFixed, "A fixed number"}, {SamplingPoisson, "Each by chance (Poisson)"}},
		Applies: func(e Experiment) bool { return e.Runs(FedAvg) && e.Trust != TrustAggregation },
		field:   func(e *Experiment) any { return &e.Sampling },
	}, {
		Key: "init", Name: "First weights", Group: GroupGraph, Kind: Choice,
		Hint:    "Averages of networks that started apart are poor networks; from shared weights gossip learns sooner.",
		Options: []Option{{InitOwn, "Each client's own"}, {InitShared, "Shared"}},
		Applies: gossips,
		field:   func(e *Experiment) any { return &e.Init },
	}, {
		Key: "hidden", Name: "Hidden layers", Group: GroupLearning, Kind: Sizes,
		Hint:  "Sizes joined by -, or none for a linear model.",
		field: func(e *Experiment) any { return &e.Hidden },
	}, {
		Key: "lr", Name: "Learning rate", Symbol: "η", Group: GroupLearning, Front: true, Kind: Step, Min: 0, Max: 100, Open: true,
		Steps: []float64{0.001, 0.003, 0.01, 0.02, 0.03, 0.06, 0.1, 0.2, 0.3, 0.6, 1, 3},
		Hint:  "How far each step goes. Too small is slow; too large diverges.",
		field: func(e *Experiment) any { return &e.LearningRate },
	}, {
		Key: "momentum", Name: "Momentum", Symbol: "μ", Group: GroupLearning, Kind: Real, Min: 0, Max: 0.999,
		Hint:  "How much of the last step's direction is kept.",
		field: func(e *Experiment) any { return &e.Momentum },
	}, {
		Key: "decay", Name: "Weight decay", Symbol: "λ", Group: GroupLearning, Kind: Real, Min: 0, Max: 1,
		Hint:  "Pulls weights towards zero at every step.",
		field: func(e *Experiment) any { return &e.WeightDecay },
	}, {
		Key: "batch", Name: "Batch size", Symbol: "B", Group: GroupLearning, Kind: Int, Min: 1, Max: 1024,
		Hint:  "Examples per step; where examples are protected, on average. Small batches make more, noisier steps.",
		field: func(e *Experiment) any { return &e.BatchSize },
	}, {
		Key: "epochs", Name: "Local epochs", Symbol: "E", Group: GroupLearning, Front: true, Kind: Int, Min: 1, Max: 50,
		Hint:    "How often a client goes through its own examples before it sends. More: clients drift further apart.",
		Applies: func(e Experiment) bool { return e.Trust != TrustExample },
		field:   func(e *Experiment) any { return &e.Epochs },
	}, {
		Key: "local_steps", Name: "Local steps a round", Symbol: "τ", Group: GroupLearning, Kind: Int, Min: 1, Max: 1000, Later: true,
		Hint:    "How many noisy steps a client makes before it sends, each on a batch drawn afresh. Every step spends privacy.",
		Applies: func(e Experiment) bool { return e.Trust == TrustExample },
		field:   func(e *Experiment) any { return &e.LocalSteps },
	}, {
		Key: "trust", Name: "Who is trusted", Group: GroupPrivacy, Kind: Choice, Later: true,
		Hint: "The less trust, the more noise. With a client as the unit, twenty clients are too few: expect noise to win. Protecting one example instead leaves room to learn.",
		Options: []Option{
			{TrustLocal, "Nobody (tutorial's)"}, {TrustCentral, "The server"}, {TrustAggregation, "Secure aggregation"},
			{TrustExample, "Each client, with its own data"}, {TrustCorrelated, "Pairs of neighbours"},
		},
		field: func(e *Experiment) any { return &e.Trust },
	}, {
		Key: "noise_by", Name: "Noise set by", Group: GroupPrivacy, Kind: Choice, Later: true,
		Hint:    "The tutorial sets the noise by the privacy of one message; the multiplier sets it directly, in units of the clip.",
		Options: []Option{{NoiseEpsilon, "Privacy of one message"}, {NoiseMultiplier, "Noise multiplier"}},
		Applies: func(e Experiment) bool { return e.Trust == TrustLocal },
		field:   func(e *Experiment) any { return &e.NoiseBy },
	}, {
		Key: "noise_multiplier", Name: "Noise multiplier", Symbol: "z", Group: GroupPrivacy, Kind: Real, Min: 0, Max: 1e6, Later: true,
		Hint:    "Noise in units of the clip. Near 1 one example hides well in a batch; a client's whole update wants far more. 0: no noise and no promise.",
		Applies: Experiment.multiplies,
		field:   func(e *Experiment) any { return &e.NoiseMultiplier },
	}, {
		Key: "correlated_multiplier", Name: "Shared noise multiplier", Symbol: "z_c", Group: GroupPrivacy, Kind: Real, Min: 0, Max: 1e6, Later: true,
		Hint:    "Noise that each pair of neighbours shares with opposite signs. It hides both from others and cancels in the mean, once exchanges have mixed it; until then it hurts.",
		Applies: func(e Experiment) bool { return e.Trust == TrustCorrelated },
		field:   func(e *Experiment) any { return &e.PairMultiplier },
	}, {
		Key: "colluders", Name: "Colluders", Symbol: "t", Group: GroupPrivacy, Kind: Int, Min: 0, Max: 999, Later: true,
		Hint:    "How many clients may tell what they know, or drop out. More: the others add more noise, or less is promised.",
		Applies: func(e Experiment) bool { return e.Trust == TrustAggregation || e.Trust == TrustCorrelated },
		field:   func(e *Experiment) any { return &e.Colluders },
	}, {
		Key: "epsilon", Name: "Privacy of one message", Symbol: "ε₀", Group: GroupPrivacy, Front: true, Kind: Step, Min: 0, Max: 1e6, Open: true, Free: true,
		Steps:   []float64{1, 2, 4, 8, 30, 100, 300, 1000},
		Hint:    "Smaller is more private and noisier; ∞ adds no noise. It is not the total: every further round spends more.",
		Applies: func(e Experiment) bool { return !e.multiplies() },
		field:   func(e *Experiment) any { return &e.Epsilon },
	}, {
		Key: "clip", Name: "Clip", Symbol: "C", Group: GroupPrivacy, Front: true, Kind: Real, Min: 0, Max: 1e6, Open: true,
		Hint:  "The longest update a client may send (L2 norm), or the longest gradient of one example. Noise grows with it.",
		field: func(e *Experiment) any { return &e.Clip },
	}, {
		Key: "delta", Name: "Failure probability", Symbol: "δ", Group: GroupPrivacy, Kind: Real, Min: 1e-12, Max: 0.1,
		Hint:    "The chance that the promise of ε fails; keep it far below one in the number of clients.",
		Applies: Experiment.Noisy,
		field:   func(e *Experiment) any { return &e.Delta },
	}, {
		Key: "rounds", Name: "Rounds", Symbol: "T", Group: GroupRun, Front: true, Kind: Int, Min: 1, Max: 10000, Live: true,
		Hint:  "How long the run goes. More rounds can be added while it goes.",
		field: func(e *Experiment) any { return &e.Rounds },
	}, {
		Key: "evaluate", Name: "Evaluate every", Unit: "rounds", Group: GroupRun, Kind: Int, Min: 1, Max: 10000,
		Hint:  "Accuracy is measured every so many rounds, and after the last.",
		field: func(e *Experiment) any { return &e.Evaluate },
	}, {
		Key: "seed", Name: "Seed", Group: GroupRun, Kind: Word,
		Hint:  "The same seed gives the same run, bit for bit, on every machine.",
		field: func(e *Experiment) any { return &e.Seed },
	},
}

// multiplies reports whether the noise multiplier sets the noise.
func (e Experiment) multiplies() bool { return e.Trust != TrustLocal || e.NoiseBy == NoiseMultiplier }

// Noisy reports whether the experiment adds privacy noise.
func (e Experiment) Noisy() bool {
	if e.multiplies() {
		return e.NoiseMultiplier > 0
	}
	return e.Epsilon.Finite()
}

func gossips(e Experiment) bool { return e.Runs(Gossip) }

func on(topology string) func(Experiment) bool {
	return func(e Experiment) bool { return e.Runs(Gossip) && e.Topology == topology }
}
