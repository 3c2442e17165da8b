package sqlengine_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/trackql/trackql/connector/connectortest"
	"github.com/trackql/trackql/sqlengine"
)

// writeFiles writes files into a folder that becomes the working one.
func writeFiles(t *testing.T, files map[string]string) {
	t.Helper()
	t.Chdir(t.TempDir())
	for name, content := range files {
		if err := os.WriteFile(filepath.FromSlash(name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// asked shows what a source was asked for of its issues, a request a line.
func asked(source *connectortest.Memory) string {
	var lines []string
	for _, r := range source.Requests() {
		if r.Table == "Issues" {
			lines = append(lines, fmt.Sprint(r.Where))
		}
	}
	return strings.Join(lines, "\n")
}

// TestLocalKeys joins issues with what is here: files, of which DuckDB has no
// plan, and tables. Their keys narrow the scan, and the answer is that of
// reading all.
func TestLocalKeys(t *testing.T) {
	writeFiles(t, map[string]string{
		"ids.csv":     "Id,Word,Nr\n3,a,03\n500,b,7\n500,a,500\n,a,x\n",
		"ids.json":    `[{"Id": 3, "Word": "a"}, {"Id": 7, "Word": "b"}]`,
		"two.csv.txt": "Id\n1\n",
	})
	const three, both = "[Id IN (3, 500)]", "[Id IN (3, 7)]"
	tests := map[string]struct{ sql, asked string }{
		"a call":                {"SELECT i.Id FROM pt.Issues i JOIN read_csv('ids.csv') f ON f.Id = i.Id", three},
		"a call without alias":  {"SELECT i.Id FROM pt.Issues i, read_csv('ids.csv') WHERE read_csv.Id = i.Id", three},
		"a name":                {"SELECT i.Id FROM 'ids.csv' JOIN pt.Issues i ON ids.Id = i.Id", three},
		"a quoted name":         {`SELECT i.Id FROM pt.Issues i, "ids.csv" f WHERE f.Id = i.Id`, three},
		"JSON":                  {"SELECT i.Id FROM read_json('ids.json') f JOIN pt.Issues i USING (Id)", both},
		"two files":             {"SELECT i.Id FROM read_json('ids.json') f JOIN 'ids.csv' g USING (Id) JOIN pt.Issues i ON i.Id = g.Id", both},
		"the same file twice":   {"SELECT i.Id FROM 'ids.csv' f JOIN 'ids.csv' g USING (Id) JOIN pt.Issues i ON i.Id = g.Id", three},
		"a condition on it":     {"SELECT i.Id FROM read_csv('ids.csv') f JOIN pt.Issues i ON f.Id = i.Id WHERE f.Word = 'b'", "[Id IN (500)]"},
		"in a subquery":         {"SELECT Id FROM pt.Issues WHERE Id IN (SELECT Id FROM 'ids.csv' WHERE Word = 'b')", "[Id IN (500)]"},
		"an outer join":         {"SELECT f.Id, i.Status FROM 'ids.csv' f LEFT JOIN pt.Issues i ON f.Id = i.Id", three},
		"in a CTE":              {"WITH f AS (FROM read_csv('ids.csv')) SELECT i.Id FROM f JOIN pt.Issues i USING (Id)", three},
		"with arguments":        {"SELECT i.Id FROM pt.Issues i JOIN read_csv('two' || '.csv.txt', header = true, columns = {'Id': 'BIGINT'}) f ON f.Id = i.Id", "[Id IN (1)]"},
		"texts that are cast":   {"SELECT i.Id FROM pt.Issues i JOIN read_csv('ids.csv', all_varchar = true) f ON f.Id = i.Id", three},
		"a number cast to text": {"SELECT i.Id FROM pt.Issues i JOIN read_csv('ids.csv', all_varchar = true) f ON f.Nr = i.Id::VARCHAR", "[Id IN (3, 7, 500)]"}, // 3 is no 03: a superset
		"few rows as it is":     {"SELECT i.Id FROM pt.Issues i JOIN 'ids.csv' f ON f.Id = i.Id WHERE i.担当者 >= '担当3'", `["担当者" >= '担当3']`},
		"no key":                {"SELECT i.Id FROM pt.Issues i JOIN 'ids.csv' f ON f.Id = i.Id WHERE f.Word = 'z'", "[Id IN ()]"},
		"unmatched rows too":    {"SELECT i.Id FROM pt.Issues i LEFT JOIN 'ids.csv' f ON f.Id = i.Id", "[]"},
		"not in it":             {"SELECT count(*) FROM pt.Issues i ANTI JOIN 'ids.csv' f ON f.Id = i.Id", "[]"},
		"computed":              {"SELECT i.Id FROM pt.Issues i JOIN 'ids.csv' f ON f.Id * 2 = i.Id", "[]"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			source := tracker(nil)
			s := engine(t, source, nil)
			got := mustAsk(t, s, test.sql+" ORDER BY 1")
			if told := asked(source); told != test.asked {
				t.Errorf("%s asked for %s, want %s", test.sql, told, test.asked)
			}
			whole := engine(t, tracker(nil), func(cfg *sqlengine.Config) { cfg.NoPushdown = true })
			if want := mustAsk(t, whole, test.sql+" ORDER BY 1"); got != want {
				t.Errorf("%s = %s, without pushdown %s", test.sql, got, want)
			}
		})
	}
}

// TestLocalTables joins issues with tables and views of the session.
func TestLocalTables(t *testing.T) {
	writeFiles(t, map[string]string{"ids.csv": "Id,Word\n3,a\n500,b\n"})
	source := tracker(nil)
	s := engine(t, source, nil)
	mustAsk(t, s, `CREATE TEMP TABLE picked AS SELECT 4 AS Id; CREATE TABLE kept (Id INTEGER, Word TEXT); INSERT INTO kept VALUES (5, 'a'), (6, 'b');
		CREATE VIEW filed AS FROM read_csv('ids.csv'); CREATE VIEW chosen AS SELECT Id FROM kept WHERE Word = 'b'`)
	for table, want := range map[string]string{
		"picked": "[Id IN (4)]", "kept": "[Id IN (5, 6)]", "filed": "[Id IN (3, 500)]", "chosen": "[Id IN (6)]",
	} {
		source.Forget()
		sql := "SELECT count(*) FROM pt.Issues JOIN " + table + " USING (Id)"
		mustAsk(t, s, sql)
		if told := asked(source); told != want {
			t.Errorf("%s asked for %s, want %s", sql, told, want)
		}
	}
	mustAsk(t, s, "INSERT INTO kept VALUES (7, 'b')")
	source.Forget()
	mustAsk(t, s, "DELETE FROM kept WHERE Id IN (SELECT Id FROM pt.Issues)")
	if told := asked(source); told != "[Id IN (5, 6, 7)]" {
		t.Errorf("DELETE asked for %s", told)
	}
	if got := mustAsk(t, s, "SELECT count(*) FROM kept"); !strings.HasSuffix(got, "\n0\n") {
		t.Errorf("DELETE left %s", got)
	}
}

// TestLocalKeysExplained shows what EXPLAIN tells of keys that are here.
func TestLocalKeysExplained(t *testing.T) {
	writeFiles(t, map[string]string{"ids.csv": "Id,Word\n3,a\n500,b\n", "many.csv": "Id\n" + strings.Repeat("x\n", 3)})
	for sql, want := range map[string]string{
		"SELECT i.Id FROM pt.Issues i JOIN 'ids.csv' f ON f.Id = i.Id":                             "dynamic filter of pt.Issues: Id: source (exact), 2 keys from 'ids.csv'",
		"SELECT i.Id FROM pt.Issues i JOIN 'ids.csv' f ON f.Id + 1 = i.Id":                         "no dynamic filter of pt.Issues by what is here: the join compares what is computed, Id = Id + 1",
		"SELECT i.Id FROM pt.Issues i JOIN pt.Comments c ON c.IssueId = i.Id * 2":                  "no dynamic filter between pt.Issues and pt.Comments: the join compares what is computed, Id * 2 = IssueId",
		"SELECT i.Id FROM pt.Issues i, (SELECT range AS Id FROM range(20000)) f WHERE f.Id = i.Id": "scan pt.Issues",
	} {
		s := engine(t, tracker(nil), nil)
		if got := mustAsk(t, s, "EXPLAIN "+sql); !strings.Contains(got, want) || strings.Contains(got, "fetched whole") {
			t.Errorf("EXPLAIN %s =\n%swant %q in it", sql, got, want)
		}
	}
	s := engine(t, tracker(nil), nil)
	mustAsk(t, s, "CREATE TABLE many AS SELECT range::INTEGER AS Id FROM range(20000)")
	want := "dynamic filter of pt.Issues: Id: no dynamic filter, many has more than 10000 keys"
	if got := mustAsk(t, s, "EXPLAIN SELECT i.Id FROM pt.Issues i JOIN many USING (Id)"); !strings.Contains(got, want) {
		t.Errorf("EXPLAIN of many keys =\n%swant %q in it", got, want)
	}
}

// TestFilesThatFail verifies that what is wrong with a file is told as DuckDB
// does, at its place in the statement.
func TestFilesThatFail(t *testing.T) {
	writeFiles(t, map[string]string{"ids.csv": "Id,Word\n3,a\n"})
	for sql, want := range map[string]string{
		"SELECT i.Id FROM pt.Issues i JOIN read_csv('none.csv') f ON f.Id = i.Id": `query:1:35: No files found that match the pattern "none.csv"`,
		"SELECT i.Nothing FROM pt.Issues i JOIN 'ids.csv' f ON f.Id = i.Id":       `query:1:8: Table "i" does not have a column named "Nothing"`,
		"SELECT f.Nothing FROM pt.Issues i JOIN 'ids.csv' f ON f.Id = i.Id":       `query:1:8: Table "f" does not have a column named "Nothing"`,
	} {
		s := engine(t, tracker(nil), nil)
		if _, err := ask(t.Context(), s, sql); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s = %v, want %q in it", sql, err, want)
		}
		if got := mustAsk(t, s, "SELECT f.filename FROM pt.Issues i JOIN read_csv('ids.csv') f ON f.Id = i.Id"); got != "filename\nids.csv\n" {
			t.Errorf("a column that only reading gives = %s", got)
		}
	}
}
