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

// listener keeps the heads of the jobs that a crew is given, by round.
type listener struct {
	crew.Crew
	rounds *[][]string
}

func (l listener) Do(ctx context.Context, jobs []crew.Job, done func(int)) ([]crew.Result, error) {
	var heads []string
	for _, j := range jobs {
		heads = append(heads, j.Head)
	}
	*l.rounds = append(*l.rounds, heads)
	return l.Crew.Do(ctx, jobs, done)
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
	var rounds [][]string
	trace, err := lab.Run(context.Background(), e, load, listener{crew.NewLocal(3, hand), &rounds}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if want := carryOut(t, e, 1).Digest; trace.Digest != want {
		t.Errorf("the digest is %s: want %s", trace.Digest, want)
	}
	if len(rounds) != 5 { // the evaluations of the first and of the last models, and three rounds
		t.Fatalf("%d goings-out of jobs: want 5", len(rounds))
	}
	unequal := 0
	for _, heads := range rounds[1:4] {
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
				t.Errorf("round %d: %q, of work %d, comes after one of %d", round, head, work, before)
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
