package lab

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"grapevine/app/crew"
	"grapevine/app/experiment"
	"grapevine/nn"
	"grapevine/nn/data"
	"grapevine/nn/federated"
	"grapevine/nn/kernel"
)

// head is the text of a job: to prepare, or to train, to evaluate, or both
// from the same parameters. To prepare is JSON; the others are words, "train",
// the round, the client, "update", "evaluate", each where it is wanted, for JSON
// would take longer than the way to the worker.
type head struct {
	Prepare  *experiment.Experiment `json:"prepare,omitempty"`
	Secret   []byte                 `json:"secret,omitempty"` // beside Prepare, where there is one
	Train    *trainJob              `json:"-"`
	Evaluate bool                   `json:"-"`
}

// trainJob asks for one client's work, from the parameters in the job's data.
type trainJob struct {
	Round, Client int
	Update        bool
}

func (h head) String() string {
	if h.Prepare != nil {
		b, err := json.Marshal(h)
		if err != nil {
			panic("lab: " + err.Error()) // every experiment can be written
		}
		return string(b)
	}
	b := make([]byte, 0, 48)
	if t := h.Train; t != nil {
		b = strconv.AppendInt(append(b, "train "...), int64(t.Round), 10)
		b = strconv.AppendInt(append(b, ' '), int64(t.Client), 10)
		if t.Update {
			b = append(b, " update"...)
		}
	}
	if h.Evaluate {
		b = append(b, " evaluate"...)
	}
	return string(b)
}

// readHead reads what String writes.
func readHead(text string) (head, error) {
	var h head
	if strings.HasPrefix(text, "{") {
		if err := json.Unmarshal([]byte(text), &h); err != nil {
			return head{}, fmt.Errorf("job: %w", err)
		}
		return h, nil
	}
	words := strings.Fields(text)
	if len(words) >= 3 && words[0] == "train" {
		round, err := strconv.Atoi(words[1])
		client, err2 := strconv.Atoi(words[2])
		if err != nil || err2 != nil {
			return head{}, fmt.Errorf("job %q: want numbers of a round and a client", text)
		}
		h.Train = &trainJob{Round: round, Client: client}
		words = words[3:]
		if len(words) > 0 && words[0] == "update" {
			h.Train.Update, words = true, words[1:]
		}
	}
	if len(words) > 0 && words[0] == "evaluate" {
		h.Evaluate, words = true, words[1:]
	}
	if len(words) > 0 || h.Train == nil && !h.Evaluate {
		return head{}, fmt.Errorf("job %q: want what to train or to evaluate", text)
	}
	return h, nil
}

// report is the head of a result, its fields one after another in bytes: a
// round of a thousand clients has a thousand of them, and JSON would take as
// long as a small network's step. The parameters that training made are beside
// it.
type report struct {
	// Of training, where that was asked for; as in experiment.ClientRound.
	Client            int32
	Loss              experiment.Float
	Norm, Clip, Noise float32
	Parameters        experiment.Hash
	// Of the evaluation, where that was asked for; as in experiment.ModelEvaluation.
	TestLoss experiment.Float
	Accuracy float64
	Diverged bool
	PerDigit [10]int32
}

func (r *report) String() string {
	le := binary.LittleEndian
	b := make([]byte, 0, reportBytes)
	b = le.AppendUint32(b, uint32(r.Client))
	b = le.AppendUint64(b, math.Float64bits(float64(r.Loss)))
	for _, x := range [...]float32{r.Norm, r.Clip, r.Noise} {
		b = le.AppendUint32(b, math.Float32bits(x))
	}
	b = append(b, r.Parameters[:]...)
	b = le.AppendUint64(b, math.Float64bits(float64(r.TestLoss)))
	b = le.AppendUint64(b, math.Float64bits(r.Accuracy))
	diverged := byte(0)
	if r.Diverged {
		diverged = 1
	}
	b = append(b, diverged)
	for _, n := range r.PerDigit {
		b = le.AppendUint32(b, uint32(n))
	}
	return string(b)
}

// reportBytes is the length of a report.
const reportBytes = 4 + 8 + 3*4 + 32 + 8 + 8 + 1 + 10*4

// readReport reads what String writes.
func readReport(text string) (report, error) {
	var r report
	b := []byte(text)
	if len(b) != reportBytes {
		return r, fmt.Errorf("a client's report of %d bytes: want %d", len(b), reportBytes)
	}
	le := binary.LittleEndian
	four := func() uint32 { v := le.Uint32(b); b = b[4:]; return v }
	eight := func() float64 { v := math.Float64frombits(le.Uint64(b)); b = b[8:]; return v }
	r.Client = int32(four())
	r.Loss = experiment.Float(eight())
	for _, x := range []*float32{&r.Norm, &r.Clip, &r.Noise} {
		*x = math.Float32frombits(four())
	}
	b = b[copy(r.Parameters[:], b):]
	r.TestLoss = experiment.Float(eight())
	r.Accuracy = eight()
	r.Diverged, b = b[0] != 0, b[1:]
	for i := range r.PerDigit {
		r.PerDigit[i] = int32(four())
	}
	return r, nil
}

func (r *report) client() experiment.ClientRound {
	return experiment.ClientRound{
		Client: int(r.Client), Loss: r.Loss,
		Norm: experiment.Float(r.Norm), Clip: experiment.Float(r.Clip), Noise: experiment.Float(r.Noise),
		Parameters: r.Parameters,
	}
}

func (r *report) model() experiment.ModelEvaluation {
	m := experiment.ModelEvaluation{Loss: r.TestLoss, Accuracy: r.Accuracy, Diverged: r.Diverged, PerDigit: make([]int, len(r.PerDigit))}
	for digit, n := range r.PerDigit {
		m.PerDigit[digit] = int(n)
	}
	return m
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
	what, err := readHead(j.Head)
	if err != nil {
		return crew.Result{}, err
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
		h.evaluate(start, &r)
	}
	if what.Train != nil {
		params = h.train(*what.Train, start, &r)
	}
	return crew.Result{Head: r.String(), Data: crew.Bytes(params)}, nil
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

func (h *Hand) train(j trainJob, start []float32, r *report) []float32 {
	task := federated.Task{Client: j.Client, Start: start, Update: j.Update}
	params, w := h.work.Do(h.network, &h.set.Train, h.parts[j.Client], j.Round, task)
	r.Client, r.Loss = int32(j.Client), experiment.Float(w.Loss)
	r.Norm, r.Clip, r.Noise, r.Parameters = w.Norm, w.Factor, w.Noise, w.Hash
	return params
}

func (h *Hand) evaluate(params []float32, r *report) {
	s := h.network.Evaluate(params, &h.set.Test)
	r.TestLoss = experiment.Float(s.Loss / float64(s.Count))
	r.Accuracy = float64(s.Correct) / float64(s.Count)
	r.Diverged = !r.TestLoss.Finite() || !kernel.Finite(params)
	for digit, n := range s.ByLabel {
		r.PerDigit[digit] = int32(n)
	}
}
