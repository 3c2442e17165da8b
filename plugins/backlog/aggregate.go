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
// the last group has the rest.
func (s *Source) Aggregate(ctx context.Context, req connector.AggregateRequest) (array.RecordReader, error) {
	if err := ended(ctx); err != nil {
		return nil, err
	}
	trip := s.client.Begin(req.Statement)
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
		if groups, err = s.groups(ctx, p, req.GroupBy); err != nil {
			return nil, err
		}
	}
	return groupReader(s.memory, schema, groups)
}

// group is a group of rows: what its columns hold, and the parameters that ask
// for its rows.
type group struct {
	values []connector.Value
	query  url.Values
	rows   int64
}

// within returns the parameters that ask for those rows of a query that are in
// the group.
func (g *group) within(query url.Values) url.Values {
	narrower := maps.Clone(query)
	maps.Copy(narrower, g.query)
	return narrower
}

// notCounted says that reading is the better way.
func notCounted(why string) error {
	return connector.Errorf(connector.Unimplemented, "groups are counted by reading: %s", why)
}

// grouping is what there is to count: groups that are parts of one request.
type grouping struct {
	reading *reading
	base    job
	groups  []group
	total   int64 // the rows of all groups
}

// grouping decides how to group: by counts, where reading would take more
// requests. It makes the one that counts all rows.
func (s *Source) grouping(ctx context.Context, p *planner, by []string) (*grouping, error) {
	l := p.plan.last()
	if len(p.chain) != 1 || !p.plan.countable() || len(l.starts) != 1 || len(l.variants) != 1 || len(by) == 0 {
		return nil, notCounted("no one request counts the rows")
	}
	groups, err := p.possible(ctx, by)
	if err != nil {
		return nil, err
	}
	g := &grouping{
		reading: newReading(p.plan, p.trip, nil, nil, s.width),
		base:    job{start: l.starts[0], variant: &l.variants[0]}, groups: groups,
	}
	if g.total, err = g.reading.countJob(ctx, 0, g.base); err != nil {
		return nil, err
	}
	if g.total == 0 {
		g.groups = nil
		return g, nil
	}
	pages := (g.total + int64(s.pageSize) - 1) / int64(s.pageSize)
	if int64(len(groups)) >= pages {
		return nil, notCounted("there are as many groups as pages")
	}
	return g, nil
}

// groups counts the rows of each group, and proves that none is missing.
func (s *Source) groups(ctx context.Context, p *planner, by []string) ([]group, error) {
	g, err := s.grouping(ctx, p, by)
	if err != nil {
		return nil, err
	}
	asked := g.groups
	if all := g.together(); all != nil && p.open(by) {
		n, err := g.reading.countJob(ctx, 0, job{start: g.base.start, variant: all})
		if err != nil {
			return nil, err
		}
		if n != g.total {
			return nil, notCounted("some rows are in none of the known groups")
		}
		asked = g.groups[:len(g.groups)-1] // the last has the rest
	}
	if err := g.reading.countGroups(ctx, g.base, asked); err != nil {
		return nil, err
	}
	rest := g.total
	for _, one := range asked {
		rest -= one.rows
	}
	if len(asked) < len(g.groups) {
		g.groups[len(asked)].rows = rest
	} else if rest != 0 {
		return nil, notCounted("some rows are in none of the known groups")
	}
	if rest < 0 {
		return nil, notCounted("rows changed meanwhile")
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

// dimension is what the columns of one parameter can hold.
type dimension struct {
	param   string
	columns []*relation.Column
	at      []int // the columns' places among those grouped by
	terms   []space.Term
	// null is the parameter's value that asks for rows without one; empty where
	// there are none.
	null string
}

// possible returns the groups that there can be.
func (p *planner) possible(ctx context.Context, by []string) ([]group, error) {
	dimensions, err := p.dimensions(ctx, by)
	if err != nil {
		return nil, err
	}
	groups := []group{{values: make([]connector.Value, len(by)), query: url.Values{}}}
	for _, d := range dimensions {
		var finer []group
		for _, g := range groups {
			finer = append(finer, d.split(g)...)
		}
		groups = finer
	}
	return groups, nil
}

// dimensions finds what the columns can hold: at most two parameters tell it.
func (p *planner) dimensions(ctx context.Context, by []string) ([]*dimension, error) {
	var list []*dimension
	for i, name := range by {
		c, _ := p.chain[0].Column(name)
		filter := c.Filter
		named := filter.How == relation.Closed || filter.How == relation.Open
		if !named || filter.Param == "" || filter.Many || !c.Required && filter.Null == "" {
			return nil, notCounted("column " + c.Name + " has no known set of values")
		}
		at := slices.IndexFunc(list, func(d *dimension) bool { return d.param == filter.Param })
		if at < 0 {
			d, err := p.dimension(ctx, c)
			if err != nil {
				return nil, err
			}
			at, list = len(list), append(list, d)
		}
		list[at].columns, list[at].at = append(list[at].columns, c), append(list[at].at, i)
	}
	if len(list) > 2 {
		return nil, notCounted("more than two things are grouped by")
	}
	// Projects come first: they tell which terms the others can have.
	slices.SortStableFunc(list, func(a, b *dimension) int { return a.rank() - b.rank() })
	return list, nil
}

func (d *dimension) rank() int {
	if len(d.columns) > 0 && d.columns[0].Filter.Of == relation.Projects {
		return 0
	}
	return 1
}

// dimension returns the terms that a column can have, under what the plan's
// request names already.
func (p *planner) dimension(ctx context.Context, c *relation.Column) (*dimension, error) {
	terms, err := p.terms(ctx, &condition{column: c})
	if err != nil {
		return nil, err
	}
	d := &dimension{param: c.Filter.Param, terms: terms}
	asked, narrowed := p.plan.last().variants[0].query[d.param]
	if narrowed {
		d.terms = slices.DeleteFunc(slices.Clone(terms), func(t space.Term) bool {
			return !slices.Contains(asked, strconv.FormatInt(t.ID, 10))
		})
	}
	if !c.Required && (!narrowed || slices.Contains(asked, c.Filter.Null)) {
		d.null = c.Filter.Null
	}
	if _, _, whole := splitParam(d.null); whole {
		return nil, notCounted("rows without a value are asked for otherwise")
	}
	return d, nil
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
