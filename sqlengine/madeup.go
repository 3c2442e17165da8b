package sqlengine

import (
	"fmt"
	"slices"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/sqlengine/duck"
)

// counted are rows that were counted and not read: as many rows as there are,
// made up so that DuckDB comes to the same answer.
type counted struct {
	table *connector.Table
	// columns are those that DuckDB filters, groups or counts by; what it asks for
	// beside them, as of the first column for a bare count(*), it does not look
	// at.
	columns []string
	// values are what every row has in a column.
	values map[string]connector.Value
	// by are the columns of the groups, and groups the rows there are; a count is
	// one group by no column.
	by     []string
	groups []group
}

// group are rows of the same values, one for each column that is grouped by.
type group struct {
	values []connector.Value
	rows   int64
}

// madeUp prepares to make up rows of a fetch, in groups by some columns. It
// answers false where it finds no values for the others.
func madeUp(f *fetch, by []string) (*counted, bool) {
	values, ok := witnesses(f.relation.table, slices.DeleteFunc(slices.Clone(f.request.Where), func(p connector.Predicate) bool {
		return slices.Contains(by, p.Column)
	}))
	if !ok {
		return nil, false
	}
	for _, name := range f.request.Columns { // DuckDB asks whether it is NULL
		_, told := values[name]
		if c, ok := f.relation.table.Column(name); ok && !told && !c.Nullable {
			values[name] = anyValue(c)
		}
	}
	c := &counted{table: f.relation.table, columns: f.request.Columns, values: values, by: by}
	trial, ok := c.feed(f.request.Columns)
	if ok {
		trial.Close()
	}
	return c, ok
}

// line says what was counted, for EXPLAIN ANALYZE.
func (c *counted) line(name string) string {
	rows := int64(0)
	for _, g := range c.groups {
		rows += g.rows
	}
	if len(c.by) == 0 {
		return fmt.Sprintf("counted %s: %s, none read", name, amount(rows, "row"))
	}
	return fmt.Sprintf("grouped %s: %s, %s, none read", name, amount(int64(len(c.groups)), "group"), amount(rows, "row"))
}

// countFeed gives DuckDB some columns of counted rows.
type countFeed struct {
	schema *arrow.Schema
	// by says of each column which of a group's values it has; -1 is none of them,
	// and then fixed has its value.
	by    []int
	fixed []connector.Value
	// groups are those of which rows are left: done of the first one are given.
	groups []group
	done   int64
	// same is a batch of rows of the first group, where it fills one.
	same arrow.RecordBatch
}

var _ duck.Feed = (*countFeed)(nil)

// countRows is how many rows a batch of a countFeed has.
const countRows = 2048

// feed returns the counted rows with the named columns. It answers false where
// a column has no value, or one that the column cannot hold.
func (c *counted) feed(names []string) (*countFeed, bool) {
	schema, err := c.table.Schema(names)
	if err != nil {
		return nil, false
	}
	f := &countFeed{schema: schema, groups: c.groups}
	for _, field := range schema.Fields() {
		value, told := c.values[field.Name]
		by := slices.Index(c.by, field.Name)
		if by < 0 && !told && slices.Contains(c.columns, field.Name) || !holds(field.Type, value) {
			return nil, false
		}
		f.by, f.fixed = append(f.by, by), append(f.fixed, value)
	}
	return f, true
}

// Next returns the next rows: whole batches of a group are one batch, given
// again and again.
func (f *countFeed) Next() (arrow.RecordBatch, error) {
	if len(f.groups) > 0 && f.groups[0].rows-f.done >= countRows {
		if f.same == nil {
			same, err := f.batch([]group{{f.groups[0].values, countRows}})
			if err != nil {
				return nil, err
			}
			f.same = same
		}
		f.done += countRows
		f.same.Retain()
		return f.same, nil
	}
	f.Close()
	var rests []group
	for n := int64(0); len(f.groups) > 0 && n < countRows; {
		g := f.groups[0]
		rest := group{g.values, min(g.rows-f.done, countRows-n)}
		rests = append(rests, rest)
		n, f.done = n+rest.rows, f.done+rest.rows
		if f.done == g.rows {
			f.groups, f.done = f.groups[1:], 0
		}
	}
	if len(rests) == 0 {
		return nil, nil
	}
	return f.batch(rests)
}

// batch makes rows of groups.
func (f *countFeed) batch(groups []group) (arrow.RecordBatch, error) {
	columns := make([]arrow.Array, len(f.by))
	defer func() {
		for _, column := range columns {
			if column != nil {
				column.Release()
			}
		}
	}()
	n := int64(0)
	for _, g := range groups {
		n += g.rows
	}
	for i, by := range f.by {
		b := array.NewBuilder(memory.DefaultAllocator, f.schema.Field(i).Type)
		defer b.Release()
		for _, g := range groups {
			value := f.fixed[i]
			if by >= 0 {
				value = g.values[by]
			}
			for range g.rows {
				if err := connector.AppendValue(b, value); err != nil {
					return nil, fmt.Errorf("column %s: %w", f.schema.Field(i).Name, err)
				}
			}
		}
		columns[i] = b.NewArray()
	}
	return array.NewRecordBatch(f.schema, columns, n), nil
}

// Close frees the batch that is given again.
func (f *countFeed) Close() {
	if f.same != nil {
		f.same.Release()
		f.same = nil
	}
}
