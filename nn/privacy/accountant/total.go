package accountant

import (
	"errors"
	"fmt"

	"grapevine/nn/privacy"
)

// Total is an ε with all that it means; none should be shown without.
type Total struct {
	Epsilon    float64 // +Inf where nothing holds
	Delta      float64
	Unit       privacy.Unit
	Adjacency  privacy.Adjacency
	Observer   privacy.Observer
	Rounds     int
	Accountant string
	Claim      Claim
}

// NewTotal asks the accountant for the events' ε at δ. There must be an event,
// and δ must lie in [0, 1).
func NewTotal(a Accountant, events []privacy.Event, delta float64) (Total, error) {
	if len(events) == 0 {
		return Total{}, errors.New("no events: want at least 1")
	}
	if !(delta >= 0 && delta < 1) {
		return Total{}, fmt.Errorf("δ %v: want at least 0, below 1", delta)
	}
	p, err := a.Compose(events)
	if err != nil {
		return Total{}, err
	}
	e := events[0]
	t := Total{
		Epsilon: p.Epsilon(delta), Delta: delta, Unit: e.Unit, Adjacency: e.Adjacency, Observer: e.Observer,
		Accountant: a.Name(), Claim: p.Claim(),
	}
	for _, e := range events {
		t.Rounds += e.Rounds
	}
	return t, nil
}

// String is the total in one line.
func (t Total) String() string {
	rounds := "rounds"
	if t.Unit == privacy.Example {
		rounds = "local steps"
	}
	return fmt.Sprintf("ε = %.4g at δ = %.4g after %d %s, for one %v (%v) before %v; %v by %s",
		t.Epsilon, t.Delta, t.Rounds, rounds, t.Unit, t.Adjacency, t.Observer, t.Claim, t.Accountant)
}
