package page

import (
	"strconv"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"grapevine/app/wire"
)

// bridge carries messages between the page, the trainer's workers and the
// stage's frame, all of them text, and shows on the root element how the run
// stands.
type bridge struct {
	trainer app.Value
	queue   []wire.Message // heard and not yet given to the model
	waiting bool           // a flush of the queue is on its way
}

// flushInterval is how often messages are given to the model at most, and so
// how often the page is drawn while a run goes.
const flushInterval = 200 * time.Millisecond

// OnMount starts the trainer and listens to the stage.
func (p *Page) OnMount(ctx app.Context) {
	if !app.IsClient {
		return
	}
	p.bridge = &bridge{}
	p.model.Theme = systemTheme()
	grapevine := app.Window().Get("grapevine")
	p.bridge.trainer = grapevine.Call("trainer", grapevine.Get("workers"), app.FuncOf(func(_ app.Value, args []app.Value) any {
		p.heard(ctx, args[0].String())
		return nil
	}))
	app.Window().Call("addEventListener", "message", app.FuncOf(func(_ app.Value, args []app.Value) any {
		e := args[0]
		frame := p.frame()
		if !frame.Truthy() || !e.Get("source").Equal(frame) || e.Get("origin").String() != origin() || e.Get("data").Type() != app.TypeString {
			return nil
		}
		p.heard(ctx, e.Get("data").String())
		return nil
	}))
	p.listenKeys(ctx)
	p.act(p.first)
	p.first = nil
	p.showState()
}

// heard takes a message in; the first of a burst at once, the rest together.
func (p *Page) heard(ctx app.Context, text string) {
	m, err := wire.Decode(text)
	if err != nil {
		m = &wire.Failed{Message: err.Error()}
	}
	b := p.bridge
	b.queue = append(b.queue, m)
	if b.waiting {
		return
	}
	b.waiting = true
	ctx.Dispatch(p.flush)
}

func (p *Page) flush(ctx app.Context) {
	b := p.bridge
	queue := b.queue
	b.queue = nil
	if len(queue) == 0 {
		b.waiting = false
		ctx.PreventUpdate()
		return
	}
	for _, m := range queue {
		var effects []Effect
		p.model, effects = p.model.Update(m)
		p.act(effects)
	}
	p.showState()
	ctx.After(flushInterval, p.flush)
}

// update gives the model an event.
func (p *Page) update(_ app.Context, event any) {
	var effects []Effect
	p.model, effects = p.model.Update(event)
	p.act(effects)
	p.showState()
}

func (p *Page) act(effects []Effect) {
	for _, e := range effects {
		text := wire.Encode(e.Message)
		if !e.ToStage {
			p.bridge.trainer.Call("post", text)
		} else if frame := p.frame(); p.model.StageReady && frame.Truthy() {
			frame.Call("postMessage", text, origin())
		}
	}
}

// showState writes data-run, data-round and data-digest, and the look, on the
// root element.
func (p *Page) showState() {
	m := p.model
	root := app.Window().Get("document").Get("documentElement")
	data := root.Get("dataset")
	data.Set("run", string(m.Phase))
	data.Set("round", strconv.Itoa(m.Round))
	if m.Finished != nil {
		data.Set("digest", m.Finished.Digest)
	} else {
		data.Delete("digest")
	}
	theme := "light"
	if m.Theme.Dark {
		theme = "dark"
	}
	data.Set("theme", theme)
	data.Set("large", strconv.FormatBool(m.Theme.Large))
	root.Get("style").Set("colorScheme", theme)
}

// listenKeys makes the keyboard drive the player, wherever no field has the
// focus that means something else by the key.
func (p *Page) listenKeys(ctx app.Context) {
	app.Window().Get("document").Call("addEventListener", "keydown", app.FuncOf(func(_ app.Value, args []app.Value) any {
		e := args[0]
		if e.Get("ctrlKey").Bool() || e.Get("metaKey").Bool() || e.Get("altKey").Bool() || e.Get("defaultPrevented").Bool() {
			return nil
		}
		switch e.Get("target").Get("tagName").String() {
		case "INPUT", "SELECT", "TEXTAREA", "BUTTON", "SUMMARY", "A":
			return nil
		}
		var event any
		switch e.Get("key").String() {
		case " ":
			event = Roll{}
		case "ArrowLeft":
			event = Seek{float64(p.model.ShownRound() - 1)}
		case "ArrowRight":
			event = Seek{float64(p.model.ShownRound() + 1)}
		case "Home":
			event = Seek{0}
		case "End":
			event = Newest{}
		default:
			return nil
		}
		e.Call("preventDefault")
		ctx.Dispatch(func(ctx app.Context) { p.update(ctx, event) })
		return nil
	}))
}

// frame is the stage's window.
func (p *Page) frame() app.Value {
	frame := app.Window().GetElementByID("stage")
	if !frame.Truthy() {
		return frame
	}
	return frame.Get("contentWindow")
}

func origin() string { return app.Window().Get("location").Get("origin").String() }

const themeKey = "grapevine-theme"

// systemTheme is the look chosen before, or the system's.
func systemTheme() wire.Theme {
	matches := func(query string) bool { return app.Window().Call("matchMedia", query).Get("matches").Bool() }
	chosen := app.Window().Get("document").Get("documentElement").Get("dataset").Get("theme")
	t := wire.Theme{Dark: matches("(prefers-color-scheme: dark)"), Reduced: matches("(prefers-reduced-motion: reduce)")}
	if chosen.Truthy() {
		t.Dark = chosen.String() == "dark"
	}
	return t
}

// keepTheme keeps the look for the next visit, where storage is allowed.
func (b *bridge) keepTheme(t wire.Theme) {
	defer func() { _ = recover() }() // storage may be forbidden, and then throws
	value := "light"
	if t.Dark {
		value = "dark"
	}
	app.Window().Get("localStorage").Call("setItem", themeKey, value)
}
