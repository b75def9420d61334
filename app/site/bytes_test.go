//go:build !js

package site_test

import (
	"bytes"
	"compress/gzip"
	"flag"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var updateBytes = flag.Bool("update-bytes", false, "write testdata/bytes.txt anew, for a part that grew on purpose")

const (
	bytesFile = "testdata/bytes.txt"
	// mostBefore bounds what is fetched before a first run can begin, in bytes.
	mostBefore = 7_000_000
	// grows is by how much a part may grow unannounced.
	grows = 1.05
)

// parts of the site, and when each is fetched.
var parts = []struct {
	name, when string
	holds      func(file string) bool
}{
	{"page", before, beginning("page.", ".wasm.gz")},
	{"trainer", before, beginning("trainer-simd.", ".wasm.gz")},
	{"opening digits", before, func(file string) bool { return slices.Contains(shared.options.Opening, file) }},
	{"shell", before, func(file string) bool {
		return slices.Contains([]string{".html", ".js", ".css", ".svg", ".webmanifest"}, path.Ext(file)) && !strings.HasPrefix(file, "stage.") && file != "sw.js" && file != "files.js"
	}},
	{"stage", "after the controls, while Play is possible", beginning("stage.", "")},
	{"trainer without SIMD", "by old browsers in the trainer's place; kept for work offline", beginning("trainer.", ".wasm.gz")},
	{"notices, icon, offline", "kept for work offline", func(file string) bool {
		return slices.Contains([]string{"sw.js", "files.js", "icon-512.png", "digits.md", "THIRD_PARTY_NOTICES.txt"}, file)
	}},
	{"further digits, 14×14", "when a setting asks for them", func(file string) bool {
		return strings.HasPrefix(file, "mnist14/") && !slices.Contains(shared.options.Opening, file)
	}},
	{"digits, 28×28", "when a setting asks for them", beginning("mnist28/", ".gz")},
}

const before = "before the first run"

func beginning(start, end string) func(string) bool {
	return func(file string) bool {
		return strings.HasPrefix(file, start) && strings.HasSuffix(file, end)
	}
}

// Every part of the site weighs at most a twentieth more than testdata/bytes.txt
// says, no file is in none or in two, and what is fetched before the first run
// stays under its bound. "go test ./app/site -run Bytes -update-bytes" writes
// the table anew.
func TestBytes(t *testing.T) {
	ready(t)
	weights := make([]int, len(parts))
	for file, content := range read(t, filepath.Join(shared.dir, "site")) {
		file = strings.TrimPrefix(filepath.ToSlash(file), "/")
		held := 0
		for i, p := range parts {
			if p.holds(file) {
				weights[i] += packed(t, file, content)
				held++
			}
		}
		if held != 1 {
			t.Errorf("%s is in %d parts of the table: want 1", file, held)
		}
	}
	first := 0
	var table strings.Builder
	for i, p := range parts {
		if p.when == before {
			first += weights[i]
		}
		fmt.Fprintf(&table, "%9d  %s  (%s)\n", weights[i], p.name, p.when)
	}
	fmt.Fprintf(&table, "%9d  all that comes before the first run\n", first)
	t.Logf("bytes, as gzip\n%s", &table)
	if first > mostBefore {
		t.Errorf("%d bytes come before the first run: want at most %d", first, mostBefore)
	}
	if *updateBytes {
		if err := os.WriteFile(bytesFile, []byte(table.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	known, err := os.ReadFile(bytesFile)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(known)), "\n")
	if len(lines) != len(parts)+1 {
		t.Fatalf("%s has %d lines: want %d; write it anew with -update-bytes", bytesFile, len(lines), len(parts)+1)
	}
	for i, p := range parts {
		said := 0
		if _, err := fmt.Sscan(lines[i], &said); err != nil || !strings.Contains(lines[i], "  "+p.name+"  ") {
			t.Fatalf("%s, line %d: %q: want the bytes of %s (%v)", bytesFile, i+1, lines[i], p.name, err)
		}
		if float64(weights[i]) > grows*float64(said) {
			t.Errorf("%s weighs %d bytes, %s says %d: find out why it grew, or announce it with -update-bytes", p.name, weights[i], bytesFile, said)
		}
	}
}

// packed is a file's size as gzip.
func packed(t *testing.T, file string, content []byte) int {
	if path.Ext(file) == ".gz" {
		return len(content)
	}
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Len()
}
