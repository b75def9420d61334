package wire

import (
	"math"
	"reflect"
	"strings"
	"testing"

	"grapevine/app/experiment"
)

// Every message reads back as it was written.
func TestDecodeReadsWhatEncodeWrites(t *testing.T) {
	messages := []Message{
		&Describe{ID: 3, Experiment: experiment.Default()}, &Train{Until: 5, Rounds: 9}, &Look{Client: 2, Count: 7},
		&Round{Protocol: experiment.Gossip, Round: experiment.Round{Round: 1, Clients: []experiment.ClientRound{{Loss: experiment.Float(math.Inf(1))}},
			Exchanges: []experiment.Exchange{{A: 1, B: 2, Bytes: 3}}}},
		&Digits{Side: 2, Levels: 15, Pixels: [][]byte{{0, 15, 3, 4}}, Labels: []int{7}},
		&Failed{Key: "clients", Message: `<b>"é"</b>`}, &Playhead{At: 1.25, Speed: 2, Follow: true},
	}
	for _, make := range blank {
		messages = append(messages, make())
	}
	for _, m := range messages {
		back, err := Decode(Encode(m))
		if err != nil {
			t.Errorf("%T: %v", m, err)
		} else if Encode(back) != Encode(m) || reflect.TypeOf(back) != reflect.TypeOf(m) {
			t.Errorf("%T reads back as %s: want %s", m, Encode(back), Encode(m))
		}
	}
}

func TestDecodeRefuses(t *testing.T) {
	for _, text := range []string{"", "null", "{}", `{"kind":"nothing","body":{}}`, `{"kind":"train","body":{"until":"x"}}`,
		`{"kind":"train","body":{"other":1}}`, `{"kind":"train"}`, strings.Repeat("[", 100)} {
		if m, err := Decode(text); err == nil {
			t.Errorf("%.40q was read as %T", text, m)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, make := range blank {
		f.Add(Encode(make()))
	}
	f.Fuzz(func(t *testing.T, text string) {
		m, err := Decode(text)
		if err != nil {
			return
		}
		back, err := Decode(Encode(m))
		if err != nil || Encode(back) != Encode(m) {
			t.Errorf("%q: %v", text, err)
		}
	})
}
