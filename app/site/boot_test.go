//go:build !js

package site_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// first runs JavaScript in every page of the tab before the page's own.
func first(script string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, cdppage.AddScriptToEvaluateOnNewDocument, cdppage.AddScriptToEvaluateOnNewDocumentParams{Source: script})
		return err
	})
}

// A browser that lacks something gets a sentence that says what.
func TestLackingBrowser(t *testing.T) {
	for feature, want := range map[string]string{
		"WebAssembly":         "WebAssembly",
		"DecompressionStream": "unpacking gzip",
		"Worker":              "web workers",
	} {
		t.Run(feature, func(t *testing.T) {
			p := open(t, first(fmt.Sprintf("delete window.%s", feature)))
			if run := p.text("document.documentElement.dataset.run"); run != "failed" {
				t.Errorf("run is %q: want failed", run)
			}
			if got := p.text(`document.querySelector("[role=alert]")?.innerText`); !strings.Contains(got, "("+want+")") {
				t.Errorf("the page says %q: want it to name %s", got, want)
			}
		})
	}
}
