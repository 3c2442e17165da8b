package connectortest

import (
	"context"
	"fmt"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"github.com/trackql/trackql/connector"
)

// Count counts the rows that satisfy all predicates, without pulling a page.
func (m *Memory) Count(ctx context.Context, req connector.CountRequest) (int64, error) {
	r, err := m.relation(req.Table)
	if err != nil {
		return 0, err
	}
	if err := m.enter(ctx, Call{Op: CountCall, Table: req.Table}); err != nil {
		return 0, err
	}
	visible := m.visible(r)
	if err := checkWhere(&visible, req.Where, true); err != nil {
		return 0, err
	}
	if err := m.spend(req.Statement, req.MaxRequests, func(sum *connector.Spending) { sum.Count++ }); err != nil {
		return 0, err
	}
	m.note(func() { m.counts = append(m.counts, req) })
	var n int64
	filters := r.filters(req.Where)
	for row := range r.rows {
		if admits(filters, row) {
			n++
		}
	}
	return n, nil
}

// Aggregate groups at the source, without pulling a page. Groups come in the
// order of their first rows.
func (m *Memory) Aggregate(ctx context.Context, req connector.AggregateRequest) (array.RecordReader, error) {
	r, err := m.relation(req.Table)
	if err != nil {
		return nil, err
	}
	if err := m.enter(ctx, Call{Op: AggregateCall, Table: req.Table}); err != nil {
		return nil, err
	}
	visible := m.visible(r)
	if err := checkWhere(&visible, req.Where, true); err != nil {
		return nil, err
	}
	schema, err := visible.Schema(req.GroupBy)
	if err != nil {
		return nil, err
	}
	if err := m.spend(req.Statement, req.MaxRequests, func(sum *connector.Spending) { sum.Count++ }); err != nil {
		return nil, err
	}
	m.note(func() { m.aggregates = append(m.aggregates, req) })
	first, counts := r.group(schema, r.filters(req.Where))
	return m.groups(r, schema, first, counts)
}

// group returns the first row of each group, and how many rows the group has.
func (r *relation) group(schema *arrow.Schema, filters []filter) (first []int, counts []int64) {
	index := map[string]int{}
	for row := range r.rows {
		if !admits(filters, row) {
			continue
		}
		key := ""
		for _, field := range schema.Fields() {
			key += encodeCell(r.column(field.Name), row) + ", "
		}
		at, ok := index[key]
		if !ok {
			at = len(first)
			index[key] = at
			first, counts = append(first, row), append(counts, 0)
		}
		counts[at]++
	}
	return first, counts
}

// groups makes a reader of one row a group.
func (m *Memory) groups(r *relation, keys *arrow.Schema, first []int, counts []int64) (array.RecordReader, error) {
	fields := append(keys.Fields(), arrow.Field{Name: "count", Type: arrow.PrimitiveTypes.Int64})
	schema := arrow.NewSchema(fields, nil)
	if len(first) == 0 {
		return array.NewRecordReader(schema, nil)
	}
	batch, err := r.take(m.alloc, keys, first, nil)
	if err != nil {
		return nil, fmt.Errorf("aggregate %s: %w", r.table.Name, err)
	}
	defer batch.Release()
	b := array.NewInt64Builder(m.alloc)
	defer b.Release()
	b.AppendValues(counts, nil)
	numbers := b.NewArray()
	defer numbers.Release()
	columns := append(append([]arrow.Array{}, batch.Columns()...), numbers)
	whole := array.NewRecordBatch(schema, columns, int64(len(first)))
	defer whole.Release()
	return array.NewRecordReader(schema, []arrow.RecordBatch{whole})
}

// Split cuts a scan at pages.
func (m *Memory) Split(ctx context.Context, req connector.ScanRequest, n int) ([]connector.ScanRequest, error) {
	r, err := m.relation(req.Table)
	if err != nil {
		return nil, err
	}
	if err := m.enter(ctx, Call{Op: SplitCall, Table: req.Table}); err != nil {
		return nil, err
	}
	visible := m.visible(r)
	if _, err := checkScan(&visible, req); err != nil {
		return nil, err
	}
	from, to, err := m.part(r, req.Part)
	if err != nil {
		return nil, err
	}
	pages := (to - from + m.pageRows - 1) / m.pageRows
	n = min(n, pages)
	if n <= 1 || req.Limit > 0 || len(req.Order) > 0 {
		return []connector.ScanRequest{req}, nil
	}
	parts := make([]connector.ScanRequest, n)
	for i := range parts {
		parts[i] = req
		low, high := from+pages*i/n*m.pageRows, min(to, from+pages*(i+1)/n*m.pageRows)
		parts[i].Part = fmt.Sprintf("%d-%d", low, high)
	}
	return parts, nil
}

// part reads what Split wrote: the stored rows of a piece.
func (m *Memory) part(r *relation, part string) (from, to int, err error) {
	if part == "" {
		return 0, r.rows, nil
	}
	if n, err := fmt.Sscanf(part, "%d-%d", &from, &to); n != 2 || err != nil || from < 0 || from > to || to > r.rows {
		return 0, 0, connector.Errorf(connector.Invalid, "%q is no part of %s", part, r.table.Name)
	}
	return from, to, nil
}

// Estimate tells the stored rows and pages.
func (m *Memory) Estimate(ctx context.Context, req connector.ScanRequest) (connector.Estimate, error) {
	r, err := m.relation(req.Table)
	if err != nil {
		return connector.Estimate{}, err
	}
	if err := m.enter(ctx, Call{Op: EstimateCall, Table: req.Table}); err != nil {
		return connector.Estimate{}, err
	}
	from, to, err := m.part(r, req.Part)
	if err != nil {
		return connector.Estimate{}, err
	}
	pages := (to - from + m.pageRows - 1) / m.pageRows
	return connector.Estimate{Rows: int64(to - from), Bytes: -1, Requests: int64(pages), Category: "memory"}, nil
}

// EstimateGroups tells the groups, and that one request gives them.
func (m *Memory) EstimateGroups(ctx context.Context, req connector.AggregateRequest) (connector.Estimate, error) {
	r, err := m.relation(req.Table)
	if err != nil {
		return connector.Estimate{}, err
	}
	if err := m.enter(ctx, Call{Op: EstimateCall, Table: req.Table}); err != nil {
		return connector.Estimate{}, err
	}
	visible := m.visible(r)
	if err := checkWhere(&visible, req.Where, true); err != nil {
		return connector.Estimate{}, err
	}
	schema, err := visible.Schema(req.GroupBy)
	if err != nil {
		return connector.Estimate{}, err
	}
	groups := 1
	if len(req.GroupBy) > 0 {
		first, _ := r.group(schema, r.filters(req.Where))
		groups = len(first)
	}
	return connector.Estimate{Rows: int64(groups), Bytes: -1, Requests: 1, Category: "memory"}, nil
}
