//go:build js

package draw

import (
	"fmt"
	"image"
	"math"
	"syscall/js"

	"github.com/hajimehoshi/ebiten/v2"
)

const fontFamily = `system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif`

// word is a rasterised text: where it lies among the letters, pixels.
type word struct{ x, y, w, h float64 }

type wordKey struct {
	text string
	size int // pixels
	bold bool
}

// letters rasterises words with a 2D canvas of the browser and keeps them,
// white on nothing, in one image. When that is full it starts anew; the words
// of one frame must fit.
type letters struct {
	image   *ebiten.Image
	words   map[wordKey]word
	x, y    int // where the next word goes
	row     int // height of the row
	context js.Value
	// generation grows when the words move within the image.
	generation int
}

const lettersSide = 2048 // pixels

func newLetters() *letters {
	canvas := js.Global().Get("document").Call("createElement", "canvas")
	canvas.Set("width", lettersSide)
	canvas.Set("height", 256)
	return &letters{
		image:   ebiten.NewImage(lettersSide, lettersSide),
		words:   map[wordKey]word{},
		context: canvas.Call("getContext", "2d", map[string]any{"willReadFrequently": true}),
	}
}

// word rasterises a text of the given size in pixels.
func (l *letters) word(text string, size float64, bold bool) word {
	key := wordKey{text, int(math.Round(clampSize(size))), bold}
	if w, ok := l.words[key]; ok {
		return w
	}
	weight := 400
	if bold {
		weight = 600
	}
	l.context.Set("font", fmt.Sprintf("%d %dpx %s", weight, key.size, fontFamily))
	l.context.Set("textBaseline", "alphabetic")
	l.context.Set("fillStyle", "#fff")
	w := min(lettersSide, int(math.Ceil(l.context.Call("measureText", text).Get("width").Float()))+2)
	h := int(math.Ceil(1.4 * float64(key.size)))
	l.context.Call("clearRect", 0, 0, w, h)
	l.context.Call("fillText", text, 1, math.Round(1.05*float64(key.size)))
	pixels := make([]byte, 4*w*h)
	js.CopyBytesToGo(pixels, l.context.Call("getImageData", 0, 0, w, h).Get("data"))
	for i := 0; i < len(pixels); i += 4 { // premultiplied white
		a := pixels[i+3]
		pixels[i], pixels[i+1], pixels[i+2] = a, a, a
	}

	if l.x+w > lettersSide {
		l.x, l.y, l.row = 0, l.y+l.row+1, 0
	}
	if l.y+h > lettersSide {
		l.image.Clear()
		clear(l.words)
		l.x, l.y, l.row = 0, 0, 0
		l.generation++
	}
	at := image.Rect(l.x, l.y, l.x+w, l.y+h)
	l.image.SubImage(at).(*ebiten.Image).WritePixels(pixels)
	placed := word{float64(l.x), float64(l.y), float64(w), float64(h)}
	l.words[key] = placed
	l.x, l.row = l.x+w+1, max(l.row, h)
	return placed
}

// clampSize keeps words within the canvas they are drawn on.
func clampSize(size float64) float64 { return max(6, min(160, size)) }
