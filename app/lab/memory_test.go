package lab_test

import (
	"context"
	"strings"
	"testing"

	"grapevine/app/crew"
	"grapevine/app/lab"
	"grapevine/app/wire"
)

// The page's trainer refuses what a browser cannot hold as soon as it hears of
// it, with the figure, and so does a run that would grow too long.
func TestConductorRefusesWhatCannotFit(t *testing.T) {
	var got []wire.Message
	c := lab.NewConductor(crew.NewLocal(1, hand), load, func(m wire.Message) { got = append(got, m) })
	hear := func(m wire.Message) *wire.Failed {
		got = nil
		c.Receive(context.Background(), m)
		c.Wait()
		for _, m := range got {
			if f, ok := m.(*wire.Failed); ok {
				return f
			}
		}
		return nil
	}
	large := small(t, "protocol", "gossip", "clients", "1000", "partition", "iid", "hidden", "1024-1024", "topology", "torus")
	for _, m := range []wire.Message{&wire.Describe{Experiment: large}, &wire.Start{Experiment: large}, &wire.Carry{Experiment: large}} {
		if f := hear(m); f == nil || f.Key != "clients" || !strings.Contains(f.Message, "this one takes about 6.4 GB") {
			t.Errorf("%T of a thousand large clients: %+v: want a refusal with the figure", m, f)
		}
	}
	fits := small(t, "protocol", "gossip", "exchanges", "20000")
	if f := hear(&wire.Start{Experiment: fits}); f != nil {
		t.Fatal(f)
	}
	if f := hear(&wire.Train{Until: 1, Rounds: 10000}); f == nil || f.Key != "rounds" || !strings.Contains(f.Message, "takes about 6.1 GB") {
		t.Errorf("10,000 rounds of 20,000 exchanges: %+v: want a refusal with the figure", f)
	}
	if f := hear(&wire.Train{Until: 1, Rounds: 3}); f != nil {
		t.Errorf("after the refusal the run does not go on: %+v", f)
	}
}
