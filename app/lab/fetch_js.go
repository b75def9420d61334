package lab

import (
	"context"
	"errors"
	"fmt"
	"syscall/js"

	"grapevine/nn/data"
)

// Fetch makes a loader for the browser: unpack(path) is a JavaScript function
// that promises the unpacked bytes of a file of the site, as a Uint8Array, and
// read makes a chunk of them. The loader keeps the last set it brought.
func Fetch(unpack js.Value, read func([]byte) (data.Chunk, error)) Loader {
	var kept *data.Dataset
	return func(ctx context.Context, name string, train, test int, progress func(done, total int)) (*data.Dataset, error) {
		if kept != nil && kept.Name == name && kept.Train.Count == train && kept.Test.Count == test {
			return kept, nil
		}
		type file struct {
			set   string
			index int
			bytes <-chan result
		}
		var files []file
		for _, part := range [...]struct {
			set   string
			count int
		}{{"train", train}, {"test", test}} {
			for i := range part.count / data.ChunkSize {
				path := name + "/" + data.FileName(part.set, i)
				files = append(files, file{part.set, i, await(unpack.Invoke(path))})
			}
		}
		chunks := map[string][]data.Chunk{}
		for done, f := range files {
			progress(done, len(files))
			var r result
			select {
			case <-ctx.Done():
				return nil, ctx.Err()
			case r = <-f.bytes:
			}
			if r.err != nil {
				return nil, fmt.Errorf("the digits (%s %d): %w", f.set, f.index, r.err)
			}
			c, err := read(r.bytes)
			if err != nil {
				return nil, fmt.Errorf("the digits (%s %d): %w", f.set, f.index, err)
			}
			chunks[f.set] = append(chunks[f.set], c)
		}
		progress(len(files), len(files))
		set, err := data.Assemble(name, chunks["train"], chunks["test"])
		if err == nil {
			kept = set
		}
		return set, err
	}
}

type result struct {
	bytes []byte
	err   error
}

// await gives a promise's bytes, once, to whoever asks.
func await(promise js.Value) <-chan result {
	c := make(chan result, 1)
	var kept, broken js.Func
	release := func() {
		kept.Release()
		broken.Release()
	}
	kept = js.FuncOf(func(_ js.Value, args []js.Value) any {
		b := make([]byte, args[0].Length())
		js.CopyBytesToGo(b, args[0])
		c <- result{bytes: b}
		release()
		return nil
	})
	broken = js.FuncOf(func(_ js.Value, args []js.Value) any {
		c <- result{err: errors.New(args[0].Call("toString").String())}
		release()
		return nil
	})
	promise.Call("then", kept, broken)
	return c
}
