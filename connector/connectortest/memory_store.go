package connectortest

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/trackql/trackql/connector"
)

// store makes the columns of a table.
func store(t MemoryTable) (*relation, error) {
	n := len(t.Table.Columns)
	r := &relation{table: t.Table, columns: make([]arrow.Array, n), fixed: n - t.Further, told: make([]bool, n), touched: map[int]int{}}
	r.table.Wider = t.Further > 0
	if r.fixed < 0 {
		return nil, fmt.Errorf("%d further columns of %d", t.Further, n)
	}
	for _, row := range t.Rows {
		if len(row) != len(r.columns) {
			return nil, fmt.Errorf("a row of %d values for %d columns: %v", len(row), len(r.columns), row)
		}
	}
	for i, c := range t.Table.Columns {
		var err error
		if len(t.Batches) > 0 {
			r.columns[i], err = gather(c, i, t.Batches)
		} else {
			r.columns[i], err = fill(c, i, t.Rows)
		}
		if err != nil {
			return nil, fmt.Errorf("column %s: %w", c.Name, err)
		}
		r.rows = r.columns[i].Len()
		if !c.Nullable && i >= r.fixed {
			return nil, fmt.Errorf("column %s: a further column that is not nullable", c.Name)
		}
		if !c.Nullable && r.columns[i].NullN() > 0 {
			return nil, fmt.Errorf("column %s: NULL in a column that is not nullable", c.Name)
		}
	}
	if r.table.Rows == 0 {
		r.table.Rows = int64(r.rows)
	}
	return r, nil
}

// gather joins column i of all batches.
func gather(c connector.Column, i int, batches []arrow.RecordBatch) (arrow.Array, error) {
	parts := make([]arrow.Array, len(batches))
	for n, batch := range batches {
		if int(batch.NumCols()) <= i || !arrow.TypeEqual(batch.Column(i).DataType(), c.Type) {
			return nil, fmt.Errorf("batch %d has not type %s there: %s", n, c.Type, batch.Schema())
		}
		parts[n] = batch.Column(i)
	}
	return array.Concatenate(parts, memory.DefaultAllocator)
}

// fill builds column i of rows of Go values.
func fill(c connector.Column, i int, rows [][]any) (arrow.Array, error) {
	b := array.NewBuilder(memory.DefaultAllocator, c.Type)
	defer b.Release()
	for n, row := range rows {
		if err := appendGo(b, row[i]); err != nil {
			return nil, fmt.Errorf("row %d: %w", n, err)
		}
	}
	return b.NewArray(), nil
}

// appendGo adds a Go value to a builder of any type but unions.
func appendGo(b array.Builder, v any) error {
	if v == nil {
		b.AppendNull()
		return nil
	}
	switch b := b.(type) {
	case array.DictionaryBuilder:
		return appendEncoded(b, v)
	case *array.RunEndEncodedBuilder:
		if err := appendGo(b.ValueBuilder(), v); err != nil {
			return err
		}
		b.Append(1)
		return nil
	case *array.StructBuilder:
		return appendStruct(b, v)
	case *array.MapBuilder:
		return appendMap(b, v)
	case array.ListLikeBuilder:
		return appendList(b, v)
	}
	return appendPlain(b, v)
}

// appendEncoded goes through an array of the dictionary's type.
func appendEncoded(b array.DictionaryBuilder, v any) error {
	values := array.NewBuilder(memory.DefaultAllocator, b.Type().(*arrow.DictionaryType).ValueType)
	defer values.Release()
	if err := appendGo(values, v); err != nil {
		return err
	}
	one := values.NewArray()
	defer one.Release()
	return b.AppendArray(one)
}

func appendStruct(b *array.StructBuilder, v any) error {
	cells, ok := v.(map[string]any)
	if !ok {
		return fmt.Errorf("%T for a struct, want map[string]any", v)
	}
	b.Append(true)
	t := b.Type().(*arrow.StructType)
	for i, field := range t.Fields() {
		if err := appendGo(b.FieldBuilder(i), cells[field.Name]); err != nil {
			return fmt.Errorf("field %s: %w", field.Name, err)
		}
	}
	return nil
}

func appendMap(b *array.MapBuilder, v any) error {
	pairs, ok := v.([][2]any)
	if !ok {
		named, ok := v.(map[string]any)
		if !ok {
			return fmt.Errorf("%T for a map, want map[string]any or [][2]any", v)
		}
		for _, key := range slices.Sorted(maps.Keys(named)) {
			pairs = append(pairs, [2]any{key, named[key]})
		}
	}
	b.Append(true)
	for _, pair := range pairs {
		if err := appendGo(b.KeyBuilder(), pair[0]); err != nil {
			return fmt.Errorf("key %v: %w", pair[0], err)
		}
		if err := appendGo(b.ItemBuilder(), pair[1]); err != nil {
			return fmt.Errorf("value of %v: %w", pair[0], err)
		}
	}
	return nil
}

func appendList(b array.ListLikeBuilder, v any) error {
	list := reflect.ValueOf(v)
	if list.Kind() != reflect.Slice {
		return fmt.Errorf("%T for a list, want a slice", v)
	}
	switch b := b.(type) {
	case *array.FixedSizeListBuilder:
		if t := b.Type().(*arrow.FixedSizeListType); int(t.Len()) != list.Len() {
			return fmt.Errorf("%d values for %s", list.Len(), t)
		}
		b.Append(true)
	case array.VarLenListLikeBuilder:
		b.AppendWithSize(true, list.Len())
	}
	for i := range list.Len() {
		if err := appendGo(b.ValueBuilder(), list.Index(i).Interface()); err != nil {
			return fmt.Errorf("element %d: %w", i, err)
		}
	}
	return nil
}

func appendPlain(b array.Builder, v any) error {
	switch v := v.(type) {
	case connector.Value:
		return connector.AppendValue(b, v)
	case time.Duration:
		if d, ok := b.(*array.DurationBuilder); ok {
			d.Append(arrow.Duration(int64(v) / int64(d.Type().(*arrow.DurationType).Unit.Multiplier())))
			return nil
		}
	case time.Time:
		return b.AppendValueFromString(clock(b.Type(), v))
	case string:
		switch kind, _ := connector.ComparesWith(b.Type()); kind {
		case connector.TextValue:
			return connector.AppendValue(b, connector.TextOf(v))
		case connector.BytesValue:
			return connector.AppendValue(b, connector.BytesOf([]byte(v)))
		}
		return b.AppendValueFromString(v)
	case []byte:
		return connector.AppendValue(b, connector.BytesOf(v))
	case bool:
		return connector.AppendValue(b, connector.BoolOf(v))
	}
	return appendNumber(b, v)
}

// clock writes t as Arrow reads it into a column of type typ: the instant, or
// what a clock in t's zone shows.
func clock(typ arrow.DataType, t time.Time) string {
	switch typ := typ.(type) {
	case *arrow.TimestampType:
		if typ.TimeZone != "" {
			return t.Format("2006-01-02T15:04:05.999999999Z07:00")
		}
		return t.Format("2006-01-02T15:04:05.999999999")
	case *arrow.Time32Type, *arrow.Time64Type:
		return t.Format("15:04:05.999999999")
	}
	return t.Format(time.DateOnly)
}

// appendNumber adds any Go number. One with a fraction is rounded to the
// column's width, as a constant in Go is.
func appendNumber(b array.Builder, v any) error {
	n := reflect.ValueOf(v)
	switch {
	case n.CanInt():
		return connector.AppendValue(b, connector.IntOf(n.Int()))
	case n.CanUint():
		return b.AppendValueFromString(fmt.Sprint(n.Uint()))
	case n.CanFloat() && b.Type().ID() == arrow.FLOAT32:
		return connector.AppendValue(b, connector.FloatOf(float64(float32(n.Float()))))
	case n.CanFloat():
		return connector.AppendValue(b, connector.FloatOf(n.Float()))
	}
	return fmt.Errorf("%T for %s", v, b.Type())
}
