package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
)

// The versions of what is installed from npm. Layers is there for the gradients
// alone, which it registers.
var packages = []string{"@tensorflow/tfjs-core@4.22.0", "@tensorflow/tfjs-backend-wasm@4.22.0", "@tensorflow/tfjs-layers@4.22.0"}

// contestant is a running program that measures.
type contestant struct {
	name    string
	version string
	in      io.Writer
	out     *bufio.Scanner
}

// begin installs or builds a contestant and starts it.
func begin(name string) (*contestant, error) {
	if err := os.MkdirAll(scratch, 0o777); err != nil {
		return nil, err
	}
	others, err := filepath.Abs("nn/peers/others")
	if err != nil {
		return nil, err
	}
	var command []string
	switch name {
	case "native":
		err = run("go", "build", "-o", filepath.Join(scratch, "native"), "./nn/peers/ours")
		command = []string{"./native"}
	case "wasm":
		err = run("env", "GOOS=js", "GOARCH=wasm", "go", "build", "-o", filepath.Join(scratch, "ours.wasm"), "./nn/peers/ours")
		root, _ := exec.Command("go", "env", "GOROOT").Output()
		command = []string{"node", filepath.Join(strings.TrimSpace(string(root)), "lib/wasm/wasm_exec_node.js"), "ours.wasm"}
	case "tfjs":
		err = run("npm", append([]string{"install", "--no-audit", "--no-fund", "--silent", "--prefix", scratch}, packages...)...)
		command = []string{"node", filepath.Join(others, "tfjs.mjs")}
	case "limit":
		command = []string{"node", filepath.Join(others, "limit.mjs")}
	case "openblas":
		err = run("cc", "-O2", "-o", filepath.Join(scratch, "openblas"), filepath.Join(others, "openblas.c"), "-lopenblas")
		if err != nil {
			err = fmt.Errorf("%w (Debian: gcc and libopenblas-dev)", err)
		}
		command = []string{"./openblas"}
	case "pytorch":
		// Debian's own python: another one does not see Debian's package.
		command = []string{"/usr/bin/python3", filepath.Join(others, "pytorch.py")}
		if err = run(command[0], "-c", "import torch"); err != nil {
			err = fmt.Errorf("%w (Debian: python3-torch)", err)
		}
	}
	if err != nil {
		return nil, err
	}
	return start(name, command)
}

func start(name string, command []string) (*contestant, error) {
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Dir, cmd.Stderr = scratch, os.Stderr
	// One thread each, and OpenBLAS as it picks itself: a kernel or a cache size forced
	// by the surroundings would measure something else.
	cmd.Env = slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "OPENBLAS_") })
	cmd.Env = append(cmd.Env, "OMP_NUM_THREADS=1", "OPENBLAS_NUM_THREADS=1")
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	c := &contestant{name: name, in: in, out: bufio.NewScanner(out)}
	c.version, err = c.ask("version")
	return c, err
}

// ask sends a line and returns the answer.
func (c *contestant) ask(line string) (string, error) {
	if _, err := fmt.Fprintln(c.in, line); err != nil {
		return "", fmt.Errorf("%s, %s: %w", c.name, line, err)
	}
	if !c.out.Scan() {
		return "", fmt.Errorf("%s, %s: no answer", c.name, line)
	}
	return c.out.Text(), nil
}

// measure returns the nanoseconds of one turn.
func (c *contestant) measure(line string) (float64, error) {
	answer, err := c.ask(line)
	if err != nil {
		return 0, err
	}
	took, err := strconv.ParseFloat(answer, 64)
	if err != nil {
		return 0, fmt.Errorf("%s, %s: %w", c.name, line, err)
	}
	return took, nil
}

// run runs a command and returns what it wrote as its error.
func run(name string, args ...string) error {
	text, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		return errors.Join(err, errors.New(strings.TrimSpace(string(text))))
	}
	return nil
}

// machine names the processor, as far as the system tells.
func machine() string {
	info, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(info)) {
		if key, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(key) == "model name" {
			return fmt.Sprintf("%s, %d cores", strings.TrimSpace(value), runtime.NumCPU())
		}
	}
	return fmt.Sprintf("%s, %d cores", runtime.GOARCH, runtime.NumCPU())
}
