package backlogtest_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trackql/trackql/plugins/backlog/backlogtest"
)

// happened reads all activities below a path, oldest first.
func (c caller) happened(path, query string) []map[string]any {
	c.t.Helper()
	var out []map[string]any
	last := ""
	for {
		page := c.list(path, "order=asc&count=100&"+query+last)
		for _, a := range page {
			if len(out) == 0 || a["id"] != out[len(out)-1]["id"] {
				out = append(out, a)
			}
		}
		if len(page) < 100 {
			return out
		}
		last = "&minId=" + number(page[len(page)-1]["id"])
	}
}

// types counts activities by type.
func types(activities []map[string]any) map[float64]int {
	out := map[float64]int{}
	for _, a := range activities {
		out[a["type"].(float64)]++
	}
	return out
}

func TestHistory(t *testing.T) {
	for name, exclusive := range map[string]bool{"ids are included": false, "ids are excluded": true} {
		t.Run(name, func(t *testing.T) {
			c := admin(t, backlogtest.New(backlogtest.Options{Unlimited: true, ExclusiveIDs: exclusive}))
			all := c.happened("/space/activities", "")
			for n := 1; n < len(all); n++ {
				if all[n]["id"].(float64) <= all[n-1]["id"].(float64) || all[n]["created"].(string) < all[n-1]["created"].(string) {
					t.Fatalf("activity %d of %v comes after %v of %v", n, all[n]["id"], all[n-1]["id"], all[n-1]["created"])
				}
			}
			comments := 0
			for _, i := range c.every() {
				comments += int(c.object("/issues/"+i["issueKey"].(string)+"/comments/count", "")["count"].(float64))
			}
			got := types(all)
			if got[1] != 400 || got[2]+got[3] != comments || got[2] == 0 || got[3] == 0 {
				t.Errorf("types %v, want 400 of type 1, and %d of the types 2 and 3", got, comments)
			}
			for _, kind := range []float64{5, 6, 8, 12, 13, 15, 18, 19, 20, 21, 22, 36} {
				if got[kind] == 0 {
					t.Errorf("no activity is of type %v", kind)
				}
			}
		})
	}
}

func TestActivityFilters(t *testing.T) {
	c := admin(t, backlogtest.New(backlogtest.Options{Unlimited: true}))
	all := c.happened("/space/activities", "")
	tests := map[string]struct {
		path, query string
		want        func(map[string]any) bool
	}{
		"types":     {"/space/activities", "activityTypeId[]=1&activityTypeId[]=36", anyOf("type", 1, 36)},
		"a project": {"/projects/APP/activities", "", func(a map[string]any) bool { return at(a, "project.projectKey") == "APP" }},
		"a person":  {"/users/5008/activities", "", anyOf("createdUser.id", 5008)},
		"both":      {"/projects/WEB/activities", "activityTypeId[]=2", func(a map[string]any) bool { return at(a, "project.projectKey") == "WEB" && a["type"] == 2.0 }},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var want []any
			for _, a := range all {
				if test.want(a) {
					want = append(want, a["id"])
				}
			}
			var got []any
			for _, a := range c.happened(test.path, test.query) {
				got = append(got, a["id"])
			}
			if diff := cmp.Diff(want, got); diff != "" || len(want) == 0 {
				t.Errorf("GET %s?%s (-want +got):\n%s", test.path, test.query, diff)
			}
		})
	}
	one := c.object("/activities/"+number(all[7]["id"]), "")
	if diff := cmp.Diff(all[7], one); diff != "" {
		t.Errorf("GET /activities/{id} (-want +got):\n%s", diff)
	}
}

// TestWhatChangesIsRemembered changes the space through the API and beside it.
func TestWhatChangesIsRemembered(t *testing.T) {
	s := backlogtest.New(backlogtest.Options{Unlimited: true})
	c := admin(t, s)
	web := c.object("/projects/WEB", "")["id"]
	issue := c.list("/issues", "count=1&order=asc&sort=created&projectId[]="+number(web))[0]
	key, id := issue["issueKey"].(string), int64(issue["id"].(float64))
	steps := []struct {
		kind float64
		do   func()
	}{
		{1, func() { s.Edit(func(s *backlogtest.Space) { s.AddIssue(int64(web.(float64)), nil) }) }},
		{2, func() {
			s.Edit(func(s *backlogtest.Space) { s.UpdateIssue(id, func(i *backlogtest.Issue) { i.Summary = "new" }) })
		}},
		{3, func() { c.write(201, "POST", "/issues/"+key+"/comments", url.Values{"content": {"hello"}}) }},
		{2, func() { c.write(200, "PATCH", "/issues/"+key, url.Values{"summary": {"newer"}}) }},
		{5, func() {
			c.write(201, "POST", "/wikis", url.Values{"projectId": {number(web)}, "name": {"n"}, "content": {"c"}})
		}},
		{36, func() { c.write(200, "POST", "/documents", url.Values{"projectId": {number(web)}, "title": {"t"}}) }},
		{20, func() {
			c.write(200, "POST", "/projects/WEB/git/repositories/app/pullRequests/1/comments", url.Values{"content": {"c"}})
		}},
		{4, func() { s.Edit(func(s *backlogtest.Space) { s.DeleteIssue(id) }) }},
	}
	before := c.list("/space/activities", "count=1")[0]
	for _, step := range steps {
		step.do()
		latest := c.list("/space/activities", "count=1")[0]
		if latest["type"] != step.kind || latest["id"].(float64) <= before["id"].(float64) {
			t.Errorf("the latest activity is %v of type %v, want type %v and an id above %v",
				latest["id"], latest["type"], step.kind, before["id"])
		}
		before = latest
	}
	want := map[string]any{"id": issue["id"], "key_id": issue["keyId"]}
	if diff := cmp.Diff(want, before["content"]); diff != "" {
		t.Errorf("the content of a deletion (-want +got):\n%s", diff)
	}
	if got := types(c.happened("/space/activities", ""))[1]; got != 401 {
		t.Errorf("%d issues were created, want 401: what was deleted was created too", got)
	}
}

func TestHiddenActivities(t *testing.T) {
	s := backlogtest.New(backlogtest.Options{Unlimited: true})
	for _, a := range member(t, s).happened("/space/activities", "") {
		if at(a, "project.projectKey") == "OPS" {
			t.Fatalf("somebody outside of OPS sees its activity %v", a["id"])
		}
	}
	hidden := admin(t, s).list("/projects/OPS/activities", "count=1")[0]
	if got := member(t, s).send(http.MethodGet, "/activities/"+number(hidden["id"]), nil); got.status != http.StatusNotFound {
		t.Errorf("GET /activities/{id} of a hidden project: %d, want 404", got.status)
	}
}
