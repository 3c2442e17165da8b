package sqlengine_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/connector/connectortest"
	"github.com/trackql/trackql/sqlengine"
)

// limited is a source that counts requests.
type limited struct{ *connectortest.Memory }

func (limited) Quotas(context.Context) ([]connector.Quota, error) { return nil, nil }

// TestReadsApart joins a table with itself where each side is of few rows: the
// sides are fetched each by itself, and rows of both are there once.
func TestReadsApart(t *testing.T) {
	const comments, keyless = "pt.Comments", "[]"
	tests := map[string]struct{ sql, asked string }{
		"two conditions": {
			"SELECT a.Id, b.Id FROM pt.Issues a JOIN pt.Issues b ON a.\"Assigned to\" = b.\"Assigned to\" WHERE a.担当者 = '担当1' AND b.Status = 'Open'",
			"[\"担当者\" = '担当1']\n[Status = 'Open']",
		},
		"one row in both": {
			"SELECT count(*), count(DISTINCT a.Id), min(b.Id) FROM pt.Issues a, pt.Issues b WHERE a.担当者 = '担当0' AND b.Id < 10",
			"[\"担当者\" = '担当0']\n[Id < 10]",
		},
		"the key of the other": {
			"SELECT p.Id, c.\"Assigned to\" FROM pt.Issues p JOIN pt.Issues c ON c.Id = p.Id + 0 WHERE p.担当者 = '担当2' AND p.Id < 20",
			"[Id < 20 \"担当者\" = '担当2']\n[Id < 20 Id IN (2, 9, 16)]",
		},
		"an outer join": {
			"SELECT p.Id, c.Status FROM pt.Issues p LEFT JOIN pt.Issues c ON c.Id = p.Id WHERE p.担当者 = '担当2'",
			"", // both sides need the same rows
		},
		"the same condition": {
			"SELECT count(*) FROM pt.Issues a JOIN pt.Issues b ON a.Created = b.Created WHERE a.担当者 = '担当1' AND b.担当者 = '担当1'",
			"[\"担当者\" = '担当1']",
		},
		"one column":       {"SELECT count(*) FROM pt.Issues a, pt.Issues b WHERE a.Id = 1 AND b.Id = 3", "[Id IN (1, 3)]"},
		"one side whole":   {"SELECT count(*) FROM pt.Issues a, pt.Issues b WHERE a.担当者 = '担当1'", "[]"},
		"only known later": {"SELECT count(*) FROM pt.Issues a JOIN pt.Issues b ON a.Id = b.Id + 1 WHERE a.担当者 = '担当1'", "[]"},
		"three":            {"SELECT count(*) FROM pt.Issues a, pt.Issues b, pt.Issues c WHERE a.担当者 = '担当1' AND b.Id = 3 AND c.Status = 'Open' AND a.Created > c.Created", "[\"担当者\" = '担当1']\n[Id = 3]\n[Status = 'Open']"},
		"no key":           {"SELECT count(*) FROM " + comments + " a, " + comments + " b WHERE a.IssueId = 1 AND b.Text = 'comment 7'", keyless},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			memory := tracker(nil)
			s := engine(t, limited{memory}, nil)
			got := mustAsk(t, s, test.sql+" ORDER BY ALL")
			if told := asked(memory); test.asked != "" && test.asked != keyless && told != test.asked {
				t.Errorf("%s asked for\n%s\nwant\n%s", test.sql, told, test.asked)
			}
			whole := engine(t, tracker(nil), func(cfg *sqlengine.Config) { cfg.NoPushdown = true })
			if want := mustAsk(t, whole, test.sql+" ORDER BY ALL"); got != want {
				t.Errorf("%s = %s, without pushdown %s", test.sql, got, want)
			}
			file := tracker(nil)
			if mustAsk(t, engine(t, file, nil), test.sql); len(file.Requests()) != 1 {
				t.Errorf("%s of what counts no requests: %v", test.sql, file.Requests())
			}
		})
	}
}

// TestReadsApartExplained shows what EXPLAIN tells of the scans, and a statement
// that changes something, whose transaction is committed.
func TestReadsApartExplained(t *testing.T) {
	s := engine(t, limited{tracker(nil)}, nil)
	sql := "SELECT c.Id FROM pt.Issues p JOIN pt.Issues c ON c.Id = p.Id + 0 WHERE p.担当者 = '担当2' AND c.Status = 'Open'"
	got := mustAsk(t, s, "EXPLAIN "+sql)
	for _, want := range []string{"\"担当者\" = '担当2': source (exact)", "Status = 'Open': source (exact)", "for one of several reads, kept with the rows of the others"} {
		if !strings.Contains(got, want) {
			t.Errorf("EXPLAIN %s =\n%swant %q in it", sql, got, want)
		}
	}
	mustAsk(t, s, "CREATE TABLE found AS "+sql)
	if n, want := mustAsk(t, s, "SELECT count(*) AS n FROM found"), mustAsk(t, s, fmt.Sprintf("SELECT count(*) AS n FROM (%s)", sql)); n != want {
		t.Errorf("CREATE TABLE has %s rows, want %s", n, want)
	}
	if n := mustAsk(t, s, "SELECT count(*) AS n FROM pt.Issues"); n != "n\n1000\n" {
		t.Errorf("afterwards there are %s", n)
	}
}

// walker is a source that asks for the comments of each issue, and pages issues
// by a hundred.
type walker struct{ limited }

func (w walker) Estimate(_ context.Context, req connector.ScanRequest) (connector.Estimate, error) {
	issues := connector.Estimate{Rows: 1000, Bytes: -1, Requests: 10, Category: "search"}
	if len(req.Where) > 0 {
		issues.Rows, issues.Requests = 143, 2
	}
	if req.Table == "Comments" {
		return connector.Estimate{Rows: -1, Bytes: -1, Requests: 1000 + 10, Category: "read"}, nil
	}
	return issues, nil
}

// TestKeysExpected shows that EXPLAIN reckons with the keys that there are at
// most, and not with all rows.
func TestKeysExpected(t *testing.T) {
	memory := tracker(func(cfg *connectortest.MemoryConfig) {
		cfg.Tables[2].Table.References = []connector.Reference{{Columns: []string{"IssueId"}, Table: "Issues", To: []string{"Id"}}}
	})
	s := engine(t, walker{limited{memory}}, nil)
	got := mustAsk(t, s, "EXPLAIN SELECT c.Text FROM pt.Issues i JOIN pt.Comments c ON c.IssueId = i.Id WHERE i.担当者 = '担当1'")
	for _, want := range []string{
		"by Id of pt.Issues, fetched first, at most 143 keys", "estimate of pt.Comments: 143 requests of read instead of 1010",
		"1 request or more for each of 143 keys", "estimate of all scans: at most 145 requests",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("EXPLAIN =\n%swant %q in it", got, want)
		}
	}
}
