package sqlengine_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/sqlengine"
)

// wantRefused runs a text that must be refused with the given words and hint.
func wantRefused(t *testing.T, s *sqlengine.Session, sql, text, hint string) {
	t.Helper()
	_, err := ask(t.Context(), s, sql)
	var e *connector.Error
	if !errors.As(err, &e) {
		t.Errorf("%s = %v, want it refused", sql, err)
		return
	}
	kinds := []connector.Kind{connector.Invalid, connector.NotFound}
	if strings.Contains(text, "read-only") {
		kinds = []connector.Kind{connector.Unimplemented} // drivers tell it apart from a mistake
	}
	if !slices.Contains(kinds, e.Kind) || !strings.Contains(e.Error(), text) || !strings.HasPrefix(e.Hint, hint) || hint == "" && e.Hint != "" {
		t.Errorf("%s =\n%v (%v)\nhint %q\nwant %q\nwith hint %q", sql, e, e.Kind, e.Hint, text, hint)
	}
}

// TestSourcesAreReadOnly changes a source's schema and tables in every way,
// before and after the table was used, and in a session that has things of its
// own.
func TestSourcesAreReadOnly(t *testing.T) {
	copied := "CREATE TABLE x AS FROM pt.Issues makes a copy"
	tests := map[string]struct{ sql, text, hint string }{
		"create table as":   {"CREATE TABLE pt.X AS SELECT 1 AS a", "pt is a source: a table cannot be created in it", "CREATE TABLE X without pt. makes one that lives in this session."},
		"create table":      {"create table if not exists PT.x (a INT)", "pt is a source: a table cannot", "CREATE TABLE x without pt."},
		"three names":       {`CREATE OR REPLACE TABLE "trackql"."pt"."My x" (a INT)`, "pt is a source: a table cannot", `CREATE TABLE "My x" without pt.`},
		"create view":       {"CREATE VIEW pt.v AS SELECT Id FROM pt.Issues", "pt is a source: a view cannot", "CREATE VIEW v without pt."},
		"replace its view":  {"CREATE OR REPLACE VIEW pt.Issues AS SELECT 1", "pt is a source: a view cannot", "CREATE VIEW Issues without pt."},
		"over the catalog":  {"CREATE VIEW pt.v(a) AS SELECT view_name FROM duckdb_views()", "pt is a source: a view cannot", "CREATE VIEW v without pt."},
		"without a plan":    {"CREATE TABLE pt.v AS PIVOT pt.Users ON Team USING count(*)", "pt is a source: a table cannot", "CREATE TABLE v without pt."},
		"create macro":      {"CREATE MACRO pt.m(a) AS a + 1", "pt is a source: a macro cannot", "CREATE MACRO m without pt."},
		"create type":       {"CREATE TYPE pt.kind AS ENUM ('a')", "pt is a source: a type cannot", "CREATE TYPE kind without pt."},
		"create sequence":   {"CREATE SEQUENCE pt.s", "pt is a source: a sequence cannot", "CREATE SEQUENCE s without pt."},
		"create index":      {"CREATE INDEX i ON pt.Issues (Id)", "pt.Issues is read-only here: it cannot have an index", copied},
		"create schema":     {"CREATE OR REPLACE SCHEMA Pt", "pt is a source: a schema cannot have its name", "Choose another"},
		"drop table":        {"DROP TABLE pt.Issues", "pt.Issues is read-only here: it cannot be dropped", copied},
		"drop view":         {"DROP VIEW pt.issues", "pt.Issues is read-only here: it cannot be dropped", copied},
		"drop if exists":    {"DROP VIEW IF EXISTS trackql.pt.Issues", "pt.Issues is read-only here: it cannot be dropped", copied},
		"drop bare":         {"DROP VIEW IF EXISTS issues", "pt.Issues is read-only here: it cannot be dropped", copied},
		"drop unknown":      {"DROP TABLE pt.Isues", "Table with name Isues does not exist", "Did you mean pt.Issues?"},
		"drop schema":       {`DROP SCHEMA "PT" CASCADE`, "pt is a source: it cannot be dropped", "Leave it out of --source"},
		"alter":             {"ALTER TABLE pt.Issues ADD COLUMN x INT", "pt.Issues is read-only here: it cannot be altered", copied},
		"rename":            {"ALTER VIEW IF EXISTS pt.Issues RENAME TO y", "pt.Issues is read-only here: it cannot be altered", copied},
		"comment":           {"COMMENT ON VIEW pt.Issues IS 'x'", "pt.Issues is read-only here: it cannot be altered", copied},
		"comment on column": {"COMMENT ON COLUMN pt.Issues.Id IS 'x'", "pt.Issues is read-only here: it cannot be altered", copied},
		"insert":            {"INSERT INTO pt.Issues (Id) VALUES (1)", "pt.Issues is read-only here: no rows can be inserted into it", copied},
		"update":            {"UPDATE Issues SET Status = 'x'", "pt.Issues is read-only here: its rows cannot be updated", copied},
		"truncate":          {"TRUNCATE TABLE pt.Issues", "pt.Issues is read-only here: its rows cannot be deleted", copied},
		"merge":             {"MERGE INTO pt.Issues USING (SELECT 1 AS Id) s ON s.Id = Issues.Id WHEN MATCHED THEN DELETE", "pt.Issues is read-only here: no rows can be merged into it", copied},
		"prepared":          {"PREPARE p AS DELETE FROM pt.Issues; EXECUTE p", "pt.Issues is read-only here: it cannot be changed", copied},
		"analyze":           {"ANALYZE pt.Issues", "pt.Issues is read-only here: it cannot be changed", copied},
		"set schema":        {"ALTER TABLE pt.Issues SET SCHEMA main", "DuckDB does not carry out statements of this kind", ""},
		"planning catalog":  {"SELECT 1 FROM pt.Users; CREATE TABLE trackql_plan.main.x (a INT)", "the name trackql_plan is reserved", "Choose another name."},
		"use planning":      {`SELECT 1 FROM pt.Users; USE "Trackql_Plan"`, "the name trackql_plan is reserved", "Choose another name."},
		"drop no view":      {"DROP VIEW pt.Isues", "View with name Isues does not exist", "Did you mean pt.Issues?"},
		"drop no macro":     {"DROP MACRO nope", "Macro Function with name nope does not exist", ""},
		"explain":           {"EXPLAIN DROP VIEW pt.Issues", "pt.Issues is read-only here: it cannot be dropped", copied},
		"export":            {"EXPORT DATABASE '" + filepath.Join(t.TempDir(), "x") + "'", "EXPORT DATABASE cannot write the tables of sources", "Write COPY"},
	}
	sessions := map[string]string{
		"new":   "",
		"used":  "SELECT Id FROM pt.Issues LIMIT 1",
		"local": "CREATE MACRO twice(x) AS 2 * x; CREATE TABLE mine (a INT); CREATE VIEW Users AS SELECT 1 AS a",
	}
	for session, before := range sessions {
		for name, test := range tests {
			t.Run(session+"/"+name, func(t *testing.T) {
				s := engine(t, tracker(nil), nil)
				mustAsk(t, s, before)
				wantRefused(t, s, test.sql, test.text, test.hint)
				if got := mustAsk(t, s, "SELECT count(*) AS n FROM pt.Issues"); got != "n\n1000\n" {
					t.Errorf("after %s: %s", test.sql, got)
				}
			})
		}
	}
	s := engine(t, tracker(nil), nil)
	mustAsk(t, s, "CREATE MACRO twice(x) AS 2 * x; USE pt")
	wantRefused(t, s, "CREATE TABLE v AS SELECT twice(2) AS a", "pt is a source: a table cannot", "CREATE TABLE main.v makes one")
	wantRefused(t, s, "INSERT INTO Issues (Id) SELECT twice(2)", "is read-only here", "CREATE TABLE x AS FROM pt.Issues")
}

// TestOwnThingsAreChanged changes what is the session's own, or another
// database's, though it is named like a source's.
func TestOwnThingsAreChanged(t *testing.T) {
	tests := map[string]struct{ sql, want string }{
		"table named like a source's": {`CREATE TABLE Issues (Id INT); INSERT INTO Issues VALUES (1); ALTER TABLE Issues ADD COLUMN b INT;
			UPDATE Issues SET b = 2; COMMENT ON TABLE Issues IS 'x'; CREATE INDEX i ON Issues (Id); DELETE FROM Issues WHERE b = 3; SELECT Id, b FROM Issues`, "Id|b\n1|2\n"},
		"drop it":               {"CREATE TABLE Issues (Id INT); DROP TABLE Issues; SELECT count(*) AS n FROM Issues", "n\n1000\n"},
		"view named like it":    {"CREATE VIEW Issues AS SELECT 5 AS a; DROP VIEW IF EXISTS Issues; CREATE OR REPLACE VIEW Issues AS SELECT 6 AS a; FROM Issues", "a\n6\n"},
		"temporary":             {"CREATE TEMP TABLE Issues (Id INT); TRUNCATE Issues; DROP TABLE Issues; SELECT count(*) AS n FROM Issues", "n\n1000\n"},
		"another database's":    {"ATTACH ':memory:' AS o; CREATE SCHEMA o.pt; CREATE TABLE o.pt.Issues (Id INT); INSERT INTO o.pt.Issues VALUES (7); UPDATE o.pt.Issues SET Id = 8; SELECT Id, (SELECT count(*) FROM pt.Issues) AS n FROM o.pt.Issues; DROP TABLE o.pt.Issues; DROP SCHEMA o.pt", "Id|n\n8|1000\n"},
		"in another database":   {"ATTACH ':memory:' AS o; USE o; CREATE SCHEMA pt; CREATE TABLE pt.x AS SELECT 1 AS a; FROM pt.x; DROP TABLE IF EXISTS pt.y; DROP SCHEMA pt CASCADE", "a\n1\n"},
		"a schema of its own":   {"CREATE SCHEMA x; CREATE TABLE x.t AS SELECT Id FROM pt.Issues WHERE Id < 3; SELECT sum(Id)::INT AS s FROM x.t; DROP SCHEMA x CASCADE", "s\n3\n"},
		"use it":                {"CREATE SCHEMA x; USE x; CREATE TABLE t AS SELECT 4 AS a; SELECT a, (SELECT count(*) FROM pt.Users) AS n FROM t", "a|n\n4|10\n"},
		"use and drop it":       {"CREATE SCHEMA x; USE x; DROP SCHEMA x CASCADE; SELECT count(*) AS n FROM pt.Users", "n\n10\n"},
		"use and come back":     {"CREATE SCHEMA x; USE x; USE main; CREATE TABLE t AS SELECT 1 AS a; FROM main.t", "a\n1\n"},
		"reset the path":        {"SET search_path = 'main'; RESET search_path; SELECT count(*) AS n FROM Users", "n\n10\n"},
		"if it exists":          {"DROP TABLE IF EXISTS nope; DROP VIEW IF EXISTS pt.nope; ALTER TABLE IF EXISTS nope RENAME TO y; SELECT 1 AS a", "a\n1\n"},
		"macro, type, sequence": {"CREATE MACRO m(x) AS x + 1; CREATE TYPE k AS ENUM ('a'); CREATE SEQUENCE q; SELECT m(1) AS a, nextval('q') AS b; DROP MACRO m; DROP TYPE k; DROP SEQUENCE q", "a|b\n2|1\n"},
		"named like a keyword":  {`CREATE TABLE "AS" AS SELECT 1 AS a; DROP TABLE "AS"; CREATE TABLE macro AS SELECT table_name FROM information_schema.tables WHERE false; FROM macro`, "table_name\n"},
		"over the catalog":      {"CREATE VIEW v(a) AS SELECT view_name FROM duckdb_views() WHERE view_name = 'v'; FROM v", "a\nv\n"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := engine(t, tracker(nil), nil)
			if got := mustAsk(t, s, test.sql); got != test.want {
				t.Errorf("%s =\n%swant\n%s", test.sql, got, test.want)
			}
		})
	}
}

// TestNoExtensions loads and installs what is not built in: nothing may go to
// the network, or be recommended.
func TestNoExtensions(t *testing.T) {
	s := engine(t, tracker(nil), nil)
	builtIn := strings.ReplaceAll(mustAsk(t, s, "SELECT extension_name FROM duckdb_extensions() WHERE loaded ORDER BY 1"), "\n", ", ")
	builtIn = "Built in are " + strings.TrimSuffix(strings.TrimPrefix(builtIn, "extension_name, "), ", ") + "."
	tests := map[string]struct{ sql, text, hint string }{
		"install":       {"INSTALL httpfs", "no extension can be loaded into trackql: httpfs is not built in", builtIn},
		"force install": {"FORCE INSTALL 'spatial' FROM community", "no extension can be loaded into trackql: spatial is not built in", builtIn},
		"load":          {"LOAD httpfs", "no extension can be loaded into trackql: httpfs is not built in", builtIn},
		"load a file":   {"LOAD '/tmp/x.duckdb_extension'", "no extension can be loaded into trackql", builtIn},
		"update":        {"UPDATE EXTENSIONS", "no extension can be loaded into trackql: there is none to update", builtIn},
		"built in":      {"INSTALL json", "json is built into trackql: it need not be installed", "Leave it out."},
		"setting":       {"SET GLOBAL autoinstall_known_extensions = true", "the setting autoinstall_known_extensions cannot be changed", "Leave it out."},
		"reset":         {"RESET autoload_known_extensions", "the setting autoload_known_extensions cannot be changed", "Leave it out."},
		"pragma":        {"PRAGMA autoload_known_extensions = 1", "the setting autoload_known_extensions cannot be changed", "Leave it out."},
		"https":         {"FROM 'https://example.com/x.csv'", "https://example.com/x.csv needs DuckDB's extension httpfs, and no extension can be loaded into trackql", "Only files of the disk can be read and written"},
		"s3":            {"SELECT * FROM read_parquet('s3://b/x.parquet')", "s3://b/x.parquet needs DuckDB's extension httpfs", "Only files of the disk"},
		"function":      {"SELECT ST_Point(1, 2)", "st_point needs DuckDB's extension spatial, and no extension", builtIn},
		"table":         {"FROM read_xlsx('a')", "read_xlsx needs DuckDB's extension excel, and no extension", builtIn},
		"setting of":    {"SET s3_region = 'x'", "s3_region needs DuckDB's extension httpfs, and no extension", builtIn},
		"secret":        {"CREATE SECRET (TYPE s3)", "s3 needs DuckDB's extension httpfs, and no extension", builtIn},
		"attach":        {"ATTACH 'x.db' AS q (TYPE sqlite)", "no extension can be loaded into trackql: sqlite_scanner is not built in", builtIn},
		"attach https":  {"ATTACH 'https://example.com/x.db' AS q", "https://example.com/x.db needs DuckDB's extension httpfs", "Only files of the disk"},
		"copy":          {"COPY (SELECT 1) TO 's3://b/x.csv'", "s3://b/x.csv needs DuckDB's extension httpfs", "Only files of the disk"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			wantRefused(t, s, test.sql, test.text, test.hint)
			if _, err := ask(t.Context(), s, test.sql); strings.Contains(err.Error()+connector.HintOf(err), "INSTALL ") {
				t.Errorf("%s = %v: it recommends INSTALL", test.sql, err)
			}
		})
	}
	if got := mustAsk(t, s, "LOAD json; SELECT current_setting('autoinstall_known_extensions')::INT AS a, current_setting('autoload_known_extensions')::INT AS b"); got != "a|b\n0|0\n" {
		t.Errorf("settings = %s", got)
	}
	file := filepath.Join(t.TempDir(), "x.csv")
	if err := os.WriteFile(file, []byte("a\n5\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := mustAsk(t, s, "SELECT a, count(*) AS n FROM '"+file+"', pt.Users GROUP BY a"); got != "a|n\n5|10\n" {
		t.Errorf("a file of the disk = %s", got)
	}
}
