package print

import (
	"github.com/apache/arrow-go/v18/arrow"

	"github.com/trackql/trackql/connector"
)

// jsonLayout writes an object a row: each on its own line, or all of a result
// as the elements of an array.
type jsonLayout struct {
	binder binder
	array  bool

	heads [][]byte // what comes before each value: {"a": or ,"b":
	begun bool     // whether the result has a row
}

func (l *jsonLayout) begin(s *sink, schema *arrow.Schema, _ int) error {
	l.heads, l.begun = l.heads[:0], false
	for i, name := range uniqueNames(schema) {
		var head []byte
		if i == 0 {
			head = []byte{'{'}
		}
		l.heads = append(l.heads, appendKey(head, i, name))
	}
	if l.array {
		s.buf = append(s.buf, '[')
	}
	return s.endHead()
}

func (l *jsonLayout) rows(s *sink, batch arrow.RecordBatch) error {
	columns, err := l.binder.columns(batch)
	if err != nil {
		return err
	}
	for row := range int(batch.NumRows()) {
		buf := l.separate(s.buf)
		for i := range columns {
			buf = columns[i].value(append(buf, l.heads[i]...), row)
		}
		buf = append(buf, '}')
		if !l.array {
			buf = append(buf, '\n')
		}
		s.buf = buf
		s.endRow()
	}
	return nil
}

// separate writes what comes before an element of an array.
func (l *jsonLayout) separate(dst []byte) []byte {
	if !l.array {
		return dst
	}
	if l.begun {
		dst = append(dst, ',')
	}
	l.begun = true
	return append(dst, '\n')
}

func (l *jsonLayout) end(s *sink, rows int64, _ connector.Verdict) error {
	if !l.array {
		return nil
	}
	if rows > 0 {
		s.buf = append(s.buf, '\n')
	}
	s.buf = append(s.buf, "]\n"...)
	return nil
}

func (l *jsonLayout) finish(*sink) error { return nil }
