package edit

import (
	"errors"
	"fmt"
	"strings"
)

// Sequences that every terminal of today understands, Windows' included.
const (
	pasteOn    = "\x1b[?2004h" // pasted text comes between marks
	pasteOff   = "\x1b[?2004l"
	clearBelow = "\x1b[J"
	clearAll   = "\x1b[H\x1b[2J"
)

// canvas is the part of the screen that is drawn on: from the row where the
// prompt began downwards.
type canvas struct {
	// row is where the cursor is, from the first row of the canvas.
	row int
	// top is the first row of the layout that is shown, where the screen is too
	// small for all of them.
	top int
	// cleared says that the whole screen is to be cleared first.
	cleared bool
}

func (c *canvas) clear() { *c = canvas{cleared: true} }

// home returns what moves the cursor to where the canvas begins, and clears it.
func (c *canvas) home() string {
	if c.cleared {
		c.cleared = false
		return clearAll
	}
	if c.row == 0 {
		return "\r" + clearBelow
	}
	return fmt.Sprintf("\r\x1b[%dA%s", c.row, clearBelow)
}

// place writes rows, and leaves the cursor in one of them.
func (c *canvas) place(rows []string, row, column int) string {
	out := c.home() + strings.Join(rows, "\r\n")
	if up := len(rows) - 1 - row; up > 0 {
		out += fmt.Sprintf("\x1b[%dA", up)
	}
	out += "\r"
	if column > 0 {
		out += fmt.Sprintf("\x1b[%dC", column)
	}
	c.row = row
	return out
}

// lay lays the text out as it is on the screen.
func (e *Editor) lay(spans []Span) *layout {
	columns, _ := e.config.Terminal.Size()
	return lay(e.s, spans, e.prompt, columns, painter{e.config.Colors})
}

// draw shows the text, the cursor, and the menu or search below it.
func (e *Editor) draw() {
	columns, height := e.config.Terminal.Size()
	spans := e.highlight()
	l := e.lay(spans)
	here := l.where(e.at)
	below := e.below(columns, height)
	rows := l.lines()
	room := max(1, height-len(below))
	c := &e.canvas
	c.top = max(0, min(c.top, here.row, len(rows)-room))
	c.top = max(c.top, here.row-room+1)
	rows = rows[c.top:min(len(rows), c.top+room)]
	e.write(c.place(append(rows, below...), here.row-c.top, here.column))
}

// highlight returns the styles of the text; what a search has found is over
// them.
func (e *Editor) highlight() []Span {
	if e.search != nil {
		return e.search.spans(e.s)
	}
	if e.config.Highlight == nil || !e.config.Colors {
		return nil
	}
	return e.config.Highlight(e.s)
}

// below returns the rows below the text.
func (e *Editor) below(columns, height int) []string {
	paint := painter{e.config.Colors}
	switch {
	case e.search != nil:
		return []string{e.search.line(columns, paint)}
	case e.menu != nil:
		return e.menu.lines(columns, max(1, height/2), paint)
	}
	return nil
}

// leave draws the whole text for the last time, and goes to the line below it.
func (e *Editor) leave() {
	e.menu, e.search = nil, nil
	l := e.lay(e.highlight())
	rows := l.lines()
	end := l.stops[len(l.stops)-1]
	out := e.canvas.place(rows, end.row, end.column)
	if errors.Is(e.err, ErrInterrupted) {
		out += "^C"
	}
	out += pasteOff
	if end.column > 0 || e.err != nil {
		out += "\r\n"
	}
	e.write(out)
	e.canvas = canvas{}
}

// write writes to the terminal. Where that fails, the input ends as well: it is
// the same terminal.
func (e *Editor) write(s string) {
	if _, err := e.config.Terminal.Write([]byte(s)); err != nil {
		e.finish(err)
	}
}
