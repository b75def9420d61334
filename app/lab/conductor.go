package lab

import (
	"context"
	"errors"
	"runtime"
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
	told   int     // rounds of the run that the page knows
	taken  time.Duration
	waited time.Duration // of taken, for the hands

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
	case *wire.Account:
		c.send(Account(m))
	case *wire.Leak:
		c.send(Leak(m))
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
	if err := fits(e); err != nil {
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
		told := time.Now() // of what is there at once the page need not hear
		set, err = c.load(ctx, e.Data, e.Train, e.Test, func(done, total int) {
			if time.Since(told) > progressInterval {
				told = time.Now()
				c.send(&wire.Loading{Done: done, Total: total})
			}
		})
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
	_, err = set.Checksum() // a run begins with it: it is known before one does
	return err
}

func (c *Conductor) start(ctx context.Context, id int, e experiment.Experiment) error {
	if err := c.describe(ctx, id, e); err != nil {
		return err
	}
	r, err := NewRunner(ctx, e, c.set, c.crew, Secret{})
	if err != nil {
		return err
	}
	c.runner, c.told, c.taken, c.waited = r, 0, 0, 0
	c.send(&wire.Started{Data: r.Trace().Data, Numerics: r.Trace().Numerics})
	c.tell()
	c.send(&wire.Paused{})
	return nil
}

// tell sends the rounds that are settled and were not told, and reports whether
// there were any. Each goes by itself: what the page reads at once is one task there,
// which must not be long.
func (c *Conductor) tell() bool {
	news := c.told <= c.runner.Settled()
	for ; c.told <= c.runner.Settled(); c.told++ {
		for _, run := range c.runner.Trace().Runs {
			c.send(&wire.Round{Protocol: run.Protocol, Round: run.Rounds[c.told]})
		}
	}
	return news
}

func (c *Conductor) train(ctx context.Context, m *wire.Train) error {
	r := c.runner
	if r == nil {
		return errors.New("there is no run to train: start one first")
	}
	longer := r.Trace().Experiment
	longer.Rounds = m.Rounds
	err := longer.Fits(mostMemory, place)
	if err == nil {
		err = r.Extend(m.Rounds)
	}
	if err != nil {
		// The run is as it was: say why, and rest.
		c.send(failed(err))
		c.send(&wire.Paused{Round: r.Round()})
		return nil
	}
	began, idle := time.Now(), c.crew.Waited()
	told := time.Now()
	progress := func(round, done, total int) {
		if c.tell() { // of the rounds before, now that the hands are at work
			told = time.Now()
		} else if time.Since(told) > progressInterval {
			told = time.Now()
			c.send(&wire.Progress{Round: round, Done: done, Total: total})
		}
	}
	if err := r.Advance(ctx, m.Until, func() bool { return !c.pause.Load() }, progress); err != nil {
		return err
	}
	c.taken += time.Since(began)
	c.waited += c.crew.Waited() - idle
	c.tell()
	if !r.Done() {
		c.send(&wire.Paused{Round: r.Round()})
		return nil
	}
	t := r.Finish()
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	f := &wire.Finished{Memory: memory.Sys, Digest: t.Digest, Taken: c.taken.Seconds(), Conducted: (c.taken - c.waited).Seconds()}
	for _, run := range t.Runs {
		f.Digests = append(f.Digests, run.Digest)
		f.Final = append(f.Final, run.Final)
		f.Ledgers = append(f.Ledgers, run.Ledger)
	}
	c.send(f)
	return nil
}

// carry carries a run out at once, and tells no more of it than its result.
func (c *Conductor) carry(ctx context.Context, m *wire.Carry) error {
	c.runner = nil
	if err := fits(m.Experiment); err != nil {
		return err
	}
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

// A program in a browser may have 4 GB of memory, and the page holds the trace
// a second time in its own; half of that is asked of most machines in vain.
const (
	mostMemory = 2_000_000_000 // bytes
	place      = "a browser"
)

// fits says what is wrong with an experiment, and whether it takes more memory
// than a browser gives: that is known before the run.
func fits(e experiment.Experiment) error {
	if err := e.Check(); err != nil {
		return err
	}
	return e.Fits(mostMemory, place)
}

// progressInterval is the least time between two reports within a round: the page
// is drawn no oftener, and each report wakes its thread.
const progressInterval = 250 * time.Millisecond

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
