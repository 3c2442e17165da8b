package rest

import (
	"context"
	"strconv"
)

// Few tells whether the first page of a scan has all its rows, by one request.
// The scan of the same statement then has that page already, and the statement
// knows how many rows there are, as if it had asked for the count.
func (t *Trip) Few(ctx context.Context, scan OffsetScan) (bool, error) {
	s := newSweep(t, scan, nil)
	first, err := s.page(ctx, s.start, s.size, 0)
	if err != nil || len(first.rows) >= s.size {
		return false, err
	}
	if scan.Count.Path != "" && s.start == 0 {
		count := first.answer
		count.body = `{"count":` + strconv.Itoa(len(first.rows)) + `}`
		t.client.cfg.Shared.remember(t.statement, t.key(scan.Count), count)
	}
	return true, nil
}
