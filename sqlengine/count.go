package sqlengine

import (
	"context"
	"fmt"

	"github.com/trackql/trackql/connector"
)

// tryCount has the source count the rows of f, where rows can be made up that
// DuckDB's filters let pass.
func (r *run) tryCount(f *fetch) error {
	c, ok := madeUp(f, nil)
	if !ok {
		return nil
	}
	n, ok, err := r.count(r.ctx, f)
	if err != nil {
		return fmt.Errorf("count %s: %w", f.relation.name(), err)
	}
	if ok {
		c.groups, f.counted = []group{{rows: n}}, c
	}
	return nil
}

// count asks the source for the number of rows of a fetch. It answers false
// where the source cannot tell without reading.
func (r *run) count(ctx context.Context, f *fetch) (int64, bool, error) {
	counter, ok := connector.As[connector.Counter](f.relation.source.Source)
	if !ok {
		return 0, false, nil
	}
	n, err := counter.Count(ctx, connector.CountRequest{
		Table: f.request.Table, Where: f.request.Where, Statement: r.id, MaxRequests: r.grant(f.relation.source),
	})
	if connector.KindOf(err) == connector.Unimplemented {
		return 0, false, nil
	}
	return n, err == nil, err
}
