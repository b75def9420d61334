//go:build js

// Command page is the interface, run by index.html.
package main

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"grapevine/app/page"
	"grapevine/app/task"
)

func main() {
	task.CollectLate()
	app.Route("/", func() app.Composer { return page.Open() })
	app.RunWhenOnBrowser()
}
