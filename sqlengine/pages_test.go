package sqlengine_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trackql/trackql/connector/connectortest"
	"github.com/trackql/trackql/sqlengine"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// golden compares text with a file in testdata, or rewrites the file.
func golden(t *testing.T, name, got string) {
	t.Helper()
	name = "testdata/" + name
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got), rewritten by -update:\n%s", name, diff)
	}
}

// TestPages counts the pages that statements with a limit pull from a source of
// 10,000 issues in pages of 100: a met limit must stop the reading.
func TestPages(t *testing.T) {
	statements := []string{
		`SELECT Id FROM pt.Issues LIMIT 1`,
		`SELECT Id FROM pt.Issues LIMIT 250`,
		`SELECT Id FROM pt.Issues LIMIT 10 OFFSET 300`,
		`SELECT * FROM pt.Issues LIMIT 0`,
		`SELECT Id FROM pt.Issues WHERE Id = 50 LIMIT 1`,
		`SELECT Id FROM pt.Issues WHERE "Assigned to" = 'user5' LIMIT 1`,
		`SELECT Id FROM pt.Issues WHERE "Assigned to" = 'user5' LIMIT 25`,
		`SELECT Id FROM pt.Issues WHERE lower("Assigned to") = 'user5' AND Status = 'Open' LIMIT 1`,
		`SELECT upper(Status) FROM pt.Issues LIMIT 1`,
		`SELECT i.Id FROM pt.Issues i JOIN pt.Users u ON u.Name = i."Assigned to" LIMIT 2`,
		`SELECT i.Id, c.Text FROM pt.Issues i JOIN pt.Comments c ON c.IssueId = i.Id LIMIT 2`,
		`SELECT i.Id, c.Text FROM pt.Issues i LEFT JOIN pt.Comments c ON c.IssueId = i.Id LIMIT 2`,
		`SELECT Id FROM (SELECT Id FROM pt.Issues LIMIT 5) LIMIT 2`,
		`WITH x AS (SELECT Id FROM pt.Issues) SELECT * FROM x LIMIT 3`,
		`SELECT DISTINCT Status FROM pt.Issues LIMIT 3`,
		`SELECT Id FROM pt.Issues ORDER BY Id LIMIT 3`,
		`SELECT Id FROM pt.Issues ORDER BY Status LIMIT 3`,
		`SELECT Status, count(*) FROM pt.Issues GROUP BY Status LIMIT 1`,
		`SELECT count(*) FROM pt.Issues LIMIT 1`,
		`SELECT EXISTS (FROM pt.Issues WHERE "Assigned to" = 'user5')`,
		`SELECT Id FROM pt.Issues LIMIT 10%`,
		`FROM pt.Users LIMIT 1`,
	}
	var out strings.Builder
	for _, sql := range statements {
		source := tracker(func(cfg *connectortest.MemoryConfig) {
			issues := &cfg.Tables[0]
			for i := len(issues.Rows); i < 10_000; i++ {
				row := append([]any{}, issues.Rows[i%1000]...)
				row[0] = i
				issues.Rows = append(issues.Rows, row)
			}
			issues.Table.Rows = 10_000
		})
		s := engine(t, source, func(cfg *sqlengine.Config) { cfg.Threads = 2 })
		mustAsk(t, s, sql)
		fmt.Fprintln(&out, sql)
		for _, table := range []string{"Issues", "Users", "Comments"} {
			if n := source.Pages(table); n > 0 {
				fmt.Fprintf(&out, "  %s: %d\n", table, n)
			}
		}
	}
	golden(t, "pages.golden", out.String())
}
