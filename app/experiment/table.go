package experiment

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Kind is how a property's value is written and which control shows it.
type Kind int

// The kinds of property.
const (
	Choice Kind = iota // one of Choices: a drop-down list
	Int                // a whole number in [Min, Max]: a number field
	Real               // a number in [Min, Max]: a number field
	Step               // a number in [Min, Max], offered as the list Steps
	Sizes              // layer sizes joined by "-": a text field
	Word               // an unsigned 64-bit number: a text field
	Pairs              // edges, "0-1.1-2": a text field
)

// Group is the heading a property stands under.
type Group string

// The groups, in the order the page shows them.
const (
	GroupData     Group = "Data"
	GroupGraph    Group = "Graph"
	GroupLearning Group = "Learning"
	GroupPrivacy  Group = "Privacy"
	GroupRun      Group = "Run"
)

// Groups lists the groups in order.
var Groups = [...]Group{GroupData, GroupGraph, GroupLearning, GroupPrivacy, GroupRun}

// Option is one value of a Choice, with its name in plain words.
type Option struct{ Value, Label string }

// Property describes one field of an [Experiment].
type Property struct {
	Key     string // in links, and the command's flag
	Name    string // in plain words
	Symbol  string // the field's usual symbol, or ""
	Unit    string // or ""
	Hint    string // one line: what to expect when it changes
	Group   Group
	Front   bool // stands on the first screen; the rest is folded under "more"
	Kind    Kind
	Options []Option  // of a Choice
	Steps   []float64 // of a Step
	Min     float64   // least value of a number
	Max     float64   // greatest value of a number
	Open    bool      // Min itself is excluded
	Free    bool      // +Inf is allowed too (ε)
	Live    bool      // may change while a run goes, without restarting it

	// Later marks a property that is younger than the digest: the digest covers
	// it only away from its default, so that older runs keep theirs.
	Later bool

	// Applies reports whether the setting matters to the experiment; nil:
	// always. What does not apply is not part of the digest.
	Applies func(Experiment) bool

	field func(*Experiment) any // pointer to the field
}

// Find returns the property with the key.
func Find(key string) (Property, bool) {
	for _, p := range Table {
		if p.Key == key {
			return p, true
		}
	}
	return Property{}, false
}

// Relevant reports whether the setting matters to the experiment.
func (p Property) Relevant(e Experiment) bool { return p.Applies == nil || p.Applies(e) }

// Get writes the field as links and flags show it.
func (p Property) Get(e Experiment) string {
	switch f := p.field(&e).(type) {
	case *string:
		return *f
	case *int:
		return strconv.Itoa(*f)
	case *uint64:
		return strconv.FormatUint(*f, 10)
	case *float64:
		return formatFloat(*f)
	case *Float:
		return formatFloat(float64(*f))
	}
	panic("experiment: property " + p.Key + " has a field of unknown type")
}

// Number is the field's value as a number; false for a Choice and for Sizes.
func (p Property) Number(e Experiment) (float64, bool) {
	switch f := p.field(&e).(type) {
	case *int:
		return float64(*f), true
	case *uint64:
		return float64(*f), true
	case *float64:
		return *f, true
	case *Float:
		return float64(*f), true
	}
	return 0, false
}

// FieldError says which setting was refused, and what is allowed.
type FieldError struct{ Key, Value, Want string }

func (e *FieldError) Error() string {
	v := e.Value
	if len(v) > 40 {
		v = v[:40] + "…"
	}
	return fmt.Sprintf("%s %q: want %s", e.Key, v, e.Want)
}

// Set reads a value as Get writes it and checks its range. On a *FieldError
// the experiment is unchanged.
func (p Property) Set(e *Experiment, value string) error {
	value = strings.TrimSpace(value)
	refuse := &FieldError{p.Key, value, p.Range()}
	switch f := p.field(e).(type) {
	case *string:
		switch p.Kind {
		case Sizes:
			if value != "" {
				if _, err := parseHidden(value); err != nil {
					return refuse
				}
			}
		case Pairs:
			edges, err := ParseEdges(value)
			if err != nil {
				return &FieldError{p.Key, value, err.Error()}
			}
			value = FormatEdges(edges)
		default:
			if p.option(value) == "" {
				return refuse
			}
		}
		*f = value
	case *int:
		n, err := strconv.Atoi(value)
		if err != nil || !p.allows(float64(n)) {
			return refuse
		}
		*f = n
	case *uint64:
		n, err := strconv.ParseUint(value, 10, 64)
		if err != nil {
			return refuse
		}
		*f = n
	case *float64:
		x, err := p.parse(value)
		if err != nil {
			return refuse
		}
		*f = x
	case *Float:
		x, err := p.parse(value)
		if err != nil {
			return refuse
		}
		*f = Float(x)
	}
	return nil
}

// Nearest sets the allowed value nearest to a number out of range; it reports
// whether there is one.
func (p Property) Nearest(e *Experiment, value string) bool {
	x, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	if err != nil || math.IsNaN(x) || p.Kind == Choice || p.Kind == Sizes || p.Kind == Word || p.Kind == Pairs {
		return false
	}
	x = math.Max(p.Min, math.Min(p.Max, x))
	if p.Open && x <= p.Min {
		return false
	}
	if p.Kind == Int {
		x = math.Round(x)
	}
	return p.Set(e, formatFloat(x)) == nil
}

// Label is the plain name of the property's value.
func (p Property) Label(e Experiment) string {
	v := p.Get(e)
	if l := p.option(v); l != "" {
		return l
	}
	if v == "inf" {
		return "∞"
	}
	return v
}

// Range says what is allowed, for errors and help.
func (p Property) Range() string {
	switch p.Kind {
	case Choice:
		values := make([]string, len(p.Options))
		for i, o := range p.Options {
			values[i] = o.Value
		}
		return strings.Join(values, ", ")
	case Sizes:
		return fmt.Sprintf("up to %d sizes from 1 to %d joined by -, or none", maxLayers, maxWidth)
	case Word:
		return "a whole number from 0 to 18446744073709551615"
	case Pairs:
		return edgesWanted
	}
	what := "a number"
	if p.Kind == Int {
		what = "a whole number"
	}
	from := "from"
	if p.Open {
		from = "above"
	}
	s := fmt.Sprintf("%s %s %s to %s", what, from, formatFloat(p.Min), formatFloat(p.Max))
	if p.Free {
		s += ", or inf"
	}
	return s
}

func (p Property) option(value string) string {
	for _, o := range p.Options {
		if o.Value == value {
			return o.Label
		}
	}
	return ""
}

func (p Property) allows(x float64) bool {
	return x >= p.Min && x <= p.Max && !(p.Open && x == p.Min)
}

func (p Property) parse(value string) (float64, error) {
	if p.Free && (value == "inf" || value == "∞") {
		return math.Inf(1), nil
	}
	x, err := strconv.ParseFloat(value, 64)
	if err != nil {
		return 0, err
	}
	if !p.allows(x) {
		return 0, strconv.ErrRange
	}
	if x == 0 {
		x = 0 // −0 reads as 0
	}
	return x, nil
}
