package cache_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/connector/connectortest"
	"github.com/trackql/trackql/plugins/internal/cache"
)

// clock is a time that passes only when told to.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Date(2026, 10, 1, 9, 0, 0, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// column describes a column that every operator is graded for.
func column(name string, t arrow.DataType, g connector.Grade, nullable bool) connector.Column {
	return connector.Column{
		Name: name, Type: t, Nullable: nullable, Filters: connectortest.Every(t, g),
		Sortable: !nullable, Doc: "What " + name + " is.",
	}
}

// issues is a table of n rows with a column of each type that is kept, and one of
// a type that is not.
func issues(n int, g connector.Grade) connectortest.MemoryTable {
	t := connector.Table{
		Name: "Issues", Doc: "One row is an issue.", Key: []string{"Id"}, StopsAtLimit: true,
		Examples: []connector.Example{
			{Doc: "All of them.", SQL: "SELECT * FROM {source}.Issues"},
			{Doc: "Their number.", SQL: "SELECT count(*) FROM {source}.Issues"},
		},
		Columns: []connector.Column{
			column("Id", arrow.PrimitiveTypes.Int64, g, false),
			column("Summary", arrow.BinaryTypes.String, g, true),
			column("Done", arrow.FixedWidthTypes.Boolean, g, true),
			column("Hours", arrow.PrimitiveTypes.Float64, g, true),
			column("Small", arrow.PrimitiveTypes.Int8, g, true),
			column("Big", arrow.PrimitiveTypes.Uint64, g, true),
			column("Cost", &arrow.Decimal128Type{Precision: 12, Scale: 2}, g, true),
			column("Due", arrow.FixedWidthTypes.Date32, g, true),
			column("Updated", &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"}, g, false),
			column("Local", &arrow.TimestampType{Unit: arrow.Millisecond}, g, true),
			column("Alarm", arrow.FixedWidthTypes.Time64us, g, true),
			column("Raw", arrow.BinaryTypes.Binary, g, true),
			column("Labels", arrow.ListOf(arrow.BinaryTypes.String), g, true),
			column("Odd", &arrow.TimestampType{Unit: arrow.Nanosecond}, g, true),
		},
	}
	for i := range t.Columns {
		t.Columns[i].Sortable = !t.Columns[i].Nullable
	}
	table := connectortest.MemoryTable{Table: t}
	for i := range n {
		table.Rows = append(table.Rows, issue(i))
	}
	return table
}

func issue(i int) []any {
	row := []any{
		i + 1, []string{"log in", "log out", "ログイン", ""}[i%4], i%2 == 0, float64(i%5) / 2, i%7 - 3,
		uint64(i) << 40, fmt.Sprintf("%d.%02d", i%11, i%100), fmt.Sprintf("2026-01-%02d", i%28+1),
		time.Date(2026, 3, 1, 0, i, 0, 0, time.UTC), time.Date(2026, 3, 1+i%9, 7, 0, 0, 0, time.UTC),
		fmt.Sprintf("%02d:30:00", i%24),
		[]byte{byte(i), 0},
		[]any{"a", nil, "b"}[:i%4%3], fmt.Sprintf("2026-01-01T00:00:00.%09d", i),
	}
	for c := range row {
		if (i+c)%6 == 5 && c > 0 && c != 8 {
			row[c] = nil
		}
	}
	return row
}

// wrap puts a cache before a source.
func wrap(src connector.Source, dir string, c *clock, change func(*cache.Config)) connector.Source {
	cfg := cache.Config{Dir: dir, Identity: "test", Age: 10 * time.Minute, Clock: c}
	if change != nil {
		change(&cfg)
	}
	return cache.New(src, cfg)
}

func newMemory(tables ...connectortest.MemoryTable) *connectortest.Memory {
	return connectortest.NewMemory(connectortest.MemoryConfig{Tables: tables, PageRows: 9})
}

// rowsOf reads a scan, each row as text.
func rowsOf(t testing.TB, src connector.Source, req connector.ScanRequest) []string {
	t.Helper()
	rows, _, err := scan(src, req)
	if err != nil {
		t.Fatalf("Scan(%+v) = %v", req, err)
	}
	return rows
}

func scan(src connector.Source, req connector.ScanRequest) ([]string, connector.Report, error) {
	reader, err := src.Scan(context.Background(), req)
	if err != nil {
		return nil, connector.Report{}, err
	}
	defer reader.Release()
	return drain(reader)
}

func drain(reader array.RecordReader) ([]string, connector.Report, error) {
	rows := []string{}
	for reader.Next() {
		batch := reader.RecordBatch()
		for row := range int(batch.NumRows()) {
			var cells []string
			for _, c := range batch.Columns() {
				cells = append(cells, c.ValueStr(row))
			}
			rows = append(rows, strings.Join(cells, "|"))
		}
	}
	return rows, reader.(connector.Reporter).Report(), reader.Err()
}

func sorted(rows []string) []string { return slices.Sorted(slices.Values(rows)) }

// whole is a scan of all columns that are kept.
func whole() connector.ScanRequest {
	table := issues(0, connector.Exact).Table
	return connector.ScanRequest{Table: "Issues", Columns: table.ColumnNames()[:13]}
}

func where(column string, op connector.Operator, values ...connector.Value) connector.Predicate {
	return connector.Predicate{Column: column, Op: op, Values: values}
}

// notes are those of an estimate.
func notes(t *testing.T, src connector.Source, req connector.ScanRequest) string {
	t.Helper()
	estimator, _ := connector.As[connector.Estimator](src)
	e, err := estimator.Estimate(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(e.Notes, "; ")
}

// checked is an allocator that finds leaks.
func checked(t *testing.T) memory.Allocator {
	mem := memory.NewCheckedAllocator(memory.DefaultAllocator)
	t.Cleanup(func() { mem.AssertSize(t, 0) })
	return mem
}
