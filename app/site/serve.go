package site

import (
	"net/http"
	"path"
	"strings"
)

// Handler serves a built site. It keeps browsers from using stale files
// without asking, lists no folders, and unpacks nothing: *.gz files are what
// the page asks for and unpacks itself.
func Handler(dir string) http.Handler {
	root := http.Dir(dir)
	files := http.FileServer(root)
	types := map[string]string{
		".gz": "application/gzip", ".webmanifest": "application/manifest+json", ".md": "text/plain; charset=utf-8",
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/") {
			index, err := root.Open(path.Join(r.URL.Path, "index.html"))
			if err != nil {
				http.NotFound(w, r)
				return
			}
			index.Close()
		}
		if t := types[path.Ext(r.URL.Path)]; t != "" {
			w.Header().Set("Content-Type", t)
		}
		w.Header().Set("Cache-Control", "no-cache")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		files.ServeHTTP(w, r)
	})
}
