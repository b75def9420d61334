//go:build js

// Command stage is the animated scene, run by stage.html in its frame.
package main

import "grapevine/app/stage/draw"

func main() {
	if err := draw.Run(); err != nil {
		panic(err)
	}
}
