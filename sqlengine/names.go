package sqlengine

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/sqlengine/duck"
)

// selectNode is what matters of DuckDB's own syntax tree of a query.
type selectNode struct {
	Type       string      `json:"type"`
	SelectList []selected  `json:"select_list"`
	Left       *selectNode `json:"left"`
}

type selected struct {
	Class   string   `json:"class"`
	Alias   string   `json:"alias"`
	Columns []string `json:"column_names"`
}

// spelling returns the outermost SELECT list of a query; nothing for another
// statement. DuckDB answers with the declared spelling of names, and programs
// read what they wrote.
func (s *Session) spelling(ctx context.Context, stmt statement) ([]selected, error) {
	if word := stmt.keyword(0); word != "SELECT" && word != "WITH" && word != "FROM" {
		return nil, nil
	}
	rows, err := s.conn.Strings(ctx, "SELECT json_serialize_sql(?::VARCHAR)", duck.Param{Value: connector.TextOf(stmt.text)})
	if err != nil {
		return nil, err
	}
	var tree struct {
		Statements []struct {
			Node selectNode `json:"node"`
		} `json:"statements"`
	}
	if err := json.Unmarshal([]byte(rows[0][0]), &tree); err != nil || len(tree.Statements) != 1 {
		return nil, nil // a statement without such a tree keeps DuckDB's names
	}
	node := &tree.Statements[0].Node
	for node.Left != nil {
		node = node.Left
	}
	return node.SelectList, nil
}

// spell returns the spelling of n columns, empty where the declared one stays:
// from the front up to the first expression that may be several columns, and
// from the back down to the last one.
func spell(list []selected, n int) []string {
	names := make([]string, n)
	most := min(len(list), n)
	for i := 0; i < most && (len(list) == n || list[i].single()); i++ {
		names[i] = list[i].spelled()
	}
	for i := 1; i <= most && (len(list) == n || list[len(list)-i].single()); i++ {
		names[n-i] = list[len(list)-i].spelled()
	}
	return names
}

func (s selected) single() bool { return s.Class == "COLUMN_REF" || s.Class == "CONSTANT" }

func (s selected) spelled() string {
	if s.Class != "COLUMN_REF" || s.Alias != "" || len(s.Columns) == 0 {
		return ""
	}
	return s.Columns[len(s.Columns)-1]
}

// renamed returns the schema with the names that the query spells otherwise.
func renamed(schema *arrow.Schema, list []selected) *arrow.Schema {
	fields := schema.Fields()
	for i, name := range spell(list, len(fields)) {
		if strings.EqualFold(name, fields[i].Name) {
			fields[i].Name = name
		}
	}
	metadata := schema.Metadata()
	return arrow.NewSchema(fields, &metadata)
}
