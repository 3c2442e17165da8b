package rpc_test

import (
	"context"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/connector/connectortest"
	"github.com/trackql/trackql/connector/rpc"
)

// The size of what BenchmarkScan reads.
const (
	wideRows  = 300_000
	wideBatch = 8192 // rows
)

// wideTable has rows of twelve columns, as a tracker's issues have.
func wideTable() connector.Table {
	instant := &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"}
	decimal := &arrow.Decimal128Type{Precision: 12, Scale: 2}
	text, number, float := arrow.BinaryTypes.String, arrow.PrimitiveTypes.Int64, arrow.PrimitiveTypes.Float64
	return connector.Table{Name: "Wide", Key: []string{"Id"}, Rows: wideRows, Columns: []connector.Column{
		{Name: "Id", Type: number},
		{Name: "Key", Type: text},
		{Name: "Title", Type: text},
		{Name: "Status", Type: text},
		{Name: "Assignee", Type: text, Nullable: true},
		{Name: "Created", Type: instant},
		{Name: "Updated", Type: instant},
		{Name: "Closed", Type: instant, Nullable: true},
		{Name: "Votes", Type: number},
		{Name: "Effort", Type: float, Nullable: true},
		{Name: "Done", Type: float},
		{Name: "Cost", Type: decimal, Nullable: true},
	}}
}

// wideBatches makes the rows, batch by batch.
func wideBatches(schema *arrow.Schema, yield func(arrow.RecordBatch) bool) {
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	defer b.Release()
	for from := 0; from < wideRows; from += wideBatch {
		for id := from; id < min(wideRows, from+wideBatch); id++ {
			wideRow(b, id)
		}
		batch := b.NewRecordBatch()
		more := yield(batch)
		batch.Release()
		if !more {
			return
		}
	}
}

var (
	wideTitles    = []string{"The shell forgets its history", "課題の一覧が空になる", "A scan of no rows takes a second", "Export fails"}
	wideStatuses  = []string{"open", "in progress", "resolved", "closed"}
	wideAssignees = []string{"sato", "suzuki", "tanaka", "watanabe", "ito"}
)

func wideRow(b *array.RecordBuilder, id int) {
	at := arrow.Timestamp(1_700_000_000_000_000 + int64(id)*1_000_000)
	b.Field(0).(*array.Int64Builder).Append(int64(id))
	b.Field(1).(*array.StringBuilder).Append("PT-1234567"[:4+id%7])
	b.Field(2).(*array.StringBuilder).Append(wideTitles[id%len(wideTitles)])
	b.Field(3).(*array.StringBuilder).Append(wideStatuses[id%len(wideStatuses)])
	b.Field(5).(*array.TimestampBuilder).Append(at)
	b.Field(6).(*array.TimestampBuilder).Append(at + 86_400_000_000)
	b.Field(8).(*array.Int64Builder).Append(int64(id % 100))
	b.Field(10).(*array.Float64Builder).Append(float64(id%1000) / 10)
	if id%3 == 0 {
		for _, column := range []int{4, 7, 9, 11} {
			b.Field(column).AppendNull()
		}
		return
	}
	b.Field(4).(*array.StringBuilder).Append(wideAssignees[id%len(wideAssignees)])
	b.Field(7).(*array.TimestampBuilder).Append(at)
	b.Field(9).(*array.Float64Builder).Append(float64(id%80) / 4)
	b.Field(11).(*array.Decimal128Builder).Append(decimal128.FromI64(int64(id) * 25))
}

// wide opens the reference source over the rows, which it holds.
type wide struct{}

func (wide) Info() connector.Info { return connector.Info{Name: "wide", Summary: "Wide rows."} }

func (wide) Open(context.Context, connector.Config) (connector.Source, error) {
	table := connectortest.MemoryTable{Table: wideTable()}
	schema, err := table.Table.Schema(table.Table.ColumnNames())
	if err != nil {
		return nil, err
	}
	wideBatches(schema, func(batch arrow.RecordBatch) bool {
		batch.Retain()
		table.Batches = append(table.Batches, batch)
		return true
	})
	return connectortest.NewMemory(connectortest.MemoryConfig{Tables: []connectortest.MemoryTable{table}, PageRows: wideBatch}), nil
}

// built opens a source that makes its rows anew for each scan, value by value, as
// one does that reads a file.
type built struct{}

func (built) Info() connector.Info { return connector.Info{Name: "built", Summary: "Wide rows."} }

func (built) Open(context.Context, connector.Config) (connector.Source, error) {
	return builtSource{}, nil
}

type builtSource struct{}

func (builtSource) Tables(context.Context) ([]connector.Table, error) {
	return []connector.Table{wideTable()}, nil
}

func (builtSource) Scan(_ context.Context, req connector.ScanRequest) (array.RecordReader, error) {
	table := wideTable()
	schema, err := table.Schema(req.Columns)
	if err != nil {
		return nil, err
	}
	return array.ReaderFromIter(schema, func(yield func(arrow.RecordBatch, error) bool) {
		wideBatches(schema, func(batch arrow.RecordBatch) bool {
			batch.Retain() // the reader releases it, too
			return yield(batch, nil)
		})
	}), nil
}

func (builtSource) Close() error { return nil }

// BenchmarkScan reads rows of twelve columns from a child and, in the same run,
// from the same source in this process.
func BenchmarkScan(b *testing.B) {
	for _, local := range []connector.Connector{wide{}, built{}} {
		name := local.Info().Name
		b.Run(name, func(b *testing.B) {
			here, err := local.Open(b.Context(), connector.Config{})
			if err != nil {
				b.Fatal(err)
			}
			child := open(b, rpc.Host{}, program(b, name))
			var inside, outside time.Duration
			for b.Loop() {
				inside += scanWide(b, here)
				outside += scanWide(b, child)
			}
			rows := float64(b.N) * wideRows / 1e6
			b.ReportMetric(rows/outside.Seconds(), "Mrows/s-child")
			b.ReportMetric(rows/inside.Seconds(), "Mrows/s-inside")
			b.ReportMetric(inside.Seconds()/outside.Seconds(), "ratio")
			if err := child.Close(); err != nil {
				b.Errorf("Close = %v", err)
			}
			if err := here.Close(); err != nil {
				b.Errorf("Close = %v", err)
			}
		})
	}
}

// scanWide reads all rows, and returns how long that took.
func scanWide(b *testing.B, src connector.Source) time.Duration {
	b.Helper()
	begin := time.Now()
	table := wideTable()
	r, err := src.Scan(b.Context(), connector.ScanRequest{Table: table.Name, Columns: table.ColumnNames()})
	if err != nil {
		b.Fatal(err)
	}
	defer r.Release()
	var rows int64
	for r.Next() {
		rows += r.RecordBatch().NumRows()
	}
	if r.Err() != nil || rows != wideRows {
		b.Fatalf("%d rows, error %v, want %d", rows, r.Err(), wideRows)
	}
	return time.Since(begin)
}

// BenchmarkStart starts children: what a query pays once a source. The fastest
// start is what it costs where nothing else runs.
func BenchmarkStart(b *testing.B) {
	b.Run("start", func(b *testing.B) {
		starts(b, func(b *testing.B) (time.Time, func() error) {
			plugin, err := rpc.Host{}.Start(b.Context(), program(b, "memory"))
			if err != nil {
				b.Fatal(err)
			}
			return time.Now(), plugin.Close
		})
	})
	b.Run("start, open and close", func(b *testing.B) {
		starts(b, func(b *testing.B) (time.Time, func() error) {
			if err := open(b, rpc.Host{}, program(b, "memory")).Close(); err != nil {
				b.Fatal(err)
			}
			return time.Now(), func() error { return nil }
		})
	})
}

// starts measures until what begin returns.
func starts(b *testing.B, begin func(*testing.B) (begun time.Time, end func() error)) {
	b.Helper()
	var total time.Duration
	fastest := time.Hour
	for b.Loop() {
		from := time.Now()
		begun, end := begin(b)
		total, fastest = total+begun.Sub(from), min(fastest, begun.Sub(from))
		if err := end(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(total.Seconds()*1000/float64(b.N), "ms")
	b.ReportMetric(fastest.Seconds()*1000, "ms-fastest")
}
