// Assets makes the digits' files: MNIST in chunks of 1,000 examples, as the
// page fetches them. The README beside it tells provenance and terms.
//
//	go run ./assets -out assets/mnist14           14×14 pixels of 4 bits, the committed set
//	go run ./assets -data mnist28 -out DIR        28×28 pixels of 8 bits
//	go run ./assets -check -out assets/mnist14    compare instead of writing
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"grapevine/assets/mnist"
	"grapevine/nn/data"
)

func main() {
	name := flag.String("data", "mnist14", "`set` to make: mnist14 or mnist28")
	out := flag.String("out", "", "`folder` of the files (required)")
	check := flag.Bool("check", false, "compare the folder's files with what would be written, and write nothing")
	flag.Parse()
	if err := run(*name, *out, *check, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "assets:", err)
		os.Exit(1)
	}
}

func run(name, out string, check bool, rest []string) error {
	if len(rest) > 0 {
		return fmt.Errorf("argument %q: want flags only", rest[0])
	}
	if out == "" {
		return errors.New("no folder: want -out DIR")
	}
	train, test, err := mnist.Build(name)
	if err != nil {
		return err
	}
	made := append(train, test...)
	if check {
		if err := compare(out, train, test); err != nil {
			return err
		}
		fmt.Printf("%s: the %d files of %s hold what would be written\n", name, len(made), out)
		return nil
	}
	total, err := mnist.Write(out, made)
	if err != nil {
		return err
	}
	fmt.Printf("%s: %d files, %d bytes, written to %s\n", name, len(made), total, out)
	return nil
}

// compare holds the folder's files to the chunks. It compares them unpacked:
// two versions of Go pack the same bytes differently.
func compare(folder string, train, test []data.Chunk) error {
	haveTrain, haveTest, err := mnist.ReadChunks(os.DirFS(folder), len(train), len(test))
	if err != nil {
		return err
	}
	have, want := append(haveTrain, haveTest...), append(train, test...)
	for i, c := range want {
		if !bytes.Equal(have[i].Encode(), c.Encode()) {
			return fmt.Errorf("%s: differs from what would be written", filepath.Join(folder, data.FileName(c.Set, c.Index)))
		}
	}
	return nil
}
