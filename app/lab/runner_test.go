package lab_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"grapevine/app/crew"
	"grapevine/app/lab"
	"grapevine/nn/data"
)

// listener keeps the heads of the jobs that a crew is given, by what is given at
// once, and how many were taken before.
type listener struct {
	crew.Crew
	given [][]string
	taken []int
	count int
}

func (l *listener) Give(jobs []crew.Job, more bool) int {
	var heads []string
	for _, j := range jobs {
		heads = append(heads, j.Head)
	}
	l.given, l.taken = append(l.given, heads), append(l.taken, l.count)
	return l.Crew.Give(jobs, more)
}

func (l *listener) Take(ctx context.Context) (int, crew.Result, error) {
	l.count++
	return l.Crew.Take(ctx)
}

// Of clients with unequal shares those with the most examples are asked first,
// and who trains and evaluates before who trains on as many.
func TestLongestJobsFirst(t *testing.T) {
	e := small(t, "partition", "dirichlet", "alpha", "0.3", "participants", "7")
	set, err := load(context.Background(), e.Data, e.Train, e.Test, nil)
	if err != nil {
		t.Fatal(err)
	}
	parts, err := data.Dirichlet(set.Train.Labels, e.Clients, e.Alpha, e.Seed)
	if err != nil {
		t.Fatal(err)
	}
	heard := &listener{Crew: crew.NewLocal(3, hand)}
	trace, err := lab.Run(context.Background(), e, load, heard, nil)
	if err != nil {
		t.Fatal(err)
	}
	if want := carryOut(t, e, 1).Digest; trace.Digest != want {
		t.Errorf("the digest is %s: want %s", trace.Digest, want)
	}
	unequal := 0
	for _, heads := range heard.given {
		before := 1 << 30
		for _, head := range heads {
			work := 0
			var round, client int
			if _, err := fmt.Sscanf(head, "train %d %d", &round, &client); err == nil {
				work = 3 * len(parts[client]) * e.Epochs
			}
			if strings.HasSuffix(head, "evaluate") {
				work += e.Test
			}
			if work > before {
				t.Errorf("%q, of work %d, comes after one of %d", head, work, before)
			}
			if work < before {
				unequal++
			}
			before = work
		}
	}
	if unequal < 3*e.Clients {
		t.Errorf("only %d steps down among the jobs: the shares are too equal to tell", unequal)
	}
}

// A protocol goes on to its next round while the other's clients are at work, but
// never more than a round further, and to none of its own will once there shall be
// no more rounds: then all end with the same one, evaluated.
func TestProtocolsDontWait(t *testing.T) {
	e := small(t, "rounds", "6", "participants", "2")
	set, err := load(context.Background(), e.Data, e.Train, e.Test, nil)
	if err != nil {
		t.Fatal(err)
	}
	heard := &listener{Crew: crew.NewLocal(1, hand)}
	r, err := lab.NewRunner(context.Background(), e, set, heard, lab.Secret{})
	if err != nil {
		t.Fatal(err)
	}
	heard.given, heard.taken = nil, nil
	asked := 0
	more := func() bool { asked++; return asked <= 4 }
	var last int
	if err := r.Advance(context.Background(), 6, more, func(round, done, total int) {
		if round < last || round > r.Round()+1 || done < 0 || done > total {
			t.Errorf("round %d after %d, %d of %d jobs", round, last, done, total)
		}
		last = round
	}); err != nil {
		t.Fatal(err)
	}
	if r.Round() != 4 || r.Settled() != 4 {
		t.Errorf("after more was refused %d rounds are done and %d evaluated: want 4", r.Round(), r.Settled())
	}
	together := 0
	given := 0
	for i, heads := range heard.given {
		if given > heard.taken[i]-heard.taken[0] {
			together++ // others are at work
		}
		given += len(heads)
	}
	if together < 4 {
		t.Errorf("of %d times that jobs were given others were at work %d times: want 4 at least", len(heard.given), together)
	}
	if err := r.Advance(context.Background(), 6, nil, nil); err != nil {
		t.Fatal(err)
	}
	if got, want := r.Finish().Digest, carryOut(t, e, 1).Digest; got != want {
		t.Errorf("the digest is %s: want %s", got, want)
	}
}

// Rounds in which chance asks nobody are rounds.
func TestNobodyAsked(t *testing.T) {
	e := small(t, "protocol", "fedavg", "trust", "central", "sampling", "poisson", "participants", "1", "rounds", "12", "evaluate", "4")
	var done []int
	set, err := load(context.Background(), e.Data, e.Train, e.Test, nil)
	if err != nil {
		t.Fatal(err)
	}
	r, err := lab.NewRunner(context.Background(), e, set, crew.NewLocal(2, hand), lab.Secret{})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Advance(context.Background(), 12, nil, nil); err != nil {
		t.Fatal(err)
	}
	empty := 0
	for _, round := range r.Trace().Runs[0].Rounds[1:] {
		done = append(done, round.Round)
		if len(round.Clients) == 0 {
			empty++
		}
	}
	if len(done) != 12 || empty == 0 || empty == 12 {
		t.Errorf("rounds %v, %d without clients: want 12, some without", done, empty)
	}
}
