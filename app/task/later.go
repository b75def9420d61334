//go:build !js

package task

import "time"

// Later does something after a pause.
func Later(pause time.Duration, do func()) { time.AfterFunc(pause, do) }
