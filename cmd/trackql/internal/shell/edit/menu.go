package edit

import (
	"strings"
	"unicode/utf8"

	"github.com/trackql/trackql/cmd/trackql/internal/print"
)

// Completion is what a text could go on with.
type Completion struct {
	// From is where what the items replace begins; it ends at the cursor.
	From  int
	Items []Item
}

// Item is one way to go on.
type Item struct {
	// Insert is what comes into the text.
	Insert string
	// Label is what the menu shows; empty is Insert.
	Label string
	// Detail is what there is to know about it.
	Detail string
}

func (i Item) label() string {
	if i.Label != "" {
		return i.Label
	}
	return i.Insert
}

// menu is a choice of completions below the text.
type menu struct {
	Completion
	typed  string // what stood there
	chosen int    // -1 while it still does
}

// complete puts in what all completions have in common. Where that adds
// nothing, it opens the menu.
func (e *Editor) complete(bool) {
	if e.config.Complete == nil {
		return
	}
	c := e.config.Complete(e.s, e.at)
	if len(c.Items) == 0 {
		return
	}
	typed := e.s[c.From:e.at]
	common := commonPrefix(c.Items)
	switch {
	case len(c.Items) == 1:
		e.replace(c.From, e.at, c.Items[0].Insert)
		return
	case len(common) > len(typed) && strings.EqualFold(common[:min(len(common), len(typed))], typed):
		e.replace(c.From, e.at, common)
		typed = common
	}
	e.menu = &menu{c, typed, -1}
}

// commonPrefix returns what all items begin with.
func commonPrefix(items []Item) string {
	common := items[0].Insert
	for _, item := range items[1:] {
		n := 0
		for n < len(common) && n < len(item.Insert) {
			r, size := utf8.DecodeRuneInString(common[n:])
			if other, _ := utf8.DecodeRuneInString(item.Insert[n:]); other != r {
				break
			}
			n += size
		}
		common = common[:n]
	}
	return common
}

// pressMenu takes a key while the menu is open, and tells whether that was all
// it meant.
func (e *Editor) pressMenu(k key) bool {
	m := e.menu
	switch k.name {
	case "tab", "down", "right", "ctrl+n":
		e.choose(m.chosen + 1)
	case "shift+tab", "up", "left", "ctrl+p":
		e.choose(m.chosen - 1)
	case "esc", "ctrl+g":
		e.choose(-1)
		e.menu = nil
	case "enter":
		e.menu = nil
		return m.chosen >= 0 // it takes the choice; without one, it is an Enter
	default:
		e.menu = nil
		return false
	}
	return true
}

// choose puts an item into the text; -1 is what stood there.
func (e *Editor) choose(n int) {
	m := e.menu
	if n < -1 {
		n = len(m.Items) - 1
	}
	if n >= len(m.Items) {
		n = -1
	}
	insert := m.typed
	if n >= 0 {
		insert = m.Items[n].Insert
	}
	if m.chosen < 0 && n >= 0 {
		e.undo = append(e.undo, e.text)
	}
	e.replace(m.From, e.at, insert)
	m.chosen = n
}

// lines returns the menu in rows of columns, at most so many, with the detail
// of the chosen item below.
func (m *menu) lines(width, most int, paint painter) []string {
	cell := 0
	for _, item := range m.Items {
		cell = max(cell, print.Width(item.label()))
	}
	cell = min(cell, width-1)
	across := max(1, (width+1)/(cell+2))
	rows := (len(m.Items) + across - 1) / across
	most = max(1, most-1)
	first := 0
	if rows > most {
		first = max(0, min(m.chosen/across-most/2, rows-most))
	}
	var lines []string
	for row := first; row < min(rows, first+most); row++ {
		lines = append(lines, m.row(row*across, across, cell, paint))
	}
	if note := m.note(rows, most); note != "" {
		lines = append(lines, paint.styled(print.Cut(note, width-1), Faint))
	}
	return lines
}

// row returns one row of the menu.
func (m *menu) row(from, across, cell int, paint painter) string {
	var line strings.Builder
	to := min(from+across, len(m.Items))
	for i := from; i < to; i++ {
		label := print.Cut(m.Items[i].label(), cell)
		style := Plain
		if i == m.chosen {
			style = Chosen
		}
		line.WriteString(paint.styled(label, style))
		if i < to-1 {
			line.WriteString(strings.Repeat(" ", cell+2-print.Width(label)))
		}
	}
	return line.String()
}

// note is the last line: about the chosen item, or how many there are.
func (m *menu) note(rows, most int) string {
	switch {
	case m.chosen >= 0 && m.Items[m.chosen].Detail != "":
		return print.Visible(strings.ReplaceAll(m.Items[m.chosen].Detail, "\n", " "))
	case rows > most:
		return print.Count(int64(len(m.Items)), "") + " names; type more of it, or Tab to go through them"
	}
	return ""
}
