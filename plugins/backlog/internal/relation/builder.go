package relation

import (
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/tidwall/gjson"

	"github.com/trackql/trackql/connector"
)

// Builder makes batches of rows. It is not safe for concurrent use.
type Builder struct {
	table  *Table
	zone   *time.Location
	schema *arrow.Schema
	fields []field
	// own finds values in a row, and part in the element that Split made of it.
	own, part tree
	rows      int
}

// field is a column of a Builder.
type field struct {
	column  Column
	builder array.Builder
	// put adds a value of this kind to builder, without a question.
	put  func(connector.Value)
	kind connector.ValueKind
	// spots is what stands at the column's paths in the row that was read last.
	spots spots
	// of is the column of the row that the values are from, where that is
	// another table's: from.
	of   *Column
	from *Table
}

// NewBuilder returns a builder of batches that have the columns, in their order;
// those of table, or further ones, as of custom fields. A nil zone is UTC. The
// caller calls Release.
func NewBuilder(mem memory.Allocator, table *Table, columns []Column, zone *time.Location) *Builder {
	if zone == nil {
		zone = time.UTC
	}
	b := &Builder{table: table, zone: zone, fields: make([]field, len(columns))}
	fields := make([]arrow.Field, len(columns))
	for i, c := range columns {
		fields[i] = arrow.Field{Name: c.Name, Type: c.Type, Nullable: !c.Required}
		b.fields[i] = b.field(mem, c)
	}
	b.schema = arrow.NewSchema(fields, nil)
	return b
}

func (b *Builder) field(mem memory.Allocator, c Column) field {
	f := field{column: c, builder: array.NewBuilder(mem, c.Type), spots: c.spots()}
	f.kind, _ = connector.ComparesWith(c.Type)
	f.put = putter(f.builder)
	if c.Path != "" {
		f.spots.path = b.want(c.Path, c.Only)
	}
	if c.Else != "" {
		f.spots.other = b.want(c.Else, nil)
	}
	if c.When != "" {
		f.spots.when = b.want(c.When, nil)
	}
	return f
}

// want adds a path to what is looked for in each row.
func (b *Builder) want(path string, only []int64) *gjson.Result {
	if rest, ok := below(path, b.table.Split); ok {
		return b.part.want(rest, only)
	}
	return b.own.want(path, only)
}

// putter returns what adds a value to a builder; nil for lists.
func putter(b array.Builder) func(connector.Value) {
	switch b := b.(type) {
	case *array.Int64Builder:
		return func(v connector.Value) { b.Append(v.Int()) }
	case *array.Float64Builder:
		return func(v connector.Value) { b.Append(v.Float()) }
	case *array.StringBuilder:
		return func(v connector.Value) { b.Append(v.Text()) }
	case *array.BooleanBuilder:
		return func(v connector.Value) { b.Append(v.Bool()) }
	case *array.Date32Builder:
		return func(v connector.Value) { b.Append(arrow.Date32(v.Int())) }
	case *array.TimestampBuilder:
		return func(v connector.Value) { b.Append(arrow.Timestamp(v.Int())) }
	}
	return nil
}

// Schema is the schema of the batches.
func (b *Builder) Schema() *arrow.Schema { return b.schema }

// Append adds a row. Kind Corrupt tells of a value that its column's type does
// not hold, or that is missing where there always is one; Internal of a row
// that lacks its Parent or its Terms. The builder is then good for Release only.
func (b *Builder) Append(row Row) error {
	b.own.read(row.JSON)
	b.part.read(row.Part)
	for i := range b.fields {
		f := &b.fields[i]
		if err := b.append(f, &row); err != nil {
			return named(err, b.table, &f.column)
		}
	}
	b.rows++
	return nil
}

func (b *Builder) append(f *field, row *Row) error {
	at, c, s, err := b.locate(f, row)
	if err != nil {
		return err
	}
	if list, ok := f.builder.(*array.ListBuilder); ok {
		return f.appendList(list, c, s)
	}
	v, err := c.value(at, s, b.zone)
	switch {
	case err != nil:
		return err
	case v.IsNull() && f.column.Required:
		return nothing()
	case v.IsNull():
		f.builder.AppendNull()
		return nil
	case v.Kind() == f.kind:
		f.put(v)
		return nil
	}
	return connector.AppendValue(f.builder, v)
}

// locate returns the row and the column that a value is from, and what stands at
// its paths.
func (b *Builder) locate(f *field, row *Row) (*Row, *Column, *spots, error) {
	if f.column.Of == "" {
		return row, &f.column, &f.spots, nil
	}
	at, c, err := f.origin(row)
	if err != nil {
		return nil, nil, nil, err
	}
	return at, c, at.find(c), nil
}

// origin is [Row.origin], which remembers the columns of the parent.
func (f *field) origin(row *Row) (*Row, *Column, error) {
	if _, ok := row.Fixed[f.column.Name]; ok || row.Parent == nil {
		return row.origin(&f.column)
	}
	if f.from != row.Parent.Table {
		of, ok := row.Parent.Table.Column(f.column.Of)
		if !ok {
			return row.origin(&f.column)
		}
		f.from, f.of = row.Parent.Table, of
	}
	return row.Parent.origin(f.of)
}

// appendList adds a list of texts or of whole numbers.
func (f *field) appendList(list *array.ListBuilder, c *Column, s *spots) error {
	r, _ := c.choose(s)
	switch {
	case missing(r) && f.column.Required:
		return nothing()
	case missing(r):
		list.AppendNull()
		return nil
	case !r.IsArray():
		return c.misfit(r)
	}
	list.Append(true)
	fits := true
	r.ForEach(func(_, element gjson.Result) bool {
		fits = appendElement(list.ValueBuilder(), &element)
		return fits
	})
	if !fits {
		return c.misfit(r)
	}
	return nil
}

// appendElement adds an element of a list; it answers false for one that is not
// of the list's type.
func appendElement(b array.Builder, element *gjson.Result) bool {
	if missing(element) {
		b.AppendNull()
		return true
	}
	switch b := b.(type) {
	case *array.StringBuilder:
		b.Append(text(element))
	case *array.Int64Builder:
		n, ok := integer(element)
		if !ok {
			return false
		}
		b.Append(n)
	}
	return true
}

// Len returns how many rows there are since the last Batch.
func (b *Builder) Len() int { return b.rows }

// Batch returns the rows since the last Batch, and begins a new one. The caller
// releases it.
func (b *Builder) Batch() arrow.RecordBatch {
	columns := make([]arrow.Array, len(b.fields))
	for i := range b.fields {
		columns[i] = b.fields[i].builder.NewArray()
		defer columns[i].Release()
	}
	batch := array.NewRecordBatch(b.schema, columns, int64(b.rows))
	b.rows = 0
	return batch
}

// Release frees what the builder holds.
func (b *Builder) Release() {
	for i := range b.fields {
		b.fields[i].builder.Release()
	}
}
