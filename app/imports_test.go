// Package app_test holds the house's imports to their one direction.
package app_test

import (
	"bytes"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// allowed lists, for each part of the house, what of the house and which
// libraries it may import, itself and the standard library aside. A name that
// ends in / stands for all beneath.
var allowed = map[string][]string{
	"grapevine/nn/":            {"grapevine/nn", "grapevine/nn/", "gonum.org/"},
	"grapevine/nn":             {"grapevine/nn/", "gonum.org/"},
	"grapevine/app/experiment": {},
	"grapevine/app/wire":       {"grapevine/app/experiment"},
	"grapevine/app/crew":       {},
	"grapevine/app/lab":        {"grapevine/app/experiment", "grapevine/app/crew", "grapevine/app/wire", "grapevine/nn", "grapevine/nn/", "gonum.org/"},
	"grapevine/app/figures":    {"grapevine/app/experiment", "gonum.org/", "codeberg.org/", "git.sr.ht/", "github.com/ajstarks/svgo", "github.com/golang/freetype/", "golang.org/x/"},
	"grapevine/app/page":       {"grapevine/app/task", "grapevine/app/experiment", "grapevine/app/wire", "github.com/maxence-charriere/go-app/", "github.com/google/uuid", "github.com/boombuler/barcode", "github.com/boombuler/barcode/"},
	"grapevine/app/golden":     {"grapevine/app/experiment"},
	"grapevine/app/task":       {},
	"grapevine/app/stage":      {"grapevine/app/experiment", "grapevine/app/wire"},
	"grapevine/app/stage/draw": {"grapevine/app/task", "grapevine/app/experiment", "grapevine/app/wire", "grapevine/app/stage", "github.com/hajimehoshi/ebiten/", "github.com/ebitengine/", "golang.org/x/"},
	"grapevine/wasm/trainer":   {"grapevine/app/crew", "grapevine/app/lab", "grapevine/app/wire", "grapevine/app/experiment", "grapevine/nn", "grapevine/nn/", "gonum.org/"},
}

func TestImportsRunOneWay(t *testing.T) {
	for _, platform := range [][]string{nil, {"GOOS=js", "GOARCH=wasm"}} {
		for _, pkg := range list(t, platform, "{{.ImportPath}}", "grapevine/...") {
			rule, ok := allowed[pkg]
			if !ok && strings.HasPrefix(pkg, "grapevine/nn/") {
				rule, ok = allowed["grapevine/nn/"], true
			}
			if !ok {
				continue
			}
			for _, dep := range list(t, platform, "{{if not .Standard}}{{.ImportPath}}{{end}}", "-deps", pkg) {
				if dep != pkg && !within(dep, rule) {
					t.Errorf("%v %s imports %s: want of %v alone", platform, pkg, dep, rule)
				}
			}
		}
	}
	for _, main := range []string{"grapevine/wasm/trainer", "grapevine/wasm/stage", "grapevine/wasm/page"} {
		for _, dep := range list(t, []string{"GOOS=js", "GOARCH=wasm"}, "{{.ImportPath}}", "-deps", main) {
			if strings.HasPrefix(dep, "gonum.org/v1/plot") || dep == "grapevine/app/figures" {
				t.Errorf("%s holds %s, which is large and draws the command's figures alone", main, dep)
			}
			if dep == "net/http" && main != "grapevine/wasm/page" { // go-app holds it there
				t.Errorf("%s holds net/http, which is large and does nothing there that fetch does not", main)
			}
		}
	}
}

// The trainer uses of package math only what gives the same bits on every
// machine: see nn/kernel.
func TestTrainersMath(t *testing.T) {
	banned := []string{"math.Exp(", "math.Log(", "math.Pow(", "math.Sin", "math.Cos", "math.Max(", "math.Min(", "math.FMA(", "math.Erf"}
	for _, dir := range []string{"nn", "nn/kernel", "nn/random", "nn/data", "nn/federated", "nn/privacy"} {
		entries, err := os.ReadDir("../" + dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") {
				continue
			}
			source, err := os.ReadFile("../" + dir + "/" + e.Name())
			if err != nil {
				t.Fatal(err)
			}
			for _, b := range banned {
				if bytes.Contains(source, []byte(b)) {
					t.Errorf("%s/%s uses %s", dir, e.Name(), strings.TrimSuffix(b, "("))
				}
			}
		}
	}
}

// Accountants and audits compute with the library's functions, whose last bits
// differ by machine: what trains must not know them.
func TestAccountantsStayOutOfTheTrainer(t *testing.T) {
	for _, pkg := range []string{"grapevine/nn", "grapevine/nn/kernel", "grapevine/nn/random", "grapevine/nn/data", "grapevine/nn/federated", "grapevine/nn/privacy"} {
		for _, dep := range list(t, nil, "{{.ImportPath}}", "-deps", pkg) {
			if dep == "grapevine/nn/privacy/accountant" || dep == "grapevine/nn/privacy/audit" {
				t.Errorf("%s imports %s, whose numbers must not flow into a run", pkg, dep)
			}
		}
	}
}

func within(dep string, rule []string) bool {
	for _, r := range rule {
		if dep == r || strings.HasSuffix(r, "/") && strings.HasPrefix(dep, r) {
			return true
		}
	}
	return false
}

func list(t *testing.T, environment []string, format string, args ...string) []string {
	t.Helper()
	c := exec.Command("go", append([]string{"list", "-f", format}, args...)...)
	c.Env = append(os.Environ(), environment...)
	out, err := c.Output()
	if err != nil {
		t.Fatalf("go list %v: %v", args, err)
	}
	return strings.Fields(string(out))
}
