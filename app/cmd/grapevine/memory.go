package main

import (
	"bufio"
	"fmt"
	"os"

	"grapevine/app/experiment"
)

// fit refuses experiments of which one is too large for this machine, with the
// figure, before anything of it is begun. free is what it has, in bytes; 0,
// where the system does not say: nothing is refused. So many go on at once at
// most, and share it.
func fit(free int64, es []experiment.Experiment, atOnce int) error {
	if free == 0 {
		return nil
	}
	what := "the memory this machine has free"
	if n := min(atOnce, len(es)); n > 1 {
		free, what = free/int64(n), fmt.Sprintf("a share of the memory this machine has free, one of %d", n)
	}
	for _, e := range es {
		if err := e.Fits(free, what); err != nil {
			return err
		}
	}
	return nil
}

// freeMemory is what Linux says programs can have, in bytes; 0 elsewhere.
func freeMemory() int64 {
	f, err := os.Open("/proc/meminfo")
	if err != nil {
		return 0
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var kilobytes int64
		if n, _ := fmt.Sscanf(lines.Text(), "MemAvailable: %d kB", &kilobytes); n == 1 {
			return kilobytes * 1024
		}
	}
	return 0
}
