package nn

import (
	"encoding/json"
	"math"
	"os"
	"testing"

	"grapevine/nn/data"
)

// sequence is the generator of testdata/epoch.py.
func sequence(n, at int) []float64 {
	out := make([]float64, n)
	for i := range out {
		at = (1103515245*at + 12345) % (1 << 31)
		out[i] = float64(at>>16) / (1 << 15)
	}
	return out
}

// One epoch of training gives PyTorch's parameters: four steps of momentum and
// weight decay, the last batch short. 2e-6 is some ulps of parameters below 1,
// as two orders of summation leave them.
func TestEpochAgainstPyTorch(t *testing.T) {
	text, err := os.ReadFile("testdata/epoch.json")
	if err != nil {
		t.Fatal(err)
	}
	var want struct {
		Torch      string
		Loss       float64
		Parameters []float64
	}
	if err := json.Unmarshal(text, &want); err != nil {
		t.Fatal(err)
	}
	shape := Shape{12, 9, 7, 10}
	const count, batch = 50, 16
	set := &data.Set{Count: count, Inputs: 12, Levels: 15}
	for _, v := range sequence(count*12, 1) {
		set.Pixels = append(set.Pixels, byte(16*v))
	}
	for _, v := range sequence(count, 2) {
		set.Labels = append(set.Labels, byte(10*v))
	}
	var params []float32
	for i := range 3 {
		for _, v := range sequence((shape[i]+1)*shape[i+1], 10+i) {
			params = append(params, float32(v-0.5))
		}
	}
	n := NewNetwork(shape, batch)
	layers, gradient := shape.views(params), shape.views(n.gradient)
	loss := 0.0
	c := SGD{LearningRate: 0.06, Momentum: 0.9, WeightDecay: 0.001, Batch: batch, Epochs: 1}
	index := indices(count)
	for first := 0; first < count; first += batch {
		part := index[first:min(first+batch, count)]
		n.gather(set, part)
		loss += n.step(params, layers, gradient, len(part), c)
	}
	if math.Abs(loss/count-want.Loss) > 2e-6 {
		t.Errorf("loss is %v: PyTorch %s has %v", loss/count, want.Torch, want.Loss)
	}
	if len(params) != len(want.Parameters) {
		t.Fatalf("%d parameters: PyTorch has %d", len(params), len(want.Parameters))
	}
	for i, p := range params {
		if math.Abs(float64(p)-want.Parameters[i]) > 2e-6 {
			t.Errorf("parameter %d is %v: PyTorch %s has %v", i, p, want.Torch, want.Parameters[i])
		}
	}
}
