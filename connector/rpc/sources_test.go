package rpc_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/connector/connectortest"
)

// able opens a source with every optional interface.
type able struct{}

func (able) Info() connector.Info {
	return connector.Info{Name: "able", Summary: "A source that can do everything."}
}

func (able) Open(_ context.Context, cfg connector.Config) (connector.Source, error) {
	m := connectortest.NewMemory(connectortest.MemoryConfig{
		Tables: []connectortest.MemoryTable{issues(), kinds(), wider()}, PageRows: 7,
	})
	return &ableSource{Memory: m, log: cfg.Log}, nil
}

// ableSource adds to the reference source what that cannot do. Its quotas tell
// how many readers are open.
type ableSource struct {
	*connectortest.Memory
	log *slog.Logger

	mu      sync.Mutex
	readers int64
}

// opened counts a reader until its last release.
func (s *ableSource) opened(r array.RecordReader) array.RecordReader {
	s.count(1)
	return &countedReader{RecordReader: r, source: s, references: 1}
}

func (s *ableSource) count(n int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.readers += n
}

type countedReader struct {
	array.RecordReader
	source     *ableSource
	references int
}

func (r *countedReader) Retain() { r.references++ }

func (r *countedReader) Release() {
	if r.references--; r.references == 0 {
		r.RecordReader.Release()
		r.source.count(-1)
	}
}

// Quotas tells how many readers are open.
func (s *ableSource) Quotas(context.Context) ([]connector.Quota, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return []connector.Quota{
		{Category: "search", Limit: 60, Remaining: 12, Reset: time.Date(2026, 1, 31, 9, 0, 0, 123456789, time.UTC)},
		{Category: "readers", Remaining: int64(s.Memory.Readers()) + s.readers},
	}, nil
}

// Metadata tells of one project.
func (s *ableSource) Metadata(context.Context) (connector.Tracker, error) {
	return connector.Tracker{
		Projects: []connector.Project{{
			ID: "1", Key: "PT", Name: "計画", Types: []connector.Term{{ID: "1", Name: "Bug"}},
			Fields: []connector.Field{{ID: "f", Name: "Due", Kind: connector.DateValue, Multiple: true}},
		}},
		Users: []connector.User{{ID: "7", Login: "sato", Name: "佐藤", Mail: "sato@example.com"}},
	}, nil
}

// Mark names the table.
func (s *ableSource) Mark(_ context.Context, req connector.MarkRequest) (string, error) {
	if req.Table == "Kinds" {
		return "", connector.Errorf(connector.Unimplemented, "rows of %s do not tell when they changed", req.Table)
	}
	return "now in " + req.Table, nil
}

// Changes gives the rows of the table, twice where Since is "twice", and the
// keys 1 and 2; Since "blind" is a source that cannot tell which rows are gone,
// and "endless" one that never ends.
func (s *ableSource) Changes(ctx context.Context, req connector.ChangesRequest) (connector.Changes, error) {
	if req.Since == "refused" {
		return connector.Changes{}, connector.Errorf(connector.Invalid, "the token %q is too old", req.Since).WithHint("Begin anew.")
	}
	rows, err := s.Scan(ctx, connector.ScanRequest{Table: req.Table, Columns: req.Columns})
	if err != nil {
		return connector.Changes{}, err
	}
	changes := connector.Changes{Rows: s.opened(rows), Token: req.Since + "+1"}
	if req.Since == "endless" {
		changes.Rows.Release()
		changes.Rows = s.opened(&endless{ctx: ctx, schema: rows.Schema()})
	}
	if req.Since != "blind" {
		gone, err := s.Scan(ctx, connector.ScanRequest{
			Table: req.Table, Columns: []string{"Id"},
			Where: []connector.Predicate{{Column: "Id", Op: connector.In, Values: []connector.Value{connector.IntOf(1), connector.IntOf(2)}}},
		})
		if err != nil {
			return connector.Changes{}, err
		}
		changes.Gone = s.opened(gone)
	}
	return changes, nil
}

// endless waits for its context to end.
type endless struct {
	ctx    context.Context
	schema *arrow.Schema
}

func (e *endless) Schema() *arrow.Schema          { return e.schema }
func (e *endless) Next() bool                     { <-e.ctx.Done(); return false }
func (e *endless) RecordBatch() arrow.RecordBatch { return nil }
func (e *endless) Record() arrow.RecordBatch      { return nil }
func (e *endless) Err() error                     { return e.ctx.Err() }
func (e *endless) Retain()                        {}
func (e *endless) Release()                       {}

// Estimate tells the statement, in words that are no UTF-8.
func (s *ableSource) Estimate(ctx context.Context, req connector.ScanRequest) (connector.Estimate, error) {
	e, err := s.Memory.Estimate(ctx, req)
	if req.Statement != "" {
		e.Metadata, e.Takes, e.Notes = 2, 1500*time.Millisecond, []string{"part of " + req.Statement + " \xff"}
	}
	return e, err
}

// EstimateGroups tells the statement, as Estimate does.
func (s *ableSource) EstimateGroups(ctx context.Context, req connector.AggregateRequest) (connector.Estimate, error) {
	e, err := s.Memory.EstimateGroups(ctx, req)
	if req.Statement != "" {
		e.Metadata, e.Takes, e.Notes = 3, 2500*time.Millisecond, []string{"part of " + req.Statement + " \xff"}
	}
	return e, err
}

// Procedures describes one action whose result has a column of each kind.
func (s *ableSource) Procedures(context.Context) ([]connector.Procedure, error) {
	return []connector.Procedure{{
		Name: "copy", Doc: "Copies.", Writes: true,
		Arguments: []connector.Column{{Name: "Id", Type: arrow.PrimitiveTypes.Int64}, {Name: "Note", Type: arrow.BinaryTypes.String, Nullable: true}},
		Result:    []connector.Column{{Name: "Argument", Type: arrow.BinaryTypes.String}, {Name: "Value", Type: arrow.BinaryTypes.String, Nullable: true}},
	}}, nil
}

// Call shows its arguments.
func (s *ableSource) Call(_ context.Context, req connector.CallRequest) (array.RecordReader, error) {
	procedures, err := s.Procedures(context.Background())
	if err != nil {
		return nil, err
	}
	table := connector.Table{Columns: procedures[0].Result}
	var rows [][]any
	for _, a := range req.Arguments {
		if a.Name == "fail" {
			return nil, connector.Errorf(connector.Conflict, "%s fails", a.Value)
		}
		rows = append(rows, []any{a.Name, a.Value.String()})
	}
	table.Name = "copy"
	m := connectortest.NewMemory(connectortest.MemoryConfig{Tables: []connectortest.MemoryTable{{Table: table, Rows: rows}}})
	r, err := m.Scan(context.Background(), connector.ScanRequest{Table: "copy", Columns: table.ColumnNames()})
	if err != nil {
		return nil, err
	}
	return s.opened(r), nil
}

// Write answers by what the title of a row says.
func (s *ableSource) Write(ctx context.Context, req connector.WriteRequest) ([]connector.Outcome, error) {
	switch req.Table {
	case "Ahead": // all rows are read before anything else
		return s.writeAhead(req)
	case "Deaf":
		return nil, nil
	case "Short", "Long":
		outcomes := make([]connector.Outcome, map[string]int{"Short": 2, "Long": 4}[req.Table])
		for i := range outcomes {
			outcomes[i].Result = connector.Written
		}
		for req.Rows.Next() {
			continue
		}
		return outcomes, req.Rows.Err()
	}
	var outcomes []connector.Outcome
	for req.Rows.Next() {
		batch := req.Rows.RecordBatch()
		var expected arrow.RecordBatch
		if req.Expect != nil && req.Expect.Next() {
			expected = req.Expect.RecordBatch()
		}
		for row := range int(batch.NumRows()) {
			o, err := s.writeRow(req.Action, batch, expected, row)
			if err != nil {
				return outcomes, err
			}
			outcomes = append(outcomes, o)
		}
		if ctx.Err() != nil {
			return outcomes, ctx.Err()
		}
	}
	return outcomes, req.Rows.Err()
}

func (s *ableSource) writeAhead(req connector.WriteRequest) ([]connector.Outcome, error) {
	var outcomes []connector.Outcome
	for req.Rows.Next() {
		for row := range int(req.Rows.RecordBatch().NumRows()) {
			id, _ := connector.ValueAt(req.Rows.RecordBatch().Column(0), row)
			outcomes = append(outcomes, connector.Outcome{Result: connector.Written, Key: []connector.Value{id}})
		}
	}
	at := 0
	for req.Expect.Next() {
		for row := range int(req.Expect.RecordBatch().NumRows()) {
			old, _ := connector.ValueAt(req.Expect.RecordBatch().Column(0), row)
			outcomes[at].Key = append(outcomes[at].Key, old)
			at++
		}
	}
	return outcomes, errors.Join(req.Rows.Err(), req.Expect.Err())
}

func (s *ableSource) writeRow(action connector.Actions, batch, expected arrow.RecordBatch, row int) (connector.Outcome, error) {
	id, _ := connector.ValueAt(batch.Column(0), row)
	title, _ := connector.ValueAt(batch.Column(1), row)
	o := connector.Outcome{Result: connector.Written, Key: []connector.Value{id, connector.IntOf(int64(action))}}
	if expected != nil {
		if old, _ := connector.ValueAt(expected.Column(0), row); old != connector.TextOf("old") {
			title = connector.TextOf("refuse")
		}
	}
	switch title.Text() {
	case "same":
		o.Result = connector.Unchanged
	case "refuse":
		o.Result, o.Err = connector.Refused, connector.Errorf(connector.Conflict, "row %s was changed", id).WithHint("Read it again.")
	case "lost":
		o.Result = connector.Unsettled
	case "fail":
		return o, connector.Errorf(connector.Unavailable, "the system is down")
	case "panic":
		panic("the writer panics")
	case "die":
		os.Exit(7)
	}
	return o, nil
}

// kinds is a table with a column of every Arrow type that a scan may have.
func kinds() connectortest.MemoryTable {
	types := everyType()
	table := connector.Table{
		Name: "Kinds", Doc: "One row.", Key: []string{"Id"},
		Columns: []connector.Column{{Name: "Id", Doc: "The key.", Type: arrow.PrimitiveTypes.Int64}},
	}
	filled, empty := []any{1}, []any{2}
	for i, t := range types {
		table.Columns = append(table.Columns, connector.Column{Name: fmt.Sprintf("C%d", i), Doc: t.of.String(), Type: t.of, Nullable: true})
		filled, empty = append(filled, t.value), append(empty, nil)
	}
	return connectortest.MemoryTable{Table: table, Rows: [][]any{filled, empty, filled}}
}

// typed is a type with a value of it, as MemoryTable takes it.
type typed struct {
	of    arrow.DataType
	value any
}

func everyType() []typed {
	text := arrow.BinaryTypes.String
	return []typed{
		{arrow.FixedWidthTypes.Boolean, true},
		{arrow.PrimitiveTypes.Int8, -8},
		{arrow.PrimitiveTypes.Int16, -16},
		{arrow.PrimitiveTypes.Int32, -32},
		{arrow.PrimitiveTypes.Int64, -64},
		{arrow.PrimitiveTypes.Uint8, 8},
		{arrow.PrimitiveTypes.Uint16, 16},
		{arrow.PrimitiveTypes.Uint32, 32},
		{arrow.PrimitiveTypes.Uint64, 64},
		{arrow.FixedWidthTypes.Float16, 0.5},
		{arrow.PrimitiveTypes.Float32, 0.25},
		{arrow.PrimitiveTypes.Float64, 0.1},
		{&arrow.Decimal128Type{Precision: 20, Scale: 3}, "12.500"},
		{&arrow.Decimal256Type{Precision: 50, Scale: 2}, "-0.25"},
		{text, "課題"},
		{arrow.BinaryTypes.LargeString, "large"},
		{arrow.BinaryTypes.StringView, "a view of more than twelve bytes"},
		{arrow.BinaryTypes.Binary, []byte{0, 255}},
		{arrow.BinaryTypes.LargeBinary, []byte{1}},
		{&arrow.FixedSizeBinaryType{ByteWidth: 2}, []byte{1, 2}},
		{arrow.FixedWidthTypes.Date32, "2026-01-31"},
		{arrow.FixedWidthTypes.Date64, "2026-01-31"},
		{arrow.FixedWidthTypes.Time32ms, "09:00:00"},
		{arrow.FixedWidthTypes.Time64us, "09:00:00.123456"},
		{&arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "Asia/Tokyo"}, "2026-01-31T09:00:00+09:00"},
		{&arrow.TimestampType{Unit: arrow.Nanosecond}, "2026-01-31 09:00:00"},
		{&arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Uint16, ValueType: text}, "open"},
		{arrow.ListOf(arrow.ListOf(arrow.PrimitiveTypes.Int32)), []any{[]any{1, nil}, nil, []any{}}},
		{arrow.LargeListOf(text), []any{"a", nil}},
		{arrow.FixedSizeListOf(2, arrow.PrimitiveTypes.Int16), []any{1, 2}},
		{arrow.StructOf(
			arrow.Field{Name: "a", Type: arrow.ListOf(text), Nullable: true},
			arrow.Field{Name: "b", Type: arrow.PrimitiveTypes.Float64, Nullable: true},
		), map[string]any{"a": []any{"x"}, "b": nil}},
		{arrow.MapOf(text, arrow.PrimitiveTypes.Int64), [][2]any{{"k", 1}, {"l", nil}}},
	}
}
