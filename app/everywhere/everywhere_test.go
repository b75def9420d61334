//go:build unix

// Package everywhere_test holds the pinned experiments (package golden) to
// the same digests on everything that may run them: processors, with and
// without SIMD and at every vector length; WebAssembly; browsers; one worker
// and several.
//
// "go test" alone takes the quick part, which needs node and Chromium;
// "make test-everywhere" takes all and prints the table. What is missing is a
// failure that says what to install: nothing is skipped.
package everywhere_test

import (
	"context"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"
	"time"

	"grapevine/app/golden"
	"grapevine/app/site"
	"grapevine/assets/mnist"
)

var everything = flag.Bool("everywhere", false, "hold every environment to the digests, beyond the quick part; takes minutes")

// limit bounds one environment, so that a browser that hangs is a failure.
const limit = 15 * time.Minute

// environment is one row of the table.
type environment struct {
	name  string
	quick bool  // part of "go test" alone
	crews []int // the numbers of workers; none: the page itself, which chooses
	run   runner
}

// runner carries all experiments out by each of the crews, and says on what.
// folder is the environment's own, empty and dropped afterwards.
type runner func(ctx context.Context, folder string, crews []int) (version string, got []run, err error)

// run is one experiment carried out; Workers is 0 on the page itself.
type run struct {
	Name    string `json:"name"`
	Workers int    `json:"workers"`
	Digest  string `json:"digest"`
}

func environments(siteFolder string) []environment {
	simd, plain := "GOEXPERIMENT=simd", "GOEXPERIMENT="
	both, several, itself := []int{1, 3}, []int{3}, []int(nil)
	const amd64, arm64 = "GOARCH=amd64", "GOARCH=arm64"
	v1, v3 := "GOAMD64=v1", "GOAMD64=v3"
	// What package simd leaves to wider vectors is to stay as narrow; the plus is for
	// processors without all that it asks of one of that width.
	noAVX512, noAVX2 := "cpu.avx512f=off", "cpu.avx2=off"
	return []environment{
		{"native, SIMD", true, both, native("", simd)},
		{"native", true, both, native("", plain)},
		{"amd64 v1, SIMD of 128 bits", false, several, native("simd=+128,"+noAVX512+","+noAVX2, simd, amd64, v1)},
		{"amd64 v1, SIMD of 256 bits", false, several, native("simd=+256,"+noAVX512, simd, amd64, v1)},
		{"amd64 v1, SIMD emulated", false, several, native("simd=0,"+noAVX512+","+noAVX2, simd, amd64, v1)},
		{"amd64 v1", false, several, native("", plain, amd64, v1)},
		{"amd64 v3, SIMD", false, several, native("", simd, amd64, v3)},
		{"amd64 v3", false, several, native("", plain, amd64, v3)},
		{"arm64, SIMD", false, several, native("", simd, arm64)},
		{"arm64", false, several, native("", plain, arm64)},
		{"WebAssembly in node, SIMD", true, several, node(simd)},
		{"WebAssembly in node", true, several, node(plain)},
		{"Chromium, SIMD", true, both, browser(chromium, siteFolder, buildSIMD)},
		{"Chromium", true, both, browser(chromium, siteFolder, buildPlain)},
		{"Chromium, the page itself", false, itself, browser(chromium, siteFolder, buildPage)},
		{"Firefox, SIMD", false, both, browser(firefox, siteFolder, buildSIMD)},
		{"Firefox", false, both, browser(firefox, siteFolder, buildPlain)},
		{"Firefox, the page itself", false, itself, browser(firefox, siteFolder, buildPage)},
		{"WebKit, SIMD", false, both, browser(webkit, siteFolder, buildSIMD)},
		{"WebKit", false, both, browser(webkit, siteFolder, buildPlain)},
		{"WebKit, the page itself", false, itself, browser(webkit, siteFolder, buildPage)},
	}
}

// row is what the table says of an environment.
type row struct {
	name, version, crews string
	equal, of            int
	seconds              float64
}

func TestEverywhere(t *testing.T) {
	watchSources(t)
	cases, err := golden.Cases()
	if err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(t.TempDir(), "site")
	options, err := site.Opened(mnist.Load)
	if err != nil {
		t.Fatal(err)
	}
	if err := site.Build(t.Context(), root, folder, options); err != nil {
		t.Fatal(err)
	}
	var rows []row
	for _, e := range environments(folder) {
		if !e.quick && !*everything {
			continue
		}
		cases, crews := cases, e.crews
		r := row{name: e.name, version: "missing or failed", crews: strings.Trim(strings.ReplaceAll(fmt.Sprint(crews), " ", " and "), "[]")}
		if crews == nil {
			// The page reports the one run that it played as by 0 workers.
			cases = slices.DeleteFunc(slices.Clone(cases), func(c golden.Case) bool { return c.Name != pageCase })
			crews, r.crews = []int{0}, "its own"
		}
		r.of = len(cases)
		ran := false // or the flag -run left it out
		t.Run(e.name, func(t *testing.T) {
			ran = true
			ctx, cancel := context.WithTimeout(t.Context(), limit)
			defer cancel()
			began := time.Now()
			version, got, err := e.run(ctx, t.TempDir(), e.crews)
			if err != nil {
				t.Fatal(err)
			}
			r.version, r.seconds = version, time.Since(began).Seconds()
			r.equal = compare(t, cases, crews, got)
		})
		if ran {
			rows = append(rows, r)
		}
	}
	print(rows)
}

// compare counts the experiments that every crew gave the pinned digest.
func compare(t *testing.T, cases []golden.Case, crews []int, got []run) (equal int) {
	digests := map[run]string{} // by name and workers
	for _, g := range got {
		digests[run{Name: g.Name, Workers: g.Workers}] = g.Digest
	}
	for _, c := range cases {
		all := true
		for _, n := range crews {
			if d := digests[run{Name: c.Name, Workers: n}]; d != c.Digest {
				t.Errorf("%s by %d workers: digest %q, pinned is %s", c.Name, n, d, c.Digest)
				all = false
			}
		}
		if all {
			equal++
		}
	}
	return equal
}

// print writes the table, in Markdown.
func print(rows []row) {
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 1, ' ', tabwriter.Debug)
	fmt.Fprintln(w, "\n| environment\t version\t workers\t equal\t seconds\t")
	fmt.Fprintln(w, "|---\t---\t---\t---\t---\t")
	for _, r := range rows {
		fmt.Fprintf(w, "| %s\t %s\t %s\t %d of %d\t %.0f\t\n", r.name, r.version, r.crews, r.equal, r.of, r.seconds)
	}
	w.Flush()
}

// root is the module's folder.
var root = filepath.Join("..", "..")

// watchSources looks at all that goes into the builds for other machines: the
// go command then knows that a result it kept is stale when any of it changes.
func watchSources(t *testing.T) {
	for _, part := range []string{"app", "assets", "nn", "wasm", "web"} {
		if err := filepath.WalkDir(filepath.Join(root, part), func(path string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				_, err = os.Stat(path)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
}
