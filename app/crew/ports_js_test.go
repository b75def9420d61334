package crew_test

import (
	"syscall/js"
	"testing"

	"grapevine/app/crew"
)

// Workers on this thread: a port between two ends of one program carries messages,
// and transfers what is to be transferred, as one between two workers does.
func init() {
	makers["ports"] = func(t *testing.T, size int, hand func() crew.Hand) crew.Crew {
		letters := js.Global().Get("grapevine").Get("letters") // by testdata/node.js
		var ports []js.Value
		for range size {
			channel := js.Global().Get("MessageChannel").New()
			near, far := channel.Get("port1"), channel.Get("port2")
			go func() {
				if err := crew.Serve(letters, far, hand()); err != nil {
					t.Error(err)
				}
			}()
			ports = append(ports, near)
			t.Cleanup(func() { near.Call("close") })
		}
		return crew.NewPorts(letters, ports)
	}
}
