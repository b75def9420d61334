package stage

import "math"

// Colour is an sRGB colour, each channel from 0 to 1, not premultiplied.
type Colour struct{ R, G, B float32 }

func hex(rgb uint32) Colour {
	return Colour{float32(rgb>>16&255) / 255, float32(rgb>>8&255) / 255, float32(rgb&255) / 255}
}

// viridis holds the colour map at 0, 0.1, … 1 (matplotlib's viridis, by
// Nathaniel Smith and Stéfan van der Walt, CC0). Linear steps between these
// eleven stay within 2 of 255 of the full table.
var viridis = [...]Colour{
	hex(0x440154), hex(0x482475), hex(0x414487), hex(0x355f8d), hex(0x2a788e), hex(0x21918c),
	hex(0x22a884), hex(0x44bf70), hex(0x7ad151), hex(0xbddf26), hex(0xfde725),
}

// Accuracy is the colour of a test accuracy from 0 to 1: viridis, whose
// lightness grows evenly, so that the order survives in grey and for the
// colour-blind. Values outside are clamped; NaN counts as 0.
func Accuracy(a float64) Colour {
	if !(a > 0) {
		return viridis[0]
	}
	x := min(a, 1) * float64(len(viridis)-1)
	i := min(int(x), len(viridis)-2)
	return Mix(viridis[i], viridis[i+1], x-float64(i))
}

// Mix goes from a to b as t goes from 0 to 1.
func Mix(a, b Colour, t float64) Colour {
	u := float32(t)
	return Colour{a.R + (b.R-a.R)*u, a.G + (b.G-a.G)*u, a.B + (b.B-a.B)*u}
}

// Luminance is WCAG 2's relative luminance, 0 to 1.
func (c Colour) Luminance() float64 {
	linear := func(v float32) float64 {
		x := float64(v)
		if x <= 0.04045 {
			return x / 12.92
		}
		return math.Pow((x+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(c.R) + 0.7152*linear(c.G) + 0.0722*linear(c.B)
}

// Contrast is WCAG 2's contrast ratio of two colours, 1 to 21.
func Contrast(a, b Colour) float64 {
	x, y := a.Luminance(), b.Luminance()
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

var (
	white = Colour{1, 1, 1}
	black = Colour{0, 0, 0}
)

// On is the text colour, white or black, that stands out from a fill: one of
// them always has a contrast of 4.5.
func On(fill Colour) Colour {
	if Contrast(white, fill) >= Contrast(black, fill) {
		return white
	}
	return black
}

// Palette is everything coloured that is no accuracy. The page behind the
// stage shows through; Back is what it is expected to be.
type Palette struct {
	Back    Colour
	Text    Colour
	Muted   Colour // text of lesser weight, still at AA contrast
	Edge    Colour // idle edges
	Unknown Colour // a client that was not evaluated yet
	Outline Colour // around fills, so that either end of the scale stands out
	Gossip  Colour // Okabe–Ito
	FedAvg  Colour // Okabe–Ito
	Alarm   Colour // a diverged client
}

// PaletteFor returns the light or the dark palette.
func PaletteFor(dark bool) Palette {
	if dark {
		return Palette{
			Back: hex(0x14181f), Text: hex(0xe8ebf0), Muted: hex(0x9aa4b2), Edge: hex(0x8c98a8),
			Unknown: hex(0x3a4350), Outline: hex(0xb4bdc9),
			Gossip: hex(0xe69f00), FedAvg: hex(0x56b4e9), Alarm: hex(0xff6b5e),
		}
	}
	return Palette{
		Back: hex(0xffffff), Text: hex(0x1a1f27), Muted: hex(0x5b6573), Edge: hex(0x7d8896),
		Unknown: hex(0xd5dae1), Outline: hex(0x4a5360),
		Gossip: hex(0xd55e00), FedAvg: hex(0x0072b2), Alarm: hex(0xc4180c),
	}
}
