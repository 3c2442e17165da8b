package duck

import (
	"strings"
)

// Error is an error in DuckDB's own words.
type Error struct {
	// Type is DuckDB's class of the error, lower case: "parser", "binder",
	// "catalog", "conversion", "out of memory".
	Type string
	// Message is the text without its class and without the excerpt of the
	// statement.
	Message string
	// Excerpt says whether DuckDB pointed at a place in the statement: Line
	// counts from 1, and Column counts characters from 1.
	Line, Column int
}

// Error shows the class and the message.
func (e *Error) Error() string {
	if e.Type == "" {
		return e.Message
	}
	return e.Type + " error: " + e.Message
}

// newError takes DuckDB's message apart: "Binder Error: text\n\nLINE 1: …\n ^".
func newError(text string) *Error {
	e := &Error{Message: text}
	if kind, rest, ok := strings.Cut(text, " Error: "); ok && !strings.ContainsAny(kind, "\n:") {
		e.Type, e.Message = strings.ToLower(kind), rest
	}
	if at := strings.LastIndex(e.Message, "\n\nLINE "); at >= 0 {
		e.Line, e.Column = excerptPlace(e.Message[at+2:])
		e.Message = e.Message[:at]
	}
	e.Message = strings.TrimRight(e.Message, "\n ")
	return e
}

// excerptPlace reads "LINE 3: …text\n        ^". The column is that of the
// excerpt, which is the line's own only where DuckDB did not cut its front off.
func excerptPlace(excerpt string) (line, column int) {
	head, caret, ok := strings.Cut(excerpt, "\n")
	if !ok {
		return 0, 0
	}
	number, _, ok := strings.Cut(strings.TrimPrefix(head, "LINE "), ":")
	if !ok {
		return 0, 0
	}
	for _, r := range number {
		line = line*10 + int(r-'0')
	}
	prefix := len("LINE ") + len(number) + len(": ")
	at := strings.IndexByte(caret, '^')
	if at < prefix || strings.HasPrefix(head[prefix:], "...") {
		return line, 0
	}
	return line, at - prefix + 1
}
