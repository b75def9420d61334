package experiment

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"
)

// made is a small finished trace, with numbers that are not finite.
func made(t testing.TB) *Trace {
	t.Helper()
	e, _, err := Build("tutorial", []Setting{{"clients", "4"}, {"participants", "2"}, {"partition", "iid"}, {"rounds", "2"}, {"evaluate", "2"}})
	if err != nil {
		t.Fatal(err)
	}
	tr := &Trace{Experiment: e, Numerics: 1, Data: DataInfo{Name: e.Data, Train: e.Train, Test: e.Test, Checksum: Hash{1}}}
	for _, protocol := range e.Protocols() {
		r := Run{Protocol: protocol}
		models := 1
		if protocol == Gossip {
			models = 4
		}
		for i := range 3 {
			rd := Round{Round: i, Clients: []ClientRound{}, Exchanges: []Exchange{}}
			if i > 0 {
				rd.Clients = append(rd.Clients, ClientRound{Client: 1, Loss: 0.25, Norm: 3, Clip: 0.5, Parameters: Hash{byte(i)}}, ClientRound{Client: 3, Loss: Float(math.NaN()), Norm: Inf, Clip: 0})
				other := 2
				if protocol == FedAvg {
					other = Server
				}
				rd.Exchanges = append(rd.Exchanges, Exchange{1, other, 80})
			}
			if e.Evaluates(i) {
				rd.Evaluation = &Evaluation{TestLoss: Float(math.NaN()), TestAccuracy: 0.5, MaxAccuracy: 1, ConsensusDistance: 0.125, Models: make([]ModelEvaluation, models)}
			}
			r.Rounds = append(r.Rounds, rd)
		}
		r.Final = make([]Hash, models)
		tr.Runs = append(tr.Runs, r)
	}
	tr.Seal()
	return tr
}

func written(t testing.TB, tr *Trace) string {
	t.Helper()
	var b bytes.Buffer
	if err := WriteTrace(&b, tr); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// The pieces of a trace file are together what package json makes of it in one,
// and none is long.
func TestPiecesAreTheFile(t *testing.T) {
	many := made(t)
	many.Runs[1].Rounds[2].Clients = make([]ClientRound, 2*mostPerPiece+1)
	many.Runs[1].Rounds[2].Exchanges = make([]Exchange, 10*mostPerPiece)
	many.Runs[1].Rounds[2].Evaluation.Models = make([]ModelEvaluation, mostPerPiece)
	many.Runs[0].Rounds[1].Clients = nil
	many.Runs[0].Ledger = []Release{{Mechanism: "a < b"}}
	unrun := made(t)
	unrun.Runs = nil
	for name, tr := range map[string]*Trace{"small": made(t), "with long lists": many, "of no run": unrun} {
		var want bytes.Buffer
		e := json.NewEncoder(&want)
		e.SetEscapeHTML(false)
		link := Link{Experiment: tr.Experiment, Claim: ClaimOf(tr)}
		if err := e.Encode(traceFile{traceFormat, traceVersion, "#" + link.String(), tr}); err != nil {
			t.Fatal(err)
		}
		if got := written(t, tr); got != want.String() {
			t.Errorf("a trace %s is written as\n%s\nwant\n%s", name, got, want.String())
		}
		for piece := range tr.Pieces() {
			if len(piece) > 300*mostPerPiece {
				t.Errorf("a trace %s has a piece of %d bytes", name, len(piece))
			}
		}
	}
	for range many.Pieces() {
		break // nobody has to take them all
	}
}

func TestTraceFileRoundTrip(t *testing.T) {
	tr := made(t)
	text := written(t, tr)
	got, err := ReadTrace(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if again := written(t, got); again != text {
		t.Errorf("read and written again:\n%s\nwant\n%s", again, text)
	}
	if d, ok := Differ(tr, got); ok {
		t.Errorf("the copy differs: %v", d)
	}
	if !strings.Contains(text, `"link":"#v=1&clients=4`) {
		t.Errorf("no link in %.200s", text)
	}
}

// A trace file from before the trust models reads as one of today.
func TestOlderTraceFile(t *testing.T) {
	tr := made(t)
	text := written(t, tr)
	older := strings.Replace(text, `"trust":"local","noise_by":"epsilon","noise_multiplier":1,"correlated_multiplier":4,"colluders":0,"sampling":"fixed","local_steps":1,`, "", 1)
	if older == text {
		t.Fatalf("no trust settings in %.900s", text)
	}
	got, err := ReadTrace(strings.NewReader(older))
	if err != nil || got.Experiment != tr.Experiment || got.Digest != tr.Digest {
		t.Errorf("read as %+v, %v: want the experiment and digest it had", got, err)
	}
}

// Every kind of damage is found, and its place is named.
func TestBrokenTraceFiles(t *testing.T) {
	text := written(t, made(t))
	for _, c := range []struct{ from, to, want string }{
		{`"format":"grapevine trace"`, `"format":"x"`, `format "x": want "grapevine trace"`},
		{`"version":1`, `"version":9`, "version 9: want 1"},
		{`"runs":[`, `"runs":{`, "line 1, character"},
		{`"rounds":2`, `"rounds":3`, "runs[0].rounds: 3 of them: want 4"},
		{`"clients":4`, `"clients":1`, `clients "1": want a whole number`},
		{`"client":3`, `"client":7`, "runs[0].rounds[1].clients[1].client 7: want clients below 4"},
		{`"a":1,"b":2`, `"a":1,"b":9`, "runs[1].rounds[1].exchanges[0]: 1 and 9"},
		{`"test_accuracy":0.5`, `"test_accuracy":5`, "runs[0].rounds[0].evaluation: accuracy 5: want 0 to 1"},
		{`"norm":3`, `"norm":3.5`, "runs[0] (fedavg) claims digest"},
		{`"colour"`, `"colour"`, ""},
	} {
		broken := strings.Replace(text, c.from, c.to, 1)
		if c.want == "" {
			broken, c.want = strings.Replace(text, `"numerics"`, `"colour":1,"numerics"`, 1), `unknown field "colour"`
		}
		if broken == text {
			t.Fatalf("%q is not in the file", c.from)
		}
		if _, err := ReadTrace(strings.NewReader(broken)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s → %s: %v: want %q", c.from, c.to, err, c.want)
		}
	}
	if _, err := ReadTrace(strings.NewReader(text[:len(text)/2])); err == nil {
		t.Error("half a file is taken")
	}
	if _, err := ReadTrace(strings.NewReader(text + "{}")); err == nil {
		t.Error("a file with a tail is taken")
	}
	var altered *DigestError
	tr, err := ReadTrace(strings.NewReader(strings.Replace(text, `"loss":0.25`, `"loss":0.26`, 1)))
	if !errors.As(err, &altered) {
		t.Fatalf("an altered loss: %v: want a DigestError", err)
	}
	if d, ok := Differ(made(t), tr); !ok || d.Round != 1 || d.Client != 1 {
		t.Errorf("an altered loss of client 1 in round 1 is found at %v", d)
	}
}

// The first difference is found by round, protocol and client.
func TestDiffer(t *testing.T) {
	for want, alter := range map[string]func(*Trace){
		"fedavg, round 1, client 3: update norm +Inf and 2":             func(t *Trace) { t.Runs[0].Rounds[1].Clients[1].Norm = 2 },
		"gossip, round 1, client 1: exchange 0":                         func(t *Trace) { t.Runs[1].Rounds[1].Exchanges[0].B = 0 },
		"gossip, round 2, client 2: the evaluation":                     func(t *Trace) { t.Runs[1].Rounds[2].Evaluation.Models[2].Accuracy = 1 },
		"fedavg, round 2: the final parameters":                         func(t *Trace) { t.Runs[0].Final[0] = Hash{9} },
		"gossip, round 2, client 1: training loss 0.25 and NaN":         func(t *Trace) { t.Runs[1].Rounds[2].Clients[0].Loss = Float(math.NaN()) },
		": the experiment, the data or the numerics version is another": func(t *Trace) { t.Numerics = 2 },
	} {
		other := made(t)
		alter(other)
		d, ok := Differ(made(t), other)
		got := d.String()
		if d.Protocol == "" {
			got = ": " + d.What
		}
		if !ok || got != want {
			t.Errorf("%q: want %q", got, want)
		}
	}
	if d, ok := Differ(made(t), made(t)); ok {
		t.Errorf("equal traces differ: %v", d)
	}
}

func TestCSV(t *testing.T) {
	var b bytes.Buffer
	if err := WriteCSV(&b, made(t)); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&b).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]string{}
	for _, r := range rows {
		seen[strings.Join(r[:4], " ")] = r[4]
	}
	for row, want := range map[string]string{
		"protocol round client metric": "value", "fedavg 2  test_accuracy": "0.5", "gossip 1 3 train_loss": "nan",
		"gossip 1 3 update_norm": "inf", "gossip 0 2 test_accuracy": "0", "gossip 2  bytes": "80",
	} {
		if seen[row] != want {
			t.Errorf("%s: %q: want %q", row, seen[row], want)
		}
	}
}

func FuzzReadTrace(f *testing.F) {
	text := written(f, made(f))
	f.Add(text)
	f.Add(strings.Replace(text, `"both"`, `"gossip"`, 1))
	f.Add(`{"format":"grapevine trace","version":1}`)
	f.Fuzz(func(t *testing.T, text string) {
		tr, err := ReadTrace(strings.NewReader(text))
		if err != nil {
			return
		}
		if _, err := ReadTrace(strings.NewReader(written(t, tr))); err != nil {
			t.Fatalf("what was read is written so that it cannot be read: %v", err)
		}
		if err := WriteCSV(&bytes.Buffer{}, tr); err != nil {
			t.Fatal(err)
		}
	})
}
