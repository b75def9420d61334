package stage

import (
	"math"

	"grapevine/app/wire"
)

// natural is how long one round takes at speed 1, in seconds.
const natural = 4.0

const (
	// quick is the time between two rounds below which training outruns the
	// show, in seconds at speed 1.
	quick = 1.5
	// blur is the speed from which a round is too short for travel to be seen.
	blur = 8
)

// player moves the playhead. It knows no clock: time passes by advance.
type player struct {
	at      float64 // rounds
	playing bool
	follow  bool
	speed   float64
	newest  int // the last round that can be shown, −1 before any

	arrived float64 // when the newest round came, seconds
	between float64 // how long after the one before
	rushing bool    // rounds are shown as a fade, without travel
}

// set obeys a playhead message. A page that repeats the position it last heard
// or said means "where you are": it hears of rounds and phases alone, and the
// show would jump back when it is paused or its speed changes.
func (p *player) set(m *wire.Playhead, known float64) {
	if m.At != known {
		p.at = clampTo(m.At, 0, float64(max(0, p.newest)))
		p.rushing = false
	}
	p.playing, p.follow = m.Playing, m.Follow
	p.speed = clampTo(m.Speed, 0.5, 16)
}

// grow says that rounds up to newest can be shown.
func (p *player) grow(newest int, now float64) {
	if newest <= p.newest {
		return
	}
	p.between, p.arrived = now-p.arrived, now
	p.newest = newest
}

// moving reports whether time would move the playhead.
func (p *player) moving() bool { return p.playing && p.at < float64(p.newest) }

// rate is the pace of the playhead in rounds a second, after deciding whether
// to rush. Following, it rushes from the start of a round when more than that
// round waits or rounds come quickly, and in the middle of one when two more
// wait; it goes on until nothing waits.
func (p *player) rate() float64 {
	pace := p.speed / natural
	if !p.follow {
		p.rushing = p.speed >= blur
		return pace
	}
	lag := float64(p.newest) - p.at
	if p.at == math.Floor(p.at) && !p.rushing {
		p.rushing = lag > 1 || p.between < quick/p.speed && p.newest > 1
	} else if lag > 2 {
		p.rushing = true
	}
	if p.rushing {
		return max(pace, 2, 1.5*lag)
	}
	return pace
}

// advance lets dt seconds pass.
func (p *player) advance(dt float64) {
	for dt > 0 && p.moving() {
		rate := p.rate()
		boundary := math.Floor(p.at) + 1
		if need := (boundary - p.at) / rate; need <= dt {
			p.at, dt = boundary, dt-need
			continue
		}
		p.at += rate * dt
		dt = 0
	}
	if !p.moving() {
		p.rushing = false
	}
}

func clampTo(x, lo, hi float64) float64 {
	if !(x > lo) {
		return lo
	}
	return min(x, hi)
}
