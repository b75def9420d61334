package nn

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"grapevine/nn/data"
	"grapevine/nn/random"
)

// strokes are examples of which a fifth of the pixels is not zero.
func strokes(n, inputs int) *data.Set {
	rng := rand.New(rand.NewPCG(31, 32))
	set := &data.Set{Count: n, Inputs: inputs, Levels: 255}
	for range n {
		for range inputs {
			level := byte(0)
			if rng.IntN(5) == 0 {
				level = byte(1 + rng.IntN(255))
			}
			set.Pixels = append(set.Pixels, level)
		}
		set.Labels = append(set.Labels, byte(rng.IntN(10)))
	}
	return set
}

// Leaving out what is zero alters no bit: of training, in private too, of what an
// evaluation finds, and of a run whose parameters cease to be finite on the way.
func TestSparseInputsAlterNoBit(t *testing.T) {
	shape := Shape{196, 40, 17, 10}
	set := strokes(150, 196)
	type outcome struct {
		bits []uint32
		loss uint64
		end  Score
	}
	for _, rate := range []float64{0.05, 1e4, 1e30} {
		for _, private := range []bool{false, true} {
			run := func() outcome {
				n := NewNetwork(shape, PrivateChunk)
				params := make([]float32, shape.Parameters())
				shape.Init(params, random.New(random.Address{Seed: 3, Purpose: random.PurposeInit}))
				var o outcome
				if private {
					c := Private{LearningRate: rate, Momentum: 0.9, Batch: 50, Steps: 4, Clip: 1, Sigma: 0.1}
					o.loss = math.Float64bits(n.TrainPrivate(params, set, indices(150), c, random.Address{Seed: 3}).Loss)
				} else {
					c := SGD{LearningRate: rate, Momentum: 0.9, Batch: 32, Epochs: 2}
					o.loss = math.Float64bits(n.Train(params, set, indices(150), c, random.Address{Seed: 3}))
				}
				for _, p := range params {
					bits := math.Float32bits(p)
					if p != p {
						bits = 0x7fc00000
					}
					o.bits = append(o.bits, bits)
				}
				o.end = n.Evaluate(params, set)
				if o.end.Loss != o.end.Loss {
					o.end.Loss = -1 // a NaN, which equals none
				}
				return o
			}
			sparse := run()
			dense = 0
			whole := run()
			dense = 0.5
			nan := math.IsNaN(math.Float64frombits(sparse.loss)) && math.IsNaN(math.Float64frombits(whole.loss))
			if !slices.Equal(sparse.bits, whole.bits) || !nan && sparse.loss != whole.loss || sparse.end != whole.end {
				t.Errorf("rate %g, private %t: losses %x and %x, ends %+v and %+v, or parameters differ", rate, private, sparse.loss, whole.loss, sparse.end, whole.end)
			}
			if finite := !slices.Contains(sparse.bits, 0x7fc00000); rate == 1e30 && !private && finite {
				t.Errorf("rate %g: no parameter is a NaN: the test sees too little", rate)
			}
		}
	}
}

// Parameters that are not finite, here and there in the first layer or all over some
// columns of it, alter no bit either.
func TestSparseInputsMeetInfinities(t *testing.T) {
	shape := Shape{196, 40, 17, 10}
	set := strokes(64, 196)
	rng := rand.New(rand.NewPCG(33, 34))
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	for _, kinds := range [][]float32{{nan}, {inf}, {-inf}, {nan, inf}, {inf, -inf}} {
		for _, whole := range []bool{false, true} {
			start := make([]float32, shape.Parameters())
			shape.Init(start, random.New(random.Address{Seed: 3, Purpose: random.PurposeInit}))
			for range 1 + rng.IntN(6) {
				j, kind := rng.IntN(40), kinds[rng.IntN(len(kinds))]
				if whole {
					for p := range 196 {
						start[p*40+j] = kind
					}
				} else {
					start[rng.IntN(196)*40+j] = kind
				}
			}
			run := func() (bits []uint32, end Score) {
				n, params := NewNetwork(shape, 32), slices.Clone(start)
				end = n.Evaluate(params, set)
				if end.Loss != end.Loss {
					end.Loss = -1
				}
				c := SGD{LearningRate: 0.05, Momentum: 0.9, Batch: 16, Epochs: 1}
				n.Train(params, set, indices(16), c, random.Address{Seed: 3}) // a single step
				for _, p := range params {
					b := math.Float32bits(p)
					if p != p {
						b = 0x7fc00000
					}
					bits = append(bits, b)
				}
				return bits, end
			}
			sparse, sparseEnd := run()
			dense = 0
			full, fullEnd := run()
			dense = 0.5
			if !slices.Equal(sparse, full) || sparseEnd != fullEnd {
				t.Errorf("%v, whole columns %t: ends %+v and %+v, or parameters differ", kinds, whole, sparseEnd, fullEnd)
			}
		}
	}
}

// A network of which all is NaN but one bias goes the long way to where one of which
// all is NaN is already.
func TestLostNetworks(t *testing.T) {
	shape := Shape{196, 40, 17, 10}
	set := strokes(150, 196)
	nearly := make([]float32, shape.Parameters())
	for i := range nearly {
		nearly[i] = float32(math.NaN())
	}
	wholly := slices.Clone(nearly)
	nearly[len(nearly)-1] = 0.5
	if lost(nearly) || !lost(wholly) {
		t.Fatalf("lost: %t and %t: want false and true", lost(nearly), lost(wholly))
	}
	n := NewNetwork(shape, 32)
	long, short := n.Evaluate(nearly, set), n.Evaluate(wholly, set)
	if !math.IsNaN(long.Loss) || !math.IsNaN(short.Loss) {
		t.Errorf("losses %v and %v: want NaN", long.Loss, short.Loss)
	}
	long.Loss, short.Loss = 0, 0
	if long != short || short.Correct == 0 {
		t.Errorf("the long way finds %+v, the short one %+v", long, short)
	}
	c := SGD{LearningRate: 0.1, Momentum: 0.9, WeightDecay: 0.01, Batch: 32, Epochs: 2}
	for _, params := range [][]float32{nearly, wholly} {
		if loss := n.Train(params, set, indices(150), c, random.Address{Seed: 3}); !math.IsNaN(loss) || !lost(params) {
			t.Errorf("the loss is %v, all parameters NaN %t: want NaN and true", loss, lost(params))
		}
	}
}
