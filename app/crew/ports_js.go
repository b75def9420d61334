package crew

import (
	"context"
	"errors"
	"fmt"
	"syscall/js"
	"time"
	"unsafe"
)

// window is how many jobs a worker holds at once: the next one waits there
// while the first is done, so that no worker idles for a message's way.
const window = 2

// Ports is a crew of web workers, each behind a MessagePort.
//
// A message to a worker is [id, head, data], data a Uint8Array whose buffer is
// transferred, or null where it is that of the worker's job before, as when a
// server's clients all start from one model; its answer is [id, head, data], or
// [id, error] when it failed.
type Ports struct {
	ports   []js.Value
	load    []int // jobs at each port, abandoned ones included
	id      int
	answers chan answer
	waited  time.Duration
	free    []js.Value // arrays of results that were read, for data to be sent in
}

// keep is how many arrays lie free at most, for each port.
const keep = 2 * window

type answer struct {
	port, id int
	head     string
	data     js.Value // a Uint8Array
	err      error
}

// NewPorts makes a crew of the workers behind the ports, for as long as the
// program runs.
func NewPorts(ports []js.Value) *Ports {
	p := &Ports{ports: ports, load: make([]int, len(ports)), answers: make(chan answer, window*len(ports))}
	for i, port := range ports {
		port.Set("onmessage", js.FuncOf(func(_ js.Value, args []js.Value) any {
			p.answers <- read(i, args[0].Get("data"))
			return nil
		}))
	}
	return p
}

func read(port int, m js.Value) answer {
	a := answer{port: port, id: m.Index(0).Int()}
	if m.Length() == 2 {
		a.err = errors.New(m.Index(1).String())
		return a
	}
	a.head, a.data = m.Index(1).String(), m.Index(2)
	return a
}

func bytesOf(array js.Value, room func(n int) []byte) []byte {
	b := room(array.Length())
	js.CopyBytesToGo(b, array)
	return b
}

// into is the room for a result's data of n bytes.
func (j Job) into(n int) []byte {
	if n > 0 && len(j.Into) == n {
		return j.Into
	}
	return Room(n)
}

// post sends a message with data, which it copies to the array or, where that is
// not as long, to a new one: a buffer that is used again costs no zeroing and
// nothing to collect.
func post(port js.Value, id int, head string, data []byte, array js.Value) {
	if array.IsUndefined() || array.Length() != len(data) {
		array = js.Global().Get("Uint8Array").New(len(data))
	}
	js.CopyBytesToJS(array, data)
	message.SetIndex(0, id)
	message.SetIndex(1, head)
	message.SetIndex(2, array)
	transferred.SetIndex(0, array.Get("buffer"))
	port.Call("postMessage", message, transferred)
}

// The parts of a message, made once: postMessage copies them before it returns.
var message, transferred = js.Global().Get("Array").New(3), js.Global().Get("Array").New(1)

// Waited keeps the contract of Crew.
func (p *Ports) Waited() time.Duration { return p.waited }

// Size is the number of workers.
func (p *Ports) Size() int { return len(p.ports) }

// Do keeps the contract of Crew.
func (p *Ports) Do(ctx context.Context, jobs []Job, done func(int)) ([]Result, error) {
	return p.run(ctx, jobs, func(int) int { return p.idlest() }, done)
}

// All keeps the contract of Crew.
func (p *Ports) All(ctx context.Context, job Job) error {
	jobs := make([]Job, len(p.ports))
	for i := range jobs {
		jobs[i] = job
	}
	_, err := p.run(ctx, jobs, func(i int) int { return i }, nil)
	return err
}

// run sends job i to port(i) as soon as that port has room.
func (p *Ports) run(ctx context.Context, jobs []Job, port func(int) int, done func(int)) ([]Result, error) {
	results := make([]Result, len(jobs))
	first := p.id // ids below it are of jobs that were abandoned
	p.id += len(jobs)
	sent := make([][]byte, len(p.ports)) // the data of each port's last job
	next, count := 0, 0
	for count < len(jobs) {
		for next < len(jobs) && p.load[port(next)] < window {
			to := port(next)
			p.load[to]++
			job := jobs[next]
			if same(job.Data, sent[to]) {
				p.ports[to].Call("postMessage", []any{first + next, job.Head, nil})
			} else {
				post(p.ports[to], first+next, job.Head, job.Data, p.array())
				sent[to] = job.Data
			}
			next++
		}
		began := time.Now()
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case a := <-p.answers:
			p.waited += time.Since(began)
			p.load[a.port]--
			if a.id < first {
				continue
			}
			if a.err != nil {
				return nil, a.err
			}
			job := a.id - first
			results[job] = Result{a.head, bytesOf(a.data, jobs[job].into)}
			if a.data.Length() > 0 && len(p.free) < keep*len(p.ports) {
				p.free = append(p.free, a.data)
			}
			count++
			if done != nil {
				done(count)
			}
		}
	}
	return results, ctx.Err()
}

// array is one that lies free, or undefined.
func (p *Ports) array() js.Value {
	if len(p.free) == 0 {
		return js.Undefined()
	}
	last := p.free[len(p.free)-1]
	p.free = p.free[:len(p.free)-1]
	return last
}

// same reports whether a and b are the same bytes at the same place.
func same(a, b []byte) bool {
	return len(a) > 0 && len(a) == len(b) && unsafe.SliceData(a) == unsafe.SliceData(b)
}

func (p *Ports) idlest() int {
	best := 0
	for i, n := range p.load {
		if n < p.load[best] {
			best = i
		}
	}
	return best
}

// Serve lets a hand answer the jobs that come through a port; it returns when
// a message is not a job. The port keeps what came before it listened.
func Serve(port js.Value, hand Hand) error {
	jobs := make(chan js.Value, 1024)
	port.Set("onmessage", js.FuncOf(func(_ js.Value, args []js.Value) any {
		jobs <- args[0].Get("data")
		return nil
	}))
	var data []byte
	for m := range jobs {
		if m.Length() != 3 {
			return fmt.Errorf("crew: job of %d parts: want 3", m.Length())
		}
		id := m.Index(0).Int()
		array := m.Index(2)
		if array.IsNull() {
			array = js.Undefined()
		} else {
			data = bytesOf(array, Room)
		}
		r, err := hand.Do(Job{Head: m.Index(1).String(), Data: data})
		if err != nil {
			port.Call("postMessage", []any{id, err.Error()})
			continue
		}
		post(port, id, r.Head, r.Data, array)
	}
	return nil
}
