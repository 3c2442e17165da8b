package edit

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/graphemes"
)

// text is a text being edited, with its cursor: always between two clusters.
type text struct {
	s  string
	at int
	// cut is what was deleted as a piece last, to be put elsewhere.
	cut string
}

// set replaces everything, and goes to the end.
func (t *text) set(s string) { t.s, t.at = s, len(s) }

// insert puts s at the cursor.
func (t *text) insert(s string) { t.replace(t.at, t.at, s) }

// replace puts s in the place of some bytes, and the cursor after it.
func (t *text) replace(from, to int, s string) {
	t.s = t.s[:from] + s + t.s[to:]
	t.at = from + len(s)
	if t.at < len(t.s) { // s may have joined what follows it
		t.at = boundary(t.s, t.at)
	}
}

// boundary returns the first place between two clusters that is not before at.
func boundary(s string, at int) int {
	end := strings.LastIndexByte(s[:at], '\n') + 1
	clusters := graphemes.FromString(s[end:])
	for start := end; end < at && clusters.Next(); {
		end = start + clusters.End()
	}
	return end
}

// next returns where the cluster after at ends, prev where the one before it
// begins.
func (t *text) next(at int) int {
	clusters := graphemes.FromString(t.s[at:])
	if clusters.Next() {
		return at + clusters.End()
	}
	return at
}

func (t *text) prev(at int) int {
	if at == 0 {
		return 0
	}
	if t.s[at-1] == '\n' {
		return at - 1
	}
	start := strings.LastIndexByte(t.s[:at], '\n') + 1
	last := start
	clusters := graphemes.FromString(t.s[start:at])
	for clusters.Next() {
		last = start + clusters.Start()
	}
	return last
}

// lineStart and lineEnd return where the line of the cursor begins and ends.
func (t *text) lineStart() int { return strings.LastIndexByte(t.s[:t.at], '\n') + 1 }

func (t *text) lineEnd() int {
	if i := strings.IndexByte(t.s[t.at:], '\n'); i >= 0 {
		return t.at + i
	}
	return len(t.s)
}

// remove deletes bytes and keeps them to be put elsewhere.
func (t *text) remove(from, to int) {
	if from < to {
		t.cut = t.s[from:to]
		t.replace(from, to, "")
	}
}

// class is what words are made of one kind of: Japanese has no blanks, so that
// its words are told by their script.
type class uint8

const (
	blank class = iota
	punctuation
	letters
	han
	hiragana
	katakana
)

func classOf(r rune) class {
	switch {
	case unicode.IsSpace(r):
		return blank
	case unicode.Is(unicode.Hiragana, r):
		return hiragana
	case unicode.Is(unicode.Katakana, r) || r == 'ー':
		return katakana
	case unicode.Is(unicode.Han, r) || r == '々':
		return han
	case r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r):
		return letters
	}
	return punctuation
}

// wordStart returns where the word before the cursor begins.
func (t *text) wordStart() int {
	at, seen := t.at, blank
	for at > 0 {
		r, _ := utf8.DecodeLastRuneInString(t.s[:at])
		c := classOf(r)
		if seen > punctuation && c != seen {
			break
		}
		if c > punctuation {
			seen = c
		}
		at = t.prev(at)
	}
	return at
}

// wordEnd returns where the word after the cursor ends.
func (t *text) wordEnd() int {
	at, seen := t.at, blank
	for at < len(t.s) {
		r, _ := utf8.DecodeRuneInString(t.s[at:])
		c := classOf(r)
		if seen > punctuation && c != seen {
			break
		}
		if c > punctuation {
			seen = c
		}
		at = t.next(at)
	}
	return at
}
