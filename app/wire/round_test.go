package wire

import (
	"encoding/base64"
	"fmt"
	"math"
	"reflect"
	"testing"

	"grapevine/app/experiment"
)

// rounds are of every form: whole, empty, without evaluation, without lists.
func rounds() []Round {
	whole := experiment.Round{Round: 7, Exchanges: []experiment.Exchange{{A: 1, B: experiment.Server, Bytes: 1 << 20}, {A: 999, B: 0}},
		Clients: []experiment.ClientRound{
			{Client: 3, Loss: 0.1, Norm: experiment.Float(float32(1.3)), Clip: 1, Noise: 5e-324, Parameters: experiment.Hash{1, 2, 3}},
			{Client: 999, Loss: experiment.Inf, Norm: experiment.Float(math.Inf(-1)), Clip: experiment.Float(math.Copysign(0, -1))},
		},
		Evaluation: &experiment.Evaluation{TestLoss: 2.5, TestAccuracy: 0.75, MinAccuracy: 0.5, MaxAccuracy: 1, ConsensusDistance: 0.3,
			Models: []experiment.ModelEvaluation{{Loss: 1, Accuracy: 0.5, PerDigit: []int{0, 1, 2, 300}}, {Loss: experiment.Inf, Diverged: true}}},
	}
	return []Round{
		{}, {Protocol: experiment.Gossip, Round: whole},
		{Protocol: experiment.FedAvg, Round: experiment.Round{Clients: []experiment.ClientRound{}, Exchanges: []experiment.Exchange{}, Evaluation: &experiment.Evaluation{}}},
	}
}

// A round is the same value, to the last bit, when it has been packed, and a
// number that is none stays none.
func TestRoundPacks(t *testing.T) {
	for _, r := range rounds() {
		back, err := Decode(Encode(&r))
		if err != nil || !reflect.DeepEqual(back, &r) {
			t.Errorf("%+v comes back as %+v, %v", r, back, err)
		}
	}
	none := Round{Round: experiment.Round{Clients: []experiment.ClientRound{{Loss: experiment.Float(math.NaN())}}}}
	back, err := Decode(Encode(&none))
	if err != nil || !math.IsNaN(float64(back.(*Round).Round.Clients[0].Loss)) {
		t.Errorf("a loss that is no number comes back as %+v, %v", back, err)
	}
}

// What was cut short, goes on after its end or claims more than it holds is
// refused.
func TestRoundRefuses(t *testing.T) {
	text := func(packed []byte) string {
		coded := base64.StdEncoding.EncodeToString(packed)
		return fmt.Sprintf("round 6:gossip 1 %d:%s", len(coded), coded)
	}
	r := rounds()[1]
	packed := r.pack()
	if _, err := Decode(text(packed)); err != nil {
		t.Fatal(err)
	}
	for n := range packed {
		if _, err := Decode(text(packed[:n])); err == nil {
			t.Errorf("its first %d bytes of %d were read", n, len(packed))
		}
	}
	for name, bad := range map[string][]byte{
		"more after its end": append(packed[:len(packed):len(packed)], 0), "a list of −2": {3, 0, 0}, "more clients than bytes": {200, 1, 0, 0}, "a huge list": {0, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 0},
	} {
		if m, err := Decode(text(bad)); err == nil {
			t.Errorf("%s was read as %+v", name, m)
		}
	}
}

// BenchmarkRound reads a round of a thousand clients.
func BenchmarkRound(b *testing.B) {
	r := Round{Protocol: experiment.Gossip, Round: experiment.Round{
		Clients: make([]experiment.ClientRound, 1000), Exchanges: make([]experiment.Exchange, 2000),
		Evaluation: &experiment.Evaluation{Models: make([]experiment.ModelEvaluation, 1000)},
	}}
	for i := range 1000 {
		r.Round.Clients[i] = experiment.ClientRound{Client: i, Loss: experiment.Float(1 / float64(i+2)), Norm: 1.3, Clip: 1}
		r.Round.Exchanges[i] = experiment.Exchange{A: i, B: 999 - i, Bytes: 100000}
		r.Round.Evaluation.Models[i] = experiment.ModelEvaluation{Loss: 2.3, Accuracy: 0.125, PerDigit: make([]int, 10)}
	}
	text := Encode(&r)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if _, err := Decode(text); err != nil {
			b.Fatal(err)
		}
	}
}
