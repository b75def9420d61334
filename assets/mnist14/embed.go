// Package mnist14 holds the digits of the default data set: MNIST as 14×14
// pixels of 4 bits, 60 chunks for training and 10 for testing, each 1,000
// examples in a gzip. The README beside the program that makes them tells
// their provenance and terms.
package mnist14

import "embed"

// Files are the chunks, named train-00.gz to train-59.gz and test-00.gz to
// test-09.gz.
//
//go:embed *.gz
var Files embed.FS
