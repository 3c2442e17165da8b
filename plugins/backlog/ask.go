package backlog

import (
	"context"
	"errors"
	"iter"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/tidwall/gjson"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
	"github.com/trackql/trackql/plugins/backlog/internal/rest"
)

// call makes the request of a job, with the words of its path filled in.
func (r *reading) call(at int, j job) (rest.Call, error) {
	l := &r.plan.levels[at]
	path, err := r.fill(l, j, j.variant.path, url.PathEscape)
	if err != nil {
		return rest.Call{}, err
	}
	text, err := r.fill(l, j, l.table.Query, url.QueryEscape)
	if err != nil {
		return rest.Call{}, err
	}
	query, err := url.ParseQuery(text)
	if err != nil {
		return rest.Call{}, connector.Errorf(connector.Internal, "table %s: %w", l.table.Name, err)
	}
	maps.Copy(query, j.variant.query)
	return rest.Call{Path: path, Query: query, Category: j.variant.category, Purpose: rest.Data, Rows: l.table.Rows, ID: l.table.ID, Page: l.table.Page}, nil
}

// countCall makes of a job's request the one that counts its rows.
func (r *reading) countCall(at int, j job, call rest.Call) (rest.Call, error) {
	if j.variant.count == "" {
		return rest.Call{}, nil
	}
	text, err := r.fill(&r.plan.levels[at], j, j.variant.count, url.PathEscape)
	if err != nil {
		return rest.Call{}, err
	}
	path, own, _ := strings.Cut(text, "?")
	query, err := url.ParseQuery(own)
	if err != nil {
		return rest.Call{}, connector.Errorf(connector.Internal, "table %s: %w", r.plan.levels[at].table.Name, err)
	}
	if own == "" {
		query = conditionsOf(call.Query)
	}
	return rest.Call{Path: path, Query: query, Category: call.Category, Purpose: rest.Count}, nil
}

// fill puts what a job knows in the places of the words of a text.
func (r *reading) fill(l *level, j job, text string, escape func(string) string) (string, error) {
	var fault error
	filled := fill(text, func(word string) string {
		if f := l.table.Folders; f != nil && word == f.Column {
			return folderPath(j.folder)
		}
		v, err := r.word(l, j, word)
		if err != nil && fault == nil {
			fault = err
		}
		return escape(wordText(v))
	})
	return filled, fault
}

// word returns what a word of a path stands for.
func (r *reading) word(l *level, j job, word string) (connector.Value, error) {
	if v, ok := j.start[word]; ok {
		return v, nil
	}
	column, ok := l.table.Column(word)
	if !ok {
		return connector.Value{}, connector.Errorf(connector.Internal, "table %s has no column %s", l.table.Name, word)
	}
	return relation.Cell(relation.Row{Table: l.table, Parent: j.parent, Terms: r.terms}, column, r.zone)
}

func wordText(v connector.Value) string {
	if v.Kind() == connector.TextValue {
		return v.Text()
	}
	return v.String()
}

// folderPath writes a folder as a part of a path: without slashes at its ends.
func folderPath(folder string) string {
	parts := strings.Split(strings.Trim(folder, "/"), "/")
	for i, part := range parts {
		parts[i] = url.PathEscape(part)
	}
	return strings.Join(parts, "/")
}

// answers gives the rows of a request, or of a series of pages, as they come.
func (r *reading) answers(ctx context.Context, at int, j job, call rest.Call, limit int64) iter.Seq2[page, error] {
	l := &r.plan.levels[at]
	row := relation.Row{Table: l.table, Parent: j.parent, Terms: r.terms, Fixed: l.fixed(j.start)}
	switch j.variant.paging {
	case relation.Offset:
		return func(yield func(page, error) bool) {
			count, err := r.countCall(at, j, call)
			if err != nil {
				yield(nil, err)
				return
			}
			scan := rest.OffsetScan{
				Call: call, Count: count, Limit: limit, Lazy: r.lazy, Stable: stableUnder(call.Query),
			}
			r.listed(ctx, l, row, scan)(yield)
		}
	case relation.ByMinID:
		return rowsOf(row, r.trip.ByID(ctx, call, limit))
	}
	return func(yield func(page, error) bool) {
		body, err := r.trip.Get(ctx, call)
		if err != nil {
			yield(nil, l.refused(err))
			return
		}
		answer := gjson.ParseBytes(body)
		var rows page
		for one := range row.Answer(answer) {
			rows = append(rows, one)
		}
		if !l.expects(answer, rows) {
			yield(nil, r.trip.Unexpected(call))
			return
		}
		if l.table.Path == issueList {
			r.trip.See(kindOf(l, call), []gjson.Result{answer})
		}
		yield(rows, nil)
	}
}

// expects tells whether an answer can be one for a level's table: whether there
// is the place of the rows, and the first of them has one of the columns.
func (l *level) expects(answer gjson.Result, rows page) bool {
	if len(rows) == 0 {
		return l.table.Rows == "" || answer.Get(l.table.Rows).Exists()
	}
	own := false
	for i := range l.table.Columns {
		c := &l.table.Columns[i]
		if c.Path == "" || c.Of != "" {
			continue
		}
		if own = true; rows[0].JSON.Get(c.Path).Exists() {
			return true
		}
	}
	return !own
}

// rowsOf makes rows of the elements of pages.
func rowsOf(row relation.Row, pages iter.Seq2[[]gjson.Result, error]) iter.Seq2[page, error] {
	return func(yield func(page, error) bool) {
		for elements, err := range pages {
			rows := make(page, 0, len(elements))
			for _, element := range elements {
				for one := range row.Rows(element) {
					rows = append(rows, one)
				}
			}
			if !yield(rows, err) || err != nil {
				return
			}
		}
	}
}

// fixed returns the values of columns that no answer gives.
func (l *level) fixed(start known) known {
	if len(l.pseudo) == 0 {
		return start
	}
	all := maps.Clone(l.pseudo)
	maps.Copy(all, start)
	return all
}

// fixedParams are the parameters whose conditions a row satisfies always or
// never, and those that have nothing to do with which rows there are.
var fixedParams = []string{
	"projectId[]", "id[]", "createdUserId[]", "createdSince", "createdUntil", "sort", "order", "expand[]",
}

// stableUnder returns what tells whether a row was there, in its place, since a
// moment: one that was not created later; and that was not changed later, unless
// no change moves it, because rows come in the order of their creation, under
// conditions that ask for nothing that changes.
func stableUnder(query url.Values) func(row gjson.Result, since time.Time) bool {
	times := []string{"created"}
	changes := func(param string) bool { return !slices.Contains(fixedParams, param) }
	if query.Get("sort") != sortCreated || slices.ContainsFunc(slices.Collect(maps.Keys(query)), changes) {
		times = append(times, "updated")
	}
	return func(row gjson.Result, since time.Time) bool { return before(row, times, since) }
}

// before tells whether the times of a row are before a moment. A time that it
// does not have is.
func before(row gjson.Result, times []string, since time.Time) bool {
	for _, name := range times {
		value := row.Get(name)
		if value.Type != gjson.String {
			continue
		}
		at, err := time.Parse(time.RFC3339, value.Str)
		if err != nil || !at.Before(since) {
			return false
		}
	}
	return true
}

// refused returns the error about a level's request, with the way for one who is
// no administrator and asks for the people of the space.
func (l *level) refused(err error) error {
	var refusal *connector.Error
	if l.table.Path != usersPath || rest.Code(err) != notAllowed || !errors.As(err, &refusal) {
		return err
	}
	told := *refusal
	return told.WithHint("Only an administrator may list the people of a space. ProjectUsers has the members of your projects: " +
		"read it in place of Users, and ask for what people have by their ids, as in WHERE UserId = 1.")
}

// The path of the people of the space, and the code of the error that refuses it
// to all but administrators.
const (
	usersPath  = "/users"
	notAllowed = 5
)

// detail asks for what a list left out of its rows, a request each.
func (r *reading) detail(ctx context.Context, at int, rows page) error {
	l := &r.plan.levels[at]
	for _, column := range l.details {
		for i := range rows {
			if rows[i].Has(&column) {
				continue
			}
			path, err := r.fillRow(&rows[i], l.table.Detail)
			if err != nil {
				return err
			}
			body, err := r.trip.Get(ctx, rest.Call{Path: path, Purpose: rest.Data})
			if err != nil {
				return err
			}
			rows[i].JSON = gjson.ParseBytes(body)
		}
	}
	return nil
}

// fillRow puts values of a row in the places of the words of a path.
func (r *reading) fillRow(row *relation.Row, path string) (string, error) {
	var fault error
	filled := fill(path, func(word string) string {
		column, ok := row.Table.Column(word)
		if !ok {
			fault = connector.Errorf(connector.Internal, "table %s has no column %s", row.Table.Name, word)
			return ""
		}
		v, err := relation.Cell(*row, column, r.zone)
		if err != nil {
			fault = err
		}
		return url.PathEscape(wordText(v))
	})
	return filled, fault
}
