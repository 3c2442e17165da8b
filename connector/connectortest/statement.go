package connectortest

import (
	"slices"

	"github.com/trackql/trackql/connector"
)

// checkStatement makes different scans in one statement, and some of them again.
func checkStatement(s *session) {
	s.eachTable(func(w *whole) {
		pool := s.pool(w, connector.Inexact)
		pool = pool[:min(len(pool), 8)]
		s.statement = "the statement of " + w.table.Name
		defer func() { s.statement = "" }()
		for range 2 {
			req := connector.ScanRequest{Table: w.table.Name, Columns: w.columns, Statement: s.statement}
			a := read(s.ctx, s.src, req)
			if a.err != nil {
				s.failf(w.table.Name, "a scan in a statement fails: %v", a.err)
				return
			}
			if text := differ(w.columns, w.multiset(), a.multiset()); text != "" {
				s.failf(w.table.Name, "a scan in a statement gives other rows than one in none: %s", text)
				return
			}
			for _, p := range pool {
				where := []connector.Predicate{p}
				if b := s.try(w, where); b != (breach{}) {
					s.failf(w.table.Name, "%s %s; it does not outside of a statement", showWhere(where), b.lost+b.extra+b.strange)
					return
				}
			}
		}
		s.checkStatementCount(w)
	})
}

// checkStatementCount counts in a statement and in none.
func (s *session) checkStatementCount(w *whole) {
	s.Helper()
	counter, ok := connector.As[connector.Counter](s.src)
	if !ok {
		return
	}
	scans := s.exactScans(w)
	slices.Reverse(scans)
	for _, scan := range scans {
		req := connector.CountRequest{Table: w.table.Name, Where: scan.where}
		want, err := counter.Count(s.ctx, req)
		if err != nil {
			continue // the check "count" tells
		}
		req.Statement = s.statement
		if got, err := counter.Count(s.ctx, req); err != nil || got != want {
			s.failf(w.table.Name, "Count WHERE %s is %d (%v) in a statement, and %d in none", showWhere(scan.where), got, err, want)
			return
		}
	}
}
