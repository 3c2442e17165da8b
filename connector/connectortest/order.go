package connectortest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/trackql/trackql/connector"
)

// checkOrder sorts by each Sortable column, and by some pairs of them.
func checkOrder(s *session) {
	s.eachTable(func(w *whole) {
		scans := s.exactScans(w)
		for _, order := range s.orders(w.table) {
			if !s.orderFails(w, order, scans[0], 0, int64(len(w.rows)/2+1)) {
				s.orderFails(w, order, scans[s.rand.IntN(len(scans))], 1, 3)
			}
		}
	})
}

// orderFails tries an order with limits; 0 is none.
func (s *session) orderFails(w *whole, order []connector.Order, scan exactly, limits ...int64) bool {
	s.Helper()
	for _, limit := range limits {
		req := connector.ScanRequest{Table: w.table.Name, Where: scan.where, Order: order, Limit: limit}
		if text := s.orderFault(w, req, scan.rows); text != "" {
			s.failf(w.table.Name, "%s: %s", showRequest(req), text)
			return true
		}
	}
	return false
}

func (s *session) orders(t *connector.Table) [][]connector.Order {
	var orders [][]connector.Order
	var sortable []string
	for _, c := range t.Columns {
		if c.Sortable {
			sortable = append(sortable, c.Name)
			orders = append(orders, []connector.Order{{Column: c.Name}}, []connector.Order{{Column: c.Name, Descending: true}})
		}
	}
	for range min(8, len(sortable)*(len(sortable)-1)) {
		at := s.rand.Perm(len(sortable))
		orders = append(orders, []connector.Order{
			{Column: sortable[at[0]], Descending: s.rand.IntN(2) == 0},
			{Column: sortable[at[1]], Descending: s.rand.IntN(2) == 0},
		})
	}
	return orders
}

// orderFault compares the keys of the rows with those that sorting here gives.
// It asks also without the columns of the order, where they tell all rows apart.
func (s *session) orderFault(w *whole, req connector.ScanRequest, rows [][]cell) string {
	var names []string
	for _, key := range req.Order {
		names = append(names, key.Column)
	}
	req.Columns = names
	a := read(s.ctx, s.src, req)
	if a.err != nil {
		return a.err.Error()
	}
	other := w.without(names)
	want := sorted(rows, append(w.places(names), w.places(other)...), req.Order)
	enough := len(want)
	if req.Limit > 0 {
		enough = min(enough, int(req.Limit))
	}
	if len(a.rows) < enough {
		return fmt.Sprintf("gives %d rows, want %d or more", len(a.rows), enough)
	}
	for i := range enough {
		if compareRows(want[i], a.rows[i], req.Order) != 0 {
			at := first(len(names))
			return fmt.Sprintf("row %d has (%s) = (%s), want (%s)",
				i+1, strings.Join(names, ", "), rowText(a.rows[i], at), rowText(want[i], at))
		}
	}
	if len(other) == 0 || len(multisetOf(want, first(len(names)))) != len(want) {
		return ""
	}
	req.Columns = other
	return s.hiddenOrderFault(req, want[:enough])
}

// without returns a column that is none of the named, where there is one.
func (w *whole) without(names []string) []string {
	for _, name := range w.columns {
		if !slices.Contains(names, name) {
			return []string{name}
		}
	}
	return nil
}

// hiddenOrderFault asks for a column that the order does not name; it is the
// last one of the wanted rows.
func (s *session) hiddenOrderFault(req connector.ScanRequest, want [][]cell) string {
	a := read(s.ctx, s.src, req)
	if a.err != nil {
		return a.err.Error()
	}
	for n, row := range want {
		if n >= len(a.rows) || a.rows[n][0].text != row[len(row)-1].text {
			return fmt.Sprintf("without the columns of the order, row %d is another one", n+1)
		}
	}
	return ""
}

// sorted returns the cells of rows that stand at the given places, the keys of
// the order first, in the engine's order.
func sorted(rows [][]cell, at []int, order []connector.Order) [][]cell {
	keys := make([][]cell, len(rows))
	for i, row := range rows {
		for _, n := range at {
			keys[i] = append(keys[i], row[n])
		}
	}
	slices.SortStableFunc(keys, func(a, b []cell) int { return compareRows(a, b, order) })
	return keys
}

// compareRows compares rows that begin with the keys of the order.
func compareRows(a, b []cell, order []connector.Order) int {
	for i, key := range order {
		c, _ := a[i].value.Compare(b[i].value)
		if key.Descending {
			c = -c
		}
		if c != 0 {
			return c
		}
	}
	return 0
}
