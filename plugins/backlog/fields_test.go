package backlog_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/backlogtest"
)

// equal is a condition on a column.
func equal(column, text string) connector.Predicate {
	return connector.Predicate{Column: column, Op: connector.Eq, Values: []connector.Value{connector.TextOf(text)}}
}

// importance counts the rows in which each of the columns that are called alike
// has a value, in the projects that a condition leaves.
func importance(t *testing.T, src opened, where ...connector.Predicate) map[string]int {
	t.Helper()
	counts := map[string]int{}
	for _, name := range []string{"重要度", "重要度 (WEB)", "重要度 (APP)"} {
		rows := readAll(t, src, connector.ScanRequest{Table: "Issues", Columns: []string{name}, Where: where})
		for _, row := range rows {
			if !row[0].IsNull() {
				counts[name]++
			}
		}
	}
	return counts
}

// TestFieldNamesHangOnNothing: what a name means depends neither on the rows
// that are asked for, nor on what was asked before.
func TestFieldNamesHangOnNothing(t *testing.T) {
	web, app := equal("ProjectKey", "WEB"), equal("ProjectKey", "APP")
	server := serve(backlogtest.Options{})
	all := importance(t, open(t, memory.DefaultAllocator, server))
	if all["重要度"] == 0 || all["重要度"] != all["重要度 (APP)"] || all["重要度 (WEB)"] == 0 {
		t.Fatalf("values in all projects: %v, want some of both kinds", all)
	}
	wants := map[string]struct {
		where connector.Predicate
		want  map[string]int
	}{
		"WEB": {web, map[string]int{"重要度 (WEB)": all["重要度 (WEB)"]}},
		"APP": {app, map[string]int{"重要度": all["重要度"], "重要度 (APP)": all["重要度"]}},
	}
	for name, test := range wants {
		t.Run(name, func(t *testing.T) {
			fresh := open(t, memory.DefaultAllocator, server)
			before := open(t, memory.DefaultAllocator, server)
			for _, where := range [][]connector.Predicate{{web}, {app}, nil} {
				if _, err := before.Widen(context.Background(), "Issues", where); err != nil {
					t.Fatal(err)
				}
			}
			for _, src := range []opened{fresh, before} {
				if got := importance(t, src, test.where); fmt.Sprint(got) != fmt.Sprint(test.want) {
					t.Errorf("values in %s: %v, want %v", name, got, test.want)
				}
			}
		})
	}
}

// TestWidenTellsWhatIsInQuestion: a statement about a project has no columns of
// others, and those that it has are named as everywhere.
func TestWidenTellsWhatIsInQuestion(t *testing.T) {
	tests := map[string]struct {
		where []connector.Predicate
		want  string
	}{
		"APP":  {[]connector.Predicate{equal("ProjectKey", "APP")}, "重要度 見積金額 Channel Status Story Points 重要度 (APP)"},
		"OPS":  {[]connector.Predicate{equal("ProjectKey", "OPS")}, "納品日 Story Points"},
		"none": {[]connector.Predicate{equal("ProjectKey", "NONE")}, ""},
		"a condition on a field": {
			[]connector.Predicate{equal("重要度 (WEB)", "重大")},
			"メモ 詳細メモ 見積金額 納品日 重要度 (WEB) 影響範囲 対応OS Channel",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			src := open(t, memory.DefaultAllocator, serve(backlogtest.Options{}))
			wide, err := src.Widen(context.Background(), "Issues", test.where)
			if err != nil {
				t.Fatal(err)
			}
			tables, err := src.Tables(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			got := strings.Join(wide.ColumnNames()[len(tables[0].Columns):], " ")
			if tables[0].Name != "Issues" || got != test.want {
				t.Errorf("columns = %s, want %s", got, test.want)
			}
		})
	}
}

// TestUnreadFields: a project whose custom fields may not be read is left out
// with a warning, unless it is in question.
func TestUnreadFields(t *testing.T) {
	server := serve(backlogtest.Options{})
	src := openOver(t, memory.DefaultAllocator, server, refusing(server, "/projects/1000123/customFields"))
	reader, err := src.Scan(context.Background(), connector.ScanRequest{
		Table: "Issues", Columns: []string{"Story Points"}, Where: []connector.Predicate{equal("ProjectKey", "APP")},
	})
	if err != nil {
		t.Fatal(err)
	}
	lines := rowsOf(reader)
	want := "warning: unread-fields: the custom fields of OPS may not be read, so columns are named without them"
	if !slices.Contains(lines, want) {
		t.Errorf("came %q, want %q among it", lines, want)
	}
	for name, where := range map[string][]connector.Predicate{"all": nil, "OPS": {equal("ProjectKey", "OPS")}} {
		_, err := src.Scan(context.Background(), connector.ScanRequest{Table: "Issues", Columns: []string{"Story Points"}, Where: where})
		if err == nil || connector.KindOf(err) != connector.Unauthorized {
			t.Errorf("Scan of %s = %v, want that it is not allowed", name, err)
		}
		if _, err := src.Widen(context.Background(), "Issues", where); err == nil || connector.KindOf(err) != connector.Unauthorized {
			t.Errorf("Widen of %s = %v, want that it is not allowed", name, err)
		}
	}
}

// refusing returns what answers that a path may not be seen, and has the server
// answer all else.
func refusing(server *backlogtest.Server, path string) http.RoundTripper {
	return roundTripper(func(r *http.Request) (*http.Response, error) {
		if !strings.HasSuffix(r.URL.Path, path) {
			return server.Transport().RoundTrip(r)
		}
		body := `{"errors":[{"message":"You are not allowed to.","code":5,"moreInfo":""}]}`
		return &http.Response{
			StatusCode: http.StatusForbidden, Request: r, Body: io.NopCloser(strings.NewReader(body)),
			Header: http.Header{"Content-Type": {"application/json"}},
		}, nil
	})
}

// TestFieldThatIsNoMore: a column that was told, and whose field was renamed
// since, is an error that tells what there is.
func TestFieldThatIsNoMore(t *testing.T) {
	server := serve(backlogtest.Options{})
	src := open(t, memory.DefaultAllocator, server, "MetadataTTL", "1h", "CacheLocation", t.TempDir())
	if _, err := src.Widen(context.Background(), "Issues", nil); err != nil {
		t.Fatal(err)
	}
	server.Edit(func(s *backlogtest.Space) {
		for _, p := range s.Projects {
			for _, f := range p.Fields {
				if f.Name == "Story Points" {
					f.Name = "Story Point"
				}
			}
		}
	})
	req := connector.ScanRequest{Table: "Issues", Columns: []string{"Story Points"}, Limit: 1}
	if rows := readAll(t, src, req); len(rows) != 1 {
		t.Errorf("what was told is gone before its time: %v", rows)
	}
	if err := src.clock.Sleep(context.Background(), 2*time.Hour); err != nil {
		t.Fatal(err)
	}
	_, err := src.Scan(context.Background(), req)
	if got := shown(err); got != `not found: table Issues has no column "Story Points" (Did you mean "Story Point"?)` {
		t.Errorf("Scan: %s", got)
	}
}

// shown writes an error with its hint.
func shown(err error) string {
	if err == nil {
		return "no error"
	}
	return connector.KindOf(err).String() + ": " + err.Error() + " (" + connector.HintOf(err) + ")"
}
