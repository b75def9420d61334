package wire

import (
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

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
	for _, text := range []string{"", "null", "{}", `{"kind":"nothing","body":{}}`, `{"kind":"failed","body":{"key":1}}`,
		`{"kind":"failed","body":{"other":1}}`, `{"kind":"failed"}`, `{"kind":"train","body":{}}`, "failed", "nothing", strings.Repeat("[", 100),
		"train", "train 1", "train 1 x", "train 1  2", "train 1 2 ", "train 1 2 3", "train 1 2x", "train 1.5 2", "train 99999999999999999999 1",
		"at", "at 0 6:short", "at 0 -1:", "at 0 2:trains", "at g 1:x", "at 0 1", "playhead 0 2 0 0", "theme 1 1", "scene", "started 1:x 1 1 64:" + strings.Repeat("x", 64) + " 1",
		"facts 1 " + strings.Repeat("0 ", 40) + "999999999"} {
		if m, err := Decode(text); err == nil {
			t.Errorf("%.40q was read as %T", text, m)
		}
	}
}

// A plain message forgets none of its fields.
func TestPlainMessagesAreWhole(t *testing.T) {
	tried := 0
	for _, make := range blank {
		m, ok := make().(plain)
		if !ok {
			continue
		}
		tried++
		n := 0
		fill(reflect.ValueOf(m).Elem(), &n)
		text := Encode(m)
		if !utf8.ValidString(text) {
			t.Errorf("%T is no text that a JavaScript string carries: %q", m, text)
		}
		back, err := Decode(text)
		if err != nil || !reflect.DeepEqual(back, m) {
			t.Errorf("%+v reads back as %+v, %v", m, back, err)
		}
	}
	if tried < 10 {
		t.Errorf("%d messages are plain: want most", tried)
	}
}

// fill gives every field within v a value of its own.
func fill(v reflect.Value, n *int) {
	*n++
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), n)
		}
	case reflect.Array:
		for i := range v.Len() {
			fill(v.Index(i), n)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(v.Index(0), n)
		fill(v.Index(1), n)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), n)
	case reflect.String:
		v.SetString(fmt.Sprintf("é %d: 1 2", *n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Float64:
		v.SetFloat(float64(*n) / 7)
	case reflect.Float32:
		v.SetFloat(float64(*n) / 4)
	case reflect.Int:
		v.SetInt(int64(-*n))
	case reflect.Uint64:
		v.SetUint(math.MaxUint64 - uint64(*n))
	case reflect.Uint8:
		v.SetUint(uint64(*n % 256))
	default:
		panic(v.Kind())
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
