// Peers measures Grapevine's trainer against others': in node against
// TensorFlow.js's WebAssembly backend and against the engine's own limit, natively
// against OpenBLAS and PyTorch, each on one thread. It prints one table, of
// medians and ratios, and ends with a status of 1 when a peer is missing.
//
// No peer is a dependency of the product. Those from npm are installed into a
// scratch folder; OpenBLAS and PyTorch are Debian's, and it says so where they are
// not there. A contestant is a program that answers a line like "product 64 784
// 256", on standard input, with the nanoseconds of one turn, measured over at
// least 25 ms, and "version" with its name. Turns alternate between the two that
// are compared, so that a busy machine slows both; a ratio is the median of the
// rounds' ratios, of speed: above 1, Grapevine is faster.
//
// Run it in the module's root, by make bench-peers.
package main

import (
	"fmt"
	"os"
	"sort"
	"strings"
	"text/tabwriter"
)

const (
	scratch = "build/peers"
	rounds  = 15
)

// row is a line of the table: one measurement by two contestants.
type row struct {
	ours, peer string // contestants
	what       string // as in the protocol
	against    string // what the peer measures, where that is something else
	flops      float64
	aim        float64 // the least ratio that is aimed for; 0: none
}

// product is a row for a matrix product, m×k by k×n.
func product(ours, peer string, m, k, n int, aim float64) row {
	return row{ours, peer, fmt.Sprintf("product %d %d %d", m, k, n), "", 2 * float64(m) * float64(k) * float64(n), aim}
}

// step is a row for a step of training.
func step(ours, peer string, aim float64, sizes ...int) row {
	flops := 0.0
	for i := 2; i < len(sizes); i++ {
		flops += 6 * float64(sizes[i-1]) * float64(sizes[i])
	}
	flops -= 2 * float64(sizes[1]) * float64(sizes[2])
	return row{ours, peer, "step " + strings.Trim(fmt.Sprint(sizes), "[]"), "", float64(sizes[0]) * flops, aim}
}

// digits is step on inputs of which as many are zero as of a digit's pixels; the peer
// takes the step that all inputs make, which costs it the same.
func digits(ours, peer string, sizes ...int) row {
	r := step(ours, peer, 0, sizes...)
	r.against = r.what
	r.what = "digits" + strings.TrimPrefix(r.what, "step")
	return r
}

// sizes of products, m×k by k×n: those of both models' layers, and odd ones.
var sizes = [][3]int{
	{64, 784, 256}, {64, 256, 128}, {64, 128, 10}, {64, 196, 64}, {64, 64, 32},
	{63, 785, 257}, {17, 100, 33}, {1, 784, 256}, {1000, 784, 256},
}

func table() []row {
	var rows []row
	for i, s := range sizes {
		aim := 0.0
		if i == 0 {
			aim = 0.85
		}
		rows = append(rows, product("wasm", "tfjs", s[0], s[1], s[2], aim))
	}
	first := product("wasm", "limit", 64, 784, 256, 0.65)
	first.against = "limit"
	const count = 1000
	forward := 2 * count * (784*256 + 256*128 + 128*10.0)
	rows = append(rows, first,
		step("wasm", "tfjs", 5, 64, 784, 256, 128, 10),
		step("wasm", "tfjs", 8, 64, 196, 64, 32, 10),
		step("wasm", "tfjs", 0, 33, 785, 65, 33, 10),
		digits("wasm", "tfjs", 64, 784, 256, 128, 10),
		digits("wasm", "tfjs", 64, 196, 64, 32, 10),
		row{"wasm", "wasm", "evaluate 1000 784 256 128 10", "product 64 784 256", forward, 0.85},
		row{"native", "native", "evaluate 1000 784 256 128 10", "product 64 784 256", forward, 0},
	)
	for i, s := range sizes {
		aim := 0.0
		if i == 0 {
			aim = 1 / 1.5
		}
		rows = append(rows, product("native", "openblas", s[0], s[1], s[2], aim))
	}
	return append(rows,
		step("native", "pytorch", 1, 64, 784, 256, 128, 10),
		step("native", "pytorch", 1, 64, 196, 64, 32, 10),
		step("native", "pytorch", 0, 33, 785, 65, 33, 10),
		digits("native", "pytorch", 64, 784, 256, 128, 10),
		digits("native", "pytorch", 64, 196, 64, 32, 10),
	)
}

// units is the size of one turn of a measurement, in floating-point operations.
func (r row) units() (ours, peer float64) {
	switch {
	case r.against == "limit":
		return r.flops, 2e6
	case strings.HasPrefix(r.against, "product"):
		return r.flops, 2 * 64 * 784 * 256 // which an evaluation is held to
	}
	return r.flops, r.flops
}

func main() {
	missing := false
	contestants := map[string]*contestant{}
	for _, name := range []string{"wasm", "native", "tfjs", "limit", "openblas", "pytorch"} {
		c, err := begin(name)
		if err != nil {
			missing = true
			fmt.Printf("%-9s missing: %v\n", name, err)
			continue
		}
		contestants[name] = c
		fmt.Printf("%-9s %s\n", name, c.version)
	}
	fmt.Printf("machine   %s\n\n", machine())

	out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintf(out, "measured\tgrapevine\tpeer\tGFLOP/s\tpeer's\tratio\taim\t\n")
	for _, r := range table() {
		ours, peer := contestants[r.ours], contestants[r.peer]
		if ours == nil || peer == nil {
			fmt.Fprintf(out, "%s\t%s\t%s\tmissing\t\t\t%s\t\n", r.what, r.ours, r.peer, aim(r, 0))
			continue
		}
		a, b, ratio, err := compare(r, ours, peer)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		name := r.peer
		if r.against != "" && r.against != r.peer {
			name += " " + r.against
		}
		fmt.Fprintf(out, "%s\t%s\t%s\t%.1f\t%.1f\t%.2f\t%s\t\n", r.what, r.ours, name, a, b, ratio, aim(r, ratio))
	}
	out.Flush()
	if missing {
		fmt.Println("\nA contestant is missing: the table is not whole.")
		os.Exit(1)
	}
}

// compare measures a row in turns and returns both rates in GFLOP/s and their
// ratio, each a median.
func compare(r row, ours, peer *contestant) (a, b, ratio float64, err error) {
	flops, peerFlops := r.units()
	what := r.against
	if what == "" {
		what = r.what
	}
	var as, bs, ratios []float64
	for i := -2; i < rounds; i++ {
		x, err := ours.measure(r.what)
		if err != nil {
			return 0, 0, 0, err
		}
		y, err := peer.measure(what)
		if err != nil {
			return 0, 0, 0, err
		}
		if i < 0 {
			continue // engines compile what has run for a while
		}
		as, bs = append(as, flops/x), append(bs, peerFlops/y)
		ratios = append(ratios, as[i]/bs[i])
	}
	return median(as), median(bs), median(ratios), nil
}

func aim(r row, ratio float64) string {
	switch {
	case r.aim == 0:
		return ""
	case ratio == 0:
		return fmt.Sprintf("%.2f", r.aim)
	case ratio >= r.aim:
		return fmt.Sprintf("%.2f met", r.aim)
	}
	return fmt.Sprintf("%.2f missed", r.aim)
}

func median(x []float64) float64 {
	sort.Float64s(x)
	return x[len(x)/2]
}
