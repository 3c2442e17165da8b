package cache_test

import (
	"context"
	"slices"
	"strconv"
	"sync"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/connector/connectortest"
)

// living is a source whose rows change, and that tells what changed.
type living struct {
	table connector.Table

	mu       sync.Mutex
	rows     map[int][]any // by Id
	changed  map[int]int   // when each row changed last
	deleted  map[int]int
	now      int
	memory   *connectortest.Memory // of the rows as they are
	scans    int
	watches  int
	marks    int
	marked   connector.MarkRequest // the last one
	requests int64                 // that a scan tells; 0 leaves it to the rows
	asked    connector.ChangesRequest
	secret   bool  // it cannot tell what was deleted
	unable   bool  // it cannot tell what changed
	err      error // of the next watch
	gate     chan struct{}
	entering chan struct{}
}

func newLiving(n int) *living {
	l := &living{
		table: issues(0, connector.Exact).Table,
		rows:  map[int][]any{}, changed: map[int]int{}, deleted: map[int]int{},
	}
	for i := range n {
		l.put(i + 1)
	}
	return l
}

// put adds a row, or changes it.
func (l *living) put(id int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.now++
	row := issue(id*7 + l.now)
	row[0] = id
	l.rows[id] = row
	l.changed[id] = l.now
	delete(l.deleted, id)
	l.memory = nil
}

func (l *living) remove(id int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.now++
	delete(l.rows, id)
	delete(l.changed, id)
	l.deleted[id] = l.now
	l.memory = nil
}

// among is a source of some of the rows.
func (l *living) among(wanted func(id int) bool) *connectortest.Memory {
	table := connectortest.MemoryTable{Table: l.table}
	var ids []int
	for id := range l.rows {
		if wanted(id) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	for _, id := range ids {
		table.Rows = append(table.Rows, l.rows[id])
	}
	return newMemory(table)
}

func (l *living) present() *connectortest.Memory {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.memory == nil {
		l.memory = l.among(func(int) bool { return true })
	}
	return l.memory
}

func (l *living) Tables(context.Context) ([]connector.Table, error) {
	return []connector.Table{l.table}, nil
}

func (l *living) Scan(ctx context.Context, req connector.ScanRequest) (array.RecordReader, error) {
	l.mu.Lock()
	l.scans++
	l.mu.Unlock()
	reader, err := l.present().Scan(ctx, req)
	if err == nil && l.requests > 0 {
		reader = tallied{reader, l.requests}
	}
	return reader, err
}

// tallied is the reader of a scan that took some requests for rows, and others.
type tallied struct {
	array.RecordReader
	requests int64
}

func (t tallied) RowRequests() int64 { return t.requests }

func (t tallied) Report() connector.Report {
	report := t.RecordReader.(connector.Reporter).Report()
	report.Progress.Requests = t.requests + 9
	return report
}

func (l *living) Close() error { return nil }

func (l *living) Mark(_ context.Context, req connector.MarkRequest) (string, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.marked = req
	if l.unable {
		return "", connector.Errorf(connector.Unimplemented, "it does not tell what changed")
	}
	l.marks++
	return strconv.Itoa(l.now), l.err
}

func (l *living) Changes(ctx context.Context, req connector.ChangesRequest) (connector.Changes, error) {
	if l.gate != nil {
		l.entering <- struct{}{}
		<-l.gate
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.unable {
		return connector.Changes{}, connector.Errorf(connector.Unimplemented, "it does not tell what changed")
	}
	l.watches++
	l.asked = req
	if l.err != nil {
		return connector.Changes{}, l.err
	}
	since, _ := strconv.Atoi(req.Since)
	rows, err := l.among(func(id int) bool { return l.changed[id] > since }).
		Scan(ctx, connector.ScanRequest{Table: req.Table, Columns: req.Columns})
	changes := connector.Changes{Rows: rows, Token: strconv.Itoa(l.now)}
	if !l.secret && req.Since != "" {
		changes.Gone = l.gone(since)
	}
	return changes, err
}

func (l *living) gone(since int) array.RecordReader {
	schema, err := l.table.Schema(l.table.Key)
	if err != nil {
		panic(err)
	}
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	defer b.Release()
	for id, at := range l.deleted {
		if at > since {
			b.Field(0).(*array.Int64Builder).Append(int64(id))
		}
	}
	batch := b.NewRecordBatch()
	defer batch.Release()
	reader, err := array.NewRecordReader(schema, []arrow.RecordBatch{batch})
	if err != nil {
		panic(err)
	}
	return silent{reader}
}

// counting is a living source that counts its rows.
type counting struct {
	*living
	counted, all int   // counts, and calls for all rows as changes
	broken       error // of a count
}

func (c *counting) Changes(ctx context.Context, req connector.ChangesRequest) (connector.Changes, error) {
	if req.Since == "" {
		c.all++
	}
	return c.living.Changes(ctx, req)
}

func (c *counting) Count(ctx context.Context, req connector.CountRequest) (int64, error) {
	c.counted++
	if c.broken != nil {
		return 0, c.broken
	}
	return c.present().Count(ctx, req)
}

// silent is a reader that reports nothing.
type silent struct{ array.RecordReader }

// counts are the scans and watches since the last call.
func (l *living) counts() (scans, watches int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	scans, watches = l.scans, l.watches
	l.scans, l.watches = 0, 0
	return scans, watches
}
