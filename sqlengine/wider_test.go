package sqlengine_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/google/go-cmp/cmp"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/connector/connectortest"
)

// fields is a source of issues with further columns: Budget and Due those of the
// project PT, Team and Labels those of QA; OPS has none.
func fields() *connectortest.Memory { return fieldsWith(nil) }

func fieldsWith(before connectortest.Hook) *connectortest.Memory {
	text, integer := arrow.BinaryTypes.String, arrow.PrimitiveTypes.Int64
	further := func(name string, t arrow.DataType) connector.Column {
		return connector.Column{Name: name, Type: t, Nullable: true, Doc: "A field.", Filters: connectortest.Every(t, connector.Exact)}
	}
	issues := connectortest.MemoryTable{Further: 4, Table: connector.Table{
		Name: "Issues", Doc: "Issues, one a row.", Key: []string{"Id"}, StopsAtLimit: true,
		Columns: []connector.Column{
			{Name: "Id", Type: integer, Doc: "Its number.", Filters: connectortest.Every(integer, connector.Exact), Sortable: true},
			{Name: "Project", Type: text, Doc: "Its project.", Filters: connector.Filters{connector.Eq: connector.Exact, connector.In: connector.Exact}},
			{Name: "Summary", Type: text, Doc: "What it is about."},
			further("Budget", arrow.PrimitiveTypes.Float64), further("Due", arrow.FixedWidthTypes.Date32),
			further("Team", text), further("Labels", arrow.ListOf(text)),
		},
	}}
	for i := range 12 {
		row := []any{i, []string{"PT", "QA", "OPS"}[i%3], fmt.Sprint("issue ", i), nil, nil, nil, nil}
		switch i % 3 {
		case 0:
			row[3], row[4] = float64(i)/2, "2026-01-31"
		case 1:
			row[5], row[6] = []string{"red", "blue"}[i%2], []string{"a", "b"}[:1+i%2]
		}
		issues.Rows = append(issues.Rows, row)
	}
	projects := connectortest.MemoryTable{Table: connector.Table{
		Name: "Projects", Doc: "Projects.", Key: []string{"Key"},
		Columns: []connector.Column{
			{Name: "Key", Type: text, Doc: "The key.", Filters: connectortest.Every(text, connector.Exact)},
			{Name: "Name", Type: text, Doc: "The name."},
		},
	}, Rows: [][]any{{"PT", "Tracker"}, {"QA", "Quality"}, {"OPS", "Operations"}}}
	return connectortest.NewMemory(connectortest.MemoryConfig{PageRows: 5, Before: before, Tables: []connectortest.MemoryTable{issues, projects}})
}

// widens tells what a source was asked to widen, one call a line.
func widens(source *connectortest.Memory) string {
	var lines []string
	for _, w := range source.Widens() {
		line := w.Table
		for _, p := range w.Where {
			line += " & " + p.String()
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "; ")
}

// columnsOf returns the names of an answer, without its rows.
func columnsOf(answer string) string {
	names, _, _ := strings.Cut(answer, "\n")
	return names
}

// TestFurtherColumns asks, in a session of its own for each statement, what it
// makes the source tell.
func TestFurtherColumns(t *testing.T) {
	const fixed, all = "Id|Project|Summary", "Id|Project|Summary|Budget|Due|Team|Labels"
	tests := map[string]struct{ sql, columns, widens string }{
		"count":               {"SELECT count(*) AS n FROM bl.Issues WHERE Project = 'PT'", "n", ""},
		"fixed columns":       {"SELECT Id, Summary FROM bl.Issues WHERE Project = 'PT' ORDER BY Id DESC LIMIT 2", "Id|Summary", ""},
		"fixed of all":        {"SELECT Id FROM (SELECT * FROM bl.Issues) q WHERE q.Project = 'PT'", "Id", ""},
		"fixed of a join":     {"SELECT i.Id, p.Name FROM bl.Issues i JOIN bl.Projects p ON p.Key = i.Project", "Id|Name", ""},
		"exists":              {"SELECT Name FROM bl.Projects p WHERE EXISTS (SELECT * FROM bl.Issues i WHERE i.Project = p.Key)", "Name", ""},
		"excluded to nothing": {"SELECT count(i.Id) AS n FROM (SELECT * EXCLUDE (Summary) FROM bl.Issues) i", "n", ""},
		"fixed, and no row":   {"SELECT Id FROM bl.Issues LIMIT 0", "Id", ""},
		"another table":       {"SELECT * FROM bl.Projects", "Key|Name", ""},
		"star":                {"SELECT * FROM bl.Issues", all, "Issues"},
		"star of a project":   {"SELECT * FROM bl.Issues WHERE Project = 'PT' AND Summary <> ''", fixed + "|Budget|Due", "Issues & Project = 'PT'"},
		"star of some":        {"FROM bl.Issues WHERE Project IN ('PT', 'OPS')", fixed + "|Budget|Due", "Issues & Project IN ('PT', 'OPS')"},
		"star of none":        {"FROM bl.Issues WHERE Project = 'OPS'", fixed, "Issues & Project = 'OPS'"},
		"alias and star":      {"SELECT i.*, p.Name FROM bl.Issues i JOIN bl.Projects p ON p.Key = i.Project WHERE i.Project = 'QA'", fixed + "|Team|Labels|Name", "Issues & Project = 'QA'"},
		"exclude":             {"SELECT * EXCLUDE (Summary) FROM bl.Issues WHERE Project = 'PT'", "Id|Project|Budget|Due", "Issues & Project = 'PT'"},
		"exclude a further":   {"SELECT * EXCLUDE (Budget) FROM bl.Issues WHERE Project = 'PT'", fixed + "|Due", "Issues & Project = 'PT'"},
		"replace a further":   {"SELECT * REPLACE (1 AS Budget) FROM bl.Issues WHERE Project = 'PT'", fixed + "|Budget|Due", "Issues & Project = 'PT'"},
		"star, and no row":    {"SELECT * FROM bl.Issues LIMIT 0", all, "Issues"},
		"never true":          {"SELECT * FROM bl.Issues WHERE 1 = 0", all, "Issues"},
		"rows as values":      {"SELECT i FROM bl.Issues i WHERE Project = 'PT' AND Id = 3", "i", "Issues & Id = 3 & Project = 'PT'"},
		"a column":            {"SELECT Id, Budget FROM bl.Issues WHERE Project = 'PT'", "Id|Budget", "Issues & Project = 'PT'"},
		"a column, spelled":   {"SELECT i.BUDGET FROM bl.Issues i WHERE i.Project = 'PT'", "BUDGET", "Issues & Project = 'PT'"},
		"a column of others":  {"SELECT Team FROM bl.Issues WHERE Project = 'PT'", "Team", "Issues & Project = 'PT'; Issues"},
		"a number":            {"SELECT Id FROM bl.Issues WHERE Budget > 1 AND Project = 'PT'", "Id", "Issues & Project = 'PT'"},
		"a date":              {"SELECT Id FROM bl.Issues WHERE Due = DATE '2026-01-31' AND Project = 'PT'", "Id", "Issues & Project = 'PT'"},
		"a list":              {"SELECT Id FROM bl.Issues WHERE list_contains(Labels, 'b') AND Project = 'QA'", "Id", "Issues & Project = 'QA'"},
		"two of them":         {"SELECT Budget, Due FROM bl.Issues WHERE Project = 'PT'", "Budget|Due", "Issues & Project = 'PT'"},
		"two types":           {"SELECT Id FROM bl.Issues WHERE Budget > 1 AND Due > DATE '2020-01-01' AND Project = 'PT'", "Id", "Issues"},
		"order by":            {"SELECT Id FROM bl.Issues WHERE Project = 'PT' ORDER BY Budget", "Id", "Issues & Project = 'PT'"},
		"group by":            {"SELECT Team, count(*) AS n FROM bl.Issues WHERE Project = 'QA' GROUP BY Team", "Team|n", "Issues & Project = 'QA'"},
		"in a join":           {"SELECT p.Name FROM bl.Projects p JOIN bl.Issues i ON i.Team = p.Name WHERE i.Project = 'QA'", "Name", "Issues & Project = 'QA'"},
		"method":              {"SELECT Team.upper() AS t FROM bl.Issues WHERE Project = 'QA'", "t", "Issues & Project = 'QA'"},
		"summarize":           {"SELECT column_name, \"count\" FROM (SUMMARIZE bl.Issues)", "column_name|count", "Issues"},
		"describe":            {"DESCRIBE bl.Issues", "column_name|column_type|null|key|default|extra", "Issues"},
		"describe in a query": {"SELECT column_name FROM (DESCRIBE bl.Issues)", "column_name", "Issues"},
		"information schema":  {"SELECT count(*) AS n FROM information_schema.columns", "n", "Issues"},
		"of a table":          {"SELECT count(*) AS n FROM information_schema.columns WHERE table_name = 'Issues'", "n", "Issues"},
		"of another table":    {"SELECT count(*) AS n FROM information_schema.columns WHERE table_name = 'Projects'", "n", ""},
		"duckdb's columns":    {"SELECT count(*) AS n FROM duckdb_columns()", "n", "Issues"},
		"tables":              {"SHOW TABLES", "name", ""},
		"tables of all":       {"SELECT count(*) AS n FROM information_schema.tables", "n", ""},
		"names by a pattern":  {"SELECT COLUMNS('^(Id|Bud)') FROM bl.Issues WHERE Project = 'PT'", "Id|Budget", "Issues & Project = 'PT'"},
		"names like":          {"SELECT * LIKE 'S%' FROM bl.Issues WHERE Project = 'QA'", "Summary", "Issues & Project = 'QA'"},
		"names like none":     {"SELECT * LIKE 'T%' FROM bl.Issues WHERE Project = 'QA'", "Team", "Issues"},
		"natural join":        {"SELECT Id FROM bl.Issues NATURAL JOIN (SELECT 'red' AS Team)", "Id", "Issues"},
		"using":               {"SELECT Id FROM bl.Issues JOIN (SELECT 'red' AS Team) USING (Team)", "Id", "Issues"},
		"union":               {"SELECT * FROM bl.Issues WHERE Project = 'OPS' UNION ALL SELECT 1, 'a', 'b'", "", "Issues"},
		"union by name":       {"SELECT * FROM bl.Issues WHERE Project = 'PT' UNION ALL BY NAME SELECT 1 AS Id, 2 AS Budget", fixed + "|Budget|Due", "Issues & Project = 'PT'"},
		"position":            {"SELECT #4 FROM bl.Issues WHERE Project = 'PT'", "Budget", "Issues & Project = 'PT'"},
		"position of a fixed": {"SELECT #3 FROM bl.Issues WHERE Project = 'PT'", "Summary", ""},
		"copy":                {"CREATE TABLE x AS FROM bl.Issues WHERE Project = 'PT'; FROM x", fixed + "|Budget|Due", "Issues & Project = 'PT'"},
		"insert":              {"CREATE TABLE x (a INT, b TEXT, c TEXT); INSERT INTO x SELECT Id, Project, Summary FROM bl.Issues; FROM x", "a|b|c", ""},
		"view":                {"CREATE VIEW v AS FROM bl.Issues; SELECT Id FROM v", "Id", ""},
		"star of a view":      {"CREATE VIEW v AS FROM bl.Issues; SELECT * FROM v WHERE Project = 'PT'", fixed + "|Budget|Due", "Issues & Project = 'PT'"},
		"a column of a view":  {"CREATE VIEW v AS FROM bl.Issues; CREATE VIEW w AS FROM v; SELECT Team FROM w WHERE Project = 'QA'", "Team", "Issues & Project = 'QA'"},
		"a view of a column":  {"CREATE VIEW v AS SELECT Id, Budget AS b FROM bl.Issues WHERE Project = 'PT'; SELECT b FROM v", "b", "Issues & Project = 'PT'"},
		"describe a view":     {"CREATE VIEW v AS FROM bl.Issues; SELECT count(*) AS n FROM (DESCRIBE v)", "n", "Issues"},
		"pattern in a view":   {"CREATE VIEW v AS SELECT COLUMNS('^(Id|Bud)') FROM bl.Issues; FROM v", "Id|Budget", "Issues"},
		"temporary view":      {"CREATE TEMP VIEW v AS FROM bl.Issues; SELECT Team FROM v WHERE Project = 'QA'", "Team", "Issues & Project = 'QA'"},
		"macro":               {"CREATE MACRO m(x) AS TABLE SELECT * FROM bl.Issues WHERE Id = x; FROM m(3)", all, "Issues"},
		"common table":        {"WITH c AS (SELECT * FROM bl.Issues WHERE Project = 'PT') SELECT a.Budget FROM c a JOIN c b USING (Id)", "Budget", "Issues & Project = 'PT'"},
		"two reads":           {"SELECT a.*, b.Id FROM bl.Issues a JOIN bl.Issues b ON a.Id = b.Id + 1 WHERE a.Project IN ('PT', 'QA') AND b.Project = 'PT'", fixed + "|Budget|Due|Team|Labels|Id", "Issues & Project IN ('PT', 'QA')"},
		"variable":            {"SET VARIABLE n = 3; SELECT Id FROM bl.Issues WHERE Id = getvariable('n')", "Id", ""},
		"pivot":               {"PIVOT (SELECT Id, Team FROM bl.Issues WHERE Project = 'QA') ON Team USING count(Id)", "blue|red", "Issues"},
		"unpivot":             {"UNPIVOT (SELECT Id, Team FROM bl.Issues WHERE Project = 'QA') ON Team", "Id|name|value", "Issues & Project = 'QA'"},
		"prepared":            {"PREPARE p AS SELECT Id, Team FROM bl.Issues WHERE Id = 1; EXECUTE p", "Id|Team", "Issues"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			source := fields()
			s := bl(t, source, nil)
			got, err := ask(t.Context(), s, test.sql)
			if diff := cmp.Diff(test.widens, widens(source)); diff != "" {
				t.Errorf("%s: widened (-want +got):\n%s", test.sql, diff)
			}
			if test.columns == "" && err != nil && !strings.Contains(err.Error(), "trackql: ") {
				return
			}
			if err != nil || columnsOf(got) != test.columns {
				t.Errorf("%s = %v %s\nwant the columns %s", test.sql, err, got, test.columns)
			}
			if strings.Contains(got, "trackql: ") {
				t.Errorf("%s = %s", test.sql, got)
			}
		})
	}
}
