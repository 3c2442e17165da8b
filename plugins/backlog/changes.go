package backlog

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"iter"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/tidwall/gjson"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
	"github.com/trackql/trackql/plugins/backlog/internal/rest"
	"github.com/trackql/trackql/plugins/backlog/internal/space"
)

// token is what was seen until a moment.
type token struct {
	// Updated is when the issue that changed last then was changed, in
	// microseconds; 0 where there was none.
	Updated int64 `json:"updated"`
	// Deleted is the id of the last activity that told of a deletion; negative
	// where activities could not be read, which was tried at Refused, in seconds
	// since 1970.
	Deleted int64 `json:"deleted"`
	Refused int64 `json:"refused,omitempty"`
	// Projects are the ids of the projects whose issues were seen.
	Projects []int64 `json:"projects"`
}

// Mark returns a token of the issues as they are, by two requests: for the one
// that was changed last, and for the last activity that tells of a deletion.
func (s *Source) Mark(ctx context.Context, req connector.MarkRequest) (string, error) {
	w, err := s.watch(connector.ChangesRequest{Table: req.Table, Statement: req.Statement, MaxRequests: req.MaxRequests})
	if err != nil {
		return "", err
	}
	w.req.Columns = []string{w.updated.Name}
	return w.mark(ctx)
}

// Changes streams the issues that were changed since a moment, and the keys of
// those that were deleted. Deletions are told by the space's activities. Where
// these cannot be read, or a project is no longer there, Gone is nil.
//
// What changed within overlap before the moment comes again, so that a change
// whose time was taken before others, but that was seen after them, is not lost.
func (s *Source) Changes(ctx context.Context, req connector.ChangesRequest) (connector.Changes, error) {
	w, err := s.watch(req)
	if err != nil {
		return connector.Changes{}, err
	}
	changes, err := w.changes(ctx)
	if err != nil {
		return connector.Changes{}, err
	}
	if w.gone != nil {
		changes.Gone, err = s.keyReader(w.table, w.gone)
	}
	if err != nil {
		changes.Rows.Release()
	}
	return changes, err
}

// overlap is by how much what changed is asked for again.
const overlap = time.Minute

// updatedColumn returns the column that tells when a row changed last, of a table
// that can be asked for the rows after that.
func updatedColumn(t *relation.Table) (*relation.Column, bool) {
	for i := range t.Columns {
		if c := &t.Columns[i]; c.Sort == "updated" && c.Filter.How == relation.Days && t.Count != "" {
			return c, true
		}
	}
	return nil, false
}

func readToken(text string) (token, error) {
	var t token
	if text == "" {
		return t, nil
	}
	if err := json.Unmarshal([]byte(text), &t); err != nil {
		return t, connector.Errorf(connector.Invalid, "the token %q is not one of this connector: %w", text, err)
	}
	return t, nil
}

// watch is a Changes or Mark under way.
type watch struct {
	source  *Source
	trip    *rest.Trip
	table   *connector.Table
	updated *relation.Column
	req     connector.ChangesRequest
	seen    token
	// gone are the ids of what was deleted; nil where that is not known.
	gone []int64
}

// watch begins to look at a table.
func (s *Source) watch(req connector.ChangesRequest) (*watch, error) {
	table, described, err := s.table(req.Table)
	if err != nil {
		return nil, err
	}
	updated, ok := updatedColumn(table)
	if !ok {
		return nil, connector.Errorf(connector.Unimplemented, "rows of %s do not tell when they changed", table.Name)
	}
	seen, err := readToken(req.Since)
	if err != nil {
		return nil, err
	}
	trip := s.client.Begin(rand.Text()).Account(req.Statement, req.MaxRequests) // it remembers its counts alone
	return &watch{source: s, trip: trip, table: described, updated: updated, req: req, seen: seen}, nil
}

// mark asks for what a token holds.
func (w *watch) mark(ctx context.Context) (string, error) {
	// A project that is not among those that are known is found by Changes.
	projects, err := w.source.space.Terms(ctx, w.trip, relation.Projects, nil)
	if err != nil {
		return "", err
	}
	now := token{Projects: space.IDs(projects)}
	if err := w.deletions(ctx, &now); err != nil {
		return "", err
	}
	r, err := w.reading(ctx, now.Projects)
	if err != nil {
		return "", err
	}
	if r.plan.none == "" {
		l := r.plan.last()
		for i := range l.variants {
			_, newest, err := w.latest(ctx, r, job{start: l.starts[0], variant: &l.variants[i]}, 1)
			if err != nil {
				return "", err
			}
			now.Updated = max(now.Updated, newest)
		}
	}
	return now.text()
}

func (t token) text() (string, error) {
	text, err := json.Marshal(t)
	return string(text), err
}

func (w *watch) changes(ctx context.Context) (connector.Changes, error) {
	projects, err := w.source.space.Refresh(ctx, w.trip, relation.Projects, nil)
	if err != nil {
		return connector.Changes{}, err
	}
	next := token{Projects: space.IDs(projects), Updated: w.seen.Updated}
	if err := w.deletions(ctx, &next); err != nil {
		return connector.Changes{}, err
	}
	left := func(id int64) bool { return !slices.Contains(next.Projects, id) }
	if w.req.Since == "" || slices.ContainsFunc(w.seen.Projects, left) {
		w.gone = nil
	}
	r, err := w.reading(ctx, next.Projects)
	if err != nil {
		return connector.Changes{}, err
	}
	pages, newest, err := w.pages(ctx, r)
	if err != nil {
		return connector.Changes{}, err
	}
	total := int64(0)
	if pages == nil && w.req.Since != "" {
		if total, err = newReading(r.plan, w.trip, nil, nil, r.width).count(ctx); err != nil {
			return connector.Changes{}, err
		}
	}
	if pages == nil {
		pages = r.all
	}
	next.Updated = max(next.Updated, newest)
	text, err := next.text()
	if err != nil {
		return connector.Changes{}, err
	}
	rows := newScan(ctx, w.source.memory, r, pages, 0)
	return connector.Changes{Rows: changed{rows, total}, Token: text}, nil
}

// changed are the rows that changed, of which the server tells how many there
// are where they are more than a page: who has fewer may rather fetch all.
type changed struct {
	*scan
	total int64
}

// Report adds the number of rows.
func (c changed) Report() connector.Report {
	report := c.scan.Report()
	report.Progress.TotalRows = c.total
	return report
}

// RowRequests is how many requests for rows and counts the scan made.
func (s *scan) RowRequests() int64 {
	tally := s.reading.trip.Tally()
	return tally.Data + tally.Count
}

// deletions asks which issues were deleted since, and notes the last activity that
// tells of one.
func (w *watch) deletions(ctx context.Context, next *token) error {
	now := w.source.clock.Now()
	if w.seen.Deleted < 0 && now.Sub(time.Unix(w.seen.Refused, 0)) < askedAgain {
		next.Deleted, next.Refused = w.seen.Deleted, w.seen.Refused
		return nil
	}
	query := url.Values{"activityTypeId[]": {issueDeleted}, "order": {"asc"}}
	limit := int64(0)
	if w.req.Since == "" || w.seen.Deleted < 0 {
		query.Set("order", "desc") // where to begin the next time
		limit = 1
	} else {
		query.Set("minId", strconv.FormatInt(w.seen.Deleted, 10))
		w.gone = []int64{}
	}
	last := max(w.seen.Deleted, 0)
	for rows, err := range w.trip.ByID(ctx, rest.Call{Path: "/space/activities", Query: query, Purpose: rest.Data}, limit) {
		if connector.KindOf(err) == connector.Unauthorized && err != nil || rest.Code(err) == noResource {
			w.gone = nil
			next.Deleted, next.Refused = -1, now.Unix()
			return nil
		}
		if err != nil {
			return err
		}
		for _, row := range rows {
			last = max(last, row.Get("id").Int())
			if id := row.Get("content.id").Int(); w.gone != nil && row.Get("id").Int() != w.seen.Deleted {
				w.gone = append(w.gone, id)
			}
		}
	}
	next.Deleted = last
	return nil
}

// askedAgain is how long who may not read activities is believed not to.
const askedAgain = 24 * time.Hour

// Facts of Backlog's API: the type of the activity that tells of a deletion, and
// the code of the error that something is not there.
const (
	issueDeleted = "4"
	noResource   = 6
)

// reading makes the plan of what is to be read: what changed since; everything
// where there is a project that was not seen before.
func (w *watch) reading(ctx context.Context, projects []int64) (*reading, error) {
	req := connector.ScanRequest{Table: w.req.Table, Columns: w.req.Columns}
	further := func(id int64) bool { return !slices.Contains(w.seen.Projects, id) }
	if w.seen.Updated > 0 && !slices.ContainsFunc(projects, further) {
		since := w.seen.Updated - overlap.Microseconds()
		req.Where = []connector.Predicate{{
			Column: w.updated.Name, Op: connector.Ge, Values: []connector.Value{connector.TimestampOf(since)},
		}}
	}
	p, err := w.source.plan(ctx, w.trip, req)
	if err != nil {
		return nil, err
	}
	return w.source.reading(ctx, p, w.trip, w.source.width)
}

// pages returns when the newest of the changed rows was changed, and what gives
// them where they fit into one page: that page is read here and is all, because
// one answer is of one moment. It returns no pages where there are more.
func (w *watch) pages(ctx context.Context, r *reading) (func(context.Context) iter.Seq2[page, error], int64, error) {
	l := r.plan.last()
	if r.plan.none != "" {
		return r.all, 0, nil
	}
	var newest int64
	for i := range l.variants {
		j := job{start: l.starts[0], variant: &l.variants[i]}
		rows, last, err := w.latest(ctx, r, j, w.source.pageSize)
		if err != nil {
			return nil, 0, err
		}
		newest = max(newest, last)
		if len(l.variants) == 1 && len(rows) < w.source.pageSize {
			kept, err := r.keep(0, rows)
			if err != nil {
				return nil, 0, err
			}
			return func(context.Context) iter.Seq2[page, error] {
				return func(yield func(page, error) bool) { yield(kept, nil) }
			}, newest, nil
		}
	}
	return nil, newest, nil
}

// latest asks for the first n rows of a job, what changed last first, and
// returns them and when the newest of them was changed.
func (w *watch) latest(ctx context.Context, r *reading, j job, n int) (rows page, newest int64, err error) {
	call, err := r.call(0, j)
	if err != nil {
		return nil, 0, err
	}
	call.Query = maps.Clone(call.Query)
	call.Query.Set("sort", w.updated.Sort)
	call.Query.Set("order", "desc")
	call.Query.Set("count", strconv.Itoa(n))
	body, err := r.trip.Get(ctx, call)
	if err != nil {
		return nil, 0, err
	}
	row := relation.Row{Table: r.plan.last().table, Terms: r.terms, Fixed: j.start}
	for one := range row.Answer(gjson.ParseBytes(body)) {
		at, err := relation.Cell(one, w.updated, r.zone)
		if err != nil {
			return nil, 0, err
		}
		newest = max(newest, at.Int())
		rows = append(rows, one)
	}
	return rows, newest, nil
}

// keyReader returns a reader of ids as the key of a table.
func (s *Source) keyReader(described *connector.Table, ids []int64) (array.RecordReader, error) {
	schema, err := described.Schema(described.Key)
	if err != nil {
		return nil, err
	}
	b := array.NewRecordBuilder(s.memory, schema)
	defer b.Release()
	for _, id := range ids {
		if err := connector.AppendValue(b.Field(0), connector.IntOf(id)); err != nil {
			return nil, err
		}
	}
	batch := b.NewRecordBatch()
	defer batch.Release()
	return array.NewRecordReader(schema, []arrow.RecordBatch{batch})
}
