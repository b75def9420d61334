package nn

import (
	"math"

	"grapevine/nn/data"
	"grapevine/nn/random"
)

// SGD says how a client trains: PyTorch's SGD with momentum, whose buffer
// starts at zero in each call.
type SGD struct {
	LearningRate float64
	Momentum     float64
	WeightDecay  float64
	Batch        int // examples per step; an epoch's last batch may be shorter
	Epochs       int
}

// Train changes params by SGD over the examples with the given indices,
// reshuffled each epoch by the stream of (seed, "order", round, client,
// epoch). It returns the mean loss of the examples in nats, each taken before
// its step. The network must have room for batches of c.Batch.
func (n *Network) Train(params []float32, set *data.Set, index []int, c SGD, at random.Address) float64 {
	layers, gradient := n.shape.views(params), n.shape.views(n.gradient)
	n.rest()
	order := make([]int, len(index))
	loss := 0.0
	for epoch := range c.Epochs {
		copy(order, index)
		at.Purpose, at.Step = random.PurposeOrder, epoch
		random.New(at).Shuffle(order)
		for first := 0; first < len(order); first += c.Batch {
			if lost(params) {
				return math.NaN()
			}
			batch := order[first:min(first+c.Batch, len(order))]
			n.gather(set, batch)
			loss += n.step(params, layers, gradient, len(batch), c)
		}
	}
	return loss / float64(len(index)*c.Epochs)
}

// lost reports whether every parameter is a NaN, as all are soon after a run has
// diverged. Such a network answers NaN to everything and stays as it is whatever it is
// trained on: there is nothing to compute.
func lost(params []float32) bool {
	for _, p := range params {
		if p == p {
			return false
		}
	}
	return true
}

// step makes one step on the gathered batch and returns the sum of its losses.
func (n *Network) step(params []float32, layers, gradient []layer, b int, c SGD) float64 {
	z := n.forward(layers, b)
	loss := 0.0
	for _, l := range n.crossEntropy(z, n.labels[:b], n.dx[0], float32(b)) {
		loss += l
	}
	in := &n.input
	in.descend, in.made, in.weights, in.sgd = true, false, layers[0].w, c
	n.backward(layers, gradient, b)
	in.descend = false
	from := 0
	if in.made {
		from = len(layers[0].w) // which come first
	} else {
		clear(in.still)
	}
	n.momentum(params, from, len(params), n.gradient[from:], c)
	return loss
}

// Block is the number of examples whose losses are summed together; a set is
// evaluated block by block, and the blocks are added in order.
const Block = 1000

// Score is what a network is worth on some examples.
type Score struct {
	Loss    float64 // sum, nats
	Correct int
	Count   int
	// ByLabel counts the correct by their label; a label from 10 on has no
	// place in it.
	ByLabel [data.Classes]int
}

// Add joins the score of the next block.
func (s *Score) Add(next Score) {
	s.Loss += next.Loss
	s.Correct += next.Correct
	s.Count += next.Count
	for label, n := range next.ByLabel {
		s.ByLabel[label] += n
	}
}

// Evaluate scores the network on a set, block by block. A prediction is the
// first NaN or else the first maximum of the logits.
func (n *Network) Evaluate(params []float32, set *data.Set) Score {
	if lost(params) {
		// The first NaN is that of class 0.
		total := Score{Loss: math.NaN(), Count: set.Count}
		for _, y := range set.Labels {
			if y == 0 {
				total.Correct++
			}
		}
		total.ByLabel[0] = total.Correct
		return total
	}
	layers := n.shape.views(params)
	classes := n.shape[len(n.shape)-1]
	index := make([]int, n.batch)
	n.input.hold, n.input.held = true, false
	defer func() { n.input.hold = false }()
	var total Score
	for block := 0; block < set.Count; block += Block {
		end := min(block+Block, set.Count)
		sum := Score{Count: end - block}
		for first := block; first < end; first += n.batch {
			b := min(n.batch, end-first)
			for i := range b {
				index[i] = first + i
			}
			n.gather(set, index[:b])
			z := n.forward(layers, b)
			losses := n.crossEntropy(z, n.labels[:b], nil, 1)
			for i, y := range n.labels[:b] {
				sum.Loss += losses[i] // one running sum over the block
				if argmax(z[i*classes:(i+1)*classes]) == int(y) {
					sum.Correct++
					if int(y) < len(sum.ByLabel) {
						sum.ByLabel[y]++
					}
				}
			}
		}
		total.Add(sum)
	}
	return total
}
