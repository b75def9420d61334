package experiment

import "fmt"

// Difference is the first place in which two traces of one experiment differ.
type Difference struct {
	Protocol string
	Round    int
	Client   int    // [Server] where it is no client's alone
	What     string // in plain words
}

func (d Difference) String() string {
	if d.Client == Server {
		return fmt.Sprintf("%s, round %d: %s", d.Protocol, d.Round, d.What)
	}
	return fmt.Sprintf("%s, round %d, client %d: %s", d.Protocol, d.Round, d.Client, d.What)
}

// Differ finds the first difference between two traces in what their digests
// cover: by round, over the protocols in order, then by client. ok is false
// when there is none.
func Differ(a, b *Trace) (d Difference, ok bool) {
	if a.Experiment != b.Experiment || a.Data != b.Data || a.Numerics != b.Numerics || len(a.Runs) != len(b.Runs) {
		return Difference{Client: Server, What: "the experiment, the data or the numerics version is another"}, true
	}
	rounds := 0
	for i := range a.Runs {
		rounds = max(rounds, len(a.Runs[i].Rounds), len(b.Runs[i].Rounds))
	}
	for r := range rounds {
		for i := range a.Runs {
			x, y := &a.Runs[i], &b.Runs[i]
			d := Difference{Protocol: x.Protocol, Round: r, Client: Server}
			if r >= len(x.Rounds) || r >= len(y.Rounds) {
				if len(x.Rounds) == len(y.Rounds) {
					continue
				}
				d.What = "one of the runs has no such round"
				return d, true
			}
			if d.Client, d.What = x.Rounds[r].differ(&y.Rounds[r]); d.What != "" {
				return d, true
			}
		}
	}
	for i := range a.Runs {
		x, y := &a.Runs[i], &b.Runs[i]
		for c := range x.Final {
			if c >= len(y.Final) || x.Final[c] != y.Final[c] {
				if x.Protocol == FedAvg {
					c = Server
				}
				return Difference{x.Protocol, len(x.Rounds) - 1, c, "the final parameters"}, true
			}
		}
	}
	return Difference{}, false
}

func (r *Round) differ(o *Round) (client int, what string) {
	if len(r.Clients) != len(o.Clients) {
		return Server, "who trained"
	}
	for i, c := range r.Clients {
		d := o.Clients[i]
		switch {
		case c.Client != d.Client:
			return c.Client, "who trained"
		case !same(c.Loss, d.Loss):
			return c.Client, fmt.Sprintf("training loss %v and %v", c.Loss, d.Loss)
		case !same(c.Norm, d.Norm):
			return c.Client, fmt.Sprintf("update norm %v and %v", c.Norm, d.Norm)
		case !same(c.Clip, d.Clip):
			return c.Client, fmt.Sprintf("clip factor %v and %v", c.Clip, d.Clip)
		case !same(c.Noise, d.Noise):
			return c.Client, fmt.Sprintf("noise %v and %v", c.Noise, d.Noise)
		case c.Parameters != d.Parameters:
			return c.Client, fmt.Sprintf("parameters %.12s… and %.12s…", c.Parameters, d.Parameters)
		}
	}
	if len(r.Exchanges) != len(o.Exchanges) {
		return Server, fmt.Sprintf("%d and %d exchanges", len(r.Exchanges), len(o.Exchanges))
	}
	for i, x := range r.Exchanges {
		if x != o.Exchanges[i] {
			return x.A, fmt.Sprintf("exchange %d", i)
		}
	}
	if (r.Evaluation == nil) != (o.Evaluation == nil) {
		return Server, "one was evaluated, the other not"
	}
	if r.Evaluation == nil {
		return 0, ""
	}
	v, w := r.Evaluation, o.Evaluation
	for i, m := range v.Models {
		if i >= len(w.Models) || !same(m.Loss, w.Models[i].Loss) || m.Accuracy != w.Models[i].Accuracy {
			if len(v.Models) == 1 {
				i = Server
			}
			return i, "the evaluation"
		}
	}
	if !same(v.TestLoss, w.TestLoss) || !same(v.ConsensusDistance, w.ConsensusDistance) || v.TestAccuracy != w.TestAccuracy {
		return Server, "the evaluation"
	}
	return 0, ""
}

// same reports whether two numbers are equal; one NaN is as good as another.
func same(a, b Float) bool { return a == b || a != a && b != b }
