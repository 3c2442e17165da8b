package connectortest

import (
	"context"
	"slices"

	"github.com/trackql/trackql/connector"
)

// WidenRequest is what [Memory.Widen] was asked.
type WidenRequest struct {
	Table string
	Where []connector.Predicate
}

// Widen tells the further columns that hold a value in some row that satisfies
// all predicates; all of them where there is no predicate.
func (m *Memory) Widen(ctx context.Context, table string, where []connector.Predicate) (connector.Table, error) {
	r, err := m.relation(table)
	if err != nil {
		return connector.Table{}, err
	}
	if !r.table.Wider {
		return connector.Table{}, connector.Errorf(connector.NotFound, "table %s has no further columns", table)
	}
	if err := m.enter(ctx, Call{Op: WidenCall, Table: table}); err != nil {
		return connector.Table{}, err
	}
	visible := m.visible(r)
	if err := checkWhere(&visible, where, false); err != nil {
		return connector.Table{}, err
	}
	m.note(func() { m.widens = append(m.widens, WidenRequest{table, slices.Clone(where)}) })
	wide := r.table
	wide.Columns = slices.Clone(r.table.Columns[:r.fixed])
	filters := r.filters(where)
	for i := r.fixed; i < len(r.table.Columns); i++ {
		if len(where) == 0 || r.holds(i, filters) {
			m.note(func() { r.told[i] = true })
			wide.Columns = append(wide.Columns, r.table.Columns[i])
		}
	}
	return wide, nil
}

// holds tells whether a column has a value in some row that satisfies the
// predicates.
func (r *relation) holds(column int, filters []filter) bool {
	for row := range r.rows {
		unsatisfied := slices.ContainsFunc(filters, func(f filter) bool { return !f.satisfied(row) })
		if !unsatisfied && !r.columns[column].IsNull(row) {
			return true
		}
	}
	return false
}

// visible describes a table with the columns that were told so far.
func (m *Memory) visible(r *relation) connector.Table {
	m.mu.Lock()
	defer m.mu.Unlock()
	t := r.table
	t.Columns = slices.Clone(r.table.Columns[:r.fixed])
	for i := r.fixed; i < len(r.table.Columns); i++ {
		if r.told[i] {
			t.Columns = append(t.Columns, r.table.Columns[i])
		}
	}
	return t
}

// Widens returns what Widen was asked so far, in the order of the calls.
func (m *Memory) Widens() []WidenRequest {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.widens)
}
