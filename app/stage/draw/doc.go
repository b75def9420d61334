// Package draw puts the stage on the screen with ebiten, in a frame of its
// own, and carries its messages to and from the page around it. It is for
// the browser alone; everything that can be tested without one is in package
// stage.
//
// Everything is one shader and one batch of quads: discs, lines, rings and
// glyphs each take four vertices, smooth at any size and pixel ratio. What
// doesn't change from frame to frame (edges, titles, legend) is kept as an
// image. Text is rasterised by the browser, in the page's own system font:
// ebiten's text package would make the stage a third larger.
package draw
