package crew

import (
	"reflect"
	"testing"
)

// What is put into a letter is read from it, and what is no letter is refused.
func TestLetter(t *testing.T) {
	entries := []entry{
		{0, whole, "", nil},
		{1, whole, "train 1 2", make([]byte, 12)},
		{70000, again, "evaluate", nil},
		{70001, failed, "the hand slipped", nil},
		{70002, whole, "odd", make([]byte, 5)},
		{70003, whole, "\x00\xff", make([]byte, 4)},
	}
	front := appendFront(nil, entries)
	size := len(front) + 12 + 8 + 4
	got, err := readFront(front, size+40, nil)
	if err != nil || len(got) != len(entries) {
		t.Fatalf("read %v, %v", got, err)
	}
	at := len(front)
	for i, e := range entries {
		want := part{e.number, e.kind, e.head, at, len(e.data)}
		if !reflect.DeepEqual(got[i], want) {
			t.Errorf("part %d is %+v: want %+v", i, got[i], want)
		}
		at += fill(len(e.data))
	}
	for n := range front {
		if _, err := readFront(front[:n], size, nil); err == nil {
			t.Errorf("the first %d of %d bytes are read as a front", n, len(front))
		}
	}
	for n := range size - 3 {
		if _, err := readFront(front, n, nil); err == nil {
			t.Errorf("it is read as the front of a letter of %d bytes: want %d", n, size)
		}
	}
	for _, at := range []int{0, 3, 4, 7, 16, 19, 35} { // a length or a count beyond what is there
		broken := append([]byte(nil), front...)
		broken[at] = 255
		if _, err := readFront(broken, size, nil); err == nil {
			t.Errorf("with byte %d changed it is read as a front", at)
		}
	}
}
