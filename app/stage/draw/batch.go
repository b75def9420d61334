//go:build js

package draw

import (
	_ "embed"
	"math"

	"github.com/hajimehoshi/ebiten/v2"

	"grapevine/app/stage"
)

//go:embed shapes.kage
var shapesSource []byte

// Shapes of shapes.kage that are neither disc nor ring, by local.w.
const (
	glyph      = -1
	grainyDisc = -2
	grainyLine = -3 // and down to −4 as the grain grows from 0 to 1
	square     = -5
	halo       = -6
)

// ink is a colour with its opacity.
type ink struct{ r, g, b, a float32 }

func inkOf(c stage.Colour, alpha float64) ink { return ink{c.R, c.G, c.B, float32(alpha)} }

// batch collects quads and draws them with one call.
type batch struct {
	shader   *ebiten.Shader
	vertices []ebiten.Vertex
	indices  []uint32
	options  ebiten.DrawTrianglesShaderOptions
}

func newBatch() (*batch, error) {
	shader, err := ebiten.NewShader(shapesSource)
	if err != nil {
		return nil, err
	}
	return &batch{shader: shader}, nil
}

// flush draws what was collected; letters come from the given image.
func (b *batch) flush(onto, letters *ebiten.Image) {
	if len(b.indices) > 0 {
		b.options.Images[0] = letters
		onto.DrawTrianglesShader32(b.vertices, b.indices, b.shader, &b.options)
	}
	b.clear()
}

func (b *batch) clear() { b.vertices, b.indices = b.vertices[:0], b.indices[:0] }

// corner is one vertex of a quad: a place on the screen and within the shape.
type corner struct{ x, y, u, v float64 }

// quad adds four corners around, each with its colour.
func (b *batch) quad(c [4]corner, k [4]ink, z, w float64) {
	first := uint32(len(b.vertices))
	for i := range c {
		b.vertices = append(b.vertices, ebiten.Vertex{
			DstX: float32(c[i].x), DstY: float32(c[i].y),
			ColorR: k[i].r, ColorG: k[i].g, ColorB: k[i].b, ColorA: k[i].a,
			Custom0: float32(c[i].u), Custom1: float32(c[i].v), Custom2: float32(z), Custom3: float32(w),
		})
	}
	b.indices = append(b.indices, first, first+1, first+2, first, first+2, first+3)
}

// box adds a square shape about a centre; reach is half its side.
func (b *batch) box(x, y, reach, z, w float64, k ink) {
	b.quad([4]corner{
		{x - reach, y - reach, -reach, -reach}, {x + reach, y - reach, reach, -reach},
		{x + reach, y + reach, reach, reach}, {x - reach, y + reach, -reach, reach},
	}, [4]ink{k, k, k, k}, z, w)
}

func (b *batch) disc(x, y, radius float64, k ink)   { b.box(x, y, radius+1, radius, 0, k) }
func (b *batch) square(x, y, half float64, k ink)   { b.box(x, y, half+1, half, square, k) }
func (b *batch) halo(x, y, radius float64, k ink)   { b.box(x, y, radius, radius, halo, k) }
func (b *batch) grainy(x, y, radius float64, k ink) { b.box(x, y, radius+1, radius, grainyDisc, k) }

func (b *batch) ring(x, y, radius, thickness float64, k ink) {
	b.box(x, y, radius+thickness/2+1, radius, thickness, k)
}

// line adds a line whose colour passes from k to l. Its ends are cut straight
// and hard: they lie under discs.
func (b *batch) line(x0, y0, x1, y1, width float64, k, l ink) {
	dx, dy := x1-x0, y1-y0
	d := math.Hypot(dx, dy)
	if d == 0 {
		return
	}
	reach := width/2 + 1
	nx, ny := -dy/d*reach, dx/d*reach
	b.quad([4]corner{
		{x0 + nx, y0 + ny, reach, 0}, {x1 + nx, y1 + ny, reach, 0},
		{x1 - nx, y1 - ny, -reach, 0}, {x0 - nx, y0 - ny, -reach, 0},
	}, [4]ink{k, l, l, k}, width/2, 0)
}

// arc adds the part of a ring from the top clockwise, share of it from 0 to
// 1, with grain from 0 to 1.
func (b *batch) arc(x, y, radius, thickness, share, grain float64, k ink) {
	if share <= 0 || k.a <= 0 {
		return
	}
	steps := int(math.Ceil(share * max(20, min(72, radius*2))))
	reach := thickness/2 + 1
	edge := func(i int) (out, in corner) {
		turn := share * float64(i) / float64(steps)
		sin, cos := math.Sincos(2*math.Pi*turn - math.Pi/2)
		along := 2 * math.Pi * turn * radius
		return corner{x + cos*(radius+reach), y + sin*(radius+reach), reach, along},
			corner{x + cos*(radius-reach), y + sin*(radius-reach), -reach, along}
	}
	out, in := edge(0)
	for i := 1; i <= steps; i++ {
		nextOut, nextIn := edge(i)
		b.quad([4]corner{out, nextOut, nextIn, in}, [4]ink{k, k, k, k}, thickness/2, grainyLine-grain)
		out, in = nextOut, nextIn
	}
}

// bar adds a rectangle whose colour passes from left to right, with hard edges.
func (b *batch) bar(r stage.Rect, left, right ink) {
	b.quad([4]corner{
		{r.X, r.Y, 0, 0}, {r.X + r.W, r.Y, 0, 0}, {r.X + r.W, r.Y + r.H, 0, 0}, {r.X, r.Y + r.H, 0, 0},
	}, [4]ink{left, right, right, left}, 1, 0)
}

// sprite adds a word with its upper left corner at (x, y).
func (b *batch) sprite(w word, x, y float64, k ink) {
	x, y = math.Round(x), math.Round(y)
	first := len(b.vertices)
	b.quad([4]corner{
		{x, y, 0, 0}, {x + w.w, y, 0, 0}, {x + w.w, y + w.h, 0, 0}, {x, y + w.h, 0, 0},
	}, [4]ink{k, k, k, k}, 0, glyph)
	for i, at := range [4][2]float64{{0, 0}, {w.w, 0}, {w.w, w.h}, {0, w.h}} {
		b.vertices[first+i].SrcX = float32(w.x + at[0])
		b.vertices[first+i].SrcY = float32(w.y + at[1])
	}
}
