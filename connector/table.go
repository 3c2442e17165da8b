package connector

import (
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
)

// Table describes a relation of a source: plain data, so that it crosses a
// process boundary once and planning needs no call.
type Table struct {
	// Name is the table's name in SQL, unique in its source without regard to
	// case.
	Name string
	// Doc says in a sentence what one row is.
	Doc string
	// Columns are the table's columns, unique by name without regard to case.
	Columns []Column
	// Key names the columns of the primary key; none where rows have none.
	Key []string
	// Unique are further sets of columns that are unique where none is NULL.
	Unique [][]string
	// References are the foreign keys.
	References []Reference
	// Rows estimates how many rows there are; 0 is unknown.
	Rows int64
	// Wider says that the rows have further columns, which [Widener] tells.
	Wider bool
	// StopsAtLimit says that a scan with a Limit reads no further than it must.
	StopsAtLimit bool
	// Writes says what Writer.Write takes for this table.
	Writes Actions
	// Examples are at least two queries that a person may want to ask, with
	// the schema written as {source}.
	Examples []Example
}

// Example is a query that shows what a table is good for.
type Example struct {
	Doc string
	SQL string
}

// Reference is a foreign key: the values of Columns occur as To of Table, in
// the same source.
type Reference struct {
	Columns []string
	Table   string
	To      []string
}

// Column describes a column of a table.
type Column struct {
	// Name is the column's name in SQL.
	Name string
	// Type is what the batches of a scan hold.
	Type arrow.DataType
	// Nullable says that values may be NULL.
	Nullable bool
	// Doc says what the value is, with its unit.
	Doc string
	// Filters grades each operator.
	Filters Filters
	// Sortable says that a scan honours an Order by this column, in the
	// engine's order: numbers by value, text by the bytes of its UTF-8,
	// booleans false first. Only a column that is not Nullable may be.
	Sortable bool
	// Asked says that the column has no value of its own: in the rows of a scan
	// it holds the constant that the request compares it with by Eq, and is NULL
	// where the request does not. A word to search for is such a column. Only Eq
	// is graded, Exact; a statement that compares it in another way is refused.
	Asked bool
	// Values are all values that the column can have, where the source knows
	// them all: statuses, types. They turn <> and NOT IN into IN of the rest.
	Values []Value
	// Access says what a write may do with the column.
	Access Access
}

// Access says what a write may do with a column. The zero value is read-only.
type Access uint8

// The kinds of access, to be combined.
const (
	Insertable Access = 1 << iota // may be given on insert
	Updatable                     // may be changed afterwards

	ReadOnly Access = 0
)

func (a Access) String() string {
	switch {
	case a&Insertable != 0 && a&Updatable != 0:
		return "insertable, updatable"
	case a&Insertable != 0:
		return "insertable"
	case a&Updatable != 0:
		return "updatable"
	}
	return "read-only"
}

// Grade says how well a source applies a predicate.
type Grade uint8

// The grades.
const (
	// Unsupported: the predicate is not sent, or is ignored.
	Unsupported Grade = iota
	// Inexact: the rows are a superset of those that satisfy it.
	Inexact
	// Exact: the rows are those that satisfy it, and no others. It lets a
	// limit, an order or a count go down.
	Exact
)

func (g Grade) String() string {
	return nameOf(uint8(g), "grade", "unsupported", "inexact", "exact")
}

// Filters grades the operators of a column. It reads well as a literal:
//
//	Filters{Eq: Exact, In: Exact}
type Filters [operators]Grade

// Operators returns the operators that are not Unsupported.
func (f Filters) Operators() []Operator {
	var ops []Operator
	for op, grade := range f {
		if grade != Unsupported {
			ops = append(ops, Operator(op))
		}
	}
	return ops
}

// Column finds a column by name, without regard to case.
func (t *Table) Column(name string) (*Column, bool) {
	for i := range t.Columns {
		if strings.EqualFold(t.Columns[i].Name, name) {
			return &t.Columns[i], true
		}
	}
	return nil, false
}

// Schema returns the Arrow schema of the named columns, in their order, as a
// scan that asks for them has it. Kind NotFound tells of a name that is not
// there.
func (t *Table) Schema(names []string) (*arrow.Schema, error) {
	fields := make([]arrow.Field, len(names))
	for i, name := range names {
		c, ok := t.Column(name)
		if !ok {
			return nil, Errorf(NotFound, "table %s has no column %q", t.Name, name)
		}
		fields[i] = arrow.Field{Name: c.Name, Type: c.Type, Nullable: c.Nullable}
	}
	return arrow.NewSchema(fields, nil), nil
}

// ColumnNames returns the names of all columns.
func (t *Table) ColumnNames() []string {
	names := make([]string, len(t.Columns))
	for i := range t.Columns {
		names[i] = t.Columns[i].Name
	}
	return names
}

// Grade tells how the table's source applies p: by its column and operator.
func (t *Table) Grade(p Predicate) Grade {
	c, ok := t.Column(p.Column)
	if !ok || int(p.Op) >= len(c.Filters) {
		return Unsupported
	}
	return c.Filters[p.Op]
}
