package federated

import (
	"sort"

	"grapevine/nn"
	"grapevine/nn/kernel"
	"grapevine/nn/random"
)

// FedAvg is federated averaging (McMahan et al. 2017, arXiv 1602.05629) of
// updates: each round the server asks some clients, drawn uniformly without
// replacement, to train from the global parameters, and adds the plain mean
// of their updates. The mean is not weighted by the number of examples, as in
// the tutorial.
type FedAvg struct {
	clients, participants int
	seed                  uint64
	global                []float32
	asked                 []int // this round's clients, ascending
}

// NewFedAvg starts the server from client 0's first weights. It wants 1 ≤
// participants ≤ clients.
func NewFedAvg(shape nn.Shape, clients, participants int, seed uint64) *FedAvg {
	if participants < 1 || participants > clients {
		panic("federated: participants out of range")
	}
	return &FedAvg{clients: clients, participants: participants, seed: seed, global: firstWeights(shape, seed, 0)}
}

// Plan asks this round's clients to train from the global parameters.
func (f *FedAvg) Plan(round int) []Task {
	s := random.New(random.Address{Seed: f.seed, Purpose: random.PurposeClients, Round: round})
	f.asked = s.Perm(f.clients)[:f.participants]
	sort.Ints(f.asked)
	tasks := make([]Task, len(f.asked))
	for i, c := range f.asked {
		tasks[i] = Task{Client: c, Start: f.global, Update: true}
	}
	return tasks
}

// Merge adds the mean update: the sum in client order, then divided.
func (f *FedAvg) Merge(_ int, updates [][]float32) []Exchange {
	sum := updates[0]
	for _, u := range updates[1:] {
		kernel.Add(sum, u)
	}
	kernel.Div(sum, float32(len(updates)))
	next := append([]float32(nil), f.global...)
	kernel.Add(next, sum)
	f.global = next
	exchanges := make([]Exchange, len(f.asked))
	for i, c := range f.asked {
		exchanges[i] = Exchange{c, Server}
	}
	return exchanges
}

// Models is the global model.
func (f *FedAvg) Models() [][]float32 { return [][]float32{f.global} }

// Spread is 0: there is one model.
func (f *FedAvg) Spread() float64 { return 0 }

// firstWeights draws a client's first weights.
func firstWeights(shape nn.Shape, seed uint64, client int) []float32 {
	params := make([]float32, shape.Parameters())
	shape.Init(params, random.New(random.Address{Seed: seed, Purpose: random.PurposeInit, Client: client}))
	return params
}
