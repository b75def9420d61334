package stage

import (
	"math"
	"testing"
)

func TestAccuracyGrowsLighter(t *testing.T) {
	last := -1.0
	for i := range 101 {
		l := Accuracy(float64(i) / 100).Luminance()
		if l <= last {
			t.Errorf("accuracy %d %%: luminance %.3f after %.3f", i, l, last)
		}
		last = l
	}
}

func TestAccuracyClamps(t *testing.T) {
	for _, c := range []struct {
		a    float64
		want Colour
	}{{-1, viridis[0]}, {math.NaN(), viridis[0]}, {0, viridis[0]}, {0.5, viridis[5]}, {1, viridis[10]}, {7, viridis[10]}} {
		if got := Accuracy(c.a); got != c.want {
			t.Errorf("Accuracy(%g) = %v, want %v", c.a, got, c.want)
		}
	}
}

// WCAG 2 asks for 4.5 of text, and for 3 of large text and of graphics.
func TestContrasts(t *testing.T) {
	for i := range 101 {
		fill := Accuracy(float64(i) / 100)
		if c := Contrast(On(fill), fill); c < 4.5 {
			t.Errorf("label on accuracy %d %%: contrast %.2f", i, c)
		}
	}
	for _, dark := range []bool{false, true} {
		p := PaletteFor(dark)
		if c := Contrast(On(p.Unknown), p.Unknown); c < 4.5 {
			t.Errorf("dark %t: label on unknown: contrast %.2f", dark, c)
		}
		for name, colour := range map[string]Colour{"text": p.Text, "muted": p.Muted} {
			if c := Contrast(colour, p.Back); c < 4.5 {
				t.Errorf("dark %t: %s: contrast %.2f", dark, name, c)
			}
		}
		for name, colour := range map[string]Colour{"gossip": p.Gossip, "fedavg": p.FedAvg, "alarm": p.Alarm, "outline": p.Outline} {
			if c := Contrast(colour, p.Back); c < 3 {
				t.Errorf("dark %t: %s: contrast %.2f", dark, name, c)
			}
		}
	}
}
