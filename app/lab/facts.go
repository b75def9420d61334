package lab

import (
	"grapevine/app/experiment"
	"grapevine/app/wire"
	"grapevine/nn"
	"grapevine/nn/data"
	"grapevine/nn/topology"
)

// Describe gathers what is true of an experiment before it runs, on the data
// it would run on. workers is the crew's size. The spectral gap and the
// positions are for the eye; no run depends on them.
func Describe(e experiment.Experiment, set *data.Dataset, workers int) (*wire.Facts, error) {
	if err := e.Check(); err != nil {
		return nil, err
	}
	parts, err := partition(e, set.Train.Labels)
	if err != nil {
		return nil, err
	}
	s, err := shape(e)
	if err != nil {
		return nil, err
	}
	g, err := graph(e)
	if err != nil {
		return nil, err
	}
	f := &wire.Facts{Experiment: e, Edges: [][2]int{}, Parameters: s.Parameters(), Workers: workers, Numerics: nn.NumericsVersion}
	if g != nil {
		f.Edges, f.Positions = g.Edges(), g.Positions()
		f.SpectralGap = g.SpectralGap(e.Exchanges)
	} else {
		f.Positions = topology.Circle(e.Clients)
	}
	for _, digit := range set.Test.Labels {
		f.TestDigits[digit]++
	}
	examples := 0
	for _, part := range parts {
		f.Histograms = append(f.Histograms, data.Histogram(set.Train.Labels, part))
		examples += len(part)
	}
	perClient := e.Looks(float64(examples)/float64(e.Clients)) * s.StepFLOPs()
	perModel := float64(set.Test.Count) * s.ForwardFLOPs() / float64(e.Evaluate)
	if e.Runs(experiment.FedAvg) {
		f.RoundFLOPs += float64(e.Participants)*perClient + perModel
	}
	if e.Runs(experiment.Gossip) {
		f.RoundFLOPs += float64(e.Clients) * (perClient + perModel)
	}
	return f, nil
}
