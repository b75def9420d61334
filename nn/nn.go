// Package nn trains a multilayer perceptron: dense layers with ReLU between
// them, cross-entropy over the softmax of the last, stochastic gradient
// descent with momentum. Everything is float32 and single-threaded, without
// I/O, clock or global state.
//
// Symbols: B examples in a batch, D inputs, K classes; a layer maps width m to
// width n by X·W + b with X B×m and W m×n, all row-major. The parameters of a
// network are one slice: W then b of each layer, from the inputs up.
//
// The same inputs give the same bits on every machine: see package kernel for
// the order of every sum.
package nn

import (
	"fmt"
	"math"

	"grapevine/nn/random"
)

// NumericsVersion numbers the arithmetic of a run: of this package and of all
// below it that reaches a trace. A change that alters any bit raises it.
const NumericsVersion = 1

// Shape lists the widths of a network's layers, inputs first.
type Shape []int

// NewShape checks the widths: at least inputs and outputs, each at least 1.
func NewShape(widths ...int) (Shape, error) {
	if len(widths) < 2 {
		return nil, fmt.Errorf("network of %d widths: want at least 2, inputs and outputs", len(widths))
	}
	for i, w := range widths {
		if w < 1 {
			return nil, fmt.Errorf("layer %d of width %d: want at least 1", i, w)
		}
	}
	return Shape(widths), nil
}

// Parameters is the number of weights and biases.
func (s Shape) Parameters() int {
	n := 0
	for i := 1; i < len(s); i++ {
		n += (s[i-1] + 1) * s[i]
	}
	return n
}

// StepFLOPs estimates the floating-point operations of one example's forward
// and backward pass: 2 for each multiply-add of three products, the first
// layer having no gradient to pass down.
func (s Shape) StepFLOPs() float64 {
	f := 0.0
	for i := 1; i < len(s); i++ {
		f += 6 * float64(s[i-1]) * float64(s[i])
	}
	return f - 2*float64(s[0])*float64(s[1])
}

// ForwardFLOPs estimates one example's forward pass.
func (s Shape) ForwardFLOPs() float64 {
	f := 0.0
	for i := 1; i < len(s); i++ {
		f += 2 * float64(s[i-1]) * float64(s[i])
	}
	return f
}

// layer is a view of one layer's parameters.
type layer struct{ w, b []float32 }

// views splits the parameters into layers.
func (s Shape) views(params []float32) []layer {
	if len(params) != s.Parameters() {
		panic(fmt.Sprintf("nn: %d parameters for a network of %d", len(params), s.Parameters()))
	}
	layers := make([]layer, len(s)-1)
	for i := range layers {
		m, n := s[i], s[i+1]
		layers[i] = layer{params[: m*n : m*n], params[m*n : (m+1)*n : (m+1)*n]}
		params = params[(m+1)*n:]
	}
	return layers
}

// Init draws first parameters as PyTorch's Linear does by default: weights
// and biases uniform in ±1/√m, m the layer's inputs, in the parameters' order.
func (s Shape) Init(params []float32, stream *random.Stream) {
	for i, l := range s.views(params) {
		bound := float32(1 / math.Sqrt(float64(s[i])))
		for _, part := range [...][]float32{l.w, l.b} {
			for j := range part {
				part[j] = stream.Uniform(-bound, bound)
			}
		}
	}
}
