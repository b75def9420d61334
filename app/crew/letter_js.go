package crew

import (
	"encoding/binary"
	"syscall/js"
	"unsafe"
)

// These are in letters.js, which whoever starts the program must give it; see
// there for what they do. A letter of two jobs of a small network, 5 ms of training,
// takes the conductor 170 µs to send and to read the answer, with cold caches; through
// package syscall/js, which makes a value of each array and wants the parameters in
// one piece, it took 280.

//go:wasmimport grapevine post
func jsPost(port int32, list unsafe.Pointer, count, size int32)

//go:wasmimport grapevine open
func jsOpen(port int32, to unsafe.Pointer, room int32) (size int32)

//go:wasmimport grapevine read
func jsRead(port, offset int32, to unsafe.Pointer, length int32)

//go:wasmimport grapevine close
func jsClose(port int32)

//go:wasmimport grapevine forget
func jsForget()

// listen makes wake hold something when a letter came through the port, and
// returns the port's number. letters is what grapevineLetters made.
func listen(letters, port js.Value, wake chan struct{}) int32 {
	return int32(letters.Call("listen", port, js.FuncOf(func(js.Value, []js.Value) any {
		select {
		case wake <- struct{}{}:
		default:
		}
		return nil
	})).Int())
}

// piece is a place in memory, as letters.js reads it.
type piece struct{ address, length uint32 }

func pieceOf(b []byte) piece {
	return piece{uint32(uintptr(unsafe.Pointer(unsafe.SliceData(b)))), uint32(len(b))}
}

// post is the room to write letters in.
type post struct {
	front  []byte
	pieces []piece
}

// send posts a letter of the entries, of as many bytes as least, or more.
func (p *post) send(port int32, entries []entry, least int) {
	p.front = appendFront(p.front[:0], entries)
	p.pieces = append(p.pieces[:0], pieceOf(p.front))
	size := len(p.front)
	for i := range entries {
		if data := entries[i].data; len(data) > 0 {
			p.pieces = append(p.pieces, pieceOf(data))
			size += fill(len(data))
		}
	}
	jsPost(port, unsafe.Pointer(unsafe.SliceData(p.pieces)), int32(len(p.pieces)), int32(max(size, least)))
}

// mail is the room to read letters in.
type mail struct {
	front []byte
	parts []part
}

// open opens the next letter that came through the port and reads its front; ok
// tells whether there was one. It is to be closed.
func (m *mail) open(port int32) (size int, parts []part, ok bool, err error) {
	if m.front == nil {
		m.front = make([]byte, 1024) // of most letters it holds the front
	}
	if size = int(jsOpen(port, unsafe.Pointer(unsafe.SliceData(m.front)), int32(len(m.front)))); size < 0 {
		return 0, nil, false, nil
	}
	if size < leadBytes {
		return size, nil, true, errLetter
	}
	n := int(binary.LittleEndian.Uint32(m.front))
	if n < leadBytes || n > size {
		return size, nil, true, errLetter
	}
	if n > len(m.front) {
		m.front = make([]byte, n)
		read(port, m.front, 0)
	}
	m.parts, err = readFront(m.front[:n], size, m.parts)
	return size, m.parts, true, err
}

// read fills b with the bytes of a port's open letter from an offset on.
func read(port int32, b []byte, offset int) {
	if len(b) > 0 {
		jsRead(port, int32(offset), unsafe.Pointer(unsafe.SliceData(b)), int32(len(b)))
	}
}
