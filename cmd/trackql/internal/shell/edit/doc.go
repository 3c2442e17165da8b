// Package edit lets a person write a text of several lines on a terminal. It
// owns keys, the text with its cursor, how both are drawn, the menu of
// completions, and the walk and search through earlier texts.
//
// It knows no SQL: what a text's colors are, how it can be completed and whether
// it has ended are functions of its caller. Nothing but [Terminal] touches a
// terminal, so everything else is tested without one.
//
// Positions are bytes of the text. The cursor moves by what a person takes for
// a character, a cluster of code points; and rows are laid out by the cells that
// clusters take, never by the terminal's own wrapping. A wide character that
// does not fit into the last cell of a row, therefore, begins the next one, and
// the cursor knows it. The libraries that were looked at lose the cursor there
// (rows are the text's width divided by the screen's), move by code points, or
// have one line only.
package edit
