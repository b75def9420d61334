package federated

import (
	"math"

	"grapevine/nn"
	"grapevine/nn/data"
	"grapevine/nn/digest"
	"grapevine/nn/kernel"
	"grapevine/nn/privacy"
	"grapevine/nn/random"
)

// Work says how a client trains and what it does to its update before anyone
// sees it.
type Work struct {
	SGD   nn.SGD
	Clip  float32 // L2 bound of the update
	Sigma float32 // standard deviation of the noise on each coordinate; 0: none
	Seed  uint64

	// Private, where it has steps, takes the place of SGD, Clip and Sigma: the
	// client trains so that no example shows, and sends what came of it.
	Private nn.Private

	// PairSigma is the standard deviation of the noise that each pair of
	// Neighbours shares (DECOR, Allouah et al. 2024, arXiv 2405.01031): the
	// lower client adds it, the higher subtracts it. Neighbours lists every
	// client's, in ascending order; it is not read where PairSigma is 0.
	PairSigma  float32
	Neighbours [][]int

	// Secret keys the streams of noise and of what is drawn in secret; zero:
	// the seed alone does.
	Secret [32]byte
}

// Report is what a client's work left behind besides its result.
type Report struct {
	Loss   float64 // mean training loss, nats
	Norm   float32 // L2 norm of the update before clipping
	Factor float32 // that the update was multiplied by; of private work, the mean over examples' gradients
	Noise  float32 // standard deviation of the noise on each coordinate; of private work, of a step's mean gradient
	Hash   [digest.Size]byte
}

// Do carries one task out on a network: train, clip, add noise. set and index
// are the client's examples; start is not changed. The report's hash covers
// the start with the sanitised update added, whatever the result is.
func (w Work) Do(n *nn.Network, set *data.Set, index []int, round int, t Task) ([]float32, Report) {
	at := random.Address{Seed: w.Seed, Round: round, Client: t.Client}
	result := append([]float32(nil), t.Start...)
	var r Report
	if w.Private.Steps > 0 {
		at.Key = w.Secret
		p := n.TrainPrivate(result, set, index, w.Private, at)
		kernel.Sub(result, result, t.Start)
		r.Loss, r.Factor = p.Loss, p.Factor
		r.Norm = float32(math.Sqrt(float64(kernel.SquaredNorm(result))))
		r.Noise = w.Private.Sigma / float32(w.Private.Batch)
	} else {
		r.Loss = n.Train(result, set, index, w.SGD, at)
		kernel.Sub(result, result, t.Start)
		r.Norm, r.Factor = w.Sanitise(result, round, t.Client)
		r.Noise = w.noise(t.Client)
	}
	if !t.Update {
		kernel.Add(result, t.Start)
		r.Hash = Hash(result)
		return result, r
	}
	sum := append([]float32(nil), t.Start...)
	kernel.Add(sum, result)
	r.Hash = Hash(sum)
	return result, r
}

// Sanitise clips a client's update and adds its noise of the round: its own,
// then what it shares with each neighbour, in ascending order. It returns the
// norm the update had and the factor of the clip.
func (w Work) Sanitise(update []float32, round, client int) (norm, factor float32) {
	at := random.Address{Seed: w.Seed, Purpose: random.PurposeNoise, Round: round, Client: client, Key: w.Secret}
	norm, factor = privacy.Sanitise(update, at, w.Clip, w.Sigma)
	if w.PairSigma == 0 {
		return norm, factor
	}
	at.Purpose = random.PurposeEdgeNoise
	for _, other := range w.Neighbours[client] {
		at.Client, at.Step = client, other
		sigma := w.PairSigma
		if other < client {
			at.Client, at.Step, sigma = other, client, -sigma
		}
		random.New(at).AddNormal(update, sigma)
	}
	return norm, factor
}

// noise is the standard deviation of what Sanitise adds.
func (w Work) noise(client int) float32 {
	if w.PairSigma == 0 {
		return w.Sigma
	}
	own, pair := float64(w.Sigma), float64(w.PairSigma)
	return float32(math.Sqrt(float64(own*own) + float64(float64(len(w.Neighbours[client]))*float64(pair*pair))))
}
