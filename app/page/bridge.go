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
	chosen  bool           // a person chose light or dark, now or before
}

// flushInterval is how often messages are given to the model at most, and so
// how often the page is drawn while a run goes.
const flushInterval = 250 * time.Millisecond

// OnMount starts the trainer and listens to the stage.
func (p *Page) OnMount(ctx app.Context) {
	if !app.IsClient {
		return
	}
	p.bridge = &bridge{chosen: root().Get("dataset").Get("theme").Truthy()}
	p.model.Theme = p.bridge.systemTheme(p.model.Theme)
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
	p.listenTheme(ctx)
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
		if _, ok := m.(*wire.Picked); ok {
			// The click took the focus into the frame, where the player's
			// keys would not be heard.
			app.Window().Call("focus")
		}
		var effects []Effect
		p.model, effects = p.model.Update(m)
		p.act(effects)
	}
	p.showState()
	ctx.After(flushInterval, p.flush)
}

// update gives the model an event.
func (p *Page) update(ctx app.Context, event any) {
	if read, ok := event.(Read); ok && read.Round == p.model.Readout {
		ctx.PreventUpdate() // the pointer moves on within a round
		return
	}
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
	data := root().Get("dataset")
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
	motion := "full"
	if m.Theme.Reduced {
		motion = "reduced"
	}
	data.Set("motion", motion)
	root().Get("style").Set("colorScheme", theme)
}

// listenKeys makes the keyboard drive the player, wherever nothing has the
// focus that means something else by the key.
func (p *Page) listenKeys(ctx app.Context) {
	app.Window().Get("document").Call("addEventListener", "keydown", app.FuncOf(func(_ app.Value, args []app.Value) any {
		e := args[0]
		if e.Get("ctrlKey").Bool() || e.Get("metaKey").Bool() || e.Get("altKey").Bool() || e.Get("defaultPrevented").Bool() {
			return nil
		}
		switch e.Get("target").Get("tagName").String() {
		case "INPUT", "SELECT", "BUTTON", "SUMMARY", "A", "svg":
			return nil
		}
		event := playerKey(p.model, e.Get("key").String())
		if event == nil {
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

func root() app.Value { return app.Window().Get("document").Get("documentElement") }

func origin() string { return app.Window().Get("location").Get("origin").String() }

// mediaDark and mediaReduced are what the system may ask for.
const (
	mediaDark    = "(prefers-color-scheme: dark)"
	mediaReduced = "(prefers-reduced-motion: reduce)"
)

// systemTheme is the theme as the system asks for it, except for the look
// chosen by a person.
func (b *bridge) systemTheme(t wire.Theme) wire.Theme {
	matches := func(query string) bool { return app.Window().Call("matchMedia", query).Get("matches").Bool() }
	t.Reduced = matches(mediaReduced)
	if b.chosen {
		t.Dark = root().Get("dataset").Get("theme").String() == "dark"
	} else {
		t.Dark = matches(mediaDark)
	}
	return t
}

// listenTheme follows the system when it changes what it asks for.
func (p *Page) listenTheme(ctx app.Context) {
	change := app.FuncOf(func(app.Value, []app.Value) any {
		ctx.Dispatch(func(ctx app.Context) { p.update(ctx, Look{p.bridge.systemTheme(p.model.Theme)}) })
		return nil
	})
	for _, query := range [...]string{mediaDark, mediaReduced} {
		app.Window().Call("matchMedia", query).Call("addEventListener", "change", change)
	}
}

// themeKey is the one boot.js reads.
const themeKey = "grapevine-theme"

// keepTheme keeps the chosen look, for the next visit too where storage is
// allowed.
func (b *bridge) keepTheme(t wire.Theme) {
	b.chosen = true
	value := "light"
	if t.Dark {
		value = "dark"
	}
	defer func() { _ = recover() }() // storage may be forbidden, and then throws
	app.Window().Get("localStorage").Call("setItem", themeKey, value)
}

// copyText puts text on the clipboard, where the browser has one for pages.
func copyText(text string) {
	if clipboard := app.Window().Get("navigator").Get("clipboard"); clipboard.Truthy() {
		clipboard.Call("writeText", text)
	}
}
