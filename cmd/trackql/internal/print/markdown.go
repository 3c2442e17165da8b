package print

import (
	"strings"

	"github.com/apache/arrow-go/v18/arrow"

	"github.com/trackql/trackql/connector"
)

// markdownLayout writes tables of GitHub's dialect. NULL is an empty cell.
type markdownLayout struct {
	binder binder
	cell   []byte
}

func (l *markdownLayout) begin(s *sink, schema *arrow.Schema, result int) error {
	if result > 0 {
		s.buf = append(s.buf, '\n')
	}
	s.buf = append(s.buf, '|')
	for _, field := range schema.Fields() {
		s.buf = append(appendMarkdown(append(s.buf, ' '), []byte(field.Name)), " |"...)
	}
	s.buf = append(s.buf, "\n|"...)
	for _, field := range schema.Fields() {
		rule := " --- |"
		if numeric(field) {
			rule = " ---: |"
		}
		s.buf = append(s.buf, rule...)
	}
	s.buf = append(s.buf, '\n')
	return s.endHead()
}

func (l *markdownLayout) rows(s *sink, batch arrow.RecordBatch) error {
	columns, err := l.binder.columns(batch)
	if err != nil {
		return err
	}
	for row := range int(batch.NumRows()) {
		s.buf = append(s.buf, '|')
		for i := range columns {
			s.buf = append(s.buf, ' ')
			if !columns[i].null(row) {
				l.cell = columns[i].text(l.cell[:0], row)
				s.buf = append(appendMarkdown(s.buf, l.cell), ' ')
			}
			s.buf = append(s.buf, '|')
		}
		s.buf = append(s.buf, '\n')
		s.endRow()
	}
	return nil
}

func (l *markdownLayout) end(*sink, int64, connector.Verdict) error { return nil }

func (l *markdownLayout) finish(*sink) error { return nil }

// appendMarkdown writes text so that it is shown as it is, in one line.
func appendMarkdown(dst, text []byte) []byte {
	for i, c := range text {
		switch {
		case c == '\r' && i+1 < len(text) && text[i+1] == '\n':
		case c == '\n', c == '\r':
			dst = append(dst, "<br>"...)
		case strings.IndexByte("\\`*_[]<>|~&", c) >= 0:
			dst = append(dst, '\\', c)
		default:
			dst = append(dst, c)
		}
	}
	return dst
}
