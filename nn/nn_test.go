package nn

import (
	"math"
	"testing"

	"grapevine/nn/data"
	"grapevine/nn/random"
)

// examples makes n examples of drawn pixels and labels.
func examples(n, inputs int) *data.Set {
	s := random.New(random.Address{Seed: 1, Purpose: "test"})
	set := &data.Set{Count: n, Inputs: inputs, Levels: 15}
	for range n {
		for range inputs {
			set.Pixels = append(set.Pixels, byte(s.Intn(16)))
		}
		set.Labels = append(set.Labels, byte(s.Intn(10)))
	}
	return set
}

func indices(n int) []int {
	index := make([]int, n)
	for i := range index {
		index[i] = i
	}
	return index
}

// reference is the mean loss of a network in float64, written as the formulas
// read.
func reference(shape Shape, params []float64, set *data.Set) float64 {
	loss := 0.0
	for e := range set.Count {
		x := make([]float64, set.Inputs)
		for j := range x {
			x[j] = float64(set.Pixels[e*set.Inputs+j]) / float64(set.Levels)
		}
		at := 0
		for l := 1; l < len(shape); l++ {
			m, n := shape[l-1], shape[l]
			y := make([]float64, n)
			for j := range y {
				y[j] = params[at+m*n+j]
				for i := range x {
					y[j] += x[i] * params[at+i*n+j]
				}
				if l < len(shape)-1 {
					y[j] = math.Max(y[j], 0)
				}
			}
			at += (m + 1) * n
			x = y
		}
		sum := 0.0
		for _, z := range x {
			sum += math.Exp(z)
		}
		loss += math.Log(sum) - x[set.Labels[e]]
	}
	return loss / float64(set.Count)
}

// The gradient is that of the mean cross-entropy, by central differences of a
// float64 reference: 1e-4 is far above float32's rounding in sums this short
// and far below the gradients' size.
func TestGradientAgainstFiniteDifferences(t *testing.T) {
	shape := Shape{6, 5, 4, 10}
	set := examples(7, 6)
	params := make([]float32, shape.Parameters())
	shape.Init(params, random.New(random.Address{Seed: 3, Purpose: random.PurposeInit}))
	n := NewNetwork(shape, 7)
	n.gather(set, indices(7))
	layers := shape.views(params)
	loss := 0.0
	for _, l := range n.crossEntropy(n.forward(layers, 7), n.labels, n.dx[0], 7) {
		loss += l / 7
	}
	n.backward(layers, shape.views(n.gradient), 7)

	wide := make([]float64, len(params))
	for i, p := range params {
		wide[i] = float64(p)
	}
	if want := reference(shape, wide, set); math.Abs(loss-want) > 1e-6 {
		t.Errorf("loss is %v: want %v", loss, want)
	}
	const h = 1e-5
	nonzero := 0
	for i := range wide {
		kept := wide[i]
		wide[i] = kept + h
		up := reference(shape, wide, set)
		wide[i] = kept - h
		down := reference(shape, wide, set)
		wide[i] = kept
		want := (up - down) / (2 * h)
		if math.Abs(float64(n.gradient[i])-want) > 1e-4 {
			t.Errorf("gradient of parameter %d is %v: want %v", i, n.gradient[i], want)
		}
		if math.Abs(want) > 1e-3 {
			nonzero++
		}
	}
	if nonzero < len(params)/3 {
		t.Errorf("only %d of %d gradients are above 1e-3: the test sees too little", nonzero, len(params))
	}
}

// Training does the same whatever was trained before on the same network, and
// lowers the loss.
func TestTrainIsAFunction(t *testing.T) {
	shape := Shape{6, 5, 10}
	set := examples(50, 6)
	c := SGD{LearningRate: 0.1, Momentum: 0.9, Batch: 8, Epochs: 30}
	at := random.Address{Seed: 5, Round: 2, Client: 1}
	n := NewNetwork(shape, 8)
	var runs [2][]float32
	var losses [2]float64
	for i := range runs {
		runs[i] = make([]float32, shape.Parameters())
		shape.Init(runs[i], random.New(random.Address{Seed: 3, Purpose: random.PurposeInit}))
		losses[i] = n.Train(runs[i], set, indices(50), c, at)
	}
	for i := range runs[0] {
		if math.Float32bits(runs[0][i]) != math.Float32bits(runs[1][i]) {
			t.Fatalf("parameter %d is %v, then %v", i, runs[0][i], runs[1][i])
		}
	}
	if losses[0] != losses[1] || !(losses[0] < math.Log(10)) {
		t.Errorf("losses are %v: want equal ones below that of chance, %v", losses, math.Log(10))
	}
}

// A score does not depend on how many examples are evaluated at once.
func TestEvaluateInAnyBatch(t *testing.T) {
	shape := Shape{6, 5, 10}
	set := examples(2300, 6)
	params := make([]float32, shape.Parameters())
	shape.Init(params, random.New(random.Address{Seed: 3, Purpose: random.PurposeInit}))
	want := NewNetwork(shape, 1).Evaluate(params, set)
	if want.Count != 2300 {
		t.Errorf("%d examples were evaluated: want 2300", want.Count)
	}
	for _, batch := range []int{7, 100, 1000} {
		if got := NewNetwork(shape, batch).Evaluate(params, set); got != want {
			t.Errorf("in batches of %d: %+v; one by one: %+v", batch, got, want)
		}
	}
}

// A prediction is the first NaN, else the first maximum.
func TestArgmax(t *testing.T) {
	nan := float32(math.NaN())
	for _, c := range []struct {
		x    []float32
		want int
	}{{[]float32{1, 3, 3}, 1}, {[]float32{1, nan, 9, nan}, 1}, {[]float32{-1}, 0}} {
		if got := argmax(c.x); got != c.want {
			t.Errorf("argmax of %v is %d: want %d", c.x, got, c.want)
		}
	}
}

// BenchmarkStep is one step of SGD on a batch of 64.
func BenchmarkStep(b *testing.B) {
	for _, shape := range []Shape{{784, 256, 128, 10}, {196, 64, 32, 10}} {
		b.Run(map[int]string{784: "784-256-128-10", 196: "196-64-32-10"}[shape[0]], func(b *testing.B) {
			set := examples(64, shape[0])
			params := make([]float32, shape.Parameters())
			shape.Init(params, random.New(random.Address{Seed: 3, Purpose: random.PurposeInit}))
			n := NewNetwork(shape, 64)
			layers, gradient := shape.views(params), shape.views(n.gradient)
			c := SGD{LearningRate: 0.001, Momentum: 0.9, Batch: 64, Epochs: 1}
			index := indices(64)
			for b.Loop() {
				n.gather(set, index)
				n.step(params, layers, gradient, 64, c)
			}
			b.ReportMetric(64*shape.StepFLOPs()*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
		})
	}
}
