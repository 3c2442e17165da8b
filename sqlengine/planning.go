package sqlengine

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/sqlengine/duck"
	"github.com/trackql/trackql/sqlengine/plan"
)

// planned are the statements that DuckDB makes a plan of. Others read tables
// only through what they name.
var planned = map[string]bool{
	"SELECT": true, "WITH": true, "FROM": true, "VALUES": true, "TABLE": true,
	"PIVOT": true, "UNPIVOT": true, "PIVOT_WIDER": true, "PIVOT_LONGER": true, "SUMMARIZE": true,
	"INSERT": true, "UPDATE": true, "DELETE": true, "MERGE": true, "CREATE": true, "COPY": true, "": true,
}

// asksCatalog tells whether the statement may look at the catalog itself: then
// it must show the tables of all sources, and nothing of ours.
func asksCatalog(s statement) bool {
	switch s.keyword(0) {
	case "SHOW", "PRAGMA", "DESCRIBE", "DESC", "CALL":
		return true
	}
	for _, t := range s.tokens {
		name := strings.ToLower(t.name(s.text))
		if strings.HasPrefix(name, "duckdb_") || strings.HasPrefix(name, "pragma_") ||
			name == "information_schema" || strings.HasPrefix(name, "pg_") || strings.HasPrefix(name, "sqlite_") {
			return true
		}
	}
	return false
}

// planText is a statement as it is planned: the running catalog's name and the
// parameters are replaced, so places in it are mapped back.
type planText struct {
	text  string
	edits []edit
}

type edit struct{ at, was, is int } // a token at a byte of the statement, and its lengths

// newPlanText puts the values of the parameters into the statement, and the
// name of the planning catalog.
func newPlanText(s statement, params []connector.Value) (planText, error) {
	var p planText
	var text strings.Builder
	last, asked := 0, 0
	for i, t := range s.tokens {
		replacement := ""
		switch {
		case t.kind == parameter:
			v, err := parameterValue(t.text(s.text), asked, params)
			if err != nil {
				return p, err
			}
			asked++
			replacement = "(" + v.String() + ")"
		case strings.EqualFold(t.name(s.text), runCatalog) && i+1 < len(s.tokens) && s.tokens[i+1].is(s.text, "."):
			replacement = planCatalog
		default:
			continue
		}
		text.WriteString(s.text[last:t.start])
		text.WriteString(replacement)
		p.edits = append(p.edits, edit{t.start, t.end - t.start, len(replacement)})
		last = t.end
	}
	text.WriteString(s.text[last:])
	p.text = text.String()
	return p, nil
}

// parameterValue finds the value of a parameter: ? is the asked-th, $2 the
// second.
func parameterValue(text string, asked int, params []connector.Value) (connector.Value, error) {
	n := asked
	if text != "?" {
		number, err := strconv.Atoi(text[1:])
		if err != nil {
			return connector.Value{}, connector.Errorf(connector.Invalid, "the parameter %s has no number", text).
				WithHint("Write ? or $1.")
		}
		n = number - 1
	}
	if n < 0 || n >= len(params) {
		return connector.Value{}, connector.Errorf(connector.Invalid, "the parameter %s has no value: %d values were given", text, len(params))
	}
	return params[n], nil
}

// original maps a byte of the planned text to the statement's.
func (p planText) original(at int) int {
	shift := 0
	for _, e := range p.edits {
		if at < e.at+shift+e.is {
			return min(at-shift, e.at+max(e.was-1, 0))
		}
		shift += e.is - e.was
	}
	return at - shift
}

// plan opens a transaction and asks DuckDB for the statement's plan in it,
// making the shadows that it turns out to need. The statement must then run in
// that same transaction, or now() is another. Where it returns an error there
// is no transaction.
func (s *Session) plan(ctx context.Context, stmt statement, text planText) (*plan.Plan, error) {
	if err := s.attachPlanning(ctx); err != nil {
		return nil, err
	}
	for { // every round makes at least one shadow, so they end
		if err := s.conn.Exec(ctx, "BEGIN"); err != nil {
			return nil, err
		}
		p, err := s.planOnce(ctx, text)
		if err == nil {
			return p, nil
		}
		if rollback := s.conn.Exec(context.WithoutCancel(ctx), "ROLLBACK"); rollback != nil {
			return nil, errors.Join(err, rollback)
		}
		var refusal *plan.Refusal
		if !errors.As(err, &refusal) {
			return nil, err
		}
		made := false
		if refusal.Subtype == "MISSING_ENTRY" {
			if made, err = s.supply(ctx, refusal.Name); err != nil {
				return nil, err
			}
		}
		if !made {
			return nil, s.refused(ctx, refusal, stmt, text)
		}
	}
}

// planPath is the search path in the planning catalog.
func (s *Session) planPath() string {
	return strings.ReplaceAll(s.path, quote(runCatalog)+".", quote(planCatalog)+".")
}

// inPlanning runs do with the planning catalog's search path.
func (s *Session) inPlanning(ctx context.Context, do func() error) error {
	if err := s.setPath(ctx, s.planPath()); err != nil {
		return err
	}
	return errors.Join(do(), s.setPath(context.WithoutCancel(ctx), s.path))
}

// planOnce asks for the plan, with each set of optimizers until one serves.
func (s *Session) planOnce(ctx context.Context, text planText) (p *plan.Plan, err error) {
	options := plan.Options{NoPushdown: s.engine.cfg.NoPushdown}
	for _, disabled := range s.optimizers {
		var answer string
		err = s.inPlanning(ctx, func() error {
			answer, err = s.serializePlan(ctx, text.text, disabled)
			return err
		})
		if err != nil {
			return nil, err
		}
		p, err = plan.Read([]byte(answer), s.catalog.table, options)
		var refusal *plan.Refusal
		if !errors.As(err, &refusal) || refusal.Type != "internal" {
			break
		}
	}
	return p, err
}

func (s *Session) serializePlan(ctx context.Context, text, disabled string) (string, error) {
	if err := s.conn.Exec(ctx, "SET disabled_optimizers = "+connector.QuoteText(disabled)); err != nil {
		return "", err
	}
	rows, err := s.conn.Strings(ctx, plan.Query, duck.Param{Value: connector.TextOf(text)})
	if reset := s.conn.Exec(context.WithoutCancel(ctx), "SET disabled_optimizers = ''"); err == nil {
		err = reset
	}
	if err != nil {
		return "", err
	}
	return rows[0][0], nil
}

func (s *Session) attachPlanning(ctx context.Context) error {
	if s.planning {
		return nil
	}
	steps := []string{"ATTACH ':memory:' AS " + planCatalog}
	for _, source := range s.engine.cfg.Sources {
		steps = append(steps, "CREATE SCHEMA "+quote(planCatalog, source.Name))
	}
	for _, step := range steps {
		if err := s.conn.Exec(ctx, step); err != nil {
			return fmt.Errorf("planning catalog: %w", err)
		}
	}
	s.planning = true
	return nil
}

// detachPlanning takes the planning catalog away: before statements that look
// at the catalog, and after those that changed it.
func (s *Session) detachPlanning(ctx context.Context) error {
	if !s.planning {
		return nil
	}
	if err := s.conn.Exec(ctx, "DETACH "+planCatalog); err != nil {
		return fmt.Errorf("planning catalog: %w", err)
	}
	s.planning = false
	s.catalog.forgetShadows()
	return nil
}

// supply makes what is missing in the planning catalog under a name: shadows of
// the sources' tables, a saved query, or what the session itself has made. It
// answers false where there is nothing of that name to make.
func (s *Session) supply(ctx context.Context, name string) (bool, error) {
	relations, err := s.catalog.named(ctx, name)
	if err != nil {
		return false, err
	}
	made := false
	for _, r := range relations {
		if r.shadowed {
			continue
		}
		if err := s.shadow(ctx, r); err != nil {
			return false, err
		}
		made = true
	}
	if made {
		return true, nil
	}
	return s.supplyLocal(ctx, name)
}

// supplyLocal makes a saved query, or a table or view of the session, known to
// the planning catalog.
func (s *Session) supplyLocal(ctx context.Context, name string) (bool, error) {
	if err := s.makeSaved(ctx, name); err != nil {
		return false, err
	}
	rows, err := s.conn.Strings(ctx, `
		SELECT schema_name, table_name, '' AS sql FROM duckdb_tables()
		WHERE database_name = $1 AND lower(table_name) = lower($2)
		UNION ALL SELECT schema_name, view_name, sql FROM duckdb_views()
		WHERE database_name = $1 AND lower(view_name) = lower($2)`,
		duck.Param{Value: connector.TextOf(runCatalog)}, duck.Param{Value: connector.TextOf(name)})
	if err != nil || len(rows) == 0 {
		return false, err
	}
	made := false
	for _, row := range rows {
		ok, err := s.mirror(ctx, row[0], row[1], row[2])
		if err != nil {
			return false, err
		}
		made = made || ok
	}
	return made, nil
}

// mirror makes a table, or a view from its SQL, in the planning catalog.
func (s *Session) mirror(ctx context.Context, schema, name, sql string) (bool, error) {
	if err := s.conn.Exec(ctx, "CREATE SCHEMA IF NOT EXISTS "+quote(planCatalog, schema)); err != nil {
		return false, err
	}
	if sql == "" {
		sql = fmt.Sprintf("CREATE TABLE %s AS SELECT * FROM %s WITH NO DATA", quote(planCatalog, schema, name), quote(runCatalog, schema, name))
		return s.madeNew(ctx, sql)
	}
	columns, query, ok := viewParts(sql)
	if !ok {
		return false, nil
	}
	text, err := newPlanText(newStatement(query, tokenize(query)), nil)
	if err != nil {
		return false, err
	}
	for {
		var made bool
		err := s.inPlanning(ctx, func() (err error) {
			made, err = s.madeNew(ctx, "CREATE VIEW "+quote(planCatalog, schema, name)+columns+" AS "+text.text)
			return err
		})
		missing, ok := missingTable(err)
		if !ok {
			return made, err
		}
		if made, err := s.supply(ctx, missing); err != nil || !made {
			return false, err
		}
	}
}

// madeNew runs a CREATE; one that is there already is not new.
func (s *Session) madeNew(ctx context.Context, sql string) (bool, error) {
	err := s.conn.Exec(ctx, sql)
	var refused *duck.Error
	if errors.As(err, &refused) && strings.Contains(refused.Message, "already exists") {
		return false, nil
	}
	return err == nil, err
}

// viewParts returns the column list of a CREATE VIEW, as it stands there or
// empty, and its query.
func viewParts(sql string) (columns, query string, ok bool) {
	open := -1
	for _, t := range tokenize(sql) {
		switch {
		case t.is(sql, "(") && open < 0:
			open = t.start
		case t.is(sql, "AS"):
			if open >= 0 {
				columns = sql[open:t.start]
			}
			return columns, strings.TrimRight(sql[t.end:], "; \n"), true
		}
	}
	return "", "", false
}

// missingTable returns the name that a catalog error says is not there.
func missingTable(err error) (string, bool) {
	var refused *duck.Error
	if !errors.As(err, &refused) || refused.Type != "catalog" {
		return "", false
	}
	rest, ok := strings.CutPrefix(refused.Message, "Table with name ")
	if !ok {
		return "", false
	}
	name, _, ok := strings.Cut(rest, " does not exist")
	if !ok {
		return "", false
	}
	name = strings.Trim(name, `"`)
	return name[strings.LastIndexByte(name, '.')+1:], true
}

// makeSaved makes a saved query in the running catalog, the first time that it
// is named.
func (s *Session) makeSaved(ctx context.Context, name string) error {
	for _, v := range s.engine.cfg.Views {
		if !strings.EqualFold(v.Name, name) || s.saved[v.Name] {
			continue
		}
		s.saved[v.Name] = true
		if err := s.createView(ctx, v); err != nil {
			return err
		}
	}
	return nil
}

// createView makes a saved query a view, with the tables that it turns out to
// read.
func (s *Session) createView(ctx context.Context, v View) error {
	for {
		err := s.conn.Exec(ctx, "CREATE VIEW "+quote(runCatalog, "main", v.Name)+" AS "+v.SQL)
		if err == nil {
			return nil
		}
		missing, ok := missingTable(err)
		if !ok {
			return brokenView(v.Name, err)
		}
		made, failed := s.supplyRunning(ctx, missing)
		if failed != nil {
			return failed
		}
		if !made {
			return brokenView(v.Name, err)
		}
	}
}

// brokenView says why a saved query is none.
func brokenView(name string, err error) error {
	var refused *duck.Error
	if !errors.As(err, &refused) {
		return fmt.Errorf("view %s: %w", name, err)
	}
	e := duckError(refused.Type, refused.Message)
	return connector.Errorf(connector.Invalid, "view %s: %w", name, e.Err).
		WithHint("Mend the saved query where it was written, under views.")
}

// supplyRunning makes the views of the relations of that name, or a saved
// query. It answers false where there is none that is not there yet.
func (s *Session) supplyRunning(ctx context.Context, name string) (bool, error) {
	relations, err := s.catalog.named(ctx, name)
	if err != nil {
		return false, err
	}
	made := false
	for _, r := range relations {
		made = made || r.scan == ""
		if err := s.use(ctx, r); err != nil {
			return false, err
		}
	}
	if made {
		return true, nil
	}
	for _, v := range s.engine.cfg.Views {
		if strings.EqualFold(v.Name, name) && !s.saved[v.Name] {
			return true, s.makeSaved(ctx, v.Name)
		}
	}
	return false, nil
}
