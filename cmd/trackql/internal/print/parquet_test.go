package print_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"
	"github.com/google/go-cmp/cmp"

	"github.com/trackql/trackql/cmd/trackql/internal/print"
	"github.com/trackql/trackql/connector"
)

// readBack reads a Parquet file.
func readBack(t *testing.T, content string) array.RecordReader {
	t.Helper()
	table, err := pqarrow.ReadTable(t.Context(), strings.NewReader(content),
		parquet.NewReaderProperties(memory.DefaultAllocator), pqarrow.ArrowReadProperties{}, memory.DefaultAllocator)
	if err != nil {
		t.Fatalf("read back: %v", err)
	}
	t.Cleanup(table.Release)
	r := array.NewTableReader(table, 0)
	t.Cleanup(r.Release)
	return r
}

func TestParquetTypes(t *testing.T) {
	// What Parquet's types say otherwise; a value of one zone only is an
	// instant in all.
	differ := map[string][]string{
		"hugeint":  texts("9", "-1"),
		"uhugeint": texts("9"),
		"timestamptz, summer and winter": texts("2024-07-01 12:00:00+00", "2024-01-01 12:00:00+00",
			"2024-07-01 12:00:00+00", "1850-01-01 12:00:00+00"),
	}
	for name, test := range typeCases {
		t.Run(name, func(t *testing.T) {
			switch name {
			case "hugeint":
				test.in = `["CQAAAAAAAAAAAAAAAAAAAA==", "/////////////////////w=="]`
			case "uhugeint":
				test.in = `["CQAAAAAAAAAAAAAAAAAAAA=="]`
			}
			if other, ok := differ[name]; ok {
				test.csv = other
			}
			content := printed(t, print.Options{Format: print.Parquet}, readerOf(t, test.batch(t)))
			want := "v\n" + strings.Join(test.csv, "\n") + "\n"
			got := printed(t, print.Options{Format: print.CSV}, readBack(t, content))
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("read back (-want +got):\n%s", diff)
			}
		})
	}
}

// TestParquetKeepsTypes tells the types that come back as they were.
func TestParquetKeepsTypes(t *testing.T) {
	schema := fieldsOf(
		"i", arrow.PrimitiveTypes.Int64, "d", &arrow.Decimal128Type{Precision: 10, Scale: 2},
		"s", arrow.BinaryTypes.String, "b", arrow.FixedWidthTypes.Boolean, "day", arrow.FixedWidthTypes.Date32,
		"t", &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"}, "l", listOfInt,
	)
	batch := batchOf(t, schema, `[{"i": 1, "d": "2.50", "s": "x", "b": true, "day": "2024-01-02", "t": "2024-01-02 03:04:05Z", "l": [1]}]`)
	got := readBack(t, printed(t, print.Options{Format: print.Parquet}, readerOf(t, batch))).Schema()
	for i, field := range got.Fields() {
		want := schema.Field(i)
		if field.Name != want.Name || field.Type.ID() != want.Type.ID() {
			t.Errorf("column %d = %s %s, want %s %s", i, field.Name, field.Type, want.Name, want.Type)
		}
	}
}

func TestParquetRowGroups(t *testing.T) {
	rows := strings.TrimSuffix(strings.Repeat(`{"a": 7},`, 50_000), ",")
	batch := batchOf(t, fieldsOf("a", arrow.PrimitiveTypes.Int64), "["+rows+"]")
	content := printed(t, print.Options{Format: print.Parquet}, readerOf(t, batch, batch, batch))
	r, err := file.NewParquetReader(strings.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	if r.NumRows() != 150_000 || r.NumRowGroups() != 2 {
		t.Errorf("%d rows in %d row groups, want 150,000 in 2", r.NumRows(), r.NumRowGroups())
	}
}

func TestParquetRefuses(t *testing.T) {
	huge := typeCases["hugeint"].batch(t)
	p := print.New(&bytes.Buffer{}, print.Options{Format: print.Parquet})
	_, err := p.Print(readerOf(t, huge), whole)
	want := `column "v": Parquet cannot hold the integer -170141183460469231731687303715884105728`
	if connector.KindOf(err) != connector.Invalid || textOf(err) != want {
		t.Errorf("Print = %v, want %s", err, want)
	}

	batch := batchOf(t, fieldsOf("a", arrow.PrimitiveTypes.Int64), `[{"a": 1}]`)
	p = print.New(&bytes.Buffer{}, print.Options{Format: print.Parquet})
	if _, err := p.Print(readerOf(t, batch), whole); err != nil {
		t.Fatalf("Print = %v", err)
	}
	_, err = p.Print(readerOf(t, batch), whole)
	if connector.KindOf(err) != connector.Invalid || connector.HintOf(err) == "" {
		t.Errorf("Print of a second result = %v, want kind invalid with a hint", err)
	}
}

func TestParquetUniqueNames(t *testing.T) {
	one := batchOf(t, fieldsOf("a", arrow.PrimitiveTypes.Int64), `[{"a": 1}]`).Column(0)
	batch := recordOf(t, named{"a", one}, named{"a", one})
	content := printed(t, print.Options{Format: print.Parquet}, readerOf(t, batch))
	if got, want := printed(t, print.Options{Format: print.CSV}, readBack(t, content)), "a,a_1\n1,1\n"; got != want {
		t.Errorf("read back = %q, want %q", got, want)
	}
}

// TestParquetOfNothing makes no empty file, which no reader takes.
func TestParquetOfNothing(t *testing.T) {
	err := print.New(&bytes.Buffer{}, print.Options{Format: print.Parquet}).Close()
	if connector.KindOf(err) != connector.Invalid || textOf(err) != "no statement gave rows to write as Parquet" {
		t.Errorf("Close = %v, want kind invalid", err)
	}
}
