// Package golden is the one list of experiments whose digests are pinned:
// golden.txt, a line for each. Every machine must give these bits.
//
// The package only reads the list. Its test carries the list out natively;
// package everywhere holds other builds, processors and browsers to it.
package golden

import (
	_ "embed"
	"fmt"
	"strings"

	"grapevine/app/experiment"
)

//go:embed golden.txt
var list string

// Case is one pinned run.
type Case struct {
	Name       string
	Settings   string // key=value&…, as links write them; the first is the preset
	Experiment experiment.Experiment
	Digest     string // 64 hex digits
}

// Cases reads the list, in its order.
func Cases() ([]Case, error) {
	var cases []Case
	for line := range strings.Lines(list) {
		if isNote(line) {
			continue
		}
		c, err := read(line)
		if err != nil {
			return nil, err
		}
		cases = append(cases, c)
	}
	return cases, nil
}

// isNote reports whether a line of the list is for people alone.
func isNote(line string) bool {
	return strings.HasPrefix(line, "#") || strings.TrimSpace(line) == ""
}

func read(line string) (Case, error) {
	fields := strings.Fields(line)
	if len(fields) != 3 {
		return Case{}, fmt.Errorf("golden.txt: line %q of %d fields: want name, digest, settings", strings.TrimSpace(line), len(fields))
	}
	c := Case{Name: fields[0], Digest: fields[1], Settings: fields[2]}
	var preset string
	var settings []experiment.Setting
	for pair := range strings.SplitSeq(c.Settings, "&") {
		key, value, _ := strings.Cut(pair, "=")
		if key == "preset" {
			preset = value
			continue
		}
		settings = append(settings, experiment.Setting{Key: key, Value: value})
	}
	e, changes, err := experiment.Build(preset, settings)
	if err != nil {
		return Case{}, fmt.Errorf("golden.txt: %s: %w", c.Name, err)
	}
	// A line must say what runs: a rule that altered it silently would pin
	// another experiment than the one a reader sees.
	if len(changes) > 0 {
		return Case{}, fmt.Errorf("golden.txt: %s: %v: want settings that no rule alters", c.Name, changes[0])
	}
	c.Experiment = e
	return c, nil
}

// Pin is the list's text with other digests, by name.
func Pin(digests map[string]string) (string, error) {
	var b strings.Builder
	for line := range strings.Lines(list) {
		if isNote(line) {
			b.WriteString(line)
			continue
		}
		c, err := read(line)
		if err != nil {
			return "", err
		}
		digest, ok := digests[c.Name]
		if !ok {
			return "", fmt.Errorf("golden.txt: %s: no digest to pin", c.Name)
		}
		fmt.Fprintf(&b, "%s %s %s\n", c.Name, digest, c.Settings)
	}
	return b.String(), nil
}
