package sqlengine_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/array"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/sqlengine"
)

// TestMaxRequests asks for more than is allowed, and for just as much.
func TestMaxRequests(t *testing.T) {
	const (
		closed = "SELECT max(Key) FROM bl.Issues WHERE Status = 'Closed'" // 20 requests, and 2 for metadata
		join   = "SELECT count(*) FROM bl.Projects p JOIN bl.Issues i ON i.ProjectId = p.Id"
		chain  = "SELECT count(*) FROM bl.Projects p JOIN bl.Issues i ON i.ProjectId = p.Id JOIN bl.Comments c ON c.IssueId = i.Id WHERE p.Code = 'AA'"
	)
	tests := map[string]struct {
		most int
		sql  string
		want string // the error; empty for none
		// scanned are the tables of the scans made, whatever came of the statement.
		scanned string
	}{
		"enough":               {22, closed, "", "Issues"},
		"too few":              {21, closed, "the statement would take 22 requests, and max_requests is 21: bl.Issues 22", ""},
		"two scans":            {24, join, "the statement would take 25 requests, and max_requests is 24: bl.Issues 24, bl.Projects 1", ""},
		"no limit":             {0, join, "", "Issues Projects"},
		"a count is one":       {1, "SELECT count(*) FROM bl.Issues WHERE Key = 'K-7'", "", ""},
		"groups":               {4, "SELECT Status, count(*) FROM bl.Issues GROUP BY 1", "", ""}, // 3 requests, and 1 for metadata
		"too many groups":      {3, "SELECT Status, count(*) FROM bl.Issues GROUP BY 1", "the statement would take 4 requests, and max_requests is 3: bl.Issues 4", ""},
		"groups that are read": {24, "SELECT Key, count(*) FROM bl.Issues GROUP BY 1", "", ""},
		"groups that are dear": {23, "SELECT Key, count(*) FROM bl.Issues GROUP BY 1", "the statement would take 24 requests, and max_requests is 23: bl.Issues 24", ""},
		"keys are counted":     {777, chain, "", "Comments Issues Projects"},
		"keys are too many":    {776, chain, "the statement would take 777 requests, and max_requests is 776: bl.Comments 767, bl.Issues 9, bl.Projects 1", "Issues Projects"},
		"before other scans":   {9, chain, "the statement would take 10 requests, and max_requests is 9: bl.Issues 9, bl.Projects 1", "Projects"},
		"a filter not used":    {24, "SELECT count(*) FROM xl.Sixty x JOIN bl.Issues i ON i.Key = x.Key", "", "Issues"},
		"read twice":           {23, "SELECT count(*) FROM bl.Issues a JOIN bl.Issues b ON a.Id = b.Id + 1", "the statement would take 24 requests, and max_requests is 23: bl.Issues 24", ""},
		"before anything": {
			100, "SELECT count(*) FROM bl.Projects p JOIN bl.Issues i ON i.ProjectId = p.Id, bl.Comments c WHERE p.Code = 'AA'",
			"the statement would take 2301 requests, and max_requests is 100: bl.Comments 2300, bl.Projects 1", "",
		},
		"catalog":             {1, "DESCRIBE bl.Issues; SHOW ALL TABLES; SELECT count(*) FROM information_schema.columns", "", ""},
		"prepared":            {23, "PREPARE q AS SELECT max(Key) FROM bl.Issues; EXECUTE q", "the statement would take 24 requests, and max_requests is 23: bl.Issues 24", ""},
		"no plan":             {23, "FROM (PIVOT bl.Issues ON Status USING count(*) GROUP BY ProjectId)", "the statement would take 24 requests, and max_requests is 23: bl.Issues 24", ""},
		"nothing to ask":      {1, "SELECT 1", "", ""},
		"explained":           {1, "EXPLAIN " + join, "", ""},
		"explained and asked": {24, "EXPLAIN ANALYZE " + join, "the statement would take 25 requests, and max_requests is 24: bl.Issues 24, bl.Projects 1", ""},
	}
	for name, test := range tests {
		set := fmt.Sprintf("SET VARIABLE max_requests = %d; ", test.most)
		for way, change := range map[string]func(*sqlengine.Config){
			"variable": nil,
			"option":   func(cfg *sqlengine.Config) { cfg.MaxRequests = int64(test.most) },
			"both":     func(cfg *sqlengine.Config) { cfg.MaxRequests = 3 },
		} {
			t.Run(name+"/"+way, func(t *testing.T) {
				source := newSpace()
				s := spaceSession(t, source, change)
				sql := test.sql
				if way != "option" {
					sql = set + sql
				}
				_, err := ask(t.Context(), s, sql)
				if got := text(err); got != test.want {
					t.Errorf("%s = %q, want %q", sql, got, test.want)
				}
				if err != nil && connector.KindOf(err) != connector.Invalid {
					t.Errorf("%s: the error's kind is %v", sql, connector.KindOf(err))
				}
				_, scanned := source.taken()
				for i, request := range scanned {
					scanned[i], _, _ = strings.Cut(request, " ")
				}
				if got := strings.Join(scanned, " "); got != test.scanned {
					t.Errorf("%s scanned %q, want %q", sql, got, test.scanned)
				}
			})
		}
	}
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestMaxRequestsHint(t *testing.T) {
	s := spaceSession(t, newSpace(), nil)
	_, err := ask(t.Context(), s, "SET VARIABLE max_requests = 5; SELECT Key FROM bl.Issues")
	if got, want := connector.HintOf(err), "Ask for less: EXPLAIN shows what each scan takes, and why. Or allow it: SET VARIABLE max_requests = 24."; got != want {
		t.Errorf("hint %q, want %q", got, want)
	}
	if got := mustAsk(t, s, "SELECT count(*) AS n FROM bl.Projects; RESET VARIABLE max_requests; SELECT count(Key) AS n FROM bl.Issues"); got != "n\n3\nn\n2300\n" {
		t.Errorf("without the limit = %s", got)
	}
}

// TestMaxRequestsExplained verifies that EXPLAIN foresees a refusal.
func TestMaxRequestsExplained(t *testing.T) {
	s := spaceSession(t, newSpace(), nil)
	const chain = "EXPLAIN SELECT count(*) FROM bl.Projects p JOIN bl.Issues i ON i.ProjectId = p.Id WHERE p.Code = 'AA'"
	for sql, want := range map[string]string{
		"SET VARIABLE max_requests = 23; EXPLAIN SELECT Key FROM bl.Issues": "max_requests is 23: the statement is refused",
		"SET VARIABLE max_requests = 24; EXPLAIN SELECT Key FROM bl.Issues": "",
		"SET VARIABLE max_requests = 24; " + chain:                          "max_requests is 24: the statement is refused unless the keys of its dynamic filters are few",
		"SET VARIABLE max_requests = 25; " + chain:                          "",
	} {
		told := ""
		for line := range strings.Lines(mustAsk(t, s, sql)) {
			if strings.HasPrefix(line, "max_requests") {
				told = strings.TrimSpace(line)
			}
		}
		if told != want {
			t.Errorf("%s tells %q, want %q", sql, told, want)
		}
	}
}

// TestMaxRequestsUnknown verifies that a scan whose cost is not known is told,
// and not refused.
func TestMaxRequestsUnknown(t *testing.T) {
	const sql = "SELECT count(*) FROM bl.Projects p, xl.Ten x"
	for name, test := range map[string]struct {
		most int64
		down error
		want string
	}{
		"no limit":  {0, nil, ""},
		"no answer": {5, nil, "max_requests does not count xl.Ten: how many requests that takes is not known"},
		"an error":  {5, connector.Errorf(connector.Unavailable, "down"), "max_requests does not count xl.Ten: how many requests that takes is not known"}, // bl keeps to it by itself
	} {
		t.Run(name, func(t *testing.T) {
			source := newSpace()
			source.fault = test.down
			s := spaceSession(t, source, func(cfg *sqlengine.Config) { cfg.MaxRequests = test.most })
			for result, err := range s.Run(t.Context(), sql, nil) {
				if err != nil {
					t.Fatal(err)
				}
				for result.Next() {
				}
				var told []string
				for _, n := range result.Notices() {
					told = append(told, n.Text)
				}
				if got := strings.Join(told, "; "); got != test.want {
					t.Errorf("notices %q, want %q", got, test.want)
				}
			}
		})
	}
}

func TestMaxRequestsBad(t *testing.T) {
	for value, want := range map[string]string{
		"'few'": "max_requests is 'few', which is no number of requests",
		"-1":    "max_requests is '-1', which is no number of requests",
		"1.5":   "max_requests is '1.5', which is no number of requests",
		"''":    "max_requests is '', which is no number of requests",
		"[1]":   "max_requests is '[1]', which is no number of requests",
		"'50'":  "", "50::HUGEINT": "", "NULL": "", "0": "",
	} {
		s := spaceSession(t, newSpace(), nil)
		_, err := ask(t.Context(), s, "SET VARIABLE max_requests = "+value)
		if got := text(err); got != want {
			t.Errorf("max_requests = %s: %q, want %q", value, got, want)
		}
		if _, again := ask(t.Context(), s, "SELECT * FROM bl.Projects"); text(again) != want {
			t.Errorf("a query after max_requests = %s: %v, want %q", value, again, want)
		}
	}
	s := spaceSession(t, newSpace(), nil)
	for _, mend := range []string{"SET VARIABLE max_requests = 50", "RESET VARIABLE max_requests"} {
		_, err := ask(t.Context(), s, "SET VARIABLE max_requests = 'few'")
		if got := mustAsk(t, s, mend+"; SELECT count(*) AS n FROM bl.Projects"); got != "n\n3\n" || err == nil {
			t.Errorf("%s = %s after %v", mend, got, err)
		}
	}
	if _, err := sqlengine.Open(t.Context(), sqlengine.Config{MaxRequests: -1}); connector.KindOf(err) != connector.Invalid {
		t.Errorf("Open with -1 requests = %v, want Invalid", err)
	}
}

// uncounting is a space that cannot count: what was to be one request is many.
type uncounting struct{ *space }

func (uncounting) Count(context.Context, connector.CountRequest) (int64, error) {
	return 0, connector.Errorf(connector.Unimplemented, "no count")
}

func TestMaxRequestsOfCount(t *testing.T) {
	source := newSpace()
	s := engine(t, uncounting{source}, func(cfg *sqlengine.Config) { cfg.MaxRequests = 5 })
	_, err := ask(t.Context(), s, "SELECT count(*) FROM pt.Issues")
	if want := "the statement would take 24 requests, and max_requests is 5: pt.Issues 24"; text(err) != want {
		t.Errorf("a count that fails = %v, want %s", err, want)
	}
	if _, scanned := source.taken(); len(scanned) > 0 {
		t.Errorf("scanned %q", scanned)
	}
}

// ungrouping is a space that finds out while it groups that it cannot.
type ungrouping struct{ *space }

func (ungrouping) Aggregate(context.Context, connector.AggregateRequest) (array.RecordReader, error) {
	return nil, connector.Errorf(connector.Unimplemented, "some rows are in no group")
}

func TestMaxRequestsOfGroups(t *testing.T) {
	const sql = "SELECT Status, count(*) AS n FROM pt.Issues GROUP BY 1 ORDER BY 1"
	for most, want := range map[int64]string{
		23: "the statement would take 24 requests, and max_requests is 23: pt.Issues 24",
		24: "",
	} {
		source := newSpace()
		s := engine(t, ungrouping{source}, func(cfg *sqlengine.Config) { cfg.MaxRequests = most })
		got, err := ask(t.Context(), s, sql)
		if text(err) != want {
			t.Errorf("groups that fail, under %d = %v, want %q", most, err, want)
		}
		if err == nil && got != "Status|n\nClosed|1874\nOpen|426\n" {
			t.Errorf("groups that are read = %s", got)
		}
		if _, scanned := source.taken(); (len(scanned) > 0) != (err == nil) {
			t.Errorf("under %d, scanned %q", most, scanned)
		}
	}
}
