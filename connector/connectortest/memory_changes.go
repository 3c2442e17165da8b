package connectortest

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/trackql/trackql/connector"
)

// Touch makes stored rows of a table, counted from 0, changed ones: from now on
// they come with the changes since an earlier moment, with the values that they
// have. A row that there is not is a mistake in the test: it panics.
func (m *Memory) Touch(table string, rows ...int) {
	r, err := m.relation(table)
	if err != nil {
		panic(fmt.Sprintf("connectortest: touch: %v", err))
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, row := range rows {
		if row < 0 || row >= r.rows {
			panic(fmt.Sprintf("connectortest: touch: table %s has no row %d", table, row))
		}
		m.moment++
		r.touched[row] = m.moment
	}
}

// Mark returns how often rows were touched so far.
func (m *Memory) Mark(ctx context.Context, req connector.MarkRequest) (string, error) {
	if _, err := m.relation(req.Table); err != nil {
		return "", err
	}
	if err := m.enter(ctx, Call{Op: MarkCall, Table: req.Table}); err != nil {
		return "", err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return strconv.Itoa(m.moment), nil
}

// Changes gives the rows that were touched since, without pulling a page; all
// rows, by a scan, where there is no token. No row is ever gone.
func (m *Memory) Changes(ctx context.Context, req connector.ChangesRequest) (connector.Changes, error) {
	token, err := m.Mark(ctx, connector.MarkRequest{Table: req.Table})
	if err != nil {
		return connector.Changes{}, err
	}
	scan := connector.ScanRequest{Table: req.Table, Columns: req.Columns, Statement: req.Statement, MaxRequests: req.MaxRequests}
	if req.Since == "" {
		rows, err := m.Scan(ctx, scan)
		return connector.Changes{Rows: rows, Token: token}, err
	}
	since, err := strconv.Atoi(req.Since)
	if err != nil {
		return connector.Changes{}, connector.Errorf(connector.Invalid, "%q is no token of %s", req.Since, req.Table)
	}
	r, err := m.relation(req.Table)
	if err != nil {
		return connector.Changes{}, err
	}
	visible := m.visible(r)
	schema, err := checkScan(&visible, scan)
	if err != nil {
		return connector.Changes{}, err
	}
	s := &memoryScan{
		ctx: ctx, memory: m, relation: r, req: scan, schema: schema, pending: m.since(r, since), left: math.MaxInt64,
	}
	s.refs.Store(1)
	m.note(func() { m.readers++ })
	return connector.Changes{Rows: s, Token: token}, nil
}

// since returns the rows that were touched after a moment, in their order.
func (m *Memory) since(r *relation, moment int) []int {
	m.mu.Lock()
	defer m.mu.Unlock()
	var rows []int
	for row, at := range r.touched {
		if at > moment {
			rows = append(rows, row)
		}
	}
	slices.Sort(rows)
	return rows
}
