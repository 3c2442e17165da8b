package connectortest

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/trackql/trackql/connector"
)

// kindFault tells what is wrong with an error that should have a Kind: as it
// is, and as a decorator hands it on.
func kindFault(err error, want connector.Kind) string {
	if err == nil {
		return fmt.Sprintf("there is no error, want one of kind %q", want)
	}
	var e *connector.Error
	if !errors.As(err, &e) {
		return fmt.Sprintf("the error is no *connector.Error, but a %T: %v", err, err)
	}
	if got := connector.KindOf(fmt.Errorf("decorated: %w", err)); got != want {
		return fmt.Sprintf("the error has kind %q, want %q: %v", got, want, err)
	}
	return ""
}

// checkErrors asks for what is not there, and compares with what does not fit.
func checkErrors(s *session) {
	absent := "no_such_table"
	for hasTable(s.tables, absent) {
		absent += "_"
	}
	a := read(s.ctx, s.src, connector.ScanRequest{Table: absent})
	if text := kindFault(a.err, connector.NotFound); text != "" {
		s.failf(absent, "a scan of a table that is not there: %s", text)
	}
	for i := range s.tables {
		t := &s.tables[i]
		absent := "no_such_column"
		for _, ok := t.Column(absent); ok; _, ok = t.Column(absent) {
			absent += "_"
		}
		for _, req := range []connector.ScanRequest{
			{Table: t.Name, Columns: []string{absent}},
			{Table: t.Name, Columns: t.ColumnNames(), Where: []connector.Predicate{{Column: absent, Op: connector.IsNull}}},
		} {
			if text := kindFault(read(s.ctx, s.src, req).err, connector.NotFound); text != "" {
				s.failf(t.Name, "%s that asks for the column %s, which there is not: %s", showRequest(req), absent, text)
			}
		}
		s.checkMisfits(t)
	}
}

func hasTable(tables []connector.Table, name string) bool {
	for _, t := range tables {
		if strings.EqualFold(t.Name, name) {
			return true
		}
	}
	return false
}

// checkMisfits compares each column that is graded with a constant of a kind
// that it cannot be compared with.
func (s *session) checkMisfits(t *connector.Table) {
	s.Helper()
	for _, c := range t.Columns {
		misfit := connector.TextOf("no such kind")
		if connector.Comparable(c.Type, misfit) {
			misfit = connector.IntOf(1)
		}
		for _, op := range c.Filters.Operators() {
			if op == connector.IsNull || op == connector.IsNotNull {
				continue
			}
			where := []connector.Predicate{{Column: c.Name, Op: op, Values: []connector.Value{misfit}}}
			a := read(s.ctx, s.src, connector.ScanRequest{Table: t.Name, Columns: t.ColumnNames(), Where: where})
			if text := kindFault(a.err, connector.Invalid); text != "" {
				s.failf(t.Name, "%s, on a column of type %s: %s", showWhere(where), c.Type, text)
				return
			}
		}
	}
}

// checkFailure reads a scan that must fail.
func checkFailure(s *session) {
	if s.cfg.Failing == nil {
		s.Logf("not checked: Config.Failing is nil")
		return
	}
	mem := memory.NewCheckedAllocator(memory.DefaultAllocator)
	failure, err := s.cfg.Failing(s.ctx, mem)
	if err != nil {
		s.Fatalf("Failing = %v", err)
	}
	if text := failureFault(s.ctx, failure); text != "" {
		s.failf(failure.Request.Table, "%s", text)
	}
	if err := failure.Source.Close(); err != nil {
		s.Errorf("Close = %v", err)
	}
	mem.AssertSize(s, 0)
}

func failureFault(ctx context.Context, failure Failure) string {
	reader, err := failure.Source.Scan(ctx, failure.Request)
	if err != nil {
		return kindFault(err, failure.Kind)
	}
	defer reader.Release()
	rows := int64(0)
	for reader.Next() {
		rows += reader.RecordBatch().NumRows()
	}
	first := reader.Err()
	if text := kindFault(first, failure.Kind); text != "" {
		return fmt.Sprintf("a scan that must fail ends after %d rows: %s", rows, text)
	}
	if reader.Next() {
		return "Next is true after the scan has failed"
	}
	if again := reader.Err(); again == nil || again.Error() != first.Error() {
		return fmt.Sprintf("Err was %v first, and then %v", first, again)
	}
	return ""
}
