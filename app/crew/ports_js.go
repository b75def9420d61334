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
	// window is how many letters a worker holds at once: the next one waits there
	// while the first is done, so that no worker idles for a message's way.
	window = 2
	// A letter is of no more work than this, as far as the last ones tell, and of
	// no more bytes, but of one job at least: a message costs more than the
	// parameters of a small network in it, but who waits for a job, or for its end,
	// must not wait for many.
	letterTime = 30 * time.Millisecond
	// Where more is sure to come a letter is of so much work at least.
	letterLeast = 24 * time.Millisecond
	letterBytes = 512 << 10
	// headBytes is the room that a letter has for the head of a job's result.
	headBytes = 128
)

// Ports is a crew of web workers, each behind a MessagePort.
//
// A message either way is a letter of jobs, or one of what became of all of them:
// a Uint8Array, whose buffer is transferred. Jobs of one Give whose data lie at
// the same place, as when a server's clients all start from one model, send it
// once to each worker, as far as they follow each other there.
type Ports struct {
	ports  []port
	queue  []given
	count  int // of jobs that were given
	first  int // jobs below it were dropped
	gives  int
	more   bool           // will be given soon
	into   map[int][]byte // rooms of results, by their jobs' numbers
	came   chan struct{}  // holds something when a letter came
	taken  []taken        // the last letter's results, in the order they came
	at     int            // of them were taken
	waited time.Duration
	pace   time.Duration // of a job, the last time that was seen; 0: not yet
	post   post
	mail   mail
	out    []entry // of the letter that is written
}

// port is one worker.
type port struct {
	number  int32
	letters int       // it holds, those of dropped jobs included
	since   time.Time // when it began the first of them
	last    given     // the job it was sent last
}

// given is a job, and which Give it came with.
type given struct {
	Job
	give int
}

// taken is a result to be taken.
type taken struct {
	number int
	result Result
}

// NewPorts makes a crew of the workers behind the ports, for as long as the
// program runs. letters is what letters.js made for the program.
func NewPorts(letters js.Value, ports []js.Value) *Ports {
	p := &Ports{into: map[int][]byte{}, came: make(chan struct{}, 1), ports: make([]port, len(ports))}
	for i, v := range ports {
		p.ports[i].number = listen(letters, v, p.came)
	}
	return p
}

// Waited keeps the contract of Crew.
func (p *Ports) Waited() time.Duration { return p.waited }

// Size is the number of workers.
func (p *Ports) Size() int { return len(p.ports) }

// Give keeps the contract of Crew.
func (p *Ports) Give(jobs []Job, more bool) int {
	first := p.count
	p.more = more
	p.gives++
	for i, job := range jobs {
		p.queue = append(p.queue, given{job, p.gives})
		if len(job.Into) > 0 {
			p.into[first+i] = job.Into
		}
	}
	p.count += len(jobs)
	p.send()
	return first
}

// send sends letters of jobs to the workers that have room for one, those with
// least first.
func (p *Ports) send() {
	for len(p.queue) > 0 {
		to := &p.ports[0]
		for i := range p.ports {
			if p.ports[i].letters < to.letters {
				to = &p.ports[i]
			}
		}
		if to.letters >= window {
			return
		}
		many := p.many()
		p.write(to, p.queue[:many])
		p.queue = p.queue[many:]
	}
}

// many is how many jobs the next letter is of. The last jobs of the queue go by
// themselves, so that the workers end together, unless more will come.
func (p *Ports) many() int {
	if p.pace <= 0 {
		return 1
	}
	n := len(p.queue) / (window * len(p.ports))
	if p.more {
		n = max(n, int(letterLeast/p.pace))
	}
	n = min(n, len(p.queue), int(letterTime/p.pace))
	if size := len(p.queue[0].Data); size > 0 {
		n = min(n, letterBytes/size)
	}
	return max(n, 1)
}

// write sends the worker a letter of the jobs, the first of those that wait. It is
// long enough to come back with results as long as the jobs' data.
func (p *Ports) write(to *port, jobs []given) {
	number, size := p.count-len(p.queue), frontBytes(len(jobs), headBytes*len(jobs))
	p.out = p.out[:0]
	for i, job := range jobs {
		e := entry{number: number + i, head: job.Head, data: job.Data}
		if job.give == to.last.give && same(job.Data, to.last.Data) {
			e.kind, e.data = again, nil
		}
		to.last = job
		p.out = append(p.out, e)
		size += fill(len(job.Data))
	}
	if to.letters == 0 {
		to.since = time.Now()
	}
	to.letters++
	p.post.send(to.number, p.out, size)
}

// same reports whether a and b are the same bytes at the same place.
func same(a, b []byte) bool {
	return len(a) > 0 && len(a) == len(b) && unsafe.SliceData(a) == unsafe.SliceData(b)
}

// Take keeps the contract of Crew.
func (p *Ports) Take(ctx context.Context) (int, Result, error) {
	err := ctx.Err()
	for err == nil && p.at == len(p.taken) {
		err = p.next(ctx)
	}
	if err != nil {
		p.drop()
		return 0, Result{}, err
	}
	t := p.taken[p.at]
	p.at++
	return t.number, t.result, nil
}

// open opens a letter that came from a worker; from is nil where there is none.
func (p *Ports) open() (from *port, parts []part, err error) {
	for i := range p.ports {
		if _, parts, ok, err := p.mail.open(p.ports[i].number); ok {
			return &p.ports[i], parts, err
		}
	}
	return nil, nil, nil
}

// next waits for a letter and reads it; its results are then to be taken.
func (p *Ports) next(ctx context.Context) error {
	from, parts, err := p.open()
	now := time.Now()
	for ; from == nil; from, parts, err = p.open() {
		began := now
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-p.came:
		}
		now = time.Now()
		p.waited += now.Sub(began)
	}
	if err != nil {
		return err
	}
	from.letters--
	p.pace = now.Sub(from.since) / time.Duration(max(1, len(parts)))
	from.since = now
	p.taken, p.at = p.taken[:0], 0
	for _, e := range parts {
		if e.number < p.first {
			continue
		}
		if e.kind == failed {
			err = errors.New(e.head)
			break
		}
		room := p.into[e.number]
		if delete(p.into, e.number); len(room) != e.length {
			room = Room(e.length)
		}
		read(from.number, room, e.at)
		p.taken = append(p.taken, taken{e.number, Result{e.head, room}})
	}
	jsClose(from.number)
	if err == nil {
		p.send()
	}
	return err
}

// drop forgets all that was given.
func (p *Ports) drop() {
	p.queue, p.first = nil, p.count
	p.taken, p.at = nil, 0
	clear(p.into)
}

// All keeps the contract of Crew. What comes after it is of other sizes and paces.
func (p *Ports) All(ctx context.Context, job Job) error {
	p.drop()
	jsForget()
	p.gives++
	for i := range p.ports {
		p.queue = append(p.queue, given{job, p.gives})
		p.count++
		p.write(&p.ports[i], p.queue)
		p.queue = p.queue[:0]
	}
	for range p.ports {
		if _, _, err := p.Take(ctx); err != nil {
			return err
		}
	}
	p.pace = 0
	return nil
}

// Serve lets a hand answer the letters that come through a port; it returns when
// a message is none. The port keeps what came before it listened.
func Serve(letters, port js.Value, hand Hand) error {
	wake := make(chan struct{}, 1)
	number := listen(letters, port, wake)
	var post post
	var mail mail
	var data []byte // of the job before
	var answers []entry
	for {
		size, parts, ok, err := mail.open(number)
		if !ok {
			<-wake
			continue
		}
		if err != nil {
			return fmt.Errorf("%w, of %d bytes", err, size)
		}
		answers = answers[:0]
		for _, e := range parts {
			if e.kind != again {
				if len(data) != e.length {
					data = Room(e.length)
				}
				read(number, data, e.at)
			}
			a := entry{number: e.number}
			if r, err := hand.Do(Job{Head: e.head, Data: data}); err != nil {
				a.kind, a.head = failed, err.Error()
			} else {
				a.head, a.data = r.Head, r.Data
			}
			answers = append(answers, a)
		}
		jsClose(number)
		post.send(number, answers, size)
	}
}
