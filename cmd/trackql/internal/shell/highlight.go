package shell

import (
	"strings"

	"github.com/trackql/trackql/cmd/trackql/internal/shell/edit"
	"github.com/trackql/trackql/sqlengine"
)

// Highlight returns the styles of a text: its keywords, constants and comments,
// and what is not closed.
func (n *Names) Highlight(text string) []edit.Span {
	at := 0
	var spans []edit.Span
	if c, ok := ParseCommand(text); ok {
		word := len(strings.TrimRight(text[:c.At], " \t\r\n"))
		spans = append(spans, edit.Span{Start: 0, End: word, Style: edit.Keyword})
		if c.Name != "explain" {
			return spans
		}
		at = c.At
	}
	qualified := false // the word stands behind a dot, so it is a name
	for _, p := range sqlengine.Pieces(text[at:]) {
		start, end := at+p.Start, at+p.End
		if style := n.style(p, text[start:end], qualified); style != edit.Plain {
			spans = append(spans, edit.Span{Start: start, End: end, Style: style})
		}
		qualified = text[start:end] == "."
	}
	return spans
}

// style returns how a piece looks.
func (n *Names) style(p sqlengine.Piece, text string, qualified bool) edit.Style {
	switch {
	case p.Kind == sqlengine.Comment:
		return edit.Remark
	case p.Open, p.Kind == sqlengine.Backtick:
		return edit.Fault
	case p.Kind == sqlengine.Text:
		return edit.Literal
	case p.Kind == sqlengine.Number:
		return edit.Number
	case p.Kind == sqlengine.Word && !qualified && n.keyword(text):
		return edit.Keyword
	}
	return edit.Plain
}

// keyword tells whether a word looks like one of the language. Words that can
// be names as well, as date and name, do where they are in capitals.
func (n *Names) keyword(word string) bool {
	reserved, known := n.Keywords[strings.ToLower(word)]
	return known && (reserved || word == strings.ToUpper(word))
}
