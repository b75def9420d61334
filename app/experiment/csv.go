package experiment

import (
	"encoding/csv"
	"io"
	"math"
	"strconv"
)

// WriteCSV writes a run's metrics in long format, a row a number, with the
// columns
//
//	protocol  fedavg or gossip
//	round     0 is before training
//	client    whose, from 0; empty where it is the round's own
//	metric    see below
//	value     a decimal; nan, inf or -inf where it is not finite
//
// Metrics of a round: test_loss (nats), test_accuracy, min_accuracy,
// max_accuracy (0 to 1), consensus_distance, exchanges (their number), bytes
// (sent in the round). Metrics of a client: train_loss (nats), update_norm
// (before clipping), clip_factor, noise (standard deviation on a coordinate),
// and with gossip test_loss and test_accuracy of its own model.
func WriteCSV(w io.Writer, t *Trace) error {
	c := csv.NewWriter(w)
	c.Write([]string{"protocol", "round", "client", "metric", "value"})
	for _, r := range t.Runs {
		for i := range r.Rounds {
			rd := &r.Rounds[i]
			row := func(client, metric string, value float64) {
				c.Write([]string{r.Protocol, strconv.Itoa(rd.Round), client, metric, decimal(value)})
			}
			if v := rd.Evaluation; v != nil {
				row("", "test_loss", float64(v.TestLoss))
				row("", "test_accuracy", v.TestAccuracy)
				row("", "min_accuracy", v.MinAccuracy)
				row("", "max_accuracy", v.MaxAccuracy)
				row("", "consensus_distance", float64(v.ConsensusDistance))
			}
			bytes := 0
			for _, x := range rd.Exchanges {
				bytes += x.Bytes
			}
			row("", "exchanges", float64(len(rd.Exchanges)))
			row("", "bytes", float64(bytes))
			for _, k := range rd.Clients {
				client := strconv.Itoa(k.Client)
				row(client, "train_loss", float64(k.Loss))
				row(client, "update_norm", float64(k.Norm))
				row(client, "clip_factor", float64(k.Clip))
				row(client, "noise", float64(k.Noise))
			}
			if v := rd.Evaluation; v != nil && r.Protocol == Gossip {
				for client, m := range v.Models {
					row(strconv.Itoa(client), "test_loss", float64(m.Loss))
					row(strconv.Itoa(client), "test_accuracy", m.Accuracy)
				}
			}
		}
	}
	c.Flush()
	return c.Error()
}

func decimal(x float64) string {
	if math.IsNaN(x) {
		return "nan"
	}
	return formatFloat(x)
}
