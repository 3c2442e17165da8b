package backlog

import (
	"context"
	"iter"
	"slices"

	"github.com/tidwall/gjson"

	"github.com/trackql/trackql/plugins/backlog/internal/relation"
	"github.com/trackql/trackql/plugins/backlog/internal/rest"
)

// issueList is the path of the list of issues.
const issueList = "/issues"

// ofIssues are the parameters of a list of issues by their ids: each row that
// has one of these is in it.
var ofIssues = []string{"id[]", "projectId[]", "sort", "order", "expand[]", "count"}

// seen gives the issues of a request for ids that the statement has read already,
// where these are all of them: the rows inside issues then take no request of
// their own.
func (r *reading) seen(l *level, call rest.Call, limit int64) ([]gjson.Result, bool) {
	ids := call.Query["id[]"]
	if call.Path != issueList || limit > 0 && limit < int64(len(ids)) || len(r.plan.order) > 0 {
		return nil, false
	}
	for param := range call.Query {
		if !slices.Contains(ofIssues, param) {
			return nil, false
		}
	}
	return r.trip.Seen(kindOf(l, call), ids)
}

// kindOf tells answers apart that do not have the same fields.
func kindOf(l *level, call rest.Call) string { return l.table.Name + call.Query.Get("expand[]") }

// see has the statement remember issues that pass.
func (r *reading) see(l *level, call rest.Call, pages iter.Seq2[[]gjson.Result, error]) iter.Seq2[[]gjson.Result, error] {
	if l.table.Path != issueList {
		return pages
	}
	return func(yield func([]gjson.Result, error) bool) {
		for rows, err := range pages {
			r.trip.See(kindOf(l, call), rows)
			if !yield(rows, err) {
				return
			}
		}
	}
}

// listed gives the rows of a list: from what the statement has seen, or by pages.
func (r *reading) listed(ctx context.Context, l *level, row relation.Row, scan rest.OffsetScan) iter.Seq2[page, error] {
	return func(yield func(page, error) bool) {
		pages := r.see(l, scan.Call, r.trip.Offset(ctx, scan))
		if rows, ok := r.seen(l, scan.Call, scan.Limit); ok {
			pages = func(yield func([]gjson.Result, error) bool) { yield(rows, nil) }
		}
		rowsOf(row, pages)(yield)
	}
}
