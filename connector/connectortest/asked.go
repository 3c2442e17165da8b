package connectortest

import (
	"github.com/trackql/trackql/connector"
)

// checkAsked reads every column marked Asked, without a condition on it and with
// some.
func checkAsked(s *session) {
	s.eachTable(func(w *whole) {
		for i := range w.table.Columns {
			if c := &w.table.Columns[i]; c.Asked {
				s.checkAskedColumn(w, c)
			}
		}
	})
}

func (s *session) checkAskedColumn(w *whole, c *connector.Column) {
	s.Helper()
	for _, v := range w.present(c.Name) {
		if !v.IsNull() {
			s.failf(w.table.Name, "column %s is marked Asked, and has %s in a scan that does not compare it", c.Name, v)
			return
		}
	}
	for _, v := range constants(c, nil, s.cfg.Constants, s.rand) {
		if v.IsNull() {
			continue
		}
		where := []connector.Predicate{{Column: c.Name, Op: connector.Eq, Values: []connector.Value{v}}}
		a := read(s.ctx, s.src, connector.ScanRequest{Table: w.table.Name, Columns: []string{c.Name}, Where: where})
		if connector.KindOf(a.err) == connector.Invalid {
			continue // a constant that the system does not take
		}
		if a.err != nil {
			s.failf(w.table.Name, "a scan WHERE %s fails: %v", showWhere(where), a.err)
			return
		}
		for _, row := range a.rows {
			if order, ok := row[0].value.Compare(v); !ok || order != 0 {
				s.failf(w.table.Name, "column %s is marked Asked, and has %s in a scan WHERE %s", c.Name, row[0].value, showWhere(where))
				return
			}
		}
	}
}
