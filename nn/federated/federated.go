// Package federated holds the protocols by which clients learn together:
// FedAvg, with a server, and gossip, without. A protocol is a state and three
// steps over it: make it, plan a round (who trains from which parameters),
// merge what came back. It trains nothing itself and knows neither workers
// nor time; who carries a plan out may do so in any order, and the merge still
// runs in client order.
package federated

import (
	"encoding/binary"
	"math"
	"unsafe"

	"grapevine/nn/digest"
	"grapevine/nn/kernel"
)

// Protocol is FedAvg or gossip.
type Protocol interface {
	// Plan lists the round's tasks in client order. Their Start slices belong
	// to the protocol and hold until Merge.
	Plan(round int) []Task
	// Merge takes the tasks' results, in the plan's order, and returns the
	// exchanges in the order they happened. It keeps the slices, but for updates,
	// which it may change and is done with when it returns.
	Merge(round int, results [][]float32) []Exchange
	// Models lists the parameters worth evaluating: the server's alone, or
	// every client's in order. They hold until Merge. Where two are known to be
	// equal they are one slice.
	Models() [][]float32
	// Spread is the mean L2 distance of the clients' parameters to their
	// mean (the consensus distance); 0 with a server.
	Spread() float64
}

// Task asks one client to train from the parameters.
type Task struct {
	Client int
	Start  []float32
	// Update asks for the sanitised update; otherwise the result is the
	// start with the sanitised update added, and may replace the start in
	// place: no other task of the round has it.
	Update bool
}

// Exchange is one use of a link: parameters went both ways between A and B.
type Exchange struct{ A, B int }

// Server stands for the server in an Exchange.
const Server = -1

// Hash is the SHA-256 of parameters as little-endian float32, every NaN as
// 0x7fc00000.
func Hash(params []float32) (sum [digest.Size]byte) {
	h := digest.New()
	var block [4096]byte
	for len(params) > 0 {
		part := params[:min(len(params), len(block)/4)]
		if little && kernel.Finite(part) {
			h.Write(unsafe.Slice((*byte)(unsafe.Pointer(&part[0])), 4*len(part))) // as they lie
		} else {
			for i, x := range part {
				bits := math.Float32bits(x)
				if x != x {
					bits = 0x7fc00000
				}
				binary.LittleEndian.PutUint32(block[4*i:], bits)
			}
			h.Write(block[:4*len(part)])
		}
		params = params[len(part):]
	}
	h.Sum(sum[:0])
	return sum
}

// little tells whether numbers lie with their lowest byte first here.
var little = binary.NativeEndian.Uint16([]byte{1, 0}) == 1
