package sqlengine

import (
	"context"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/sqlengine/duck"
)

// OwnTable is a table or view of a session itself, such as a saved query.
type OwnTable struct {
	Name string
	// View says that it is a view, as saved queries are.
	View    bool
	Columns []OwnColumn
}

// OwnColumn is a column of an [OwnTable], with its type in SQL.
type OwnColumn struct {
	Name, Type string
}

// Own returns the session's tables and views, and the saved queries, by name. It
// asks no source for further columns, unless a saved query names some. No
// statement may be under way.
func (s *Session) Own(ctx context.Context) ([]OwnTable, error) {
	if _, err := s.makeAllSaved(ctx); err != nil {
		return nil, err
	}
	rows, err := s.conn.Strings(ctx, `SELECT table_name, column_name, data_type,
			((database_oid, table_oid) IN (SELECT (database_oid, view_oid) FROM system.main.duckdb_views()))::VARCHAR
		FROM system.main.duckdb_columns()
		WHERE schema_name = 'main' AND database_name <> $1 AND NOT internal ORDER BY table_name, column_index`,
		duck.Param{Value: connector.TextOf(planCatalog)})
	if err != nil {
		return nil, err
	}
	var own []OwnTable
	for _, row := range rows {
		if n := len(own); n == 0 || own[n-1].Name != row[0] {
			own = append(own, OwnTable{Name: row[0], View: row[3] == "true"})
		}
		last := &own[len(own)-1]
		last.Columns = append(last.Columns, OwnColumn{Name: row[1], Type: row[2]})
	}
	return own, nil
}
