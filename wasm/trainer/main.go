//go:build js

// Command trainer trains in a web worker. trainer.js starts it and says in
// self.grapevine what it is: the conductor, which answers the page and hands
// jobs out through ports, or a hand, which does them.
package main

import (
	"context"
	"runtime/debug"
	"sync"
	"syscall/js"

	"grapevine/app/crew"
	"grapevine/app/lab"
	"grapevine/app/wire"
	"grapevine/nn/data"
)

func main() {
	debug.SetGCPercent(-1) // until it is thrifty
	role := js.Global().Get("grapevine")
	if role.Get("role").String() == "hand" {
		fetch := lab.Fetch(role.Get("unpack"), data.Decode)
		load := func(ctx context.Context, name string, train, test int, progress func(done, total int)) (*data.Dataset, error) {
			defer thrifty()
			return fetch(ctx, name, train, test, progress)
		}
		if err := crew.Serve(role.Get("letters"), role.Get("port"), lab.NewHand(load)); err != nil {
			panic(err)
		}
		return
	}
	load := lab.Fetch(role.Get("unpack"), data.Read) // a run asks for their checksum, after its facts
	var ports []js.Value
	for i := range role.Get("ports").Length() {
		ports = append(ports, role.Get("ports").Index(i))
	}
	self := js.Global()
	send := func(m wire.Message) {
		self.Call("postMessage", wire.Encode(m))
		if _, early := m.(*wire.Loading); !early {
			thrifty()
		}
	}
	var hands crew.Crew = crew.NewPorts(role.Get("letters"), ports)
	if len(ports) == 0 { // it carries runs out by itself
		hands = crew.NewLocal(1, func() crew.Hand { return lab.NewHand(load) })
	}
	conduct(lab.NewConductor(hands, load, send), send, role.Get("inbox"))
}

// thrifty sets an early collector. Most of what the conductor holds are the
// clients' parameters, which have no pointers and are cheap to collect: it keeps
// a thousand clients near their 4 bytes a parameter, not at twice that. Before
// the first facts are told any collector would run again and again while the
// page waits for them, and find little.
var thrifty = sync.OnceFunc(func() { debug.SetGCPercent(25) })

// conduct gives the page's messages to the conductor, those that came before
// this program listened first.
func conduct(c *lab.Conductor, send func(wire.Message), inbox js.Value) {
	texts := make(chan string, 1024)
	for inbox.Length() > 0 {
		texts <- inbox.Call("shift").String()
	}
	js.Global().Set("onmessage", js.FuncOf(func(_ js.Value, args []js.Value) any {
		texts <- args[0].Get("data").String()
		return nil
	}))
	for text := range texts {
		m, err := wire.Decode(text)
		if err != nil {
			send(&wire.Failed{Message: err.Error()})
			continue
		}
		c.Receive(context.Background(), m)
	}
}
