//go:build unix

package everywhere_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// native builds package golden's test for a processor and runs it: here, or
// in qemu's user mode where the processor is another. debug are the run's
// GODEBUG settings; building is added to the environment of the build.
func native(debug string, building ...string) runner {
	return func(ctx context.Context, folder string, crews []int) (string, []run, error) {
		processor := runtime.GOARCH
		for _, b := range building {
			if arch, ok := strings.CutPrefix(b, "GOARCH="); ok {
				processor = arch
			}
		}
		var by []string
		on := ""
		if processor != runtime.GOARCH {
			qemu := "qemu-" + map[string]string{"amd64": "x86_64", "arm64": "aarch64"}[processor]
			version, err := output(ctx, "", nil, qemu, "--version")
			if err != nil {
				return "", nil, fmt.Errorf("%w: install it (Debian: apt-get install qemu-user)", err)
			}
			by = []string{qemu}
			on = ", qemu " + word(version, 2)
			building = append(building, "GOOS=linux")
		}
		version, got, err := golds(ctx, folder, crews, by, []string{"GODEBUG=" + debug}, building)
		return version + on, got, err
	}
}

// node builds package golden's test for WebAssembly and runs it in node.
func node(building ...string) runner {
	return func(ctx context.Context, folder string, crews []int) (string, []run, error) {
		version, err := output(ctx, "", nil, "node", "--version")
		if err != nil {
			return "", nil, fmt.Errorf("%w: install it (Debian: apt-get install nodejs)", err)
		}
		goroot, err := output(ctx, "", nil, "go", "env", "GOROOT")
		if err != nil {
			return "", nil, err
		}
		by := []string{filepath.Join(strings.TrimSpace(goroot), "lib", "wasm", "go_js_wasm_exec")}
		goVersion, got, err := golds(ctx, folder, crews, by, nil, append(building, "GOOS=js", "GOARCH=wasm"))
		return goVersion + ", node " + strings.TrimPrefix(strings.TrimSpace(version), "v"), got, err
	}
}

// golds builds the test, has it run by the program in by, where there is one,
// and reads its report. The version is Go's.
func golds(ctx context.Context, folder string, crews []int, by, running, building []string) (version string, got []run, err error) {
	version, err = output(ctx, "", nil, "go", "env", "GOVERSION")
	if err != nil {
		return "", nil, err
	}
	binary := filepath.Join(folder, "golden.test")
	if _, err := output(ctx, root, building, "go", "test", "-c", "-o", binary, "./app/golden"); err != nil {
		return "", nil, err
	}
	workers := strings.Trim(strings.ReplaceAll(fmt.Sprint(crews), " ", ","), "[]")
	line := append(by, binary, "-test.run=^TestGoldenDigests$", "-report", "-workers="+workers)
	out, err := output(ctx, "", running, line[0], line[1:]...)
	if err != nil {
		return "", nil, err
	}
	for l := range strings.Lines(out) {
		if !strings.HasPrefix(l, "digest ") {
			continue
		}
		var r run
		if _, err := fmt.Sscanf(l, "digest %s %d %s", &r.Name, &r.Workers, &r.Digest); err != nil {
			return "", nil, fmt.Errorf("report %q: %w", l, err)
		}
		got = append(got, r)
	}
	return strings.TrimSpace(version), got, nil
}

// output runs a program with additions to the environment and gives what it
// writes; an error carries what it complained of.
func output(ctx context.Context, folder string, environment []string, name string, args ...string) (string, error) {
	c := exec.CommandContext(ctx, name, args...)
	c.Dir = folder
	c.Env = append(os.Environ(), environment...)
	var complaints bytes.Buffer
	c.Stderr = &complaints
	out, err := c.Output()
	if err != nil {
		return "", fmt.Errorf("%s %s: %w\n%s%s", name, strings.Join(args, " "), err, out, complaints.Bytes())
	}
	return string(out), nil
}

// word is the nth word of a text, from 0; "" where there is none.
func word(text string, n int) string {
	words := strings.Fields(text)
	if n >= len(words) {
		return ""
	}
	return words[n]
}
