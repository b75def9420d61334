package experiment

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// traceFormat and traceVersion stand at the head of a trace file.
const (
	traceFormat  = "grapevine trace"
	traceVersion = 1
)

// MaxTraceBytes bounds a trace file that ReadTrace takes. A thousand clients
// over two hundred rounds stay below it.
const MaxTraceBytes = 64 << 20

// traceFile is a finished run as a file: the trace, with its link.
type traceFile struct {
	Format  string `json:"format"`
	Version int    `json:"version"`
	Link    string `json:"link"`
	*Trace
}

// WriteTrace writes a finished, sealed trace as JSON. A number that is not
// finite is null (NaN), "inf" or "-inf".
func WriteTrace(w io.Writer, t *Trace) error {
	for piece := range t.Pieces() {
		if _, err := w.Write(piece); err != nil {
			return err
		}
	}
	return nil
}

// ReadTrace reads a trace file and checks it: its form, every number that
// points at something, and that the digests are those of what it holds. An
// error names the place. A *DigestError means that the file is whole, but not
// what its digest was made of; the trace, sealed with the digests of what the
// file holds, is returned beside it, so that the alteration can be found.
func ReadTrace(r io.Reader) (*Trace, error) {
	text, err := io.ReadAll(io.LimitReader(r, MaxTraceBytes+1))
	if err != nil {
		return nil, err
	}
	if len(text) > MaxTraceBytes {
		return nil, fmt.Errorf("trace file: want at most %d MB", MaxTraceBytes>>20)
	}
	f := traceFile{Trace: &Trace{Experiment: young()}}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&f); err != nil {
		return nil, fmt.Errorf("trace file, %s: %w", place(text, d.InputOffset(), err), err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("trace file, %s: something follows its end", place(text, d.InputOffset(), nil))
	}
	if f.Format != traceFormat {
		return nil, fmt.Errorf("trace file: format %q: want %q", shown(f.Format), traceFormat)
	}
	if f.Version != traceVersion {
		return nil, fmt.Errorf("trace file: version %d: want %d", f.Version, traceVersion)
	}
	t := f.Trace
	if err := t.check(); err != nil {
		return nil, fmt.Errorf("trace file: %w", err)
	}
	claimed := *t
	claimed.Runs = append([]Run(nil), t.Runs...)
	t.Seal()
	for i, r := range t.Runs {
		if was := claimed.Runs[i].Digest; was != r.Digest {
			return t, &DigestError{fmt.Sprintf("runs[%d] (%s)", i, r.Protocol), was, r.Digest}
		}
	}
	if claimed.Digest != t.Digest {
		return t, &DigestError{"the pair", claimed.Digest, t.Digest}
	}
	return t, nil
}

// young is an experiment with the defaults of the settings that older trace
// files do not have.
func young() (e Experiment) {
	for _, p := range Table {
		if p.Later {
			p.Set(&e, p.Get(unresolved())) // a default is allowed
		}
	}
	return e
}

// DigestError says that a trace file's content has another digest than it
// claims: it was altered.
type DigestError struct{ Place, Claimed, Found string }

func (e *DigestError) Error() string {
	return fmt.Sprintf("trace file: %s claims digest %.12s…, but what it holds has %.12s…: the file was altered", e.Place, shown(e.Claimed), e.Found)
}

// place is the line and column in the text where reading stopped.
func place(text []byte, offset int64, err error) string {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		offset = syntax.Offset
	case errors.As(err, &kind):
		offset = kind.Offset
	}
	offset = max(0, min(offset, int64(len(text))))
	line := 1 + bytes.Count(text[:offset], []byte{'\n'})
	column := int(offset) - bytes.LastIndexByte(text[:offset], '\n')
	return fmt.Sprintf("line %d, character %d", line, column)
}

// check reports the first thing in the trace that cannot be: it protects
// whoever draws a trace from numbers that point nowhere.
func (t *Trace) check() error {
	if err := t.Experiment.Check(); err != nil {
		return fmt.Errorf("experiment: %w", err)
	}
	e := t.Experiment
	if t.Numerics < 1 {
		return fmt.Errorf("numerics %d: want a version from 1", t.Numerics)
	}
	if t.Data.Name != e.Data || t.Data.Train != e.Train || t.Data.Test != e.Test {
		return fmt.Errorf("data %q, %d and %d: want the experiment's, %q, %d and %d", shown(t.Data.Name), t.Data.Train, t.Data.Test, e.Data, e.Train, e.Test)
	}
	protocols := e.Protocols()
	if len(t.Runs) != len(protocols) {
		return fmt.Errorf("%d runs: want %d", len(t.Runs), len(protocols))
	}
	for i := range t.Runs {
		r := &t.Runs[i]
		if r.Protocol != protocols[i] {
			return fmt.Errorf("runs[%d].protocol %q: want %q", i, shown(r.Protocol), protocols[i])
		}
		if err := r.check(e); err != nil {
			return fmt.Errorf("runs[%d].%w", i, err)
		}
	}
	return nil
}

func (r *Run) check(e Experiment) error {
	if len(r.Rounds) != e.Rounds+1 {
		return fmt.Errorf("rounds: %d of them: want %d, round 0 included", len(r.Rounds), e.Rounds+1)
	}
	models := 1
	if r.Protocol == Gossip {
		models = e.Clients
	}
	if len(r.Final) != models {
		return fmt.Errorf("final: %d hashes: want %d", len(r.Final), models)
	}
	for i := range r.Rounds {
		if err := r.Rounds[i].check(e, r.Protocol, i, models); err != nil {
			return fmt.Errorf("rounds[%d].%w", i, err)
		}
	}
	return nil
}

func (r *Round) check(e Experiment, protocol string, number, models int) error {
	if r.Round != number {
		return fmt.Errorf("round %d: want %d", r.Round, number)
	}
	last := -1
	for i, c := range r.Clients {
		if c.Client <= last || c.Client >= e.Clients {
			return fmt.Errorf("clients[%d].client %d: want clients below %d, in ascending order", i, c.Client, e.Clients)
		}
		last = c.Client
	}
	for i, x := range r.Exchanges {
		other := x.B >= 0 && x.B < e.Clients && x.B != x.A
		if protocol == FedAvg {
			other = x.B == Server
		}
		if x.A < 0 || x.A >= e.Clients || !other || x.Bytes < 0 {
			return fmt.Errorf("exchanges[%d]: %d and %d, %d bytes: want two clients below %d, or one and the server (%d) with FedAvg", i, x.A, x.B, x.Bytes, e.Clients, Server)
		}
	}
	if has := r.Evaluation != nil; has != e.Evaluates(number) {
		return fmt.Errorf("evaluation is there: %v: want %v", has, !has)
	}
	if r.Evaluation == nil {
		return nil
	}
	if n := len(r.Evaluation.Models); n != models {
		return fmt.Errorf("evaluation.models: %d of them: want %d", n, models)
	}
	v := r.Evaluation
	accuracies := []float64{v.TestAccuracy, v.MinAccuracy, v.MaxAccuracy}
	for i, m := range v.Models {
		accuracies = append(accuracies, m.Accuracy)
		if n := len(m.PerDigit); n != 0 && n != 10 {
			return fmt.Errorf("evaluation.models[%d].per_digit: %d counts: want 10, or none", i, n)
		}
		for digit, n := range m.PerDigit {
			if n < 0 || n > e.Test {
				return fmt.Errorf("evaluation.models[%d].per_digit[%d] %d: want 0 to %d", i, digit, n, e.Test)
			}
		}
	}
	for _, a := range accuracies {
		if !(a >= 0 && a <= 1) {
			return fmt.Errorf("evaluation: accuracy %v: want 0 to 1", a)
		}
	}
	return nil
}
