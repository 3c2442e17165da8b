package sqlengine

import (
	"fmt"
	"slices"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"github.com/trackql/trackql/connector"
)

// inGroups prepares to have the source group the rows of f. It answers false
// where the statement needs more of them, a predicate is not exact, no rows can be
// made up that DuckDB's filters let pass, or the source has refused.
func (f *fetch) inGroups() (*counted, bool) {
	_, ok := connector.As[connector.Aggregator](f.relation.source.Source)
	if !ok || f.ungroupable || len(f.planned.Groups) == 0 || slices.ContainsFunc(f.request.Where, func(p connector.Predicate) bool {
		return f.relation.table.Grade(p) != connector.Exact
	}) {
		return nil, false
	}
	return madeUp(f, f.planned.Groups)
}

// tryGroup has the source group the rows of f, where it can be asked for that.
func (r *run) tryGroup(f *fetch) error {
	c, ok := f.inGroups()
	if !ok || f.counted != nil {
		return nil
	}
	aggregator, _ := connector.As[connector.Aggregator](f.relation.source.Source)
	request := f.groupRequest(f.planned.Groups)
	request.MaxRequests = r.grant(f.relation.source)
	reader, err := aggregator.Aggregate(r.ctx, request)
	if err == nil {
		c.groups, err = readGroups(reader, f)
		reader.Release()
	}
	if connector.KindOf(err) == connector.Unimplemented {
		f.ungroupable = true
		return r.recount(f)
	}
	if err != nil {
		return fmt.Errorf("group %s: %w", f.relation.name(), err)
	}
	f.counted = c
	return nil
}

// readGroups reads what a source answers to an aggregate request. Kind
// Unimplemented tells of values that cannot be told again.
func readGroups(reader array.RecordReader, f *fetch) ([]group, error) {
	if err := checkGroups(reader.Schema(), f); err != nil {
		return nil, err
	}
	var groups []group
	for reader.Next() {
		batch := reader.RecordBatch()
		last := int(batch.NumCols()) - 1
		counts := batch.Column(last).(*array.Int64)
		for row := range int(batch.NumRows()) {
			g := group{values: make([]connector.Value, last), rows: counts.Value(row)}
			if counts.IsNull(row) || g.rows < 0 {
				return nil, connector.Errorf(connector.Corrupt, "a group has %s rows", counts.ValueStr(row))
			}
			for i := range g.values {
				v, ok := connector.ValueAt(batch.Column(i), row)
				if !ok {
					return nil, connector.Errorf(connector.Unimplemented, "a group has a value that is no constant")
				}
				g.values[i] = v
			}
			groups = append(groups, g)
		}
	}
	return groups, reader.Err()
}

// checkGroups refuses groups of other columns than were asked for.
func checkGroups(got *arrow.Schema, f *fetch) error {
	want, err := f.relation.table.Schema(f.planned.Groups)
	if err != nil {
		return err
	}
	fields := append(want.Fields(), arrow.Field{Name: "count", Type: arrow.PrimitiveTypes.Int64})
	if got.NumFields() != len(fields) {
		return connector.Errorf(connector.Corrupt, "groups have %d columns, want %d", got.NumFields(), len(fields))
	}
	for i, field := range fields {
		if g := got.Field(i); g.Name != field.Name || !arrow.TypeEqual(g.Type, field.Type) {
			return connector.Errorf(connector.Corrupt, "column %d of groups is %s %s, want %s %s", i+1, g.Name, g.Type, field.Name, field.Type)
		}
	}
	return nil
}
