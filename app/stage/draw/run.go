//go:build js

package draw

import (
	"math"
	"sync"
	"syscall/js"
	"time"

	"github.com/hajimehoshi/ebiten/v2"

	"grapevine/app/stage"
	"grapevine/app/task"
	"grapevine/app/wire"
)

// Run plays the stage in this frame until it is closed. It listens to the
// page around and tells it Ready; an error means that it could not draw.
// stage.js tells the page when the program ends.
//
// stage.js has made window.grapevineStage, whose wake and sleep gate the
// animation frames: at rest the stage asks for none.
func Run() error {
	g := &game{gate: js.Global().Get("grapevineStage"), started: time.Now()}
	g.selfless()
	g.listen()
	ebiten.SetTPS(ebiten.SyncWithFPS)
	var err error
	if g.painter, err = newPainter(); err == nil {
		post(&wire.Ready{})
		err = ebiten.RunGameWithOptions(g, &ebiten.RunGameOptions{InitUnfocused: true, ScreenTransparent: true})
	}
	return err
}

// game is the scene as ebiten runs it.
type game struct {
	scene   stage.Scene
	frame   stage.Frame
	painter *painter
	gate    js.Value
	started time.Time

	// layout is that of laid; it is made anew when they differ.
	layout *stage.Layout
	laid   layoutKey
	key    layoutKey

	mutex sync.Mutex // guards inbox: messages come between and within frames
	inbox []wire.Message
}

type layoutKey struct {
	facts         *wire.Facts
	width, height float64 // device pixels
	scale         float64
	large         bool
}

// LayoutF makes one pixel of the screen one pixel of the device.
func (g *game) LayoutF(width, height float64) (float64, float64) {
	scale := ebiten.Monitor().DeviceScaleFactor()
	g.key.width = max(1, math.Floor(width*scale))
	g.key.height = max(1, math.Floor(height*scale))
	g.key.scale = scale
	return g.key.width, g.key.height
}

// Layout is never called; ebiten prefers LayoutF.
func (g *game) Layout(width, height int) (int, int) { return width, height }

// Update hands the scene what came and the time that passed.
func (g *game) Update() error {
	now := time.Since(g.started).Seconds()
	for _, m := range g.take() {
		if _, ok := m.(*wire.Snap); ok {
			g.gate.Call("snap")
			continue
		}
		if err := g.scene.Handle(m, now); err != nil {
			js.Global().Get("console").Call("error", "stage: "+err.Error())
		}
	}
	for _, m := range g.scene.Tick(now) {
		post(m)
	}
	g.key.facts, g.key.large = g.scene.Facts(), g.scene.Theme().Large
	if k := g.key; k.facts != nil && k != g.laid {
		g.layout, g.laid = stage.Arrange(k.facts, k.width, k.height, k.scale, k.large), k
	}
	return nil
}

// Draw paints the scene where somebody sees it, and lets the frames rest if
// nothing will move.
func (g *game) Draw(screen *ebiten.Image) {
	task.Tidy()
	if g.layout != nil && g.gate.Call("seen").Bool() {
		g.scene.Frame(&g.frame)
		g.painter.paint(screen, &g.scene, g.layout, &g.frame)
	}
	g.mutex.Lock()
	defer g.mutex.Unlock()
	if len(g.inbox) == 0 && !g.scene.Animating() {
		g.gate.Call("sleep")
	}
}

func (g *game) take() []wire.Message {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	taken := g.inbox
	g.inbox = nil
	return taken
}

// listen hears the page's messages, and clicks.
func (g *game) listen() {
	window := js.Global()
	window.Call("addEventListener", "message", js.FuncOf(func(_ js.Value, args []js.Value) any {
		event := args[0]
		if !event.Get("source").Equal(window.Get("parent")) ||
			event.Get("origin").String() != window.Get("location").Get("origin").String() {
			return nil
		}
		// Only of a string may be asked what it says: String of another
		// type makes up a text, Get panics.
		data := event.Get("data")
		if data.Type() != js.TypeString {
			return nil
		}
		m, err := wire.Decode(data.String())
		if err != nil {
			window.Get("console").Call("error", "stage: "+err.Error())
			return nil
		}
		switch m := m.(type) {
		case *wire.Scene:
			dress(m.Theme)
		case *wire.Theme:
			dress(*m)
		}
		g.mutex.Lock()
		g.inbox = append(g.inbox, m)
		g.mutex.Unlock()
		g.gate.Call("wake")
		return nil
	}))
	window.Call("addEventListener", "click", js.FuncOf(func(_ js.Value, args []js.Value) any {
		if g.layout != nil {
			post(&wire.Picked{Client: g.under(args[0])})
		}
		return nil
	}))
	window.Call("addEventListener", "pointermove", js.FuncOf(func(_ js.Value, args []js.Value) any {
		cursor := "default"
		if g.layout != nil && g.under(args[0]) != wire.None {
			cursor = "pointer"
		}
		root().Set("cursor", cursor)
		return nil
	}))
}

// under is the client under the pointer.
func (g *game) under(event js.Value) int {
	x, y := event.Get("clientX").Float(), event.Get("clientY").Float()
	return g.layout.Pick(x*g.laid.scale, y*g.laid.scale)
}

// selfless takes ebiten's canvas out of the order of focus: the page selects
// clients by keyboard, and reads them out.
func (g *game) selfless() {
	canvas := js.Global().Get("document").Call("querySelector", "canvas")
	canvas.Call("removeAttribute", "tabindex")
	canvas.Call("setAttribute", "aria-hidden", "true")
}

// dress gives the frame the page's colour scheme, without waiting for a frame
// to be drawn: the page would not be seen through it meanwhile.
func dress(theme wire.Theme) {
	scheme := "light"
	if theme.Dark {
		scheme = "dark"
	}
	root().Set("colorScheme", scheme)
}

func root() js.Value {
	return js.Global().Get("document").Get("documentElement").Get("style")
}

// post sends a message to the page around; there is none when the stage's
// address was opened by itself.
func post(m wire.Message) {
	window := js.Global()
	if parent := window.Get("parent"); !parent.Equal(window) {
		parent.Call("postMessage", wire.Encode(m), window.Get("location").Get("origin"))
	}
}
