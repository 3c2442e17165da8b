package rpc

import (
	"bytes"
	"io"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// fuzzSchema has a column of each layout.
func fuzzSchema() *arrow.Schema {
	text := arrow.BinaryTypes.String
	return arrow.NewSchema([]arrow.Field{
		{Name: "Id", Type: arrow.PrimitiveTypes.Int64},
		{Name: "Bool", Type: arrow.FixedWidthTypes.Boolean, Nullable: true},
		{Name: "Text", Type: text, Nullable: true},
		{Name: "Bytes", Type: arrow.BinaryTypes.LargeBinary, Nullable: true},
		{Name: "View", Type: arrow.BinaryTypes.StringView, Nullable: true},
		{Name: "Fixed", Type: &arrow.FixedSizeBinaryType{ByteWidth: 3}, Nullable: true},
		{Name: "Decimal", Type: &arrow.Decimal128Type{Precision: 10, Scale: 2}, Nullable: true},
		{Name: "Word", Type: &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: text}, Nullable: true},
		{Name: "List", Type: arrow.ListOf(text), Nullable: true},
		{Name: "Pair", Type: arrow.FixedSizeListOf(2, arrow.PrimitiveTypes.Int16), Nullable: true},
		{Name: "Map", Type: arrow.MapOf(text, arrow.PrimitiveTypes.Int32), Nullable: true},
		{Name: "Struct", Type: arrow.StructOf(arrow.Field{Name: "A", Type: text, Nullable: true}), Nullable: true},
		{Name: "When", Type: arrow.FixedWidthTypes.Timestamp_us, Nullable: true},
	}, nil)
}

// fuzzStream is an Arrow IPC stream of two batches.
func fuzzStream(f *testing.F, options ...ipc.Option) []byte {
	const rows = `[{"Id": 1, "Bool": true, "Text": "課題", "Bytes": "aGk=", "View": "a view that is long enough", "Fixed": "YWJj",
		"Decimal": "1.50", "Word": "open", "List": ["a", null], "Pair": [1, 2], "Map": [{"key": "k", "value": 1}], "Struct": {"A": "x"},
		"When": "2026-01-31T00:00:00Z"}, {"Id": 2}]`
	var b bytes.Buffer
	w := ipc.NewWriter(&b, append(options, ipc.WithSchema(fuzzSchema()))...)
	for range 2 {
		batch, _, err := array.RecordFromJSON(memory.DefaultAllocator, fuzzSchema(), bytes.NewReader([]byte(rows)))
		if err != nil {
			f.Fatal(err)
		}
		if err := w.Write(batch); err != nil {
			f.Fatal(err)
		}
		batch.Release()
	}
	if err := w.Close(); err != nil {
		f.Fatal(err)
	}
	return b.Bytes()
}

// small is an allocator for small things: the fuzzer finds large ones soon.
type small struct{ memory.Allocator }

func (s small) Allocate(size int) []byte { return s.Reallocate(size, nil) }

func (s small) Reallocate(size int, old []byte) []byte {
	if size > 1<<20 {
		panic("too much")
	}
	return s.Allocator.Reallocate(size, old)
}

// Whatever a plugin sends is an error, or batches that can be read.
func FuzzBatches(f *testing.F) {
	f.Add(fuzzStream(f))
	f.Add(fuzzStream(f, ipc.WithLZ4()))
	f.Add(fuzzStream(f, ipc.WithZstd()))
	f.Fuzz(func(t *testing.T, stream []byte) {
		pieces := &pieces{next: func() ([]byte, error) { return stream, io.EOF }}
		b := batches{schema: fuzzSchema(), mem: small{memory.DefaultAllocator}, from: pieces}
		defer b.close()
		for {
			batch, err := b.next()
			if err != nil || batch == nil {
				return
			}
			for i, column := range batch.Columns() {
				if want := fuzzSchema().Field(i).Type; !arrow.TypeEqual(column.DataType(), want) {
					t.Fatalf("column %d is of type %s, want %s", i, column.DataType(), want)
				}
				if column.Len() != int(batch.NumRows()) {
					t.Fatalf("column %d has %d rows, the batch %d", i, column.Len(), batch.NumRows())
				}
				_ = column.String() // reads all
			}
		}
	})
}
