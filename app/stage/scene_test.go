package stage

import (
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"grapevine/app/experiment"
	"grapevine/app/wire"
)

var rewrite = flag.Bool("rewrite", false, "write the scenarios' transcripts anew")

// TestScenarios plays testdata/*.txt: every line that starts with > is a
// command, the lines under it are what came of it.
//
//	> scene both|gossip|fedavg [noise]   facts of four clients on a ring
//	> round N                            round N of every protocol
//	> gossip N, > fedavg N               round N of one
//	> play AT [SPEED] [follow], > stop AT
//	> echo SPEED                         play on from the position last told
//	> run SECONDS                        60 ticks a second
//	> sleep SECONDS                      no ticks
//	> reset, > select N
func TestScenarios(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scenarios: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var got strings.Builder
			var c conductor
			for _, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
				switch {
				case strings.HasPrefix(line, "#"):
					fmt.Fprintln(&got, line)
				case strings.HasPrefix(line, "> "):
					fmt.Fprintln(&got, line)
					got.WriteString(c.do(strings.Fields(line[2:])))
				}
			}
			if *rewrite {
				if err := os.WriteFile(file, []byte(got.String()), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if got.String() != string(text) {
				t.Errorf("got:\n%s\nwant:\n%s", got.String(), text)
			}
		})
	}
}

// conductor carries out scenario commands.
type conductor struct {
	scene Scene
	now   float64
	told  float64 // the position last told
}

func (c *conductor) do(words []string) string {
	number := func(i int) float64 {
		x, err := strconv.ParseFloat(words[i], 64)
		if err != nil {
			panic(err)
		}
		return x
	}
	handle := func(m wire.Message) string {
		if err := c.scene.Handle(m, c.now); err != nil {
			return fmt.Sprintf("error: %v\n", err)
		}
		return ""
	}
	switch words[0] {
	case "scene":
		f := sample(4, "circle", words[1])
		f.Experiment.Exchanges = 3
		if len(words) > 2 {
			f.Experiment.Epsilon = 8
		}
		return handle(&wire.Scene{Facts: *f})
	case "round":
		out := ""
		for _, p := range c.scene.Facts().Experiment.Protocols() {
			out += handle(&wire.Round{Protocol: p, Round: sampleRound(p, int(number(1)), 4)})
		}
		return out
	case experiment.Gossip, experiment.FedAvg:
		return handle(&wire.Round{Protocol: words[0], Round: sampleRound(words[0], int(number(1)), 4)})
	case "play":
		m := &wire.Playhead{At: number(1), Playing: true, Speed: 1}
		for i := range words[2:] {
			if words[2+i] == "follow" {
				m.Follow = true
			} else {
				m.Speed = number(2 + i)
			}
		}
		return handle(m)
	case "echo":
		return handle(&wire.Playhead{At: c.told, Playing: true, Speed: number(1)})
	case "stop":
		return handle(&wire.Playhead{At: number(1), Speed: 1})
	case "reset":
		return handle(&wire.Reset{})
	case "select":
		return handle(&wire.Select{Client: int(number(1))})
	case "sleep":
		c.now += number(1)
		return ""
	case "run":
		return c.run(number(1))
	}
	panic("command " + words[0])
}

// run ticks 60 times a second, as long as the scene asks for it.
func (c *conductor) run(seconds float64) string {
	var out strings.Builder
	ticks := int(math.Round(60 * seconds))
	for i := range ticks {
		if !c.scene.Animating() {
			fmt.Fprintf(&out, "rests after %.1f s at %.2f\n", float64(i)/60, c.scene.Playhead().At)
			c.now += float64(ticks-i) / 60
			return out.String()
		}
		c.now += 1.0 / 60
		for _, m := range c.scene.Tick(c.now) {
			at := m.(*wire.At)
			c.told = at.At
			fmt.Fprintf(&out, "%.1f s: at %.2f %s\n", float64(i+1)/60, at.At, at.Phase)
		}
	}
	fmt.Fprintf(&out, "goes on at %.2f\n", c.scene.Playhead().At)
	return out.String()
}

// sampleRound makes round r of n clients: accuracies grow by a hundredth a
// round and a tenth a client.
func sampleRound(protocol string, r, n int) experiment.Round {
	rd := experiment.Round{Round: r, Evaluation: &experiment.Evaluation{TestAccuracy: 0.01 * float64(r)}}
	for c := range n {
		if protocol == experiment.FedAvg && (c+r)%2 == 0 {
			continue
		}
		if r > 0 {
			rd.Clients = append(rd.Clients, experiment.ClientRound{Client: c, Loss: 1, Norm: 4, Clip: 0.5})
		}
		if r > 0 && protocol == experiment.FedAvg {
			rd.Exchanges = append(rd.Exchanges, experiment.Exchange{A: c, B: experiment.Server, Bytes: 80})
		}
		rd.Evaluation.Models = append(rd.Evaluation.Models, experiment.ModelEvaluation{
			Loss: 1, Accuracy: 0.01*float64(r) + 0.1*float64(c),
		})
	}
	if protocol == experiment.FedAvg {
		rd.Evaluation.Models = []experiment.ModelEvaluation{{Loss: 1, Accuracy: 0.01 * float64(r)}}
	} else if r > 0 {
		for i := range n - 1 {
			rd.Exchanges = append(rd.Exchanges, experiment.Exchange{A: i, B: i + 1, Bytes: 80})
		}
	}
	return rd
}

// Packets have grain where clients add noise, however it is set.
func TestNoisy(t *testing.T) {
	for _, c := range []struct {
		settings []experiment.Setting
		want     bool
	}{
		{nil, false},
		{[]experiment.Setting{{Key: "epsilon", Value: "8"}}, true},
		{[]experiment.Setting{{Key: "noise_by", Value: experiment.NoiseMultiplier}, {Key: "noise_multiplier", Value: "1"}}, true},
		{[]experiment.Setting{{Key: "protocol", Value: experiment.FedAvg}, {Key: "trust", Value: experiment.TrustCentral}, {Key: "noise_multiplier", Value: "1"}}, false},
	} {
		e, changes, err := experiment.Build("tutorial", c.settings)
		if err != nil || len(changes) > 0 {
			t.Fatal(err, changes)
		}
		if got := (&Scene{facts: &wire.Facts{Experiment: e}}).Noisy(); got != c.want {
			t.Errorf("%v: noisy is %t", c.settings, got)
		}
	}
}

// Sent away from the position that it last told, and back there before it told
// of another, the stage is back: it is not where it was sent first.
func TestSentThereAndBack(t *testing.T) {
	var c conductor
	for _, command := range []string{"scene both", "round 0", "round 1", "round 2", "stop 1", "run 1"} {
		c.do(strings.Fields(command))
	}
	for _, command := range []string{"stop 0", "stop 1", "run 1"} {
		c.do(strings.Fields(command))
	}
	if at := c.scene.Playhead().At; c.told != 1 || at != 1 {
		t.Errorf("it told of %v and is at %v: want 1", c.told, at)
	}
}
