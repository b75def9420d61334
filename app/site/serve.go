package site

import (
	"net/http"
	"path"
	"regexp"
	"strings"
)

// named matches the programs' files, whose names tell what they hold.
var named = regexp.MustCompile(`\.[0-9a-f]{12}\.wasm\.gz$`)

// Handler serves a built site. It keeps browsers from using stale files
// without asking, lists no folders, and unpacks nothing: *.gz files are what
// the page asks for and unpacks itself. A folder answers with its index.html,
// which also has its own address, without a redirect.
func Handler(dir string) http.Handler {
	root := http.Dir(dir)
	files := http.FileServer(root)
	types := map[string]string{
		".gz": "application/gzip", ".webmanifest": "application/manifest+json", ".md": "text/plain; charset=utf-8",
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-cache")
		if named.MatchString(r.URL.Path) {
			w.Header().Set("Cache-Control", "max-age=31536000, immutable")
		}
		w.Header().Set("X-Content-Type-Options", "nosniff")
		if strings.HasSuffix(r.URL.Path, "/") || path.Base(r.URL.Path) == indexFile {
			index(w, r, root)
			return
		}
		if t := types[path.Ext(r.URL.Path)]; t != "" {
			w.Header().Set("Content-Type", t)
		}
		files.ServeHTTP(w, r)
	})
}

// index serves the index.html of the folder that the path names.
func index(w http.ResponseWriter, r *http.Request, root http.FileSystem) {
	file, err := root.Open(path.Join("/", strings.TrimSuffix(r.URL.Path, indexFile), indexFile))
	if err != nil {
		http.NotFound(w, r)
		return
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil || info.IsDir() {
		http.NotFound(w, r)
		return
	}
	http.ServeContent(w, r, indexFile, info.ModTime(), file)
}
