package connectortest_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/extensions"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/connector/connectortest"
)

// one is a source of a table with one column and one row.
func one(typ arrow.DataType, value any) *connectortest.Memory {
	return connectortest.NewMemory(connectortest.MemoryConfig{Tables: []connectortest.MemoryTable{{
		Table: connector.Table{Name: "One", Columns: []connector.Column{{Name: "x", Type: typ, Nullable: true}}},
		Rows:  [][]any{{value}},
	}}})
}

func TestMemoryTakesGoValues(t *testing.T) {
	tokyo := time.FixedZone("JST", 9*3600)
	moment := time.Date(2026, 3, 1, 9, 30, 15, 123456789, tokyo)
	decimal, err := connector.DecimalOf("1.5")
	if err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct {
		typ  arrow.DataType
		in   any
		want string
	}{
		"NULL":                  {arrow.PrimitiveTypes.Int64, nil, "(null)"},
		"int":                   {arrow.PrimitiveTypes.Int8, -5, "-5"},
		"uint":                  {arrow.PrimitiveTypes.Uint64, uint64(1<<64 - 1), "18446744073709551615"},
		"float32":               {arrow.PrimitiveTypes.Float32, 0.1, "0.1"},
		"int as float":          {arrow.PrimitiveTypes.Float64, 3, "3"},
		"bool":                  {arrow.FixedWidthTypes.Boolean, true, "true"},
		"text":                  {arrow.BinaryTypes.StringView, "担当者", "担当者"},
		"value":                 {&arrow.Decimal128Type{Precision: 5, Scale: 2}, decimal, "1.5"},
		"decimal in digits":     {&arrow.Decimal256Type{Precision: 50, Scale: 1}, "-12.5", "-12.5"},
		"bytes":                 {arrow.BinaryTypes.Binary, []byte{0xff}, "/w=="},
		"text as bytes":         {arrow.BinaryTypes.LargeBinary, "\xff", "/w=="},
		"date":                  {arrow.FixedWidthTypes.Date32, "2026-03-01", "2026-03-01"},
		"date of a clock":       {arrow.FixedWidthTypes.Date32, moment, "2026-03-01"},
		"time of a clock":       {arrow.FixedWidthTypes.Time64ns, moment, "09:30:15.123456789"},
		"instant of a clock":    {instant, moment.Truncate(time.Microsecond), "2026-03-01T00:30:15.123456Z"},
		"local of a clock":      {&arrow.TimestampType{Unit: arrow.Nanosecond}, moment, "2026-03-01T09:30:15.123456789"},
		"instant with offset":   {instant, "2026-03-01T09:30:15+09:00", "2026-03-01T00:30:15Z"},
		"duration":              {arrow.FixedWidthTypes.Duration_ms, 1500 * time.Millisecond, "1500ms"},
		"uuid":                  {extensions.NewUUIDType(), "8e3b6d1c-4f5a-4b6c-9d7e-0a1b2c3d4e5f", "8e3b6d1c-4f5a-4b6c-9d7e-0a1b2c3d4e5f"},
		"list of any":           {labels, []any{"a", nil}, `["a",null]`},
		"list of a type":        {arrow.LargeListOf(arrow.PrimitiveTypes.Int32), []int{1, 2}, "[1,2]"},
		"list view":             {arrow.ListViewOf(arrow.PrimitiveTypes.Int32), []int{1, 2}, "[1,2]"},
		"list of a size":        {arrow.FixedSizeListOf(2, arrow.PrimitiveTypes.Int32), []int{1, 2}, "[1,2]"},
		"list of lists":         {arrow.ListOf(labels), [][]string{{"a"}, {}}, `[["a"],[]]`},
		"struct":                {person, map[string]any{"Name": "Ada"}, `{"Age":null,"Name":"Ada"}`},
		"map":                   {options, map[string]any{"b": 2, "a": nil}, `[{"key":"a","value":null},{"key":"b","value":2}]`},
		"map in order":          {options, [][2]any{{"b", 2}, {"a", 1}}, `[{"key":"b","value":2},{"key":"a","value":1}]`},
		"dictionary":            {coded, "Bug", "Bug"},
		"run-end encoded":       {runs, 7, "7"},
		"dictionary of structs": {arrow.ListOf(coded), []string{"x", "x"}, `["x","x"]`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			r, err := one(test.typ, test.in).Scan(t.Context(), connector.ScanRequest{Table: "One", Columns: []string{"x"}})
			if err != nil {
				t.Fatal(err)
			}
			defer r.Release()
			if !r.Next() {
				t.Fatalf("no row: %v", r.Err())
			}
			if got := r.RecordBatch().Column(0).ValueStr(0); got != test.want {
				t.Errorf("%v as %s = %s, want %s", test.in, test.typ, got, test.want)
			}
		})
	}
}

func TestMemoryPanicsOnRowsThatDoNotFit(t *testing.T) {
	tests := map[string]struct {
		typ  arrow.DataType
		in   any
		want string
	}{
		"too large":          {arrow.PrimitiveTypes.Int8, 200, "table One: column x: row 0: 200 does not fit type int8"},
		"another kind":       {arrow.PrimitiveTypes.Int8, true, "true does not fit type int8"},
		"no number":          {arrow.PrimitiveTypes.Int8, "abc", "abc"},
		"no list":            {labels, 5, "int for a list, want a slice"},
		"element":            {labels, []any{"a", 5}, "element 1: 5 does not fit type utf8"},
		"too long":           {arrow.FixedSizeListOf(2, arrow.PrimitiveTypes.Int32), []int{1}, "1 values for fixed_size_list"},
		"no struct":          {person, []int{1}, "[]int for a struct, want map[string]any"},
		"field":              {person, map[string]any{"Name": "Ada", "Age": "old"}, "field Age"},
		"no map":             {options, "x", "string for a map"},
		"value of a map":     {options, map[string]any{"x": "y"}, "value of x"},
		"something else":     {arrow.PrimitiveTypes.Int8, struct{}{}, "struct {} for int8"},
		"in a dictionary":    {coded, 5, "5 does not fit type utf8"},
		"in a run":           {runs, "x", "x"},
		"duration elsewhere": {arrow.PrimitiveTypes.Date32, time.Second, "does not fit"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if got, ok := recover().(string); !ok || !strings.Contains(got, test.want) {
					t.Errorf("NewMemory panics with %q, want %q in it", got, test.want)
				}
			}()
			one(test.typ, test.in)
		})
	}
}

func TestMemoryPanicsOnTablesThatDoNotFit(t *testing.T) {
	columns := []connector.Column{{Name: "x", Type: arrow.PrimitiveTypes.Int64}}
	b := array.NewRecordBuilder(memory.DefaultAllocator, arrow.NewSchema([]arrow.Field{{Name: "x", Type: arrow.BinaryTypes.String}}, nil))
	texts := b.NewRecordBatch()
	for name, test := range map[string]struct {
		table connectortest.MemoryTable
		want  string
	}{
		"width":   {connectortest.MemoryTable{Rows: [][]any{{1, 2}}}, "a row of 2 values for 1 columns"},
		"NULL":    {connectortest.MemoryTable{Rows: [][]any{{nil}}}, "NULL in a column that is not nullable"},
		"batches": {connectortest.MemoryTable{Batches: []arrow.RecordBatch{texts}}, "batch 0 has not type int64"},
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if got, ok := recover().(string); !ok || !strings.Contains(got, test.want) {
					t.Errorf("NewMemory panics with %q, want %q in it", got, test.want)
				}
			}()
			test.table.Table = connector.Table{Name: "T", Columns: columns}
			connectortest.NewMemory(connectortest.MemoryConfig{Tables: []connectortest.MemoryTable{test.table}})
		})
	}
}

func TestMemoryTakesBatches(t *testing.T) {
	schema := arrow.NewSchema([]arrow.Field{{Name: "N", Type: arrow.PrimitiveTypes.Int64}}, nil)
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	batches := make([]arrow.RecordBatch, 2)
	for i := range batches {
		b.Field(0).(*array.Int64Builder).AppendValues([]int64{int64(i), int64(i + 10)}, nil)
		batches[i] = b.NewRecordBatch()
	}
	src := connectortest.NewMemory(connectortest.MemoryConfig{Tables: []connectortest.MemoryTable{{
		Table:   connector.Table{Name: "N", Columns: []connector.Column{{Name: "N", Type: arrow.PrimitiveTypes.Int64, Sortable: true}}},
		Batches: batches,
	}}})
	got, err := read(t, src, connector.ScanRequest{Table: "N", Columns: []string{"N"}, Order: []connector.Order{{Column: "N", Descending: true}}})
	if want := []int64{11, 10, 1, 0}; err != nil || !slices.Equal(got, want) {
		t.Errorf("Scan = %v, %v, want %v", got, err, want)
	}
}
