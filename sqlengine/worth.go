package sqlengine

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/sqlengine/plan"
)

const (
	// maxKeys is how many keys a dynamic filter may have where nothing is known of
	// its cost: beyond it, reading the other table whole is taken to be cheaper.
	maxKeys = 1000
	// mostKeys is how many it may have where its source tells that it is cheaper.
	mostKeys = 10_000
	// fewRows are so few rows that their keys go into one request.
	fewRows = 100
)

// promising tells whether a link can make things cheaper although neither side
// is asked for few rows, or both are: the one side has few rows for what the
// scan of the other takes. Sources are asked only where the answer decides.
func (c *chase) promising(i int) bool {
	link := c.run.plan.Links[i]
	from, to := c.run.fetches[link.From], c.run.fetches[link.To]
	if from.planned.EarlyStop || to.planned.EarlyStop || to.request.Limit > 0 {
		return false // the scan may end long before what it is estimated at
	}
	if c.run.belongs(link) {
		// Of all the rows there are, the keys narrow nothing.
		return c.narrow[link.From] && c.run.short(from) || from.picky() && c.run.requests(to, to.request) > 1
	}
	if !c.narrow[link.From] && c.narrow[link.To] && c.run.owns(link) {
		return false // the other way round is the better one
	}
	if !c.narrow[link.From] && c.narrow[link.To] && c.run.size(from) < 0 {
		return false // the larger one may well be asked for a page, and not be counted
	}
	requests := c.run.requests(to, to.request)
	if requests == 1 {
		c.dear[pairOf(link)] = to.relation.name() + " takes 1 request as it is"
	}
	if requests <= 1 {
		return false
	}
	rows := c.run.size(from)
	return few(rows) || rows >= 0 && rows < requests
}

// picky tells whether the statement needs fewer rows of a fetch than its source
// is asked for.
func (f *fetch) picky() bool {
	return slices.ContainsFunc(f.planned.Holds, func(held connector.Predicate) bool {
		return held.Op != connector.IsNotNull && !slices.ContainsFunc(f.planned.Sent, func(s plan.Sent) bool {
			return s.Grade == connector.Exact && s.Predicate.Column == held.Column
		})
	})
}

// short tells whether a fetch is of few rows, or of a list that comes in one
// request, where the number is not known.
func (r *run) short(f *fetch) bool {
	rows := r.size(f)
	return few(rows) || rows < 0 && r.requests(f, f.request) == 1
}

func few(rows int64) bool { return rows >= 0 && rows <= fewRows }

// belongs tells whether the link follows a foreign key down: each row of To is
// one of a row of From. The keys of From can then only narrow To.
func (r *run) belongs(link plan.Link) bool {
	from, to := r.fetches[link.From].relation, r.fetches[link.To].relation
	return len(link.FromColumns) == 1 && references(to, link.ToColumn, from, link.FromColumns[0])
}

// owns tells whether the link follows a foreign key up.
func (r *run) owns(link plan.Link) bool {
	from, to := r.fetches[link.From].relation, r.fetches[link.To].relation
	return len(link.FromColumns) == 1 && references(from, link.FromColumns[0], to, link.ToColumn)
}

// references tells whether a column is a foreign key of another table.
func references(rel *relation, column string, other *relation, key string) bool {
	return rel.source == other.source && slices.ContainsFunc(rel.table.References, func(ref connector.Reference) bool {
		return strings.EqualFold(ref.Table, other.table.Name) && len(ref.Columns) == 1 && len(ref.To) == 1 &&
			strings.EqualFold(ref.Columns[0], column) && strings.EqualFold(ref.To[0], key)
	})
}

// cheaper tells whether the side that one link fetches first takes fewer
// requests than that of another, or, where that does not decide, has fewer rows.
func (c *chase) cheaper(i, than int) bool {
	a, b := c.run.fetches[c.run.plan.Links[i].From], c.run.fetches[c.run.plan.Links[than].From]
	x, y := c.run.requests(a, a.request), c.run.requests(b, b.request)
	if x >= 0 && y >= 0 && x != y {
		return x < y
	}
	rows := c.run.size(a)
	return rows >= 0 && rows < c.run.size(b)
}

// guess has a fetch be one by as many keys as the other has rows at most, for
// EXPLAIN, where a source walks from row to row: of each row of From it takes what
// it takes on the whole of all rows. It returns the number of keys; 0 where
// nothing better is known than the whole.
func (r *run) guess(link step) int64 {
	from, to := r.fetches[link.From], r.fetches[link.To]
	if !r.belongs(link.Link) {
		return 0
	}
	n := r.size(from)
	all, err := r.cost(from.relation, bare(from))
	whole, failed := r.cost(to.relation, to.request)
	if err != nil || failed != nil || n <= 0 || n > mostKeys || all.Rows < n || whole.Requests < all.Rows {
		return 0
	}
	each := (whole.Requests - max(all.Requests, 0) + all.Rows - 1) / all.Rows
	keys := make([]connector.Value, n)
	for i := range keys {
		keys[i] = connector.IntOf(int64(i)) // it does not matter which: nothing is asked for with them
	}
	narrowed := to.request
	narrowed.Where = append(slices.Clip(narrowed.Where), connector.Predicate{Column: link.ToColumn, Op: connector.In, Values: keys})
	walked := connector.Estimate{Rows: -1, Bytes: -1, Requests: max(each, 1) * n, Category: whole.Category}
	walked.Notes = []string{fmt.Sprintf("%s or more for each of %s", amount(max(each, 1), "request"), amount(n, "key"))}
	walked.Takes = whole.Takes / time.Duration(whole.Requests) * time.Duration(walked.Requests)
	if walked.Requests >= whole.Requests {
		return 0
	}
	to.request = narrowed
	if _, err := r.costs.once(to.relation.source, narrowed, func() (connector.Estimate, error) { return walked, nil }); err != nil {
		return 0
	}
	return n
}

// dear says why a dynamic filter is not used for what it would take; empty
// where it is. A request for keys is compared with the scan that it replaces,
// but where it cannot be the dearer one: then nobody is asked.
func (r *run) dear(link step, narrowed connector.ScanRequest, keys int) string {
	from, to := r.fetches[link.From], r.fetches[link.To]
	child := r.belongs(link.Link)
	if keys == 0 || child && keys <= fewRows {
		return ""
	}
	with := r.requests(to, narrowed)
	if with == 1 || with == 0 && keys <= maxKeys || child && with >= int64(keys) {
		return "" // of a child that is asked key by key, the whole has more keys
	}
	whole := int64(-1)
	if with >= 0 {
		whole = r.requests(to, to.request)
	}
	switch {
	case whole >= 0 && with < whole:
		return ""
	case whole < 0 || with == whole:
		if keys > maxKeys {
			return tooMany(link.ToColumn, from.relation.name(), maxKeys)
		}
		if link.reason != worthwhile {
			return ""
		}
	}
	if whole < 0 {
		return fmt.Sprintf("%s: no dynamic filter, it is not known what %s from %s take",
			connector.QuoteName(link.ToColumn), amount(int64(keys), "key"), from.relation.name())
	}
	return fmt.Sprintf("%s: no dynamic filter, %s from %s would take %s, and the scan takes %d",
		connector.QuoteName(link.ToColumn), amount(int64(keys), "key"), from.relation.name(), amount(with, "request"), whole)
}
