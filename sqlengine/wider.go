package sqlengine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/sqlengine/duck"
	"github.com/trackql/trackql/sqlengine/plan"
)

// To know the further columns of a table that is marked Wider takes requests,
// so they are asked for only where a statement needs them, and only for the rows
// that it reads:
//
//   - The table's shadow has one more column at its end, which nobody names. A
//     plan that reads it needs the further columns: SELECT *, a copy, a row as a
//     value. The predicates of the plan's fetch are those to ask with.
//   - A column that the binder does not find is put into the shadow on trial, for
//     a plan that tells the predicates.
//   - Any other error of the binder may come from the column that stands for
//     others: all are asked for, then the error is what it is.
//   - Where no plan can tell, all are asked for, of the tables in the text.
//
// A table that was widened stays so for the session.

// further is what a session knows of the further columns of a relation.
type further struct {
	// asked are the predicates of the rows whose further columns are known, and
	// whole says that those of all rows are.
	asked [][]connector.Predicate
	whole bool
	// settled says that the statement under way needs no more of them: nothing
	// stands for others in the shadow.
	settled bool
	// trial are columns that the shadow has on trial, of one type.
	trial []string
	of    string
}

// mostAsked bounds what is remembered of the rows that were asked about.
const mostAsked = 100

// furtherOf returns nil for a table without further columns.
func furtherOf(source *NamedSource, table *connector.Table) *further {
	if _, ok := connector.As[connector.Widener](source.Source); !ok || !table.Wider {
		return nil
	}
	return &further{}
}

// narrow tells whether a relation may have columns that are not known.
func (r *relation) narrow() bool { return r.further != nil && !r.further.whole }

// knows tells whether the further columns of rows that satisfy all predicates
// are known.
func (f *further) knows(where []connector.Predicate) bool {
	if f.whole {
		return true
	}
	return slices.ContainsFunc(f.asked, func(asked []connector.Predicate) bool {
		return !slices.ContainsFunc(asked, func(p connector.Predicate) bool {
			return !slices.ContainsFunc(where, func(q connector.Predicate) bool {
				return p.Column == q.Column && p.Op == q.Op && slices.Equal(p.Values, q.Values)
			})
		})
	})
}

func (f *further) note(where []connector.Predicate) {
	if len(where) == 0 {
		f.whole, f.asked = true, nil
		return
	}
	if len(f.asked) == mostAsked {
		f.asked = f.asked[1:]
	}
	f.asked = append(f.asked, where)
}

// definitions returns the columns that the shadow has beside the table's own.
func (r *relation) definitions() []string {
	if !r.narrow() {
		return nil
	}
	var columns []string
	for _, name := range r.further.trial {
		if _, ok := r.table.Column(name); !ok {
			columns = append(columns, quote(name)+" "+r.further.of)
		}
	}
	if !r.further.settled {
		name, sqlType := plan.FurtherColumn(plan.Ref{Source: r.source.Name, Table: r.table.Name})
		columns = append(columns, quote(name)+" "+sqlType)
	}
	return columns
}

// widen asks for the further columns of rows that satisfy all predicates, and
// makes the relation one that has them. Nothing may be reading it.
func (s *Session) widen(ctx context.Context, r *relation, where []connector.Predicate) error {
	if r.further.knows(where) {
		return nil
	}
	if ctx.Value(withoutValues{}) != nil {
		return errWithoutValues
	}
	widener, _ := connector.As[connector.Widener](r.source.Source)
	told, err := widener.Widen(ctx, r.table.Name, where)
	if err != nil {
		return fmt.Errorf("further columns of %s: %w", r.name(), err)
	}
	r.further.note(where)
	table := *r.table
	table.Columns = slices.Clone(table.Columns)
	for _, c := range told.Columns {
		if _, ok := table.Column(c.Name); !ok {
			table.Columns = append(table.Columns, c)
		}
	}
	if len(table.Columns) == len(r.table.Columns) {
		return nil
	}
	wide := *r // whoever still reads the narrow one keeps it
	wide.table, wide.scan, wide.types = &table, "", nil
	s.catalog.replace(r, &wide)
	if r.scan == "" {
		return nil
	}
	if err := s.use(ctx, &wide); err != nil {
		return err
	}
	s.db.Drop(r.scan)
	return nil
}

// replace puts a relation in the place of another one.
func (c *catalog) replace(r, by *relation) {
	for _, relations := range c.tables {
		if i := slices.Index(relations, r); i >= 0 {
			relations[i] = by
		}
	}
}

// widenAll asks for all further columns of relations.
func (s *Session) widenAll(ctx context.Context, relations []*relation) error {
	for _, r := range relations {
		if err := s.widen(ctx, r, nil); err != nil {
			return err
		}
	}
	return nil
}

// reshadow makes those shadows anew that are to look otherwise than they do.
func (s *Session) reshadow(ctx context.Context) error {
	for _, relations := range s.catalog.tables {
		for _, r := range relations {
			if r.further == nil || r.shadow == "" {
				continue
			}
			if err := s.makeShadow(ctx, r); err != nil {
				return err
			}
		}
	}
	return nil
}

// Describe returns a table of a source with all its columns, also those that
// [Session.Catalog] does not list because to know them takes requests. No
// statement may be under way.
func (s *Session) Describe(ctx context.Context, source, table string) (connector.Table, error) {
	relations, err := s.catalog.of(ctx, source)
	if err != nil {
		return connector.Table{}, err
	}
	i := slices.IndexFunc(relations, func(r *relation) bool { return strings.EqualFold(r.table.Name, table) })
	if i < 0 {
		return connector.Table{}, connector.Errorf(connector.NotFound, "there is no table %s.%s", connector.QuoteName(source), connector.QuoteName(table))
	}
	if r := relations[i]; r.narrow() {
		if err := errors.Join(s.widen(ctx, r, nil), s.reshadow(ctx)); err != nil {
			return connector.Table{}, err
		}
	}
	return *relations[i].table, nil
}

// narrowOnes returns the relations with columns that are not known which a
// statement reads, as far as its text and those of views tell.
func (s *Session) narrowOnes(ctx context.Context, stmt statement) ([]*relation, error) {
	texts, err := s.texts(ctx, stmt)
	if err != nil {
		return nil, err
	}
	var narrow []*relation
	for _, text := range texts {
		relations, err := s.catalog.within(ctx, text)
		if err != nil {
			return nil, err
		}
		for _, r := range relations {
			if r.narrow() && text.speaksOf(r.table.Name) && !slices.Contains(narrow, r) {
				narrow = append(narrow, r)
			}
		}
	}
	return narrow, nil
}

// texts returns a statement, and the queries of the views that it speaks of, of
// the views in these, and so on.
func (s *Session) texts(ctx context.Context, stmt statement) ([]statement, error) {
	views, err := s.viewTexts(ctx)
	if err != nil {
		return nil, err
	}
	texts := []statement{stmt}
	for i := 0; i < len(texts); i++ {
		for name, query := range views {
			if texts[i].speaksOf(name) {
				texts = append(texts, query)
				delete(views, name)
			}
		}
	}
	return texts, nil
}

// viewTexts returns the queries of saved queries and of the session's views.
func (s *Session) viewTexts(ctx context.Context) (map[string]statement, error) {
	views := map[string]statement{}
	for _, v := range s.engine.cfg.Views {
		if statements := split(v.SQL); len(statements) > 0 {
			views[v.Name] = statements[0]
		}
	}
	if !s.local {
		return views, nil
	}
	rows, err := s.conn.Strings(ctx, `SELECT schema_name, view_name, sql FROM system.main.duckdb_views()
		WHERE database_name IN ($1, 'temp') AND NOT internal`, duck.Param{Value: connector.TextOf(runCatalog)})
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		_, ours := s.catalog.find(row[0], row[1])
		if _, query, ok := viewParts(row[2]); ok && !ours {
			views[row[1]] = newStatement(query, tokenize(query))
		}
	}
	return views, nil
}

// speaksOf is mentions, also within text constants.
func (s statement) speaksOf(name string) bool {
	return s.mentions(name) || slices.ContainsFunc(s.tokens, func(t token) bool {
		return t.kind == literal && strings.Contains(strings.ToLower(t.text(s.text)), strings.ToLower(name))
	})
}
