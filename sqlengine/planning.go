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
	"INSERT": true, "UPDATE": true, "DELETE": true, "TRUNCATE": true, "MERGE": true, "COPY": true, "EXPORT": true,
	"CALL": true, "CREATE": true, "DROP": true, "ALTER": true, "COMMENT": true, "": true,
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
		if n = parameterNumber(text); n < 0 {
			return connector.Value{}, connector.Errorf(connector.Invalid, "the parameter %s has no number", text).
				WithHint("Write ? or $1.")
		}
	}
	if n < 0 || n >= len(params) {
		return connector.Value{}, connector.Errorf(connector.Invalid, "the parameter %s has no value: %d values were given", text, len(params))
	}
	return params[n], nil
}

// parameterNumber returns which value $2 takes, counted from 0; -1 for a parameter
// that has a name.
func parameterNumber(text string) int {
	number, err := strconv.Atoi(text[1:])
	if err != nil {
		return -1
	}
	return number - 1
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
	if err := s.preferSaved(ctx, stmt); err != nil {
		return nil, err
	}
	w, err := s.widening(ctx, stmt, text)
	if err != nil {
		return nil, err
	}
	var filed bool // the files that the statement reads are shadows
	w.text, filed = s.withoutFiles(ctx, text)
	sought := ""
	for { // every round makes something that was missing, or seeks a name, so they end
		if err := s.conn.Exec(ctx, "BEGIN"); err != nil {
			return nil, err
		}
		p, err := s.planOnce(ctx, w.text)
		name := unresolved(p)
		if err == nil && name == sought {
			var serves bool
			if serves, err = w.serves(ctx, p); serves {
				return p, nil
			}
		}
		if rollback := s.conn.Exec(context.WithoutCancel(ctx), "ROLLBACK"); rollback != nil {
			return nil, errors.Join(err, rollback)
		}
		switch {
		case err != nil:
			if err = s.provide(ctx, w, w.text, err); err != nil && filed && ctx.Err() == nil {
				w.text, filed = text, false // as it stands, DuckDB says what is wrong
				err = w.try(ctx, nil)
			}
		case name != sought:
			sought = name
			_, err = s.supply(ctx, name, stmt)
		default:
			err = w.satisfy(ctx, p)
		}
		if err != nil {
			return nil, err
		}
	}
}

// provide makes what a statement was refused for. Where it cannot, it returns
// why the statement fails.
func (s *Session) provide(ctx context.Context, w *widening, text planText, err error) error {
	var refusal *plan.RefusedError
	if !errors.As(err, &refusal) {
		return err
	}
	if refusal.Subtype == "MISSING_ENTRY" {
		supply := s.supply
		if refusal.Entry == missingFunctionEntry {
			supply = s.supplyProcedure
		}
		if made, err := supply(ctx, refusal.Name, w.stmt); err != nil || made {
			return errors.Join(err, w.again(ctx))
		}
	}
	if mended, err := w.mend(ctx, refusal); err != nil || mended {
		return err
	}
	return s.refused(ctx, refusal, w.stmt, text)
}

// unresolved returns the name of what a statement drops or alters if it exists:
// the planning catalog may have no such thing because none was made there yet.
func unresolved(p *plan.Plan) string {
	if p == nil {
		return ""
	}
	for _, c := range p.Changes {
		if c.IfExists && c.What != "schema" {
			return c.Name
		}
	}
	return ""
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
	options := plan.Options{NoPushdown: s.engine.cfg.NoPushdown, Catalog: planCatalog, CallFunction: duck.CallFunction}
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
		var refusal *plan.RefusedError
		if err != nil && !errors.As(err, &refusal) {
			return nil, &noPlanError{err.Error()} // DuckDB wrote what is no JSON
		}
		if refusal == nil || refusal.Type != "internal" {
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
	if reset := s.conn.Exec(context.WithoutCancel(ctx), noStatistics); err == nil {
		err = reset
	}
	if err != nil {
		return "", err
	}
	return rows[0][0], nil
}

// noStatistics is how statements run. DuckDB 1.5.5 takes the least and the greatest
// value of a column of dates for midnight in UTC, and answers comparisons with
// times by them: wrongly, in any other zone.
const noStatistics = "SET disabled_optimizers = 'statistics_propagation'"

func (s *Session) attachPlanning(ctx context.Context) error {
	if s.planning {
		return nil
	}
	schemas, err := s.conn.Strings(ctx, "SELECT schema_name FROM duckdb_schemas() WHERE database_name = $1 AND NOT internal",
		duck.Param{Value: connector.TextOf(runCatalog)})
	if err != nil {
		return fmt.Errorf("planning catalog: %w", err)
	}
	steps := []string{"ATTACH ':memory:' AS " + planCatalog}
	for _, schema := range schemas {
		steps = append(steps, "CREATE SCHEMA IF NOT EXISTS "+quote(planCatalog, schema[0]))
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
	s.planning, s.files = false, nil
	s.catalog.forgetShadows()
	s.procedures.forget()
	return nil
}
