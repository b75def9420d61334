// Package crew hands jobs out to those who do the work: goroutines natively
// ([NewLocal]), web workers in the browser ([NewPorts]). Both keep one
// contract, [Crew], and pass one test suite.
//
// A job is a head, a short text the two ends agree on, beside data in bytes.
// Between workers the data travels as a transferred ArrayBuffer.
package crew

import (
	"context"
	"fmt"
	"time"
	"unsafe"
)

// Job is work for one hand. Data is read only, and until Do returns.
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

// Crew is a number of hands.
type Crew interface {
	// Size is the number of hands.
	Size() int
	// Do hands the jobs out in order, each to the next idle hand, and returns
	// their results in the jobs' order. done, where it is not nil, is called
	// from Do's own goroutine, with 0 as soon as jobs are at work and after each
	// job. The first failure ends Do. When the context ends, Do returns its
	// error; jobs at work are finished and their results dropped.
	Do(ctx context.Context, jobs []Job, done func(finished int)) ([]Result, error)
	// All gives every hand the same job and drops the results.
	All(ctx context.Context, job Job) error
	// Waited is how long Do has waited for hands so far, all calls together.
	// It must not be called while Do is at work.
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
