package space_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/backlogtest"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
	"github.com/trackql/trackql/plugins/backlog/internal/rest"
	"github.com/trackql/trackql/plugins/backlog/internal/space"
)

// TestEmulated asks the emulator for everything, as a person who is no
// administrator, and a second time of the files.
func TestEmulated(t *testing.T) {
	server := backlogtest.New(backlogtest.Options{Projects: 3})
	url, err := rest.ParseBase("https://example.backlog.test/api/v2/")
	if err != nil {
		t.Fatal(err)
	}
	credentials := rest.APIKey(connector.SecretOf(server.MemberKey()))
	dir, clock := t.TempDir(), newClock()
	learn := func() map[string]int {
		s := space.Open(space.Config{Base: url.String(), Identity: credentials.Identity(), Dir: dir, TTL: time.Hour, Clock: clock})
		client := rest.New(rest.Config{Base: url, Credentials: credentials, Transport: server.Transport()})
		return everything(t, s, client.Begin(""))
	}
	first := learn()
	requests := server.Requests()
	for what, n := range first {
		if n == 0 {
			t.Errorf("there are no %s", what)
		}
	}
	server.Forget()
	second := learn()
	if asked := server.Requests(); len(asked) > 0 {
		t.Errorf("a second Space asked %v", asked)
	}
	if fmt.Sprint(first) != fmt.Sprint(second) {
		t.Errorf("learned %v, and of the files %v", first, second)
	}

	// Two projects with six paths each, and four of the space.
	var paths []string
	for _, r := range requests {
		paths = append(paths, r.Path)
		if strings.Contains(r.String(), server.MemberKey()) {
			t.Errorf("the key is in %s", r)
		}
	}
	slices.Sort(paths)
	if len(slices.Compact(paths)) != len(requests) || len(requests) != 2*6+4 {
		t.Errorf("%d requests, want 16, each once: %v", len(requests), requests)
	}
	for _, name := range files(t, dir) {
		checkMode(t, name, 0o600)
	}
}

// everything counts what there is.
func everything(t *testing.T, s *space.Space, trip *rest.Trip) map[string]int {
	t.Helper()
	projects, err := s.Projects(t.Context(), trip)
	if err != nil {
		t.Fatal(err)
	}
	var ids []int64
	for _, p := range projects {
		ids = append(ids, p.ID)
	}
	counts := map[string]int{"projects": len(projects)}
	for name, of := range map[string]relation.Vocabulary{
		"statuses": relation.Statuses, "issue types": relation.IssueTypes, "categories": relation.Categories,
		"versions": relation.Versions, "people": relation.People, "priorities": relation.Priorities,
		"resolutions": relation.Resolutions, "projects' terms": relation.Projects,
	} {
		terms, err := s.Terms(t.Context(), trip, of, ids)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		counts[name] = len(terms)
	}
	fields, err := s.Fields(t.Context(), trip, ids)
	if err != nil {
		t.Fatal(err)
	}
	checkColumns(t, space.Columns(fields, projects, own), len(fields))
	counts["fields"] = len(fields)
	zone, err := s.Zone(t.Context(), trip)
	if err != nil || zone.String() != "Asia/Tokyo" {
		t.Errorf("Zone = %v, %v", zone, err)
	}
	return counts
}
