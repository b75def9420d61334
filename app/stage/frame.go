package stage

import (
	"math"

	"grapevine/app/experiment"
	"grapevine/app/wire"
)

// Frame is what is to be seen at one moment: for every panel of the layout,
// its clients and what is on its way.
type Frame struct{ Panels []View }

// View is one panel's part of a frame.
type View struct {
	// Nodes are the clients in order and, with FedAvg, the server after them.
	Nodes   []Node
	Packets []Packet
	Glows   []Glow
	// Lit are the phases under way, of [Stages].
	Lit [len(Stages)]float32
	// Accuracy is the mean test accuracy after the last whole round, NaN
	// before any evaluation.
	Accuracy float64
}

// Node is a client or the server.
type Node struct {
	Fill     Colour
	Known    bool    // evaluated; else Fill is the palette's Unknown
	Rim      float32 // how much of the local training is done, 0 to 1
	RimWidth float32 // what is left of the update by clipping, 0 to 1
	RimAlpha float32
	Grain    float32 // how noisy the update is, 0 to 1
	Pulse    float32 // 0 to 1 as an average goes on, 0 when at rest
	Touched  float32 // in the reduced view, in place of travel and pulse: 0 to 1 and back
	Diverged bool
}

// Packet is a set of parameters on its way.
type Packet struct {
	From, To int     // clients, or experiment.Server
	Way      float64 // 0 at From, 1 at To
	Fill     Colour
	Bytes    int
	Grain    float32
	Alpha    float32
}

// Glow is an edge that is in use.
type Glow struct {
	A, B  int
	Alpha float32
}

// Stages names what a panel shows under way, in order; the first is the
// server's alone.
var Stages = [...]string{"fetch", "train", "clip", "noise", "send", "average"}

const (
	stageFetch = iota
	stageTrain
	stageClip
	stageNoise
	stageSend
	stageAverage
)

// mostPackets bounds what is drawn of a round with very many exchanges: of
// those under way, evenly chosen ones are seen.
const mostPackets = 600

// plan is a round of one protocol laid out in time.
type plan struct {
	history *history
	round   int
	fetches []Hop
	hops    []Hop
	changes []float64 // when each client's colour begins to change
	changed []float64 // and when it has changed
	departs []float64 // when a trained update leaves the rim
	worked  []int     // index into the round's work, −1 for none
	tooMany bool      // single hops cannot be told apart
	served  bool      // FedAvg
}

// newPlan lays out round r, which must be held.
func newPlan(h *history, r int, m Moments) *plan {
	p := &plan{history: h, round: r, served: h.protocol == experiment.FedAvg}
	n := h.clients
	p.changes, p.changed, p.departs, p.worked = make([]float64, n), make([]float64, n), make([]float64, n), make([]int, n)
	rd := h.at(r)
	for c := range n {
		p.worked[c] = -1
		p.departs[c] = m.Noise
		p.changes[c], p.changed[c] = m.Noise, m.Noise+0.06
	}
	for i, w := range rd.work {
		p.worked[w.client] = i
	}
	if p.served {
		p.fetches = Fetches(rd.exchanges, 0, m.Fetch)
		p.hops = Sends(rd.exchanges, m.Noise, m.Send)
		for _, h := range p.fetches {
			p.changes[h.B], p.changed[h.B] = h.Meet-0.01, h.Meet+0.03
		}
		for _, h := range p.hops {
			p.departs[h.A] = h.Start
		}
	} else {
		p.hops = Gossip(rd.exchanges, n, m.Noise+0.02, m.Average)
		for _, h := range p.hops {
			p.changes[h.A], p.changed[h.A] = h.Meet, h.End
			p.changes[h.B], p.changed[h.B] = h.Meet, h.End
		}
	}
	p.tooMany = !legible(p.hops)
	return p
}

// shading are the colours a panel's nodes pass between in a round.
type shading struct {
	unknown Colour
	fade    float64 // 1 while the round is shown as one fade, 0 as travel
}

// view fills v with what the plan shows at fraction f of its round. The
// reduced view has no travel and no pulses; edges glow as they are used.
func (p *plan) view(v *View, f float64, m Moments, noisy, reduced bool, s shading) {
	v.Nodes, v.Packets, v.Glows = v.Nodes[:0], v.Packets[:0], v.Glows[:0]
	v.Lit = [len(Stages)]float32{}
	p.nodes(v, f, m, noisy, s)
	p.light(v, f, m, float32(1-s.fade))
	together := s.fade * swell(f) // how much all edges in use glow as one
	if p.tooMany {
		from, to := p.hops[0].Start, p.hops[len(p.hops)-1].End
		together += (1 - s.fade) * swell((f-from)/(to-from))
		s.fade = 1
	}
	p.travel(v, f, noisy, reduced, s)
	if together > 0 {
		alpha := float32(0.8 * together)
		step := 1 + len(p.hops)/mostPackets
		for i := 0; i < len(p.hops); i += step {
			v.Glows = append(v.Glows, Glow{p.hops[i].A, p.hops[i].B, alpha})
		}
	}
}

// nodes appends the clients and the server, without pulses.
func (p *plan) nodes(v *View, f float64, m Moments, noisy bool, s shading) {
	rd := p.history.at(p.round)
	begin := 0.0
	if p.served {
		begin = m.Fetch
	}
	filled := clamp((f - begin) / (m.Train - begin))
	clipped := ease((f - m.Train) / (m.Clip - m.Train))
	for c := range p.history.clients {
		t := ease((f - p.changes[c]) / (p.changed[c] - p.changes[c]))
		t += (ease(f) - t) * s.fade
		node := p.fill(c, t, s.unknown)
		if i := p.worked[c]; i >= 0 {
			w := rd.work[i]
			node.Rim = float32(filled)
			node.RimWidth = float32(1 + (max(0.25, w.clip)-1)*clipped)
			node.RimAlpha = float32((1 - s.fade) * (1 - ease((f-p.departs[c])/0.05)))
			if noisy {
				node.Grain = float32(ease((f - m.Clip) / (m.Noise - m.Clip)))
			}
			node.Diverged = node.Diverged || w.diverged && f > begin
		}
		v.Nodes = append(v.Nodes, node)
	}
	if p.served {
		t := ease((f - m.Send) / (m.Average - m.Send))
		t += (ease(f) - t) * s.fade
		v.Nodes = append(v.Nodes, p.fill(experiment.Server, t, s.unknown))
	}
}

// fill is a node's colour when its change in the round has come to t. A
// FedAvg client has no model of its own between rounds: it shows the global
// model that it last fetched.
func (p *plan) fill(client int, t float64, unknown Colour) Node {
	before, after, model := p.round-1, p.round, client
	if p.served {
		model = 0
		if client != experiment.Server {
			before = p.history.fetchedBy(client, p.round-1) - 1
			after = p.history.fetchedBy(client, p.round) - 1
		}
	}
	a, known, diverged := p.history.colour(max(0, before), model, unknown)
	b, knownAfter, divergedAfter := p.history.colour(max(0, after), model, unknown)
	if t >= 0.5 {
		diverged = divergedAfter
	}
	return Node{Fill: Mix(a, b, t), Known: known || knownAfter, Diverged: diverged}
}

// colour is a model's colour after round r.
func (h *history) colour(r, model int, unknown Colour) (fill Colour, known, diverged bool) {
	if r >= len(h.rounds) || h.rounds[r].worth == nil {
		return unknown, false, false
	}
	w := h.rounds[r].worth
	if w.diverged[model] {
		return Accuracy(0), true, true
	}
	return Accuracy(float64(w.accuracy[model])), true, false
}

// light marks the phases under way.
func (p *plan) light(v *View, f float64, m Moments, alpha float32) {
	if f <= 0 || f >= m.Average {
		return
	}
	switch {
	case p.served && f < m.Fetch:
		v.Lit[stageFetch] = alpha
	case f < m.Train:
		v.Lit[stageTrain] = alpha
	case f < m.Clip:
		v.Lit[stageClip] = alpha
	case f < m.Noise:
		v.Lit[stageNoise] = alpha
	case p.served && f < m.Send:
		v.Lit[stageSend] = alpha
	case p.served:
		v.Lit[stageAverage] = alpha
	case len(p.hops) > 0:
		if p.tooMany || f < p.hops[len(p.hops)-1].Meet {
			v.Lit[stageSend] = alpha
		}
		if p.tooMany || f >= p.hops[0].Meet {
			v.Lit[stageAverage] = alpha
		}
	}
}

// travel appends packets and glows of the hops under way, and the pulses of
// those that have arrived.
func (p *plan) travel(v *View, f float64, noisy, reduced bool, s shading) {
	if p.served {
		if a, b := p.hopsEnd(); f > a && f < b {
			p.pulse(v, experiment.Server, (f-a)/(b-a), reduced, s)
		}
		active := Active(p.fetches, f)
		for i := range active {
			p.hop(v, &active[i], f, false, reduced, s)
		}
	}
	active := Active(p.hops, f)
	step := 1 + len(active)/mostPackets
	for i := 0; i < len(active); i += step {
		p.hop(v, &active[i], f, noisy, reduced, s)
	}
}

// hopsEnd is when the server's average begins and when it is over.
func (p *plan) hopsEnd() (from, to float64) {
	if len(p.hops) == 0 {
		return 0, 0
	}
	from = p.hops[len(p.hops)-1].End
	return from, from + 0.16
}

func (p *plan) hop(v *View, h *Hop, f float64, noisy, reduced bool, s shading) {
	shown := float32(1 - s.fade)
	way, meeting := h.Way(f), h.Meeting(f)
	glow := shown * float32(min(1, 8*clamp((f-h.Start)/(h.End-h.Start)))) * float32(1-meeting)
	if reduced {
		glow = shown * float32(swell((f-h.Start)/(h.End-h.Start)))
		v.node(h.A).Touched, v.node(h.B).Touched = glow, glow
	}
	v.Glows = append(v.Glows, Glow{h.A, h.B, glow})
	if reduced {
		return
	}
	var grain float32
	if noisy {
		grain = 1
	}
	if meeting == 0 && f < h.Meet {
		v.Packets = append(v.Packets, Packet{h.A, h.B, way, v.node(h.A).Fill, h.Bytes, grain, shown})
		if !p.served {
			v.Packets = append(v.Packets, Packet{h.B, h.A, way, v.node(h.B).Fill, h.Bytes, grain, shown})
		}
	} else {
		p.pulse(v, h.A, meeting, reduced, s)
		p.pulse(v, h.B, meeting, reduced, s)
	}
}

func (p *plan) pulse(v *View, node int, t float64, reduced bool, s shading) {
	if reduced {
		v.node(node).Touched = float32(swell(t) * (1 - s.fade))
		return
	}
	v.node(node).Pulse = float32(clamp(t) * (1 - s.fade))
}

// node is a client's node, or the server's, which stands last.
func (v *View) node(client int) *Node {
	if client == experiment.Server {
		return &v.Nodes[len(v.Nodes)-1]
	}
	return &v.Nodes[client]
}

// meanAt is the mean test accuracy after round r, NaN where there is none.
func (h *history) meanAt(r int) float64 {
	if r < 0 || r >= len(h.rounds) || h.rounds[r].worth == nil {
		return math.NaN()
	}
	return h.rounds[r].worth.mean
}

// AllDigits is the label of a client that holds all ten.
const AllDigits = "0–9"

// Held is the label of a client that holds the digits: "3 8", "0–9" for all
// ten, and their number where there are more than three.
func Held(facts *wire.Facts, client int) string {
	held := facts.Held(client)
	switch {
	case len(held) == 10:
		return AllDigits
	case len(held) > 3:
		return string(rune('0'+len(held))) + "/10"
	}
	label := make([]byte, 0, 5)
	for i, digit := range held {
		if i > 0 {
			label = append(label, ' ')
		}
		label = append(label, byte('0'+digit))
	}
	return string(label)
}
