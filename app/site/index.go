package site

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
)

// index makes index.html whole: with the page as it first stands, and with the
// script and the style that the first paint waits for in it, since a second
// file comes later than a longer first one. The script is allowed by its
// checksum, for nothing else that stands in the page may run.
func (b build) index(files map[string][]byte) error {
	early, style := bytes.TrimSpace(files["early.js"]), bytes.TrimSpace(files["page.css"])
	sum := sha256.Sum256(early)
	for _, put := range []struct{ place, text string }{
		{"script-src 'self'", fmt.Sprintf("script-src 'self' 'sha256-%s'", base64.StdEncoding.EncodeToString(sum[:]))},
		{`<script src="early.js"></script>`, fmt.Sprintf("<script>%s</script>", early)},
		{`<link rel="stylesheet" href="page.css">`, fmt.Sprintf("<style>\n%s\n</style>", style)},
		{"<!-- the page's program -->", fmt.Sprintf(`<link rel="preload" href="%s" as="fetch" crossorigin>`, b.parts["page"])},
		{"<!-- the page as it first stands -->", b.o.Still},
	} {
		if bytes.Count(files[indexFile], []byte(put.place)) != 1 {
			return fmt.Errorf("web/%s: want one %s", indexFile, put.place)
		}
		files[indexFile] = bytes.Replace(files[indexFile], []byte(put.place), []byte(put.text), 1)
	}
	delete(files, "early.js")
	delete(files, "page.css")
	return nil
}
