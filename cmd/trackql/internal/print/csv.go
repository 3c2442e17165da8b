package print

import (
	"bytes"
	"slices"

	"github.com/apache/arrow-go/v18/arrow"

	"github.com/trackql/trackql/connector"
)

// csvLayout writes RFC 4180, but with LF. Several results are separated by an
// empty line.
type csvLayout struct {
	binder binder
	bare   []bool // by column: its text never needs quotes
}

func (l *csvLayout) begin(s *sink, schema *arrow.Schema, result int) error {
	if result > 0 {
		s.buf = append(s.buf, '\n')
	}
	l.bare = l.bare[:0]
	for i, field := range schema.Fields() {
		if i > 0 {
			s.buf = append(s.buf, ',')
		}
		start := len(s.buf)
		s.buf = quoteCSV(append(s.buf, field.Name...), start)
		l.bare = append(l.bare, !textual(field))
	}
	s.buf = append(s.buf, '\n')
	return s.endHead()
}

func (l *csvLayout) rows(s *sink, batch arrow.RecordBatch) error {
	columns, err := l.binder.columns(batch)
	if err != nil {
		return err
	}
	buf := s.buf
	for row := range int(batch.NumRows()) {
		for i := range columns {
			if i > 0 {
				buf = append(buf, ',')
			}
			c := &columns[i]
			if c.null(row) {
				continue
			}
			start := len(buf)
			buf = c.text(buf, row)
			if !l.bare[i] {
				buf = quoteCSV(buf, start)
			}
		}
		buf = append(buf, '\n')
		s.buf = buf
		s.endRow()
	}
	return nil
}

func (l *csvLayout) end(*sink, int64, connector.Verdict) error { return nil }

func (l *csvLayout) finish(*sink) error { return nil }

// quoteCSV puts the text from start on into quotes, where it must be: where it
// holds a comma, a quote or a line break, or nothing, which would be NULL.
func quoteCSV(dst []byte, start int) []byte {
	text := dst[start:]
	quotes := 0
	special := len(text) == 0
	for _, c := range text {
		switch c {
		case '"':
			quotes++
		case ',', '\n', '\r':
			special = true
		}
	}
	if quotes == 0 && !special {
		return dst
	}
	dst = slices.Grow(dst, quotes+2)
	dst = dst[:len(dst)+quotes+2]
	text = dst[start : len(dst)-quotes-2]
	to := len(dst) - 1
	dst[to] = '"'
	for quotes > 0 { // from the end, so that nothing is overwritten
		at := bytes.LastIndexByte(text, '"')
		to -= copy(dst[to-(len(text)-at):], text[at:])
		to--
		dst[to] = '"'
		text = text[:at]
		quotes--
	}
	copy(dst[start+1:], text)
	dst[start] = '"'
	return dst
}
