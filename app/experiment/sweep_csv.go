package experiment

import (
	"encoding/csv"
	"io"
	"slices"
	"strconv"
)

// Header names the columns that tell a sweep's outcomes apart: the axes, and
// the protocol where it is none of them.
func (s Sweep) Header() []string {
	var h []string
	for _, a := range s.Vary {
		h = append(h, a.Key)
	}
	if !slices.Contains(h, "protocol") {
		h = append(h, "protocol")
	}
	return h
}

// Row is an outcome's values under Header; a pair's protocols are told apart.
func (s Sweep) Row(values []string, protocol string) []string {
	r := slices.Clone(values)
	for i, a := range s.Vary {
		if a.Key == "protocol" {
			r[i] = protocol
			return r
		}
	}
	return append(r, protocol)
}

// WriteCSV writes the evaluated rounds of a sweep's results, which are those
// of Runs in their order, a row a round: the columns of Header, then seed,
// round, test_loss, test_accuracy, min_accuracy, max_accuracy,
// consensus_distance and the run's digest. A number that is not finite is nan.
func (s Sweep) WriteCSV(w io.Writer, results []Result) error {
	c := csv.NewWriter(w)
	c.Write(append(s.Header(), "seed", "round", "test_loss", "test_accuracy", "min_accuracy", "max_accuracy", "consensus_distance", "digest"))
	for i, r := range results {
		for _, protocol := range r.Experiment.Protocols() {
			about := s.Row(s.Values(i/s.Seeds), protocol)
			for _, m := range r.Rounds[protocol] {
				c.Write(append(slices.Clone(about), strconv.FormatUint(r.Experiment.Seed, 10), strconv.Itoa(m.Round),
					Decimal(m.TestLoss), Decimal(&m.TestAccuracy), Decimal(&m.MinAccuracy), Decimal(&m.MaxAccuracy), Decimal(m.ConsensusDistance), r.Digest))
			}
		}
	}
	c.Flush()
	return c.Error()
}

// Decimal writes a number; one that is not finite is nil, and nan.
func Decimal(x *float64) string {
	if x == nil {
		return "nan"
	}
	return strconv.FormatFloat(*x, 'g', -1, 64)
}
