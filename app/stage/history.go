package stage

import (
	"fmt"
	"sort"

	"grapevine/app/experiment"
)

// worth is an evaluation as the stage needs it.
type worth struct {
	mean     float64 // test accuracy: the global model's, or the clients' mean
	accuracy []float32
	diverged []bool
}

// work is one client's training in a round.
type work struct {
	client   int
	clip     float64 // 0 to 1, what clipping left of the update
	diverged bool
}

// round is a round of one protocol as the stage needs it.
type round struct {
	work      []work
	exchanges []experiment.Exchange
	worth     *worth // the newest evaluation up to this round, nil before any
}

// history holds the rounds of one protocol that came so far, without gaps.
type history struct {
	protocol string
	clients  int
	rounds   []round
	// fetched lists for every client the rounds in which it fetched the
	// global model, in order; FedAvg's alone.
	fetched [][]int32
}

func newHistory(protocol string, clients int) *history {
	return &history{protocol: protocol, clients: clients, fetched: make([][]int32, clients)}
}

// add takes the next round. A round that is held already is dropped, for the
// page may send a round twice when the stage starts late; a gap or a client
// that is not there is an error.
func (h *history) add(r *experiment.Round) error {
	switch {
	case r.Round >= 0 && r.Round < len(h.rounds):
		return nil
	case r.Round != len(h.rounds):
		return fmt.Errorf("%s's round %d: want %d", h.protocol, r.Round, len(h.rounds))
	}
	if err := h.check(r); err != nil {
		return err
	}
	var next round
	if len(h.rounds) > 0 {
		next.worth = h.rounds[len(h.rounds)-1].worth
	}
	for _, c := range r.Clients {
		clip := 1.0
		if c.Clip >= 0 && c.Clip < 1 {
			clip = float64(c.Clip)
		}
		next.work = append(next.work, work{c.Client, clip, !c.Loss.Finite() || !c.Norm.Finite()})
	}
	next.exchanges = r.Exchanges
	if h.protocol == experiment.FedAvg {
		for _, x := range r.Exchanges {
			h.fetched[x.A] = append(h.fetched[x.A], int32(r.Round))
		}
	}
	if v := r.Evaluation; v != nil {
		w := &worth{mean: v.TestAccuracy}
		for _, m := range v.Models {
			w.accuracy = append(w.accuracy, float32(m.Accuracy))
			w.diverged = append(w.diverged, m.Diverged)
		}
		next.worth = w
	}
	h.rounds = append(h.rounds, next)
	return nil
}

func (h *history) check(r *experiment.Round) error {
	outside := func(client int) error {
		return fmt.Errorf("%s's round %d: client %d: want 0 to %d", h.protocol, r.Round, client, h.clients-1)
	}
	for _, c := range r.Clients {
		if c.Client < 0 || c.Client >= h.clients {
			return outside(c.Client)
		}
	}
	for _, x := range r.Exchanges {
		if x.A < 0 || x.A >= h.clients {
			return outside(x.A)
		}
		server := h.protocol == experiment.FedAvg
		if server != (x.B == experiment.Server) || !server && (x.B < 0 || x.B >= h.clients) {
			return outside(x.B)
		}
	}
	if v := r.Evaluation; v != nil {
		want := h.clients
		if h.protocol == experiment.FedAvg {
			want = 1
		}
		if len(v.Models) != want {
			return fmt.Errorf("%s's round %d: %d models: want %d", h.protocol, r.Round, len(v.Models), want)
		}
	}
	return nil
}

// fetchedBy is the last round up to r in which the client fetched the global
// model; 0 when it has not: all start from the same.
func (h *history) fetchedBy(client, r int) int {
	f := h.fetched[client]
	i := sort.Search(len(f), func(i int) bool { return int(f[i]) > r })
	if i == 0 {
		return 0
	}
	return int(f[i-1])
}

// at is the round r, which must be held.
func (h *history) at(r int) *round { return &h.rounds[r] }
