package lab

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"grapevine/app/crew"
	"grapevine/app/experiment"
	"grapevine/app/wire"
	"grapevine/nn/data"
)

// Conductor answers the page's messages: it loads data, tells facts, and
// drives one run at a time. It is silent about what nobody asked.
type Conductor struct {
	crew crew.Crew
	load Loader
	send func(wire.Message)

	// The activity at work: loading, describing, starting or training. A new
	// one ends the one before and waits for it.
	end  context.CancelFunc
	idle chan struct{} // closed when it is over

	pause  atomic.Bool
	runner *Runner // of the activity, or of nobody between two
	taken  time.Duration

	mu    sync.Mutex // guards what Look reads while an activity goes on
	set   *data.Dataset
	facts *wire.Facts
	parts [][]int
}

// NewConductor makes a conductor. send is called from several goroutines and
// must not block.
func NewConductor(c crew.Crew, load Loader, send func(wire.Message)) *Conductor {
	over := make(chan struct{})
	close(over)
	return &Conductor{crew: c, load: load, send: send, end: func() {}, idle: over}
}

// Receive takes one message; it must not be called at the same time twice.
func (c *Conductor) Receive(ctx context.Context, m wire.Message) {
	switch m := m.(type) {
	case *wire.Describe:
		c.begin(ctx, func(ctx context.Context) error { return c.describe(ctx, m.ID, m.Experiment) })
	case *wire.Start:
		c.begin(ctx, func(ctx context.Context) error { return c.start(ctx, m.ID, m.Experiment) })
	case *wire.Carry:
		c.begin(ctx, func(ctx context.Context) error { return c.carry(ctx, m) })
	case *wire.Attack:
		c.begin(ctx, func(ctx context.Context) error { return c.attack(ctx, m) })
	case *wire.Train:
		if c.training() {
			return
		}
		c.begin(ctx, func(ctx context.Context) error { return c.train(ctx, m) })
	case *wire.Pause:
		if c.training() {
			c.pause.Store(true)
		} else if c.runner != nil {
			c.send(&wire.Paused{Round: c.runner.Round()})
		}
	case *wire.Look:
		c.look(m)
	default:
		c.send(&wire.Failed{Message: "the trainer was sent a message that is not for it"})
	}
}

// Wait returns when the activity at work is over.
func (c *Conductor) Wait() { <-c.idle }

// training reports whether an activity is at work.
func (c *Conductor) training() bool {
	select {
	case <-c.idle:
		return false
	default:
		return true
	}
}

func (c *Conductor) begin(ctx context.Context, activity func(context.Context) error) {
	c.end()
	<-c.idle
	ctx, c.end = context.WithCancel(ctx)
	c.idle = make(chan struct{})
	c.pause.Store(false)
	go func(over chan struct{}) {
		defer close(over)
		if err := activity(ctx); err != nil && ctx.Err() == nil {
			c.runner = nil
			c.send(failed(err))
		}
	}(c.idle)
}

// failed names the setting at fault, if the error does.
func failed(err error) *wire.Failed {
	f := &wire.Failed{Message: err.Error()}
	var field *experiment.FieldError
	if errors.As(err, &field) {
		f.Key = field.Key
	}
	return f
}

func (c *Conductor) describe(ctx context.Context, id int, e experiment.Experiment) error {
	c.runner = nil
	if err := e.Check(); err != nil {
		return err
	}
	c.mu.Lock()
	set, facts := c.set, c.facts
	c.mu.Unlock()
	if facts != nil && facts.Experiment == e {
		known := *facts
		known.ID = id
		c.send(&known)
		return nil
	}
	if set == nil || set.Name != e.Data || set.Train.Count != e.Train || set.Test.Count != e.Test {
		var err error
		set, err = c.load(ctx, e.Data, e.Train, e.Test, func(done, total int) { c.send(&wire.Loading{Done: done, Total: total}) })
		if err != nil {
			return err
		}
	}
	facts, err := Describe(e, set, c.crew.Size())
	if err != nil {
		return err
	}
	parts, err := partition(e, set.Train.Labels)
	if err != nil {
		return err
	}
	facts.ID = id
	c.mu.Lock()
	c.set, c.facts, c.parts = set, facts, parts
	c.mu.Unlock()
	if ctx.Err() == nil {
		c.send(facts)
	}
	return nil
}

func (c *Conductor) start(ctx context.Context, id int, e experiment.Experiment) error {
	if err := c.describe(ctx, id, e); err != nil {
		return err
	}
	r, err := NewRunner(ctx, e, c.set, c.crew, Secret{})
	if err != nil {
		return err
	}
	c.runner, c.taken = r, 0
	c.send(&wire.Started{Data: r.Trace().Data, Numerics: r.Trace().Numerics})
	c.sendLatest()
	c.send(&wire.Paused{})
	return nil
}

func (c *Conductor) sendLatest() {
	for i, round := range c.runner.Latest() {
		c.send(&wire.Round{Protocol: c.runner.Trace().Runs[i].Protocol, Round: round})
	}
}

func (c *Conductor) train(ctx context.Context, m *wire.Train) error {
	r := c.runner
	if r == nil {
		return errors.New("there is no run to train: start one first")
	}
	if err := r.Extend(m.Rounds); err != nil {
		// The run is as it was: say why, and rest.
		c.send(failed(err))
		c.send(&wire.Paused{Round: r.Round()})
		return nil
	}
	for r.Round() < min(m.Until, m.Rounds) && !c.pause.Load() {
		began, told := time.Now(), time.Now()
		progress := func(done, total int) {
			if time.Since(told) > progressInterval {
				told = time.Now()
				c.send(&wire.Progress{Round: r.Round() + 1, Done: done, Total: total})
			}
		}
		if err := r.Next(ctx, progress); err != nil {
			return err
		}
		c.taken += time.Since(began)
		c.sendLatest()
	}
	if !r.Done() {
		c.send(&wire.Paused{Round: r.Round()})
		return nil
	}
	t := r.Finish()
	f := &wire.Finished{Digest: t.Digest, Taken: c.taken.Seconds()}
	for _, run := range t.Runs {
		f.Digests = append(f.Digests, run.Digest)
		f.Final = append(f.Final, run.Final)
	}
	c.send(f)
	return nil
}

// carry carries a run out at once, and tells no more of it than its result.
func (c *Conductor) carry(ctx context.Context, m *wire.Carry) error {
	c.runner = nil
	began, told := time.Now(), time.Now()
	t, err := Run(ctx, m.Experiment, c.load, c.crew, func(round, done, total int) {
		if time.Since(told) > progressInterval {
			told = time.Now()
			c.send(&wire.Progress{Round: round, Done: done, Total: total})
		}
	})
	if err != nil {
		return err
	}
	c.send(&wire.Carried{ID: m.ID, Result: experiment.ResultOf(t), Taken: time.Since(began).Seconds()})
	return nil
}

// progressInterval is the least time between two reports within a round.
const progressInterval = 100 * time.Millisecond

// maxLook bounds the examples shown at once.
const maxLook = 200

func (c *Conductor) look(m *wire.Look) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.set == nil || m.Client < 0 || m.Client >= len(c.parts) || m.Count < 0 {
		return // the page asked before it knew; there is nothing to show
	}
	part, set := c.parts[m.Client], &c.set.Train
	count := min(m.Count, maxLook, len(part))
	d := &wire.Digits{Client: m.Client, Side: c.set.Side, Levels: set.Levels, Pixels: [][]byte{}, Labels: []int{}}
	for i := range count {
		// Spread over the part, so that every digit it holds is seen.
		at := part[i*len(part)/count]
		d.Pixels = append(d.Pixels, set.Pixels[at*set.Inputs:(at+1)*set.Inputs])
		d.Labels = append(d.Labels, int(set.Labels[at]))
	}
	c.send(d)
}
