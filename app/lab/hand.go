package lab

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"grapevine/app/crew"
	"grapevine/app/experiment"
	"grapevine/nn"
	"grapevine/nn/data"
	"grapevine/nn/federated"
)

// head is the text of a job: to prepare, or to train, to evaluate, or both
// from the same parameters.
type head struct {
	Prepare  *experiment.Experiment `json:"prepare,omitempty"`
	Secret   []byte                 `json:"secret,omitempty"` // beside Prepare, where there is one
	Train    *trainJob              `json:"train,omitempty"`
	Evaluate bool                   `json:"evaluate,omitempty"`
}

// trainJob asks for one client's work, from the parameters in the job's data.
type trainJob struct {
	Round  int  `json:"round"`
	Client int  `json:"client"`
	Update bool `json:"update"`
}

// report is the text of a result: what was asked for of the two. The
// parameters that training made are beside it.
type report struct {
	Client *experiment.ClientRound     `json:"client,omitempty"`
	Model  *experiment.ModelEvaluation `json:"model,omitempty"`
}

func (h head) String() string {
	b, err := json.Marshal(h)
	if err != nil {
		panic("lab: " + err.Error()) // every head can be written
	}
	return string(b)
}

// Hand does a crew member's jobs: prepare for an experiment, train a client,
// evaluate a model. It is a crew.Hand.
type Hand struct {
	load    Loader
	set     *data.Dataset
	parts   [][]int
	work    federated.Work
	network *nn.Network
}

// judgeBatch is how many examples are evaluated at once, at least; the number
// alters no bit.
const judgeBatch = 100

// NewHand makes a hand that loads its data by itself.
func NewHand(load Loader) *Hand { return &Hand{load: load} }

// Do does one job.
func (h *Hand) Do(j crew.Job) (crew.Result, error) {
	var what head
	if err := json.Unmarshal([]byte(j.Head), &what); err != nil {
		return crew.Result{}, fmt.Errorf("job: %w", err)
	}
	if what.Prepare != nil {
		return crew.Result{}, h.prepare(*what.Prepare, what.Secret)
	}
	if h.network == nil {
		return crew.Result{}, errors.New("job: the hand was not prepared")
	}
	start := crew.Floats(j.Data)
	var r report
	var params []float32
	if what.Evaluate {
		r.Model = h.evaluate(start)
	}
	if what.Train != nil {
		r.Client, params = h.train(*what.Train, start)
	}
	text, err := json.Marshal(r)
	return crew.Result{Head: string(text), Data: crew.Bytes(params)}, err
}

func (h *Hand) prepare(e experiment.Experiment, key []byte) error {
	set, err := h.load(context.Background(), e.Data, e.Train, e.Test, func(int, int) {})
	if err != nil {
		return err
	}
	parts, err := partition(e, set.Train.Labels)
	if err != nil {
		return err
	}
	s, err := shape(e)
	if err != nil {
		return err
	}
	g, err := graph(e)
	if err != nil {
		return err
	}
	var secret Secret
	copy(secret[:], key)
	room := max(e.BatchSize, judgeBatch)
	if e.Trust == experiment.TrustExample {
		room = max(nn.PrivateChunk, judgeBatch)
	}
	*h = Hand{load: h.load, set: set, parts: parts, work: work(e, g, secret), network: nn.NewNetwork(s, room)}
	return nil
}

func (h *Hand) train(j trainJob, start []float32) (*experiment.ClientRound, []float32) {
	task := federated.Task{Client: j.Client, Start: start, Update: j.Update}
	params, r := h.work.Do(h.network, &h.set.Train, h.parts[j.Client], j.Round, task)
	return &experiment.ClientRound{
		Client: j.Client, Loss: experiment.Float(r.Loss),
		Norm: experiment.Float(r.Norm), Clip: experiment.Float(r.Factor), Noise: experiment.Float(r.Noise),
		Parameters: r.Hash,
	}, params
}

func (h *Hand) evaluate(params []float32) *experiment.ModelEvaluation {
	s := h.network.Evaluate(params, &h.set.Test)
	loss := experiment.Float(s.Loss / float64(s.Count))
	return &experiment.ModelEvaluation{
		Loss: loss, Accuracy: float64(s.Correct) / float64(s.Count),
		Diverged: !loss.Finite() || !nn.Finite(params),
		PerDigit: s.ByLabel[:],
	}
}
