package backlog_test

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog"
	"github.com/trackql/trackql/plugins/backlog/backlogtest"
)

// cachedSpace is an emulated space that is read through a cache.
type cachedSpace struct {
	t      *testing.T
	server *backlogtest.Server
	dir    string
	clock  *clock
}

func newCachedSpace(t *testing.T, issues int) *cachedSpace {
	c := newClock()
	server := backlogtest.New(backlogtest.Options{Issues: issues, Unlimited: true, Clock: c})
	return &cachedSpace{t: t, server: server, dir: t.TempDir(), clock: c}
}

// open returns a new source, as another process would have it.
func (c *cachedSpace) open(pairs ...string) connector.Source {
	c.t.Helper()
	return c.with(append([]string{"Cache", "10m", "CacheLocation", c.dir}, pairs...)...)
}

// with returns a new source with further options.
func (c *cachedSpace) with(pairs ...string) connector.Source {
	c.t.Helper()
	for name, value := range map[string]string{"Url": "https://example.backlog.test", "ApiKey": c.server.Key()} {
		if !slices.Contains(pairs, name) {
			pairs = append(pairs, name, value)
		}
	}
	connect := &backlog.Connector{Memory: memory.DefaultAllocator, Transport: c.server.Transport(), Clock: c.clock}
	src, err := connect.Open(context.Background(), connector.Config{
		Name: "bl", Timezone: time.UTC, Log: slog.New(slog.DiscardHandler),
		Options: settings(c.t, pairs...),
	})
	if err != nil {
		c.t.Fatal(err)
	}
	return src
}

// ids scans the ids of issues, and returns the paths that were asked.
func (c *cachedSpace) ids(src connector.Source, where ...connector.Predicate) (ids []int64, paths []string) {
	c.t.Helper()
	c.server.Forget()
	reader, err := src.Scan(context.Background(), connector.ScanRequest{Table: "Issues", Columns: []string{"Id"}, Where: where})
	if err != nil {
		c.t.Fatal(err)
	}
	defer reader.Release()
	for reader.Next() {
		for row := range int(reader.RecordBatch().NumRows()) {
			ids = append(ids, valueAt(reader.RecordBatch().Column(0), row).Int())
		}
	}
	if err := reader.Err(); err != nil {
		c.t.Fatal(err)
	}
	for _, r := range c.server.Requests() {
		paths = append(paths, strings.TrimPrefix(r.Path, "/api/v2"))
	}
	slices.Sort(ids)
	return ids, paths
}

// there are the ids of the issues that are there.
func (c *cachedSpace) there() []int64 {
	var ids []int64
	c.server.Edit(func(s *backlogtest.Space) {
		for _, i := range s.Issues() {
			ids = append(ids, i.ID)
		}
	})
	slices.Sort(ids)
	return ids
}

func note(t *testing.T, src connector.Source, where ...connector.Predicate) string {
	t.Helper()
	estimator, _ := connector.As[connector.Estimator](src)
	e, err := estimator.Estimate(context.Background(), connector.ScanRequest{Table: "Issues", Columns: []string{"Id"}, Where: where})
	if err != nil {
		t.Fatal(err)
	}
	return e.Notes[len(e.Notes)-1]
}

// TestCache fetches issues once: what is narrower, and what another process asks,
// takes no request.
func TestCache(t *testing.T) {
	c := newCachedSpace(t, 250)
	src := c.open()
	if got := note(t, src); got != "cache: miss" {
		t.Errorf("the first time the note is %q", got)
	}
	want, paths := c.ids(src)
	if len(want) != 250 || len(paths) == 0 {
		t.Fatalf("the first scan gives %d issues by %d requests", len(want), len(paths))
	}
	c.clock.pass(3 * time.Minute)
	for name, src := range map[string]connector.Source{"same": src, "other": c.open()} {
		if got, paths := c.ids(src); !slices.Equal(got, want) || len(paths) > 0 {
			t.Errorf("%s: a hit gives %d issues by the requests %v", name, len(got), paths)
		}
		narrow := connector.Predicate{Column: "StatusId", Op: connector.In, Values: []connector.Value{connector.IntOf(1), connector.IntOf(2)}}
		if got, paths := c.ids(src, narrow); len(got) == 0 || len(got) >= len(want) || len(paths) > 0 {
			t.Errorf("%s: WHERE %s gives %d issues by the requests %v", name, narrow, len(got), paths)
		}
		if got := note(t, src, narrow); got != "cache: hit, 3 minutes old" {
			t.Errorf("%s: the note is %q", name, got)
		}
	}
}

// TestCacheRefresh changes and deletes issues: a later scan asks for that alone.
func TestCacheRefresh(t *testing.T) {
	c := newCachedSpace(t, 450)
	before, _ := c.ids(c.open())
	c.server.Edit(func(s *backlogtest.Space) {
		s.DeleteIssue(before[7])
		s.UpdateIssue(before[9], func(i *backlogtest.Issue) { i.Summary = "changed" })
		s.AddIssue(s.Projects[0].ID, nil)
	})
	c.clock.pass(20 * time.Minute)
	src := c.open()
	if got := note(t, src); got != "cache: refresh of changes since 09:00 UTC" {
		t.Errorf("the note is %q", got)
	}
	got, paths := c.ids(src)
	if want := c.there(); !slices.Equal(got, want) {
		t.Errorf("the refreshed scan gives %d issues, want %d", len(got), len(want))
	}
	if slices.Contains(got, before[7]) {
		t.Errorf("issue %d was deleted, and comes", before[7])
	}
	data := slices.DeleteFunc(paths, func(p string) bool { return p != "/issues" && p != "/space/activities" && p != "/issues/count" })
	if len(data) > 2 {
		t.Errorf("the refresh made the requests %v", paths)
	}
	changed := connector.Predicate{Column: "Summary", Op: connector.Eq, Values: []connector.Value{connector.TextOf("changed")}}
	if ids, _ := c.ids(src, changed); !slices.Contains(ids, before[9]) {
		t.Errorf("the changed issue does not come: %v", ids)
	}
}

// TestCacheOffline makes no request, whatever is asked.
func TestCacheOffline(t *testing.T) {
	c := newCachedSpace(t, 30)
	want, _ := c.ids(c.open())
	c.clock.pass(48 * time.Hour)
	src := c.open("Offline", "true")
	if got, paths := c.ids(src); !slices.Equal(got, want) || len(paths) > 0 {
		t.Errorf("offline %d issues come by the requests %v, want %d", len(got), paths, len(want))
	}
	c.server.Forget()
	_, err := src.Scan(t.Context(), connector.ScanRequest{Table: "Projects", Columns: []string{"Id"}})
	if err == nil || connector.HintOf(err) == "" {
		t.Errorf("a miss offline is %v, with the hint %q", err, connector.HintOf(err))
	}
	if _, err := src.Scan(t.Context(), connector.ScanRequest{Table: "RateLimit", Columns: []string{"Category"}}); err == nil || connector.HintOf(err) != "Read them without Offline." {
		t.Errorf("offline what is never kept is %v, with the hint %q", err, connector.HintOf(err))
	}
	byName := predicate("StatusName", connector.Ne, connector.TextOf("完了"))
	if got, paths := c.ids(src, byName); len(got) == 0 || len(got) == len(want) || len(paths) > 0 {
		t.Errorf("offline %d issues come by their status, by the requests %v", len(got), paths)
	}
	if n := len(c.server.Requests()); n > 0 {
		t.Errorf("a miss offline made %d requests", n)
	}
}

// pass lets time go by.
func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}
