package experiment

import (
	"errors"
	"strings"
	"testing"
)

// A thousand clients with the small network take 60 MB of parameters and a
// small constant; with large networks they are refused, with the figure, and
// what takes the most is blamed.
func TestMemory(t *testing.T) {
	thousand := func(settings ...Setting) Experiment {
		e, changes, err := Build("tutorial", append([]Setting{{"protocol", Gossip}, {"clients", "1000"}, {"partition", PartitionIID}, {"topology", TopologyTorus}}, settings...))
		if err != nil || len(changes) > 0 {
			t.Fatal(err, changes)
		}
		return e
	}
	e := thousand()
	least := int64(4 * e.Clients * e.Parameters())
	if n := e.Memory(); n < least || n > least+100e6 {
		t.Errorf("a thousand small clients take %d bytes: want %d and at most 100 MB more", n, least)
	}
	if err := e.Fits(2e9, "a browser"); err != nil {
		t.Error(err)
	}
	for _, c := range []struct {
		e      Experiment
		key    string
		figure string
	}{
		{thousand(Setting{"hidden", "1024-1024"}), "clients", "about 6.4 GB"},
		{thousand(Setting{"rounds", "10000"}, Setting{"exchanges", "10000"}), "rounds", "about 4.6 GB"},
	} {
		err := c.e.Fits(2e9, "a browser")
		var field *FieldError
		if !errors.As(err, &field) || field.Key != c.key || !strings.Contains(err.Error(), c.figure) || !strings.Contains(err.Error(), "a browser, 2.0 GB") {
			t.Errorf("%d clients of %s, %d rounds: %v: want %s refused, %s", c.e.Clients, c.e.Hidden, c.e.Rounds, err, c.key, c.figure)
		}
	}
}
