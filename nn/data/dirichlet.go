package data

import (
	"fmt"
	"math"

	"grapevine/nn/random"
)

// Dirichlet shares each label's examples out in proportions drawn from
// Dir(α) over the clients, as Yurochkin et al. 2019 do (arXiv 1905.12022):
// label by label, ascending, from the stream (seed, "partition", step label),
// which draws the proportions, then shuffles the label's examples; they are
// cut at the rounded-down cumulative proportions. Every example is used, and
// the clients' numbers of examples differ. (Hsu, Qi and Brown 2019, arXiv
// 1909.06335, draw each client's mix of labels instead, at equal sizes.)
//
// A client left with nothing then takes the last example of the client that
// holds most, the lowest of equals: training and evaluation want one at
// least. alpha is finite and above 0, each label below Classes.
func Dirichlet(labels []byte, clients int, alpha float64, seed uint64) ([][]int, error) {
	if err := enough(len(labels), clients, 1); err != nil {
		return nil, err
	}
	if !(alpha > 0 && alpha <= math.MaxFloat64) {
		return nil, fmt.Errorf("α %v: want a finite number above 0", alpha)
	}
	var of [Classes][]int
	for i, l := range labels {
		of[l] = append(of[l], i)
	}
	parts := make([][]int, clients)
	for label, examples := range of {
		s := random.New(random.Address{Seed: seed, Purpose: random.PurposePartition, Step: label})
		p := s.Dirichlet(clients, alpha)
		s.Shuffle(examples)
		from, cumulative := 0, 0.0
		for c := range parts {
			cumulative += p[c]
			to := from
			if c == clients-1 {
				to = len(examples)
			} else if at := int(float64(cumulative * float64(len(examples)))); at > from {
				to = min(at, len(examples))
			}
			parts[c] = append(parts[c], examples[from:to]...)
			from = to
		}
	}
	for c := range parts {
		if len(parts[c]) > 0 {
			continue
		}
		most := 0
		for i := range parts {
			if len(parts[i]) > len(parts[most]) {
				most = i
			}
		}
		last := len(parts[most]) - 1
		parts[c] = append(parts[c], parts[most][last])
		parts[most] = parts[most][:last]
	}
	return parts, nil
}
