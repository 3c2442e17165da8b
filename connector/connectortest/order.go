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
			scan := scans[s.rand.IntN(len(scans))]
			for _, limit := range []int64{0, 1, 3, int64(len(scan.rows)/2 + 1)} {
				req := connector.ScanRequest{
					Table: w.table.Name, Columns: w.columns, Where: scan.where, Order: order, Limit: limit,
				}
				if text := s.orderFault(w, req, scan.rows); text != "" {
					s.failf(w.table.Name, "%s: %s", showRequest(req), text)
					break
				}
			}
		}
	})
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
	a := read(s.ctx, s.src, req)
	if a.err != nil {
		return a.err.Error()
	}
	var names []string
	for _, key := range req.Order {
		names = append(names, key.Column)
	}
	at := w.places(names)
	want := sorted(rows, req.Order, at)
	enough := len(want)
	if req.Limit > 0 {
		enough = min(enough, int(req.Limit))
	}
	if len(a.rows) < enough {
		return fmt.Sprintf("gives %d rows, want %d or more", len(a.rows), enough)
	}
	for i := range enough {
		if compareRows(want[i], a.rows[i], req.Order, at) != 0 {
			return fmt.Sprintf("row %d has (%s) = (%s), want (%s)",
				i+1, strings.Join(names, ", "), rowText(a.rows[i], at), rowText(want[i], at))
		}
	}
	if len(multisetOf(want, at)) != len(want) {
		return ""
	}
	return s.hiddenOrderFault(w, req, want[:enough])
}

// hiddenOrderFault asks for the first column that the order does not name.
func (s *session) hiddenOrderFault(w *whole, req connector.ScanRequest, want [][]cell) string {
	i := slices.IndexFunc(w.columns, func(name string) bool {
		return !slices.ContainsFunc(req.Order, func(key connector.Order) bool { return strings.EqualFold(key.Column, name) })
	})
	if i < 0 {
		return ""
	}
	req.Columns = w.columns[i : i+1]
	a := read(s.ctx, s.src, req)
	if a.err != nil {
		return a.err.Error()
	}
	for n, row := range want {
		if n >= len(a.rows) || a.rows[n][0].text != row[i].text {
			return fmt.Sprintf("without the columns of the order, row %d is another one", n+1)
		}
	}
	return ""
}

// sorted returns rows in the engine's order.
func sorted(rows [][]cell, order []connector.Order, at []int) [][]cell {
	rows = slices.Clone(rows)
	slices.SortStableFunc(rows, func(a, b []cell) int { return compareRows(a, b, order, at) })
	return rows
}

func compareRows(a, b []cell, order []connector.Order, at []int) int {
	for i, key := range order {
		c, _ := a[at[i]].value.Compare(b[at[i]].value)
		if key.Descending {
			c = -c
		}
		if c != 0 {
			return c
		}
	}
	return 0
}
