package stage

import (
	"math"
	"sort"

	"grapevine/app/experiment"
	"grapevine/app/wire"
)

// Moments are the ends of the phases of a round, as fractions of it. Gossip
// and server share them, so that both train, clip and send in step.
type Moments struct {
	Fetch   float64 // participants have the global model; the server's alone
	Train   float64
	Clip    float64
	Noise   float64 // equal to Clip where no noise is added
	Send    float64
	Average float64 // the rest of the round is still
}

// MomentsOf are the moments of a round with or without noise.
func MomentsOf(noise bool) Moments {
	if noise {
		return Moments{0.10, 0.30, 0.38, 0.46, 0.80, 0.96}
	}
	return Moments{0.10, 0.32, 0.42, 0.42, 0.80, 0.96}
}

// Phase names what happens at fraction f of a round, one of [wire.Phases],
// and is "" at its very start and after its last average. Gossip's exchanges
// overlap, each of them a send and an average, so Phase follows the server.
func (m Moments) Phase(f float64) string {
	ends := [...]float64{m.Train, m.Clip, m.Noise, m.Send, m.Average}
	if f <= 0 {
		return ""
	}
	for i, end := range ends {
		if f < end {
			return wire.Phases[i]
		}
	}
	return ""
}

// Hop is one message on its way, or with gossip two that cross. Its times are
// fractions of a round: it leaves at Start, arrives at Meet, and what it does
// to the ends is done by End.
type Hop struct {
	A, B             int // clients, or experiment.Server
	Bytes            int // one way
	Start, Meet, End float64
}

// travelShare is the part of a hop spent on the way.
const travelShare = 0.62

// Gossip places a round's exchanges between from and to. They start in order,
// overlap with one another, and yet no client sends before its exchange
// before is over: what is seen is what happened. All take equally long.
func Gossip(exchanges []experiment.Exchange, clients int, from, to float64) []Hop {
	if len(exchanges) == 0 {
		return nil
	}
	hops := make([]Hop, len(exchanges))
	free := make([]float64, clients) // when a client's last exchange is over
	stagger := min(0.5, 5/float64(len(exchanges)))
	start, end := 0.0, 0.0 // in units of one exchange
	for i, x := range exchanges {
		if i > 0 {
			start += stagger
		}
		start = max(start, free[x.A], free[x.B])
		end = start + 1
		free[x.A], free[x.B] = end, end
		hops[i] = Hop{A: x.A, B: x.B, Bytes: x.Bytes / 2, Start: start}
	}
	unit := (to - from) / max(end, 2) // a lone exchange takes half the time
	for i := range hops {
		hops[i].Start = from + hops[i].Start*unit
		hops[i].Meet = hops[i].Start + travelShare*unit
		hops[i].End = hops[i].Start + unit
	}
	return hops
}

// Fetches places the participants' downloads, Sends their uploads, between
// from and to; the first leaves at from and the last arrives at to.
func Fetches(exchanges []experiment.Exchange, from, to float64) []Hop {
	return fan(exchanges, from, to, 0.25, func(x experiment.Exchange) (a, b int) { return x.B, x.A })
}

// Sends is described with [Fetches].
func Sends(exchanges []experiment.Exchange, from, to float64) []Hop {
	return fan(exchanges, from, to, 0.5, func(x experiment.Exchange) (a, b int) { return x.A, x.B })
}

// fan spreads the starts over a share of the time; each hop takes the rest.
func fan(exchanges []experiment.Exchange, from, to, spread float64, ends func(experiment.Exchange) (a, b int)) []Hop {
	hops := make([]Hop, len(exchanges))
	for i, x := range exchanges {
		start := from
		if len(exchanges) > 1 {
			start += (to - from) * spread * float64(i) / float64(len(exchanges)-1)
		}
		a, b := ends(x)
		arrival := start + (to-from)*(1-spread)
		hops[i] = Hop{A: a, B: b, Bytes: x.Bytes / 2, Start: start, Meet: arrival, End: arrival}
	}
	return hops
}

// Active is the range of hops under way at fraction f. Hops start in order
// and all take equally long, so they end in order too.
func Active(hops []Hop, f float64) []Hop {
	lo := sort.Search(len(hops), func(i int) bool { return hops[i].End > f })
	hi := sort.Search(len(hops), func(i int) bool { return hops[i].Start > f })
	if lo >= hi {
		return nil
	}
	return hops[lo:hi]
}

// Way is how far the hop's message has come at fraction f, from 0 to 1, with
// gentle ends.
func (h Hop) Way(f float64) float64 { return ease((f - h.Start) / (h.Meet - h.Start)) }

// Meeting is how far the average at the hop's ends has come, from 0 to 1.
func (h Hop) Meeting(f float64) float64 {
	if h.End <= h.Meet {
		if f >= h.End {
			return 1
		}
		return 0
	}
	return clamp((f - h.Meet) / (h.End - h.Meet))
}

// legible reports whether single hops can be told apart at the natural pace:
// below 70 ms each would be a flicker.
func legible(hops []Hop) bool {
	return len(hops) == 0 || (hops[0].End-hops[0].Start)*natural > 0.07
}

func clamp(x float64) float64 { return max(0, min(1, x)) }

// ease is a cosine from 0 to 1 with level ends.
func ease(x float64) float64 { return 0.5 - 0.5*math.Cos(math.Pi*clamp(x)) }

// swell rises from 0 to 1 and falls back as x goes from 0 to 1.
func swell(x float64) float64 { return math.Sin(math.Pi * clamp(x)) }
