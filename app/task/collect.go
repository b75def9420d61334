// Package task parts what a program does in the browser into tasks. It has one
// thread there, the page's own, which answers a person between tasks.
package task

import (
	"runtime"
	"runtime/debug"
	"sync/atomic"
	"time"
)

// Go's collector works in the middle of whichever task allocates the last byte. By
// the browser's profile that was 60 % of the longest task of a run, a drawing of
// 33 ms at work where the limit is 50, and three quarters of the stage's longest
// frame. So the page and the stage let the collector come late, and call it
// themselves in a task of its own, before it would come: the longest task is of
// 12 to 22 ms now.

const (
	// percent is how much garbage there may be for what is in use before the
	// collector comes by itself; a task alone makes less.
	percent = 300
	// rest lies between work and the collection that follows: the drawing that the
	// work asks for is done then.
	rest = 50 * time.Millisecond
	// started is when a program has certainly begun. Its first collection takes some
	// times as long, for the browser compiles the collector then: best before a
	// person presses Play.
	started = 2 * time.Second
)

// CollectLate is called first in a program that calls Tidy.
func CollectLate() {
	debug.SetGCPercent(percent)
	Later(started, func() { go runtime.GC() })
}

var due atomic.Bool

// Tidy is called by a task that allocates. It lets the garbage be collected, in
// another, if there is as much as what is in use: where Go's collector would.
func Tidy() {
	if due.CompareAndSwap(false, true) {
		Later(rest, collect)
	}
}

func collect() {
	due.Store(false)
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	if memory.HeapAlloc > memory.NextGC/2 {
		go runtime.GC() // it waits, which what the browser calls must not
	}
}
