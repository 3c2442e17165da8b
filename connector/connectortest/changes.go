package connectortest

import (
	"fmt"
	"slices"

	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/trackql/trackql/connector"
)

// checkChanges asks for what changed since a moment: nothing, and then a row.
func checkChanges(s *session) {
	watcher, ok := connector.As[connector.Watcher](s.src)
	if !ok {
		return
	}
	s.eachTable(func(w *whole) {
		token, err := watcher.Mark(s.ctx, connector.MarkRequest{Table: w.table.Name})
		if connector.KindOf(err) == connector.Unimplemented && err != nil {
			return
		}
		if err != nil {
			s.failf(w.table.Name, "Mark: %v", err)
			return
		}
		a := s.changed(watcher, connector.ChangesRequest{Table: w.table.Name, Columns: w.columns, Since: token})
		if a.err != nil {
			s.failf(w.table.Name, "the changes since a Mark: %v", a.err)
			return
		}
		s.checkFew(w, a)
	})
	if s.cfg.Changing != nil {
		s.checkChanging()
	}
}

// checkFew refuses all rows as changes since a moment; some may come again.
func (s *session) checkFew(w *whole, a answer) {
	s.Helper()
	if all := len(w.rows); all > 1 && len(a.rows) >= all {
		s.failf(w.table.Name, "the changes since a Mark are all %d rows", all)
	}
	if strange := a.multiset().minus(w.multiset()); len(strange) > 0 {
		s.failf(w.table.Name, "the changes since a Mark have rows that a scan does not give: %s", show(w.columns, strange))
	}
}

// checkChanging changes a row after a moment.
func (s *session) checkChanging() {
	s.Helper()
	c, err := s.cfg.Changing(s.ctx, memory.DefaultAllocator)
	if err != nil {
		s.Fatalf("Changing = %v", err)
	}
	defer func() {
		if err := c.Source.Close(); err != nil {
			s.Errorf("Close = %v", err)
		}
	}()
	watcher, ok := connector.As[connector.Watcher](c.Source)
	if !ok {
		s.Fatalf("what Changing returns is no connector.Watcher")
	}
	token, err := watcher.Mark(s.ctx, connector.MarkRequest{Table: c.Table})
	if err != nil {
		s.failf(c.Table, "Mark: %v", err)
		return
	}
	key, value, err := c.Change()
	if err != nil {
		s.Fatalf("Change = %v", err)
	}
	a := s.changed(watcher, connector.ChangesRequest{Table: c.Table, Columns: []string{key}, Since: token})
	if a.err != nil {
		s.failf(c.Table, "the changes since a Mark: %v", a.err)
		return
	}
	if !slices.ContainsFunc(a.rows, func(row []cell) bool { return row[0].known && row[0].value == value }) {
		s.failf(c.Table, "the changes since a Mark lack the row %s = %s, which was changed after it", key, value)
	}
	if all := read(s.ctx, c.Source, connector.ScanRequest{Table: c.Table, Columns: []string{key}}); len(a.rows) >= len(all.rows) {
		s.failf(c.Table, "the changes since a Mark are %d rows, and one was changed", len(a.rows))
	}
}

// changed reads changes to their end.
func (s *session) changed(watcher connector.Watcher, req connector.ChangesRequest) answer {
	changes, err := watcher.Changes(s.ctx, req)
	if err != nil {
		return answer{columns: req.Columns, err: err}
	}
	defer changes.Rows.Release()
	if changes.Gone != nil {
		defer changes.Gone.Release()
		for changes.Gone.Next() {
			continue
		}
		if err := changes.Gone.Err(); err != nil {
			return answer{columns: req.Columns, err: fmt.Errorf("the keys of what is gone: %w", err)}
		}
	}
	return drain(changes.Rows, req.Columns)
}
