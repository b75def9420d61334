package main

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"grapevine/app/experiment"
	"grapevine/nn"
)

// folder is a sweep's:
//
//	sweep.json    what is swept, as a link
//	runs/*.json   a result file for each finished run
//
// and, once every run is there, what report writes. Nothing in it tells when,
// where or in what order the runs were made.
type folder struct {
	dir   string
	sweep experiment.Sweep
	runs  []experiment.Experiment
	part  shard
}

// shard is every of-th run, from the number-th on.
type shard struct{ number, of int }

func (s shard) String() string { return fmt.Sprintf("%d/%d", s.number, s.of) }

// maxShards bounds the shards of a sweep.
const maxShards = experiment.MaxRuns

func parseShard(text string) (shard, error) {
	var s shard
	_, err := fmt.Sscanf(text, "%d/%d", &s.number, &s.of)
	if err != nil || s.String() != text || s.number < 1 || s.of > maxShards || s.number > s.of {
		return s, fmt.Errorf("shard %q: want I/N with I from 1 to N, and N at most %d", text, maxShards)
	}
	return s, nil
}

// description is the content of sweep.json.
type description struct {
	Format  string `json:"format"`
	Version int    `json:"version"`
	Link    string `json:"link"`
}

const (
	descriptionFormat  = "grapevine sweep"
	descriptionVersion = 1
)

// readDescription reads the sweep that a folder is of.
func readDescription(dir string) (experiment.Sweep, error) {
	name := filepath.Join(dir, "sweep.json")
	text, err := os.ReadFile(name)
	if err != nil {
		return experiment.Sweep{}, err
	}
	var d description
	if err := json.Unmarshal(text, &d); err != nil {
		return experiment.Sweep{}, fmt.Errorf("%s: %w", name, err)
	}
	if d.Format != descriptionFormat || d.Version != descriptionVersion {
		return experiment.Sweep{}, fmt.Errorf("%s: format %q, version %d: want %q, %d", name, d.Format, d.Version, descriptionFormat, descriptionVersion)
	}
	s, refused, ok := experiment.ParseSweep(d.Link)
	if !ok || len(refused) > 0 {
		return experiment.Sweep{}, fmt.Errorf("%s: its link describes no sweep: %s", name, strings.Join(refused, "; "))
	}
	return s, nil
}

// openFolder makes the folder, or goes on with it: what it holds must be the
// same sweep, of as many seeds or fewer.
func openFolder(dir string, s experiment.Sweep, part shard) (*folder, error) {
	runs, _, err := s.Runs()
	if err != nil {
		return nil, err
	}
	f := &folder{dir, s, runs, part}
	switch was, err := readDescription(dir); {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, err
	case was.String() == s.String():
		return f, f.tidy()
	default:
		seeds := was.Seeds
		was.Seeds = s.Seeds
		if was.String() != s.String() {
			return nil, fmt.Errorf("out %q: it holds another sweep, #%s: choose another folder", dir, was)
		}
		if seeds > s.Seeds {
			return nil, fmt.Errorf("seeds %d: %q holds this sweep with %d: want as many or more, or another folder", s.Seeds, dir, seeds)
		}
	}
	if err := os.MkdirAll(filepath.Join(dir, "runs"), 0o755); err != nil {
		return nil, err
	}
	return f, errors.Join(f.tidy(), f.write("sweep.json", func(w io.Writer) error {
		e := json.NewEncoder(w)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		return e.Encode(description{descriptionFormat, descriptionVersion, "#" + s.String()})
	}))
}

// temporary begins the names of the files that this shard is writing. Each
// has its own: shards may share a folder.
func (f *folder) temporary() string { return fmt.Sprintf(".%d-of-%d-", f.part.number, f.part.of) }

// tidy removes what a killed run of this shard left half-written.
func (f *folder) tidy() error {
	for _, dir := range []string{".", "runs", "figures"} {
		stale, _ := filepath.Glob(filepath.Join(f.dir, dir, f.temporary()+"*"))
		for _, name := range stale {
			if err := os.Remove(name); err != nil {
				return err
			}
		}
	}
	return nil
}

// sweepOut removes what killed shards left half-written, whatever their
// number was. It is for a folder in which all runs are finished: a shard that
// is still at work there does nothing of use.
func (f *folder) sweepOut() error {
	stale, _ := filepath.Glob(filepath.Join(f.dir, "runs", ".*-of-*-*"))
	for _, name := range stale {
		if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// write writes a file of the folder whole or not at all.
func (f *folder) write(name string, write func(io.Writer) error) error {
	return writeFileBy(filepath.Join(f.dir, name), f.temporary(), write)
}

// name is the file of run i: its point and seed, for people, and a hash of
// all its settings, so that the run is found again and no other is taken for
// it.
func (f *folder) name(i int) string {
	var words []string
	for j, v := range f.sweep.Values(i / f.sweep.Seeds) {
		words = append(words, f.sweep.Vary[j].Key+"-"+v)
	}
	text := strings.Join(append(words, fmt.Sprintf("seed-%d", f.runs[i].Seed)), "_")
	if len(text) > 100 {
		text = text[:100]
	}
	sum := sha256.Sum256([]byte(experiment.Link{Experiment: f.runs[i]}.String()))
	return filepath.Join("runs", fmt.Sprintf("%s_%x.json", text, sum[:6]))
}

// label names run i in notes.
func (f *folder) label(i int) string {
	var words []string
	for j, v := range f.sweep.Values(i / f.sweep.Seeds) {
		words = append(words, f.sweep.Vary[j].Key+" "+v)
	}
	return strings.Join(append(words, fmt.Sprintf("seed %d", f.runs[i].Seed)), ", ")
}

// read reads the result of run i; ok is false when there is none that can be
// taken, and why says what is wrong with the one that is there.
func (f *folder) read(i int) (r experiment.Result, why error, ok bool) {
	file, err := os.Open(filepath.Join(f.dir, f.name(i)))
	if errors.Is(err, fs.ErrNotExist) {
		return r, nil, false
	}
	if err != nil {
		return r, err, false
	}
	defer file.Close()
	r, err = experiment.ReadResult(file)
	switch {
	case err != nil:
		return r, err, false
	case r.Experiment != f.runs[i]:
		return r, errors.New("result file: it is of another experiment"), false
	case r.Numerics != nn.NumericsVersion:
		return r, fmt.Errorf("result file: made by numerics version %d, this program has %d", r.Numerics, nn.NumericsVersion), false
	}
	return r, nil, true
}

// mine lists the runs of the folder's shard: every of-th in the order of
// falling cost, so that shards take about as long as one another.
func (f *folder) mine(order []int) []int {
	var mine []int
	for at, i := range order {
		if at%f.part.of == f.part.number-1 {
			mine = append(mine, i)
		}
	}
	return mine
}
