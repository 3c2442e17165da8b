package sqlengine_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/google/go-cmp/cmp"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/connector/connectortest"
	"github.com/trackql/trackql/sqlengine"
)

// TestGroups asks for groups of rows: of a source that groups, which must not be
// read then, and of one that does not. The answers must be the same.
func TestGroups(t *testing.T) {
	source := tracker(nil)
	s := engine(t, source, nil)
	plain := session(t, sqlengine.Config{Sources: []sqlengine.NamedSource{{Name: "pt", Connector: "memory", Source: connectortest.Plain(source)}}})
	const none = "none: it is read"
	for sql, want := range map[string]string{
		"SELECT Status, count(*) AS n FROM pt.Issues GROUP BY 1":                                                                 "[Status] []",
		"SELECT upper(Status) AS u, count(*) AS n FROM pt.Issues GROUP BY 1 HAVING n > 3":                                        "[Status] []",
		"SELECT Status, count(*) AS n FROM pt.Issues WHERE Id >= 500 AND 担当者 = '担当3' GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 1":      `[Status] [Id >= 500 "担当者" = '担当3']`,
		"SELECT 担当者, Status, count(Id) AS n, count(Status) AS m, max(Status) AS x FROM pt.Issues GROUP BY ALL":                   "[Status 担当者] []",
		"SELECT DISTINCT Status FROM pt.Issues WHERE Id < 10":                                                                    "[Status] [Id < 10]",
		"SELECT 担当者, count(*) AS n FROM pt.Issues WHERE 担当者 IN ('担当3', '担当5', 'x') GROUP BY 1":                                   `[担当者] ["担当者" IN ('担当3', '担当5', 'x')]`,
		"SELECT count(*) AS n FROM (SELECT DISTINCT \"Assigned to\" FROM pt.Issues)":                                             "[Assigned to] []",
		"WITH g AS (SELECT Status, count(*) AS n FROM pt.Issues GROUP BY 1) SELECT n FROM g WHERE Status = 'Open'":               "[Status] [Status = 'Open']",
		"SELECT Status, 担当者, count(*) AS n, grouping(Status) AS g FROM pt.Issues GROUP BY CUBE (1, 2)":                           "[Status 担当者] []",
		"SELECT Status, count(*) AS n FROM pt.Issues WHERE Id < 0 GROUP BY 1":                                                    "[Status] [Id < 0]",
		"SELECT Status, count(*) FILTER (WHERE Id < 10) AS n FROM pt.Issues GROUP BY 1":                                          none,
		"SELECT Status, sum(Id) AS n FROM pt.Issues GROUP BY 1":                                                                  none,
		"SELECT Status, count(*) AS n FROM pt.Issues WHERE lower(Status) = 'open' GROUP BY 1":                                    none,
		"SELECT Status, count(*) AS n FROM pt.Issues WHERE Created >= TIMESTAMPTZ '1970-01-03 00:00:00Z' GROUP BY 1":             none,
		"SELECT Status, count(*) AS n FROM pt.Issues GROUP BY 1 UNION ALL SELECT 担当者, count(*) FROM pt.Issues GROUP BY 1":        none,
		"SELECT Status, count(*) AS n FROM (SELECT Status FROM pt.Issues ORDER BY Id LIMIT 7) GROUP BY 1":                        none,
		"SELECT Status, count(*) AS n FROM pt.Issues i JOIN pt.Users u ON u.Name = i.\"Assigned to\" GROUP BY 1":                 none,
		"SELECT u.Team, g.n FROM pt.Users u JOIN (SELECT \"Assigned to\" a, count(*) n FROM pt.Issues GROUP BY 1) g ON a = Name": "[Assigned to] []",
	} {
		source.Forget()
		got := mustAsk(t, s, sql)
		asked, pages := source.Aggregates(), source.Pages("Issues")
		if expected := mustAsk(t, plain, sql); sorted(got) != sorted(expected) {
			t.Errorf("%s =\n%swant\n%s", sql, got, expected)
		}
		told := none
		if len(asked) == 1 && pages == 0 {
			told = fmt.Sprint(asked[0].GroupBy, " ", asked[0].Where)
		}
		if told != want || asked != nil && want == none {
			t.Errorf("%s asked for the groups %s, and pulled %d pages; want %s", sql, told, pages, want)
		}
	}
}

// TestGroupsOfNarrowedFetch verifies that the keys of a dynamic filter go along
// where a source groups, and that groups give the keys of one.
func TestGroupsOfNarrowedFetch(t *testing.T) {
	source := tracker(nil)
	s := engine(t, source, nil)
	got := mustAsk(t, s, "SELECT c.IssueId, c.n FROM pt.Issues i JOIN (SELECT IssueId, count(*) AS n FROM pt.Comments GROUP BY 1) c ON c.IssueId = i.Id WHERE i.Id IN (3, 500) ORDER BY 1")
	if want := "IssueId|n\n3|5\n500|5\n"; got != want {
		t.Errorf("groups of few issues = %s, want %s", got, want)
	}
	if got := fmt.Sprint(source.Aggregates()); source.Pages("Comments") != 0 || !strings.Contains(got, "IssueId IN (3, 500)") {
		t.Errorf("asked to group %s, and %d pages of comments", got, source.Pages("Comments"))
	}
	source.Forget()
	got = mustAsk(t, s, "SELECT i.Id, c.n FROM pt.Issues i JOIN (SELECT IssueId, count(*) AS n FROM pt.Comments WHERE IssueId IN (7, 8) GROUP BY 1) c ON c.IssueId = i.Id ORDER BY 1")
	if want := "Id|n\n7|5\n8|5\n"; got != want {
		t.Errorf("issues of few groups = %s, want %s", got, want)
	}
	if len(source.Aggregates()) != 1 || source.Pages("Comments") != 0 {
		t.Errorf("asked to group %v, and %d pages of comments", source.Aggregates(), source.Pages("Comments"))
	}
}

// grouper answers aggregate requests as a test tells.
type grouper struct {
	*connectortest.Memory
	answer func() (array.RecordReader, error)
}

func (g *grouper) Aggregate(context.Context, connector.AggregateRequest) (array.RecordReader, error) {
	return g.answer()
}

// groupRows makes an answer of the groups of one text column.
func groupRows(column string, keys []string, counts []int64) func() (array.RecordReader, error) {
	return func() (array.RecordReader, error) {
		schema := arrow.NewSchema([]arrow.Field{{Name: column, Type: arrow.BinaryTypes.String, Nullable: true}, {Name: "count", Type: arrow.PrimitiveTypes.Int64}}, nil)
		b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
		defer b.Release()
		for i, key := range keys {
			b.Field(0).(*array.StringBuilder).BinaryBuilder.Append([]byte(key))
			b.Field(1).(*array.Int64Builder).Append(counts[i])
		}
		batch := b.NewRecordBatch()
		defer batch.Release()
		return array.NewRecordReader(schema, []arrow.RecordBatch{batch})
	}
}

func TestGroupAnswers(t *testing.T) {
	unimplemented := func() (array.RecordReader, error) {
		return nil, connector.Errorf(connector.Unimplemented, "reading is the better way")
	}
	failing := func() (array.RecordReader, error) {
		return nil, connector.Errorf(connector.Unavailable, "the tracker is gone")
	}
	const sql = "SELECT 担当者, count(*) AS n FROM pt.Issues WHERE 担当者 <= '担当1' GROUP BY 1 ORDER BY 1"
	tests := map[string]struct {
		answer func() (array.RecordReader, error)
		want   string
		err    string
		read   bool
	}{
		"many rows":       {groupRows("担当者", []string{"担当0", "担当1"}, []int64{4_000_001, 2}), "担当者|n\n担当0|4000001\n担当1|2\n", "", false},
		"empty groups":    {groupRows("担当者", []string{"担当", "担当0", "担当00"}, []int64{0, 5, 0}), "担当者|n\n担当0|5\n", "", false},
		"no group":        {groupRows("担当者", nil, nil), "担当者|n\n", "", false},
		"many groups":     {groupRows("担当者", strings.Fields(strings.Repeat("担当0 ", 5000)), slicesOf(5000, 3)), "担当者|n\n担当0|15000\n", "", false},
		"unimplemented":   {unimplemented, "担当者|n\n担当0|143\n担当1|143\n", "", true},
		"an error":        {failing, "", "group pt.Issues: the tracker is gone", false},
		"another column":  {groupRows("Status", []string{"担当0"}, []int64{1}), "", "group pt.Issues: column 1 of groups is Status utf8, want 担当者 utf8", false},
		"a negative size": {groupRows("担当者", []string{"担当0"}, []int64{-1}), "", "group pt.Issues: a group has -1 rows", false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			source := &grouper{tracker(nil), test.answer}
			s := engine(t, source, nil)
			got, err := ask(t.Context(), s, sql)
			if test.err != "" {
				if err == nil || err.Error() != test.err {
					t.Errorf("%s = %v, want %s", sql, err, test.err)
				}
				return
			}
			if diff := cmp.Diff(test.want, got); diff != "" || err != nil {
				t.Errorf("%s: %v (-want +got):\n%s", sql, err, diff)
			}
			if read := source.Pages() > 0; read != test.read {
				t.Errorf("%s: read %t, want %t", sql, read, test.read)
			}
		})
	}
}

func slicesOf(n int, of int64) []int64 {
	list := make([]int64, n)
	for i := range list {
		list[i] = of
	}
	return list
}

func TestExplainGroups(t *testing.T) {
	source := tracker(nil)
	s := engine(t, source, nil)
	const sql = "SELECT Status, count(*) FROM pt.Issues WHERE Id < 100 GROUP BY 1"
	const tried = "grouped at the source by Status, where that is fewer requests than to read"
	if got := mustAsk(t, s, "EXPLAIN "+sql); !strings.Contains(got, tried) || len(source.Aggregates()) != 0 {
		t.Errorf("EXPLAIN = %s, want %q in it; asked for %v", got, tried, source.Aggregates())
	}
	const done = "grouped pt.Issues: 3 groups, 100 rows, none read"
	if got := mustAsk(t, s, "EXPLAIN ANALYZE "+sql); !strings.Contains(got, done) {
		t.Errorf("EXPLAIN ANALYZE = %s, want %q in it", got, done)
	}
	plain := session(t, sqlengine.Config{Sources: []sqlengine.NamedSource{{Name: "pt", Connector: "memory", Source: connectortest.Plain(source)}}})
	if got := mustAsk(t, plain, "EXPLAIN "+sql); strings.Contains(got, "grouped") {
		t.Errorf("EXPLAIN of a source that cannot group = %s", got)
	}
}
