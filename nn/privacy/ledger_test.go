package privacy

import (
	"math"
	"slices"
	"testing"
)

func anEvent() Event {
	return Event{
		Mechanism: Gaussian, NoiseMultiplier: 2, Clip: 1, Sampling: Sampling{Kind: EveryRound},
		Rounds: 3, Unit: Client, Adjacency: ReplaceOne, Observer: Aggregate,
	}
}

func TestEventValidate(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for name, c := range map[string]struct {
		ok     bool
		change func(*Event)
	}{
		"as it is":                   {true, func(*Event) {}},
		"nothing":                    {false, func(e *Event) { *e = Event{} }},
		"other mechanism":            {false, func(e *Event) { e.Mechanism = 2 }},
		"noise 0":                    {false, func(e *Event) { e.NoiseMultiplier = 0 }},
		"noise NaN":                  {false, func(e *Event) { e.NoiseMultiplier = nan }},
		"noise infinite":             {false, func(e *Event) { e.NoiseMultiplier = inf }},
		"largest noise":              {true, func(e *Event) { e.NoiseMultiplier = math.MaxFloat64 }},
		"clip 0":                     {false, func(e *Event) { e.Clip = 0 }},
		"clip NaN":                   {false, func(e *Event) { e.Clip = nan }},
		"no rounds":                  {false, func(e *Event) { e.Rounds = 0 }},
		"no unit":                    {false, func(e *Event) { e.Unit = 0 }},
		"other unit":                 {false, func(e *Event) { e.Unit = 3 }},
		"no adjacency":               {false, func(e *Event) { e.Adjacency = 0 }},
		"no observer":                {false, func(e *Event) { e.Observer = 0 }},
		"no sampling":                {false, func(e *Event) { e.Sampling = Sampling{} }},
		"other sampling":             {false, func(e *Event) { e.Sampling.Kind = 5 }},
		"every round at a rate":      {false, func(e *Event) { e.Sampling.Q = 0.5 }},
		"Poisson":                    {true, func(e *Event) { e.Sampling = Sampling{Kind: Poisson, Q: 0.5} }},
		"Poisson, all":               {true, func(e *Event) { e.Sampling = Sampling{Kind: Poisson, Q: 1} }},
		"Poisson, none":              {false, func(e *Event) { e.Sampling = Sampling{Kind: Poisson} }},
		"Poisson above 1":            {false, func(e *Event) { e.Sampling = Sampling{Kind: Poisson, Q: 1.1} }},
		"Poisson NaN":                {false, func(e *Event) { e.Sampling = Sampling{Kind: Poisson, Q: nan} }},
		"Poisson with sizes":         {false, func(e *Event) { e.Sampling = Sampling{Kind: Poisson, Q: 0.5, M: 1, N: 2} }},
		"Poisson of clients, server": {false, func(e *Event) { e.Sampling, e.Observer = Sampling{Kind: Poisson, Q: 0.5}, Server }},
		"Poisson of examples, server": {true, func(e *Event) {
			e.Sampling, e.Observer, e.Unit = Sampling{Kind: Poisson, Q: 0.5}, Server, Example
		}},
		"visible":                    {true, func(e *Event) { e.Sampling, e.Observer = Sampling{Kind: Visible, Q: 0.5}, Server }},
		"visible, none":              {false, func(e *Event) { e.Sampling = Sampling{Kind: Visible} }},
		"fixed size":                 {true, func(e *Event) { e.Sampling = Sampling{Kind: FixedSize, M: 10, N: 20} }},
		"fixed size of none":         {false, func(e *Event) { e.Sampling = Sampling{Kind: FixedSize, N: 20} }},
		"fixed size above all":       {false, func(e *Event) { e.Sampling = Sampling{Kind: FixedSize, M: 21, N: 20} }},
		"fixed size at a rate":       {false, func(e *Event) { e.Sampling = Sampling{Kind: FixedSize, M: 10, N: 20, Q: 0.5} }},
		"fixed size, zero-out":       {false, func(e *Event) { e.Sampling, e.Adjacency = Sampling{Kind: FixedSize, M: 10, N: 20}, ZeroOut }},
		"fixed size before a server": {false, func(e *Event) { e.Sampling, e.Observer = Sampling{Kind: FixedSize, M: 10, N: 20}, Server }},
	} {
		e := anEvent()
		c.change(&e)
		if err := e.Validate(); (err == nil) != c.ok {
			t.Errorf("%s: %v, want an error: %v", name, err, !c.ok)
		}
	}
}

func TestSensitivityAndRate(t *testing.T) {
	for a, want := range map[Adjacency]float64{ZeroOut: 1, AddRemove: 1, ReplaceOne: 2} {
		if got := a.Sensitivity(); got != want {
			t.Errorf("%v: sensitivity %v, want %v", a, got, want)
		}
	}
	for s, want := range map[Sampling]float64{
		{Kind: EveryRound}: 1, {Kind: Poisson, Q: 0.3}: 0.3, {Kind: Visible, Q: 0.4}: 0.4, {Kind: FixedSize, M: 5, N: 20}: 0.25,
	} {
		if got := s.Rate(); got != want {
			t.Errorf("%v: rate %v, want %v", s, got, want)
		}
	}
}

func TestLedger(t *testing.T) {
	var l Ledger
	if got := l.Events(); len(got) != 0 {
		t.Errorf("a new ledger holds %v", got)
	}
	a, b := anEvent(), anEvent()
	b.NoiseMultiplier = 4
	for _, e := range []Event{a, a, b, a} {
		if err := l.Add(e); err != nil {
			t.Fatal(err)
		}
	}
	joined := a
	joined.Rounds = 6
	want := []Event{joined, b, a}
	if got := l.Events(); !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	for name, change := range map[string]func(*Event){
		"unit":      func(e *Event) { e.Unit = Example },
		"adjacency": func(e *Event) { e.Adjacency = ZeroOut },
		"observer":  func(e *Event) { e.Observer = Server },
		"rounds":    func(e *Event) { e.Rounds = -1 },
	} {
		e := a
		change(&e)
		if err := l.Add(e); err == nil {
			t.Errorf("another %s: no error", name)
		}
		if err := Validate([]Event{a, e}); err == nil {
			t.Errorf("another %s in a list: no error", name)
		}
	}
	got := l.Events()
	got[0].Rounds = 99 // a copy
	if !slices.Equal(l.Events(), want) {
		t.Errorf("%v, want it unchanged, %v", l.Events(), want)
	}
	if err := Validate(want); err != nil {
		t.Error(err)
	}
	if err := Validate(nil); err != nil {
		t.Error(err)
	}
}

func TestNames(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range []string{
		Client.String(), Example.String(), ZeroOut.String(), AddRemove.String(), ReplaceOne.String(),
		Server.String(), Neighbours.String(), Eavesdropper.String(), Aggregate.String(), Gaussian.String(),
		EveryRound.String(), Poisson.String(), FixedSize.String(), Visible.String(), Unit(0).String(), Unit(7).String(),
	} {
		if s == "" || seen[s] {
			t.Errorf("name %q is empty or taken", s)
		}
		seen[s] = true
	}
}
