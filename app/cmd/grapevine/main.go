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
)

const usage = `Grapevine, a laboratory for federated learning by gossip.

	grapevine run     carry an experiment out and print its rounds
	grapevine study   hold the tutorial's results against an independent implementation's
	grapevine site    build the static site into a folder
	grapevine serve   build the static site and serve it

Each command explains itself with -h.
`

// command is one of the subcommands; it writes results to out and notes to
// notes.
type command func(ctx context.Context, args []string, out, notes io.Writer) error

func main() {
	commands := map[string]command{"run": run, "study": study, "site": site, "serve": serve}
	if len(os.Args) < 2 || commands[os.Args[1]] == nil {
		fmt.Fprint(os.Stderr, usage)
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	err := commands[os.Args[1]](ctx, os.Args[2:], os.Stdout, os.Stderr)
	switch {
	case err == nil || errors.Is(err, flag.ErrHelp):
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(os.Stderr, "grapevine: interrupted")
		os.Exit(130)
	default:
		fmt.Fprintf(os.Stderr, "grapevine %s: %v\n", os.Args[1], err)
		os.Exit(1)
	}
}
