package connectortest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"github.com/trackql/trackql/connector"
)

// checkSchema looks at every batch of every table.
func checkSchema(s *session) {
	for i := range s.tables {
		t := &s.tables[i]
		if err := s.schemaFault(t); err != nil {
			s.failf(t.Name, "%v", err)
		}
	}
}

func (s *session) schemaFault(t *connector.Table) error {
	want, err := t.Schema(t.ColumnNames())
	if err != nil {
		return err
	}
	reader, err := s.src.Scan(s.ctx, connector.ScanRequest{Table: t.Name, Columns: t.ColumnNames()})
	if err != nil {
		return err
	}
	defer reader.Release()
	if err := schemaDiffers("the reader's schema", want, reader.Schema()); err != nil {
		return err
	}
	for n := 0; reader.Next(); n++ {
		if err := batchFault(want, reader.RecordBatch()); err != nil {
			return fmt.Errorf("batch %d: %w", n, err)
		}
	}
	return reader.Err()
}

func batchFault(want *arrow.Schema, batch arrow.RecordBatch) error {
	if batch == nil {
		return fmt.Errorf("Next is true, but RecordBatch is nil")
	}
	if err := schemaDiffers("its schema", want, batch.Schema()); err != nil {
		return err
	}
	for i, field := range want.Fields() {
		column := batch.Column(i)
		if !arrow.TypeEqual(column.DataType(), field.Type) {
			return fmt.Errorf("column %s is declared %s, but holds %s", field.Name, field.Type, column.DataType())
		}
		if int64(column.Len()) != batch.NumRows() {
			return fmt.Errorf("column %s has %d values in a batch of %d rows", field.Name, column.Len(), batch.NumRows())
		}
		if err := validate(column); err != nil {
			return fmt.Errorf("column %s is not well-formed: %w", field.Name, err)
		}
		for row := range column.Len() {
			if path := nullAt(field, column, row); path != "" {
				return fmt.Errorf("row %d: %s is NULL, but is declared not nullable", row, path)
			}
		}
	}
	return nil
}

// validate looks for offsets and indices that point nowhere, and for text that
// is no UTF-8. Arrow's own check refuses every run-end encoded array, because
// it expects a buffer that they do not have: of these, the values are looked at.
func validate(a arrow.Array) error {
	if runs, ok := a.(*array.RunEndEncoded); ok {
		return validate(runs.Values())
	}
	return array.ValidateFull(a)
}

// schemaDiffers compares names, types and nullability; metadata is free.
func schemaDiffers(what string, want, got *arrow.Schema) error {
	if got == nil {
		return fmt.Errorf("%s is nil", what)
	}
	if got.NumFields() != want.NumFields() {
		return fmt.Errorf("%s has columns %q, want %q", what, fieldNames(got), fieldNames(want))
	}
	for i, w := range want.Fields() {
		g := got.Field(i)
		if g.Name != w.Name {
			return fmt.Errorf("%s has columns %q, want %q", what, fieldNames(got), fieldNames(want))
		}
		if !arrow.TypeEqual(g.Type, w.Type) || g.Nullable != w.Nullable {
			return fmt.Errorf("%s has column %s as %s, nullable %v; declared is %s, nullable %v",
				what, g.Name, g.Type, g.Nullable, w.Type, w.Nullable)
		}
	}
	return nil
}

func fieldNames(schema *arrow.Schema) []string {
	names := make([]string, schema.NumFields())
	for i := range names {
		names[i] = schema.Field(i).Name
	}
	return names
}

// nullAt returns the path of a NULL that field forbids, empty where there is
// none in this row.
func nullAt(field arrow.Field, a arrow.Array, row int) string {
	if v, ok := connector.ValueAt(a, row); ok && v.IsNull() {
		if field.Nullable {
			return ""
		}
		return field.Name
	}
	switch a := a.(type) {
	case *array.Struct:
		for i, child := range a.DataType().(*arrow.StructType).Fields() {
			if path := nullAt(child, a.Field(i), row); path != "" {
				return field.Name + "." + path
			}
		}
	case *array.Map:
		return nullIn(field, a.DataType().(*arrow.MapType).Elem().(*arrow.StructType).Fields(), a, row)
	case array.ListLike:
		return nullIn(field, []arrow.Field{a.DataType().(arrow.ListLikeType).ElemField()}, a, row)
	}
	return ""
}

// nullIn looks at the elements of a list, or the keys and values of a map.
func nullIn(field arrow.Field, elements []arrow.Field, a array.ListLike, row int) string {
	from, to := a.ValueOffsets(row)
	children := []arrow.Array{a.ListValues()}
	if m, ok := a.(*array.Map); ok {
		children = []arrow.Array{m.Keys(), m.Items()}
	}
	for n, child := range children {
		for i := from; i < to; i++ {
			if path := nullAt(elements[n], child, int(i)); path != "" {
				return field.Name + "." + path
			}
		}
	}
	return ""
}

// checkKeys looks for rows with the same key.
func checkKeys(s *session) {
	s.eachTable(func(w *whole) {
		keys := slices.Clone(w.table.Unique)
		if len(w.table.Key) > 0 {
			keys = append(keys, w.table.Key)
		}
		for n, key := range keys {
			at := w.places(key)
			if slices.Contains(at, -1) {
				continue // the check "tables" tells of it
			}
			seen := multiset{}
			for _, row := range w.rows {
				null := slices.ContainsFunc(at, func(i int) bool { return row[i].known && row[i].value.IsNull() })
				if null && n < len(w.table.Unique) {
					continue
				}
				text := rowText(row, at)
				if seen[text]++; seen[text] == 2 {
					s.failf(w.table.Name, "two rows have the key (%s) = (%s)", strings.Join(key, ", "), text)
					break
				}
			}
		}
	})
}

// checkValues looks for values beyond the declared ones.
func checkValues(s *session) {
	s.eachTable(func(w *whole) {
		for _, c := range w.table.Columns {
			if len(c.Values) == 0 {
				continue
			}
			for _, v := range w.present(c.Name) {
				if !slices.ContainsFunc(c.Values, func(d connector.Value) bool { o, ok := d.Compare(v); return ok && o == 0 }) {
					s.failf(w.table.Name, "column %s holds %s, which is not among its Values %v", c.Name, v, c.Values)
					break
				}
			}
		}
	})
}

// checkProjection asks for columns one by one, backwards, at random, and for
// none.
func checkProjection(s *session) {
	s.eachTable(func(w *whole) {
		backwards := slices.Clone(w.columns)
		slices.Reverse(backwards)
		wanted := [][]string{nil, w.columns, backwards}
		for _, name := range w.columns {
			wanted = append(wanted, []string{name})
		}
		for range 12 {
			some := slices.Clone(w.columns)
			s.rand.Shuffle(len(some), func(i, j int) { some[i], some[j] = some[j], some[i] })
			wanted = append(wanted, some[:1+s.rand.IntN(len(some))])
		}
		for _, columns := range wanted {
			if text := s.projectionFault(w, columns); text != "" {
				s.failf(w.table.Name, "a scan of (%s): %s", strings.Join(columns, ", "), text)
				return
			}
		}
	})
}

func (s *session) projectionFault(w *whole, columns []string) string {
	a := read(s.ctx, s.src, connector.ScanRequest{Table: w.table.Name, Columns: columns})
	if a.err != nil {
		return a.err.Error()
	}
	if got := fieldNames(a.schema); !slices.Equal(got, columns) {
		return fmt.Sprintf("the reader's schema has the columns (%s)", strings.Join(got, ", "))
	}
	return differ(columns, multisetOf(w.rows, w.places(columns)), a.multiset())
}
