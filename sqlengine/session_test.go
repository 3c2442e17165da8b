package sqlengine_test

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/sqlengine"
)

func TestSavedQueries(t *testing.T) {
	s := engine(t, tracker(nil), func(cfg *sqlengine.Config) {
		cfg.Views = []sqlengine.View{
			{Name: "open_issues", SQL: "SELECT Id, \"Assigned to\" AS who FROM pt.Issues WHERE Status = 'Open'"},
			{Name: "open_by_team", SQL: "SELECT u.Team, count(*) AS n FROM open_issues o JOIN pt.Users u ON u.Name = o.who GROUP BY ALL"},
			{Name: "broken", SQL: "SELECT * FROM pt.Nothing"},
		}
	})
	if got := mustAsk(t, s, "SELECT sum(n)::BIGINT AS n FROM open_by_team"); got != "n\n334\n" {
		t.Errorf("saved query: %s", got)
	}
	if _, err := ask(t.Context(), s, "SELECT * FROM broken"); err == nil || !strings.Contains(err.Error(), "view broken") {
		t.Errorf("a broken saved query = %v", err)
	}
}

func TestMemoryLimitSpills(t *testing.T) {
	spill := t.TempDir()
	s := engine(t, tracker(nil), func(cfg *sqlengine.Config) { cfg.MemoryLimit, cfg.SpillDir = "60MB", spill })
	got := mustAsk(t, s, "SELECT count(*) AS n FROM (SELECT range AS a, md5(range::VARCHAR) AS b FROM range(2000000) ORDER BY b)")
	if got != "n\n2000000\n" {
		t.Errorf("a sort beyond the memory limit = %s", got)
	}
	mustAsk(t, s, "CREATE TABLE big AS SELECT range AS a, md5(range::VARCHAR) AS b FROM range(2000000)")
	entries, err := os.ReadDir(spill)
	if err != nil || len(entries) == 0 {
		t.Errorf("nothing was spilled: %v %v", entries, err)
	}
	if _, err := sqlengine.Open(t.Context(), sqlengine.Config{MemoryLimit: "lots"}); err != nil {
		t.Fatal(err)
	}
}

func TestTimezone(t *testing.T) {
	tokyo, err := time.LoadLocation("Asia/Tokyo")
	if err != nil {
		t.Fatal(err)
	}
	for name, zone := range map[string]*time.Location{"name": tokyo, "offset": time.FixedZone("+09:00", 9*3600)} {
		t.Run(name, func(t *testing.T) {
			s := engine(t, tracker(nil), func(cfg *sqlengine.Config) { cfg.Timezone = zone })
			if got := mustAsk(t, s, "SELECT count(*) AS n FROM pt.Issues WHERE date_trunc('day', Created) = DATE '1970-01-02'"); got != "n\n24\n" {
				t.Errorf("issues of a day in Tokyo = %s", got)
			}
			if got := mustAsk(t, s, "SELECT strftime(Created, '%H') AS h FROM pt.Issues WHERE Id = 0"); got != "h\n09\n" {
				t.Errorf("hour in Tokyo = %s", got)
			}
		})
	}
}

func TestReservedNames(t *testing.T) {
	for _, name := range []string{"main", "TEMP", "system", "information_schema", "pg_catalog", "trackql", "Trackql_Plan"} {
		_, err := sqlengine.Open(t.Context(), sqlengine.Config{Sources: []sqlengine.NamedSource{{Name: name}}})
		if connector.KindOf(err) != connector.Invalid {
			t.Errorf("a source named %s = %v, want Invalid", name, err)
		}
	}
}

func TestAttachedLikeASource(t *testing.T) {
	s := engine(t, tracker(nil), nil)
	if _, err := ask(t.Context(), s, "ATTACH ':memory:' AS PT"); connector.KindOf(err) != connector.Invalid {
		t.Errorf("ATTACH as a source's name = %v", err)
	}
	if got := mustAsk(t, s, "ATTACH ':memory:' AS other; CREATE TABLE other.x AS SELECT 7 AS a; SELECT a, count(*) AS n FROM other.x JOIN pt.Users ON true GROUP BY a"); got != "a|n\n7|10\n" {
		t.Errorf("another database = %s", got)
	}
}

func TestCatalogShowsNothingOfOurs(t *testing.T) {
	s := engine(t, tracker(nil), nil)
	mustAsk(t, s, "SELECT 1 FROM pt.Issues LIMIT 1; CREATE VIEW mine AS SELECT 1 AS a")
	for sql, want := range map[string]string{
		"SELECT table_catalog || '.' || table_schema || '.' || table_name AS t FROM information_schema.tables ORDER BY t": "t\ntrackql.main.mine\ntrackql.pt.Comments\ntrackql.pt.Issues\ntrackql.pt.Users\n",
		"SHOW DATABASES":      "database_name\ntrackql\n",
		"SHOW TABLES FROM pt": "name\nComments\nIssues\nUsers\n",
		"SELECT count(*) AS n FROM duckdb_columns() WHERE schema_name = 'pt'":                                                  "n\n9\n",
		"SELECT count(*) AS n FROM duckdb_tables()":                                                                            "n\n0\n",
		"SELECT view_name, sql FROM duckdb_views() WHERE schema_name = 'pt' ORDER BY ALL":                                      "view_name|sql\nComments|∅\nIssues|∅\nUsers|∅\n",
		"SELECT view_name, sql FROM duckdb_views WHERE view_name = 'mine'":                                                     "view_name|sql\nmine|CREATE VIEW mine AS SELECT 1 AS a;\n",
		"SELECT name, sql FROM sqlite_master ORDER BY 1":                                                                       "name|sql\nComments|∅\nIssues|∅\nUsers|∅\nmine|CREATE VIEW mine AS SELECT 1 AS a;\n",
		"SELECT count(*) AS n FROM information_schema.views WHERE view_definition LIKE '%trackql%'":                            "n\n0\n",
		"SELECT count(*) AS n FROM pg_catalog.pg_views WHERE definition LIKE '%trackql%'":                                      "n\n0\n",
		"SELECT count(*) AS n FROM duckdb_functions() WHERE function_name LIKE 'trackql%' OR function_name = 'duckdb_schemas'": "n\n1\n",
		"SELECT count(*) AS n FROM pg_catalog.pg_proc WHERE proname LIKE 'trackql%'":                                           "n\n0\n",
		"SELECT name FROM pragma_database_list":                                                                                "name\ntrackql\n",
	} {
		if got := mustAsk(t, s, sql); got != want {
			t.Errorf("%s =\n%swant\n%s", sql, got, want)
		}
	}
}

// closedSource fails where anyone asks for its tables.
type closedSource struct{ connector.Source }

func (closedSource) Tables(context.Context) ([]connector.Table, error) {
	return nil, connector.Errorf(connector.Unavailable, "the other tracker is down")
}

func TestOtherSourcesAreNotAsked(t *testing.T) {
	s := engine(t, tracker(nil), func(cfg *sqlengine.Config) {
		cfg.Sources = append(cfg.Sources, sqlengine.NamedSource{Name: "down", Connector: "memory", Source: closedSource{}})
		cfg.Views = []sqlengine.View{{Name: "people", SQL: "SELECT * FROM pt.Users"}}
	})
	for _, sql := range []string{"SELECT count(*) AS n FROM pt.Users", "SELECT count(*) AS n FROM people", "SELECT count(*) AS n FROM (PIVOT pt.Users ON Team USING count(*) GROUP BY Name)"} {
		if got := mustAsk(t, s, sql); got != "n\n10\n" {
			t.Errorf("%s = %s", sql, got)
		}
	}
	if _, err := ask(t.Context(), s, "FROM down.Users"); connector.KindOf(err) != connector.Unavailable {
		t.Errorf("a source that is down = %v", err)
	}
}

func TestLocalTableNamedLikeASources(t *testing.T) {
	s := engine(t, tracker(nil), nil)
	mustAsk(t, s, "CREATE TABLE main.Issues AS SELECT 2000 AS Id, 7 AS Other; CREATE VIEW Users AS SELECT 'user1' AS Name, 4 AS Other")
	if got := mustAsk(t, s, "SELECT i.Other, (SELECT Other FROM Users) AS o FROM Issues i WHERE i.Id = 2000"); got != "Other|o\n7|4\n" {
		t.Errorf("local tables = %s", got)
	}
	if got := mustAsk(t, s, "SELECT count(*) AS n FROM Issues i FULL JOIN pt.Comments c ON c.IssueId = i.Id - 1999 WHERE i.Id IN (2000)"); got != "n\n5\n" {
		t.Errorf("join with a local table = %s", got)
	}
}
