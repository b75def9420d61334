package site

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// The scripts that a page names stand in its last one in their order, strict;
// what is shipped alone too stays, and what else was joined is not shipped.
func TestJoin(t *testing.T) {
	files := func() map[string][]byte {
		return map[string][]byte{
			"index.html": []byte("<head>\n<script src=\"parts.js\" defer></script>\n<script src=\"crew.js\" defer></script>\n<script src=\"boot.js\" defer></script>\n</head>\n"),
			"stage.html": []byte("<script src=\"parts.js\" defer></script>\n<script src=\"stage.js\" defer></script>\n"),
			"parts.js":   []byte("parts();\n"), "crew.js": []byte("crew();\n"), "boot.js": []byte("boot();\n"), "stage.js": []byte("stage();\n"),
			"unpack.js": []byte("unpack();\n"), "trainer.js": []byte("// A worker.\nimportScripts(\"unpack.js\");\ntrain();\n"), "page.css": []byte("p {}\n"),
		}
	}
	got := files()
	if err := join(got); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"index.html": "<head>\n<script src=\"boot.js\" defer></script>\n</head>\n",
		"stage.html": "<script src=\"stage.js\" defer></script>\n",
		"boot.js":    "\"use strict\";\nparts();\ncrew();\nboot();\n",
		"stage.js":   "\"use strict\";\nparts();\nstage();\n",
		"trainer.js": "\"use strict\";\nunpack();\n// A worker.\ntrain();\n",
		"parts.js":   "parts();\n", "unpack.js": "unpack();\n", "page.css": "p {}\n",
	} {
		if string(got[name]) != want {
			t.Errorf("%s is %q: want %q", name, got[name], want)
		}
		delete(got, name)
	}
	if len(got) > 0 {
		t.Errorf("%q are shipped too: want them joined alone", slices.Sorted(maps.Keys(got)))
	}
	for _, c := range []struct{ name, with, want string }{
		{"index.html", "<script src=\"absent.js\" defer></script>\n<script src=\"boot.js\" defer></script>\n", "web/absent.js"},
		{"stage.html", "<script src=\"stage.js\"></script>\n", "web/stage.html"},
		{"trainer.js", "train();\n", "web/trainer.js"},
	} {
		broken := files()
		broken[c.name] = []byte(c.with)
		if err := join(broken); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s with %q: error %v: want one that names %s", c.name, c.with, err, c.want)
		}
	}
}
