package crew

import (
	"context"
	"errors"
	"fmt"
	"syscall/js"
	"time"
	"unsafe"
)

const (
	// window is how many jobs a worker holds at once when few are left: the next
	// one waits there while the first is done, so that no worker idles for a
	// message's way.
	window = 2
	// While there are more than plenty for each worker, jobs travel in pairs, as
	// soon as a worker has no more than one: a message costs the conductor as much
	// as the parameters of a small network in it.
	plenty = 4
)

// Ports is a crew of web workers, each behind a MessagePort.
//
// A message to a worker is [id, head, data], or several jobs one after another,
// data a Uint8Array whose buffer is transferred, or null where it is that of the
// worker's job before, as when a server's clients all start from one model; the
// answer to each job is [id, head, data], or [id, error] when it failed.
type Ports struct {
	ports   []js.Value
	load    []int // jobs at each port, abandoned ones included
	id      int
	answers chan answer
	waited  time.Duration
	free    []js.Value // arrays of results that were read, for data to be sent in
	letter  letter
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
	p := &Ports{ports: ports, load: make([]int, len(ports)), answers: make(chan answer, (window+1)*len(ports)), letter: newLetter()}
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

// letter is a message in the making. Its parts are made once: postMessage copies
// them before it returns.
type letter struct{ parts, transferred js.Value }

func newLetter() letter {
	array := js.Global().Get("Array")
	return letter{array.New(), array.New()}
}

// add puts a job, or an answer to one, into the letter.
func (l letter) add(id int, head string, data any) {
	l.parts.Call("push", id, head, data)
	if array, ok := data.(js.Value); ok {
		l.transferred.Call("push", array.Get("buffer"))
	}
}

// send posts the letter and empties it.
func (l letter) send(port js.Value) {
	port.Call("postMessage", l.parts, l.transferred)
	l.parts.Set("length", 0)
	l.transferred.Set("length", 0)
}

// arrayOf copies the bytes to an array that may be changed, or, where that is not as
// long, to a new one: a buffer that is used again costs no zeroing and nothing to
// collect.
func arrayOf(b []byte, array js.Value) js.Value {
	if array.IsUndefined() || array.Length() != len(b) {
		array = js.Global().Get("Uint8Array").New(len(b))
	}
	js.CopyBytesToJS(array, b)
	return array
}

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
	next, count, told := 0, 0, false
	for count < len(jobs) {
		for next < len(jobs) && p.load[port(next)] < window {
			to, many := port(next), 1
			if len(jobs)-next > plenty*len(p.ports) {
				many = 2
			}
			for range many {
				if job := jobs[next]; same(job.Data, sent[to]) {
					p.letter.add(first+next, job.Head, nil)
				} else {
					p.letter.add(first+next, job.Head, arrayOf(job.Data, p.array()))
					sent[to] = job.Data
				}
				p.load[to]++
				next++
			}
			p.letter.send(p.ports[to])
		}
		if done != nil && !told {
			told = true
			done(0)
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
			if len(results[job].Data) > 0 && len(p.free) < keep*len(p.ports) {
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
	answer := newLetter()
	for m := range jobs {
		parts := m.Length()
		if parts == 0 || parts%3 != 0 {
			return fmt.Errorf("crew: job of %d parts: want 3, or 3 for each of several", parts)
		}
		for at := 0; at < parts; at += 3 {
			id, array := m.Index(at).Int(), m.Index(at+2)
			if array.IsNull() {
				array = js.Undefined()
			} else {
				data = bytesOf(array, Room)
			}
			r, err := hand.Do(Job{Head: m.Index(at + 1).String(), Data: data})
			if err != nil {
				port.Call("postMessage", []any{id, err.Error()})
				continue
			}
			answer.add(id, r.Head, arrayOf(r.Data, array))
			answer.send(port)
		}
	}
	return nil
}
