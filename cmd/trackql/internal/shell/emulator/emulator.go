// Package emulator is the screen of a terminal in memory, so that tests can see
// what a person would see. It knows the sequences that this program writes, and
// a screen of East Asian cells: a wide character takes two, and begins the next
// row where only one is left.
//
// It is for tests only, and panics at what no program of ours should write.
package emulator

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/mattn/go-runewidth"
)

// Screen is a terminal's screen. The zero value has no cells: use New.
type Screen struct {
	columns, rows int
	cells         [][]cell
	row, column   int
	// full says that the last cell of the row was written, and the next
	// character goes to the next row.
	full  bool
	style string // of what is written now: the numbers of its sequence

	rest  []byte // of a sequence that has not ended
	past  []string
	modes map[string]bool
}

// cell is one cell: a character with what combines with it; empty is the second
// half of a wide one.
type cell struct{ text, style string }

// New returns an empty screen.
func New(columns, rows int) *Screen {
	s := &Screen{columns: columns, rows: rows, modes: map[string]bool{}}
	for range rows {
		s.cells = append(s.cells, s.blank())
	}
	return s
}

func (s *Screen) blank() []cell {
	row := make([]cell, s.columns)
	for i := range row {
		row[i] = cell{" ", ""}
	}
	return row
}

// Write takes what a program writes to the terminal.
func (s *Screen) Write(p []byte) (int, error) {
	s.rest = append(s.rest, p...)
	for len(s.rest) > 0 {
		n := s.take(s.rest)
		if n == 0 {
			break
		}
		s.rest = s.rest[n:]
	}
	return len(p), nil
}

// take takes one character or sequence and returns its length; 0 where more
// must come.
func (s *Screen) take(b []byte) int {
	switch c := b[0]; {
	case c == '\r':
		s.column, s.full = 0, false
	case c == '\n':
		s.feed()
	case c == '\b':
		s.column, s.full = max(0, s.column-1), false
	case c == 0x07:
	case c == 0x1b:
		return s.escape(b)
	case c < ' ' || c == 0x7f:
		panic(fmt.Sprintf("the terminal got the control character %q", c))
	default:
		if !utf8.FullRune(b) {
			return 0
		}
		r, size := utf8.DecodeRune(b)
		s.put(r)
		return size
	}
	return 1
}

// put writes a character.
func (s *Screen) put(r rune) {
	width := runewidth.RuneWidth(r)
	if width == 0 {
		s.combine(r)
		return
	}
	if s.full || s.column+width > s.columns {
		s.column = 0
		s.feed()
	}
	s.erase(s.column)
	s.cells[s.row][s.column] = cell{string(r), s.style}
	if width == 2 {
		s.erase(s.column + 1)
		s.cells[s.row][s.column+1] = cell{"", s.style}
	}
	s.column += width
	s.full = s.column == s.columns
	if s.full {
		s.column--
	}
}

// combine adds a character without a width to the one before it.
func (s *Screen) combine(r rune) {
	at := s.column - 1
	if s.full {
		at = s.column
	}
	for at > 0 && s.cells[s.row][at].text == "" {
		at--
	}
	if at >= 0 {
		s.cells[s.row][at].text += string(r)
	}
}

// erase empties a cell, and the other half of a wide character in it.
func (s *Screen) erase(column int) {
	row := s.cells[s.row]
	if row[column].text == "" && column > 0 {
		row[column-1] = cell{" ", ""}
	}
	if column+1 < s.columns && row[column+1].text == "" {
		row[column+1] = cell{" ", ""}
	}
	row[column] = cell{" ", ""}
}

// feed goes to the next row, and scrolls at the last one.
func (s *Screen) feed() {
	s.full = false
	if s.row < s.rows-1 {
		s.row++
		return
	}
	s.past = append(s.past, text(s.cells[0]))
	s.cells = append(s.cells[1:], s.blank())
}

// escape takes a sequence.
func (s *Screen) escape(b []byte) int {
	if len(b) < 2 {
		return 0
	}
	if b[1] != '[' {
		panic(fmt.Sprintf("the terminal got the sequence %q", b[:2]))
	}
	n := 2
	for n < len(b) && b[n] < '@' {
		n++
	}
	if n == len(b) {
		return 0
	}
	s.control(string(b[2:n]), b[n])
	return n + 1
}

// control obeys a sequence by its last byte.
func (s *Screen) control(parameters string, last byte) {
	count := 1
	if n, err := strconv.Atoi(parameters); err == nil && n > 0 {
		count = n
	}
	s.full = s.full && last == 'm'
	switch last {
	case 'A':
		s.row = max(0, s.row-count)
	case 'B':
		s.row = min(s.rows-1, s.row+count)
	case 'C':
		s.column = min(s.columns-1, s.column+count)
	case 'D':
		s.column = max(0, s.column-count)
	case 'H':
		s.row, s.column = 0, 0
	case 'J':
		s.clear(parameters)
	case 'K':
		for i := s.column; i < s.columns; i++ {
			s.erase(i)
		}
	case 'm':
		s.style = strings.TrimPrefix(parameters, "0")
	case 'h', 'l':
		s.modes[parameters] = last == 'h'
	default:
		panic(fmt.Sprintf("the terminal got the sequence ESC[%s%c", parameters, last))
	}
}

// clear clears the screen: all of it, or from the cursor on.
func (s *Screen) clear(parameters string) {
	from := s.row + 1
	if parameters == "2" {
		from = 0
	} else {
		for i := s.column; i < s.columns; i++ {
			s.erase(i)
		}
	}
	for i := from; i < s.rows; i++ {
		s.cells[i] = s.blank()
	}
}

// text returns a row without the blanks at its end.
func text(row []cell) string {
	var out strings.Builder
	for _, c := range row {
		out.WriteString(c.text)
	}
	return strings.TrimRight(out.String(), " ")
}

// String returns the rows, without empty ones at the end.
func (s *Screen) String() string {
	var out strings.Builder
	for _, row := range s.cells {
		out.WriteString(text(row) + "\n")
	}
	return strings.TrimRight(out.String(), "\n") + "\n"
}

// All returns the rows that were scrolled away, and the screen.
func (s *Screen) All() string { return strings.Join(append(s.past, s.String()), "\n") }

// Styled returns the screen with styles as marks: {1;34:SELECT}.
func (s *Screen) Styled() string {
	var out strings.Builder
	for _, row := range s.cells {
		style := ""
		var line strings.Builder
		for _, c := range row {
			if c.style != style {
				if style != "" {
					line.WriteString("}")
				}
				if style = c.style; style != "" {
					line.WriteString("{" + style + ":")
				}
			}
			line.WriteString(c.text)
		}
		if style != "" {
			line.WriteString("}")
		}
		out.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
	return strings.TrimRight(out.String(), "\n") + "\n"
}

// Cursor returns where the cursor is, both from 0.
func (s *Screen) Cursor() (row, column int) { return s.row, s.column }

// Mode tells whether a mode is on, by the parameters of its sequence: ?2004.
func (s *Screen) Mode(parameters string) bool { return s.modes[parameters] }
