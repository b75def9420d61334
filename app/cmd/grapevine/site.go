package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"grapevine/app/experiment"
	siteof "grapevine/app/site"
	"grapevine/assets/mnist"
	"grapevine/nn/data"
)

// site is "grapevine site".
func site(ctx context.Context, args []string, out, notes io.Writer) error {
	flags := flag.NewFlagSet("grapevine site", flag.ContinueOnError)
	flags.SetOutput(notes)
	dir := flags.String("out", "site", "write the site to this `folder`, which is replaced")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("argument %q: want flags alone", flags.Arg(0))
	}
	if err := build(ctx, *dir, notes); err != nil {
		return err
	}
	fmt.Fprintf(out, "the site is in %s: put it on any static host, under any path\n", *dir)
	return nil
}

// serve is "grapevine serve".
func serve(ctx context.Context, args []string, out, notes io.Writer) error {
	flags := flag.NewFlagSet("grapevine serve", flag.ContinueOnError)
	flags.SetOutput(notes)
	host := flags.String("host", "127.0.0.1", "listen at this `address`; 0.0.0.0 lets other machines in")
	port := flags.String("port", portDefault(), "listen at this `port`, 1 to 65535; the default is $PORT, or 8080")
	dir := flags.String("out", filepath.Join("build", "site"), "build the site in this `folder`, which is replaced")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("argument %q: want flags alone", flags.Arg(0))
	}
	if n, err := strconv.Atoi(*port); err != nil || n < 1 || n > 65535 {
		return fmt.Errorf("port %q: want 1 to 65535 (from -port or $PORT)", *port)
	}
	// The port is taken first: a taken one is known before the build.
	listener, err := net.Listen("tcp", net.JoinHostPort(*host, *port))
	if errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("port %s: another program listens there; choose another, for instance PORT=8081 make run", *port)
	}
	if err != nil {
		return err
	}
	defer listener.Close()
	if err := build(ctx, *dir, notes); err != nil {
		return err
	}
	fmt.Fprintf(out, "Grapevine is at http://%s/ (end with Ctrl-C)\n", listener.Addr())
	server := http.Server{Handler: siteof.Handler(*dir), ReadHeaderTimeout: 10 * time.Second}
	context.AfterFunc(ctx, func() { server.Close() })
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

func portDefault() string {
	if p := os.Getenv("PORT"); p != "" {
		return p
	}
	return "8080"
}

// build builds the site of the module around the working directory.
func build(ctx context.Context, dir string, notes io.Writer) error {
	mod, err := exec.CommandContext(ctx, "go", "env", "GOMOD").Output()
	if err != nil {
		return fmt.Errorf("go env GOMOD: %w", err)
	}
	root := filepath.Dir(strings.TrimSpace(string(mod)))
	o, err := siteof.Opened(func(name string, train, test int) (*data.Dataset, error) {
		return load(ctx, name, train, test, nil)
	})
	if err != nil {
		return err
	}
	o.Digits, o.Log = fullDigits, notes
	return siteof.Build(ctx, root, dir, o)
}

// fullDigits writes the 28×28 digits into the site, about 11 MB, which the
// page offers and fetches only when asked.
func fullDigits(dir string) error {
	train, test, err := mnist.Build(experiment.DataMNIST28)
	if err != nil {
		return err
	}
	_, err = mnist.Write(filepath.Join(dir, experiment.DataMNIST28), append(train, test...))
	return err
}
