package connectortest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"github.com/trackql/trackql/connector"
)

// cell is one value of a row.
type cell struct {
	text  string // as encodeCell writes it
	value connector.Value
	known bool // value says it all
}

// answer is what a scan gave.
type answer struct {
	columns []string
	schema  *arrow.Schema
	rows    [][]cell
	batches []int // rows of each batch
	report  connector.Report
	reports bool
	err     error
}

// read makes a scan and reads it to its end.
func read(ctx context.Context, src connector.Source, req connector.ScanRequest) answer {
	reader, err := src.Scan(ctx, req)
	if err != nil {
		return answer{columns: req.Columns, err: err}
	}
	if reader == nil {
		return answer{columns: req.Columns, err: errors.New("Scan returned neither reader nor error")}
	}
	defer reader.Release()
	a := drain(reader, req.Columns)
	if r, ok := reader.(connector.Reporter); ok {
		a.report, a.reports = r.Report(), true
	}
	return a
}

// drain reads a stream to its end.
func drain(reader array.RecordReader, columns []string) answer {
	a := answer{columns: columns, schema: reader.Schema()}
	for reader.Next() {
		batch := reader.RecordBatch()
		a.batches = append(a.batches, int(batch.NumRows()))
		a.rows = append(a.rows, cells(batch, columns)...)
	}
	a.err = reader.Err()
	return a
}

// cells decodes a batch. Columns are found by name, so that a wrong order of
// columns is found by the check about it, and by no other.
func cells(batch arrow.RecordBatch, columns []string) [][]cell {
	rows := make([][]cell, batch.NumRows())
	all := make([]cell, len(rows)*len(columns))
	for i := range rows {
		rows[i] = all[i*len(columns) : (i+1)*len(columns)]
	}
	for i, name := range columns {
		column := columnOf(batch, name, i)
		if column == nil {
			continue
		}
		for row := range min(len(rows), column.Len()) {
			c := &rows[row][i]
			c.value, c.known = connector.ValueAt(column, row)
			c.text = encodeCell(column, row)
		}
	}
	return rows
}

func columnOf(batch arrow.RecordBatch, name string, position int) arrow.Array {
	n := int(batch.NumCols())
	if position < n && batch.ColumnName(position) == name {
		return batch.Column(position)
	}
	for i := range n {
		if strings.EqualFold(batch.ColumnName(i), name) {
			return batch.Column(i)
		}
	}
	if position < n {
		return batch.Column(position)
	}
	return nil
}

// rowText is a row's identity, of the cells at the given places.
func rowText(row []cell, at []int) string {
	texts := make([]string, len(at))
	for i, n := range at {
		texts[i] = row[n].text
	}
	return strings.Join(texts, ", ")
}

// multiset counts equal rows.
type multiset map[string]int

func (a answer) multiset() multiset {
	return multisetOf(a.rows, first(len(a.columns)))
}

// first returns the places of the first n columns.
func first(n int) []int {
	at := make([]int, n)
	for i := range at {
		at[i] = i
	}
	return at
}

func multisetOf(rows [][]cell, at []int) multiset {
	m := multiset{}
	for _, row := range rows {
		m[rowText(row, at)]++
	}
	return m
}

// minus returns the rows of m that n has not, sorted.
func (m multiset) minus(n multiset) []string {
	var rows []string
	for row, count := range m {
		for range count - n[row] {
			rows = append(rows, row)
		}
	}
	slices.Sort(rows)
	return rows
}

// show prints rows for a failure: the first three, under the columns' names.
func show(columns, rows []string) string {
	var text strings.Builder
	for i, row := range rows {
		if i == 3 {
			fmt.Fprintf(&text, "\n\t… and %d more", len(rows)-i)
			break
		}
		text.WriteString("\n\t(" + row + ")")
	}
	if len(columns) == 0 {
		return fmt.Sprintf("%d rows without columns", len(rows))
	}
	return "(" + strings.Join(columns, ", ") + ")" + text.String()
}

// differ tells how got differs from want, empty where it does not.
func differ(columns []string, want, got multiset) string {
	var parts []string
	if lost := want.minus(got); len(lost) > 0 {
		parts = append(parts, "missing "+show(columns, lost))
	}
	if extra := got.minus(want); len(extra) > 0 {
		parts = append(parts, "unexpected "+show(columns, extra))
	}
	return strings.Join(parts, "\n")
}

// whole is all of a table: what its answers are measured by.
type whole struct {
	answer
	table *connector.Table
	// seen are projections that were looked at before, by their columns.
	seen map[string]projection
	// values are the distinct values of columns that were looked at before.
	values map[string][]connector.Value
}

// projection is all rows of a table, by some of their columns.
type projection struct {
	texts []string
	all   multiset
}

// whole reads a table once a check.
func (s *session) whole(t *connector.Table) *whole {
	s.Helper()
	if w, ok := s.wholes[t.Name]; ok {
		return w
	}
	a := read(s.ctx, s.src, connector.ScanRequest{Table: t.Name, Columns: t.ColumnNames()})
	if a.err != nil {
		s.Fatalf("table %s cannot be read whole: %v", t.Name, a.err)
	}
	w := &whole{answer: a, table: t, seen: map[string]projection{}, values: map[string][]connector.Value{}}
	s.wholes[t.Name] = w
	return w
}

// project returns all rows by some of their columns.
func (w *whole) project(columns []string) projection {
	name := strings.Join(columns, "\x00")
	if p, ok := w.seen[name]; ok {
		return p
	}
	at := w.places(columns)
	p := projection{texts: make([]string, len(w.rows)), all: multiset{}}
	for i, row := range w.rows {
		p.texts[i] = rowText(row, at)
		p.all[p.texts[i]]++
	}
	w.seen[name] = p
	return p
}

// eachTable calls check with all of every table.
func (s *session) eachTable(check func(w *whole)) {
	s.Helper()
	for i := range s.tables {
		check(s.whole(&s.tables[i]))
	}
}

// places finds columns by name.
func (w *whole) places(columns []string) []int {
	at := make([]int, len(columns))
	for i, name := range columns {
		at[i] = slices.IndexFunc(w.columns, func(c string) bool { return strings.EqualFold(c, name) })
	}
	return at
}

// certainty says whether a row satisfies predicates.
type certainty uint8

const (
	no certainty = iota
	perhaps
	yes
)

// satisfies judges a row whose cells for the predicates stand at the given
// places.
func satisfies(row []cell, where []connector.Predicate, at []int) certainty {
	result := yes
	for i, p := range where {
		result = min(result, judge(p, row[at[i]]))
	}
	return result
}

// judge tells whether a cell satisfies p: perhaps, where no constant equals it.
func judge(p connector.Predicate, c cell) certainty {
	switch {
	case c.known && p.Match(c.value):
		return yes
	case c.known, p.Op == connector.IsNull:
		return no
	case p.Op == connector.IsNotNull:
		return yes
	}
	return perhaps
}

// expected is what a scan with predicates may and must give.
type expected struct {
	must, may, all multiset
	rows           [][]cell // that must
}

func (w *whole) expect(where []connector.Predicate, columns []string) expected {
	asked := make([]string, len(where))
	for i, p := range where {
		asked[i] = p.Column
	}
	filtered := w.places(asked)
	p := w.project(columns)
	e := expected{must: multiset{}, may: multiset{}, all: p.all}
	for i, row := range w.rows {
		switch satisfies(row, where, filtered) {
		case yes:
			e.must[p.texts[i]]++
			e.rows = append(e.rows, row)
			fallthrough
		case perhaps:
			e.may[p.texts[i]]++
		}
	}
	return e
}
