package wire

import (
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"grapevine/app/experiment"
)

// plain messages say themselves what they hold: all that are sent while the
// page starts and while a run goes. Package encoding/json finds out what a type
// holds when it first meets it, by much code: in a browser that compiles a
// function when it is first called, and again when it is called often, that was a
// quarter of all compiling until Play.
//
// A plain message is its kind and its fields, in order, each led by a space:
// whole numbers in decimal; other numbers as the bits of a float64 in
// hexadecimal; truth as 0 or 1; text as its length in bytes, a colon, and itself;
// lists as their length and their elements. All is valid UTF-8, for on its way it
// is a JavaScript string.
type plain interface {
	Message
	fields(c *coder)
}

// coder writes a plain message's fields, or reads them.
type coder struct {
	reading bool
	out     []byte
	rest    string // to be read
	err     error  // the first; after it all that is read is zero
}

func (m *Describe) fields(c *coder) { c.whole(&m.ID); c.experiment(&m.Experiment) }
func (m *Start) fields(c *coder)    { c.whole(&m.ID); c.experiment(&m.Experiment) }
func (m *Train) fields(c *coder)    { c.whole(&m.Until); c.whole(&m.Rounds) }
func (m *Pause) fields(*coder)      {}
func (m *Look) fields(c *coder)     { c.whole(&m.Client); c.whole(&m.Count) }
func (m *Loading) fields(c *coder)  { c.whole(&m.Done); c.whole(&m.Total) }
func (m *Progress) fields(c *coder) { c.whole(&m.Round); c.whole(&m.Done); c.whole(&m.Total) }
func (m *Paused) fields(c *coder)   { c.whole(&m.Round) }
func (m *Reset) fields(*coder)      {}
func (m *Select) fields(c *coder)   { c.whole(&m.Client) }
func (m *Ready) fields(*coder)      {}
func (m *At) fields(c *coder)       { c.number(&m.At); c.text(&m.Phase) }
func (m *Picked) fields(c *coder)   { c.whole(&m.Client) }
func (m *Scene) fields(c *coder)    { m.Facts.fields(c); m.Theme.fields(c) }
func (m *Theme) fields(c *coder)    { c.truth(&m.Dark); c.truth(&m.Reduced); c.truth(&m.Large) }

func (m *Playhead) fields(c *coder) {
	c.number(&m.At)
	c.truth(&m.Playing)
	c.number(&m.Speed)
	c.truth(&m.Follow)
}

func (m *Facts) fields(c *coder) {
	c.whole(&m.ID)
	c.experiment(&m.Experiment)
	list(c, &m.Edges, func(e *[2]int) { c.whole(&e[0]); c.whole(&e[1]) })
	list(c, &m.Positions, func(p *[2]float64) { c.number(&p[0]); c.number(&p[1]) })
	list(c, &m.Histograms, c.digits)
	c.digits(&m.TestDigits)
	c.number(&m.SpectralGap)
	c.whole(&m.Parameters)
	c.number(&m.RoundFLOPs)
	c.whole(&m.Workers)
	c.whole(&m.Numerics)
}

func (m *Started) fields(c *coder) {
	c.text(&m.Data.Name)
	c.whole(&m.Data.Train)
	c.whole(&m.Data.Test)
	sum := hex.EncodeToString(m.Data.Checksum[:])
	c.text(&sum)
	if c.reading && c.err == nil {
		if err := m.Data.Checksum.UnmarshalText([]byte(sum)); err != nil {
			c.fail("checksum: %w", err)
		}
	}
	c.whole(&m.Numerics)
}

// encodePlain writes a plain message.
func encodePlain(m plain) string {
	c := coder{out: append(make([]byte, 0, 256), m.kind()...)}
	m.fields(&c)
	return string(c.out)
}

// decodePlain reads what encodePlain writes.
func decodePlain(text string) (Message, error) {
	kind, _, _ := strings.Cut(text, " ")
	fresh, ok := blank[kind]
	if !ok {
		return nil, fmt.Errorf("message of kind %.40q: not known", kind)
	}
	m, ok := fresh().(plain)
	if !ok {
		return nil, fmt.Errorf("message %.40q: want it as JSON", text)
	}
	c := coder{reading: true, rest: text[len(kind):]}
	m.fields(&c)
	if c.err == nil && c.rest != "" {
		c.fail("%d bytes follow its end", len(c.rest))
	}
	if c.err != nil {
		return nil, fmt.Errorf("message of kind %s: %w", kind, c.err)
	}
	return m, nil
}

func (c *coder) fail(format string, args ...any) {
	if c.err == nil {
		c.err = fmt.Errorf(format, args...)
	}
	c.rest = ""
}

// field is the next field, up to one of the ends.
func (c *coder) field(ends string) string {
	if c.rest == "" {
		c.fail("it ends too soon")
		return ""
	}
	if c.rest[0] != ' ' {
		c.fail("%.20q: want a space before a field", c.rest)
		return ""
	}
	n := strings.IndexAny(c.rest[1:], ends)
	if n < 0 {
		n = len(c.rest) - 1
	}
	f := c.rest[1 : 1+n]
	c.rest = c.rest[1+n:]
	return f
}

func (c *coder) whole(x *int) {
	if !c.reading {
		c.out = strconv.AppendInt(append(c.out, ' '), int64(*x), 10)
		return
	}
	*x = c.count(" ")
}

// count reads a whole number up to one of the ends.
func (c *coder) count(ends string) int {
	f := c.field(ends)
	if c.err != nil {
		return 0
	}
	n, err := strconv.Atoi(f)
	if err != nil {
		c.fail("%.20q: want a whole number", f)
	}
	return n
}

// word is a number of 64 bits.
func (c *coder) word(x *uint64) {
	if !c.reading {
		c.out = strconv.AppendUint(append(c.out, ' '), *x, 16)
		return
	}
	f := c.field(" ")
	if c.err != nil {
		return
	}
	n, err := strconv.ParseUint(f, 16, 64)
	if err != nil {
		c.fail("%.20q: want 64 bits in hexadecimal", f)
	}
	*x = n
}

func (c *coder) number(x *float64) {
	bits := math.Float64bits(*x)
	if c.word(&bits); c.reading {
		*x = math.Float64frombits(bits)
	}
}

func (c *coder) truth(x *bool) {
	n := 0
	if *x {
		n = 1
	}
	if c.whole(&n); n != 0 && n != 1 {
		c.fail("%d: want 0 or 1", n)
	}
	*x = n == 1
}

func (c *coder) text(x *string) {
	if !c.reading {
		c.out = strconv.AppendInt(append(c.out, ' '), int64(len(*x)), 10)
		c.out = append(append(c.out, ':'), *x...)
		return
	}
	n := c.count(":")
	if c.err != nil {
		return
	}
	if n < 0 || n > len(c.rest)-1 { // the colon leads
		c.fail("a text of %d bytes: %d are left", n, max(0, len(c.rest)-1))
		return
	}
	*x, c.rest = c.rest[1:1+n], c.rest[1+n:]
}

// list is a list whose elements one can write or read.
func list[E any](c *coder, l *[]E, one func(*E)) {
	n := len(*l)
	c.whole(&n)
	if c.reading {
		if n < 0 || n > len(c.rest)/2 { // an element is a space and more
			c.fail("a list of %d elements: %d bytes are left", n, len(c.rest))
			n = 0
		}
		*l = make([]E, n)
	}
	for i := range *l {
		if c.err != nil {
			return
		}
		one(&(*l)[i])
	}
}

func (c *coder) digits(count *[10]int) {
	for i := range count {
		c.whole(&count[i])
	}
}

// experiment is every property, in the order of experiment.Table.
func (c *coder) experiment(e *experiment.Experiment) {
	for field := range e.Fields() {
		switch f := field.(type) {
		case *string:
			c.text(f)
		case *int:
			c.whole(f)
		case *uint64:
			c.word(f)
		case *float64:
			c.number(f)
		case *experiment.Float:
			c.number((*float64)(f))
		default:
			panic(errors.New("wire: an experiment has a field of a type that is not known"))
		}
	}
}
