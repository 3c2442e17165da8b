package backlog_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/backlogtest"
)

func predicate(column string, op connector.Operator, values ...connector.Value) connector.Predicate {
	return connector.Predicate{Column: column, Op: op, Values: values}
}

// open statuses are those but the last.
func openStatuses() connector.Predicate {
	return predicate("StatusId", connector.In, connector.IntOf(1), connector.IntOf(2), connector.IntOf(3))
}

// rowPaths leaves the requests for rows and counts.
func rowPaths(paths []string) []string {
	return slices.DeleteFunc(slices.Clone(paths), func(p string) bool {
		return p != "/issues" && p != "/space/activities" && p != "/issues/count"
	})
}

// direct are the ids that a scan without a cache gives.
func (c *cachedSpace) direct(where ...connector.Predicate) []int64 {
	ids, _ := c.ids(c.with("CacheLocation", c.dir), where...)
	return ids
}

// disturbed changes a space: issues come to satisfy any condition, and cease to.
func (c *cachedSpace) disturbed() {
	c.server.Edit(func(s *backlogtest.Space) {
		issues := s.Issues()
		for n := range 6 {
			s.UpdateIssue(issues[(n*31+3)%len(issues)].ID, func(i *backlogtest.Issue) { i.Status = int64(1 + n%4) })
		}
		s.DeleteIssue(issues[40].ID)
		s.AddIssue(s.Projects[0].ID, nil)
	})
}

// TestCacheRefreshesSome asks for what changed of a filtered scan, too.
func TestCacheRefreshesSome(t *testing.T) {
	week := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC).UnixMicro()
	tests := map[string][]connector.Predicate{
		"ids":      {openStatuses()},
		"names":    {predicate("StatusName", connector.Ne, connector.TextOf("完了"))},
		"a week":   {predicate("Updated", connector.Ge, connector.TimestampOf(week))},
		"nobody's": {predicate("AssigneeId", connector.IsNull)},
	}
	for name, where := range tests {
		t.Run(name, func(t *testing.T) {
			c := newCachedSpace(t, 2000)
			want := c.direct(where...)
			_, plain := c.ids(c.with("CacheLocation", c.dir), where...)
			got, paths := c.ids(c.open(), where...)
			if !slices.Equal(got, want) || len(want) < 200 {
				t.Fatalf("the first scan gives %d issues, want %d", len(got), len(want))
			}
			if more := len(rowPaths(paths)) - len(rowPaths(plain)); more != 2 {
				t.Errorf("the first scan takes %d requests more than without a cache, want 2: %v", more, paths)
			}
			for round := range 3 {
				c.disturbed()
				c.clock.pass(20 * time.Minute)
				src := c.open()
				if got := note(t, src, where...); !strings.HasPrefix(got, "cache: refresh of changes since ") {
					t.Errorf("round %d: the note is %q", round, got)
				}
				got, paths := c.ids(src, where...)
				if want := c.direct(where...); !slices.Equal(got, want) {
					t.Errorf("round %d: %d issues come, want %d", round, len(got), len(want))
				}
				if paths := rowPaths(paths); !slices.Equal(paths, []string{"/space/activities", "/issues"}) {
					t.Errorf("round %d: the refresh made the requests %v", round, paths)
				}
			}
		})
	}
}

// TestCacheFetchesAgain what a refresh does not bring up to date, or not by fewer
// requests.
func TestCacheFetchesAgain(t *testing.T) {
	tests := map[string]struct {
		where  connector.Predicate
		first  int // requests for rows and counts, the first time
		second int
	}{
		"what a row does not tell": {predicate("Keyword", connector.Eq, connector.TextOf("a")), 4, 4},
		"one page":                 {predicate("IssueTypeName", connector.Eq, connector.TextOf("要望")), 3, 1},
		"one issue":                {predicate("IssueKey", connector.Eq, connector.TextOf("APP-7")), 0, 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c := newCachedSpace(t, 300)
			for round, want := range []int{test.first, test.second, test.second} {
				got, paths := c.ids(c.open(), test.where)
				if direct := c.direct(test.where); !slices.Equal(got, direct) || len(got) == 0 {
					t.Errorf("round %d: %d issues come, want %d", round, len(got), len(direct))
				}
				if n := len(rowPaths(paths)); n != want {
					t.Errorf("round %d: the requests are %v, want %d for rows and counts", round, paths, want)
				}
				c.disturbed()
				c.clock.pass(20 * time.Minute)
				if got := note(t, c.open(), test.where); got != "cache: miss" {
					t.Errorf("round %d: the note is %q", round, got)
				}
			}
		})
	}
}

// forbidden refuses the activities of the space, as to somebody who may not read
// them.
func (c *cachedSpace) forbidden() {
	c.server.Inject(backlogtest.Fault{
		Match: func(r *http.Request) bool { return strings.HasSuffix(r.URL.Path, "/space/activities") },
		Times: 1000, Kind: backlogtest.Forbidden,
	})
}

// TestCacheWithoutActivities proves by one count that no issue was deleted, and
// fetches all where one was.
func TestCacheWithoutActivities(t *testing.T) {
	tests := map[string][]connector.Predicate{"whole": nil, "some": {openStatuses()}}
	for name, where := range tests {
		t.Run(name, func(t *testing.T) {
			c := newCachedSpace(t, 700)
			c.forbidden()
			c.ids(c.open(), where...)
			look := func(what, want string) {
				t.Helper()
				c.clock.pass(20 * time.Minute)
				got, paths := c.ids(c.open(), where...)
				if direct := c.direct(where...); !slices.Equal(got, direct) {
					t.Errorf("%s: %d issues come, want %d", what, len(got), len(direct))
				}
				if got := fmt.Sprint(rowPaths(paths)); !strings.HasPrefix(got, want) || strings.HasSuffix(want, "]") && got != want {
					t.Errorf("%s: the requests are %s, want %s", what, got, want)
				}
			}
			look("nothing", "[/issues /issues/count]")
			c.server.Edit(func(s *backlogtest.Space) {
				s.UpdateIssue(s.Issues()[9].ID, func(i *backlogtest.Issue) { i.Status = 4 })
				s.AddIssue(s.Projects[0].ID, nil)
			})
			look("changes", "[/issues /issues/count]")
			c.server.Edit(func(s *backlogtest.Space) {
				for n, i := range s.Issues() {
					if n%50 == 3 {
						s.DeleteIssue(i.ID)
					}
				}
			})
			look("deletions", "[/issues /issues/count /issues")
			look("nothing again", "[/issues /issues/count]")
			c.clock.pass(25 * time.Hour) // then it is asked again who may read what
			_, paths := c.ids(c.open(), where...)
			if !slices.Contains(paths, "/space/activities") {
				t.Errorf("after a day the requests are %v", paths)
			}
		})
	}
}

// TestCacheManyChanges counts what changed where it is more than a page, and
// fetches the fewer issues that are wanted.
func TestCacheManyChanges(t *testing.T) {
	c := newCachedSpace(t, 900)
	where := predicate("IssueTypeName", connector.Eq, connector.TextOf("バグ"))
	before, _ := c.ids(c.open(), where)
	c.server.Edit(func(s *backlogtest.Space) {
		for _, i := range s.Issues()[:800] {
			s.UpdateIssue(i.ID, func(i *backlogtest.Issue) { i.Status = 2 })
		}
	})
	c.clock.pass(20 * time.Minute)
	got, paths := c.ids(c.open(), where)
	if want := c.direct(where); !slices.Equal(got, want) || len(before) < 100 || len(want) > 700 {
		t.Errorf("%d issues come, want %d", len(got), len(want))
	}
	if n := len(rowPaths(paths)); n > 3+2+(len(got)+99)/100+1 {
		t.Errorf("the requests are %v", paths)
	}
}

// TestCacheOfSmallTables fetches a page again, whatever was kept of it.
func TestCacheOfSmallTables(t *testing.T) {
	c := newCachedSpace(t, 60)
	c.ids(c.open())
	for range 2 {
		c.disturbed()
		c.clock.pass(20 * time.Minute)
		got, paths := c.ids(c.open())
		if want := c.there(); !slices.Equal(got, want) || fmt.Sprint(rowPaths(paths)) != "[/issues]" {
			t.Errorf("%d issues come by %v, want %d by one request", len(got), paths, len(want))
		}
	}
}

// TestCacheIsOfOne keeps apart what spaces, people and options see.
func TestCacheIsOfOne(t *testing.T) {
	c := newCachedSpace(t, 150)
	all, _ := c.ids(c.open())
	hidden := func(s *backlogtest.Space) {
		for i := range s.Projects[1:] {
			s.Projects[i+1].Members = s.Projects[i+1].Members[:1]
		}
	}
	c.server.Edit(hidden)
	tests := map[string]struct {
		pairs []string
		fewer bool
	}{
		"a person":   {[]string{"ApiKey", c.server.MemberKey()}, true},
		"a project":  {[]string{"Project", "APP"}, true},
		"a zone":     {[]string{"Timezone", "Asia/Tokyo"}, false},
		"an address": {[]string{"Url", "https://other.backlog.test"}, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			src := c.open(test.pairs...)
			if got := note(t, src); got != "cache: miss" {
				t.Errorf("the note is %q", got)
			}
			got, _ := c.ids(src)
			if fewer := len(got) < len(all); fewer != test.fewer || len(got) == 0 {
				t.Errorf("%d issues come, of %d", len(got), len(all))
			}
		})
	}
	if got, paths := c.ids(c.open()); !slices.Equal(got, all) || len(paths) > 0 {
		t.Errorf("afterwards %d issues come by %v, want the %d that were kept", len(got), paths, len(all))
	}
}

// TestCacheNotesTellTheZone names the zone of times: the space's where it is
// given, or UTC.
func TestCacheNotesTellTheZone(t *testing.T) {
	for zone, want := range map[string]string{"": "09:00 UTC", "Asia/Tokyo": "18:00 JST"} {
		c := newCachedSpace(t, 450)
		open := func() connector.Source {
			if zone == "" {
				return c.open()
			}
			return c.open("Timezone", zone)
		}
		c.ids(open())
		c.clock.pass(20 * time.Minute)
		if got := note(t, open()); got != "cache: refresh of changes since "+want {
			t.Errorf("with Timezone=%s the note is %q, want %s", zone, got, want)
		}
	}
}
