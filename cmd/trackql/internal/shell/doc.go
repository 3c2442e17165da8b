// Package shell is what the interactive shell knows of SQL and of its own
// commands, as functions of a text: where a statement ends, how it looks, what
// it could go on with, and what a line that begins with a backslash means.
//
// It runs nothing and asks nobody: names come from its caller, as plain data. The
// editor is in package edit, the file of earlier statements in package history.
package shell

import (
	"strings"

	"github.com/trackql/trackql/sqlengine"
)

// Ended tells whether a text is to be run when Enter is typed: it is a command,
// it ends with a semicolon, or there is nothing to run in it. A quote or a
// comment that is not closed goes on.
func Ended(text string) bool {
	pieces := sqlengine.Pieces(text)
	if len(pieces) > 0 && pieces[len(pieces)-1].Open {
		return false
	}
	if _, ok := ParseCommand(text); ok {
		return true
	}
	last := ""
	for _, p := range pieces {
		if p.Kind != sqlengine.Blank && p.Kind != sqlengine.Comment {
			last = text[p.Start:p.End]
		}
	}
	return last == "" || last == ";"
}

// Statement is one statement of a text.
type Statement struct {
	// Text is the statement without its semicolon.
	Text string
	// Start is the byte of the whole text where it begins.
	Start int
}

// Statements cuts a text at its semicolons. Statements without a word are left
// out.
func Statements(text string) []Statement {
	var all []Statement
	start, end := -1, 0
	take := func() {
		if start >= 0 {
			all = append(all, Statement{text[start:end], start})
		}
		start = -1
	}
	for _, p := range sqlengine.Pieces(text) {
		switch {
		case p.Kind == sqlengine.Blank, p.Kind == sqlengine.Comment:
		case text[p.Start:p.End] == ";":
			take()
		default:
			if start < 0 {
				start = p.Start
			}
			end = p.End
		}
	}
	take()
	return all
}

// In returns the statement where it stands in the whole text: as many lines
// down and characters to the right, with nothing before it, so that the places
// of errors are those of the whole.
func (s Statement) In(whole string) string {
	before := whole[:s.Start]
	line := before[strings.LastIndexByte(before, '\n')+1:]
	return strings.Repeat("\n", strings.Count(before, "\n")) +
		strings.Repeat(" ", len([]rune(line))) + s.Text
}
