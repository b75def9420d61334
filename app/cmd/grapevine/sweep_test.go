package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"grapevine/app/experiment"
)

// tinySweep are the arguments of a sweep of twelve tiny runs.
var tinySweep = append([]string{"-vary", "epsilon=inf,300,8", "-vary", "protocol=fedavg,gossip", "-seeds", "2"}, tiny...)

// tree reads all files of a folder.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path)
		files[name] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func sameTree(t *testing.T, got, want map[string]string) {
	t.Helper()
	for name, text := range want {
		if g, ok := got[name]; !ok {
			t.Errorf("%s is missing", name)
		} else if g != text {
			t.Errorf("%s differs", name)
		}
	}
	for name := range got {
		if _, ok := want[name]; !ok {
			t.Errorf("%s is there, and should not be", name)
		}
	}
}

// sweepInto carries the tiny sweep out and returns what it printed.
func sweepInto(t *testing.T, dir string, more ...string) (out, notes string) {
	t.Helper()
	code, out, notes := do(t, sweep, append(append([]string{"-out", dir}, tinySweep...), more...)...)
	if code != 0 {
		t.Fatalf("status %d, %s", code, notes)
	}
	return out, notes
}

func TestSweepAndMerge(t *testing.T) {
	whole := t.TempDir()
	out, _ := sweepInto(t, whole)
	want := tree(t, whole)
	if n := len(want); n < 15 {
		t.Fatalf("%d files: want 12 runs, a description and two tables at least", n)
	}
	for _, line := range []string{"final accuracy, mean ± sd", "inf       fedavg", "8         gossip", "over 2 seeds"} {
		if !strings.Contains(out, line) {
			t.Errorf("%s\nwant %q in it", out, line)
		}
	}
	if lines := strings.Count(want["runs.csv"], "\n"); lines != 1+12*3 {
		t.Errorf("runs.csv has %d lines: want a header and 3 rounds of 12 runs", lines)
	}

	// The file of a run is what run -json writes.
	e, _, err := experiment.Build("tutorial", []experiment.Setting{{Key: "train", Value: "1000"}, {Key: "test", Value: "1000"}, {Key: "rounds", Value: "2"}, {Key: "hidden", Value: "16"}, {Key: "epsilon", Value: "300"}, {Key: "protocol", Value: "gossip"}, {Key: "seed", Value: "8"}})
	if err != nil {
		t.Fatal(err)
	}
	code, alone, notes := do(t, run, "#"+experiment.Link{Experiment: e}.String(), "-json", "-")
	if code != 0 || !contains(want, alone) {
		t.Errorf("status %d, %s: the run alone is none of the sweep's files", code, notes)
	}

	// Shards in folders of their own, joined.
	joined := t.TempDir()
	var parts []string
	for i := range 3 {
		dir := t.TempDir()
		parts = append(parts, dir)
		sweepInto(t, dir, "-shard", fmt.Sprintf("%d/3", i+1), "-workers", "1")
		if code, _, notes := do(t, merge, append([]string{"-out", joined}, parts...)...); (code == 0) != (i == 2) {
			t.Errorf("after %d of 3 shards: status %d, %s", i+1, code, notes)
		}
	}
	sameTree(t, tree(t, joined), want)

	// Shards that share a folder; the last command finds all runs.
	shared := t.TempDir()
	for i := range 3 {
		sweepInto(t, shared, "-shard", fmt.Sprintf("%d/3", i+1))
	}
	if _, notes := sweepInto(t, shared); strings.Contains(notes, "12 of 12:") {
		t.Errorf("%s\nnothing was left to run", notes)
	}
	sameTree(t, tree(t, shared), want)

	// Its own link describes it too.
	linked := t.TempDir()
	s, err := readDescription(whole)
	if err != nil {
		t.Fatal(err)
	}
	if code, _, notes := do(t, sweep, "#"+s.String(), "-out", linked); code != 0 {
		t.Fatalf("status %d, %s", code, notes)
	}
	sameTree(t, tree(t, linked), want)

	// An altered file is not taken; two machines that disagree are an error.
	name := someRun(want)
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(linked, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write(strings.Replace(want[name], `"digest": "`, `"digest": "0`, 1))
	if code, _, notes := do(t, merge, "-out", t.TempDir(), whole, linked); code != 0 || !strings.Contains(notes, "it is not taken") {
		t.Errorf("an altered file: status %d, %s", code, notes)
	}
	r, err := experiment.ReadResult(strings.NewReader(want[name]))
	if err != nil {
		t.Fatal(err)
	}
	_, text := finished(t, r.Link)
	var disagrees experiment.Trace
	if err := json.Unmarshal([]byte(text), &disagrees); err != nil {
		t.Fatal(err)
	}
	disagrees.Digest = strings.Repeat("0", 64)
	var forged strings.Builder
	if err := experiment.ResultOf(&disagrees).Write(&forged); err != nil {
		t.Fatal(err)
	}
	write(forged.String())
	if code, _, notes := do(t, merge, "-out", t.TempDir(), whole, linked); code != 1 || !strings.Contains(notes, "two results of one run") {
		t.Errorf("two machines that disagree: status %d, %s", code, notes)
	}
}

func contains(files map[string]string, text string) bool {
	for _, f := range files {
		if f == text {
			return true
		}
	}
	return false
}

// someRun names a result file, the same one each time.
func someRun(files map[string]string) string {
	least := ""
	for name := range files {
		if filepath.Dir(name) == "runs" && (least == "" || name < least) {
			least = name
		}
	}
	return least
}

// What is not a whole result of the very run is run again.
func TestSweepTakesNoBrokenResult(t *testing.T) {
	dir := t.TempDir()
	sweepInto(t, dir)
	want := tree(t, dir)
	name := filepath.Join(dir, someRun(want))
	text := want[someRun(want)]
	var another string
	for n, f := range want {
		if filepath.Dir(n) == "runs" && f != text {
			another = f
		}
	}
	for what, broken := range map[string]string{
		"half a file": text[:len(text)/2], "an empty file": "", "another run's": another,
		"an altered number": strings.Replace(text, `"round": 1`, `"round": 1 `, 1),
		"a tail":            text + "\n", "garbage": "{}",
		"another accuracy": strings.Replace(text, `"test_accuracy": 0.`, `"test_accuracy": 0.9`, 1),
	} {
		if err := os.WriteFile(name, []byte(broken), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, notes := sweepInto(t, dir); !strings.Contains(notes, "it is run again") || !strings.Contains(notes, "11 of 12 runs are there already") {
			t.Errorf("%s: %s", what, notes)
		}
		sameTree(t, tree(t, dir), want)
	}
}

// A sweep can grow by seeds; nothing else may change in its folder.
func TestSweepGrows(t *testing.T) {
	dir := t.TempDir()
	one := append([]string{"-out", dir, "-vary", "exchanges=0,10"}, tiny...)
	for _, c := range []struct {
		code int
		want string
		args []string
	}{
		{0, "4 of 4", []string{"-seeds", "2"}},
		{0, "4 of 6 runs are there already", []string{"-seeds", "3"}},
		{1, "seeds 2: ", []string{"-seeds", "2"}},
		{1, "it holds another sweep", []string{"-seeds", "3", "-lr", "0.1"}},
	} {
		code, _, notes := do(t, sweep, append(append([]string{}, one...), c.args...)...)
		if code != c.code || !strings.Contains(notes, c.want) {
			t.Errorf("%v: status %d, %s: want %d and %q", c.args, code, notes, c.code, c.want)
		}
	}
}

func TestSweepRefuses(t *testing.T) {
	dir := t.TempDir()
	other := filepath.Join(dir, "other")
	if err := os.MkdirAll(other, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(other, "sweep.json"), []byte("{}"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		want string
		args []string
	}{
		{"out: want a folder", nil},
		{"want a setting and its values", []string{"-out", dir, "-vary", "epsilon"}},
		{`epsilon "-1": want a number above 0`, []string{"-out", dir, "-vary", "epsilon=-1"}},
		{`epsilon "8": given twice`, []string{"-out", dir, "-vary", "epsilon=8,8.0"}},
		{"the name of a setting", []string{"-out", dir, "-vary", "colour=red"}},
		{"varied twice", []string{"-out", dir, "-vary", "lr=1", "-vary", "lr=2"}},
		{"3 settings vary: want at most 2", []string{"-out", dir, "-vary", "lr=1", "-vary", "batch=2", "-vary", "epochs=1"}},
		{"the number of seeds is given by itself", []string{"-out", dir, "-vary", "seed=1,2"}},
		{"seeds 51: want 1 to 50", []string{"-out", dir, "-seeds", "51"}},
		{"seeds -1: want 1 to 50", []string{"-out", dir, "-seeds", "-1"}},
		{"varied and given as a flag too", []string{"-out", dir, "-epsilon", "8"}},
		{`participants "30": want 20`, []string{"-out", dir, "-vary", "participants=10,30"}},
		{`shard "0/4": want I/N`, []string{"-out", dir, "-shard", "0/4"}},
		{`shard "5/4": want I/N`, []string{"-out", dir, "-shard", "5/4"}},
		{`shard "1/4x": want I/N`, []string{"-out", dir, "-shard", "1/4x"}},
		{"workers 0", []string{"-out", dir, "-workers", "0"}},
		{"counts on from it", []string{"-out", dir, "-seed", "18446744073709551615"}},
		{`format ""`, []string{"-out", other}},
	} {
		if code, _, notes := do(t, sweep, c.args...); code != 1 || !strings.Contains(notes, c.want) {
			t.Errorf("%v: status %d, %s: want 1 and %q", c.args, code, notes, c.want)
		}
	}
	if code, _, notes := do(t, merge, "-out", dir); code != 1 || !strings.Contains(notes, "folders to join") {
		t.Errorf("merge of nothing: status %d, %s", code, notes)
	}
}

// The command, killed ten times at moments drawn at random and started again,
// leaves what an undisturbed one leaves.
func TestKilledSweepResumes(t *testing.T) {
	binary := filepath.Join(t.TempDir(), "grapevine")
	if out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	whole, dir := t.TempDir(), t.TempDir()
	args := append([]string{"-vary", "epsilon=inf,300,8", "-vary", "protocol=fedavg,gossip", "-seeds", "6"}, tiny...)
	began := time.Now()
	if code, _, notes := do(t, sweep, append(args, "-out", whole)...); code != 0 {
		t.Fatalf("status %d, %s", code, notes)
	}
	perRun := time.Since(began) / 36
	random := rand.New(rand.NewPCG(1, 2))
	const kills = 10
	for killed := 0; killed < kills; killed++ {
		c := exec.Command(binary, append(append([]string{"sweep"}, args...), "-out", dir)...)
		stderr, err := c.StderrPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		// After the first run, within the time that two more take: the moment
		// is drawn, nothing waits for it.
		after := time.Duration(random.Int64N(int64(2 * perRun)))
		for lines := bufio.NewScanner(stderr); lines.Scan() && !strings.Contains(lines.Text(), ": epsilon"); {
		}
		timer := time.AfterFunc(after, func() { c.Process.Kill() })
		err = c.Wait()
		timer.Stop()
		if err == nil {
			t.Fatalf("the sweep was finished before kill %d of %d", killed+1, kills)
		}
	}
	code, _, notes := do(t, sweep, append(args, "-out", dir)...)
	if code != 0 {
		t.Fatalf("status %d, %s", code, notes)
	}
	t.Logf("resumed: %.60q", notes)
	sameTree(t, tree(t, dir), tree(t, whole))
}

func TestConclude(t *testing.T) {
	dir := t.TempDir()
	code, out, notes := do(t, conclude, append([]string{"-out", dir, "-seeds", "2"}, tiny...)...)
	if code != 0 {
		t.Fatalf("status %d, %s", code, notes)
	}
	for _, want := range []string{`"FedAvg converges faster when privacy is weak"`, `"and gossip more so"`, "both at chance", "over 2 seeds", "difference, points", "difference, rounds"} {
		if !strings.Contains(out, want) {
			t.Errorf("%s\nwant %q in it", out, want)
		}
	}
	for _, args := range [][]string{{"-seeds", "1"}, {"-epsilon", "8"}, {"-workers", "0"}} {
		if code, _, _ := do(t, conclude, append(args, "-out", dir)...); code != 1 {
			t.Errorf("%v: status %d: want 1", args, code)
		}
	}
}
