package backlog

import (
	"context"
	"net/url"
	"slices"
	"strconv"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
	"github.com/trackql/trackql/plugins/backlog/internal/rest"
	"github.com/trackql/trackql/plugins/backlog/internal/space"
)

// notCounted says that reading is the better way.
func notCounted(why string) error {
	return connector.Errorf(connector.Unimplemented, "groups are counted by reading: %s", why)
}

// asManyAsPages is why groups are read that would take as many requests.
const asManyAsPages = "there are as many groups as pages"

// grouping is what there is to count: groups that are parts of one request.
type grouping struct {
	reading *reading
	base    job
	groups  []group
	total   int64 // the rows of all groups
}

// newGrouping returns a grouping of which nothing has been asked yet.
func (s *Source) newGrouping(p *planner, by []string) (*grouping, []*dimension, error) {
	l := p.plan.last()
	if len(p.chain) != 1 || !p.plan.countable() || len(l.starts) != 1 || len(l.variants) != 1 || len(by) == 0 {
		return nil, nil, notCounted("no one request counts the rows")
	}
	dimensions, err := p.dimensions(by)
	if err != nil {
		return nil, nil, err
	}
	return &grouping{
		reading: newReading(p.plan, p.trip, nil, nil, s.width),
		base:    job{start: l.starts[0], variant: &l.variants[0]},
	}, dimensions, nil
}

// onePage asks for the first page, where conditions may leave so few rows that
// it has all of them: then it is all that reading takes, and the error says so.
// Where it does not, it is one request for nothing, so it is not made where
// conditions leave many rows, nor where the number of rows is known.
func (s *Source) onePage(ctx context.Context, p *planner, by []string) error {
	g, dimensions, err := s.newGrouping(p, by)
	if err != nil {
		return err
	}
	if g.base.variant.paging != relation.Offset || !fewRows(p.plan.last().conditions) || g.least(dimensions) == 0 {
		return nil
	}
	call, err := g.reading.call(0, g.base)
	if err != nil {
		return err
	}
	count, err := g.reading.countCall(0, g.base, call)
	if err != nil {
		return err
	}
	if _, known := p.trip.KnownCount(count); known {
		return nil
	}
	few, err := p.trip.Few(ctx, rest.OffsetScan{Call: call, Count: count})
	if err == nil && few {
		err = notCounted("one page has all rows")
	}
	return err
}

// fewRows guesses whether conditions leave few rows: some on days, people, words
// and the like do, or on two vocabularies; one state of issues is that of many.
func fewRows(conditions []condition) bool {
	closed := map[string]bool{}
	for _, c := range conditions {
		switch {
		case c.column.Filter.Of == relation.Projects:
		case c.column.Filter.How != relation.Closed:
			return true
		default:
			closed[c.column.Filter.Param] = true
		}
	}
	return len(closed) > 1
}

// grouping decides how to group: by counts, where reading would take more
// requests. It makes the one that counts all rows, and only then asks what the
// terms are.
func (s *Source) grouping(ctx context.Context, p *planner, by []string) (*grouping, error) {
	g, dimensions, err := s.newGrouping(p, by)
	if err != nil {
		return nil, err
	}
	if g.total, err = g.reading.countJob(ctx, 0, g.base); err != nil || g.total == 0 {
		return g, err
	}
	pages := (g.total + int64(s.pageSize) - 1) / int64(s.pageSize)
	least := g.least(dimensions)
	if least > 0 && readsOfSearch*least+p.unasked(ctx, dimensions) >= readsOfSearch*pages {
		return nil, notCounted(asManyAsPages)
	}
	if g.groups, err = p.possible(ctx, dimensions, len(by)); err != nil {
		return nil, err
	}
	if g.asks() >= pages {
		return nil, notCounted(asManyAsPages)
	}
	return g, nil
}

// readsOfSearch is how many requests for terms weigh as much as one count: there
// are so many more of them in a minute's allowance.
const readsOfSearch = 4

// asks is how many requests the groups take, after the one for all rows.
func (g *grouping) asks() int64 {
	query := g.base.variant.query
	asked := int64(0)
	for i := range g.groups {
		if !sameQuery(query, g.groups[i].within(query)) {
			asked++
		}
	}
	return asked
}

// least is how many requests the groups take at least, as far as that is known
// without the terms; 0 where there is one group at most.
func (g *grouping) least(dimensions []*dimension) int64 {
	groups := int64(1)
	for _, d := range dimensions {
		groups *= d.least(g.base.variant.query)
	}
	if groups == 1 {
		return 0
	}
	return groups
}

// unasked is how many requests the terms of dimensions take.
func (p *planner) unasked(ctx context.Context, dimensions []*dimension) int64 {
	sum := 0
	for _, d := range dimensions {
		sum += p.source.space.Unasked(ctx, d.columns[0].Filter.Of, space.IDs(p.inQuestion))
	}
	return int64(sum)
}

// dimension is what the columns of one parameter can hold.
type dimension struct {
	param   string
	columns []*relation.Column
	at      []int // the columns' places among those grouped by
	terms   []space.Term
	// null is the parameter's value that asks for rows without one; empty where
	// there are none, or nothing asks for them.
	null string
	// rest says that the rows without a value are those that are in no other
	// group.
	rest bool
}

// possible returns the groups that there can be, whose columns are so many.
func (p *planner) possible(ctx context.Context, dimensions []*dimension, columns int) ([]group, error) {
	groups := []group{{values: make([]connector.Value, columns), query: url.Values{}}}
	for _, d := range dimensions {
		if err := p.learnTerms(ctx, d); err != nil {
			return nil, err
		}
		var finer []group
		for _, g := range groups {
			finer = append(finer, d.split(g)...)
		}
		groups = finer
	}
	return groups, nil
}

// dimensions finds what the columns are about: at most two parameters tell it.
func (p *planner) dimensions(by []string) ([]*dimension, error) {
	var list []*dimension
	for i, name := range by {
		c, _ := p.chain[0].Column(name)
		filter := c.Filter
		named := filter.How == relation.Closed || filter.How == relation.Open
		if !named || filter.Param == "" || filter.Many || !c.Required && filter.Null == "" && !endless(c) {
			return nil, notCounted("column " + c.Name + " has no known set of values")
		}
		at := slices.IndexFunc(list, func(d *dimension) bool { return d.param == filter.Param })
		if at < 0 {
			d, err := p.dimension(c)
			if err != nil {
				return nil, err
			}
			at, list = len(list), append(list, d)
		}
		list[at].columns, list[at].at = append(list[at].columns, c), append(list[at].at, i)
	}
	switch {
	case len(list) > 2:
		return nil, notCounted("more than two things are grouped by")
	case len(list) == 2 && (list[0].rest || list[1].rest):
		return nil, notCounted("rows without a value can be counted of one thing only")
	}
	// Projects come first: they tell which terms the others can have.
	slices.SortStableFunc(list, func(a, b *dimension) int { return a.rank() - b.rank() })
	return list, nil
}

// endless tells whether a column has no values but those of a vocabulary that
// nobody can change: what none of its terms has is NULL.
func endless(c *relation.Column) bool {
	return c.Filter.How == relation.Closed && c.Filter.Of == relation.Resolutions
}

func (d *dimension) rank() int {
	if len(d.columns) > 0 && d.columns[0].Filter.Of == relation.Projects {
		return 0
	}
	return 1
}

// dimension returns what is known of a column's parameter without its terms.
func (p *planner) dimension(c *relation.Column) (*dimension, error) {
	d := &dimension{param: c.Filter.Param}
	asked, narrowed := p.plan.last().variants[0].query[d.param]
	if !c.Required && (!narrowed || slices.Contains(asked, c.Filter.Null)) {
		d.null, d.rest = c.Filter.Null, c.Filter.Null == ""
	}
	if _, _, whole := splitParam(d.null); whole {
		return nil, notCounted("rows without a value are asked for otherwise")
	}
	return d, nil
}

// leastTerms is how many terms the vocabularies have at least that nobody can
// take them from; of people, it is what makes a team.
var leastTerms = map[relation.Vocabulary]int64{
	relation.Statuses: 4, relation.Priorities: 3, relation.Resolutions: 5, relation.People: 3,
}

// least is how many groups a dimension makes at least, in the rows of a query.
func (d *dimension) least(query url.Values) int64 {
	of := d.columns[0].Filter.Of
	groups := max(1, leastTerms[of])
	if asked, narrowed := query[d.param]; narrowed && (of == relation.Projects || int64(len(asked)) < groups) {
		groups = int64(len(asked))
	} else if d.null != "" {
		groups++
	}
	return groups
}

// learnTerms asks for the terms that a dimension can have, under what the
// plan's request names already.
func (p *planner) learnTerms(ctx context.Context, d *dimension) error {
	terms, err := p.terms(ctx, &condition{column: d.columns[0]})
	if err != nil {
		return err
	}
	d.terms = terms
	if asked, narrowed := p.plan.last().variants[0].query[d.param]; narrowed {
		d.terms = slices.DeleteFunc(slices.Clone(terms), func(t space.Term) bool {
			return !slices.Contains(asked, strconv.FormatInt(t.ID, 10))
		})
	}
	return nil
}
