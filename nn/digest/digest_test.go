package digest

import (
	"bytes"
	"crypto/sha256"
	"math/rand/v2"
	"testing"
)

// It is crypto/sha256, however long the bytes are, however they are written, and
// while more of them are to come.
func TestIsSHA256(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	random := func(n int) []byte {
		b := make([]byte, n)
		for i := range b {
			b[i] = byte(r.Uint32())
		}
		return b
	}
	for n := range 400 {
		if b := random(n); Sum(b) != sha256.Sum256(b) {
			t.Fatalf("of %d bytes it is %x: want %x", n, Sum(b), sha256.Sum256(b))
		}
	}
	for range 300 {
		own, want := New(), sha256.New()
		for range 1 + r.IntN(8) {
			part := random(r.IntN(200))
			own.Write(part)
			want.Write(part)
			if got := own.Sum([]byte("x")); !bytes.Equal(got, want.Sum([]byte("x"))) {
				t.Fatalf("after a part of %d bytes it is %x: want %x", len(part), got, want.Sum([]byte("x")))
			}
		}
		own.Reset()
		if !bytes.Equal(own.Sum(nil), sha256.New().Sum(nil)) {
			t.Fatal("after Reset it is not that of nothing")
		}
	}
	if b := random(1 << 20); Sum(b) != sha256.Sum256(b) {
		t.Error("of a megabyte it differs")
	}
}

func BenchmarkSum(b *testing.B)    { benchmark(b, func(x []byte) { Sum(x) }) }
func BenchmarkSHA256(b *testing.B) { benchmark(b, func(x []byte) { sha256.Sum256(x) }) }

func benchmark(b *testing.B, sum func([]byte)) {
	x := make([]byte, 60_001)
	b.SetBytes(int64(len(x)))
	for b.Loop() {
		sum(x)
	}
}
