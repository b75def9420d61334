package site

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Scripts are written in files of their own and shipped joined: a browser asks
// for few files at a time, and a service worker answers each request with some
// delay, so seven scripts hold up a start that one does not.
var (
	scriptTags = regexp.MustCompile(`(?m)(?:^<script src="[a-z_]+\.js" defer></script>\n)+`)
	scriptName = regexp.MustCompile(`"([a-z_]+\.js)"`)
	imports    = regexp.MustCompile(`(?m)^importScripts\(.*\);\n`)
)

// shippedAlone are the scripts that are also asked for by themselves: the
// service worker imports one, and the other tells a site's folder from others.
var shippedAlone = []string{"unpack.js", partsFile}

// join puts the scripts that each HTML file names into the last of them, and
// those that the trainer's worker imports into its own, and drops what is left
// over.
func join(files map[string][]byte) error {
	spare := map[string]bool{}
	into := func(last string, names []string) error {
		joined := []byte("\"use strict\";\n")
		for _, name := range append(names, last) {
			content, ok := files[name]
			if !ok {
				return fmt.Errorf("web/%s: is to be joined into %s and is not there", name, last)
			}
			joined = append(joined, content...)
			spare[name] = true
		}
		files[last] = joined
		delete(spare, last)
		return nil
	}
	for name, content := range files {
		if !strings.HasSuffix(name, ".html") {
			continue
		}
		tags := scriptTags.Find(content)
		names := namesIn(tags)
		if len(names) == 0 {
			return fmt.Errorf(`web/%s: want lines <script src="…" defer></script>`, name)
		}
		last := names[len(names)-1]
		files[name] = bytes.Replace(content, tags, fmt.Appendf(nil, "<script src=%q defer></script>\n", last), 1)
		if err := into(last, names[:len(names)-1]); err != nil {
			return err
		}
	}
	const trainer = "trainer.js"
	line := imports.Find(files[trainer])
	if line == nil {
		return fmt.Errorf("web/%s: want a line importScripts(…);", trainer)
	}
	files[trainer] = bytes.Replace(files[trainer], line, nil, 1)
	if err := into(trainer, namesIn(line)); err != nil {
		return err
	}
	for name := range spare {
		if !slices.Contains(shippedAlone, name) {
			delete(files, name)
		}
	}
	return nil
}

// namesIn are the scripts that a piece of text names.
func namesIn(text []byte) (names []string) {
	for _, m := range scriptName.FindAllSubmatch(text, -1) {
		names = append(names, string(m[1]))
	}
	return names
}
