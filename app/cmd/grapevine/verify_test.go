package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"grapevine/app/experiment"
)

// tiny are the settings of a run of a fraction of a second.
var tiny = []string{"-train", "1000", "-test", "1000", "-rounds", "2", "-hidden", "16"}

// do calls a subcommand and returns its exit status and what it wrote.
func do(t *testing.T, c command, args ...string) (code int, out, notes string) {
	t.Helper()
	var o, n bytes.Buffer
	err := c(context.Background(), args, &o, &n)
	if err == nil {
		return 0, o.String(), n.String()
	}
	code = 1
	var status *exitError
	if errors.As(err, &status) {
		code = status.code
	}
	return code, o.String(), n.String() + err.Error()
}

// finished runs a tiny experiment and returns its link and the text of its
// trace file.
func finished(t *testing.T, args ...string) (link, trace string) {
	t.Helper()
	dir := t.TempDir()
	args = append(append([]string{"-json", dir + "/run.json", "-trace", dir + "/trace.json", "-csv", dir + "/run.csv"}, tiny...), args...)
	if code, out, notes := do(t, run, args...); code != 0 || !strings.Contains(out, "digest") {
		t.Fatalf("status %d, %q, %q", code, out, notes)
	}
	var r experiment.Result
	text, err := os.ReadFile(dir + "/run.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &r); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(r.Link, "#v=1&") || !strings.Contains(r.Link, "&digest="+r.Digest) {
		t.Fatalf("link %q: want it with digest %s", r.Link, r.Digest)
	}
	file, err := os.ReadFile(dir + "/trace.json")
	if err != nil {
		t.Fatal(err)
	}
	if csv, err := os.ReadFile(dir + "/run.csv"); err != nil || !strings.HasPrefix(string(csv), "protocol,round,client,metric,value\n") {
		t.Fatalf("%v, %.100s", err, csv)
	}
	return r.Link, string(file)
}

// write writes a file of the test's own.
func write(t *testing.T, text string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "file.json")
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestVerify(t *testing.T) {
	link, trace := finished(t, "-epsilon", "100")
	whole := write(t, trace)
	_, text, _ := do(t, run, link, "-json", "-")
	result := write(t, text)
	digest := link[strings.Index(link, "&digest=")+8:][:64]
	other := strings.Repeat("0", 64)

	alter := func(from, to string) string {
		t.Helper()
		altered := strings.Replace(trace, from, to, 1)
		if altered == trace {
			t.Fatalf("%s is not in the trace file", from)
		}
		return altered
	}
	// One number of client 3 in round 2, of FedAvg or, if the server did not
	// ask that client, of gossip.
	var tr experiment.Trace
	if err := json.Unmarshal([]byte(trace), &tr); err != nil {
		t.Fatal(err)
	}
	norm := tr.Runs[1].Rounds[2].Clients[3].Norm
	number, _ := norm.MarshalJSON()
	altered := write(t, alter(`"norm":`+string(number), `"norm":0.5`))
	where := "gossip, round 2, client 3: update norm 0.5"

	for _, c := range []struct {
		name string
		code int
		want string
		args []string
	}{
		{"a link", 0, "reproduced bit for bit: digest " + digest, []string{link}},
		{"a whole address", 0, "reproduced bit for bit", []string{"https://example.org/lab/" + link}},
		{"a link and its trace file", 0, "reproduced bit for bit", []string{link, whole}},
		{"a result file", 0, "reproduced bit for bit", []string{result}},
		{"an altered result file", 2, "it was altered", []string{write(t, strings.Replace(text, `"test_accuracy": 0.`, `"test_accuracy": 0.9`, 1))}},
		{"a trace file", 0, "is whole", []string{whole}},
		{"a trace file, trained again", 0, "reproduced bit for bit", []string{whole, "-rerun"}},
		{"another digest", 1, "differs: the link claims digest " + other, []string{strings.Replace(link, digest, other, 1)}},
		{"another seed", 1, "differs", []string{link + "&seed=8"}},
		{"another accuracy", 1, "claims accuracies [1 1]", []string{link[:strings.Index(link, "&accuracy=")] + "&accuracy=1,1"}},
		{"another digest, with the trace file", 1, "the link claims", []string{strings.Replace(link, digest, other, 1), whole}},
		{"a link and an altered trace file", 1, where, []string{link, altered}},
		{"an altered trace file", 1, "gossip", []string{altered}},
		{"an altered trace file, trained again", 1, where, []string{"-rerun", altered}},
		{"a trace file that claims another digest", 1, "every number is the run's", []string{link, write(t, alter(`}],"digest":"`+digest, `}],"digest":"`+other))}},
		{"a trace file of another experiment", 1, "the experiment", []string{strings.Replace(link, "epsilon=100", "epsilon=90", 1), whole}},
		{"no digest", 2, "carries no digest", []string{"v=1&rounds=2"}},
		{"the bare page", 2, "carries no digest", []string{"#"}},
		{"a setting that is none", 2, `colour`, []string{link + "&colour=red"}},
		{"another numerics version", 2, "numerics version 9", []string{strings.Replace(link, "numerics=1", "numerics=9", 1)}},
		{"half a digest", 2, "64 hex digits", []string{strings.Replace(link, digest, digest[:32], 1)}},
		{"half a trace file", 2, "trace file, line 1", []string{write(t, trace[:len(trace)/2])}},
		{"garbage", 2, "trace file", []string{write(t, "garbage")}},
		{"no file", 2, "no such file", []string{filepath.Join(t.TempDir(), "none.json")}},
		{"nothing", 2, "want a link, a trace file", nil},
		{"too much", 2, "want a link, a trace file", []string{link, whole, whole}},
		{"no workers", 2, "workers 0: want 1 to 1024", []string{link, "-workers", "0"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			code, out, notes := do(t, verify, c.args...)
			if code != c.code || !strings.Contains(out+notes, c.want) {
				t.Errorf("status %d, %s%s: want %d and %q", code, out, notes, c.code, c.want)
			}
		})
	}
}

// A link is a run's base, and flags go over it, before it or after.
func TestRunALink(t *testing.T) {
	link, _ := finished(t)
	for _, args := range [][]string{{link, "-seed", "9", "-json", "-"}, {"-json", "-", "-seed", "9", link}} {
		code, out, notes := do(t, run, args...)
		var r experiment.Result
		if err := json.Unmarshal([]byte(out), &r); code != 0 || err != nil {
			t.Fatalf("status %d, %v, %s", code, err, notes)
		}
		if e := r.Experiment; e.Seed != 9 || e.Train != 1000 || e.Hidden != "16" {
			t.Errorf("%v: seed %d, train %d, hidden %s: want 9, 1000, 16", args, e.Seed, e.Train, e.Hidden)
		}
	}
	// What the link asks for in vain is said, and the run goes on.
	if code, _, notes := do(t, run, link+"&clients=0", "-json", "-"); code != 0 || !strings.Contains(notes, `link: clients "0"`) {
		t.Errorf("status %d, %s: want a note on clients", code, notes)
	}
}

// The totals stand under the table with all that they mean, and noise of the
// operating system's makes a run that nobody verifies.
func TestRunPrivacy(t *testing.T) {
	args := append([]string{"-epsilon", "8"}, tiny...)
	code, out, notes := do(t, run, args...)
	for _, want := range []string{"fedavg: ε = 11.36 at δ = 1e-05 after 2 rounds, for one client (zero-out) before server; guarantee", "gossip: ε = 12.12", "beware: the classic formula", "simulated:"} {
		if code != 0 || !strings.Contains(out, want) {
			t.Errorf("status %d, %s%s: want %q", code, out, notes, want)
		}
	}
	if _, out, _ := do(t, run, tiny...); strings.Contains(out, "ε =") {
		t.Errorf("%s: want no total without noise", out)
	}
	file := filepath.Join(t.TempDir(), "trace.json")
	if code, out, notes := do(t, run, append(args, "-noise", "os", "-trace", file)...); code != 0 || !strings.Contains(out, "(not reproducible") {
		t.Errorf("status %d, %s%s: want a digest that is marked", code, out, notes)
	}
	if code, out, notes := do(t, verify, file); code != 0 || !strings.Contains(out, "is whole") {
		t.Errorf("status %d, %s%s: want a whole file", code, out, notes)
	}
	if code, out, notes := do(t, verify, "-rerun", file); code != 2 || !strings.Contains(notes, "not reproducible") {
		t.Errorf("status %d, %s%s: want it refused", code, out, notes)
	}
}

func TestAuditCommand(t *testing.T) {
	if code, out, notes := do(t, auditCommand, "-epsilon", "8", "-trials", "500"); code != 0 || strings.Count(out, "no more than is promised shows") != 2 {
		t.Errorf("status %d, %s%s: want two promises kept", code, out, notes)
	}
	small := []string{"-epsilon", "8", "-train", "1000", "-test", "1000", "-rounds", "2", "-hidden", "16"}
	for attack, want := range map[string]string{"members": "client 19", "canaries": "surest guesses"} {
		if code, out, notes := do(t, auditCommand, append(small, "-attack", attack, "-canaries", "100")...); code != 0 || !strings.Contains(out, want) || !strings.Contains(out, "no more than is promised shows") {
			t.Errorf("%s: status %d, %s%s: want the promise kept", attack, code, out, notes)
		}
	}
	for want, args := range map[string][]string{
		`attack "bogus": want unit, members, canaries`: {"-attack", "bogus"}, "canaries 5: want 10 to 1000": {"-attack", "canaries", "-canaries", "5"},
		"no noise is added": nil, "trials 5: want 100 to 1000000": {"-epsilon", "8", "-trials", "5"}, "hides examples": {"-trust", "example"},
	} {
		if code, _, notes := do(t, auditCommand, args...); code != 1 || !strings.Contains(notes, want) {
			t.Errorf("%v: status %d, %s: want %q", args, code, notes, want)
		}
	}
}

func TestRunRefuses(t *testing.T) {
	for _, c := range []struct {
		want string
		args []string
	}{
		{"want a link, or its fragment", []string{"first-look"}},
		{"not both", []string{"-preset", "iid", "v=1&seed=1"}},
		{"want one link at most", []string{"v=1&seed=1", "v=1&seed=2"}},
		{"want - for one of them at most", []string{"-json", "-", "-csv", "-"}},
		{`clients "1": want a whole number from 2 to 1000`, []string{"-clients", "1"}},
		{`participants "30": want 20 (there are 20 clients)`, []string{"v=1&seed=1", "-participants", "30"}},
		{`noise "dice": want seed or os`, []string{"-noise", "dice"}},
		{"workers 2000: want 1 to 1024", []string{"-workers", "2000"}},
	} {
		if code, _, notes := do(t, run, c.args...); code != 1 || !strings.Contains(notes, c.want) {
			t.Errorf("%v: status %d, %s: want 1 and %q", c.args, code, notes, c.want)
		}
	}
}
