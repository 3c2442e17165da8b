package backlog

import (
	"context"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

// shape decides how the rows of a level are asked for: what its conditions, and
// those of the tables inside of it, make of the requests.
func (p *planner) shape(ctx context.Context, at int) error {
	t, l := p.chain[at], &p.plan.levels[at]
	l.details = p.details(at)
	if t.Path == "" {
		return nil
	}
	if single := p.single(at); single != nil {
		return p.shapeKeys(ctx, at, single)
	}
	return p.shapeList(ctx, at)
}

// shapeList asks for all rows that the conditions leave, by a list.
func (p *planner) shapeList(ctx context.Context, at int) error {
	t, l := p.chain[at], &p.plan.levels[at]
	f := newForm()
	if err := p.applyAll(ctx, f, at); err != nil {
		return err
	}
	if err := p.sendProjects(ctx, f, t); err != nil {
		return err
	}
	if f.none != "" {
		p.plan.none = f.none
		return nil
	}
	p.applyPresence(f, at)
	queries, overlap := f.slices(p.further(at))
	l.overlap = overlap
	for _, query := range queries {
		l.variants = append(l.variants, variant{
			path: t.Path, query: query, category: t.Category, paging: t.Paging,
			count: countPath(t, query), most: f.most(query), absent: p.absent(at),
		})
	}
	l.folders = p.folders(at)
	return nil
}

// applyAll applies the conditions of a level and of those inside of it; pseudo
// columns first, because nothing else can take their place.
func (p *planner) applyAll(ctx context.Context, f *form, at int) error {
	if err := p.learn(ctx, at); err != nil {
		return err
	}
	for _, echo := range []bool{true, false} {
		for level := at; level < len(p.chain) && p.chain.asked(level) == at; level++ {
			for i := range p.conditions[level] {
				c := &p.conditions[level][i]
				if (c.column.Filter.How == relation.Echo) != echo {
					continue
				}
				if err := p.apply(ctx, f, at, level, c); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// sendProjects names the projects in question to a table that can be asked by
// project, also where no condition does: the server wants them, and the option
// Project counts.
func (p *planner) sendProjects(ctx context.Context, f *form, t *relation.Table) error {
	for i := range t.Columns {
		filter := t.Columns[i].Filter
		if filter.How != relation.Closed || filter.Of != relation.Projects || filter.Param == "" || f.none != "" {
			continue
		}
		projects, err := p.projects(ctx)
		if err != nil {
			return err
		}
		f.narrow(filter.Param, idTexts(projects), "there is no such project")
		return nil
	}
	return nil
}

// applyPresence asks only for rows that have what the next table is inside of,
// where the server can tell.
func (p *planner) applyPresence(f *form, at int) {
	if at+1 >= len(p.chain) || p.chain[at+1].Inside == "" {
		return
	}
	for i := range p.chain[at].Columns {
		c := &p.chain[at].Columns[i]
		if c.Present && c.Filter.How == relation.Flag && c.Path == p.chain[at+1].Inside {
			f.set(c.Filter.Param, "true")
		}
	}
}

// further returns the parameters that no condition makes: what wanted columns
// need, and the order.
func (p *planner) further(at int) url.Values {
	query := p.expand(at)
	if sort, descending := p.sort(at); sort != "" {
		query.Set("sort", sort)
		query.Set("order", map[bool]string{false: "asc", true: "desc"}[descending])
	}
	return query
}

// expand returns the parameters that make answers hold the wanted columns.
func (p *planner) expand(at int) url.Values {
	query := url.Values{}
	t := p.chain[at]
	for i := range t.Columns {
		c := &t.Columns[i]
		if name, value, ok := splitParam(c.Expand); ok && p.wants(at, c) && !slices.Contains(query[name], value) {
			query[name] = append(query[name], value)
		}
	}
	return query
}

// wants tells whether a column's value is needed: asked for, or compared here.
func (p *planner) wants(at int, c *relation.Column) bool {
	return p.needs[at][c.Name] || slices.ContainsFunc(p.conditions[at], func(k condition) bool { return k.column == c })
}

// sort returns the order in which to ask for rows: the one wanted, else that in
// which rows were created, which no change of a row disturbs.
func (p *planner) sort(at int) (param string, descending bool) {
	if at == len(p.chain)-1 && len(p.plan.order) > 0 {
		if c, ok := p.chain[at].Column(p.plan.order[0].Column); ok && c.Sort != "" {
			return c.Sort, p.plan.order[0].Descending
		}
	}
	for i := range p.chain[at].Columns {
		if c := &p.chain[at].Columns[i]; c.Sort == sortCreated {
			return c.Sort, false
		}
	}
	return "", false
}

const sortCreated = "created"

// details returns the wanted columns that may take a request for each row.
func (p *planner) details(at int) []relation.Column {
	var list []relation.Column
	for i := range p.chain[at].Columns {
		if c := &p.chain[at].Columns[i]; c.Detail && p.wants(at, c) {
			list = append(list, *c)
		}
	}
	return list
}

// absent tells whether not found means no row: where the request, not a row of
// the parent, named what to ask for.
func (p *planner) absent(at int) bool {
	return at == p.plan.first && slices.ContainsFunc(p.plan.levels[at].starts, func(k known) bool { return len(k) > 0 })
}

// countPath returns the path that counts what a query asks for. One with a query
// of its own takes nothing else.
func countPath(t *relation.Table, query url.Values) string {
	_, _, own := strings.Cut(t.Count, "?")
	if own && len(conditionsOf(query)) > 0 {
		return ""
	}
	return t.Count
}

// conditionsOf returns a query without what only says how rows are to be given.
func conditionsOf(query url.Values) url.Values {
	narrowed := maps.Clone(query)
	for _, name := range []string{"sort", "order", "expand[]"} {
		delete(narrowed, name)
	}
	return narrowed
}

// most is how many rows a query has at most: those of the ids in it.
func (f *form) most(query url.Values) int64 {
	for param, l := range f.lists {
		if l.unique {
			return int64(len(query[param]))
		}
	}
	return 0
}

// single returns the condition that makes one request a row, where none names
// rows in a list.
func (p *planner) single(at int) *condition {
	if at != 0 || p.plan.first != 0 {
		return nil
	}
	var found *condition
	for i := range p.conditions[at] {
		c := &p.conditions[at][i]
		if !c.listed() {
			continue
		}
		switch c.column.Filter.How {
		case relation.Echo:
			return nil // only the list can be searched
		case relation.List:
			if slices.Equal(p.chain[at].Key, []string{c.column.Name}) {
				return nil
			}
		case relation.Single:
			found = c
		}
	}
	return found
}

// shapeSingle asks for each row by a request of its own.
func (p *planner) shapeSingle(l *level, c *condition, query url.Values) {
	for _, text := range pathTexts(c) {
		path := fill(c.column.Filter.Param, func(string) string { return url.PathEscape(text) })
		l.variants = append(l.variants, variant{path: path, query: query, most: 1, absent: true})
	}
	if len(l.variants) == 0 {
		p.plan.none = c.shown + " is true of no row"
	}
	c.grade = connector.Exact
}

// folders returns the folders to ask for; nil is all of them.
func (p *planner) folders(at int) []string {
	t := p.chain[at]
	if t.Folders == nil {
		return nil
	}
	for i := range p.conditions[at] {
		c := &p.conditions[at][i]
		if c.column.Name != t.Folders.Column || !c.listed() {
			continue
		}
		c.grade = connector.Exact
		var list []string
		for _, v := range c.predicate.Values {
			if isFolder(v.Text()) {
				list = append(list, v.Text())
			}
		}
		if len(list) == 0 {
			p.plan.none = c.shown + " is true of no row"
		}
		return list
	}
	return nil
}

// isFolder tells whether a text can be a folder: one with . and .. for steps
// would make the address of something else.
func isFolder(text string) bool {
	return !slices.ContainsFunc(strings.Split(text, "/"), func(step string) bool { return step == "." || step == ".." })
}
