package site

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
)

// notices writes THIRD_PARTY_NOTICES.txt, the licences of everything that is
// compiled into the site, and digits.md, the digits' own terms.
func (b build) notices() error {
	args := []string{"list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}}\t{{.Version}}\t{{.Dir}}{{end}}{{end}}"}
	for _, p := range programs[:3] {
		args = append(args, p.path)
	}
	list, err := b.goTool([]string{"GOEXPERIMENT="}, args...)
	if err != nil {
		return err
	}
	modules := map[string]bool{}
	for line := range strings.Lines(string(list)) {
		if line = strings.TrimSpace(line); line != "" {
			modules[line] = true
		}
	}
	sorted := make([]string, 0, len(modules))
	for m := range modules {
		sorted = append(sorted, m)
	}
	sort.Strings(sorted)

	environment, err := b.goTool(nil, "env", "GOROOT", "GOVERSION")
	if err != nil {
		return err
	}
	goroot, version, _ := strings.Cut(strings.TrimSpace(string(environment)), "\n")

	var out bytes.Buffer
	out.WriteString("Grapevine's site contains the following works of others, under their own terms.\nThe handwritten digits have a notice of their own: digits.md.\n")
	if err := notice(&out, "Go "+version+": its standard library, runtime and wasm_exec.js", goroot); err != nil {
		return err
	}
	for _, m := range sorted {
		parts := strings.Split(m, "\t")
		if err := notice(&out, parts[0]+" "+parts[1], parts[2]); err != nil {
			return err
		}
	}
	if err := notice(&out, "FreeBSD's msun, in nn/kernel", filepath.Join(b.root, "nn", "kernel")); err != nil {
		return err
	}
	if err := b.write("THIRD_PARTY_NOTICES.txt", out.Bytes()); err != nil {
		return err
	}
	return b.copy(filepath.Join(b.root, "assets", "README.md"), "digits.md")
}

// notice appends the licence files that lie in the folder.
func notice(out *bytes.Buffer, title, dir string) error {
	entries, err := os.ReadDir(dir)
	if os.IsNotExist(err) || err == nil && !hasLicence(entries) {
		entries, err = os.ReadDir(filepath.Dir(dir)) // some systems keep Go's licence a folder up
		dir = filepath.Dir(dir)
	}
	if err != nil {
		return err
	}
	if !hasLicence(entries) {
		return fmt.Errorf("%s: no licence file in %s", title, dir)
	}
	fmt.Fprintf(out, "\n%s\n%s\n\n", strings.Repeat("=", 72), title)
	for _, e := range entries {
		if !isLicence(e) {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return err
		}
		out.Write(bytes.TrimSpace(text))
		out.WriteString("\n\n")
	}
	return nil
}

func hasLicence(entries []os.DirEntry) bool {
	for _, e := range entries {
		if isLicence(e) {
			return true
		}
	}
	return false
}

func isLicence(e os.DirEntry) bool {
	name := strings.ToUpper(e.Name())
	for _, start := range [...]string{"LICENSE", "LICENCE", "COPYING", "NOTICE"} {
		if strings.HasPrefix(name, start) && !e.IsDir() && !strings.HasSuffix(name, ".GO") {
			return true
		}
	}
	return false
}
