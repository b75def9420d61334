package experiment

import "fmt"

// Sizes in memory of what a trace holds, bytes.
const (
	roundBytes    = 200 // and its evaluation, without their lists
	workBytes     = 72  // ClientRound
	exchangeBytes = 24  // Exchange
	modelBytes    = 48  // ModelEvaluation
	digitsBytes   = 80  // its counts by digit
	programBytes  = 40 << 20
)

// Memory estimates the bytes that a run takes of the program that conducts it:
// 4 for each client and parameter with gossip, with FedAvg for each client
// asked, a quarter more for the garbage collector's room, the trace, and some
// 40 MB for the program with its digits.
func (e Experiment) Memory() int64 {
	return programBytes + e.parameterBytes() + e.traceBytes()
}

func (e Experiment) parameterBytes() int64 {
	models := 0
	if e.Runs(Gossip) {
		models += e.Clients + 1 // the mean of all
	}
	if e.Runs(FedAvg) {
		models += e.Participants + 2 // the server's, old and new
	}
	return int64(models) * int64(e.MessageBytes()) * 5 / 4
}

func (e Experiment) traceBytes() int64 {
	evaluations := int64(e.Rounds/e.Evaluate) + 2
	sum := int64(0)
	for _, protocol := range e.Protocols() {
		trained, exchanges, models := e.Participants, e.Participants, 1
		if protocol == Gossip {
			trained, exchanges, models = e.Clients, e.Exchanges, e.Clients
		}
		model := modelBytes
		if e.Clients <= MostPerDigit {
			model += digitsBytes
		}
		sum += int64(e.Rounds)*int64(roundBytes+workBytes*trained+exchangeBytes*exchanges) + evaluations*int64(model*models)
	}
	return sum * 5 / 4
}

// Fits is nil if the run fits into that many bytes, of what is named. The error
// says how much it takes, and blames what takes the most.
func (e Experiment) Fits(bytes int64, what string) error {
	n := e.Memory()
	if n <= bytes {
		return nil
	}
	key := "clients"
	if e.traceBytes() > e.parameterBytes() {
		key = "rounds"
	}
	p, _ := Find(key)
	return &FieldError{key, p.Get(e), fmt.Sprintf("a run that fits into %s, %s: this one takes about %s; fewer clients, smaller hidden layers or fewer rounds take less",
		what, gigabytes(bytes), gigabytes(n))}
}

func gigabytes(bytes int64) string { return fmt.Sprintf("%.1f GB", float64(bytes)/1e9) }
