package print

import (
	"strconv"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"

	"github.com/trackql/trackql/connector"
)

const (
	// sampleRows are looked at before the widths of the columns are settled, so
	// that rows of any number can be written as they come.
	sampleRows = 1000
	// mostLines is how many lines a cell may take on a terminal.
	mostLines = 8
	// nullText stands for NULL; empty text is empty.
	nullText = "NULL"
)

// tableLayout writes aligned columns, or, where these do not fit into the
// width, one line a value.
type tableLayout struct {
	binder binder
	width  int // 0 is any

	fields []arrow.Field
	names  []string
	held   []arrow.RecordBatch // the sample
	rowsIn int64               // of the sample

	settled bool
	columns []int // widths; nil for one line a value
	number  int64 // rows written
	isCut   bool
	cells   [][]string // of the row under way: lines
	text    []byte
}

func (l *tableLayout) begin(s *sink, schema *arrow.Schema, result int) error {
	if result > 0 {
		s.buf = append(s.buf, '\n')
	}
	l.fields = schema.Fields()
	l.names = make([]string, len(l.fields))
	l.cells = make([][]string, len(l.fields))
	for i, field := range l.fields {
		l.names[i] = strings.ReplaceAll(Visible(field.Name), "\n", `\n`)
	}
	l.held, l.rowsIn, l.settled, l.number, l.isCut = nil, 0, false, 0, false
	return s.endHead()
}

func (l *tableLayout) rows(s *sink, batch arrow.RecordBatch) error {
	if l.settled {
		return l.batch(s, batch)
	}
	batch.Retain()
	l.held = append(l.held, batch)
	if l.rowsIn += batch.NumRows(); l.rowsIn < sampleRows {
		return nil
	}
	return l.release(s)
}

// release settles the widths and writes the sample.
func (l *tableLayout) release(s *sink) error {
	if l.settled {
		return nil
	}
	l.settled = true
	defer func() {
		for _, batch := range l.held {
			batch.Release()
		}
		l.held = nil
	}()
	needs, err := l.measure()
	if err != nil {
		return err
	}
	l.columns = natural(needs)
	if l.width > 0 {
		l.columns = fit(needs, l.width)
	}
	if l.columns != nil {
		l.header(s)
	}
	if err := s.endHead(); err != nil {
		return err
	}
	for _, batch := range l.held {
		if err := l.batch(s, batch); err != nil {
			return err
		}
	}
	return nil
}

// measure returns what the columns of the sample need.
func (l *tableLayout) measure() ([]need, error) {
	needs := make([]need, len(l.fields))
	for _, batch := range l.held {
		columns, err := l.binder.columns(batch)
		if err != nil {
			return nil, err
		}
		for i := range columns {
			for row := range int(batch.NumRows()) {
				for _, line := range l.lines(&columns[i], row) {
					needs[i].full = max(needs[i].full, Width(line))
				}
			}
		}
	}
	for i, field := range l.fields {
		needs[i].least = needs[i].full
		if textual(field) {
			needs[i].least = min(needs[i].full, leastText)
		}
		needs[i].full = max(needs[i].full, Width(l.names[i]), 1)
		needs[i].least = max(needs[i].least, min(needs[i].full, 3))
	}
	return needs, nil
}

// lines returns a cell as lines of visible text.
func (l *tableLayout) lines(c *column, row int) []string {
	if c.null(row) {
		return []string{nullText}
	}
	l.text = c.text(l.text[:0], row)
	return strings.Split(Visible(string(l.text)), "\n")
}

func (l *tableLayout) header(s *sink) {
	for i, name := range l.names {
		l.cells[i] = []string{l.cut(name, l.columns[i])}
	}
	l.line(s, 0)
	for i, width := range l.columns {
		if i > 0 {
			s.buf = append(s.buf, "-+-"...)
		}
		s.buf = append(s.buf, strings.Repeat("-", width)...)
	}
	s.buf = append(s.buf, '\n')
}

func (l *tableLayout) batch(s *sink, batch arrow.RecordBatch) error {
	columns, err := l.binder.columns(batch)
	if err != nil {
		return err
	}
	for row := range int(batch.NumRows()) {
		l.number++
		if l.columns == nil {
			l.record(s, columns, row)
		} else {
			l.row(s, columns, row)
		}
		s.endRow()
	}
	return nil
}

// row writes one row as a line, or several where a cell has several.
func (l *tableLayout) row(s *sink, columns []column, row int) {
	height := 1
	for i := range columns {
		l.cells[i] = l.shorten(l.lines(&columns[i], row))
		if l.width > 0 && textual(l.fields[i]) {
			for j, line := range l.cells[i] {
				l.cells[i][j] = l.cut(line, l.columns[i])
			}
		}
		height = max(height, len(l.cells[i]))
	}
	for n := range height {
		l.line(s, n)
	}
}

// cut shortens a line, and notes that something was cut.
func (l *tableLayout) cut(line string, width int) string {
	text := Cut(line, width)
	l.isCut = l.isCut || text != line
	return text
}

// shorten leaves so many lines of a cell as a terminal has room for.
func (l *tableLayout) shorten(lines []string) []string {
	if l.width == 0 || len(lines) <= mostLines {
		return lines
	}
	l.isCut = true
	more := len(lines) - mostLines + 1
	lines = lines[:mostLines]
	lines[mostLines-1] = "… " + strconv.Itoa(more) + " more lines"
	return lines
}

// line writes line n of the cells under way.
func (l *tableLayout) line(s *sink, n int) {
	for i, cell := range l.cells {
		text := ""
		if n < len(cell) {
			text = cell[n]
		}
		pad := max(0, l.columns[i]-Width(text))
		right := numeric(l.fields[i])
		if right {
			s.buf = append(s.buf, strings.Repeat(" ", pad)...)
		}
		s.buf = append(s.buf, text...)
		if i == len(l.cells)-1 {
			break
		}
		if !right {
			s.buf = append(s.buf, strings.Repeat(" ", pad)...)
		}
		s.buf = append(s.buf, " | "...)
	}
	s.buf = append(trimBlanks(s.buf), '\n')
}

func trimBlanks(b []byte) []byte {
	for len(b) > 0 && b[len(b)-1] == ' ' {
		b = b[:len(b)-1]
	}
	return b
}

// record writes one row as one line a value, broken into lines at the width.
func (l *tableLayout) record(s *sink, columns []column, row int) {
	names := 0
	for _, name := range l.names {
		names = max(names, min(Width(name), max(1, l.width/3)))
	}
	rest := max(1, l.width-names-gap)
	title := "-[ row " + Count(l.number, "") + " ]"
	s.buf = append(s.buf, title...)
	s.buf = append(s.buf, strings.Repeat("-", max(0, l.width-len(title)))...)
	s.buf = append(s.buf, '\n')
	for i := range columns {
		name := l.cut(l.names[i], names)
		lines := l.shorten(Wrap(strings.Join(l.lines(&columns[i], row), "\n"), rest))
		for n, line := range lines {
			if n > 0 {
				name = ""
			}
			s.buf = append(s.buf, name...)
			s.buf = append(s.buf, strings.Repeat(" ", names-Width(name))...)
			s.buf = append(s.buf, " | "...)
			s.buf = append(trimBlanks(append(s.buf, line...)), '\n')
		}
	}
}

// end says how many rows there are, and whether these are all.
func (l *tableLayout) end(s *sink, rows int64, verdict connector.Verdict) error {
	s.buf = append(s.buf, '(')
	s.buf = append(s.buf, Summary(rows, verdict)...)
	if l.isCut {
		s.buf = append(s.buf, "; … marks what is cut"...)
	}
	s.buf = append(s.buf, ")\n"...)
	return nil
}

func (l *tableLayout) finish(*sink) error { return nil }

// Summary says how many rows a result has and what these can vouch for: "2
// rows, complete".
func Summary(rows int64, verdict connector.Verdict) string {
	text := Count(rows, "row")
	if verdict.Completeness == connector.Unknown && verdict.Note == "" {
		return text
	}
	return text + ", " + verdict.String()
}
