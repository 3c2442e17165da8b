package duck_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/google/go-cmp/cmp"
)

// nested returns rows of struct, list, map, list of struct, and dictionary.
func nested(rows int) arrow.RecordBatch {
	pair := arrow.StructOf(
		arrow.Field{Name: "a", Type: arrow.PrimitiveTypes.Int64, Nullable: true},
		arrow.Field{Name: "b", Type: arrow.BinaryTypes.String, Nullable: true},
	)
	schema := arrow.NewSchema([]arrow.Field{
		{Name: "s", Type: pair, Nullable: true},
		{Name: "l", Type: arrow.ListOf(arrow.BinaryTypes.String), Nullable: true},
		{Name: "m", Type: arrow.MapOf(arrow.BinaryTypes.String, arrow.PrimitiveTypes.Int64), Nullable: true},
		{Name: "ls", Type: arrow.ListOf(pair), Nullable: true},
		{Name: "d", Type: &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int32, ValueType: arrow.BinaryTypes.String}, Nullable: true},
	}, nil)
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	defer b.Release()
	for i := range rows {
		appendNested(b, i)
	}
	return b.NewRecordBatch()
}

func appendNested(b *array.RecordBuilder, i int) {
	pair := func(s *array.StructBuilder) {
		s.Append(true)
		s.FieldBuilder(0).(*array.Int64Builder).Append(int64(i))
		s.FieldBuilder(1).(*array.StringBuilder).Append(fmt.Sprint("b", i))
	}
	pair(b.Field(0).(*array.StructBuilder))
	list := b.Field(1).(*array.ListBuilder)
	list.Append(true)
	for j := range i % 3 {
		list.ValueBuilder().(*array.StringBuilder).Append(fmt.Sprint(i, ".", j))
	}
	m := b.Field(2).(*array.MapBuilder)
	m.Append(true)
	m.KeyBuilder().(*array.StringBuilder).Append("k")
	m.ItemBuilder().(*array.Int64Builder).Append(int64(i))
	structs := b.Field(3).(*array.ListBuilder)
	structs.Append(true)
	pair(structs.ValueBuilder().(*array.StructBuilder))
	if err := b.Field(4).(*array.BinaryDictionaryBuilder).AppendString(fmt.Sprint("d", i%5)); err != nil {
		panic(err)
	}
}

func TestScanNested(t *testing.T) {
	const rows = 5000
	db, conn := open(t)
	view(t, db, conn, "v", nested(rows), nested(0), nested(rows))
	got := answer(t, conn, `SELECT s.a, s.b, array_to_string(l, '|'), m['k'], ls[1].a, ls[1].b, d FROM v`)
	if len(got) != 2*rows {
		t.Fatalf("%d rows, want %d", len(got), 2*rows)
	}
	for n, row := range got {
		i := n % rows
		parts := make([]string, i%3)
		for j := range parts {
			parts[j] = fmt.Sprint(i, ".", j)
		}
		want := []string{fmt.Sprint(i), fmt.Sprint("b", i), strings.Join(parts, "|"), fmt.Sprint(i), fmt.Sprint(i), fmt.Sprint("b", i), fmt.Sprint("d", i%5)}
		if !slices.Equal(row, want) {
			t.Fatalf("row %d = %q, want %q", n, row, want)
		}
	}
}

func TestScanListOfDictionary(t *testing.T) {
	db, conn := open(t)
	schema := arrow.NewSchema([]arrow.Field{{Name: "l", Nullable: true, Type: arrow.ListOf(
		&arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: arrow.BinaryTypes.String},
	)}}, nil)
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	defer b.Release()
	list := b.Field(0).(*array.ListBuilder)
	for i := range 3 {
		list.Append(true)
		for range i {
			if err := list.ValueBuilder().(*array.BinaryDictionaryBuilder).AppendString("x"); err != nil {
				t.Fatal(err)
			}
		}
	}
	view(t, db, conn, "v", b.NewRecordBatch())
	want := [][]string{{"0"}, {"1"}, {"2"}}
	if diff := cmp.Diff(want, answer(t, conn, "SELECT len(l) FROM v")); diff != "" {
		t.Errorf("lengths (-want +got):\n%s", diff)
	}
}
