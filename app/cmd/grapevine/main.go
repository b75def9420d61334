// Command grapevine runs the laboratory outside the browser: it carries out
// experiments on all cores, builds the static site and serves it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

const usage = `Grapevine, a laboratory for federated learning by gossip.

	grapevine run       carry an experiment out and print its rounds
	grapevine verify    check that a link or a trace file is what a run gives
	grapevine sweep     vary a setting or two over values and seeds; tables and figures
	grapevine merge     join the folders that shards of a sweep were carried out in
	grapevine audit     attack the code that clips and adds noise, and hold it to its promise
	grapevine conclude  test the tutorial's four conclusions over seeds
	grapevine study     hold the tutorial's results against an independent implementation's
	grapevine site      build the static site into a folder
	grapevine serve     build the static site and serve it

Each command explains itself with -h.
`

// command is one of the subcommands; it writes results to out and notes to
// notes.
type command func(ctx context.Context, args []string, out, notes io.Writer) error

func main() {
	commands := map[string]command{
		"run": run, "verify": verify, "sweep": sweep, "merge": merge, "conclude": conclude, "audit": auditCommand,
		"study": study, "site": site, "serve": serve,
	}
	if len(os.Args) < 2 || commands[os.Args[1]] == nil {
		fmt.Fprint(os.Stderr, usage)
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := commands[os.Args[1]](ctx, os.Args[2:], os.Stdout, os.Stderr)
	code := 1
	var status *exitError
	switch {
	case err == nil || errors.Is(err, flag.ErrHelp):
		return
	case errors.Is(err, context.Canceled):
		err, code = errors.New("interrupted"), 130
	case errors.As(err, &status):
		code = status.code
	}
	fmt.Fprintf(os.Stderr, "grapevine %s: %v\n", os.Args[1], err)
	os.Exit(code)
}

// exitError is an error that ends the program with a status of its own.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string { return e.err.Error() }
func (e *exitError) Unwrap() error { return e.err }
