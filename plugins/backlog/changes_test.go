package backlog_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/backlogtest"
)

// TestChangingRows scans while issues come, change and go between pages: what
// nobody touched comes once, whatever its page.
func TestChangingRows(t *testing.T) {
	for seed := range uint64(15) {
		server := serve(backlogtest.Options{Issues: 230})
		src := open(t, memory.DefaultAllocator, server, "PageSize", "20")
		r := learn(t, src, "Issues", seed)
		touched := map[int64]bool{}
		change := rand.New(rand.NewPCG(seed, 1))
		server.Between(func(_ int, s *backlogtest.Space) { disturb(s, change, touched) })
		req := connector.ScanRequest{Table: "Issues", Columns: r.table.ColumnNames()}
		if p, ok := r.predicate(); ok && seed%2 == 0 {
			req.Where = []connector.Predicate{p}
		}
		got := readAll(t, src, req)
		server.Between(nil)
		checkUntouched(t, r, req, got, touched)
	}
}

// disturb changes, deletes or adds an issue.
func disturb(s *backlogtest.Space, r *rand.Rand, touched map[int64]bool) {
	issues := s.Issues()
	id := issues[r.IntN(len(issues))].ID
	touched[id] = true
	switch r.IntN(3) {
	case 0:
		s.UpdateIssue(id, func(i *backlogtest.Issue) { i.Status = 1 + r.Int64N(4) })
	case 1:
		for _, i := range issues {
			if i.Parent == id {
				touched[i.ID] = true
			}
		}
		s.DeleteIssue(id)
	case 2:
		if i := s.AddIssue(s.Projects[0].ID, nil); i != nil {
			touched[i.ID] = true
		}
	}
}

func checkUntouched(t *testing.T, r *random, req connector.ScanRequest, got [][]connector.Value, touched map[int64]bool) {
	t.Helper()
	id := slices.IndexFunc(r.table.Columns, func(c connector.Column) bool { return c.Name == "Id" })
	times := map[int64]int{}
	for _, row := range got {
		if times[row[id].Int()]++; times[row[id].Int()] == 2 {
			t.Errorf("WHERE %v gives issue %s twice", req.Where, row[id])
		}
	}
	for _, row := range r.rows {
		n := row[id].Int()
		if !touched[n] && r.match(row, req.Where) && times[n] == 0 {
			t.Errorf("WHERE %v loses issue %d, which nobody touched", req.Where, n)
		}
	}
}

// ids reads the ids of a stream.
func ids(t *testing.T, reader array.RecordReader) []int64 {
	t.Helper()
	if reader == nil {
		return nil
	}
	defer reader.Release()
	list := []int64{}
	for reader.Next() {
		batch := reader.RecordBatch()
		for row := range int(batch.NumRows()) {
			list = append(list, valueAt(batch.Column(0), row).Int())
		}
	}
	if err := reader.Err(); err != nil {
		t.Fatal(err)
	}
	slices.Sort(list)
	return list
}

// TestChanges follows a space from moment to moment: what it tells of changes,
// put on what was there, is what is there.
func TestChanges(t *testing.T) {
	server := serve(backlogtest.Options{Issues: 150})
	src := open(t, memory.DefaultAllocator, server)
	ctx := context.Background()
	req := connector.ChangesRequest{Table: "Issues", Columns: []string{"Id", "StatusId"}}
	first, err := src.Changes(ctx, req)
	if err != nil {
		t.Fatal(err)
	}
	kept := map[int64]bool{}
	for _, id := range ids(t, first.Rows) {
		kept[id] = true
	}
	if first.Gone != nil || len(kept) != 150 {
		t.Fatalf("the first time %d issues came, want 150, and Gone is %v, want nil", len(kept), first.Gone)
	}
	req.Since = first.Token
	r := rand.New(rand.NewPCG(3, 3))
	for round := range 6 {
		server.Edit(func(s *backlogtest.Space) {
			for range 1 << (2 * min(round, 3)) {
				disturb(s, r, map[int64]bool{})
			}
		})
		server.Forget()
		changes, err := src.Changes(ctx, req)
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range ids(t, changes.Rows) {
			kept[id] = true
		}
		for _, id := range ids(t, changes.Gone) {
			delete(kept, id)
		}
		var want []int64
		server.Edit(func(s *backlogtest.Space) {
			for _, i := range s.Issues() {
				want = append(want, i.ID)
			}
		})
		if len(kept) != len(want) || slices.ContainsFunc(want, func(id int64) bool { return !kept[id] }) {
			t.Fatalf("round %d: %d issues are kept, want %d", round, len(kept), len(want))
		}
		req.Since = changes.Token
	}
}

// TestChangesAreFewRequests counts what a look for changes takes.
func TestChangesAreFewRequests(t *testing.T) {
	server := serve(backlogtest.Options{})
	src := open(t, memory.DefaultAllocator, server)
	ctx := context.Background()
	req := connector.ChangesRequest{Table: "Issues", Columns: []string{"Id"}}
	first, err := src.Changes(ctx, req)
	if err != nil {
		t.Fatal(err)
	}
	ids(t, first.Rows)
	server.Forget()
	req.Since = first.Token
	changes, err := src.Changes(ctx, req)
	if err != nil {
		t.Fatal(err)
	}
	ids(t, changes.Rows)
	if gone := ids(t, changes.Gone); len(gone) > 0 {
		t.Errorf("Gone = %v, want none", gone)
	}
	var lines []string
	for _, r := range server.Requests() {
		lines = append(lines, r.Path)
	}
	if got, want := fmt.Sprint(lines), "[/api/v2/space/activities /api/v2/issues]"; got != want {
		t.Errorf("requests %s, want %s", got, want)
	}
}

// TestMark makes two requests, and what is changed and deleted after them comes.
func TestMark(t *testing.T) {
	server := serve(backlogtest.Options{})
	src := open(t, memory.DefaultAllocator, server)
	ctx := context.Background()
	readAll(t, src, connector.ScanRequest{Table: "Issues", Columns: []string{"Id", "ProjectKey"}}) // which learns the projects
	server.Forget()
	token, err := src.Mark(ctx, connector.MarkRequest{Table: "issues"})
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, r := range server.Requests() {
		lines = append(lines, fmt.Sprintf("%s: %s by %s%s", r.Path, r.Query.Get("count"), r.Query.Get("sort"), r.Query.Get("activityTypeId[]")))
	}
	want := []string{"/api/v2/space/activities: 1 by 4", "/api/v2/issues: 1 by updated"}
	if !slices.Equal(lines, want) {
		t.Errorf("requests %q, want %q", lines, want)
	}
	var changed, deleted int64
	server.Edit(func(s *backlogtest.Space) {
		changed, deleted = s.Issues()[3].ID, s.Issues()[5].ID
		s.UpdateIssue(changed, func(i *backlogtest.Issue) { i.Status = 3 })
		s.DeleteIssue(deleted)
	})
	changes, err := src.Changes(ctx, connector.ChangesRequest{Table: "Issues", Columns: []string{"Id"}, Since: token})
	if err != nil {
		t.Fatal(err)
	}
	if rows := ids(t, changes.Rows); !slices.Contains(rows, changed) || len(rows) > 10 {
		t.Errorf("since the mark %d issues changed, want some, and %d among them", len(rows), changed)
	}
	if gone := ids(t, changes.Gone); !slices.Contains(gone, deleted) {
		t.Errorf("since the mark %v are gone, want %d among them", gone, deleted)
	}
}

// TestMarkOfNothing is a token from which every issue is a change.
func TestMarkOfNothing(t *testing.T) {
	server := serve(backlogtest.Options{})
	src := open(t, memory.DefaultAllocator, server)
	server.Edit(func(s *backlogtest.Space) {
		for len(s.Issues()) > 0 {
			s.DeleteIssue(s.Issues()[0].ID)
		}
	})
	token, err := src.Mark(context.Background(), connector.MarkRequest{Table: "Issues"})
	if err != nil {
		t.Fatal(err)
	}
	server.Edit(func(s *backlogtest.Space) { s.AddIssue(s.Projects[0].ID, nil) })
	changes, err := src.Changes(context.Background(), connector.ChangesRequest{Table: "Issues", Columns: []string{"Id"}, Since: token})
	if err != nil {
		t.Fatal(err)
	}
	if gone, rows := ids(t, changes.Gone), ids(t, changes.Rows); len(rows) != 1 || len(gone) != 0 {
		t.Errorf("since the mark there are %d issues, and %d are gone; want 1 and none", len(rows), len(gone))
	}
}

// TestChangesToken refuses what is none, and tables that do not tell.
func TestChangesToken(t *testing.T) {
	src := open(t, memory.DefaultAllocator, serve(backlogtest.Options{}))
	tests := map[string]struct {
		req  connector.ChangesRequest
		want connector.Kind
	}{
		"token": {connector.ChangesRequest{Table: "Issues", Since: "yesterday"}, connector.Invalid},
		"table": {connector.ChangesRequest{Table: "Projects"}, connector.Unimplemented},
		"none":  {connector.ChangesRequest{Table: "Nothing"}, connector.NotFound},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if _, err := src.Changes(context.Background(), test.req); connector.KindOf(err) != test.want {
				t.Errorf("Changes(%+v) = %v, want kind %s", test.req, err, test.want)
			}
			if test.req.Since != "" {
				return
			}
			if _, err := src.Mark(context.Background(), connector.MarkRequest{Table: test.req.Table}); connector.KindOf(err) != test.want {
				t.Errorf("Mark(%s) = %v, want kind %s", test.req.Table, err, test.want)
			}
		})
	}
}

// TestChangesOfProjects reads everything where a project is new, and does not
// tell what is gone where one is.
func TestChangesOfProjects(t *testing.T) {
	server := serve(backlogtest.Options{Issues: 60})
	src := open(t, memory.DefaultAllocator, server)
	ctx := context.Background()
	req := connector.ChangesRequest{Table: "Issues", Columns: []string{"Id"}}
	follow := func() connector.Changes {
		t.Helper()
		if err := src.clock.Sleep(ctx, time.Minute); err != nil {
			t.Fatal(err)
		}
		changes, err := src.Changes(ctx, req)
		if err != nil {
			t.Fatal(err)
		}
		req.Since = changes.Token
		return changes
	}
	var members []int64
	hide := func(s *backlogtest.Space) {
		members = s.Projects[2].Members
		s.Projects[2].Members = slices.DeleteFunc(slices.Clone(members), func(id int64) bool { return id == s.Users[0].ID })
	}
	server.Edit(hide)
	before := len(ids(t, follow().Rows))
	server.Edit(func(s *backlogtest.Space) { s.Projects[2].Members = members })
	further := follow()
	ids(t, further.Gone)
	if n := len(ids(t, further.Rows)); n != 60 || before >= 60 {
		t.Errorf("with a new project %d issues come, want all 60; %d came before", n, before)
	}
	server.Edit(hide)
	gone := follow()
	ids(t, gone.Rows)
	if gone.Gone != nil {
		t.Error("where a project is gone, Gone tells something; the keys of its issues are not known")
		gone.Gone.Release()
	}
}
