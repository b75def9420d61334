package nn

import (
	"math"

	"grapevine/nn/data"
	"grapevine/nn/kernel"
	"grapevine/nn/privacy"
	"grapevine/nn/random"
)

// Private says how a client trains so that no single example shows: DP-SGD
// (Abadi et al. 2016, arXiv 1607.00133). Each step draws every example by
// itself with probability q = B/n, brings its gradient to the L2 norm C at
// most, adds N(0, σ²) to each coordinate of the sum and divides by B, whatever
// the number drawn: a divisor that followed it would tell it.
type Private struct {
	LearningRate float64
	Momentum     float64
	WeightDecay  float64
	Batch        int // B, the examples of a step on average
	Steps        int
	Clip         float32 // C, of one example's gradient
	Sigma        float32 // zC, on the sum; 0: none
}

// PrivateChunk is the number of examples whose gradients are made and summed
// together: as many as the kernels keep busy, and few enough for any memory. It
// is part of the arithmetic, since the sums of chunks are added in order. A
// network that trains in private must have room for as many.
const PrivateChunk = 128

// PrivateReport is what private training saw; it is for the one who trained,
// and none of it is private.
type PrivateReport struct {
	Loss   float64 // mean over the examples drawn, nats; 0 where none was
	Factor float32 // mean of what their gradients were multiplied by; 1 where none was
}

// TrainPrivate changes params by DP-SGD over the examples with the given
// indices. Batches and noise of step t come from the streams of (seed,
// "example-batch" and "example-noise", round, client, t, key). Where B is not
// below the number of examples, all are drawn in each step.
//
// No example's gradient is stored. That of a dense layer is the product of its
// activations a and the error e of its outputs, so its squared norm is
//
//	Σ over layers ‖a‖²·‖e‖² + ‖e‖²
//
// the last term the bias's (Goodfellow 2015, arXiv 1510.01799), and the clipped
// sum is one matrix product with each example's errors scaled.
func (n *Network) TrainPrivate(params []float32, set *data.Set, index []int, c Private, at random.Address) PrivateReport {
	layers := n.shape.views(params)
	n.rest()
	sum := make([]float32, len(params))
	var drawn []int
	loss, factors, count := 0.0, 0.0, 0
	for step := range c.Steps {
		at.Step = step
		at.Purpose = random.PurposeExampleBatch
		drawn = poisson(drawn[:0], index, c.Batch, random.New(at))
		clear(sum)
		for first := 0; first < len(drawn); first += PrivateChunk {
			chunk := drawn[first:min(first+PrivateChunk, len(drawn))]
			n.gather(set, chunk)
			l, f := n.clippedGradient(layers, len(chunk), c.Clip)
			loss, factors = loss+l, factors+f
			kernel.Add(sum, n.gradient)
		}
		count += len(drawn)
		if c.Sigma > 0 {
			at.Purpose = random.PurposeExampleNoise
			random.New(at).AddNormal(sum, c.Sigma)
		}
		kernel.Div(sum, float32(c.Batch))
		kernel.Momentum(params, n.velocity, sum, float32(c.LearningRate), float32(c.Momentum), float32(c.WeightDecay))
	}
	if count == 0 {
		return PrivateReport{Factor: 1}
	}
	return PrivateReport{Loss: loss / float64(count), Factor: float32(factors / float64(count))}
}

// poisson appends to drawn each of the indices with probability batch/len(index),
// in their order; each has a draw of its own from the stream.
func poisson(drawn, index []int, batch int, s *random.Stream) []int {
	for _, i := range index {
		if s.Intn(len(index)) < batch {
			drawn = append(drawn, i)
		}
	}
	return drawn
}

// clippedGradient sets n.gradient to the sum of the gathered examples'
// gradients, each brought to the norm c at most, and returns the sums of their
// losses and factors in example order.
func (n *Network) clippedGradient(layers []layer, b int, c float32) (loss, factors float64) {
	if n.errors == nil {
		for _, w := range n.shape[1:] {
			n.errors = append(n.errors, make([]float32, n.batch*w))
		}
	}
	z := n.forward(layers, b)
	n.fill() // the examples' norms want all inputs
	last := len(layers) - 1
	// Of size 1: the gradient of each one's own loss, not of a mean.
	for _, l := range n.crossEntropy(z, n.labels[:b], n.errors[last], 1) {
		loss += l
	}
	for i := last; i > 0; i-- {
		in, out := n.shape[i], n.shape[i+1]
		kernel.MulTransB(n.errors[i-1], n.errors[i], layers[i].w, n.x[i], n.packed, b, in, out)
	}
	for e := range b {
		factor := privacy.Factor(n.exampleNorm(e), c)
		factors += float64(factor)
		if factor < 1 {
			for i, w := range n.shape[1:] {
				kernel.Scale(n.errors[i][e*w:(e+1)*w], factor)
			}
		}
	}
	for i, g := range n.shape.views(n.gradient) {
		n.weightGradient(g, i, n.errors[i], b)
	}
	return loss, factors
}

// exampleNorm is the L2 norm of the e-th gathered example's gradient: by layer
// from the inputs up, ‖a‖²·‖e‖² rounded, plus ‖e‖², the two norms in the order
// of [kernel.SquaredNorm], added to the sum so far.
func (n *Network) exampleNorm(e int) float32 {
	sum := float32(0)
	for i, out := range n.shape[1:] {
		in := n.shape[i]
		errors := kernel.SquaredNorm(n.errors[i][e*out : (e+1)*out])
		sum += float32(kernel.SquaredNorm(n.x[i][e*in:(e+1)*in])*errors) + errors
	}
	return float32(math.Sqrt(float64(sum)))
}
