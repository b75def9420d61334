package page

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"grapevine/app/experiment"
	"grapevine/app/task"
	"grapevine/app/wire"
)

// bridge carries messages between the page, the trainer's workers and the
// stage's frame, all of them text, and shows on the root element how the run
// stands.
type bridge struct {
	trainer app.Value
	solos   map[int]app.Value      // the sweep's trainers, by number
	ctx     app.Context            // the page's own
	kept    int                    // the sweep that was kept last
	queue   []any                  // heard and not yet given to the model
	rounds  map[*wire.Round]string // in the queue, as they came: the stage hears the same
	orders  chores                 // the shelf's
	toStage chores                 // messages
	waiting bool                   // a flush of the queue is on its way
	chosen  bool                   // a person chose light or dark, now or before

	accounts asker
	stored   app.Func              // hears the shelf's answers
	fragment string                // that the address bar shows
	at       experiment.Experiment // that it was shown for
	marked   map[string]bool       // moments of the start that were reached
	replaced bool                  // what index.html carries, by the page
	listed   bool                  // the shelf was asked for what it holds
}

// flushInterval is how often messages are given to the model at most, and so
// how often the page is drawn while a run goes.
const flushInterval = 250 * time.Millisecond

// connect makes the bridge, and gives the model what the browser knows, before
// the page is drawn: it need not be drawn a second time for it.
func (p *Page) connect() {
	p.bridge = &bridge{solos: map[int]app.Value{}, rounds: map[*wire.Round]string{}, marked: map[string]bool{}, chosen: root().Get("dataset").Get("theme").Truthy()}
	p.bridge.fragment, p.bridge.at = fragment(), p.model.Experiment
	p.model.Theme = p.bridge.systemTheme(p.model.Theme)
	p.picture = app.Window().GetElementByID("picture").Get("innerHTML").String()
	if !app.Window().Get("grapevine").Get("simd").Bool() {
		p.model.Rate = defaultRate / 5
	}
	if text := keptSweep(); text != "" {
		p.model, _ = p.model.Update(Found{text})
		p.bridge.kept = p.model.Study.id
	}
}

// OnMount starts the trainer and listens to the stage.
func (p *Page) OnMount(ctx app.Context) {
	if !app.IsClient {
		return
	}
	p.bridge.ctx = ctx
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
	p.listenAddress(ctx)
	p.listenTheme(ctx)
	p.listenShelf(ctx)
	p.showState()
	p.act(nil)
	ctx.PreventUpdate() // it is drawn as it stands
	wait := drawnAfter
	if fragment() != "" { // index.html carries another page
		wait = 0
	}
	ctx.After(wait, func(app.Context) { p.drawn = true })
}

// drawnAfter is when the page is drawn, unless the trainer was heard before.
const drawnAfter = 300 * time.Millisecond

// mark notes on the browser's timeline that the start reached a moment, once:
// "playable" when Play trains at once, "stage" when it draws, or says that it
// cannot. Two more are early.js's: "controls", when they can be used, and
// "program", when the program itself answers.
func (b *bridge) mark(moment string) {
	if !b.marked[moment] {
		b.marked[moment] = true
		app.Window().Get("performance").Call("mark", moment)
	}
}

// heard takes a message in. What a person may be waiting for, to press Play or
// to be told why not, does not wait for more to come.
func (p *Page) heard(ctx app.Context, text string) {
	m := decoded(text)
	switch m := m.(type) {
	case *wire.Facts, *wire.Failed:
		p.bridge.queue = append(p.bridge.queue, m)
		ctx.Dispatch(p.drain)
		return
	case *wire.Round:
		p.bridge.rounds[m] = text
	case *wire.Finished:
		p.bridge.queue = append(p.bridge.queue, m)
		p.flushIn(ctx, 0) // reading it took long enough for one task
		return
	}
	p.take(ctx, m)
}

// decoded is a message, or what was wrong with it.
func decoded(text string) wire.Message {
	m, err := wire.Decode(text)
	if err != nil {
		m = &wire.Failed{Message: err.Error()}
	}
	return m
}

// take gives the model an event; the first of a burst at once, the rest
// together.
func (p *Page) take(ctx app.Context, event any) {
	b := p.bridge
	b.queue = append(b.queue, event)
	if b.waiting {
		return
	}
	b.waiting = true
	ctx.Dispatch(p.flush)
}

// flush drains the queue, and again later, until nothing came meanwhile.
func (p *Page) flush(ctx app.Context) {
	p.bridge.waiting = false
	if len(p.bridge.queue) == 0 {
		ctx.PreventUpdate()
		return
	}
	p.drain(ctx)
	p.flushIn(ctx, flushInterval)
}

// flushIn flushes after a pause, in a task of its own, unless a flush is on its
// way.
func (p *Page) flushIn(ctx app.Context, pause time.Duration) {
	if !p.bridge.waiting {
		p.bridge.waiting = true
		task.Later(pause, func() { ctx.Dispatch(p.flush) })
	}
}

// drain gives the model what was heard.
func (p *Page) drain(ctx app.Context) {
	b := p.bridge
	queue := b.queue
	b.queue, p.drawn = nil, true
	for i, m := range queue {
		if _, ok := m.(*wire.Finished); ok && i > 0 {
			// The last rounds are drawn before the end is: together they are a long
			// task.
			b.queue = queue[i:]
			p.flushIn(ctx, flushInterval)
			break
		}
		if picture, ok := m.(*wire.Picture); ok {
			saveAddress("grapevine-stage.png", picture.PNG)
		}
		if _, ok := m.(*wire.Picked); ok {
			// The click took the focus into the frame, where the player's
			// keys would not be heard.
			app.Window().Call("focus")
		}
		if _, ok := m.(*wire.Ready); ok {
			b.toStage.waiting = nil // of a stage that was there before
		}
		var effects []Effect
		p.model, effects = p.model.Update(m)
		p.act(effects)
		if _, ok := m.(*wire.Facts); ok && !b.replaced && app.Window().Get("grapevineEarly").Call("takePlay").Bool() {
			p.model, effects = p.model.Update(Play{}) // it need not wait until the page is drawn
			p.act(effects)
		}
	}
	clear(b.rounds)
	if !b.listed && (p.model.StageReady || p.model.StageGone != "") {
		b.listed, p.model = true, p.model.order(Order{Do: "list"}) // what is in no hurry comes last
		p.tend()
	}
	p.showState()
}

// sweepKey is where the last finished sweep is kept, for a reload of its link.
const sweepKey = "grapevine-sweep"

// mostKept bounds what is kept of a sweep, in bytes: browsers give a site some
// 5 MB of such storage.
const mostKept = 4 << 20

// keepSweep keeps the sweep once it is finished, where storage is allowed.
func (p *Page) keepSweep() {
	s := p.model.Study
	if !s.complete() || p.bridge.kept == s.id {
		return
	}
	p.bridge.kept = s.id
	if text := s.Sweep.Keep(s.results()); len(text) <= mostKept {
		defer func() { _ = recover() }() // storage may be forbidden or full, and then throws
		app.Window().Get("localStorage").Call("setItem", sweepKey, text)
	}
}

// keptSweep is the sweep that an earlier visit kept, "" for none.
func keptSweep() (text string) {
	defer func() { _ = recover() }()
	if v := app.Window().Get("localStorage").Call("getItem", sweepKey); v.Truthy() {
		text = v.String()
	}
	return text
}

// update gives the model an event.
func (p *Page) update(ctx app.Context, event any) {
	if _, ok := event.(saveSweep); ok {
		var b strings.Builder
		if err := p.model.Study.writeCSV(&b); err != nil {
			panic("page: " + err.Error()) // a builder takes everything
		}
		app.Window().Get("grapevineFiles").Call("save", "grapevine-sweep.csv", "text/csv", b.String())
		return
	}
	if read, ok := event.(Read); ok && read.X == p.model.Charts.Reading {
		ctx.PreventUpdate() // the pointer moves on beside the same values
		return
	}
	var effects []Effect
	p.model, effects = p.model.Update(event)
	p.act(effects)
	p.showState()
}

// act sends messages, the page's first ones before all others.
func (p *Page) act(effects []Effect) {
	effects = append(p.first, effects...)
	p.first = nil
	for _, e := range effects {
		if e.Solo > 0 {
			p.actSolo(e)
			continue
		}
		if e.ToStage {
			p.tell(e.Message)
		} else {
			p.bridge.trainer.Call("post", wire.Encode(e.Message))
		}
	}
	p.tend()
	p.consult()
}

// tell sends the stage a message, where there is one. A long run is told to a
// stage that comes late in slices; a round goes on as the text that it came as.
func (p *Page) tell(m wire.Message) {
	if !p.model.StageReady {
		return
	}
	b := p.bridge
	text := ""
	if round, ok := m.(*wire.Round); ok {
		text = b.rounds[round]
	}
	b.toStage.add(b.ctx, func() bool {
		if text == "" {
			text = wire.Encode(m)
		}
		if frame := p.frame(); frame.Truthy() {
			frame.Call("postMessage", text, origin())
		}
		return false
	})
}

// actSolo gives one of the sweep's trainers its run, or ends it.
func (p *Page) actSolo(e Effect) {
	b, k := p.bridge, e.Solo
	if e.Message == nil {
		if b.solos[k] != nil {
			b.solos[k].Call("close")
			delete(b.solos, k)
		}
		return
	}
	if b.solos[k] == nil {
		var self app.Value
		self = app.Window().Get("grapevine").Call("trainer", 0, app.FuncOf(func(_ app.Value, args []app.Value) any {
			if b.solos[k] != nil && b.solos[k].Equal(self) { // else it was ended meanwhile
				said := Solo{k, decoded(args[0].String())}
				if _, ok := said.Message.(*wire.Progress); ok {
					p.take(b.ctx, said)
				} else { // the trainer waits for its next run
					b.ctx.Dispatch(func(ctx app.Context) { p.update(ctx, said) })
				}
			}
			return nil
		}))
		b.solos[k] = self
	}
	b.solos[k].Call("post", wire.Encode(e.Message))
}

// showState writes data-run, data-round and data-digest, and the look, on the
// root element.
func (p *Page) showState() {
	task.Tidy()
	m := p.model
	if m.Phase == Ready {
		p.bridge.mark("playable")
	}
	if m.StageReady || m.StageGone != "" {
		p.bridge.mark("stage")
	}
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
	p.bridge.showAddress(m)
	p.keepSweep()
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

// saveWritten hands a trace to the person as a file.
func saveWritten(ending, kind string, t *experiment.Trace, write func(io.Writer, *experiment.Trace) error) {
	var b strings.Builder
	if err := write(&b, t); err != nil {
		panic("page: " + err.Error()) // a builder takes everything
	}
	name := fmt.Sprintf("grapevine-%.12s.%s", t.Digest, ending)
	app.Window().Get("grapevineFiles").Call("save", name, kind, b.String())
}

// saveChart hands a chart, as it is drawn, to the person.
func saveChart(figure, ending string) {
	app.Window().Get("grapevineFiles").Call("saveChart", figure, ending)
}

// saveAddress hands what a data address holds to the person.
func saveAddress(name, address string) {
	app.Window().Get("grapevineFiles").Call("saveAddress", name, address)
}

// copyText puts text on the clipboard, where the browser has one for pages.
func copyText(text string) {
	if clipboard := app.Window().Get("navigator").Get("clipboard"); clipboard.Truthy() {
		clipboard.Call("writeText", text)
	}
}
