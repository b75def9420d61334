// Ours is Grapevine as a contestant of the benchmark against its peers, natively
// and in WebAssembly; package main of nn/peers says what it must answer.
package main

import (
	"bufio"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"

	"grapevine/nn"
	"grapevine/nn/data"
	"grapevine/nn/kernel"
	"grapevine/nn/random"
)

// ink is the share of a handwritten digit's pixels that are not blank, of 28×28; of
// 14×14 it is 0.24.
const ink = 0.19

// steps is the number of steps in an epoch, which shuffles and gathers too.
const steps = 10

func main() {
	in := bufio.NewScanner(os.Stdin)
	made := map[string]func(){}
	for in.Scan() {
		line := in.Text()
		words := strings.Fields(line)
		if line == "version" {
			fmt.Println(runtime.Version(), runtime.GOARCH)
			continue
		}
		if made[line] == nil {
			made[line] = prepare(words[0], numbers(words[1:]))
		}
		took := measure(made[line])
		if words[0] == "step" || words[0] == "digits" {
			took /= steps
		}
		fmt.Println(took)
	}
}

// prepare returns what to measure, by name and sizes.
func prepare(name string, sizes []int) func() {
	switch name {
	case "product":
		return product(sizes[0], sizes[1], sizes[2])
	case "step":
		return epoch(sizes[0], sizes[1:], 1)
	case "digits":
		return epoch(sizes[0], sizes[1:], ink)
	case "evaluate":
		return evaluate(sizes[0], sizes[1:])
	case "noise":
		return noise(sizes[0])
	}
	panic("no measurement is called " + name)
}

func numbers(words []string) []int {
	var sizes []int
	for _, w := range words {
		n, err := strconv.Atoi(w)
		if err != nil {
			panic(err)
		}
		sizes = append(sizes, n)
	}
	return sizes
}

// measure returns the nanoseconds that f takes, over at least 25 ms.
func measure(f func()) float64 {
	f()
	for n := 1; ; n *= 2 {
		start := time.Now()
		for range n {
			f()
		}
		if took := time.Since(start); took >= 25*time.Millisecond {
			return float64(took.Nanoseconds()) / float64(n)
		}
	}
}

func uniform(n int) []float32 {
	s := random.New(random.Address{Purpose: "benchmark"})
	x := make([]float32, n)
	for i := range x {
		x[i] = s.Uniform(-1, 1)
	}
	return x
}

func product(m, k, n int) func() {
	a, b, c := uniform(m*k), uniform(k*n), make([]float32, m*n)
	return func() { kernel.Mul(c, a, b, m, n, k) }
}

// examples draws examples of which a share of the pixels is not blank.
func examples(count, inputs int, share float32) (*data.Set, []int) {
	s := random.New(random.Address{Purpose: "benchmark"})
	set := &data.Set{Count: count, Inputs: inputs, Levels: 15}
	index := make([]int, count)
	for i := range count {
		index[i] = i
		for range inputs {
			level := byte(s.Intn(16))
			if share < 1 && s.Float32() >= share {
				level = 0
			}
			set.Pixels = append(set.Pixels, level)
		}
		set.Labels = append(set.Labels, byte(s.Intn(10)))
	}
	return set, index
}

func epoch(batch int, shape nn.Shape, share float32) func() {
	set, index := examples(steps*batch, shape[0], share)
	params := make([]float32, shape.Parameters())
	shape.Init(params, random.New(random.Address{Purpose: random.PurposeInit}))
	n := nn.NewNetwork(shape, batch)
	c := nn.SGD{LearningRate: 0.001, Momentum: 0.9, Batch: batch, Epochs: 1}
	return func() { n.Train(params, set, index, c, random.Address{}) }
}

func evaluate(count int, shape nn.Shape) func() {
	set, _ := examples(count, shape[0], 1)
	params := make([]float32, shape.Parameters())
	shape.Init(params, random.New(random.Address{Purpose: random.PurposeInit}))
	n := nn.NewNetwork(shape, 64)
	return func() { n.Evaluate(params, set) }
}

func noise(n int) func() {
	x, s := make([]float32, n), random.New(random.Address{Purpose: random.PurposeNoise})
	return func() { s.AddNormal(x, 1) }
}
