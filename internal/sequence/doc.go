// Package sequence draws who called whom: as Mermaid text, as SVG, and as
// characters for a terminal. The texts it is given may come from strangers: none
// of them can leave its place in the drawing.
package sequence
