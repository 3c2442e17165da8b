package backlog_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/backlogtest"
)

// TestLimitGoesOn asks for a name while what is known of names is old: of the
// rows that the server gives by id some have another name by now, and those that
// have it stand behind the limit.
func TestLimitGoesOn(t *testing.T) {
	server := serve(backlogtest.Options{})
	src := open(t, memory.DefaultAllocator, server, "MetadataTTL", "1h", "CacheLocation", t.TempDir())
	req := connector.ScanRequest{
		Table: "Issues", Columns: []string{"Id", "StatusName"},
		Where: []connector.Predicate{{Column: "StatusName", Op: connector.Eq, Values: []connector.Value{connector.TextOf("レビュー中")}}},
	}
	before := readAll(t, src, req)
	server.Edit(func(s *backlogtest.Space) {
		for _, p := range s.Projects {
			for i := range p.Statuses {
				if p.Key == "APP" && p.Statuses[i].Name == "レビュー中" {
					p.Statuses[i].Name = "In review"
				}
			}
		}
	})
	left := readAll(t, src, req)
	if len(left) == 0 || len(left) >= len(before) {
		t.Fatalf("%d rows of %d have the name still; the test needs some", len(left), len(before))
	}
	for limit := range len(left) {
		req.Limit = int64(limit + 1)
		if rows := readAll(t, src, req); len(rows) != limit+1 {
			t.Errorf("LIMIT %d gives %d rows", req.Limit, len(rows))
		}
	}
}

// TestCountsOfRenamed counts by a name, and groups by it, after a status was
// renamed: for as long as names are kept, both go by the one that it had.
func TestCountsOfRenamed(t *testing.T) {
	const before, after = "処理中", "In Arbeit"
	server := serve(backlogtest.Options{})
	src := open(t, memory.DefaultAllocator, server, "MetadataTTL", "1h", "CacheLocation", t.TempDir(), "PageSize", "20")
	counts := func() string {
		var told []string
		for _, name := range []string{before, after} {
			n, err := src.Count(t.Context(), connector.CountRequest{Table: "Issues", Where: []connector.Predicate{equal("StatusName", name)}})
			if err != nil && connector.KindOf(err) != connector.Unimplemented { // a name that nothing has is left to scans
				t.Fatal(err)
			}
			rows := readAll(t, src, connector.ScanRequest{Table: "Issues", Columns: []string{"Id"}, Where: []connector.Predicate{equal("StatusName", name)}})
			told = append(told, fmt.Sprintf("%s: %t %t", name, n > 0, len(rows) > 0))
		}
		return strings.Join(told, ", ")
	}
	groups := func() bool {
		reader, err := src.Aggregate(t.Context(), connector.AggregateRequest{Table: "Issues", GroupBy: []string{"StatusName"}})
		if err != nil {
			t.Fatal(err)
		}
		defer reader.Release()
		found := false
		for reader.Next() {
			for row := range int(reader.RecordBatch().NumRows()) {
				found = found || valueAt(reader.RecordBatch().Column(0), row) == connector.TextOf(after)
			}
		}
		return found
	}
	if groups() {
		t.Fatal("there is a group of a name that nothing has")
	}
	server.Edit(func(s *backlogtest.Space) {
		for _, p := range s.Projects {
			for _, status := range p.Statuses {
				if status.Name == before {
					status.Name = after
				}
			}
		}
	})
	if groups() {
		t.Error("a group has the new name at once: the docs say that it takes MetadataTTL")
	}
	n, err := src.Count(t.Context(), connector.CountRequest{Table: "Issues", Where: []connector.Predicate{equal("StatusName", before)}})
	if err != nil || n == 0 {
		t.Errorf("Count of the old name = %d, %v; the docs say that it is counted for MetadataTTL", n, err)
	}
	if err := src.clock.Sleep(t.Context(), 61*time.Minute); err != nil {
		t.Fatal(err)
	}
	if !groups() {
		t.Error("after MetadataTTL no group has the new name")
	}
	if got, want := counts(), before+": false false, "+after+": true true"; got != want {
		t.Errorf("counts and rows = %s, want %s", got, want)
	}
}

// TestNewProject reads an issue of a project that was made after what is known
// of projects.
func TestNewProject(t *testing.T) {
	server := serve(backlogtest.Options{})
	src := open(t, memory.DefaultAllocator, server, "MetadataTTL", "1h", "CacheLocation", t.TempDir())
	readAll(t, src, connector.ScanRequest{Table: "Issues", Columns: []string{"ProjectKey"}, Limit: 1})
	key := ""
	server.Edit(func(s *backlogtest.Space) {
		p := *s.Projects[0]
		p.ID, p.Key = p.ID+1, "NEW"
		s.Projects = append(s.Projects, &p)
		key = s.KeyOf(s.AddIssue(p.ID, nil))
	})
	if err := src.clock.Sleep(context.Background(), time.Minute); err != nil {
		t.Fatal(err)
	}
	rows := readAll(t, src, connector.ScanRequest{
		Table: "Issues", Columns: []string{"IssueKey", "ProjectKey"},
		Where: []connector.Predicate{{Column: "IssueKey", Op: connector.Eq, Values: []connector.Value{connector.TextOf(key)}}},
	})
	if len(rows) != 1 || rows[0][1] != connector.TextOf("NEW") {
		t.Errorf("the issue %s of a new project is %v, want its key and NEW", key, rows)
	}
}
