package audit

import "slices"

// Rates are an attack's at one threshold: of those left out, and of those in,
// how many are taken for members.
type Rates struct{ FPR, TPR float64 }

// ROC lists the rates of all thresholds that can tell the scores apart, as the
// threshold falls: from (0, 0), where nobody is taken for a member, to (1, 1).
func (s Scores) ROC() ([]Rates, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	falling := func(a, b float64) int {
		switch {
		case a > b:
			return -1
		case a < b:
			return 1
		}
		return 0
	}
	in, out := slices.SortedFunc(slices.Values(s.In), falling), slices.SortedFunc(slices.Values(s.Out), falling)
	roc := []Rates{{}}
	for i, j := 0, 0; i < len(in) || j < len(out); {
		threshold := 0.0
		if i < len(in) && (j == len(out) || in[i] > out[j]) {
			threshold = in[i]
		} else {
			threshold = out[j]
		}
		for i < len(in) && in[i] >= threshold {
			i++
		}
		for j < len(out) && out[j] >= threshold {
			j++
		}
		roc = append(roc, Rates{float64(j) / float64(len(out)), float64(i) / float64(len(in))})
	}
	return roc, nil
}

// Area is the area beneath a curve of [Scores.ROC]: the probability that one
// who was in scores higher than one left out, ties counting half.
func Area(roc []Rates) (area float64) {
	for i := 1; i < len(roc); i++ {
		area += (roc[i].FPR - roc[i-1].FPR) * (roc[i].TPR + roc[i-1].TPR) / 2
	}
	return area
}
