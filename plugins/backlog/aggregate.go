package backlog

import (
	"context"
	"iter"
	"maps"
	"net/url"
	"slices"
	"strconv"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
	"github.com/trackql/trackql/plugins/backlog/internal/space"
)

// Aggregate counts the rows of each group by a request of its own, where the
// groups are terms of vocabularies and reading would take more requests. One
// count more, of all rows, proves that no group is missing; it is what reading
// would ask first, too. Where the rows of all groups together can be counted,
// that comes before the groups: people who have left are in none of them. Then
// the last group has the rest. What the terms are is asked last, where it can
// still be that counting is cheaper.
func (s *Source) Aggregate(ctx context.Context, req connector.AggregateRequest) (array.RecordReader, error) {
	if err := ended(ctx); err != nil {
		return nil, err
	}
	trip := s.begin(req.Statement, req.MaxRequests)
	p, err := s.planned(ctx, trip, connector.ScanRequest{Table: req.Table, Columns: req.GroupBy, Where: req.Where})
	if err != nil {
		return nil, err
	}
	schema, err := p.described.Schema(req.GroupBy)
	if err != nil {
		return nil, err
	}
	var groups []group
	if p.plan.none == "" {
		groups, err = s.groups(ctx, p, req.GroupBy)
	} else {
		err = p.plan.unwarned()
	}
	if err != nil {
		return nil, err
	}
	return groupReader(s.memory, schema, groups)
}

// group is a group of rows: what its columns hold, and the parameters that ask
// for its rows.
type group struct {
	values []connector.Value
	query  url.Values
	// rest says that it has the rows that no other group has: nothing asks for
	// them alone.
	rest bool
	rows int64
}

// within returns the parameters that ask for those rows of a query that are in
// the group.
func (g *group) within(query url.Values) url.Values {
	narrower := maps.Clone(query)
	maps.Copy(narrower, g.query)
	return narrower
}

// groups counts the rows of each group, and proves that none is missing.
func (s *Source) groups(ctx context.Context, p *planner, by []string) ([]group, error) {
	if err := s.onePage(ctx, p, by); err != nil {
		return nil, err
	}
	g, err := s.grouping(ctx, p, by)
	if err != nil || g.total == 0 {
		return nil, err
	}
	last := len(g.groups) - 1
	if last < 0 {
		return nil, notCounted("the rows are in none of the known groups")
	}
	rest := g.groups[last].rest
	if all := g.together(); all != nil && !rest && p.open(by) {
		n, err := g.reading.countJob(ctx, 0, job{start: g.base.start, variant: all})
		if err != nil {
			return nil, err
		}
		if n != g.total {
			return nil, notCounted("some rows are in none of the known groups")
		}
		rest = true
	}
	asked, left := g.groups, g.total
	if rest {
		asked = g.groups[:last]
	}
	if err := g.reading.countGroups(ctx, g.base, asked); err != nil {
		return nil, err
	}
	for _, one := range asked {
		left -= one.rows
	}
	switch {
	case left < 0:
		return nil, notCounted("rows changed meanwhile")
	case rest:
		g.groups[last].rows = left
	case left > 0:
		return nil, notCounted("some rows are in none of the known groups")
	}
	return slices.DeleteFunc(g.groups, func(g group) bool { return g.rows == 0 }), nil
}

// open tells whether a column may have values that its vocabulary does not know.
func (p *planner) open(by []string) bool {
	return slices.ContainsFunc(by, func(name string) bool {
		c, ok := p.chain[0].Column(name)
		return ok && c.Filter.How == relation.Open
	})
}

// together returns the request for the rows of all groups, where the groups
// differ in one parameter; nil where they do not, where it would be too long, or
// where it is the request for all rows and proves nothing.
func (g *grouping) together() *variant {
	if len(g.groups) < 2 {
		return nil
	}
	all := map[string][]string{}
	for _, one := range g.groups {
		for param, values := range one.query {
			all[param] = append(all[param], values...)
		}
	}
	v := *g.base.variant
	v.query = (&group{query: all}).within(v.query)
	if len(all) != 1 || len(v.query.Encode()) > maxQuery || sameQuery(v.query, g.base.variant.query) {
		return nil
	}
	return &v
}

func sameQuery(a, b url.Values) bool { return maps.EqualFunc(a, b, slices.Equal[[]string]) }

// countGroups asks for the number of rows of each group.
func (r *reading) countGroups(ctx context.Context, base job, groups []group) error {
	jobs := func(yield func(job, error) bool) {
		for i := range groups {
			v := *base.variant
			v.query = groups[i].within(v.query)
			if !yield(job{start: base.start, variant: &v}, nil) {
				return
			}
		}
	}
	one := func(ctx context.Context, j job) iter.Seq2[int64, error] {
		return func(yield func(int64, error) bool) { yield(r.countJob(ctx, 0, j)) }
	}
	i := 0
	for n, err := range sideBySide(ctx, r.width, jobs, one) {
		if err != nil {
			return err
		}
		groups[i].rows = n
		i++
	}
	return ended(ctx)
}

// split makes of a group one for each set of values that the columns can have in
// it: terms that look alike are one group.
func (d *dimension) split(g group) []group {
	var finer []group
	places := map[string]int{}
	for _, t := range d.terms {
		if !d.in(g, t) {
			continue
		}
		values := slices.Clone(g.values)
		name := ""
		for i, c := range d.columns {
			values[d.at[i]] = t.Value(c.Filter.By)
			name += values[d.at[i]].String() + "\x00"
		}
		id := strconv.FormatInt(t.ID, 10)
		at, ok := places[name]
		if !ok {
			at = len(finer)
			places[name] = at
			finer = append(finer, group{values: values, query: maps.Clone(g.query)})
		}
		if !slices.Contains(finer[at].query[d.param], id) {
			finer[at].query[d.param] = append(finer[at].query[d.param], id)
		}
	}
	if d.null != "" {
		query := maps.Clone(g.query)
		query[d.param] = []string{d.null}
		finer = append(finer, group{values: g.values, query: query})
	}
	if d.rest {
		finer = append(finer, group{values: g.values, query: g.query, rest: true})
	}
	return finer
}

// in tells whether rows of a group can have a term: one of their projects.
func (d *dimension) in(g group, t space.Term) bool {
	projects, ok := g.query["projectId[]"]
	return !ok || t.Project == 0 || slices.Contains(projects, strconv.FormatInt(t.Project, 10))
}

// groupReader streams groups: their columns, and how many rows they have.
func groupReader(mem memory.Allocator, keys *arrow.Schema, groups []group) (array.RecordReader, error) {
	count := arrow.Field{Name: "count", Type: arrow.PrimitiveTypes.Int64}
	schema := arrow.NewSchema(append(slices.Clone(keys.Fields()), count), nil)
	b := array.NewRecordBuilder(mem, schema)
	defer b.Release()
	for _, g := range groups {
		for i, v := range append(slices.Clone(g.values), connector.IntOf(g.rows)) {
			if err := connector.AppendValue(b.Field(i), v); err != nil {
				return nil, err
			}
		}
	}
	batch := b.NewRecordBatch()
	defer batch.Release()
	return array.NewRecordReader(schema, []arrow.RecordBatch{batch})
}
