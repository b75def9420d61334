package experiment

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// resultFormat and resultVersion stand at the head of a result file.
const (
	resultFormat  = "grapevine result"
	resultVersion = 1
)

// MaxResultBytes bounds a result file that ReadResult takes.
const MaxResultBytes = 16 << 20

// Result is what a finished run came to: its evaluations, without the clients
// one by one. It holds nothing of when or where the run was made.
type Result struct {
	Format     string               `json:"format"`
	Version    int                  `json:"version"`
	Link       string               `json:"link"` // the finished run's, from "#" on
	Experiment Experiment           `json:"experiment"`
	Numerics   int                  `json:"numerics"`
	Data       DataInfo             `json:"data"`
	Rounds     map[string][]Metrics `json:"rounds"`   // by protocol
	Diverged   []string             `json:"diverged"` // the numbers that are null as they are not finite
	// Divergence holds, of each protocol that stopped being finite, where it
	// did first.
	Divergence map[string]Divergence `json:"divergence"`
	Digest     string                `json:"digest"`
	// Irreproducible says that the noise came from the operating system, and
	// the digest is of this run alone.
	Irreproducible bool   `json:"irreproducible,omitempty"`
	Checksum       string `json:"checksum"` // SHA-256 of the file with "" here, hex
}

// Metrics is one evaluated round; a number that is not finite is null.
type Metrics struct {
	Round             int      `json:"round"`
	TestLoss          *float64 `json:"test_loss"`
	TestAccuracy      float64  `json:"test_accuracy"`
	MinAccuracy       float64  `json:"min_accuracy"`
	MaxAccuracy       float64  `json:"max_accuracy"`
	ConsensusDistance *float64 `json:"consensus_distance"`
}

// Divergence is a round and a client, [Server] where it is the server.
type Divergence struct {
	Round  int `json:"round"`
	Client int `json:"client"`
}

// ResultOf sums a finished trace up.
func ResultOf(t *Trace) Result {
	r := Result{
		Format: resultFormat, Version: resultVersion,
		Link:       "#" + Link{Experiment: t.Experiment, Claim: ClaimOf(t)}.String(),
		Experiment: t.Experiment, Numerics: t.Numerics, Data: t.Data, Digest: t.Digest, Irreproducible: t.Irreproducible,
		Rounds: map[string][]Metrics{}, Diverged: []string{}, Divergence: map[string]Divergence{},
	}
	for _, run := range t.Runs {
		rows := []Metrics{}
		for _, rd := range run.Rounds {
			v := rd.Evaluation
			if v == nil {
				continue
			}
			finite := func(name string, x Float) *float64 {
				if x.Finite() {
					return (*float64)(&x)
				}
				r.Diverged = append(r.Diverged, fmt.Sprintf("%s round %d %s", run.Protocol, rd.Round, name))
				return nil
			}
			rows = append(rows, Metrics{
				rd.Round, finite("test_loss", v.TestLoss), v.TestAccuracy, v.MinAccuracy, v.MaxAccuracy,
				finite("consensus_distance", v.ConsensusDistance),
			})
		}
		r.Rounds[run.Protocol] = rows
		if round, client, ok := run.FirstDivergence(); ok {
			r.Divergence[run.Protocol] = Divergence{round, client}
		}
	}
	sum := sha256.Sum256(r.encode())
	r.Checksum = hex.EncodeToString(sum[:])
	return r
}

// Write writes the result file.
func (r Result) Write(w io.Writer) error {
	_, err := w.Write(r.encode())
	return err
}

func (r Result) encode() []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false) // links are to be read
	e.SetIndent("", "  ")
	if err := e.Encode(r); err != nil {
		panic("experiment: " + err.Error()) // every result can be written
	}
	return b.Bytes()
}

// ErrNoResult says that a file is something else than a result.
var ErrNoResult = errors.New("no result file")

// ReadResult reads a result file. It takes exactly what Write wrote, byte by
// byte: a file that is cut off, altered or no result is an error.
func ReadResult(r io.Reader) (Result, error) {
	text, err := io.ReadAll(io.LimitReader(r, MaxResultBytes+1))
	if err != nil {
		return Result{}, err
	}
	if len(text) > MaxResultBytes {
		return Result{}, fmt.Errorf("%w: want at most %d MB", ErrNoResult, MaxResultBytes>>20)
	}
	var head struct {
		Format  string `json:"format"`
		Version int    `json:"version"`
	}
	if err := json.Unmarshal(text, &head); err != nil {
		return Result{}, fmt.Errorf("%w: %w", ErrNoResult, err)
	}
	if head.Format != resultFormat {
		return Result{}, fmt.Errorf("%w: format %q: want %q", ErrNoResult, shown(head.Format), resultFormat)
	}
	if head.Version != resultVersion {
		return Result{}, fmt.Errorf("result file: version %d: want %d", head.Version, resultVersion)
	}
	var got Result
	if err := json.Unmarshal(text, &got); err != nil {
		return Result{}, fmt.Errorf("result file: %w", err)
	}
	if err := got.check(); err != nil {
		return Result{}, fmt.Errorf("result file: %w", err)
	}
	bare := got
	bare.Checksum = ""
	if sum := sha256.Sum256(bare.encode()); hex.EncodeToString(sum[:]) != got.Checksum || !bytes.Equal(got.encode(), text) {
		return Result{}, errors.New("result file: it is not what its checksum was made of: it was altered")
	}
	return got, nil
}

// check protects whoever draws a result from rounds that are not there.
func (r Result) check() error {
	if err := r.Experiment.Check(); err != nil {
		return err
	}
	protocols := r.Experiment.Protocols()
	if len(r.Rounds) != len(protocols) {
		return fmt.Errorf("rounds of %d protocols: want %d", len(r.Rounds), len(protocols))
	}
	for _, p := range protocols {
		rows := r.Rounds[p]
		for round := range r.Experiment.Rounds + 1 {
			if !r.Experiment.Evaluates(round) {
				continue
			}
			if len(rows) == 0 || rows[0].Round != round {
				return fmt.Errorf("%s: round %d is missing", p, round)
			}
			if a := rows[0].TestAccuracy; !(a >= 0 && a <= 1) {
				return fmt.Errorf("%s, round %d: accuracy %v: want 0 to 1", p, round, a)
			}
			rows = rows[1:]
		}
		if len(rows) > 0 {
			return fmt.Errorf("%s: %d rounds too many", p, len(rows))
		}
	}
	return nil
}
