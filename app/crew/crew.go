// Package crew hands jobs out to those who do the work: goroutines natively
// ([NewLocal]), web workers in the browser ([NewPorts]). Both keep one
// contract, [Crew], and pass one test suite.
//
// A job is a head, a few bytes the two ends agree on, beside data. Between
// workers both travel in a letter, one transferred ArrayBuffer for several jobs.
package crew

import (
	"context"
	"fmt"
	"time"
	"unsafe"
)

// Job is work for one hand. Data is read only, and until the job's result is taken.
type Job struct {
	Head string
	Data []byte
	// Into is where the result's data is put, if it is as long; it may be Data,
	// which no other job may then have. So many results take no room of their own.
	Into []byte
}

// Result is what became of a job. Its Data belongs to the receiver.
type Result struct {
	Head string
	Data []byte
}

// Hand does jobs, one at a time. It keeps no reference to a job's data.
type Hand interface {
	Do(Job) (Result, error)
}

// Crew is a number of hands and a queue of jobs for them. Its methods must not be
// called at the same time.
type Crew interface {
	// Size is the number of hands.
	Size() int
	// Give puts the jobs behind those that were given before, without waiting;
	// each goes to the next hand that has room for it. more says that others will
	// be given before the last of these are done, so that no hand will wait for
	// another to end. It returns the number of the first: jobs are numbered as they
	// come.
	Give(jobs []Job, more bool) (first int)
	// Take waits for a job to be done, in whatever order, and returns its number
	// and its result; there must be one. When a job failed or the context ends it
	// returns that error, and all that was given is dropped: jobs at work are
	// finished, and nobody hears of them.
	Take(ctx context.Context) (number int, r Result, err error)
	// All drops what was given, gives every hand the same job and drops the
	// results.
	All(ctx context.Context, job Job) error
	// Waited is how long Take has waited for hands so far, all calls together.
	Waited() time.Duration
}

// Bytes views float32s as bytes, without a copy: little-endian on every
// machine Go's SIMD and WebAssembly run on.
func Bytes(f []float32) []byte {
	if len(f) == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(f))), 4*len(f))
}

// Floats views bytes that Bytes or Room made as float32s, without a copy.
func Floats(b []byte) []float32 {
	if len(b) == 0 {
		return nil
	}
	p := unsafe.Pointer(unsafe.SliceData(b))
	if len(b)%4 != 0 || uintptr(p)%4 != 0 {
		panic(fmt.Sprintf("crew: %d bytes at %p are no float32s", len(b), p))
	}
	return unsafe.Slice((*float32)(p), len(b)/4)
}

// Room makes n bytes that Floats can view.
func Room(n int) []byte { return Bytes(make([]float32, (n+3)/4))[:n:n] }
