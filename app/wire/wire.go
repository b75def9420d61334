// Package wire defines the messages between the page, the stage and the
// trainer, and their one encoding. Every end uses this package, so a message
// that one end writes the other end reads.
//
// A message is carried as a JavaScript string. Those that are sent while the
// page starts and a run goes are plain (plain.go), a round's long lists packed in
// it (round.go); the others are JSON, {"kind": …, "body": …}, which scripts
// write too.
// Between the conductor and the workers that train for it, parameters travel
// beside a job's text as a transferred buffer (package crew).
//
//	page → trainer:  Describe, Start, Train, Pause, Look, Carry, Attack
//	trainer → page:  Loading, Facts, Started, Progress, Round, Paused, Finished, Digits, Carried, Attacked, Failed
//	page → stage:    Scene, Round, Reset, Playhead, Select, Theme, Snap
//	stage → page:    Ready, At, Picked, Picture, Unavailable
package wire

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"grapevine/app/experiment"
)

// Message is one of the types of this package.
type Message interface{ kind() string }

// Describe asks the trainer for the Facts of an experiment; it drops the run
// before. The answers are Loading, where data must come, and Facts.
type Describe struct {
	ID         int // the Facts carry it back
	Experiment experiment.Experiment
}

// Start prepares a run: it drops the one before, loads the data and evaluates
// round 0. The answers are Loading, Facts, Started, the rounds 0, Paused.
type Start struct {
	ID         int // the Facts carry it back
	Experiment experiment.Experiment
}

// Train goes on with the started run until the round is done, or to the end.
// With more than the started experiment's rounds the run grows longer.
type Train struct {
	Until  int
	Rounds int // the run's length; the experiment's Rounds as it is now
}

// Pause asks the trainer to stop after the round it is at; it answers Paused.
type Pause struct{}

// Look asks for some of a client's examples; the answer is Digits.
type Look struct {
	Client int
	Count  int // at most 200
}

// Carry asks for a whole run at once, as a sweep does; it drops the run before.
// The answers are Loading, where data must come, Progress, Carried.
type Carry struct {
	ID         int                   `json:"id"` // Carried carries it back
	Experiment experiment.Experiment `json:"experiment"`
}

// Carried is what came of a run that was carried out at once.
type Carried struct {
	ID     int               `json:"id"`
	Result experiment.Result `json:"result"`
	Taken  float64           `json:"taken"` // seconds
}

// Loading tells how much of the data has come.
type Loading struct {
	Done  int // chunks
	Total int
}

// Facts is what is true of an experiment before it runs.
type Facts struct {
	// ID is that of the Describe or Start it answers: what the trainer says
	// after it is about that experiment, what it said before is not.
	ID         int
	Experiment experiment.Experiment
	// Edges are pairs i < j, sorted; none without gossip.
	Edges [][2]int
	// Positions lay the clients out in the square [-1, 1]², x to the right
	// and y downwards.
	Positions [][2]float64
	// Histograms count every client's examples by digit.
	Histograms [][10]int
	// TestDigits counts the test examples by digit.
	TestDigits [10]int
	// SpectralGap is 1 − λ₂ of the expected mixing matrix of one round of
	// exchanges; 0 where there is none.
	SpectralGap float64
	Parameters  int
	// RoundFLOPs estimates the floating-point operations of one round, all
	// protocols together, evaluation included.
	RoundFLOPs float64
	Workers    int
	Numerics   int // version of the trainer's arithmetic
}

// Held lists the digits that make at least a twentieth of a client's
// examples, in ascending order.
func (f *Facts) Held(client int) []int {
	total := 0
	for _, n := range f.Histograms[client] {
		total += n
	}
	var held []int
	for digit, n := range f.Histograms[client] {
		if n > 0 && 20*n >= total {
			held = append(held, digit)
		}
	}
	return held
}

// Started says that the run is ready to train.
type Started struct {
	Data     experiment.DataInfo
	Numerics int
}

// Progress tells how far the round at work has come, both protocols together.
type Progress struct {
	Round int
	Done  int // jobs
	Total int
}

// Round carries a finished round of one protocol; on the way to the stage too.
type Round struct {
	Protocol string
	Round    experiment.Round
}

// Paused says that the trainer rests after the round.
type Paused struct {
	Round int
}

// Finished closes a run.
type Finished struct {
	Digest  string   `json:"digest"`  // the trace's
	Digests []string `json:"digests"` // each run's, FedAvg first
	// Final holds each run's final parameters' hashes.
	Final [][]experiment.Hash `json:"final"`
	// Ledgers holds what each run released of the data.
	Ledgers [][]experiment.Release `json:"ledgers"`
	Taken   float64                `json:"taken"` // seconds spent training
	// Conducted is how many of them the conductor was at work, not waiting
	// for its hands.
	Conducted float64 `json:"conducted"`
	// Memory is what the conductor's program has taken of the machine's, in
	// bytes; the clients' parameters are most of it.
	Memory uint64 `json:"memory"`
}

// Digits carries examples of one client.
type Digits struct {
	Client int      `json:"client"`
	Side   int      `json:"side"`   // pixels
	Levels int      `json:"levels"` // the largest pixel value
	Pixels [][]byte `json:"pixels"` // each Side×Side, row-major
	Labels []int    `json:"labels"`
}

// Failed says that the trainer could not do what was asked. Key names the
// setting at fault, or is "".
type Failed struct {
	Key     string `json:"key"`
	Message string `json:"message"`
}

// Scene gives the stage the graph to draw; rounds it held are dropped.
type Scene struct {
	Facts Facts
	Theme Theme
}

// Reset drops the rounds the stage holds and keeps the graph.
type Reset struct{}

// Playhead says what the stage shows. At is a position in rounds: at 3 the
// third round is over, at 3.25 a quarter of the fourth has been shown.
type Playhead struct {
	At      float64
	Playing bool
	// Speed is in units of the natural pace, one round in about four
	// seconds; 0.5 to 16.
	Speed float64
	// Follow keeps the stage at the newest round: it skips travel when
	// training outruns it.
	Follow bool
}

// Select marks a client; None unmarks.
type Select struct {
	Client int
}

// None is the client of Select and Picked when there is none.
const None = -1

// Theme is how the stage looks.
type Theme struct {
	Dark    bool
	Reduced bool // reduced motion: fades instead of travel
	Large   bool // presenter view
}

// Snap asks the stage for a picture of what it shows.
type Snap struct{}

// Picture is what the stage shows, as the address of a PNG's data.
type Picture struct {
	PNG string `json:"png"`
}

// Ready says that the stage listens.
type Ready struct{}

// At reports what the stage shows, whenever the round or the phase changes
// and at most ten times a second.
type At struct {
	At    float64
	Phase string // one of the Phases, "" between rounds
}

// Phases names what happens within a round, in order.
var Phases = [...]string{"train", "clip", "noise", "send", "average"}

// Picked says that a client was clicked on the stage; None: beside all.
type Picked struct {
	Client int
}

// Unavailable says why the stage cannot draw, for instance without WebGL 2.
type Unavailable struct {
	Reason string `json:"reason"`
}

func (*Describe) kind() string    { return "describe" }
func (*Start) kind() string       { return "start" }
func (*Train) kind() string       { return "train" }
func (*Pause) kind() string       { return "pause" }
func (*Look) kind() string        { return "look" }
func (*Carry) kind() string       { return "carry" }
func (*Carried) kind() string     { return "carried" }
func (*Loading) kind() string     { return "loading" }
func (*Facts) kind() string       { return "facts" }
func (*Started) kind() string     { return "started" }
func (*Progress) kind() string    { return "progress" }
func (*Round) kind() string       { return "round" }
func (*Paused) kind() string      { return "paused" }
func (*Finished) kind() string    { return "finished" }
func (*Digits) kind() string      { return "digits" }
func (*Failed) kind() string      { return "failed" }
func (*Scene) kind() string       { return "scene" }
func (*Reset) kind() string       { return "reset" }
func (*Playhead) kind() string    { return "playhead" }
func (*Select) kind() string      { return "select" }
func (*Theme) kind() string       { return "theme" }
func (*Snap) kind() string        { return "snap" }
func (*Picture) kind() string     { return "picture" }
func (*Ready) kind() string       { return "ready" }
func (*At) kind() string          { return "at" }
func (*Picked) kind() string      { return "picked" }
func (*Unavailable) kind() string { return "unavailable" }

// blank makes an empty message of every kind.
var blank = map[string]func() Message{}

func init() {
	for _, m := range []func() Message{
		func() Message { return new(Describe) }, func() Message { return new(Start) },
		func() Message { return new(Train) }, func() Message { return new(Pause) },
		func() Message { return new(Look) }, func() Message { return new(Loading) },
		func() Message { return new(Facts) }, func() Message { return new(Started) },
		func() Message { return new(Progress) }, func() Message { return new(Round) },
		func() Message { return new(Paused) }, func() Message { return new(Finished) },
		func() Message { return new(Digits) }, func() Message { return new(Failed) },
		func() Message { return new(Scene) }, func() Message { return new(Reset) },
		func() Message { return new(Playhead) }, func() Message { return new(Select) },
		func() Message { return new(Theme) }, func() Message { return new(Ready) },
		func() Message { return new(At) }, func() Message { return new(Picked) },
		func() Message { return new(Unavailable) }, func() Message { return new(Snap) },
		func() Message { return new(Picture) },
		func() Message { return new(Carry) }, func() Message { return new(Carried) },
		func() Message { return new(Attack) }, func() Message { return new(Attacked) },
	} {
		blank[m().kind()] = m
	}
}

// Encode writes a message. The envelope of JSON is put around by hand: it would
// take another pass over the body, which is long where clients are many.
func Encode(m Message) string {
	if p, ok := m.(plain); ok {
		return encodePlain(p)
	}
	body, err := json.Marshal(m)
	if err != nil {
		panic("wire: " + err.Error()) // every message type can be written
	}
	return opening + m.kind() + middle + string(body) + closing
}

// An envelope is these around the kind, a word, and the body.
const opening, middle, closing = `{"kind":"`, `","body":`, `}`

// maxBytes bounds a message that Decode will look at.
const maxBytes = 64 << 20

// Decode reads a message. Fields it does not know are an error: both ends are
// always of one build.
func Decode(text string) (Message, error) {
	if len(text) > maxBytes {
		return nil, fmt.Errorf("message of %d bytes: want at most %d", len(text), maxBytes)
	}
	if !strings.HasPrefix(text, "{") {
		return decodePlain(text)
	}
	rest, begins := strings.CutPrefix(text, opening)
	kind, rest, goesOn := strings.Cut(rest, middle)
	body, ends := strings.CutSuffix(rest, closing)
	if !begins || !goesOn || !ends {
		return nil, fmt.Errorf("message %.40q: want %skind%sbody%s", text, opening, middle, closing)
	}
	fresh, ok := blank[kind]
	if !ok {
		return nil, fmt.Errorf("message of kind %.40q: not known", kind)
	}
	m := fresh()
	if _, ok := m.(plain); ok {
		return nil, fmt.Errorf("message of kind %s: want it plain, not as JSON", kind)
	}
	if err := strict(body, m); err != nil {
		return nil, fmt.Errorf("message of kind %s: %w", kind, err)
	}
	return m, nil
}

// strict reads one JSON value without fields that are not known, and nothing
// after it.
func strict(text string, into any) error {
	d := json.NewDecoder(strings.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return errors.New("there is more after it")
	}
	return nil
}
