package sqlengine_test

import (
	"strings"
	"testing"
)

func TestExplain(t *testing.T) {
	s := engine(t, tracker(nil), nil)
	got := mustAsk(t, s, "EXPLAIN SELECT Id FROM pt.Issues WHERE Status = 'Open' AND lower(\"Assigned to\") = 'x'")
	for _, want := range []string{"scan pt.Issues", "Status = 'Open': source (exact)", "kept"} {
		if !strings.Contains(got, want) {
			t.Errorf("EXPLAIN = %s, want %q in it", got, want)
		}
	}
	got = mustAsk(t, s, "EXPLAIN ANALYZE SELECT count(*) FROM pt.Issues WHERE Status = 'Open'")
	if !strings.Contains(got, "counted pt.Issues: 334 rows, none read") {
		t.Errorf("EXPLAIN ANALYZE = %s", got)
	}
}

// TestExplainLinks verifies which dynamic filters EXPLAIN foresees, and that
// those that are not used are told once for both ways.
func TestExplainLinks(t *testing.T) {
	s := engine(t, tracker(nil), nil)
	const join = "SELECT count(*) FROM pt.Issues i JOIN pt.Comments c ON c.IssueId = i.Id"
	neither := "no dynamic filter between pt.Issues and pt.Comments: neither is asked for few rows"
	both := "no dynamic filter between pt.Issues and pt.Comments: each is asked for few rows as it is"
	for sql, want := range map[string]string{
		"EXPLAIN " + join: neither,
		"EXPLAIN " + join + " WHERE i.Id IN (3, 5)":                                         "dynamic filter of pt.Comments: IssueId: source (exact), by Id of pt.Issues, fetched first, unless it has more than 10000 keys or they take more requests than the scan",
		"EXPLAIN " + join + " WHERE c.IssueId IN (3, 5) AND i.Id IN (3, 4)":                 both,
		"EXPLAIN " + join + " JOIN pt.Users u ON u.Name = i.\"Assigned to\" WHERE i.Id = 3": "dynamic filter of pt.Users: Name: source (exact), by \"Assigned to\" of pt.Issues, fetched first, unless it has more than 10000 keys or they take more requests than the scan; " + both,
		"EXPLAIN ANALYZE " + join:                                                           neither,
		"EXPLAIN ANALYZE " + join + " WHERE i.Id IN (3, 5)":                                 "dynamic filter of pt.Comments: IssueId: source (exact), 2 keys from pt.Issues",
	} {
		got := mustAsk(t, s, sql)
		var lines []string
		for line := range strings.Lines(got) {
			if strings.Contains(line, "dynamic filter") || strings.HasPrefix(line, "link ") {
				lines = append(lines, strings.TrimSpace(line))
			}
		}
		if told := strings.Join(lines, "; "); told != want {
			t.Errorf("%s =\n%swant %q", sql, got, want)
		}
	}
}

// TestExplainOne verifies that one of something is told as one.
func TestExplainOne(t *testing.T) {
	s := engine(t, tracker(nil), nil)
	for sql, want := range map[string]string{
		"EXPLAIN ANALYZE SELECT Id FROM pt.Issues WHERE Id = 3":             "answered 1 row in ",
		"EXPLAIN ANALYZE SELECT Id FROM pt.Issues WHERE Id IN (3, 4)":       "answered 2 rows in ",
		"EXPLAIN ANALYZE SELECT count(*) FROM pt.Issues WHERE Id = 3":       "counted pt.Issues: 1 row, none read",
		"EXPLAIN ANALYZE SELECT count(*) FROM pt.Issues WHERE Id IN (3, 4)": "counted pt.Issues: 2 rows, none read",
	} {
		if got := mustAsk(t, s, sql); !strings.Contains(got, want) {
			t.Errorf("%s =\n%swant %q in it", sql, got, want)
		}
	}
}
