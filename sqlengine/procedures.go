package sqlengine

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/sqlengine/duck"
)

// procedures knows what the session's sources can do beside giving rows. A
// source is asked once, when a statement calls something of it.
type procedures struct {
	known map[string][]*procedure // by source
}

// procedure is a procedure of a source as the session sees it. In SQL it is a
// macro in the source's schema, over our own table function.
type procedure struct {
	source    *NamedSource
	described *connector.Procedure
	// id is empty until the procedure is first used. Then the running catalog has
	// its macro, and where planned says so, the planning catalog, too.
	id      duck.ProcedureID
	planned bool
}

// proceduresOf returns the procedures of a source, none of one that has none.
func (s *Session) proceduresOf(ctx context.Context, source *NamedSource) ([]*procedure, error) {
	if known, ok := s.procedures.known[source.Name]; ok {
		return known, nil
	}
	offering, ok := connector.As[connector.Procedures](source.Source)
	if !ok {
		return nil, nil
	}
	described, err := offering.Procedures(ctx)
	if err != nil && connector.KindOf(err) != connector.Unimplemented {
		return nil, fmt.Errorf("procedures of %s: %w", source.Name, err)
	}
	list := make([]*procedure, len(described))
	for i := range described {
		list[i] = &procedure{source: source, described: &described[i]}
	}
	if s.procedures.known == nil {
		s.procedures.known = map[string][]*procedure{}
	}
	s.procedures.known[source.Name] = list
	return list, nil
}

// Procedures returns what the sources can do beside giving rows, by their names.
// Those that can do nothing are left out.
func (s *Session) Procedures(ctx context.Context) (map[string][]connector.Procedure, error) {
	all := map[string][]connector.Procedure{}
	for i := range s.engine.cfg.Sources {
		source := &s.engine.cfg.Sources[i]
		list, err := s.proceduresOf(ctx, source)
		if err != nil {
			return nil, err
		}
		for _, p := range list {
			all[source.Name] = append(all[source.Name], *p.described)
		}
	}
	return all, nil
}

// forget notes that the planning catalog is gone.
func (p *procedures) forget() {
	for _, list := range p.known {
		for _, procedure := range list {
			procedure.planned = false
		}
	}
}

// drop unregisters all procedures.
func (p *procedures) drop(db *duck.DB) {
	for _, list := range p.known {
		for _, procedure := range list {
			db.DropProcedure(procedure.id)
		}
	}
}

// find returns the procedure of an id, and named one that a source is known to
// have.
func (p *procedures) find(id string) (*procedure, bool) {
	return p.where(func(procedure *procedure) bool { return string(procedure.id) == id })
}

func (p *procedures) named(source, name string) (*procedure, bool) {
	return p.where(func(procedure *procedure) bool {
		return procedure.source.Name == source && strings.EqualFold(procedure.described.Name, name)
	})
}

func (p *procedures) where(is func(*procedure) bool) (*procedure, bool) {
	for _, list := range p.known {
		if i := slices.IndexFunc(list, is); i >= 0 {
			return list[i], true
		}
	}
	return nil, false
}

// supplyProcedure makes the procedures of that name known to DuckDB, of the
// sources of which the statement calls one. It answers false where there is none
// that is not there yet.
func (s *Session) supplyProcedure(ctx context.Context, name string, stmt statement) (bool, error) {
	made := false
	for _, source := range s.sourcesCalled(stmt, name) {
		list, err := s.proceduresOf(ctx, source)
		if err != nil {
			return false, err
		}
		for _, p := range list {
			if !strings.EqualFold(p.described.Name, name) {
				continue
			}
			ok, err := s.makeProcedure(ctx, p)
			if err != nil {
				return false, fmt.Errorf("procedure %s: %w", p.name(), err)
			}
			made = made || ok
		}
	}
	return made, nil
}

// sourcesCalled returns the sources of which a statement calls a procedure of
// that name: those before the dot, or those of the search path. Where its text
// has no such call, a view or a macro has it, and it may be of any source.
func (s *Session) sourcesCalled(stmt statement, name string) []*NamedSource {
	calls := stmt.calls(name)
	var called []*NamedSource
	for i := range s.engine.cfg.Sources {
		source := &s.engine.cfg.Sources[i]
		inPath := strings.Contains(","+s.path+",", ","+quote(runCatalog, source.Name)+",")
		if len(calls) == 0 || slices.ContainsFunc(calls, func(c calling) bool {
			return strings.EqualFold(c.schema, source.Name) || c.schema == "" && inPath
		}) {
			called = append(called, source)
		}
	}
	return called
}

// makeProcedure makes the macro of a procedure in the catalogs that are there.
// It answers false where nothing is new.
func (s *Session) makeProcedure(ctx context.Context, p *procedure) (bool, error) {
	made := false
	if p.id == "" {
		schema, err := p.schema()
		if err != nil {
			return false, err
		}
		id, err := s.db.RegisterProcedure(duck.Procedure{Schema: schema, Bind: func(texts []connector.Value) (func([]int) (duck.Feed, error), error) {
			return s.bindCall(p, texts)
		}})
		if err != nil {
			return false, err
		}
		if err := s.conn.Exec(ctx, p.macroSQL(runCatalog, id)); err != nil {
			s.db.DropProcedure(id)
			return false, err
		}
		p.id, made = id, true
	}
	if s.planning && !p.planned {
		if err := s.conn.Exec(ctx, p.macroSQL(planCatalog, p.id)); err != nil {
			return false, err
		}
		p.planned, made = true, true
	}
	return made, nil
}

// successColumn is what a call answers whose procedure returns nothing.
const successColumn = "Success"

// schema returns the columns of the answer.
func (p *procedure) schema() (*arrow.Schema, error) {
	if len(p.described.Result) == 0 {
		return arrow.NewSchema([]arrow.Field{{Name: successColumn, Type: arrow.FixedWidthTypes.Boolean}}, nil), nil
	}
	answer := connector.Table{Name: p.described.Name, Columns: p.described.Result}
	return answer.Schema(answer.ColumnNames())
}

// macroSQL makes the procedure's macro. Every argument may be left out there;
// which must not be is seen when a call is bound, where there are words for it.
func (p *procedure) macroSQL(catalog string, id duck.ProcedureID) string {
	names := make([]string, len(p.described.Arguments))
	var texts []string
	for i := range p.described.Arguments {
		a := &p.described.Arguments[i]
		names[i] = quote(a.Name) + " := NULL"
		texts = append(texts, argumentText(a), "system.main.hex(CAST("+quote(a.Name)+" AS VARCHAR))")
	}
	return fmt.Sprintf("CREATE OR REPLACE MACRO %s(%s) AS TABLE SELECT * FROM %s",
		quote(catalog, p.source.Name, p.described.Name), strings.Join(names, ", "), id.SQL(texts))
}

// name returns the procedure's name as a person writes it.
func (p *procedure) name() string {
	return connector.QuoteName(p.source.Name) + "." + connector.QuoteName(p.described.Name)
}

// form says how the procedure is called.
func (p *procedure) form() string {
	arguments := make([]string, len(p.described.Arguments))
	for i := range p.described.Arguments {
		a := &p.described.Arguments[i]
		arguments[i] = connector.QuoteName(a.Name) + " " + argumentType(a)
		if a.Nullable {
			arguments[i] += " := NULL"
		}
	}
	return p.name() + "(" + strings.Join(arguments, ", ") + ")"
}
