package main

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/trackql/trackql/plugins/backlog/backlogtest"
	"github.com/trackql/trackql/sqlengine"
)

// pushdownSpace is the space that the queries of testdata/pushdown ask: their
// experts have counted its rows.
var pushdownSpace = backlogtest.Options{Issues: 1200, Unlimited: true}

// TestPushdown runs the queries of testdata/pushdown. Each must answer what it
// answers when every table is read whole, and may make no more requests for rows
// and counts than an expert would by hand. The golden shows all of them.
func TestPushdown(t *testing.T) {
	t.Chdir("../..") // paths in the queries are those of the repository
	queries := readPushdown(t, "testdata/pushdown")
	if len(queries) < 40 {
		t.Errorf("there are %d queries, want 40", len(queries))
	}
	server := newSpace(pushdownSpace)
	whole := server.session(t, server.open(t), func(cfg *sqlengine.Config) {
		withSample(t, samplePath)(cfg)
		cfg.NoPushdown = true
	})
	var summary, details strings.Builder
	made, expert, metadata := 0, 0, 0
	for _, q := range queries {
		t.Run(q.name, func(t *testing.T) {
			q.run(t, server, whole)
		})
		made, expert, metadata = made+q.made(), expert+q.expert, metadata+len(q.requests["metadata"])
		fmt.Fprintf(&summary, "%-32s %6d %6d %8d\n", q.name, q.expert, q.made(), len(q.requests["metadata"]))
		details.WriteString(q.details())
	}
	if made != expert {
		t.Errorf("all queries make %d requests, want %d", made, expert)
	}
	head := fmt.Sprintf("%-32s %6s %6s %8s\n", "query", "expert", "made", "metadata")
	sum := fmt.Sprintf("%-32s %6d %6d %8d\n", "all", expert, made, metadata)
	checkGolden(t, "testdata/pushdown/requests.golden", head+summary.String()+sum+details.String())
}

const samplePath = "testdata/samples/issues.xml"

func checkGolden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := gocmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s is out of date; run go test -update and look at the difference (-want +got):\n%s", path, diff)
	}
}

// pushdownQuery is a file of testdata/pushdown: what a person wants to know, how
// many requests an expert needs for it, and how; then the SQL.
type pushdownQuery struct {
	name, question, why string
	expert              int
	// rows is how many rows are wanted of a query that reading all tables cannot
	// answer, because the server alone can; else -1.
	rows int
	sql  string
	// requests are those that were made, by their purpose.
	requests map[string][]string
}

// readPushdown reads the queries of a folder, in the order of their names.
func readPushdown(t testing.TB, folder string) []*pushdownQuery {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(folder, "*.sql"))
	if err != nil {
		t.Fatal(err)
	}
	var all []*pushdownQuery
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		q, err := parsePushdown(strings.TrimSuffix(filepath.Base(path), ".sql"), string(text))
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		all = append(all, q)
	}
	return all
}

// parsePushdown reads a file: comments, of which some begin with a word and a
// colon, then a statement.
func parsePushdown(name, text string) (*pushdownQuery, error) {
	q := &pushdownQuery{name: name, expert: -1, rows: -1, requests: map[string][]string{}}
	part := &q.question
	for line := range strings.Lines(text) {
		comment, ok := strings.CutPrefix(line, "-- ")
		if !ok {
			q.sql += line
			continue
		}
		comment = strings.TrimSpace(comment)
		number := func(digits string) (n int, err error) { return strconv.Atoi(strings.TrimSpace(digits)) }
		var err error
		if digits, ok := strings.CutPrefix(comment, "expert:"); ok {
			q.expert, err = number(digits)
		} else if digits, ok := strings.CutPrefix(comment, "rows:"); ok {
			q.rows, err = number(digits)
		} else if why, ok := strings.CutPrefix(comment, "why:"); ok {
			part = &q.why
			*part = why
		} else {
			*part += " " + comment
		}
		if err != nil {
			return nil, err
		}
	}
	if q.question == "" || q.why == "" || q.expert < 0 || q.sql == "" {
		return nil, fmt.Errorf("it must have a question, expert:, why: and a statement")
	}
	return q, nil
}

// run asks the query of a session that knows nothing yet.
func (q *pushdownQuery) run(t *testing.T, server emulated, whole *sqlengine.Session) {
	s := server.session(t, server.open(t), withSample(t, samplePath))
	server.Forget()
	got, err := answer(t.Context(), s, q.sql)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range server.Requests() {
		kind := q.purpose(r)
		q.requests[kind] = append(q.requests[kind], shortened(r))
	}
	q.compare(t, got, whole)
	if q.made() > q.expert {
		explained, err := answer(t.Context(), s, "EXPLAIN ANALYZE "+q.sql)
		t.Errorf("%d requests, want %d:\n%s%v\n%s", q.made(), q.expert, q.details(), err, explained)
	}
}

// compare compares an answer with that of reading every table whole, without
// regard to the order of rows.
func (q *pushdownQuery) compare(t *testing.T, got string, whole *sqlengine.Session) {
	t.Helper()
	if got == "" {
		t.Error("no row came: the query shows nothing")
	}
	if q.rows >= 0 {
		if n := strings.Count(got, "\n"); n != q.rows {
			t.Errorf("%d rows came, want %d", n, q.rows)
		}
		return
	}
	want, err := answer(t.Context(), whole, q.sql)
	if err != nil {
		t.Fatalf("read whole: %v", err)
	}
	if sortedLines(got) != sortedLines(want) {
		t.Errorf("with pushdown:\n%swithout:\n%s", got, want)
	}
}

func sortedLines(text string) string {
	lines := strings.Split(text, "\n")
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

func (q *pushdownQuery) made() int { return len(q.requests["data"]) + len(q.requests["count"]) }

// details shows the requests of a query. Their order is that of their text:
// those that go side by side have no other.
func (q *pushdownQuery) details() string {
	text := fmt.Sprintf("\n%s:%s\n", q.name, q.question)
	for _, kind := range []string{"metadata", "count", "data"} {
		slices.SortFunc(q.requests[kind], func(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) })
		for _, line := range q.requests[kind] {
			text += fmt.Sprintf("  %-8s %s\n", kind, line)
		}
	}
	return text
}

// metadataPaths are requests for metadata, but in queries that read the table of
// the same rows.
var metadataPaths = map[string]*regexp.Regexp{
	"Projects":                 regexp.MustCompile(`^/projects$`),
	"ProjectStatuses":          regexp.MustCompile(`^/projects/[^/]+/statuses$`),
	"ProjectIssueTypes":        regexp.MustCompile(`^/projects/[^/]+/issueTypes$`),
	"Users":                    regexp.MustCompile(`^/users$`),
	"ProjectUsers":             regexp.MustCompile(`^/projects/[^/]+/users$`),
	"ProjectCategories":        regexp.MustCompile(`^/projects/[^/]+/categories$`),
	"ProjectVersionMilestones": regexp.MustCompile(`^/projects/[^/]+/versions$`),
	"ProjectCustomFields":      regexp.MustCompile(`^/projects/[^/]+/customFields$`),
	"Priorities":               regexp.MustCompile(`^/priorities$`),
	"Resolutions":              regexp.MustCompile(`^/resolutions$`),
	"Space":                    regexp.MustCompile(`^/space$`),
}

// purpose tells what a request is for: metadata, count or data.
func (q *pushdownQuery) purpose(r backlogtest.Request) string {
	path := strings.TrimPrefix(r.Path, "/api/v2")
	for table, pattern := range metadataPaths {
		if pattern.MatchString(path) && !regexp.MustCompile(`(?i)\bbl\.`+table+`\b`).MatchString(q.sql) {
			return "metadata"
		}
	}
	if strings.HasSuffix(path, "/count") {
		return "count"
	}
	return "data"
}

// shortened shows a request without what all have, and of long lists the length.
func shortened(r backlogtest.Request) string {
	for name, values := range r.Query {
		if len(values) > 3 {
			r.Query[name] = []string{fmt.Sprintf("(%d values)", len(values))}
		}
	}
	text := strings.Replace(r.String(), "/api/v2", "", 1)
	return strings.Replace(text, "projectId[]=1000101&projectId[]=1000112&projectId[]=1000123", "projectId[]=(all)", 1)
}
