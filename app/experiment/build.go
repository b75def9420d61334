package experiment

import "errors"

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
	var errs []error
	for _, s := range settings {
		property, ok := Find(s.Key)
		if !ok {
			errs = append(errs, &FieldError{s.Key, s.Value, "the name of a setting"})
			continue
		}
		if err := property.Set(&e, s.Value); err != nil {
			errs = append(errs, err)
		}
	}
	if len(errs) > 0 {
		return Experiment{}, nil, errors.Join(errs...)
	}
	e, changes := Normalise(e)
	return e, changes, nil
}

// With is the experiment with one setting changed, as a person changes it:
// when the data changes, train, test and hidden follow where they still have
// the old data's defaults. On an error the experiment is unchanged.
func (e Experiment) With(key, value string) (Experiment, []Change, error) {
	p, ok := Find(key)
	if !ok {
		return e, nil, &FieldError{key, value, "the name of a setting"}
	}
	next := e
	if err := p.Set(&next, value); err != nil {
		return e, nil, err
	}
	if next.Data != e.Data {
		old := Experiment{Data: e.Data}
		fill(&old)
		if e.Train == old.Train {
			next.Train = 0
		}
		if e.Test == old.Test {
			next.Test = 0
		}
		if e.Hidden == old.Hidden {
			next.Hidden = ""
		}
	}
	next, changes := Normalise(next)
	return next, changes, nil
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
