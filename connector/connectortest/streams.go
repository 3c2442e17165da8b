package connectortest

import (
	"fmt"
	"runtime"
	"sync"

	"github.com/apache/arrow-go/v18/arrow"

	"github.com/trackql/trackql/connector"
)

// checkBatches asks for small batches, and holds on to all of them.
func checkBatches(s *session) {
	s.eachTable(func(w *whole) {
		for _, size := range []int{1, 2, 7} {
			req := connector.ScanRequest{Table: w.table.Name, Columns: w.columns, BatchRows: size}
			if text := s.batchesFault(w, req); text != "" {
				s.failf(w.table.Name, "%s: %s", showRequest(req), text)
				return
			}
		}
	})
}

// held is a batch that a test retained, with what it held then.
type held struct {
	batch arrow.RecordBatch
	rows  multiset
}

func (s *session) batchesFault(w *whole, req connector.ScanRequest) string {
	reader, err := s.src.Scan(s.ctx, req)
	if err != nil {
		return err.Error()
	}
	release := sync.OnceFunc(reader.Release)
	defer release()
	var kept []held
	defer func() {
		for _, h := range kept {
			h.batch.Release()
		}
	}()
	got := multiset{}
	at := w.places(req.Columns)
	for reader.Next() {
		batch := reader.RecordBatch()
		batch.Retain()
		kept = append(kept, held{batch, multisetOf(cells(batch, req.Columns), at)})
		if batch.NumRows() > int64(req.BatchRows) {
			return fmt.Sprintf("batch %d has %d rows", len(kept), batch.NumRows())
		}
		for row, n := range kept[len(kept)-1].rows {
			got[row] += n
		}
	}
	if reader.Err() != nil {
		return reader.Err().Error()
	}
	if reader.Next() {
		return "Next is true after it was false"
	}
	if text := differ(w.columns, w.multiset(), got); text != "" {
		return text
	}
	release()
	for i, h := range kept {
		if text := differ(w.columns, h.rows, multisetOf(cells(h.batch, req.Columns), at)); text != "" {
			return fmt.Sprintf("batch %d, retained, changed after the next ones were read: %s", i+1, text)
		}
	}
	return ""
}

// checkStable asks twice.
func checkStable(s *session) {
	s.eachTable(func(w *whole) {
		again := read(s.ctx, s.src, connector.ScanRequest{Table: w.table.Name, Columns: w.columns})
		if again.err != nil {
			s.failf(w.table.Name, "the second scan fails: %v", again.err)
			return
		}
		if text := differ(w.columns, w.multiset(), again.multiset()); text != "" {
			s.failf(w.table.Name, "the second scan gives other rows than the first: %s", text)
		}
	})
}

// checkComplete compares the number of rows with all that else tells of it, and
// looks for rows that only a predicate brings to light.
func checkComplete(s *session) {
	for _, f := range firstOf(s.sweepAll().strange) {
		s.failf(f.table, "%s", f.text)
	}
	s.eachTable(func(w *whole) {
		claims := []claim{s.countClaim(w), s.piecesClaim(w)}
		if len(w.columns) > 0 {
			claims = append(claims, s.scanClaim(w, w.columns[:1]), s.scanClaim(w, nil))
		}
		if total := w.report.Progress.TotalRows; total > 0 {
			claims = append(claims, claim{who: "Report says", rows: total, known: true})
		}
		if s.cfg.ExactRows {
			claims = append(claims, claim{who: "Table.Rows says", rows: w.table.Rows, known: true})
		}
		for _, c := range claims {
			if c.known && c.rows != int64(len(w.rows)) {
				s.failf(w.table.Name, "a scan ends without an error after %d rows; %s %d", len(w.rows), c.who, c.rows)
				return
			}
		}
		if w.reports && w.report.Verdict.Completeness == connector.Partial {
			s.failf(w.table.Name, "a scan without limit ends without an error, with the verdict %q", w.report.Verdict)
		}
	})
}

// claim is what somebody says about the number of rows.
type claim struct {
	who   string
	rows  int64
	known bool
}

func (s *session) countClaim(w *whole) claim {
	counter, ok := connector.As[connector.Counter](s.src)
	if !ok {
		return claim{}
	}
	n, err := counter.Count(s.ctx, connector.CountRequest{Table: w.table.Name})
	return claim{who: "Count says", rows: n, known: err == nil}
}

func (s *session) piecesClaim(w *whole) claim {
	splitter, ok := connector.As[connector.Splitter](s.src)
	if !ok {
		return claim{}
	}
	parts, err := splitter.Split(s.ctx, connector.ScanRequest{Table: w.table.Name, Columns: w.columns}, 4)
	if err != nil {
		return claim{}
	}
	total := 0
	for _, part := range parts {
		a := read(s.ctx, s.src, part)
		if a.err != nil {
			return claim{}
		}
		total += len(a.rows)
	}
	return claim{who: "the pieces that Split makes of it have", rows: int64(total), known: true}
}

func (s *session) scanClaim(w *whole, columns []string) claim {
	a := read(s.ctx, s.src, connector.ScanRequest{Table: w.table.Name, Columns: columns})
	return claim{who: fmt.Sprintf("a scan of the columns %q has", columns), rows: int64(len(a.rows)), known: a.err == nil}
}

// checkReport asks for reports from another goroutine while a scan runs.
func checkReport(s *session) {
	s.eachTable(func(w *whole) {
		if !w.reports {
			return
		}
		if text := s.reportFault(w); text != "" {
			s.failf(w.table.Name, "%s", text)
		}
	})
}

func (s *session) reportFault(w *whole) string {
	reader, err := s.src.Scan(s.ctx, connector.ScanRequest{Table: w.table.Name, Columns: w.columns, BatchRows: 1})
	if err != nil {
		return err.Error()
	}
	defer reader.Release()
	reporter, ok := reader.(connector.Reporter)
	if !ok {
		return "the reader of one scan is a Reporter, and that of another is not"
	}
	var watcher sync.WaitGroup
	stop := make(chan struct{})
	defer watcher.Wait()
	defer close(stop)
	watcher.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
				reporter.Report()
				runtime.Gosched()
			}
		}
	})
	last := reporter.Report().Progress
	for rows := int64(0); reader.Next(); {
		rows += reader.RecordBatch().NumRows()
		r := reporter.Report()
		if r.Verdict.Completeness == connector.Complete && rows < int64(len(w.rows)) {
			return fmt.Sprintf("Report says %q after %d of %d rows", r.Verdict, rows, len(w.rows))
		}
		if text := wentBack(last, r.Progress); text != "" {
			return text
		}
		last = r.Progress
	}
	if reader.Err() != nil {
		return reader.Err().Error()
	}
	return wentBack(last, reporter.Report().Progress)
}

// wentBack tells which number of a progress has become less.
func wentBack(before, after connector.Progress) string {
	was := []int64{before.Rows, before.Bytes, before.Requests}
	is := []int64{after.Rows, after.Bytes, after.Requests}
	for i, name := range []string{"Rows", "Bytes", "Requests"} {
		if is[i] < was[i] {
			return fmt.Sprintf("Progress.%s goes back from %d to %d", name, was[i], is[i])
		}
	}
	return ""
}
