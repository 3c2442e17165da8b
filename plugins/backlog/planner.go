package backlog

import (
	"context"
	"slices"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
	"github.com/trackql/trackql/plugins/backlog/internal/rest"
	"github.com/trackql/trackql/plugins/backlog/internal/space"
)

// planner makes the plan of one request. It asks for metadata, and of many keys
// how many rows they are among.
type planner struct {
	source *Source
	trip   *rest.Trip
	chain  chain
	// needs are the columns that must be known of each level's rows, by the
	// names of columns that are the level's own.
	needs []map[string]bool
	// conditions are those on each level's own columns.
	conditions [][]condition
	plan       *plan
	described  *connector.Table

	// naming are the custom fields that are columns of the table.
	naming *naming

	// inQuestion are the projects that can have rows; beforeFields those of them
	// and others that lack a custom field which a condition is on.
	inQuestion, beforeFields []space.Term
	asked                    bool // inQuestion is known
}

// plan checks a request and says what to do about it.
func (s *Source) plan(ctx context.Context, trip *rest.Trip, req connector.ScanRequest) (*plan, error) {
	p, err := s.planned(ctx, trip, req)
	if err != nil {
		return nil, err
	}
	return p.plan, nil
}

// planned returns a planner that has made its plan.
func (s *Source) planned(ctx context.Context, trip *rest.Trip, req connector.ScanRequest) (*planner, error) {
	p, err := s.planner(ctx, trip, req)
	if err != nil {
		return nil, err
	}
	p.plan.order, p.plan.limit = req.Order, req.Limit
	if p.plan.none != "" {
		return p, nil
	}
	if err := p.checkFields(ctx); err != nil {
		return nil, err
	}
	if err := p.limitToProjects(ctx); err != nil {
		return nil, err
	}
	if err := p.begin(ctx); err != nil {
		return nil, err
	}
	for at := p.plan.first; at < len(p.chain) && p.plan.none == ""; at++ {
		if err := p.shape(ctx, at); err != nil {
			return nil, err
		}
	}
	for at := p.plan.first; at < len(p.chain); at++ {
		p.plan.levels[at].conditions = p.conditions[at]
	}
	return p, nil
}

// planner returns a planner that has read the request.
func (s *Source) planner(ctx context.Context, trip *rest.Trip, req connector.ScanRequest) (*planner, error) {
	table, described, n, err := s.tableFor(ctx, trip, req)
	if err != nil {
		return nil, err
	}
	p := newPlanner(s, trip, table)
	p.described, p.naming = described, n
	if err := p.read(req, described); err != nil {
		return nil, err
	}
	p.simplify()
	return p, nil
}

func newPlanner(s *Source, trip *rest.Trip, table *relation.Table) *planner {
	way := s.tables.chainTo(table)
	p := &planner{
		source: s, trip: trip, chain: way, naming: &naming{},
		needs: make([]map[string]bool, len(way)), conditions: make([][]condition, len(way)),
		plan: &plan{chain: way, levels: make([]level, len(way))},
	}
	for at, t := range way {
		p.needs[at] = map[string]bool{}
		p.plan.levels[at].table = t
	}
	return p
}

// read takes the columns, the order and the predicates of a request.
func (p *planner) read(req connector.ScanRequest, described *connector.Table) error {
	last := len(p.chain) - 1
	for _, name := range req.Columns {
		column, ok := p.chain[last].Column(name)
		if !ok {
			return noColumn(described, name)
		}
		p.plan.columns = append(p.plan.columns, *column)
		if err := p.need(last, column.Name); err != nil {
			return err
		}
	}
	for _, key := range req.Order {
		if err := p.need(last, key.Column); err != nil {
			return err
		}
	}
	for _, w := range req.Where {
		if err := described.Check(w); err != nil {
			return err
		}
		if described.Grade(w) == connector.Unsupported {
			continue
		}
		from, err := p.chain.origin(last, w.Column)
		if err != nil {
			return err
		}
		c := condition{column: from.column, predicate: w, shown: w.String()}
		c.predicate.Column = from.column.Name
		p.conditions[from.level] = append(p.conditions[from.level], c)
	}
	return nil
}

// noColumn is the error about a column that a table does not have.
func noColumn(t *connector.Table, name string) error {
	err := connector.Errorf(connector.NotFound, "table %s has no column %q", t.Name, name)
	if near, ok := connector.Nearest(name, t.ColumnNames()); ok {
		return err.WithHint("Did you mean %s?", connector.QuoteName(near))
	}
	return err
}

// need notes that a column's value must be known.
func (p *planner) need(level int, name string) error {
	from, err := p.chain.origin(level, name)
	if err != nil {
		return err
	}
	p.needs[from.level][from.column.Name] = true
	return nil
}

// limitToProjects adds the condition that the option Project means, to every
// level whose rows say which project they are of.
func (p *planner) limitToProjects(ctx context.Context) error {
	if !p.source.limited() {
		return nil
	}
	for at, t := range p.chain {
		for i := range t.Columns {
			c := &t.Columns[i]
			if c.Of != "" || c.Filter.Of != relation.Projects || c.Filter.By != relation.ID {
				continue
			}
			projects, err := p.source.space.Projects(ctx, p.trip)
			if err != nil {
				return err
			}
			allowed := connector.Predicate{Column: c.Name, Op: connector.In}
			for _, project := range projects {
				allowed.Values = append(allowed.Values, connector.IntOf(project.ID))
			}
			// It is compared first: nothing is known of other projects.
			p.conditions[at] = slices.Insert(p.conditions[at], 0, condition{column: c, predicate: allowed})
		}
	}
	return nil
}

// simplify makes one IN of all conditions on a column that has an = or IN among
// them, and finds contradictions. NULL satisfies nothing but IS NULL.
func (p *planner) simplify() {
	for at := range p.conditions {
		all := mergeListed(asLists(p.conditions[at]))
		for i := range all {
			all[i].predicate.Values = different(all[i].predicate.Values)
		}
		for _, c := range all {
			if why := c.contradiction(all); why != "" && p.plan.none == "" {
				p.plan.none = why
			}
		}
		p.conditions[at] = all
	}
}

// mergeListed takes all conditions on a column that has an = or IN into that.
func mergeListed(conditions []condition) []condition {
	for i := range conditions {
		if !conditions[i].listed() {
			continue
		}
		for j := range conditions {
			if j != i && conditions[j].column == conditions[i].column && conditions[i].merge(conditions[j]) {
				conditions[j].column = nil
			}
		}
	}
	return slices.DeleteFunc(conditions, func(c condition) bool { return c.column == nil })
}

func (c *condition) listed() bool {
	return c.column != nil && (c.predicate.Op == connector.Eq || c.predicate.Op == connector.In)
}

// merge takes another condition on the same column into an = or IN, where it is
// one.
func (c *condition) merge(other condition) bool {
	if !c.listed() || other.predicate.Op == connector.IsNull {
		return false
	}
	var values []connector.Value
	for _, v := range c.predicate.Values {
		if other.predicate.Match(v) {
			values = append(values, v)
		}
	}
	c.predicate.Op, c.predicate.Values = connector.In, values
	if other.shown != "" {
		c.shown += " AND " + other.shown
	}
	return true
}

// contradiction says why a condition can be true of no row.
func (c *condition) contradiction(all []condition) string {
	if c.listed() && len(c.predicate.Values) == 0 {
		return c.shown + " is true of no row"
	}
	if c.predicate.Op != connector.IsNull {
		return ""
	}
	for _, other := range all {
		if other.column == c.column && other.predicate.Op != connector.IsNull {
			return c.shown + " AND " + other.shown + " is true of no row"
		}
	}
	return ""
}

// different returns constants without those that equal one before, as 1.0
// equals 1.
func different(constants []connector.Value) []connector.Value {
	var list []connector.Value
	seen := make(map[string]bool, len(constants))
	for _, v := range constants {
		name := v.String()
		if number, ok := rational(v); ok {
			name = number.RatString()
		}
		if !seen[name] {
			seen[name] = true
			list = append(list, v)
		}
	}
	return list
}
