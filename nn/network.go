package nn

import (
	"grapevine/nn/data"
	"grapevine/nn/kernel"
)

// Network is the working memory of one network shape: activations, gradients
// and the momentum buffer. It holds no parameters; those are passed in. It is
// not safe for concurrent use.
type Network struct {
	shape Shape
	batch int // the most examples that fit

	x        [][]float32 // activations: x[0] the inputs, x[i] layer i's output, batch×width
	input    input
	labels   []byte
	exp      []float32    // of the logits, batch×classes
	losses   []float64    // of the batch's examples
	dx       [2][]float32 // errors of the layer at work and the one below
	errors   [][]float32  // of every layer's outputs, batch×width; nil until private training wants them
	packed   []float32    // a transposed weight matrix
	gradient []float32
	velocity []float32
}

// NewNetwork makes room for batches of up to the given number of examples.
func NewNetwork(shape Shape, batch int) *Network {
	n := &Network{
		shape: shape, batch: batch, labels: make([]byte, batch),
		gradient: make([]float32, shape.Parameters()),
		velocity: make([]float32, shape.Parameters()),
	}
	widest, largest := 0, 0
	for i, w := range shape {
		n.x = append(n.x, make([]float32, batch*w))
		if i > 0 {
			widest = max(widest, w)
			largest = max(largest, shape[i-1]*w)
		}
	}
	n.dx[0], n.dx[1] = make([]float32, batch*widest), make([]float32, batch*widest)
	n.exp = make([]float32, batch*shape[len(shape)-1])
	n.losses = make([]float64, batch)
	n.packed = make([]float32, largest)
	n.input.still = make([]bool, shape[0])
	n.input.mask, n.input.bias = make([]float32, shape[1]), make([]float32, shape[1])
	for p := range max(shape[0], batch) {
		n.input.zeros = append(n.input.zeros, kernel.Entry{Index: uint32(p)})
	}
	n.input.ink = map[*data.Set]*data.Ink{}
	return n
}

// forward computes the logits of the first b examples of the batch: B×K.
func (n *Network) forward(layers []layer, b int) []float32 {
	for i, l := range layers {
		hidden := i < len(layers)-1
		if i == 0 && n.forwardSparse(l, b, hidden) {
			continue
		}
		kernel.MulBias(n.x[i+1], n.x[i], l.w, l.b, b, n.shape[i+1], n.shape[i], hidden)
	}
	last := len(layers)
	return n.x[last][:b*n.shape[last]]
}

// backward computes the gradient of the parameters from dz, the gradient of
// the logits, which stands in n.dx[0].
func (n *Network) backward(layers, gradient []layer, b int) {
	d, below := n.dx[0], n.dx[1]
	for i := len(layers) - 1; i >= 0; i-- {
		in, out := n.shape[i], n.shape[i+1]
		n.weightGradient(gradient[i], i, d, b)
		if i == 0 {
			return
		}
		kernel.MulTransB(below, d, layers[i].w, n.x[i], n.packed, b, in, out)
		d, below = below, d
	}
}

// weightGradient computes the gradient of layer i from d, the gradient of its
// outputs.
func (n *Network) weightGradient(g layer, i int, d []float32, b int) {
	in, out := n.shape[i], n.shape[i+1]
	if i > 0 || !n.gradientSparse(g.w, d[:b*out], b) {
		kernel.MulTransA(g.w, n.x[i], d, in, out, b)
	}
	kernel.SumRows(g.b, d, b, out)
}

// crossEntropy returns the examples' losses in nats, each
// log Σ exp(z − max) − (z_y − max) with the leftmost maximum, the sum in ascending
// order; they are good until the next call. Where dz is not nil it receives
// (softmax − one-hot) / size, which is the gradient of the mean loss where size is
// the number of examples.
func (n *Network) crossEntropy(z []float32, labels []byte, dz []float32, size float32) []float64 {
	classes, losses := n.shape[len(n.shape)-1], n.losses[:len(labels)]
	exp := n.exp[:len(labels)*classes]
	for i, y := range labels {
		row := z[i*classes : (i+1)*classes]
		top := row[argmax(row)]
		for j, x := range row {
			exp[i*classes+j] = x - top
		}
		losses[i] = float64(row[y] - top)
	}
	kernel.Exps(exp)
	for i, y := range labels {
		row, sum := exp[i*classes:(i+1)*classes], float32(0)
		for _, e := range row {
			sum += e
		}
		losses[i] = kernel.Log64(float64(sum)) - losses[i]
		if dz == nil {
			continue
		}
		d := dz[i*classes : (i+1)*classes]
		for j, e := range row {
			d[j] = e / sum
		}
		d[y]--
	}
	if dz != nil {
		kernel.Div(dz[:len(exp)], size)
	}
	return losses
}

// argmax is the index of the first NaN, or else of the first maximum.
func argmax(x []float32) int {
	best := 0
	for i, v := range x {
		if v != v {
			return i
		}
		if v > x[best] {
			best = i
		}
	}
	return best
}
