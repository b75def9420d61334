package experiment

import (
	"bytes"
	"encoding/json"
	"iter"
)

// mostPerPiece is how many elements of a list a piece of a trace file holds.
const mostPerPiece = 100

// Pieces are the trace file that [WriteTrace] writes, piece by piece, none of
// which takes long to make: a page that writes a long run does other work
// between them. A piece is only good until the next one.
func (t *Trace) Pieces() iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		p := pieces{yield: yield}
		link := Link{Experiment: t.Experiment, Claim: ClaimOf(t)}
		bare := *t
		bare.Runs = nil
		p.around(traceFile{traceFormat, traceVersion, "#" + link.String(), &bare}, func() {
			list(&p, "runs", t.Runs, 1, p.run)
		})
		p.emit([]byte{'\n'})
	}
}

// pieces writes JSON whose long lists come in pieces. What holds such lists is
// encoded without them, as null, and parted where they belong.
type pieces struct {
	yield func([]byte) bool
	ended bool   // nobody wants more
	rest  []byte // of the value around the list at hand
}

func (p *pieces) emit(piece []byte) {
	p.ended = p.ended || !p.yield(piece)
}

// around emits a value, and lets inside emit its lists in their order.
func (p *pieces) around(value any, inside func()) {
	outer := p.rest
	p.rest = plain(value)
	inside()
	p.emit(p.rest)
	p.rest = outer
}

// list emits the value around up to its key, and then the elements; with each,
// the elements are values around lists themselves.
func list[T any](p *pieces, key string, elements []T, most int, each func(*T)) {
	if elements == nil || p.ended {
		return // null it is
	}
	before, after, _ := bytes.Cut(p.rest, []byte(`"`+key+`":null`))
	p.rest = after
	p.emit(before)
	p.emit([]byte(`"` + key + `":[`))
	for from := 0; from < len(elements) && !p.ended; from += most {
		if from > 0 {
			p.emit([]byte{','})
		}
		some := elements[from:min(from+most, len(elements))]
		if each != nil {
			each(&some[0])
			continue
		}
		text := plain(some)
		p.emit(text[1 : len(text)-1])
	}
	p.emit([]byte{']'})
}

func (p *pieces) run(r *Run) {
	bare := *r
	bare.Rounds = nil
	p.around(bare, func() { list(p, "rounds", r.Rounds, 1, p.round) })
}

func (p *pieces) round(r *Round) {
	bare := *r
	bare.Clients, bare.Exchanges = nil, nil
	if r.Evaluation != nil {
		e := *r.Evaluation
		e.Models = nil
		bare.Evaluation = &e
	}
	p.around(bare, func() {
		list(p, "clients", r.Clients, mostPerPiece, nil)
		list(p, "exchanges", r.Exchanges, mostPerPiece, nil)
		if r.Evaluation != nil {
			list(p, "models", r.Evaluation.Models, mostPerPiece, nil)
		}
	})
}

// plain is the JSON of a value; links in it are to be read.
func plain(value any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(value); err != nil {
		panic("experiment: " + err.Error()) // everything in a trace can be written
	}
	return bytes.TrimSuffix(b.Bytes(), []byte{'\n'})
}
