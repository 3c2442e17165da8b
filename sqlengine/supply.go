package sqlengine

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/sqlengine/duck"
)

// supply makes what a statement misses in the planning catalog under a name: a
// saved query, or what the session itself has made, and else shadows of the
// sources' tables. What is the session's own comes first, as it does where the
// statement runs. It answers false where there is nothing new to make.
func (s *Session) supply(ctx context.Context, name string, stmt statement) (bool, error) {
	if s.local || len(s.engine.cfg.Views) > 0 {
		if made, err := s.supplyLocal(ctx, name, stmt); err != nil || made {
			return made, err
		}
	}
	relations, err := s.catalog.named(ctx, name, stmt)
	if err != nil {
		return false, err
	}
	made := false
	for _, r := range relations {
		if r.shadow != "" {
			continue
		}
		if err := s.makeShadow(ctx, r); err != nil {
			return false, err
		}
		made = true
	}
	return made, nil
}

// supplyLocal makes a saved query, or a table or view of the session, known to
// the planning catalog.
func (s *Session) supplyLocal(ctx context.Context, name string, stmt statement) (bool, error) {
	if err := s.makeSaved(ctx, name); err != nil && stmt.bare(name) {
		return false, err
	}
	rows, err := s.conn.Strings(ctx, `
		SELECT schema_name, table_name, '' AS sql FROM duckdb_tables()
		WHERE database_name = $1 AND lower(table_name) = lower($2)
		UNION ALL SELECT schema_name, view_name, sql FROM system.main.duckdb_views()
		WHERE database_name = $1 AND lower(view_name) = lower($2)`,
		duck.Param{Value: connector.TextOf(runCatalog)}, duck.Param{Value: connector.TextOf(name)})
	if err != nil || len(rows) == 0 {
		return false, err
	}
	made := false
	for _, row := range rows {
		if _, ours := s.catalog.find(row[0], row[1]); ours {
			continue // a source's view
		}
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
	key := strings.ToLower(quote(schema, name))
	if !ok || s.mirroring[key] { // a view that reads a source's table of its own name
		return false, nil
	}
	s.mirroring[key] = true
	defer delete(s.mirroring, key)
	inner := newStatement(query, tokenize(query))
	text, err := newPlanText(inner, nil)
	if err != nil {
		return false, err
	}
	text, _ = s.withoutFiles(ctx, text)
	for {
		var made bool
		err := s.inPlanning(ctx, func() (err error) {
			made, err = s.madeNew(ctx, "CREATE VIEW "+quote(planCatalog, schema, name)+columns+" AS "+text.text)
			return err
		})
		supply := s.supply
		missing, ok := missingTable(err)
		if !ok {
			missing, ok = missingFunction(err)
			supply = s.supplyProcedure
		}
		if !ok {
			return made, err
		}
		if made, err := supply(ctx, missing, inner); err != nil || !made {
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
	name, ok := missingName(refused.Message)
	return name[strings.LastIndexByte(name, '.')+1:], ok
}
