package page

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"grapevine/app/experiment"
	"grapevine/app/wire"
)

// heatMap is the test accuracy of every model by digit.
type heatMap struct {
	Round int
	Rows  []heatRow
}

// heatRow is one model.
type heatRow struct {
	Client int // experiment.Server for the global model
	Name   string
	Share  [10]float64 // of the digit's test examples, read right; NaN where there are none
}

// heat is the map at the player's round, or at the newest one whose counts
// were kept; ok is false where there is none.
func (m Model) heat() (h heatMap, ok bool) {
	if m.Facts == nil {
		return h, false
	}
	for _, protocol := range [...]string{experiment.Gossip, experiment.FedAvg} {
		run := m.Run(protocol)
		if run == nil {
			continue
		}
		round, models := counted(run, m.ShownRound())
		if models == nil || ok && round != h.Round {
			continue // not after the same round
		}
		h.Round, ok = round, true
		for i, model := range models {
			r := heatRow{Client: i, Name: "Client " + strconv.Itoa(i)}
			if protocol == experiment.FedAvg {
				r.Client, r.Name = experiment.Server, "Server"
			}
			for digit, n := range model.PerDigit {
				r.Share[digit] = math.NaN()
				if all := m.Facts.TestDigits[digit]; all > 0 {
					r.Share[digit] = float64(n) / float64(all)
				}
			}
			h.Rows = append(h.Rows, r)
		}
	}
	return h, ok
}

// counted are the models of the newest evaluation up to the round that has
// counts by digit, or else of the first after it.
func counted(run *experiment.Run, upTo int) (int, []experiment.ModelEvaluation) {
	has := func(i int) bool {
		e := run.Rounds[i].Evaluation
		return e != nil && len(e.Models) > 0 && len(e.Models[0].PerDigit) == 10
	}
	for i := min(upTo, len(run.Rounds)-1); i >= 0; i-- {
		if has(i) {
			return i, run.Rounds[i].Evaluation.Models
		}
	}
	for i := max(0, upTo+1); i < len(run.Rounds); i++ {
		if has(i) {
			return i, run.Rounds[i].Evaluation.Models
		}
	}
	return 0, nil
}

// The map's drawing, in CSS pixels at its natural size.
const (
	heatWidth = 380.0
	heatLeft  = 62.0
	heatRight = 302.0 // the scale stands to the right
	heatTop   = 22.0
)

func (h heatMap) cell() (width, height float64) {
	return (heatRight - heatLeft) / 10, max(1.5, min(18, 560/float64(len(h.Rows))))
}

// every is how many rows there are to one that is named.
func (h heatMap) every() int {
	_, height := h.cell()
	for _, n := range [...]int{1, 2, 5, 10, 20, 50, 100} {
		if float64(n)*height >= 13 {
			return n
		}
	}
	return 200
}

// at is the cell under a pixel of the drawing; ok is false beside the map.
func (h heatMap) at(x, y float64) (c Cell, ok bool) {
	width, height := h.cell()
	c = Cell{int(math.Floor((y - heatTop) / height)), int(math.Floor((x - heatLeft) / width))}
	return c, h.has(c)
}

func (h heatMap) has(c Cell) bool {
	return c.Row >= 0 && c.Row < len(h.Rows) && c.Digit >= 0 && c.Digit < 10
}

// shades is how many colours the map is drawn by: one path each, however many
// cells there are.
const shades = 51

// paths are the cells by colour.
func (h heatMap) paths() [shades]string {
	width, height := h.cell()
	gap := 0.0
	if height >= 8 {
		gap = 1
	}
	var b [shades]strings.Builder
	for row, r := range h.Rows {
		for digit, share := range r.Share {
			if !finite(share) {
				continue
			}
			at := int(max(0, min(1, share))*(shades-1) + 0.5)
			fmt.Fprintf(&b[at], "M%.1f %.2fh%.1fv%.2fh-%.1fz", heatLeft+width*float64(digit), heatTop+height*float64(row), width-gap, height-gap, width-gap)
		}
	}
	var paths [shades]string
	for i := range b {
		paths[i] = b[i].String()
	}
	return paths
}

// viridis holds the colour map of the stage at 0, 0.1, … 1 (matplotlib's, by
// Nathaniel Smith and Stéfan van der Walt, CC0).
var viridis = [...][3]float64{
	{0x44, 0x01, 0x54}, {0x48, 0x24, 0x75}, {0x41, 0x44, 0x87}, {0x35, 0x5f, 0x8d}, {0x2a, 0x78, 0x8e}, {0x21, 0x91, 0x8c},
	{0x22, 0xa8, 0x84}, {0x44, 0xbf, 0x70}, {0x7a, 0xd1, 0x51}, {0xbd, 0xdf, 0x26}, {0xfd, 0xe7, 0x25},
}

// shade is the colour of a share from 0 to 1, the one that it has on the
// stage.
func shade(share float64) string {
	x := max(0, min(1, share)) * float64(len(viridis)-1)
	i := min(int(x), len(viridis)-2)
	var c [3]int
	for k := range c {
		c[k] = int(viridis[i][k] + (viridis[i+1][k]-viridis[i][k])*(x-float64(i)) + 0.5)
	}
	return fmt.Sprintf("#%02x%02x%02x", c[0], c[1], c[2])
}

// read says what the map shows in a cell.
func (h heatMap) read(c Cell, totals [10]int) string {
	if !h.has(c) {
		return ""
	}
	share := h.Rows[c.Row].Share[c.Digit]
	if !finite(share) {
		return fmt.Sprintf("%s, digit %d: no such digit among the test examples", h.Rows[c.Row].Name, c.Digit)
	}
	return fmt.Sprintf("%s, digit %d: %s of %d", h.Rows[c.Row].Name, c.Digit, percent(share), totals[c.Digit])
}

// heatKey is what a key does to the map that has the focus, nil for nothing.
func (m Model) heatKey(h heatMap, key string) any {
	c := m.Charts.Cell
	if !h.has(c) {
		c = Cell{max(0, min(m.Selected, len(h.Rows)-1)), 0}
		switch key {
		case "ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown":
			return c
		}
	}
	last := len(h.Rows) - 1
	switch key {
	case "ArrowLeft":
		c.Digit = max(0, c.Digit-1)
	case "ArrowRight":
		c.Digit = min(9, c.Digit+1)
	case "ArrowUp":
		c.Row = max(0, c.Row-1)
	case "ArrowDown":
		c.Row = min(last, c.Row+1)
	case "Home":
		c.Row = 0
	case "End":
		c.Row = last
	case "Escape":
		return noCell
	case "Enter", " ":
		return h.choose(c)
	default:
		return nil
	}
	return c
}

// choose selects the client of a row; the server is none.
func (h heatMap) choose(c Cell) any {
	if !h.has(c) || h.Rows[c.Row].Client == experiment.Server {
		return Select{wire.None}
	}
	return Select{h.Rows[c.Row].Client}
}
