package nn

import (
	"grapevine/nn/data"
	"grapevine/nn/kernel"
)

// input is what a network knows of its inputs besides x[0]. Most pixels of a
// handwritten digit are zero, and the first layer, most of a network, need not
// multiply by them: its two products are made of the others alone, by
// [kernel.Combine]. That alters no bit where what they are multiplied by is finite;
// and a column of it that holds a NaN, as in a run that has diverged, makes a column
// of NaN of the product, whatever the inputs are. Where a column holds infinities
// alone, or where inputs are dense, the whole products are made.
type input struct {
	set    *data.Set
	index  []int // of the batch's examples in the set
	filled bool  // x[0] holds them
	sparse bool  // rows hold what is not zero, and that is little
	ink    map[*data.Set]*data.Ink
	rows   [][]kernel.Entry // by example: its inputs that are not zero, ascending

	// The same by input: up to batch entries for each, and how many there are.
	columns []kernel.Entry
	counts  []int

	zeros []kernel.Entry // one for each input, or example of a batch if there are more
	mask  []float32      // see poison
	bias  []float32      // the first layer's, with the weights' mask
	hold  bool           // the weights do not change: their mask is asked for once
	held  bool           // and it was; sound is what came of it
	sound bool

	// descend says that the first layer's weights may make their step as soon as the
	// gradient of a row of them is known, while it is near; made, that they did.
	descend, made bool
	weights       []float32
	sgd           SGD
	still         []bool // by input: its velocities are zero yet
}

// dense is the share of inputs that are not zero from which whole products are made;
// they are faster from about half on, natively and in WebAssembly. It is a variable
// for the sake of tests.
var dense = 0.5

// gather loads the examples with the given indices as the batch.
func (n *Network) gather(set *data.Set, index []int) {
	in := &n.input
	in.set, in.filled = set, false
	in.index = append(in.index[:0], index...)
	if in.ink[set] == nil {
		if len(in.ink) == 2 { // one to train on, one to test
			clear(in.ink)
		}
		in.ink[set] = data.NewInk(set, in.hold) // what is evaluated will be again
	}
	in.rows, in.sparse = in.ink[set].Rows(index, dense)
	for b, i := range index {
		n.labels[b] = set.Labels[i]
	}
	if !in.sparse {
		n.fill()
	}
}

// fill makes sure that x[0] holds the batch.
func (n *Network) fill() {
	if in := &n.input; in.set != nil && !in.filled {
		in.set.Gather(n.x[0], in.index)
		in.filled = true
	}
}

// poison looks for what is not finite among the rows of x, as long as mask. mask[j]
// becomes NaN where column j holds a NaN, else +0. It reports false where a column
// holds infinities and no NaN: then the mask is of no use.
func (n *Network) poison(mask, x []float32, rows int) bool {
	clear(mask)
	x = x[:rows*len(mask)]
	if kernel.Finite(x) {
		return true
	}
	kernel.Combine(mask, n.input.zeros[:rows], x, len(mask)) // zero times an infinity is a NaN too
	for j, v := range mask {
		if v == v {
			continue
		}
		p := j
		for p < len(x) && x[p] == x[p] {
			p += len(mask)
		}
		if p >= len(x) {
			return false
		}
	}
	return true
}

// forwardSparse computes the outputs of the first layer from the inputs that are
// not zero. It reports false, and sees to it that x[0] is filled, where that will
// not do.
func (n *Network) forwardSparse(l layer, b int, relu bool) bool {
	in := &n.input
	if in.sparse && !(in.hold && in.held) {
		in.sound, in.held = n.poison(in.bias, l.w, n.shape[0]), true
		kernel.Add(in.bias, l.b)
	}
	if !in.sparse || !in.sound {
		n.fill()
		return false
	}
	out := n.shape[1]
	x := n.x[1][:b*out]
	for i, row := range in.rows {
		kernel.Combine(x[i*out:(i+1)*out], row, l.w, out)
	}
	kernel.AddBias(x, in.bias, relu)
	return true
}

// gradientSparse computes the gradient g of the first layer's weights from d, the
// gradient of its outputs, and the inputs that are not zero. It reports false, and
// sees to it that x[0] is filled, where that will not do.
func (n *Network) gradientSparse(g, d []float32, b int) bool {
	in := &n.input
	if !in.sparse || !n.poison(in.mask, d, b) {
		n.fill()
		return false
	}
	inputs, out := n.shape[0], n.shape[1]
	if in.columns == nil {
		in.columns, in.counts = make([]kernel.Entry, inputs*n.batch), make([]int, inputs)
	}
	clear(in.counts)
	for i, row := range in.rows {
		for _, e := range row {
			at := in.counts[e.Index]
			in.columns[int(e.Index)*n.batch+at] = kernel.Entry{Index: uint32(i), Value: e.Value}
			in.counts[e.Index] = at + 1
		}
	}
	if in.descend {
		n.descendSparse(d)
		return true
	}
	for p, count := range in.counts {
		row := g[p*out : (p+1)*out]
		kernel.Combine(row, in.columns[p*n.batch:p*n.batch+count], d, out)
		kernel.Add(row, in.mask)
	}
	return true
}

// descendSparse makes the step of the first layer's weights, row by row of them, in
// place of their gradient. A row that no example of these rounds of training has
// touched has no velocity, and stays as it is.
func (n *Network) descendSparse(d []float32) {
	in, out := &n.input, n.shape[1]
	g := n.gradient[:out]
	whole := kernel.Finite(in.mask)
	for p, count := range in.counts {
		if count == 0 && in.still[p] && whole && in.sgd.WeightDecay == 0 {
			continue
		}
		in.still[p] = false
		kernel.Combine(g, in.columns[p*n.batch:p*n.batch+count], d, out)
		if !whole {
			kernel.Add(g, in.mask)
		}
		n.momentum(in.weights, p*out, (p+1)*out, g, in.sgd)
	}
	in.made = true
}

// rest forgets all velocities.
func (n *Network) rest() {
	clear(n.velocity)
	for p := range n.input.still {
		n.input.still[p] = true
	}
}

// momentum makes the step of the parameters from one index to another, given their
// gradient.
func (n *Network) momentum(params []float32, from, to int, gradient []float32, c SGD) {
	kernel.Momentum(params[from:to], n.velocity[from:to], gradient, float32(c.LearningRate), float32(c.Momentum), float32(c.WeightDecay))
}
