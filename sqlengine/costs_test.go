package sqlengine_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/sqlengine"
)

// TestCosts shows what EXPLAIN says that statements take, and of their run which
// estimates were asked for and which scans made.
func TestCosts(t *testing.T) {
	statements := []struct{ why, sql string }{
		{"one scan, with pushdown", `SELECT Key FROM bl.Issues WHERE Status = 'Open' AND ProjectId = 1`},
		{"a count", `SELECT count(*) FROM bl.Issues WHERE Status = 'Open'`},
		{"groups", `SELECT Status, count(*) FROM bl.Issues GROUP BY 1`},
		{"groups of some rows", `SELECT Status, ProjectId, count(*) FROM bl.Issues WHERE Id < 2000 GROUP BY ALL`},
		{"groups that the source would not count", `SELECT Key, count(*) FROM bl.Issues GROUP BY 1`},
		{"a limit", `SELECT Key FROM bl.Issues ORDER BY Id LIMIT 5`},
		{"a limit that may be met early", `SELECT i.Key FROM bl.Issues i JOIN xl.Ten USING (Id) LIMIT 2`},
		{"down a chain of foreign keys nobody is asked", `SELECT count(*) FROM bl.Projects p JOIN bl.Issues i ON i.ProjectId = p.Id JOIN bl.Comments c ON c.IssueId = i.Id WHERE p.Code = 'AA' AND i.Id < 60`},
		{"a chain of many keys", `SELECT count(*) FROM bl.Projects p JOIN bl.Issues i ON i.ProjectId = p.Id JOIN bl.Comments c ON c.IssueId = i.Id WHERE p.Code = 'AA'`},
		{"parents of which the statement needs fewer than are asked for", `SELECT count(*) FROM bl.Issues i JOIN bl.Comments c ON c.IssueId = i.Id WHERE i.Summary LIKE '%99%' AND i.Status = 'Open'`},
		{"parents that only the statement narrows", `SELECT count(*) FROM bl.Issues i JOIN bl.Comments c ON c.IssueId = i.Id WHERE i.Summary LIKE '%99%'`},
		{"both sides are filtered: the parents are few", `SELECT count(*) FROM bl.Projects p JOIN bl.Issues i ON i.ProjectId = p.Id WHERE p.Code = 'AA' AND i.Status = 'Open'`},
		{"neither side is filtered", `SELECT count(*) FROM bl.Projects p JOIN bl.Issues i ON i.ProjectId = p.Id`},
		{"neither side is filtered, and one is small", `SELECT count(*) FROM xl.Ten x JOIN bl.Issues i ON i.Key = x.Key`},
		{"the small one comes first, also against a filter", `SELECT count(*) FROM xl.Ten x JOIN bl.Issues i ON i.Id = x.Id WHERE i.Status = 'Open'`},
		{"a small one whose keys are dearer than the scan", `SELECT count(*) FROM xl.Sixty x JOIN bl.Issues i ON i.Key = x.Key`},
		{"a filtered one whose keys are dearer than the scan", `SELECT count(*) FROM xl.Sixty x JOIN bl.Issues i ON i.Key = x.Key WHERE x.Mark = 'x'`},
		{"more than 1000 keys that are cheaper", `SELECT count(*) FROM xl.Many x JOIN bl.Issues i ON i.Id = x.Id WHERE x.Mark = 'x'`},
		{"more than 1000 keys of which nothing is known", `SELECT count(*) FROM bl.Issues i JOIN xl.Many x ON x.Id = i.Id WHERE i.Status = 'Closed'`},
		{"no rows, no requests", `SELECT count(*) FROM bl.Projects p JOIN bl.Issues i ON i.ProjectId = p.Id WHERE p.Code = 'ZZ'`},
	}
	var out strings.Builder
	for _, statement := range statements {
		source := newSpace()
		s := spaceSession(t, source, nil)
		fmt.Fprintf(&out, "-- %s\n%s\n", statement.why, statement.sql)
		for line := range strings.Lines(mustAsk(t, s, "EXPLAIN "+statement.sql)) {
			line = strings.TrimRight(line, "\n")
			if line != "explain" && !strings.HasPrefix(line, "not read of") {
				fmt.Fprintf(&out, "    %s\n", line)
			}
		}
		source.taken()
		for line := range strings.Lines(mustAsk(t, s, "EXPLAIN ANALYZE "+statement.sql)) {
			if strings.Contains(line, "dynamic filter") {
				fmt.Fprintf(&out, "  %s", line)
			}
		}
		asked, scanned := source.taken()
		for _, text := range asked {
			fmt.Fprintf(&out, "  asked for the cost of %s\n", text)
		}
		for _, text := range scanned {
			fmt.Fprintf(&out, "  scanned %s\n", text)
		}
	}
	golden(t, "costs.golden", out.String())
}

// TestCostsWithoutDecision verifies that without pushdown nothing is compared,
// and that nobody is asked what a plain query takes.
func TestCostsWithoutDecision(t *testing.T) {
	source := newSpace()
	s := spaceSession(t, source, nil)
	mustAsk(t, s, "SELECT max(Key) FROM bl.Issues WHERE Status = 'Open'; SELECT i.Id, x.Key FROM bl.Issues i, xl.Ten x")
	if asked, _ := source.taken(); len(asked) > 0 {
		t.Errorf("a plain query asked for the cost of %q", asked)
	}
	s = spaceSession(t, newSpace(), func(cfg *sqlengine.Config) { cfg.NoPushdown = true })
	got := mustAsk(t, s, "EXPLAIN SELECT Key FROM bl.Issues WHERE Status = 'Open'")
	if want := "estimate of bl.Issues: 2300 rows, 24 requests of search, 16.0 % of this minute's quota, 148 of 150 left, 1 s\n"; !strings.HasSuffix(got, want) {
		t.Errorf("EXPLAIN without pushdown = %s, want %s at its end", got, want)
	}
}

// unmeasured is a space that does not know its quotas.
type unmeasured struct{ *space }

func (unmeasured) Quotas(context.Context) ([]connector.Quota, error) {
	return nil, connector.Errorf(connector.Unavailable, "no answer")
}

func TestCostsWithoutQuota(t *testing.T) {
	s := engine(t, unmeasured{newSpace()}, nil)
	got := mustAsk(t, s, "EXPLAIN SELECT Key FROM pt.Issues")
	if want := "24 requests of search, quota not known (no answer), 1 s\n"; !strings.HasSuffix(got, want) {
		t.Errorf("EXPLAIN = %s, want %q at its end", got, want)
	}
}

// untold is a space that groups and counts, and does not know what that takes.
type untold struct {
	connector.Source
	connector.Aggregator
	connector.Counter
	connector.Estimator
}

func TestCostsOfUntoldGroups(t *testing.T) {
	source := newSpace()
	s := engine(t, untold{source, source, source, source}, nil)
	for sql, want := range map[string]string{
		"SELECT Status, count(*) FROM pt.Issues GROUP BY 1": "estimate of pt.Issues: 2300 rows, 24 requests of search, 1 s, fewer where its source groups the rows\n",
		"SELECT count(*) FROM pt.Issues":                    "estimate of pt.Issues: 2300 rows, 1 request of search to count instead of 24 without pushdown\n",
	} {
		if got := mustAsk(t, s, "EXPLAIN "+sql); !strings.HasSuffix(got, want) {
			t.Errorf("EXPLAIN %s = %s, want %q at its end", sql, got, want)
		}
	}
}

func TestCostsUnknown(t *testing.T) {
	source := newSpace()
	source.fault = connector.Errorf(connector.Unavailable, "the space is down")
	s := spaceSession(t, source, nil)
	got := mustAsk(t, s, "EXPLAIN SELECT count(*) FROM bl.Projects p JOIN bl.Issues i ON i.ProjectId = p.Id WHERE p.Code = 'AA'")
	if want := "estimate of bl.Issues: the space is down"; !strings.Contains(got, want) {
		t.Errorf("EXPLAIN = %s, want %q in it", got, want)
	}
	if got := mustAsk(t, s, "SELECT count(*) AS n FROM xl.Sixty x JOIN bl.Issues i ON i.Key = x.Key WHERE x.Mark = 'x'"); got != "n\n60\n" {
		t.Errorf("a join = %s", got)
	}
	if _, scanned := source.taken(); len(scanned) != 1 || scanned[0] != "Issues where Key IN (60 values)" {
		t.Errorf("scanned %q, want the keys: what is not known is as it was", scanned)
	}
}
