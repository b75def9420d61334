package site

import (
	"fmt"
	"slices"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"grapevine/app/page"
)

// Still is the page as it first stands, drawn before its program runs by what
// the program draws it with, as HTML; picture stands where the stage will be.
//
// go-app writes HTML for eyes: attributes in no order, false ones too, which
// browsers take for true, and text with line breaks around it. Still mends that,
// so that the same page is always the same bytes and what the program puts in
// its place is the same tree.
func Still(picture string) (string, error) {
	context := &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body}
	nodes, err := html.ParseFragment(strings.NewReader(app.HTMLString(page.Still(picture))), context)
	if err != nil {
		return "", fmt.Errorf("the page's HTML: %w", err)
	}
	if len(nodes) != 1 || nodes[0].Type != html.ElementNode {
		return "", fmt.Errorf("the page's HTML: %d nodes at its root: want one element", len(nodes))
	}
	mend(nodes[0], 1)
	var b strings.Builder
	if err := html.Render(&b, nodes[0]); err != nil {
		return "", fmt.Errorf("the page's HTML: %w", err)
	}
	return b.String(), nil
}

// booleans are the attributes that are there or not.
var booleans = []string{"checked", "disabled", "hidden", "multiple", "open", "readonly", "selected"}

// mend mends an element whose children go-app indented so many steps.
func mend(n *html.Node, depth int) {
	n.Attr = slices.DeleteFunc(n.Attr, func(a html.Attribute) bool { return slices.Contains(booleans, a.Key) && a.Val == "false" })
	for i, a := range n.Attr {
		switch {
		case slices.Contains(booleans, a.Key):
			n.Attr[i].Val = ""
		case a.Val == "" && strings.HasPrefix(a.Key, "aria-"):
			n.Attr[i].Val = "true" // which go-app leaves away
		}
	}
	if n.DataAtom == atom.Input || n.DataAtom == atom.Select {
		// Browsers put back what stood in a page's fields when it was left.
		n.Attr = append(n.Attr, html.Attribute{Key: "autocomplete", Val: "off"})
	}
	slices.SortFunc(n.Attr, func(a, b html.Attribute) int { return strings.Compare(a.Key, b.Key) })
	line := "\n" + strings.Repeat("  ", depth)
	for c := n.FirstChild; c != nil; {
		next := c.NextSibling
		switch c.Type {
		case html.TextNode:
			if next == nil { // what follows is the end of n, a step to the left
				c.Data = strings.TrimSuffix(c.Data, line[:len(line)-2])
			}
			c.Data = strings.ReplaceAll(c.Data, line, "")
			c.Data = strings.TrimSuffix(c.Data, "\n")
			if c.Data == "" {
				n.RemoveChild(c)
			}
		case html.ElementNode:
			mend(c, depth+1)
		}
		c = next
	}
}
