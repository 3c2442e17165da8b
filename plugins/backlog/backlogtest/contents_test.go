package backlogtest_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trackql/trackql/plugins/backlog/backlogtest"
)

// done makes a request that must answer with the status.
func (c caller) done(status int, method, path string, values url.Values) {
	c.t.Helper()
	if got := c.send(method, path, values); got.status != status {
		c.t.Fatalf("%s %s with %v: %d %s, want %d", method, path, values, got.status, got.body, status)
	}
}

// count is what a path that counts answers.
func (c caller) count(path, query string) int {
	c.t.Helper()
	return int(c.object(path, query)["count"].(float64))
}

// TestPagesByOffset reads lists page by page: each row once, and as many as are
// counted.
func TestPagesByOffset(t *testing.T) {
	c := admin(t, backlogtest.New(backlogtest.Options{Unlimited: true}))
	web := number(c.object("/projects/WEB", "")["id"])
	tests := map[string]struct{ list, query, count, countQuery string }{
		"documents": {"/documents", "order=asc&projectId[]=" + web, "/documents/count", "projectIdOrKey=WEB"},
		"pull requests": {
			"/projects/WEB/git/repositories/app/pullRequests", "", "/projects/WEB/git/repositories/app/pullRequests/count", "",
		},
		"some pull requests": {
			"/projects/WEB/git/repositories/app/pullRequests", "statusId[]=3",
			"/projects/WEB/git/repositories/app/pullRequests/count", "statusId[]=3",
		},
		"watchings": {"/users/5001/watchings", "sort=created&order=asc", "/users/5001/watchings/count", ""},
		"watchings that were read": {
			"/users/5001/watchings", "resourceAlreadyRead=true", "/users/5001/watchings/count", "resourceAlreadyRead=true",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			seen := map[any]bool{}
			rows := 0
			for offset := 0; offset < 1000; offset += 30 {
				page := c.list(test.list, fmt.Sprintf("count=30&offset=%d&%s", offset, test.query))
				rows += len(page)
				for _, row := range page {
					seen[row["id"]] = true
				}
				if len(page) < 30 {
					break
				}
			}
			want := c.count(test.count, test.countQuery)
			if rows != want || len(seen) != want || want < 30 {
				t.Errorf("%d rows with %d ids, and %d are counted; want the same, and more than a page", rows, len(seen), want)
			}
		})
	}
}

func TestRefusedContents(t *testing.T) {
	s := backlogtest.New(backlogtest.Options{Unlimited: true})
	a, m := admin(t, s), member(t, s)
	hidden := number(a.list("/wikis", "projectIdOrKey=OPS")[0]["id"])
	theirs := number(a.list("/users/5001/watchings", "")[0]["id"])
	tests := map[string]struct {
		c            caller
		method, path string
		query        string
		status, code int
	}{
		"documents without offset":        {a, "GET", "/documents", "", 400, 7},
		"documents sorted by title":       {a, "GET", "/documents", "offset=0&sort=title", 400, 7},
		"wikis of no project":             {a, "GET", "/wikis", "", 400, 7},
		"wikis of a hidden project":       {m, "GET", "/wikis", "projectIdOrKey=OPS", 404, 6},
		"a hidden wiki page":              {m, "GET", "/wikis/" + hidden, "", 404, 6},
		"too many files":                  {a, "GET", "/projects/WEB/files/metadata/", "count=1001", 400, 7},
		"the disk usage":                  {m, "GET", "/space/diskUsage", "", 403, 5},
		"webhooks of others":              {m, "GET", "/projects/WEB/webhooks", "", 403, 5},
		"news":                            {m, "PUT", "/space/notification", "content=x", 403, 5},
		"a team":                          {m, "POST", "/teams", "name=x", 403, 5},
		"a team of nobody":                {a, "POST", "/teams", "name=x&members[]=1", 400, 7},
		"a watching of somebody else":     {m, "GET", "/watchings/" + theirs, "", 404, 6},
		"a star on nothing":               {a, "POST", "/stars", "", 400, 7},
		"a star on two things":            {a, "POST", "/stars", "issueId=1&wikiId=" + hidden, 400, 7},
		"a star on what is hidden":        {m, "POST", "/stars", "wikiId=" + hidden, 404, 6},
		"a pull request without a branch": {a, "POST", "/projects/WEB/git/repositories/app/pullRequests", "summary=s&description=d&base=main", 400, 7},
		"no repository":                   {a, "GET", "/projects/WEB/git/repositories/none", "", 404, 6},
		"a wiki page that is there":       {a, "POST", "/wikis", "name=Home&content=c&projectId=" + number(a.object("/projects/WEB", "")["id"]), 400, 7},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := test.c.send(test.method, test.path, mustQuery(t, test.query))
			code := number(at(decoded(t, got.body).(map[string]any)["errors"].([]any)[0], "code"))
			if got.status != test.status || code != number(test.code) {
				t.Errorf("%s %s?%s: %d %s, want %d and code %d", test.method, test.path, test.query, got.status, got.body, test.status, test.code)
			}
		})
	}
}

// TestSwitchedOff asks for the wiki and the repositories of a project that has
// none.
func TestSwitchedOff(t *testing.T) {
	c := admin(t, backlogtest.New(backlogtest.Options{Unlimited: true}))
	c.write(200, "PATCH", "/projects/WEB", url.Values{"useWiki": {"false"}, "useGit": {"false"}})
	c.done(404, "GET", "/wikis", url.Values{"projectIdOrKey": {"WEB"}})
	c.done(404, "GET", "/projects/WEB/git/repositories", nil)
}

func TestWikiPages(t *testing.T) {
	c := admin(t, backlogtest.New(backlogtest.Options{Unlimited: true}))
	web := number(c.object("/projects/WEB", "")["id"])
	page := c.write(201, "POST", "/wikis", url.Values{"projectId": {web}, "name": {"[議事録][new] 月曜"}, "content": {"first"}})
	id := number(page["id"])
	var tags []any
	for _, tag := range page["tags"].([]any) {
		tags = append(tags, at(tag, "name"))
	}
	if diff := cmp.Diff([]any{"議事録", "new"}, tags); diff != "" {
		t.Errorf("the tags of a name (-want +got):\n%s", diff)
	}
	c.write(200, "PATCH", "/wikis/"+id, url.Values{"content": {"second"}})
	var contents []any
	for _, version := range c.list("/wikis/"+id+"/history", "order=asc") {
		contents = append(contents, version["version"], version["content"])
	}
	if diff := cmp.Diff([]any{1.0, "first", 2.0, "second"}, contents); diff != "" {
		t.Errorf("the history (-want +got):\n%s", diff)
	}
	found := c.list("/wikis", "projectIdOrKey=WEB&keyword=SECOND")
	if len(found) != 1 || number(found[0]["id"]) != id {
		t.Errorf("the keyword finds %d pages, want the one", len(found))
	}
	all := c.count("/wikis/count", "projectIdOrKey=WEB")
	c.write(200, "DELETE", "/wikis/"+id, nil)
	if got := c.count("/wikis/count", "projectIdOrKey=WEB"); got != all-1 {
		t.Errorf("after one was deleted there are %d pages of %d", got, all)
	}
}

func TestDocumentsGoWithTheirParent(t *testing.T) {
	c := admin(t, backlogtest.New(backlogtest.Options{Unlimited: true}))
	tree := func(part string) string { return fmt.Sprint(c.object("/documents/tree", "projectIdOrKey=WEB")[part]) }
	for _, d := range c.list("/documents", "offset=0&count=100&order=asc&projectId[]="+number(c.object("/projects/WEB", "")["id"])) {
		below, _ := d["childDocumentIds"].([]any)
		if len(below) == 0 {
			continue
		}
		child := below[0].(string)
		if !strings.Contains(tree("activeTree"), child) {
			t.Errorf("%s is not in the tree", child)
		}
		c.write(200, "DELETE", "/documents/"+d["id"].(string), nil)
		c.done(404, "GET", "/documents/"+child, nil)
		if !strings.Contains(tree("trashTree"), child) || strings.Contains(tree("activeTree"), child) {
			t.Errorf("%s did not go to the trash", child)
		}
		return
	}
	t.Fatal("no document is below another")
}

func TestDocumentTags(t *testing.T) {
	c := admin(t, backlogtest.New(backlogtest.Options{Unlimited: true}))
	id := c.list("/documents", "offset=0&count=1")[0]["id"].(string)
	c.done(200, "POST", "/documents/"+id+"/tags", url.Values{"tagNames[]": {"一", "二"}})
	c.done(204, "DELETE", "/documents/"+id+"/tags", url.Values{"tagNames[]": {"一"}})
	var names []any
	for _, tag := range c.object("/documents/"+id, "")["tags"].([]any) {
		names = append(names, at(tag, "name"))
	}
	if len(names) == 0 || names[len(names)-1] != "二" {
		t.Errorf("the tags are %v, want 二 last and no 一", names)
	}
}

// TestStars gives stars to a seeded comment, which is made anew when it is read.
func TestStars(t *testing.T) {
	s := backlogtest.New(backlogtest.Options{Unlimited: true})
	c := admin(t, s)
	path := "/issues/" + c.talk() + "/comments"
	comment := c.list(path, "order=asc&count=1")[0]
	who := number(at(comment, "createdUser.id"))
	before := c.count("/users/"+who+"/stars/count", "")
	c.done(204, "POST", "/stars", url.Values{"commentId": {number(comment["id"])}})
	latest := c.list("/users/"+who+"/stars", "count=100")
	stars := c.object(path+"/"+number(comment["id"]), "")["stars"].([]any)
	if got := c.count("/users/"+who+"/stars/count", ""); got != before+1 || len(stars) == 0 {
		t.Fatalf("%d stars after %d, %d at the comment", got, before, len(stars))
	}
	id := number(at(stars[len(stars)-1], "id"))
	if !strings.Contains(fmt.Sprint(latest), "#comment-"+number(comment["id"])) {
		t.Error("the star is not among those of the writer")
	}
	member(t, s).done(404, "DELETE", "/stars/"+id, nil)
	c.done(204, "DELETE", "/stars/"+id, nil)
	if got := c.count("/users/"+who+"/stars/count", ""); got != before {
		t.Errorf("%d stars after one was taken back, want %d", got, before)
	}
	if got := c.count("/users/"+who+"/stars/count", "until=2000-01-01"); got != 0 {
		t.Errorf("%d stars until 2000, want none", got)
	}
}

// TestSeededStarIsTakenBack takes back a star that the seed gave to a comment.
func TestSeededStarIsTakenBack(t *testing.T) {
	c := admin(t, backlogtest.New(backlogtest.Options{Unlimited: true}))
	me := c.object("/users/myself", "")["id"]
	for _, issue := range c.every() {
		path := "/issues/" + issue["issueKey"].(string) + "/comments"
		for _, comment := range c.list(path, "count=100") {
			for _, star := range comment["stars"].([]any) {
				if at(star, "presenter.id") != me {
					continue
				}
				c.done(204, "DELETE", "/stars/"+number(at(star, "id")), nil)
				if left := c.object(path+"/"+number(comment["id"]), "")["stars"].([]any); len(left) > 0 {
					t.Errorf("the star is still there: %v", left)
				}
				return
			}
		}
	}
	t.Fatal("no comment has a star of the administrator's")
}

func TestNotifications(t *testing.T) {
	s := backlogtest.New(backlogtest.Options{Unlimited: true})
	a, m := admin(t, s), member(t, s)
	me := number(m.object("/users/myself", "")["id"])
	before := m.count("/notifications/count", "")
	a.write(201, "POST", "/issues/WEB-3/comments", url.Values{"content": {"look"}, "notifiedUserId[]": {me}})
	latest := m.list("/notifications", "count=1")[0]
	if at(latest, "comment.content") != "look" || at(latest, "issue.issueKey") != "WEB-3" || latest["alreadyRead"] != false {
		t.Errorf("the latest notification is %v", latest)
	}
	if got := m.count("/notifications/count", ""); got != before+1 {
		t.Errorf("%d notifications, want %d", got, before+1)
	}
	a.done(404, "POST", "/notifications/"+number(latest["id"])+"/markAsRead", nil)
	m.done(204, "POST", "/notifications/"+number(latest["id"])+"/markAsRead", nil)
	unread := m.count("/notifications/count", "alreadyRead=false")
	if got := m.write(200, "POST", "/notifications/markAsRead", nil); got["count"] != float64(unread) || unread == 0 {
		t.Errorf("reading all answers %v, want %d", got, unread)
	}
	if got := m.count("/notifications/count", "alreadyRead=false"); got != 0 {
		t.Errorf("%d are unread, want none", got)
	}
	sender := number(at(latest, "sender.id"))
	for _, n := range m.list("/notifications", "count=100&senderId="+sender) {
		if number(at(n, "sender.id")) != sender {
			t.Errorf("senderId=%s gives one of %v", sender, at(n, "sender.id"))
		}
	}
}

func TestSharedFiles(t *testing.T) {
	c := admin(t, backlogtest.New(backlogtest.Options{Unlimited: true}))
	tests := map[string]struct {
		path, query string
		want        []any
	}{
		"the root":           {"", "order=asc", []any{"readme.txt", "画像"}},
		"a folder":           {"画像", "order=asc", []any{"banner 01.png", "ロゴ.png"}},
		"a folder backwards": {"画像/", "", []any{"ロゴ.png", "banner 01.png"}},
		"the second":         {"画像", "order=asc&offset=1&count=1", []any{"ロゴ.png"}},
		"no folder":          {"none", "", nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var got []any
			for _, f := range c.list("/projects/WEB/files/metadata/"+url.PathEscape(test.path), test.query) {
				got = append(got, f["name"])
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("%q?%s (-want +got):\n%s", test.path, test.query, diff)
			}
		})
	}
}

func TestRecentlyViewed(t *testing.T) {
	s := backlogtest.New(backlogtest.Options{Unlimited: true})
	c := admin(t, s)
	c.done(200, "POST", "/users/myself/recentlyViewedIssues", url.Values{"issueIdOrKey": {"WEB-2"}})
	if got := at(c.list("/users/myself/recentlyViewedIssues", "count=1")[0], "issue.issueKey"); got != "WEB-2" {
		t.Errorf("the latest issue is %v, want WEB-2", got)
	}
	s.Edit(func(s *backlogtest.Space) { s.DeleteIssue(s.IssueByKey("WEB-2").ID) })
	if got := at(c.list("/users/myself/recentlyViewedIssues", "count=1")[0], "issue.issueKey"); got == "WEB-2" {
		t.Error("an issue that was deleted is still among those looked at")
	}
	c.done(http.StatusBadRequest, "POST", "/users/myself/recentlyViewedWikis", nil)
}

// TestProjectGoesWithItsContents deletes a project, and reads all that held
// something of it.
func TestProjectGoesWithItsContents(t *testing.T) {
	c := admin(t, backlogtest.New(backlogtest.Options{Unlimited: true}))
	pages := len(c.list("/users/myself/recentlyViewedWikis", ""))
	c.write(200, "DELETE", "/projects/WEB", nil)
	for _, path := range []string{
		"/space/activities", "/users/5001/activities", "/users/5001/stars", "/users/5001/watchings", "/notifications",
		"/users/myself/recentlyViewedIssues", "/users/myself/recentlyViewedProjects", "/documents",
	} {
		if rows := c.list(path, "count=100&offset=0"); len(rows) == 0 || strings.Contains(fmt.Sprint(rows), "projectKey:WEB") {
			t.Errorf("GET %s: %d rows, want those of the other projects", path, len(rows))
		}
	}
	c.object("/space/diskUsage", "")
	if got := len(c.list("/users/myself/recentlyViewedWikis", "")); got >= pages {
		t.Errorf("%d wiki pages were looked at, want less than %d", got, pages)
	}
}
