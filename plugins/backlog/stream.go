package backlog

import (
	"context"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
	"github.com/trackql/trackql/plugins/backlog/internal/rest"
)

// reading is a plan under way: it asks, and gives the rows of each level.
type reading struct {
	plan *plan
	trip *rest.Trip
	zone *time.Location
	// terms tells what ids stand for, of columns that hold names of them.
	terms relation.Terms
	// width is how many requests are made side by side; 1 asks only when
	// somebody wants rows.
	width int
	// lazy says that the reader may stop early.
	lazy  bool
	tests [][]test
}

// page are rows that came together.
type page []relation.Row

// job is one request, or one series of pages, to be made.
type job struct {
	parent  *relation.Row
	start   known
	variant *variant
	// folder is the folder to ask for, of a table that has some.
	folder string
}

func newReading(p *plan, trip *rest.Trip, zone *time.Location, terms relation.Terms, width int) *reading {
	r := &reading{plan: p, trip: trip, zone: zone, terms: terms, width: width}
	for i := range p.levels {
		r.tests = append(r.tests, testsOf(p.levels[i].conditions))
	}
	return r
}

// all gives the rows of the plan's table, in the order asked for.
func (r *reading) all(ctx context.Context) iter.Seq2[page, error] {
	if r.plan.none != "" {
		return func(func(page, error) bool) {}
	}
	last := len(r.plan.levels) - 1
	if len(r.plan.order) > 0 && last == r.plan.first {
		return r.sorted(ctx)
	}
	return r.rows(ctx, last)
}

// rows gives the rows of a level that satisfy its conditions.
func (r *reading) rows(ctx context.Context, at int) iter.Seq2[page, error] {
	if len(r.plan.levels[at].variants) == 0 {
		return r.inside(ctx, at)
	}
	do := func(ctx context.Context, j job) iter.Seq2[page, error] { return r.ask(ctx, at, j) }
	pages := sideBySide(ctx, r.width, r.jobs(ctx, at), do)
	if r.plan.levels[at].overlap {
		pages = once(pages, idPath(r.plan.levels[at].table))
	}
	return pages
}

// inside gives the rows that are inside those of the level above.
func (r *reading) inside(ctx context.Context, at int) iter.Seq2[page, error] {
	return func(yield func(page, error) bool) {
		for above, err := range r.rows(ctx, at-1) {
			if err != nil {
				yield(nil, err)
				return
			}
			var rows page
			for i := range above {
				for row := range above[i].Within(r.plan.levels[at].table) {
					rows = append(rows, row)
				}
			}
			rows, err = r.keep(at, rows)
			if (len(rows) > 0 || err != nil) && (!yield(rows, err) || err != nil) {
				return
			}
		}
	}
}

// jobs gives what is to be asked for the rows of a level.
func (r *reading) jobs(ctx context.Context, at int) iter.Seq2[job, error] {
	l := &r.plan.levels[at]
	return func(yield func(job, error) bool) {
		if at == r.plan.first {
			for _, start := range l.starts {
				if !l.each(job{start: start}, yield) {
					return
				}
			}
			return
		}
		for parents, err := range r.rows(ctx, at-1) {
			if err != nil {
				yield(job{}, err)
				return
			}
			for i := range parents {
				if !l.each(job{parent: &parents[i]}, yield) {
					return
				}
			}
		}
	}
}

// each yields a job for each variant and folder.
func (l *level) each(j job, yield func(job, error) bool) bool {
	for i := range l.variants {
		j.variant = &l.variants[i]
		if l.table.Folders == nil {
			if !yield(j, nil) {
				return false
			}
			continue
		}
		folders := l.folders
		if folders == nil {
			folders = []string{l.table.Folders.Root}
		}
		for _, folder := range folders {
			j.folder = folder
			if !yield(j, nil) {
				return false
			}
		}
	}
	return true
}

// ask gives the rows of one job that satisfy the level's conditions.
func (r *reading) ask(ctx context.Context, at int, j job) iter.Seq2[page, error] {
	return func(yield func(page, error) bool) {
		v := j.variant
		limit := r.limit(at, v)
		call, err := r.call(at, j)
		if err != nil {
			yield(nil, err)
			return
		}
		var sum taken
		for {
			t := r.take(ctx, at, j, call, limit, yield)
			sum.came, sum.kept = sum.came+t.came, sum.kept+t.kept
			enough := r.plan.limit == 0 || sum.kept >= r.plan.limit || t.came < limit
			if t.stopped || limit == 0 || enough || v.paging != relation.Offset {
				return
			}
			// The server gave rows that do not satisfy the conditions, so those
			// that do may stand behind the limit.
			call.Query = maps.Clone(call.Query)
			call.Query.Set("offset", strconv.FormatInt(sum.came, 10))
		}
	}
}

// taken is what became of a job: how many rows came and were kept, and whether
// nobody wants more.
type taken struct {
	came, kept int64
	stopped    bool
}

// take asks for up to limit rows, and yields those that are to be kept; then
// those of the folders among them.
func (r *reading) take(
	ctx context.Context, at int, j job, call rest.Call, limit int64, yield func(page, error) bool,
) (t taken) {
	l := &r.plan.levels[at]
	var folders []string
	for rows, err := range r.answers(ctx, at, j, call, limit) {
		if err != nil && l.means(j.variant, err) {
			return t
		}
		if err == nil {
			t.came += int64(len(rows))
			folders = append(folders, l.foldersIn(rows)...)
			rows, err = r.finish(ctx, at, rows)
			t.kept += int64(len(rows))
		}
		if (len(rows) > 0 || err != nil) && (!yield(rows, err) || err != nil) {
			t.stopped = true
			return t
		}
	}
	for _, folder := range folders {
		j.folder += folder + "/"
		for rows, err := range r.ask(ctx, at, j) {
			if !yield(rows, err) || err != nil {
				t.stopped = true
				return t
			}
		}
		j.folder = strings.TrimSuffix(j.folder, folder+"/")
	}
	return t
}

// finish completes rows that came, and leaves those that satisfy the conditions.
func (r *reading) finish(ctx context.Context, at int, rows page) (page, error) {
	if err := r.detail(ctx, at, rows); err != nil {
		return nil, err
	}
	return r.keep(at, rows)
}

// means tells whether an error means that there are no rows.
func (l *level) means(v *variant, err error) bool {
	code := rest.Code(err)
	return v.absent && connector.KindOf(err) == connector.NotFound || code != 0 && slices.Contains(l.table.Optional, code)
}

// limit is how many rows of a job suffice; 0 is all. Where that is known, the
// rows are not counted.
func (r *reading) limit(at int, v *variant) int64 {
	limit := v.most
	if at == len(r.plan.levels)-1 && r.plan.limit > 0 && r.plan.exact() && len(r.plan.order) <= 1 {
		if limit == 0 || r.plan.limit < limit {
			limit = r.plan.limit
		}
	}
	return limit
}

// foldersIn returns the names of the folders among rows, where all are wanted.
func (l *level) foldersIn(rows page) []string {
	f := l.table.Folders
	if f == nil || l.folders != nil {
		return nil
	}
	var names []string
	for _, row := range rows {
		if row.JSON.Get(f.Kind).String() == f.Folder {
			names = append(names, row.JSON.Get(f.Name).String())
		}
	}
	return names
}
