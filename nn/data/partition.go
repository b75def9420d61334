package data

import (
	"fmt"

	"grapevine/nn/random"
)

// byLabel lists the indices sorted by label, ties in the given order. It
// counts instead of comparing: the page waits for it before a first run.
func byLabel(labels []byte) []int {
	var next [Classes + 1]int // where the next example of each label goes
	for _, l := range labels {
		next[l+1]++
	}
	for l := range Classes {
		next[l+1] += next[l]
	}
	order := make([]int, len(labels))
	for i, l := range labels {
		order[next[l]] = i
		next[l]++
	}
	return order
}

// Shards is the label-shard partition of McMahan et al. 2017: examples sorted
// by label are cut into clients·each equal shards (the remainder dropped),
// the shards shuffled, and each client takes the next each of them. It
// returns every client's example indices.
func Shards(labels []byte, clients, each int, seed uint64) ([][]int, error) {
	if err := enough(len(labels), clients, each); err != nil {
		return nil, err
	}
	s := random.New(random.Address{Seed: seed, Purpose: random.PurposeShards})
	return deal(labels, s.Perm(clients*each), each), nil
}

// TutorialShards is the tutorial's own assignment: numpy's permutation of 40
// shards for seed 7, each of 20 clients taking two.
func TutorialShards(labels []byte) ([][]int, error) {
	if err := enough(len(labels), 20, 2); err != nil {
		return nil, err
	}
	return deal(labels, []int{
		4, 0, 28, 20, 30, 10, 12, 32, 19, 9, 14, 22, 27, 38, 3, 24, 39, 26, 13, 17,
		18, 36, 35, 37, 8, 7, 1, 33, 15, 29, 6, 16, 23, 25, 5, 2, 31, 34, 21, 11,
	}, 2), nil
}

func deal(labels []byte, shards []int, each int) [][]int {
	order := byLabel(labels)
	size := len(labels) / len(shards)
	parts := make([][]int, len(shards)/each)
	for i, s := range shards {
		parts[i/each] = append(parts[i/each], order[s*size:(s+1)*size]...)
	}
	return parts
}

// IID deals a permutation of n examples out in equal parts; the remainder is
// dropped.
func IID(n, clients int, seed uint64) ([][]int, error) {
	if err := enough(n, clients, 1); err != nil {
		return nil, err
	}
	order := random.New(random.Address{Seed: seed, Purpose: random.PurposePartition}).Perm(n)
	parts := make([][]int, clients)
	for c := range parts {
		parts[c] = order[c*(n/clients) : (c+1)*(n/clients)]
	}
	return parts, nil
}

func enough(n, clients, each int) error {
	if clients < 1 || each < 1 || clients*each > n {
		return fmt.Errorf("%d clients × %d shards of %d examples: want at least one example a shard", clients, each, n)
	}
	return nil
}
