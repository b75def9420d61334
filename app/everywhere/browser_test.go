//go:build unix

package everywhere_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"grapevine/app/experiment"
	"grapevine/app/golden"
	"grapevine/app/site"
	"grapevine/app/wire"
)

// opener starts a browser at an address, with all it keeps in the folder. The
// browser lives until the context ends; gone is then closed, or sooner if the
// browser ends by itself.
type opener func(ctx context.Context, folder, address string) (version string, gone <-chan error, err error)

// report is what the harness page tells in the end.
type report struct {
	SIMD    bool   `json:"simd"` // which build crew.js chose
	Digests []run  `json:"digests"`
	Failed  string `json:"failed"`
}

// build is what the harness page runs.
type build string

const (
	buildSIMD  build = "simd"
	buildPlain build = "plain"
	buildPage  build = "page" // the site's page itself, where a person would press Play
)

// browser lets a browser carry the experiments out with the trainer of the
// site that was built into siteFolder. The harness page stands beside the
// site, not in it: the site's own pages talk to nobody.
func browser(open opener, siteFolder string, b build) runner {
	return func(ctx context.Context, folder string, crews []int) (string, []run, error) {
		ctx, end := context.WithCancel(ctx)
		told := make(chan report, 1)
		experiments, err := orders(crews)
		if err != nil {
			end()
			return "", nil, err
		}
		mux := http.NewServeMux()
		mux.Handle("GET /site/", http.StripPrefix("/site", site.Handler(siteFolder)))
		mux.Handle("GET /", http.FileServer(http.Dir("testdata")))
		mux.HandleFunc("GET /crew.js", func(w http.ResponseWriter, r *http.Request) { // the site ships it joined to others
			http.ServeFile(w, r, filepath.Join("..", "..", "web", "crew.js"))
		})
		mux.HandleFunc("GET /experiments", func(w http.ResponseWriter, _ *http.Request) { w.Write(experiments) })
		mux.HandleFunc("POST /report", func(w http.ResponseWriter, r *http.Request) {
			var what report
			if err := json.NewDecoder(r.Body).Decode(&what); err != nil {
				what.Failed = err.Error()
			}
			select {
			case told <- what:
			default: // one report is enough: the first failure
			}
		})
		server := httptest.NewServer(mux)
		defer server.Close()
		version, gone, err := open(ctx, folder, server.URL+"/harness.html?build="+string(b))
		if err != nil {
			end()
			return "", nil, err
		}
		var what report
		select {
		case what = <-told:
			end()
			<-gone // so that its folder can be dropped
		case err := <-gone:
			end()
			return "", nil, fmt.Errorf("the browser ended before it reported: %w", err)
		}
		if what.Failed != "" {
			return "", nil, errors.New(what.Failed)
		}
		if want := b != buildPlain; what.SIMD != want {
			return "", nil, fmt.Errorf("crew.js found SIMD: %v; want %v", what.SIMD, want)
		}
		return version, what.Digests, nil
	}
}

// orders is what the harness asks for: the crews, and for each experiment the
// page's two messages.
func orders(crews []int) ([]byte, error) {
	cases, err := golden.Cases()
	if err != nil {
		return nil, err
	}
	type order struct {
		Name  string `json:"name"`
		Start string `json:"start"`
		Train string `json:"train"`
	}
	var list []order
	for i, c := range cases {
		rounds := c.Experiment.Rounds
		list = append(list, order{
			c.Name, wire.Encode(&wire.Start{ID: i + 1, Experiment: c.Experiment}),
			wire.Encode(&wire.Train{Until: rounds, Rounds: rounds}),
		})
	}
	page, err := pageOrder(cases)
	if err != nil {
		return nil, err
	}
	return json.Marshal(map[string]any{"crews": crews, "experiments": list, "page": page})
}

// pageCase is the experiment that the page itself plays.
const pageCase = "first-look"

// pageOrder says what to set on the page, which opens with the first preset,
// to have the experiment. The rounds come last: the page shows them, so what
// came before them is then done.
func pageOrder(cases []golden.Case) (map[string]any, error) {
	at := slices.IndexFunc(cases, func(c golden.Case) bool { return c.Name == pageCase })
	if at < 0 {
		return nil, fmt.Errorf("golden.txt has no experiment %s, which the page would play", pageCase)
	}
	e, opening := cases[at].Experiment, experiment.Presets[0].Experiment()
	var settings []experiment.Setting
	for _, p := range experiment.Table {
		if p.Key != "rounds" && p.Get(e) != p.Get(opening) {
			settings = append(settings, experiment.Setting{Key: p.Key, Value: p.Get(e)})
		}
	}
	settings = append(settings, experiment.Setting{Key: "rounds", Value: strconv.Itoa(e.Rounds)})
	return map[string]any{"name": pageCase, "settings": settings, "rounds": e.Rounds}, nil
}

func chromium(ctx context.Context, folder, address string) (string, <-chan error, error) {
	path, err := find("Chromium", "chromium", "chromium", "chromium-browser", "google-chrome", "chrome")
	if err != nil {
		return "", nil, err
	}
	version, err := output(ctx, "", nil, path, "--version")
	if err != nil {
		return "", nil, err
	}
	gone, err := start(ctx, folder, nil, path, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic",
		"--user-data-dir="+folder, address)
	return "Chromium " + word(version, 1), gone, err
}

func firefox(ctx context.Context, folder, address string) (string, <-chan error, error) {
	path, err := find("Firefox", "firefox-esr", "firefox", "firefox-esr")
	if err != nil {
		return "", nil, err
	}
	version, err := output(ctx, "", []string{"HOME=" + folder}, path, "--version")
	if err != nil {
		return "", nil, err
	}
	// A fresh profile would open pages of its own and ask hosts of its own.
	const preferences = `user_pref("app.update.enabled", false);
user_pref("browser.aboutwelcome.enabled", false);
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
user_pref("services.settings.server", "data:,");
user_pref("toolkit.telemetry.enabled", false);
`
	if err := os.WriteFile(filepath.Join(folder, "user.js"), []byte(preferences), 0o644); err != nil {
		return "", nil, err
	}
	gone, err := start(ctx, folder, nil, path, "--headless", "--no-remote", "--profile", folder, address)
	return strings.TrimPrefix(strings.TrimSpace(version), "Mozilla "), gone, err
}

// webkit opens WebKitGTK's MiniBrowser, which knows no headless way, on a
// virtual screen.
func webkit(ctx context.Context, folder, address string) (string, <-chan error, error) {
	places, err := filepath.Glob("/usr/lib*/*/webkit2gtk-4.*/MiniBrowser")
	if err != nil {
		return "", nil, err
	}
	path, err := find("WebKitGTK's MiniBrowser", "libwebkit2gtk-4.1-0", append(places, "MiniBrowser")...)
	if err != nil {
		return "", nil, err
	}
	screen, err := screen(ctx, folder)
	if err != nil {
		return "", nil, err
	}
	// No acceleration: a virtual screen has none, and MiniBrowser ends where
	// it looks for it in vain.
	environment := []string{"DISPLAY=" + screen, "GDK_BACKEND=x11", "WEBKIT_DISABLE_DMABUF_RENDERER=1", "LIBGL_ALWAYS_SOFTWARE=1"}
	version, err := output(ctx, "", append(environment, "HOME="+folder), path, "--version")
	if err != nil {
		return "", nil, err
	}
	gone, err := start(ctx, folder, environment, path, address)
	return "WebKitGTK " + word(version, 1), gone, err
}

// screen starts a virtual screen and gives its name as soon as it is there.
func screen(ctx context.Context, folder string) (string, error) {
	path, err := find("Xvfb", "xvfb", "Xvfb")
	if err != nil {
		return "", err
	}
	read, write, err := os.Pipe()
	if err != nil {
		return "", err
	}
	defer read.Close()
	c := exec.CommandContext(ctx, path, "-displayfd", "3", "-screen", "0", "1280x800x24", "-nolisten", "tcp")
	c.Dir, c.ExtraFiles = folder, []*os.File{write}
	c.Cancel = func() error { return c.Process.Signal(syscall.SIGTERM) } // killed, it would leave its lock
	err = c.Start()
	write.Close()
	if err != nil {
		return "", err
	}
	go c.Wait() // the context ends it
	number, err := bufio.NewReader(read).ReadString('\n')
	if err != nil {
		return "", fmt.Errorf("%s ended before its screen was there: %w", path, err)
	}
	return ":" + strings.TrimSpace(number), nil
}

// find gives the first of the programs that is there.
func find(what, debian string, programs ...string) (string, error) {
	for _, p := range programs {
		if path, err := exec.LookPath(p); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("there is no %s: install it (Debian: apt-get install %s)", what, debian)
}

// start runs a program, and whatever it starts, until the context ends. Then,
// or when it ended by itself, gone says how, with its complaints.
func start(ctx context.Context, folder string, environment []string, path string, args ...string) (<-chan error, error) {
	c := exec.CommandContext(ctx, path, args...)
	c.Env = append(os.Environ(), append([]string{
		"HOME=" + folder, "XDG_RUNTIME_DIR=" + folder, "XDG_CACHE_HOME=" + folder, "XDG_CONFIG_HOME=" + folder, "XDG_DATA_HOME=" + folder,
	}, environment...)...)
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	c.Cancel = func() error { return syscall.Kill(-c.Process.Pid, syscall.SIGKILL) }
	var complaints bytes.Buffer
	c.Stderr = &complaints
	if err := c.Start(); err != nil {
		return nil, err
	}
	gone := make(chan error, 1)
	go func() {
		gone <- fmt.Errorf("%w\n%s", errors.Join(c.Wait(), ctx.Err()), complaints.Bytes())
	}()
	return gone, nil
}
