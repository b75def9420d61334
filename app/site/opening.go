package site

import (
	"grapevine/app/experiment"
	"grapevine/app/lab"
	"grapevine/app/page"
	"grapevine/nn/data"
)

// Opened are the options of a site that opens with the first preset. load
// brings its digits.
func Opened(load func(name string, train, test int) (*data.Dataset, error)) (Options, error) {
	e := experiment.Presets[0].Experiment()
	set, err := load(e.Data, e.Train, e.Test)
	if err != nil {
		return Options{}, err
	}
	facts, err := lab.Describe(e, set, 1)
	if err != nil {
		return Options{}, err
	}
	o := Options{FirstMessage: page.FirstMessage()}
	if o.Still, err = Still(Picture(facts)); err != nil {
		return Options{}, err
	}
	for _, part := range []struct {
		set   string
		count int
	}{{"train", e.Train}, {"test", e.Test}} {
		for i := range part.count / data.ChunkSize {
			o.Opening = append(o.Opening, e.Data+"/"+data.FileName(part.set, i))
		}
	}
	return o, nil
}
