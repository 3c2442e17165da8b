package backlog_test

import (
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog"
	"github.com/trackql/trackql/plugins/backlog/backlogtest"
)

// scanned reads a table, and writes the error of that with its hint.
func scanned(t *testing.T, src connector.Source, table, column string, where ...connector.Predicate) string {
	t.Helper()
	reader, err := src.Scan(t.Context(), connector.ScanRequest{Table: table, Columns: []string{column}, Where: where})
	if err != nil {
		return shown(err)
	}
	defer reader.Release()
	for reader.Next() { //nolint:revive // what counts is how it ends
	}
	return shown(reader.Err())
}

// TestPeopleOfAMember: whoever is no administrator is told how to find people.
func TestPeopleOfAMember(t *testing.T) {
	server := serve(backlogtest.Options{})
	src := open(t, memory.DefaultAllocator, server, "ApiKey", server.MemberKey())
	for table, column := range map[string]string{"Users": "Name", "UserReceivedStars": "Title", "Watchings": "Id", "UserRecentUpdates": "Id"} {
		got := scanned(t, src, table, column)
		for _, part := range []string{"unauthorized: ", "/users: ", "Only an administrator may list", "ProjectUsers", "WHERE UserId = 1"} {
			if !strings.Contains(got, part) {
				t.Errorf("a scan of %s gives %s; want %q in it", table, got, part)
			}
		}
	}
	me := connector.Predicate{Column: "UserId", Op: connector.In, Values: []connector.Value{connector.IntOf(5008), connector.IntOf(5015)}}
	if got := scanned(t, src, "UserReceivedStars", "Title", me); got != "no error" {
		t.Errorf("a scan of UserReceivedStars by the ids of people gives %s", got)
	}
}

// TestKeyIsNoSignIn: where the server refuses a key, signing in is no help,
// whatever it says of tokens.
func TestKeyIsNoSignIn(t *testing.T) {
	answer := roundTripper(func(r *http.Request) (*http.Response, error) {
		return &http.Response{
			StatusCode: http.StatusUnauthorized, Request: r, Body: io.NopCloser(strings.NewReader(`{}`)),
			Header: http.Header{"Content-Type": {"application/json"}, "Www-Authenticate": {`Bearer error="invalid_token"`}},
		}, nil
	})
	src := openOver(t, memory.DefaultAllocator, serve(backlogtest.Options{}), answer)
	got := scanned(t, src, "Priorities", "Name")
	if strings.Contains(got, "auth login") || !strings.Contains(got, "four steps") {
		t.Errorf("a refused key gives %s, want how to get one", got)
	}
}

// TestRefusedHere: what the server would not take, or would take for something
// else, is refused without a request.
func TestRefusedHere(t *testing.T) {
	equalInt := func(column string, n int64) connector.Predicate {
		return connector.Predicate{Column: column, Op: connector.Eq, Values: []connector.Value{connector.IntOf(n)}}
	}
	number := func(n int64) connector.Predicate { return equalInt("ParentChild", n) }
	tests := map[string]struct {
		table string
		where connector.Predicate
		want  string // the error's beginning
	}{
		"kinship above":    {"Issues", number(99), "invalid: ParentChild = 99: ParentChild is one of 0 to 10 (To choose by kinship: "},
		"kinship below":    {"Issues", number(-1), "invalid: ParentChild = -1: ParentChild is one of 0 to 10 (To choose by kinship: "},
		"a parent 0":       {"Issues", equalInt("ParentIssueId", 0), "no error"},
		"an assignee 0":    {"Issues", equalInt("AssigneeId", 0), "no error"},
		"the tree":         {"Documents", equal("Id", "tree"), "no error"},
		"the number":       {"Documents", equal("Id", "count"), "no error"},
		"comments of none": {"DocumentComments", equal("DocumentId", "tree"), "no error"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			server := serve(backlogtest.Options{})
			src := open(t, memory.DefaultAllocator, server)
			if got := scanned(t, src, test.table, "Id", test.where); !strings.HasPrefix(got, test.want) {
				t.Errorf("a scan WHERE %s gives %s, want %s…", test.where, got, test.want)
			}
			for _, r := range server.Requests() {
				if r.Path != "/api/v2/projects" {
					t.Errorf("asked %s", r)
				}
			}
		})
	}
}

// TestNumbersOfOptions: a number that cannot be is refused with what can.
func TestNumbersOfOptions(t *testing.T) {
	tests := map[string]struct{ option, value, want string }{
		"pages too large": {"PageSize", "1000", "invalid: PageSize=1000 is not from 1 to 100 (Backlog gives no more rows at a time. A scan reads all pages, whatever their size.)"},
		"pages of none":   {"PageSize", "0", "invalid: PageSize=0 is not from 1 to 100 (Backlog gives no more rows at a time. A scan reads all pages, whatever their size.)"},
		"too many":        {"MaxConcurrency", "65", "invalid: MaxConcurrency=65 is not from 1 to 64 (The server's limit a minute is kept whatever it is.)"},
		"no time":         {"Timeout", "0s", "invalid: Timeout=0s (Write a duration such as 30s or 10m.)"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := backlog.New().Open(t.Context(), connector.Config{
				Name: "bl", Timezone: time.UTC, Log: slog.New(slog.DiscardHandler),
				Options: settings(t, "Url", "https://example.backlog.test", "ApiKey", "none", test.option, test.value),
			})
			if got := shown(err); got != test.want {
				t.Errorf("Open = %s, want %s", got, test.want)
			}
		})
	}
}
