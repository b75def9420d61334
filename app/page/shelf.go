package page

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"grapevine/app/experiment"
)

// Shelf is the finished runs that this device keeps, as the page knows them.
// The store itself is the browser's (web/shelf.js); the model sends it orders
// and hears after each what it holds.
type Shelf struct {
	Open     bool
	Records  []Record // newest first
	Problem  string   // why runs are not kept, "" while they are
	Said     string   // what happened to the shelf by itself
	Deleted  *Record  // the run deleted last, while it can be put back
	Compared []string // digests, in the order in which they were chosen

	traces map[string]*experiment.Trace // of Compared, as far as they are here
	orders []Order                      // not carried out yet
}

// Record is what the shelf knows of a run without opening its trace.
type Record struct {
	Digest     string    `json:"digest"`
	Link       string    `json:"link"` // with what it claims
	Name       string    `json:"name"`
	Pinned     bool      `json:"pinned"`
	Colour     int       `json:"colour"` // of its curves, see keptStroke
	Accuracies []float64 `json:"accuracies"`
	Rounds     int       `json:"rounds"`
	Kept       float64   `json:"kept"`  // ms since 1970, by the store; for the order on the shelf alone
	Bytes      int       `json:"bytes"` // of the trace as it is stored
}

// Order is what the store is asked to do: list, put, alter, remove, restore,
// get or save.
type Order struct {
	Do     string            `json:"do"`
	Digest string            `json:"digest,omitempty"`
	As     string            `json:"as,omitempty"`   // what a got trace is for: "show" or "compare"
	Undo   bool              `json:"undo,omitempty"` // what is removed may be put back
	Record *Record           `json:"record,omitempty"`
	Trace  *experiment.Trace `json:"-"` // to put
}

// What a person can do with the shelf, and what the store answers.
type (
	Unfold struct{ Open bool }
	Rename struct{ Digest, Name string }
	Pin    struct{ Digest string } // or unpins
	// Recolour gives a run the next colour and pattern of dashes.
	Recolour struct{ Digest string }
	// Compare draws a run's curves beside those of the run at hand, or no more.
	Compare  struct{ Digest string }
	Exhibit  struct{ Digest string } // shows a run as a trace file is shown
	Download struct{ Digest string }
	Delete   struct{ Digest string }
	Undelete struct{}
	// Stored is the answer to an order.
	Stored struct {
		Order
		Records []Record `json:"records"`
		Problem string   `json:"problem"` // a DOMException's name, "" for none
		Text    string   `json:"-"`       // of a trace file
	}
)

// bounds of the shelf.
const (
	mostShelved      = 60
	mostShelvedBytes = 40 << 20
	mostCompared     = 6
	mostName         = 60      // characters
	mostKeptNumbers  = 400_000 // of a trace: writing more would hold the page up
)

// shelve is Update for all that concerns the shelf; ok is false for another
// event.
func (m Model) shelve(event any) (_ Model, _ []Effect, ok bool) {
	switch e := event.(type) {
	case Unfold:
		m.Shelf.Open = e.Open
	case Rename:
		m = m.alter(e.Digest, func(r *Record) { r.Name = nameOf(e.Name, r.Link) })
	case Pin:
		m = m.alter(e.Digest, func(r *Record) { r.Pinned = !r.Pinned })
	case Recolour:
		m = m.alter(e.Digest, func(r *Record) { r.Colour = (max(0, r.Colour) + 1) % keptStrokes })
	case Compare:
		m = m.compare(e.Digest)
	case Exhibit:
		m = m.order(Order{Do: "get", Digest: e.Digest, As: "show"})
	case Download:
		m = m.order(Order{Do: "save", Digest: e.Digest})
	case Delete:
		m = m.remove(e.Digest)
	case Undelete:
		if m.Shelf.Deleted != nil {
			m.Shelf.Deleted = nil
			m = m.order(Order{Do: "restore"})
		}
	case Stored:
		m, effects := m.stored(e)
		return m, effects, true
	default:
		return m, nil, false
	}
	return m, nil, true
}

// order asks the store to do something.
func (m Model) order(o Order) Model {
	m.Shelf.orders = append(slices.Clip(m.Shelf.orders), o)
	return m
}

// taken hands the orders over to who carries them out.
func (m Model) taken() (Model, []Order) {
	orders := m.Shelf.orders
	m.Shelf.orders = nil
	return m, orders
}

// find returns the record with the digest, nil where there is none.
func (s Shelf) find(digest string) *Record {
	if i := slices.IndexFunc(s.Records, func(r Record) bool { return r.Digest == digest }); i >= 0 {
		return &s.Records[i]
	}
	return nil
}

// keep puts the run that just finished on the shelf, once.
func (m Model) keep() Model {
	if m.Shelf.find(m.Trace.Digest) != nil {
		return m
	}
	if numbersIn(&m.Trace) > mostKeptNumbers {
		m.Shelf.Said = "This run is too large for the shelf. Share it as a file to keep it."
		return m
	}
	link := experiment.Link{Experiment: m.Trace.Experiment, Claim: experiment.ClaimOf(&m.Trace)}
	r := Record{
		Digest: m.Trace.Digest, Link: link.String(), Name: nameOf("", link.String()),
		Accuracies: link.Claim.Accuracies, Rounds: m.Trace.Experiment.Rounds, Colour: m.Shelf.freeColour(),
	}
	t := m.Trace
	return m.order(Order{Do: "put", Digest: r.Digest, Record: &r, Trace: &t})
}

// numbersIn is about how many values a trace file of the run holds.
func numbersIn(t *experiment.Trace) (n int) {
	for _, run := range t.Runs {
		for _, round := range run.Rounds {
			n += 6*len(round.Clients) + 3*len(round.Exchanges)
			if round.Evaluation != nil {
				n += 2 * len(round.Evaluation.Models)
			}
		}
	}
	return n
}

// freeColour is the least colour index that no run on the shelf has.
func (s Shelf) freeColour() int {
	for i := 0; ; i++ {
		if !slices.ContainsFunc(s.Records, func(r Record) bool { return r.Colour == i }) {
			return i
		}
	}
}

func (m Model) alter(digest string, change func(*Record)) Model {
	m.Shelf.Records = slices.Clone(m.Shelf.Records)
	r := m.Shelf.find(digest)
	if r == nil {
		return m
	}
	change(r)
	altered := *r
	return m.order(Order{Do: "alter", Digest: digest, Record: &altered})
}

func (m Model) remove(digest string) Model {
	r := m.Shelf.find(digest)
	if r == nil {
		return m
	}
	gone := *r
	m.Shelf.Deleted, m.Shelf.Said = &gone, ""
	return m.order(Order{Do: "remove", Digest: digest, Undo: true})
}

// compare takes a run into the comparison, or out of it.
func (m Model) compare(digest string) Model {
	m.Shelf.Said = ""
	if i := slices.Index(m.Shelf.Compared, digest); i >= 0 {
		m.Shelf.Compared = slices.Delete(slices.Clone(m.Shelf.Compared), i, i+1)
		return m
	}
	if len(m.Shelf.Compared) >= mostCompared {
		m.Shelf.Said = fmt.Sprintf("At most %d runs are compared at a time: take one out first.", mostCompared)
		return m
	}
	m.Shelf.Compared = append(slices.Clone(m.Shelf.Compared), digest)
	if m.Shelf.traces[digest] == nil {
		m = m.order(Order{Do: "get", Digest: digest, As: "compare"})
	}
	return m
}

// stored takes the store's answer.
func (m Model) stored(e Stored) (Model, []Effect) {
	if e.Problem != "" {
		m.Shelf.Problem = problemWords(e.Problem)
		if e.As == "compare" {
			m = m.compare(e.Digest) // out of it again
		}
		return m, nil
	}
	m.Shelf.Problem = ""
	m.Shelf.Records = slices.Clone(e.Records)
	slices.SortFunc(m.Shelf.Records, func(a, b Record) int {
		return cmp.Or(cmp.Compare(b.Kept, a.Kept), strings.Compare(a.Digest, b.Digest))
	})
	m.Shelf.Compared = slices.DeleteFunc(slices.Clone(m.Shelf.Compared), func(d string) bool { return m.Shelf.find(d) == nil })
	if e.Do == "put" {
		for _, r := range m.Shelf.excess() {
			m.Shelf.Said = fmt.Sprintf("The shelf was full: the oldest run that is not pinned, %q, made room.", r.Name)
			m = m.order(Order{Do: "remove", Digest: r.Digest})
		}
	}
	if e.Do != "get" {
		return m, nil
	}
	t, err := experiment.ReadTrace(strings.NewReader(e.Text))
	if err == nil && t.Digest != e.Digest {
		err = errors.New("it holds another run")
	}
	switch {
	case err != nil:
		m.Shelf.Problem = "The kept run was not opened: " + err.Error() + "."
		m.Shelf.Compared = slices.DeleteFunc(m.Shelf.Compared, func(d string) bool { return d == e.Digest })
	case e.As == "show":
		return m.exhibit(t)
	default:
		m.Shelf.traces = maps.Clone(m.Shelf.traces)
		if m.Shelf.traces == nil {
			m.Shelf.traces = map[string]*experiment.Trace{}
		}
		m.Shelf.traces[e.Digest] = t
		maps.DeleteFunc(m.Shelf.traces, func(d string, _ *experiment.Trace) bool { return !slices.Contains(m.Shelf.Compared, d) })
	}
	return m, nil
}

// excess lists what has to go for the shelf to keep its bounds: the oldest
// that are not pinned.
func (s Shelf) excess() (out []Record) {
	n, bytes := len(s.Records), 0
	for _, r := range s.Records {
		bytes += r.Bytes
	}
	for _, r := range slices.Backward(s.Records) {
		if n <= mostShelved && bytes <= mostShelvedBytes {
			break
		}
		if !r.Pinned {
			out = append(out, r)
			n, bytes = n-1, bytes-r.Bytes
		}
	}
	return out
}

// problemWords says what a store's refusal means.
func problemWords(name string) string {
	switch name {
	case "QuotaExceededError":
		return "The browser has no room left for finished runs. Delete some here, or save them as files."
	case "SecurityError", "InvalidStateError", "NotAllowedError", "TypeError", "ReferenceError":
		return "This browser does not let the page keep runs, as in some private windows. Save them as files instead."
	}
	if name == "NotFoundError" {
		return "This run is not on the shelf any more: another tab deleted it."
	}
	return "Finished runs cannot be kept just now (" + name + "). Save them as files instead."
}

// nameOf is the name as it is kept; without one, what the run is in words.
func nameOf(name, link string) string {
	name = strings.Join(strings.Fields(name), " ")
	if name == "" {
		l, _ := experiment.ParseLink(link)
		name = plainName(l.Experiment)
	}
	if r := []rune(name); len(r) > mostName {
		name = string(r[:mostName-1]) + "…"
	}
	return name
}

// plainName names an experiment by the nearest preset and what differs from it.
func plainName(e experiment.Experiment) string {
	best, name := []string(nil), ""
	for i, p := range experiment.Presets {
		if d := deviations(e, p.Experiment()); i == 0 || len(d) < len(best) {
			best, name = d, p.Name
		}
	}
	return strings.Join(append([]string{name}, best[:min(2, len(best))]...), ", ")
}

// differsInWords says what of the experiment is not as the tutorial has it.
func differsInWords(e experiment.Experiment) string {
	base, _, err := experiment.Default().With("data", e.Data)
	if err != nil {
		base = experiment.Default()
	}
	if d := deviations(e, base); len(d) > 0 {
		return "Differs from the tutorial: " + strings.Join(d, "; ") + "."
	}
	return "As in the tutorial."
}

// deviations are the settings in which e is not as base, of those that matter
// to it: first what a run teaches, last how long it goes and on how much data.
func deviations(e, base experiment.Experiment) (out []string) {
	var last []string
	for _, p := range experiment.Table {
		if p.Relevant(e) && p.Get(e) != p.Get(base) {
			label := p.Label(e)
			if p.Kind == experiment.Pairs {
				label = "drawn by hand"
			}
			name := strings.ToLower(p.Name[:1]) + p.Name[1:]
			switch p.Key {
			case "epsilon": // its name is a sentence
				out = append(out, p.Symbol+" "+label)
			case "train", "test", "edges", "rounds", "evaluate":
				last = append(last, name+" "+label)
			default:
				out = append(out, name+" "+label)
			}
		}
	}
	return append(out, last...)
}
