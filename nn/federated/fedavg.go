package federated

import (
	"fmt"
	"sort"

	"grapevine/nn"
	"grapevine/nn/kernel"
	"grapevine/nn/random"
)

// FedAvg is federated averaging (McMahan et al. 2017, arXiv 1602.05629) of
// updates: each round the server asks some clients to train from the global
// parameters, and adds the mean of their updates. The mean is not weighted by
// the number of examples, as in the tutorial. With noise of its own, and
// clients drawn in secret, it is DP-FedAvg (McMahan et al. 2018, arXiv
// 1710.06963).
type FedAvg struct {
	asks   Asks
	sigma  float32 // of the server's noise on the sum
	global []float32
	before []float32 // the global parameters of the round before: room for the next ones
	asked  []int     // this round's clients, ascending
}

// Asks says which clients the server asks in a round.
type Asks struct {
	Clients, Participants int
	// Poisson asks each client by itself with probability Participants/Clients;
	// otherwise so many are drawn uniformly, without replacement.
	Poisson bool
	Seed    uint64
	Secret  [32]byte // keys what is drawn in secret, as [Work]'s does
}

// Round lists the round's clients, ascending. Only what hides who takes part is
// worth a secret: a fixed number is drawn in the open.
func (a Asks) Round(round int) []int {
	at := random.Address{Seed: a.Seed, Purpose: random.PurposeClients, Round: round}
	if a.Poisson {
		at.Key = a.Secret
		s := random.New(at)
		var asked []int
		for c := range a.Clients {
			if s.Intn(a.Clients) < a.Participants {
				asked = append(asked, c)
			}
		}
		return asked
	}
	asked := random.New(at).Perm(a.Clients)[:a.Participants]
	sort.Ints(asked)
	return asked
}

// NewFedAvg starts the server from client 0's first weights. It wants 1 ≤
// participants ≤ clients. sigma is the standard deviation of the noise that the
// server adds to each coordinate of a round's sum; 0: none.
func NewFedAvg(shape nn.Shape, asks Asks, sigma float32) *FedAvg {
	if asks.Participants < 1 || asks.Participants > asks.Clients {
		panic(fmt.Sprintf("federated: %d participants of %d clients", asks.Participants, asks.Clients))
	}
	return &FedAvg{asks: asks, sigma: sigma, global: firstWeights(shape, asks.Seed, 0)}
}

// Plan asks this round's clients to train from the global parameters.
func (f *FedAvg) Plan(round int) []Task {
	f.asked = f.asks.Round(round)
	tasks := make([]Task, len(f.asked))
	for i, c := range f.asked {
		tasks[i] = Task{Client: c, Start: f.global, Update: true}
	}
	return tasks
}

// Merge adds the mean update: the sum in client order, the server's noise on
// it, then divided by the number of participants asked for, even where chance
// asked another number.
func (f *FedAvg) Merge(round int, updates [][]float32) []Exchange {
	var sum []float32
	if len(updates) == 0 {
		sum = make([]float32, len(f.global)) // the noise hides that nobody was asked
	} else {
		sum = updates[0]
		for from := 0; from < len(sum); from += piece {
			kernel.AddAll(sum[from:min(from+piece, len(sum))], updates[1:], from)
		}
	}
	if f.sigma > 0 {
		at := random.Address{Seed: f.asks.Seed, Purpose: random.PurposeServerNoise, Round: round, Key: f.asks.Secret}
		random.New(at).AddNormal(sum, f.sigma)
	}
	next := append(f.before[:0], f.global...)
	for from := 0; from < len(sum); from += piece {
		to := min(from+piece, len(sum))
		kernel.Div(sum[from:to], float32(f.asks.Participants))
		kernel.Add(next[from:to], sum[from:to])
	}
	f.global, f.before = next, f.global
	exchanges := make([]Exchange, len(f.asked))
	for i, c := range f.asked {
		exchanges[i] = Exchange{c, Server}
	}
	return exchanges
}

// Models is the global model. It stays as it is for one Merge.
func (f *FedAvg) Models() [][]float32 { return [][]float32{f.global} }

// Spread is 0: there is one model.
func (f *FedAvg) Spread() float64 { return 0 }

// firstWeights draws a client's first weights.
func firstWeights(shape nn.Shape, seed uint64, client int) []float32 {
	params := make([]float32, shape.Parameters())
	shape.Init(params, random.New(random.Address{Seed: seed, Purpose: random.PurposeInit, Client: client}))
	return params
}
