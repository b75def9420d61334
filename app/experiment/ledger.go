package experiment

// Release is one entry of a run's privacy ledger: what was released of the data
// in a number of rounds, each with fresh noise, as it looks for the unit worst
// off. An accountant makes an ε of it; a ledger without entries promises
// nothing. It follows from the experiment and the shares of its clients, so no
// digest covers it.
//
// The names are those of the ledger's events in nn/privacy, which this package
// does not know.
type Release struct {
	Mechanism       string  `json:"mechanism"`        // "Gaussian"
	NoiseMultiplier float64 `json:"noise_multiplier"` // z = σ/C, of pairs' noise its worth
	Clip            float64 `json:"clip"`             // C
	Sampling        string  `json:"sampling"`         // "every round", "Poisson", "fixed size" or "visible participation"
	Rate            float64 `json:"rate,omitempty"`   // the probability, of Poisson and visible participation
	Drawn           int     `json:"drawn,omitempty"`  // of fixed size: so many
	Of              int     `json:"of,omitempty"`     // of so many
	Rounds          int     `json:"rounds"`           // of example-level training: steps
	Unit            string  `json:"unit"`             // "client" or "example"
	Adjacency       string  `json:"adjacency"`        // "zero-out", "add/remove" or "replace-one"
	Observer        string  `json:"observer"`         // "server", "neighbours", "eavesdropper on all links" or "aggregate only"
}
