package task

import (
	"syscall/js"
	"time"
)

// Later does something after a pause, in a task of its own. Go's own timers would
// not: one that is due goes off within the task at work, and what each had little
// of becomes a long one together.
func Later(pause time.Duration, do func()) {
	var call js.Func
	call = js.FuncOf(func(js.Value, []js.Value) any {
		call.Release()
		do()
		return nil
	})
	js.Global().Call("setTimeout", call, pause.Milliseconds())
}
