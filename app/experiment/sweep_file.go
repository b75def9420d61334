package experiment

import (
	"encoding/json"
	"fmt"
)

// sweepFile is a finished sweep with all its results.
type sweepFile struct {
	Link    string   `json:"link"`
	Results []Result `json:"results"`
}

// Keep writes a finished sweep, whose results are those of Runs in their
// order, as text that Kept reads.
func (s Sweep) Keep(results []Result) string {
	text, err := json.Marshal(sweepFile{s.String(), results})
	if err != nil {
		panic("experiment: " + err.Error()) // every result can be written
	}
	return string(text)
}

// Kept reads what Keep wrote, and checks that the results are the sweep's.
func Kept(text string) (Sweep, []Result, error) {
	var f sweepFile
	if len(text) > MaxResultBytes {
		return Sweep{}, nil, fmt.Errorf("kept sweep of %d bytes: want at most %d", len(text), MaxResultBytes)
	}
	if err := json.Unmarshal([]byte(text), &f); err != nil {
		return Sweep{}, nil, fmt.Errorf("kept sweep: %w", err)
	}
	s, refused, ok := ParseSweep(f.Link)
	if !ok || len(refused) > 0 {
		return Sweep{}, nil, fmt.Errorf("kept sweep: link %q does not describe one", shown(f.Link))
	}
	runs, _, err := s.Runs()
	if err != nil {
		return Sweep{}, nil, fmt.Errorf("kept sweep: %w", err)
	}
	if len(f.Results) != len(runs) {
		return Sweep{}, nil, fmt.Errorf("kept sweep: %d results: want %d", len(f.Results), len(runs))
	}
	for i, r := range f.Results {
		if r.Experiment != runs[i] {
			return Sweep{}, nil, fmt.Errorf("kept sweep: result %d is of another experiment", i)
		}
		if err := r.check(); err != nil {
			return Sweep{}, nil, fmt.Errorf("kept sweep: result %d: %w", i, err)
		}
	}
	return s, f.Results, nil
}
