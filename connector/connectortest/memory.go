package connectortest

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/trackql/trackql/connector"
)

// MemoryConfig is what a [Memory] is made of.
type MemoryConfig struct {
	// Tables are its tables, in the order in which to list them.
	Tables []MemoryTable
	// PageRows is how many stored rows one page holds: what the source pulls at
	// a time. 0 is 100.
	PageRows int
	// Allocator is where batches come from; nil is Arrow's default.
	Allocator memory.Allocator
	// Before is called before each operation and each page. It may wait, or
	// make the operation fail. nil does nothing.
	Before Hook
}

// MemoryTable is a table of a [Memory] with its rows, which stand in Rows or in
// Batches.
type MemoryTable struct {
	// Table describes the table. Grades, Sortable and StopsAtLimit are obeyed:
	// Exact predicates are applied, Inexact ones leave in some rows too many,
	// Unsupported ones are ignored. A Rows of 0 becomes the number of rows.
	Table connector.Table
	// Rows hold one Go value a column: nil for NULL; any number, string, bool,
	// []byte, time.Time, time.Duration or connector.Value that fits; slices for
	// lists; map[string]any for structs and maps, [][2]any for maps in an order.
	// A string in a column that holds no text is read as Arrow prints such
	// values: "2026-01-31", "12.50", "2026-01-31T09:00:00+09:00".
	Rows [][]any
	// Batches hold the columns in the order of the table. They are copied.
	Batches []arrow.RecordBatch
	// Further is how many of the last columns only Widen tells. They are
	// nullable, and make the table Wider.
	Further int
}

// Memory is the reference source: tables in memory that keep every promise of
// the contract, and whatever is declared about them. It refuses, as a fault of
// Kind Internal, requests that the contract forbids: a limit next to a
// predicate that is not Exact, an order that is not declared, a column asked
// for twice. It counts what it was asked.
//
// Its optional interfaces are [connector.Counter], [connector.Aggregator],
// [connector.Splitter], [connector.Estimator], [connector.GroupEstimator],
// [connector.Spender], [connector.Watcher] and [connector.Widener]; [Plain] hides them.
type Memory struct {
	relations []*relation
	pageRows  int
	alloc     memory.Allocator
	before    Hook

	mu         sync.Mutex
	requests   []connector.ScanRequest
	counts     []connector.CountRequest
	aggregates []connector.AggregateRequest
	widens     []WidenRequest
	pages      map[string]int
	moment     int                            // how often rows were touched
	spent      map[string]*connector.Spending // by statement
	readers    int
	closed     bool
}

var (
	_ connector.Source         = (*Memory)(nil)
	_ connector.Counter        = (*Memory)(nil)
	_ connector.Aggregator     = (*Memory)(nil)
	_ connector.Splitter       = (*Memory)(nil)
	_ connector.Estimator      = (*Memory)(nil)
	_ connector.GroupEstimator = (*Memory)(nil)
	_ connector.Spender        = (*Memory)(nil)
	_ connector.Watcher        = (*Memory)(nil)
	_ connector.Widener        = (*Memory)(nil)
)

// relation is a table with its stored columns.
type relation struct {
	table   connector.Table // with all columns
	columns []arrow.Array
	rows    int
	fixed   int // how many columns Tables tells
	// told says of each column whether Widen has told it; the Memory's lock
	// guards it.
	told []bool
	// touched is when each row was touched last, of those that were; guarded by
	// the same lock.
	touched map[int]int
}

// NewMemory returns a source of the given tables. Rows that do not fit their
// columns are a mistake in the test that wrote them: it panics, naming table,
// row and column.
func NewMemory(cfg MemoryConfig) *Memory {
	m := &Memory{
		pageRows: cfg.PageRows, alloc: cfg.Allocator, before: cfg.Before, pages: map[string]int{},
		spent: map[string]*connector.Spending{},
	}
	if m.pageRows <= 0 {
		m.pageRows = 100
	}
	if m.alloc == nil {
		m.alloc = memory.DefaultAllocator
	}
	if m.before == nil {
		m.before = Hooks()
	}
	for _, t := range cfg.Tables {
		r, err := store(t)
		if err != nil {
			panic(fmt.Sprintf("connectortest: table %s: %v", t.Table.Name, err))
		}
		m.relations = append(m.relations, r)
	}
	return m
}

// Tables describes the tables.
func (m *Memory) Tables(ctx context.Context) ([]connector.Table, error) {
	if err := m.enter(ctx, Call{Op: TablesCall}); err != nil {
		return nil, err
	}
	tables := make([]connector.Table, len(m.relations))
	for i, r := range m.relations {
		tables[i] = r.table
		tables[i].Columns = slices.Clone(r.table.Columns[:r.fixed])
	}
	return tables, nil
}

// Close ends the source. It fails with Kind Internal where readers are open, or
// where it was called before.
func (m *Memory) Close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return connector.Errorf(connector.Internal, "the source is closed twice")
	}
	m.closed = true
	if m.readers > 0 {
		return connector.Errorf(connector.Internal, "the source is closed while %d readers are not released", m.readers)
	}
	return nil
}

// Requests returns the scans asked for so far, in their order.
func (m *Memory) Requests() []connector.ScanRequest {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.requests)
}

// Counts returns the counts asked for so far, in their order.
func (m *Memory) Counts() []connector.CountRequest {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.counts)
}

// Aggregates returns the groupings asked for so far, in their order.
func (m *Memory) Aggregates() []connector.AggregateRequest {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.aggregates)
}

// Pages returns how many pages of the named tables were pulled so far, of all
// tables where none is named.
func (m *Memory) Pages(tables ...string) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	total := 0
	for name, pages := range m.pages {
		if len(tables) == 0 || slices.Contains(tables, name) {
			total += pages
		}
	}
	return total
}

// Readers returns how many readers are not released yet.
func (m *Memory) Readers() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.readers
}

// Forget empties what Requests, Counts, Aggregates, Widens and Pages tell.
func (m *Memory) Forget() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.requests, m.counts, m.aggregates, m.widens = nil, nil, nil, nil
	clear(m.pages)
}

// note changes the counters.
func (m *Memory) note(change func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	change()
}

// enter asks the hook whether an operation may go on.
func (m *Memory) enter(ctx context.Context, call Call) error {
	m.mu.Lock()
	closed := m.closed
	m.mu.Unlock()
	if closed {
		return fault("%s after Close", call)
	}
	if ctx.Err() != nil {
		return canceled(ctx, call)
	}
	err := m.before(ctx, call)
	if ctx.Err() != nil {
		return canceled(ctx, call)
	}
	if err != nil {
		return &connector.Error{Kind: connector.KindOf(err), Op: call.String(), Err: err, Hint: connector.HintOf(err)}
	}
	return nil
}

// canceled is the error for an operation whose context ended.
func canceled(ctx context.Context, call Call) error {
	return &connector.Error{Kind: connector.Canceled, Op: call.String(), Err: context.Cause(ctx)}
}

// fault is the error for a request that the contract forbids.
func fault(format string, args ...any) error {
	return connector.Errorf(connector.Internal, format, args...)
}

// relation finds a table by its exact name.
func (m *Memory) relation(name string) (*relation, error) {
	for _, r := range m.relations {
		if r.table.Name == name {
			return r, nil
		}
	}
	return nil, connector.Errorf(connector.NotFound, "there is no table %q", name)
}

// Plain returns src without its optional interfaces.
func Plain(src connector.Source) connector.Source {
	return plain{src}
}

type plain struct{ connector.Source }

// Every grades all operators that a column of type t can take.
func Every(t arrow.DataType, g connector.Grade) connector.Filters {
	var f connector.Filters
	for op := range f {
		if fits(connector.Operator(op), t) {
			f[op] = g
		}
	}
	return f
}

// fits tells whether columns of type t can be asked with op.
func fits(op connector.Operator, t arrow.DataType) bool {
	kind, ok := connector.ComparesWith(t)
	switch op {
	case connector.IsNull, connector.IsNotNull:
		return true
	case connector.Prefix, connector.Contains:
		return kind == connector.TextValue
	}
	return ok
}
