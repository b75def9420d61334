//go:build js

// Command stage is the animated scene, run by stage.html in its frame.
package main

import (
	"grapevine/app/stage/draw"
	"grapevine/app/task"
)

func main() {
	task.CollectLate()
	if err := draw.Run(); err != nil {
		panic(err)
	}
}
