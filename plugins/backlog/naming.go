package backlog

import (
	"context"
	"slices"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
	"github.com/trackql/trackql/plugins/backlog/internal/rest"
	"github.com/trackql/trackql/plugins/backlog/internal/space"
)

// naming are the custom fields of all projects as columns of Issues. It follows
// from the definitions alone: neither from what a statement asks for, nor from
// what was asked before.
type naming struct {
	columns  []space.FieldColumn
	projects []space.Project
	// refused are the projects whose fields could not be read.
	refused []space.Project
}

// Widen describes Issues with the custom fields of the projects that the
// predicates leave in question, under the names that they have in all.
func (s *Source) Widen(ctx context.Context, table string, where []connector.Predicate) (connector.Table, error) {
	base, _, err := s.table(table)
	if err != nil {
		return connector.Table{}, err
	}
	if !base.Wider {
		return connector.Table{}, connector.Errorf(connector.NotFound, "table %s has no further columns", base.Name)
	}
	trip := s.client.Begin("")
	n, err := s.naming(ctx, trip)
	if err != nil {
		return connector.Table{}, err
	}
	wide, described := s.widen(base, n)
	known := slices.DeleteFunc(slices.Clone(where), func(w connector.Predicate) bool {
		_, ok := described.Column(w.Column)
		return !ok
	})
	p := newPlanner(s, trip, wide)
	p.naming = n
	if err := p.read(connector.ScanRequest{Table: table, Where: known}, described); err != nil {
		return connector.Table{}, err
	}
	p.simplify()
	ids, err := p.projectIDs(ctx)
	if err != nil {
		return connector.Table{}, err
	}
	if err := p.checkRefused(ctx, space.IDs(p.beforeFields)); err != nil {
		return connector.Table{}, err
	}
	fixed := len(base.Columns)
	told := slices.Clone(described.Columns[:fixed])
	for i := range n.columns {
		if n.columns[i].In(ids) {
			told = append(told, described.Columns[fixed+i])
		}
	}
	described.Columns = told
	return *described, nil
}

// naming asks for the custom fields of all projects, and names their columns.
func (s *Source) naming(ctx context.Context, trip *rest.Trip) (*naming, error) {
	return s.named(s.space.Definitions(ctx, trip))
}

func (s *Source) named(d space.Definitions, err error) (*naming, error) {
	if err != nil {
		return nil, err
	}
	fixed := func(name string) bool {
		_, ok := s.tables.wider.Column(name)
		return ok
	}
	n := &naming{columns: space.Columns(d.Fields, d.Projects, fixed), projects: d.Projects, refused: d.Refused}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.latest = n
	return n, nil
}

// widened returns a table with the further columns that were named last, where
// some were: what to fetch beside what a scan is for.
func (s *Source) widened(t *relation.Table) (*relation.Table, []space.FieldColumn) {
	s.mu.Lock()
	n := s.latest
	s.mu.Unlock()
	if !t.Wider || n == nil {
		return t, nil
	}
	wide, _ := s.widen(t, n)
	return wide, n.columns
}

// widen returns a table with the columns of custom fields behind its own.
func (s *Source) widen(base *relation.Table, n *naming) (*relation.Table, *connector.Table) {
	wide, described := *base, s.describe(base)
	wide.Columns = slices.Clone(base.Columns)
	for _, c := range n.columns {
		column := c.Column(n.projects)
		wide.Columns = append(wide.Columns, column)
		described.Columns = append(described.Columns, describeField(column, c.Kind))
	}
	return &wide, &described
}

// tableFor returns a table with all columns that a request names: with those of
// custom fields where it names one that is not the table's own. They are asked
// for anew where a name is not known.
func (s *Source) tableFor(ctx context.Context, trip *rest.Trip, req connector.ScanRequest) (*relation.Table, *connector.Table, *naming, error) {
	base, described, err := s.table(req.Table)
	if err != nil {
		return nil, nil, nil, err
	}
	names := namesIn(req)
	if !base.Wider || unknownIn(described, names) == "" {
		return base, described, &naming{}, nil
	}
	n, err := s.naming(ctx, trip)
	if err != nil {
		return nil, nil, nil, err
	}
	wide, described := s.widen(base, n)
	if unknownIn(described, names) != "" {
		if n, err = s.named(s.space.RefreshDefinitions(ctx, trip)); err != nil {
			return nil, nil, nil, err
		}
		wide, described = s.widen(base, n)
	}
	return wide, described, n, nil
}

// namesIn returns the columns that a request names.
func namesIn(req connector.ScanRequest) []string {
	names := slices.Clone(req.Columns)
	for _, w := range req.Where {
		names = append(names, w.Column)
	}
	for _, key := range req.Order {
		names = append(names, key.Column)
	}
	return names
}

// unknownIn returns a name that no column of a table has; empty where all have.
func unknownIn(t *connector.Table, names []string) string {
	for _, name := range names {
		if _, ok := t.Column(name); !ok {
			return name
		}
	}
	return ""
}

// checkFields looks whether the custom fields of the projects in question are
// known, where some are wanted or compared, and warns of what has another name
// there.
func (p *planner) checkFields(ctx context.Context) error {
	used := p.usedFields()
	if len(used) == 0 {
		return nil
	}
	if _, err := p.projects(ctx); err != nil {
		return err
	}
	asked := space.IDs(p.beforeFields)
	if err := p.checkRefused(ctx, asked); err != nil {
		return err
	}
	for _, project := range p.naming.refused {
		p.plan.warn(unreadFields, "the custom fields of "+project.Key+" may not be read, so columns are named without them")
	}
	for _, f := range used {
		p.warnElsewhere(f, asked)
	}
	return nil
}

// checkRefused fails where the custom fields of a project in question may not be
// read.
func (p *planner) checkRefused(ctx context.Context, ids []int64) error {
	for _, project := range p.naming.refused {
		if !slices.Contains(ids, project.ID) {
			continue
		}
		if _, err := p.source.space.Fields(ctx, p.trip, []int64{project.ID}); err != nil {
			return err
		}
	}
	return nil
}

// The codes of warnings about custom fields: of projects that do not tell theirs,
// and of a name that another column has in the projects in question.
const (
	unreadFields = "unread-fields"
	otherField   = "other-field"
)

// warnElsewhere warns of a column that is empty in the projects in question,
// where a field of that name is another column.
func (p *planner) warnElsewhere(f *space.FieldColumn, ids []int64) {
	if f.In(ids) {
		return
	}
	var others []string
	for i := range p.naming.columns {
		if other := &p.naming.columns[i]; !other.Alias && other.Alike(f) && other.In(ids) {
			others = append(others, connector.QuoteName(other.Name))
		}
	}
	if len(others) > 0 {
		p.plan.warn(otherField, connector.QuoteName(f.Name)+
			" is empty here: in the projects in question, the custom field of that name is "+listed(others))
	}
}
