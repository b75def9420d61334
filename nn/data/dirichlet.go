package data

import (
	"fmt"

	"grapevine/nn/random"
)

// Dirichlet shares each label's examples out in proportions drawn from
// Dir(α) over the clients (Hsu, Qi, Brown 2019, arXiv 1909.06335): label by
// label, ascending, from the stream (seed, "partition", step label), which
// draws the proportions, then shuffles the label's examples; they are cut at
// the rounded-down cumulative proportions. A client left with nothing then
// takes the last example of the client that holds most, the lowest of equals.
func Dirichlet(labels []byte, clients int, alpha float64, seed uint64) ([][]int, error) {
	if err := enough(len(labels), clients, 1); err != nil {
		return nil, err
	}
	if !(alpha > 0) {
		return nil, fmt.Errorf("α %v: want a positive number", alpha)
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
