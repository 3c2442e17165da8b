package connectortest

import (
	"fmt"
	"slices"

	"github.com/trackql/trackql/connector"
)

// exactly are predicates under which a scan gives just the rows that it should.
type exactly struct {
	where []connector.Predicate
	rows  [][]cell
}

// exactScans makes up what to combine with a limit: no predicate, and some that
// are graded Exact, and are exact.
func (s *session) exactScans(w *whole) []exactly {
	scans := []exactly{{rows: w.rows}}
	pool := s.pool(w, connector.Exact)
	for range min(6, len(pool)) {
		where := []connector.Predicate{pool[s.rand.IntN(len(pool))]}
		if other := pool[s.rand.IntN(len(pool))]; s.rand.IntN(3) == 0 {
			where = append(where, other)
		}
		if e := w.expect(where, w.columns); s.try(w, where) == (breach{}) && len(e.rows) > 0 {
			scans = append(scans, exactly{where, e.rows})
		}
	}
	return scans
}

// limits are the limits worth trying where n rows match.
func limits(n int) []int64 {
	list := []int64{1, 2, int64(n / 2), int64(n - 1), int64(n), int64(n + 1), int64(3*n + 10)}
	list = slices.DeleteFunc(list, func(limit int64) bool { return limit < 1 })
	slices.Sort(list)
	return slices.Compact(list)
}

// checkLimit counts the rows that satisfy the predicates below a limit.
func checkLimit(s *session) {
	s.eachTable(func(w *whole) {
		for _, scan := range s.exactScans(w) {
			for _, limit := range limits(len(scan.rows)) {
				req := connector.ScanRequest{Table: w.table.Name, Columns: w.columns, Where: scan.where, Limit: limit}
				if text := s.limitFault(w, req, len(scan.rows)); text != "" {
					s.failf(w.table.Name, "%s: %s", showRequest(req), text)
					return
				}
			}
		}
	})
}

func (s *session) limitFault(w *whole, req connector.ScanRequest, matching int) string {
	a := read(s.ctx, s.src, req)
	if a.err != nil {
		return a.err.Error()
	}
	want := w.expect(req.Where, w.columns)
	got := 0
	for row, n := range a.multiset() {
		got += min(n, want.must[row])
	}
	if enough := min(int(req.Limit), matching); got < enough {
		return fmt.Sprintf("gives %d rows that satisfy it, want %d or more: %d are there", got, enough, matching)
	}
	return ""
}

// checkLimitStops compares StopsAtLimit with what a limit does.
func checkLimitStops(s *session) {
	s.eachTable(func(w *whole) {
		for _, limit := range limits(len(w.rows)) {
			if int(limit) >= len(w.rows) {
				return
			}
			req := connector.ScanRequest{Table: w.table.Name, Columns: w.columns, Limit: limit, BatchRows: 1}
			if text := s.stopFault(w, req); text != "" {
				s.failf(w.table.Name, "%s: %s", showRequest(req), text)
				return
			}
		}
	})
}

func (s *session) stopFault(w *whole, req connector.ScanRequest) string {
	a := read(s.ctx, s.src, req)
	if a.err != nil {
		return a.err.Error()
	}
	if !w.table.StopsAtLimit {
		if len(a.rows) < len(w.rows) {
			return fmt.Sprintf("StopsAtLimit is false, but the scan stops: it gives %d of %d rows", len(a.rows), len(w.rows))
		}
		return ""
	}
	before := len(a.rows)
	if n := len(a.batches); n > 0 {
		before -= a.batches[n-1]
	}
	if before >= int(req.Limit) {
		return fmt.Sprintf("StopsAtLimit is true, but the scan goes on: it gives %d rows", len(a.rows))
	}
	full, some := w.report.Progress.Requests, a.report.Progress.Requests
	if req.Limit == 1 && full > 2 && some >= full {
		return fmt.Sprintf("StopsAtLimit is true, but the scan makes %d requests for the first row, as for all of them", some)
	}
	return ""
}

// showRequest shows a request as SQL would write it.
func showRequest(req connector.ScanRequest) string {
	text := "a scan"
	if len(req.Where) > 0 {
		text += " WHERE " + showWhere(req.Where)
	}
	for i, key := range req.Order {
		text += []string{" ORDER BY ", ", "}[min(i, 1)] + connector.QuoteName(key.Column)
		if key.Descending {
			text += " DESC"
		}
	}
	if req.Limit > 0 {
		text += fmt.Sprintf(" LIMIT %d", req.Limit)
	}
	if req.BatchRows > 0 {
		text += fmt.Sprintf(" in batches of %d", req.BatchRows)
	}
	return text
}
