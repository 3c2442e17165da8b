package connectortest

import (
	"bytes"
	"context"
	"fmt"
	"runtime"
	"runtime/pprof"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/trackql/trackql/connector"
)

// slack is how many batches may still come after a context has ended: those
// that were read ahead.
const slack = 4

// checkCancel ends a scan's context before it, before its first batch, in the
// middle, and while it waits.
func checkCancel(s *session) {
	s.eachTable(func(w *whole) {
		ctx, cancel := context.WithCancel(s.ctx)
		cancel()
		a := read(ctx, s.src, connector.ScanRequest{Table: w.table.Name, Columns: w.columns})
		if text := kindFault(a.err, connector.Canceled); text != "" {
			s.failf(w.table.Name, "a scan with a context that had ended gives %d rows: %s", len(a.rows), text)
			return
		}
		if len(w.rows) <= 2*slack {
			s.Logf("table %s: %d rows are too few to see a scan stop", w.table.Name, len(w.rows))
			return
		}
		for before := range 3 {
			if text := s.cancelFault(w, before); text != "" {
				s.failf(w.table.Name, "a scan whose context ended after %d batches: %s", before, text)
				return
			}
		}
	})
	if s.cfg.Blocking != nil {
		s.checkBlocked()
	}
}

// cancelFault ends the context after some batches.
func (s *session) cancelFault(w *whole, before int) string {
	ctx, cancel := context.WithCancel(s.ctx)
	defer cancel()
	reader, err := s.src.Scan(ctx, connector.ScanRequest{Table: w.table.Name, Columns: w.columns, BatchRows: 1})
	if err != nil {
		return err.Error()
	}
	defer reader.Release()
	rows := int64(0)
	for range before {
		if !reader.Next() {
			return fmt.Sprintf("it ends earlier: %v", reader.Err())
		}
		rows += reader.RecordBatch().NumRows()
	}
	cancel()
	for after := 0; reader.Next(); after++ {
		if rows += reader.RecordBatch().NumRows(); after == slack {
			return fmt.Sprintf("it goes on, to %d of %d rows so far", rows, len(w.rows))
		}
	}
	if reader.Err() == nil && rows >= int64(len(w.rows)) {
		return "" // everything had been read ahead
	}
	return kindFault(reader.Err(), connector.Canceled)
}

func (s *session) checkBlocked() {
	s.Helper()
	ctx, cancel := context.WithCancel(s.ctx)
	defer cancel()
	mem := memory.NewCheckedAllocator(memory.DefaultAllocator)
	blockage, err := s.cfg.Blocking(s.ctx, mem)
	if err != nil {
		s.Fatalf("Blocking = %v", err)
	}
	done := make(chan answer)
	go func() { done <- read(ctx, blockage.Source, blockage.Request) }()
	select {
	case <-blockage.Waiting:
	case a := <-done:
		s.Fatalf("the scan of Blocking ends by itself after %d rows: %v", len(a.rows), a.err)
	}
	cancel()
	if text := kindFault((<-done).err, connector.Canceled); text != "" {
		s.failf(blockage.Request.Table, "a scan whose context ended while it waited: %s", text)
	}
	if err := blockage.Source.Close(); err != nil {
		s.Errorf("Close = %v", err)
	}
	mem.AssertSize(s, 0)
}

// scenario is a way in which a scan's life can go.
type scenario struct {
	name    string
	batches int  // to read, -1 for all
	cancel  bool // then, before Release
	where   []connector.Predicate
}

var scenarios = []scenario{
	{name: "read to its end", batches: -1},
	{name: "released before the first batch"},
	{name: "released after one batch", batches: 1},
	{name: "canceled before the first batch", cancel: true},
	{name: "canceled after one batch", batches: 1, cancel: true},
	{name: "canceled after three batches", batches: 3, cancel: true},
}

// live makes a scan, and releases it.
func (sc scenario) live(ctx context.Context, src connector.Source, t *connector.Table) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	reader, err := src.Scan(ctx, connector.ScanRequest{Table: t.Name, Columns: t.ColumnNames(), BatchRows: 2, Where: sc.where})
	if err != nil {
		return
	}
	defer reader.Release()
	for n := 0; n != sc.batches && reader.Next(); n++ {
		continue
	}
	if sc.cancel {
		cancel()
		reader.Next()
	}
}

// checkRelease compares what is allocated before and after each scan, and after
// Close.
func checkRelease(s *session) {
	mem := memory.NewCheckedAllocator(memory.DefaultAllocator)
	s.open(s.ctx, mem)
	used := false
	for i := range s.tables {
		t := &s.tables[i]
		scenarios[0].live(s.ctx, s.src, t) // what the source keeps for later is kept now
		for _, sc := range scenarios {
			before := mem.CurrentAlloc()
			sc.live(s.ctx, s.src, t)
			if after := mem.CurrentAlloc(); after > before {
				s.failf(t.Name, "a scan that was %s holds %d bytes after Release", sc.name, after-before)
				break
			}
		}
		used = used || usesAllocator(s.ctx, s.src, t, mem)
	}
	s.close()
	if !used {
		s.Logf("not checked: no batch takes memory from the allocator that Open was given")
	}
	mem.AssertSize(s, 0)
}

// usesAllocator tells whether the first batch of a table comes from mem.
func usesAllocator(ctx context.Context, src connector.Source, t *connector.Table, mem *memory.CheckedAllocator) bool {
	before := mem.CurrentAlloc()
	reader, err := src.Scan(ctx, connector.ScanRequest{Table: t.Name, Columns: t.ColumnNames()})
	if err != nil {
		return false
	}
	defer reader.Release()
	return reader.Next() && mem.CurrentAlloc() > before
}

// sessions numbers the sources of checkGoroutines in this process, so that
// tests side by side do not see each other's goroutines.
var sessions atomic.Int64

const label = "connectortest"

// checkGoroutines marks all goroutines that a source starts, and looks for them
// after Close.
func checkGoroutines(s *session) {
	id := strconv.FormatInt(sessions.Add(1), 10)
	pprof.Do(s.ctx, pprof.Labels(label, id), func(ctx context.Context) {
		s.open(ctx, memory.DefaultAllocator)
		defer s.close()
		for i := range s.tables {
			for _, sc := range scenarios {
				sc.live(ctx, s.src, &s.tables[i])
			}
		}
	})
	var left string
	for range 1000 {
		if left = marked(id); left == "" {
			return
		}
		for range 100 {
			runtime.Gosched() // one that is about to end may do so
		}
	}
	s.Errorf("goroutines of the source are running after Close:\n%s", left)
}

// marked returns the stacks of the goroutines with a label.
func marked(id string) string {
	var profile bytes.Buffer
	if err := pprof.Lookup("goroutine").WriteTo(&profile, 1); err != nil {
		return err.Error()
	}
	var stacks []string
	for _, stack := range strings.Split(profile.String(), "\n\n") {
		if strings.Contains(stack, fmt.Sprintf("%q:%q", label, id)) {
			stacks = append(stacks, stack)
		}
	}
	return strings.Join(stacks, "\n\n")
}
