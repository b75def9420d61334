package experiment

import (
	"errors"
	"slices"
)

// Setting is a value for the property with the key, as links and flags write
// it.
type Setting struct{ Key, Value string }

// Build makes an experiment from a preset and settings over it, which are
// applied together: a rule across fields sees them all. Train, test and
// hidden, where no setting names them, follow the data. The error joins a
// *FieldError for every setting refused.
func Build(preset string, settings []Setting) (Experiment, []Change, error) {
	p, ok := FindPreset(preset)
	if !ok {
		return Experiment{}, nil, &FieldError{"preset", preset, presetKeys()}
	}
	e := unresolved()
	p.edit(&e)
	if err := set(&e, settings); err != nil {
		return Experiment{}, nil, err
	}
	e, changes := Normalise(e)
	return e, changes, nil
}

// set gives the fields their values; the error joins a *FieldError for every
// setting refused.
func set(e *Experiment, settings []Setting) error {
	var errs []error
	for _, s := range settings {
		property, ok := Find(s.Key)
		if !ok {
			errs = append(errs, &FieldError{s.Key, s.Value, "the name of a setting"})
			continue
		}
		if err := property.Set(e, s.Value); err != nil {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// With is the experiment with one setting changed, as a person changes it:
// when the data changes, train, test and hidden follow where they still have
// the old data's defaults. On an error the experiment is unchanged.
func (e Experiment) With(key, value string) (Experiment, []Change, error) {
	return e.WithAll([]Setting{{key, value}})
}

// WithAll is With for several settings at once, which are applied together: a
// rule across fields sees them all, and a setting given is not overruled by
// the data's defaults.
func (e Experiment) WithAll(settings []Setting) (Experiment, []Change, error) {
	next := e
	if err := set(&next, settings); err != nil {
		return e, nil, err
	}
	given := func(key string) bool {
		return slices.ContainsFunc(settings, func(s Setting) bool { return s.Key == key })
	}
	var first []Change
	if only := trusted(next.Trust); only != "" && next.Protocol != only && given("protocol") && !given("trust") {
		// Who asks for a protocol wants it, and not the trust it had no part in.
		first = append(first, Change{"trust", next.Trust, TrustLocal, unfit(next.Trust)})
		next.Trust = TrustLocal
	}
	if next.Data != e.Data {
		old := Experiment{Data: e.Data}
		fill(&old)
		if e.Train == old.Train && !given("train") {
			next.Train = 0
		}
		if e.Test == old.Test && !given("test") {
			next.Test = 0
		}
		if e.Hidden == old.Hidden && !given("hidden") {
			next.Hidden = ""
		}
	}
	next, changes := Normalise(next)
	return next, append(first, changes...), nil
}

func presetKeys() string {
	keys := ""
	for i, p := range Presets {
		if i > 0 {
			keys += ", "
		}
		keys += p.Key
	}
	return keys
}
