package edit

import (
	"strings"

	"github.com/trackql/trackql/cmd/trackql/internal/print"
)

// search is a search through the history, backwards from the last text.
type search struct {
	wanted string
	entry  int // of the history; its length where nothing was found yet
	failed bool
	before text // what to go back to
}

func (e *Editor) startSearch(bool) {
	e.search = &search{entry: len(e.history), before: e.text}
}

// pressSearch takes a key while a search is on, and tells whether that was all
// it meant. A key that means nothing to a search takes what was found.
func (e *Editor) pressSearch(k key) bool {
	s := e.search
	switch k.name {
	case "":
		s.wanted += strings.ReplaceAll(k.text, "\n", " ")
		e.find(s.entry, -1)
	case "backspace":
		wanted := text{s: s.wanted}
		s.wanted = s.wanted[:wanted.prev(len(s.wanted))]
		e.find(len(e.history), -1)
	case "ctrl+r", "up":
		e.find(s.entry-1, -1)
	case "ctrl+s", "down":
		e.find(s.entry+1, +1)
	case "ctrl+c", "ctrl+g":
		e.text, e.search = s.before, nil
	case "esc", "tab":
		e.takeFound()
	default:
		e.takeFound()
		return false
	}
	return true
}

// takeFound ends the search with what it has found.
func (e *Editor) takeFound() {
	s := e.search
	e.search = nil
	if e.s != s.before.s {
		e.undo = append(e.undo, s.before)
		e.entry = s.entry
	}
}

// find shows the next text that holds what is wanted, from an entry on.
func (e *Editor) find(from, step int) {
	s := e.search
	s.failed = false
	if s.wanted == "" {
		return
	}
	for i := min(from, len(e.history)-1); i >= 0 && i < len(e.history); i += step {
		if at := indexFold(e.history[i], s.wanted); at >= 0 && (e.history[i] != e.s || i == s.entry) {
			s.entry, e.s, e.at = i, e.history[i], at
			return
		}
	}
	s.failed = true
}

// indexFold returns where s holds part, without regard to case; -1 is nowhere.
func indexFold(s, part string) int {
	for i := range s {
		if len(s)-i >= len(part) && strings.EqualFold(s[i:i+len(part)], part) {
			return i
		}
	}
	return -1
}

// spans marks what is wanted in the text that was found.
func (s *search) spans(text string) []Span {
	at := indexFold(text, s.wanted)
	if at < 0 || s.wanted == "" || s.failed {
		return nil
	}
	return []Span{{at, at + len(s.wanted), Matched}}
}

// line is what stands below the text.
func (s *search) line(width int, paint painter) string {
	text := "search: " + s.wanted
	if s.failed {
		text = "not found: " + s.wanted
	}
	if s.wanted == "" {
		text = "search: type a part of an earlier statement"
	}
	return paint.styled(print.Cut(text, width-1), Faint)
}
