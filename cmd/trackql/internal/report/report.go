// Package report tells people what went wrong, what was forgiven, and how far a
// query is. It owns the wording around errors and warnings, the excerpt of a
// query or a file with its caret, and the line of progress.
//
// It decides nothing: exit codes and what to do next are its caller's.
package report

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/trackql/trackql/cmd/trackql/internal/print"
	"github.com/trackql/trackql/connector"
)

// QueryFile is the name under which the engine places errors in the text that
// it was given.
const QueryFile = "query"

// Query is a text that errors point into.
type Query struct {
	// Name is what to call the text: a file's name, or QueryFile.
	Name string
	// SQL is the text as the person wrote it.
	SQL string
	// Before is how many lines the engine got before it.
	Before int
}

// place returns a place in the engine's text as one in the person's.
func (q Query) place(p connector.Place) connector.Place {
	if p.File == QueryFile && p.Line > q.Before {
		p.File, p.Line = q.Name, p.Line-q.Before
	}
	return p
}

// Errors writes err for people: each of several joined errors with its excerpt
// of the query and its hint.
func (q Query) Errors(w io.Writer, err error) {
	for _, err := range Each(err) {
		at := connector.Place{}
		var ours *connector.Error
		if errors.As(err, &ours) {
			at = ours.Place
		}
		text := err.Error()
		if shown := q.place(at); shown != at {
			text = strings.Replace(text, at.String(), shown.String(), 1)
		}
		q.write(w, "error", text, at, connector.HintOf(err))
	}
}

// Each returns the errors that [errors.Join] joined in err, or err alone. It
// sees through an error that adds no word to what it wraps.
func Each(err error) []error {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		_, ours := err.(*connector.Error) //nolint:errorlint // this error itself: what it wraps has no hint
		if inner := errors.Unwrap(err); !ours && inner != nil && inner.Error() == err.Error() {
			return Each(inner)
		}
		return []error{err}
	}
	var all []error
	for _, err := range joined.Unwrap() {
		all = append(all, Each(err)...)
	}
	return all
}

// Notice is something that a person should know about a statement.
type Notice struct {
	Text, Hint string
	// Place is where in the engine's text it is, where it is there.
	Place connector.Place
	// Code names the kind of thing, and Count is how often it happened.
	Code  string
	Count int64
}

// Notices writes what a person should know, each kind with its number.
func (q Query) Notices(w io.Writer, notices []Notice) {
	for _, n := range notices {
		text := n.Text
		if place := q.place(n.Place).String(); place != "" {
			text = place + ": " + text
		}
		if n.Count > 1 {
			text = fmt.Sprintf("%d times %s, first: %s", n.Count, n.Code, text)
		}
		q.write(w, "warning", text, n.Place, n.Hint)
	}
}

// write writes one message with its excerpt and hint.
func (q Query) write(w io.Writer, severity, text string, at connector.Place, hint string) {
	fmt.Fprintf(w, "%s: %s\n", severity, print.Visible(text))
	if line, number, ok := q.line(at); ok {
		excerpt(w, line, number, at.Column)
	}
	if hint != "" {
		fmt.Fprintf(w, "hint: %s\n", print.Visible(hint))
	}
}

// line returns the line that a place is in, and its number: of the query, or of
// a file that can be shown.
func (q Query) line(at connector.Place) (line string, number int, ok bool) {
	switch {
	case at.Column <= 0 || at.Line <= 0:
		return "", 0, false
	case at.File != QueryFile && q.SQL == "":
		return "", 0, false // a configuration: the line may hold a secret
	case at.File != QueryFile:
		line, ok = lineOf(at.File, at.Line)
		return line, at.Line, ok
	}
	lines := strings.Split(q.SQL, "\n")
	number = at.Line - q.Before
	if number < 1 || number > len(lines) {
		return "", 0, false
	}
	return lines[number-1], number, true
}

// longestLine is how many bytes a line of a file may have to be shown.
const longestLine = 1 << 20

// lineOf reads a line of a file. It answers false where that cannot be shown:
// the file is compressed, say, or in another encoding than UTF-8. The error
// that points there was told already, so this is no error.
func lineOf(path string, number int) (string, bool) {
	file, err := os.Open(path)
	if err != nil {
		return "", false
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, longestLine)
	lines.Split(untilLineEnd)
	for ; number > 0; number-- {
		if !lines.Scan() {
			return "", false
		}
	}
	return lines.Text(), utf8.Valid(lines.Bytes())
}

// untilLineEnd cuts a file into lines as readers of XML and YAML count them: they
// end with \n, \r\n or a lone \r.
func untilLineEnd(data []byte, atEOF bool) (advance int, line []byte, err error) {
	end := bytes.IndexAny(data, "\r\n")
	switch {
	case end >= 0 && data[end] == '\n':
		return end + 1, data[:end], nil
	case end >= 0 && end+1 < len(data) && data[end+1] == '\n':
		return end + 2, data[:end], nil
	case end >= 0 && (end+1 < len(data) || atEOF):
		return end + 1, data[:end], nil
	case atEOF && len(data) > 0:
		return len(data), data, nil
	}
	return 0, nil, nil
}

// excerpt writes a line with a caret below a column.
func excerpt(w io.Writer, line string, number, column int) {
	text := strings.TrimSuffix(line, "\r")
	at := len(text)
	for i := range text {
		if column--; column == 0 {
			at = i
		}
	}
	before, after := window(text, at)
	fmt.Fprintf(w, "%5d | %s\n", number, visible(before)+visible(after))
	fmt.Fprintf(w, "%5s | %s^\n", "", blanks(before))
}

// mostBefore and mostAfter are how many columns of a terminal are shown before
// and after a caret.
const (
	mostBefore = 60
	mostAfter  = 40
)

// window returns what is shown of a line before and after a byte; what is left
// out is marked.
func window(text string, at int) (before, after string) {
	before, after = text[:at], text[at:]
	if print.Width(before) > mostBefore {
		for print.Width(before) >= mostBefore {
			_, size := utf8.DecodeRuneInString(before)
			before = before[size:]
		}
		before = "…" + before
	}
	if print.Width(after) > mostAfter {
		for print.Width(after) >= mostAfter {
			_, size := utf8.DecodeLastRuneInString(after)
			after = after[:len(after)-size]
		}
		after += "…"
	}
	return before, after
}

// visible makes control characters visible, but for tabs.
func visible(text string) string {
	parts := strings.Split(text, "\t")
	for i, part := range parts {
		parts[i] = print.Visible(part)
	}
	return strings.Join(parts, "\t")
}

// blanks returns what is as wide as text on a terminal: its tabs, and a blank a
// column for all else.
func blanks(text string) string {
	parts := strings.Split(text, "\t")
	for i, part := range parts {
		parts[i] = strings.Repeat(" ", print.Width(print.Visible(part)))
	}
	return strings.Join(parts, "\t")
}
