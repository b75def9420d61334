package experiment

import (
	"errors"
	"fmt"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// The bounds of a sweep.
const (
	MaxAxes   = 2
	MaxValues = 100   // of one axis
	MaxSeeds  = 50    // runs of one setting
	MaxRuns   = 10000 // of a whole sweep
)

// Sweep describes runs of one experiment that differ in the values of a
// setting or two, and in their seeds: Base.Seed and those that follow it.
type Sweep struct {
	Base  Experiment
	Vary  []Axis
	Seeds int
}

// Axis is a setting that a sweep varies, and its values as links write them.
type Axis struct {
	Key    string
	Values []string
}

// The keys of a sweep's link beside those of the base experiment's.
const (
	keySweep = "sweep"
	keySeeds = "seeds"
)

// TutorialSweep is the tutorial's own study: five levels of privacy, both
// ways of federating.
func TutorialSweep() Sweep {
	return Sweep{Default(), []Axis{{"epsilon", []string{"inf", "8", "4", "2", "1"}}, {"protocol", []string{FedAvg, Gossip}}}, 1}
}

// ParseAxis reads "epsilon=inf,8": a setting's key and its values, which are
// written as links write them.
func ParseAxis(text string) (Axis, error) {
	key, list, ok := strings.Cut(text, "=")
	if !ok {
		return Axis{}, fmt.Errorf("vary %q: want a setting and its values, like epsilon=inf,8,4", shown(text))
	}
	return newAxis(key, strings.Split(list, ","))
}

func newAxis(key string, values []string) (Axis, error) {
	a := Axis{Key: key}
	p, ok := Find(key)
	switch {
	case !ok:
		return a, &FieldError{key, strings.Join(values, ","), "the name of a setting"}
	case key == "seed":
		return a, &FieldError{key, strings.Join(values, ","), "another setting: the number of seeds is given by itself"}
	case len(values) > MaxValues:
		return a, fmt.Errorf("%s: %d values: want 1 to %d", key, len(values), MaxValues)
	}
	for _, v := range values {
		e := unresolved()
		if err := p.Set(&e, v); err != nil {
			return a, err
		}
		v = p.Get(e)
		if slices.Contains(a.Values, v) {
			return a, fmt.Errorf("%s %q: given twice", key, shown(v))
		}
		a.Values = append(a.Values, v)
	}
	return a, nil
}

// Points is the number of settings that the sweep tries.
func (s Sweep) Points() int {
	n := 1
	for _, a := range s.Vary {
		n *= len(a.Values)
	}
	return n
}

// Count is the number of runs.
func (s Sweep) Count() int { return s.Points() * s.Seeds }

// Values lists what the point sets its axes to; the last axis varies fastest.
func (s Sweep) Values(point int) []string {
	values := make([]string, len(s.Vary))
	for i := len(s.Vary) - 1; i >= 0; i-- {
		n := len(s.Vary[i].Values)
		values[i] = s.Vary[i].Values[point%n]
		point /= n
	}
	return values
}

// Runs lists the experiments: run i is of point i / Seeds and has the seed
// Base.Seed + i % Seeds. The changes are those that rules across fields made
// to settings which are not varied, each once. A sweep that Check refuses has
// no runs.
func (s Sweep) Runs() ([]Experiment, []Change, error) {
	if err := s.bounds(); err != nil {
		return nil, nil, err
	}
	var runs []Experiment
	var changes []Change
	var errs []error
	for point := range s.Points() {
		var settings []Setting
		for i, v := range s.Values(point) {
			settings = append(settings, Setting{s.Vary[i].Key, v})
		}
		e, altered, err := s.Base.WithAll(settings)
		if err != nil {
			return nil, nil, err
		}
		for _, c := range altered {
			varied := slices.ContainsFunc(s.Vary, func(a Axis) bool { return a.Key == c.Key })
			switch {
			case varied:
				errs = append(errs, &FieldError{c.Key, c.From, c.To + " (" + c.Why + ")"})
			case !slices.Contains(changes, c):
				changes = append(changes, c)
			}
		}
		for seed := range s.Seeds {
			e.Seed = s.Base.Seed + uint64(seed)
			runs = append(runs, e)
		}
	}
	if len(errs) > 0 {
		return nil, nil, errors.Join(errs...)
	}
	return runs, changes, nil
}

// Check reports what is wrong with the sweep.
func (s Sweep) Check() error {
	_, _, err := s.Runs()
	return err
}

func (s Sweep) bounds() error {
	if err := s.Base.Check(); err != nil {
		return err
	}
	if s.Seeds < 1 || s.Seeds > MaxSeeds {
		return fmt.Errorf("seeds %d: want 1 to %d", s.Seeds, MaxSeeds)
	}
	if most := math.MaxUint64 - uint64(MaxSeeds); s.Base.Seed > most {
		return fmt.Errorf("seed %d: want at most %d, as a sweep counts on from it", s.Base.Seed, most)
	}
	if len(s.Vary) > MaxAxes {
		return fmt.Errorf("%d settings vary: want at most %d", len(s.Vary), MaxAxes)
	}
	for i, a := range s.Vary {
		b, err := newAxis(a.Key, a.Values)
		if err != nil {
			return err
		}
		if !slices.Equal(a.Values, b.Values) || len(a.Values) == 0 {
			return fmt.Errorf("%s %q: want values as links write them", a.Key, shown(strings.Join(a.Values, ",")))
		}
		if i > 0 && s.Vary[0].Key == a.Key {
			return fmt.Errorf("%s: varied twice", a.Key)
		}
	}
	if n := s.Count(); n > MaxRuns {
		return fmt.Errorf("%d runs: want at most %d", n, MaxRuns)
	}
	return nil
}

// String writes the sweep as a link's fragment, without "#".
func (s Sweep) String() string {
	base := Link{Experiment: s.Base}.String()
	if base == "" {
		base = keyVersion + "=" + strconv.Itoa(LinkVersion) + openingSettings()
	}
	axes := make([]string, len(s.Vary))
	for i, a := range s.Vary {
		values := make([]string, len(a.Values))
		for j, v := range a.Values {
			values[j] = escape(v)
		}
		axes[i] = a.Key + ":" + strings.Join(values, ",")
	}
	if len(axes) > 0 {
		base += "&" + keySweep + "=" + strings.Join(axes, ";")
	}
	return base + "&" + keySeeds + "=" + strconv.Itoa(s.Seeds)
}

// openingSettings writes the opening preset's settings, which a link leaves
// out only where it has nothing else to say.
func openingSettings() string {
	l := Link{Experiment: Presets[0].Experiment(), View: View{Start: true}}
	return strings.TrimSuffix(strings.TrimPrefix(l.String(), keyVersion+"="+strconv.Itoa(LinkVersion)), "&"+keyStart+"=1")
}

// ParseSweep reads a sweep's link, or its fragment alone; ok is false when
// the link describes none. Like [ParseLink] it never fails: the sweep is
// valid, and refused says what was not accepted. What the link says beside
// base and sweep (a claim, a view) is checked, and is the caller's to read
// with ParseLink.
func ParseSweep(text string) (s Sweep, refused []string, ok bool) {
	if _, fragment, found := strings.Cut(text, "#"); found {
		text = fragment
	}
	if len(text) > maxLink {
		return Sweep{}, nil, false
	}
	refuse := func(format string, args ...any) { refused = append(refused, fmt.Sprintf(format, args...)) }
	var rest []string
	values := map[string]string{}
	for _, pair := range strings.Split(text, "&") {
		key, value, _ := strings.Cut(pair, "=")
		if key != keySweep && key != keySeeds {
			rest = append(rest, pair)
			continue
		}
		if _, again := values[key]; again {
			refuse("%s: given twice; the first is used", key)
			continue
		}
		values[key] = value
	}
	if len(values) == 0 {
		return Sweep{}, nil, false
	}
	base := strings.Join(rest, "&")
	if base == "" {
		// Without a word of its base a sweep is of the defaults, not of what
		// the page happens to open on.
		base = keyVersion + "=" + strconv.Itoa(LinkVersion)
	}
	l, more := ParseLink(base)
	refused = append(refused, more...)
	s = Sweep{Base: l.Experiment, Seeds: 1}
	if v, given := values[keySeeds]; given {
		n, err := strconv.Atoi(v)
		if err != nil || n < 1 || n > MaxSeeds {
			refuse("%s %q: want a whole number from 1 to %d; 1 is used", keySeeds, shown(v), MaxSeeds)
			n = 1
		}
		s.Seeds = n
	}
	if v := values[keySweep]; v != "" {
		for _, word := range strings.Split(v, ";") {
			next := s
			plain, err := url.PathUnescape(word)
			if err == nil {
				key, list, _ := strings.Cut(plain, ":")
				var a Axis
				a, err = newAxis(key, strings.Split(list, ","))
				next.Vary = append(slices.Clip(s.Vary), a)
			}
			if err == nil {
				err = next.Check()
			}
			if err != nil {
				refuse("%s: %v; %q is not swept", keySweep, err, shown(word))
				continue
			}
			s = next
		}
	}
	if err := s.Check(); err != nil { // the seed alone can still be at fault
		refuse("%v; seed 7 is used", err)
		s.Base.Seed = Default().Seed
	}
	return s, refused, true
}
