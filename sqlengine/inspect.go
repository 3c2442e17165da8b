package sqlengine

import (
	"context"
	"strings"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/sqlengine/duck"
	"github.com/trackql/trackql/sqlengine/plan"
)

// changing are the statements that change the catalog, the settings or the
// program.
var changing = map[string]bool{
	"CREATE": true, "DROP": true, "ALTER": true, "COMMENT": true, "EXPORT": true, "SET": true, "RESET": true,
	"PRAGMA": true, "INSTALL": true, "FORCE": true, "LOAD": true, "UPDATE": true,
}

// inspect refuses what a statement without a plan must not change. What it
// would read is left out, so DuckDB can tell what it changes, and where.
func (s *Session) inspect(ctx context.Context, stmt statement) error {
	if !changing[stmt.keyword(0)] {
		return nil
	}
	rows, err := s.conn.Strings(ctx, plan.Query, duck.Param{Value: connector.TextOf(withoutBody(stmt))})
	if err != nil {
		return err
	}
	none := func(string, string) (*connector.Table, bool) { return nil, false }
	p, err := plan.Read([]byte(rows[0][0]), none, plan.Options{NoPushdown: true})
	if err != nil {
		return nil // DuckDB says what is wrong when the statement runs
	}
	return s.permit(&plan.Plan{Changes: p.Changes}, stmt)
}

// withoutBody returns a CREATE whose columns or query are replaced by a
// constant; another statement as it is.
func withoutBody(stmt statement) string {
	if stmt.keyword(0) != "CREATE" {
		return stmt.text
	}
	body := ""
	for _, t := range stmt.tokens {
		switch word := strings.ToUpper(t.text(stmt.text)); {
		case body == "" && (word == "TABLE" || word == "VIEW"):
			body = " AS SELECT 1"
		case body == "" && (word == "MACRO" || word == "FUNCTION"):
			body = "() AS 1"
		case body != "" && (word == "(" || word == "AS"):
			return stmt.text[:t.start] + body
		}
	}
	return stmt.text
}
