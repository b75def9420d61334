package golden_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"grapevine/app/crew"
	"grapevine/app/experiment"
	"grapevine/app/golden"
	"grapevine/app/lab"
	"grapevine/assets/mnist"
	"grapevine/nn/data"
)

var (
	workers = flag.String("workers", "2", "carry every experiment out on crews of these sizes, joined by commas")
	report  = flag.Bool("report", false, "print a line \"digest NAME WORKERS DIGEST\" for every run, and leave judging to the reader")
	update  = flag.Bool("update", false, "pin the digests of this build")
)

func load(_ context.Context, name string, train, test int, _ func(int, int)) (*data.Dataset, error) {
	return mnist.Load(name, train, test)
}

func cases(t *testing.T) []golden.Case {
	t.Helper()
	list, err := golden.Cases()
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// A change that alters a digest raises nn.NumericsVersion on purpose and pins
// the list anew ("make golden"), or is a bug.
func TestGoldenDigests(t *testing.T) {
	digests := map[string]string{}
	for _, c := range cases(t) {
		t.Run(c.Name, func(t *testing.T) {
			for _, n := range sizes(t) {
				hands := crew.NewLocal(n, func() crew.Hand { return lab.NewHand(load) })
				trace, err := lab.Run(context.Background(), c.Experiment, load, hands, nil)
				if err != nil {
					t.Fatal(err)
				}
				digests[c.Name] = trace.Digest
				if *report {
					fmt.Printf("digest %s %d %s\n", c.Name, n, trace.Digest)
				} else if trace.Digest != c.Digest && !*update {
					t.Errorf("by %d workers the digest is %s, pinned is %s", n, trace.Digest, c.Digest)
				}
			}
		})
	}
	if !*update || t.Failed() {
		return
	}
	text, err := golden.Pin(digests)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("golden.txt", []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func sizes(t *testing.T) []int {
	t.Helper()
	var list []int
	for s := range strings.SplitSeq(*workers, ",") {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 {
			t.Fatalf("workers %q: want whole numbers from 1, joined by commas", *workers)
		}
		list = append(list, n)
	}
	return list
}

// Every choice that a setting offers stands in the list, so what is added to
// the laboratory is pinned too. The exception is the 28×28 digits: they are
// made natively and shipped with no site by default, and the trainer does
// with them only what it does with the small ones.
func TestListCoversEveryChoice(t *testing.T) {
	seen := map[experiment.Setting]bool{{Key: "data", Value: experiment.DataMNIST28}: true}
	names := map[string]bool{}
	for _, c := range cases(t) {
		if names[c.Name] {
			t.Errorf("the list has %s twice", c.Name)
		}
		names[c.Name] = true
		for _, p := range experiment.Table {
			if p.Relevant(c.Experiment) {
				seen[experiment.Setting{Key: p.Key, Value: p.Get(c.Experiment)}] = true
			}
		}
	}
	for _, p := range experiment.Table {
		for _, o := range p.Options {
			if !seen[experiment.Setting{Key: p.Key, Value: o.Value}] {
				t.Errorf("no experiment of the list has %s %s", p.Key, o.Value)
			}
		}
	}
}
