package backlogtest_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trackql/trackql/plugins/backlog/backlogtest"
)

func TestRequests(t *testing.T) {
	s := backlogtest.New(backlogtest.Options{Prefix: "/backlog"})
	client := s.Transport()
	for _, path := range []string{"/space", "/issues?projectId[]=7&count=5", "/issues/WEB-1"} {
		try(t, client, "http://space.example/backlog", s.Key(), "GET", path)
	}
	var got []string
	for _, r := range s.Requests() {
		got = append(got, fmt.Sprintf("%s %s %d", r, r.Category, r.Status))
		if r.Bytes == 0 {
			t.Errorf("%s: no bytes", r)
		}
	}
	want := []string{
		"GET /api/v2/space read 200",
		"GET /api/v2/issues?count=5&projectId[]=7 search 404",
		"GET /api/v2/issues/WEB-1 read 200",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Requests() (-want +got):\n%s", diff)
	}
	s.Forget()
	if got := s.Requests(); len(got) != 0 {
		t.Errorf("Requests() after Forget() = %v", got)
	}
}

// TestRecordHoldsNoSecret sends every secret in every place for it.
func TestRecordHoldsNoSecret(t *testing.T) {
	s := backlogtest.New(backlogtest.Options{Unlimited: true})
	id, secret := s.OAuthClient()
	back, _ := authorize(t, s, id)
	code := back.Query().Get("code")
	nobody := caller{t, s, ""}
	token := nobody.json(nobody.send("POST", "/oauth2/token", mustQuery(t,
		"grant_type=authorization_code&client_id="+id+"&client_secret="+secret+"&redirect_uri="+callback+"&code="+code))).(map[string]any)
	access := token["access_token"].(string)
	bearer(t, s, access)
	member(t, s).get("/space", "")
	if got := nobody.object("/space", "apiKey="+s.Key()); got["timezone"] != "Asia/Tokyo" {
		t.Errorf("GET /space?apiKey=…: %v", got)
	}
	nobody.send("GET", "/space", mustQuery(t, "code="+code+"&client_secret="+secret))
	text := fmt.Sprintf("%+v", s.Requests())
	for name, word := range map[string]string{
		"key": s.Key(), "the member's key": s.MemberKey(), "secret": secret, "code": code,
		"access token": access, "refresh token": token["refresh_token"].(string),
	} {
		if strings.Contains(text, word) {
			t.Errorf("the record holds the %s", name)
		}
	}
	if !strings.Contains(text, "***") {
		t.Error("nothing was replaced")
	}
}

func TestBetween(t *testing.T) {
	s := backlogtest.New(backlogtest.Options{Unlimited: true})
	c := admin(t, s)
	all := c.all()
	var pages []int
	s.Between(func(page int, space *backlogtest.Space) {
		pages = append(pages, page)
		if page == 2 {
			space.DeleteIssue(space.Issues()[0].ID)
		}
	})
	page := func(offset string) []map[string]any {
		return c.list("/issues", "sort=created&order=asc&count=100&offset="+offset+all)
	}
	first, second := page("0"), page("100")
	if got := c.object("/issues/count", all)["count"]; got != float64(399) {
		t.Errorf("%v issues after one was deleted", got)
	}
	s.Between(nil)
	if diff := cmp.Diff([]int{1, 2}, pages); diff != "" {
		t.Errorf("pages (-want +got):\n%s", diff)
	}
	lost := page("99")[0]["id"] // of neither page: it moved from the second to the first
	for _, issue := range append(first, second...) {
		if issue["id"] == lost {
			t.Errorf("%v is on one of the two pages, though a row moved away between them", lost)
		}
	}
	if again := page("100"); again[0]["id"] != second[0]["id"] {
		t.Error("the page after the deletion is not the one that was given")
	}
}

func TestEdit(t *testing.T) {
	clock := newClock()
	s := backlogtest.New(backlogtest.Options{Clock: clock, Unlimited: true})
	c := admin(t, s)
	all := c.all()
	c.list("/projects/APP/statuses", "") // the name that is about to change was seen
	today := c.object("/issues/count", "updatedSince=2026-05-14"+all)["count"].(float64)
	var added, gone int64
	s.Edit(func(space *backlogtest.Space) {
		project := space.ProjectByKey("APP")
		added = space.AddIssue(project.ID, func(i *backlogtest.Issue) { i.Summary = "added" }).ID
		gone = space.IssueByKey("WEB-1").ID
		space.DeleteIssue(gone)
		space.UpdateIssue(2, func(i *backlogtest.Issue) { i.Status = backlogtest.StatusClosed })
		project.Statuses[0].Name = "renamed"
	})
	if got := c.object("/issues/"+number(added), ""); got["summary"] != "added" || at(got, "status.name") != "renamed" ||
		got["created"] != "2026-05-14T06:30:00Z" {
		t.Errorf("the added issue: %v", got)
	}
	if got := c.list("/projects/APP/statuses", "")[0]; got["name"] != "renamed" {
		t.Errorf("the renamed status: %v", got)
	}
	if got := c.object("/issues/2", ""); at(got, "status.id") != float64(4) || got["updated"] != "2026-05-14T06:30:00Z" {
		t.Errorf("the updated issue: %v", got)
	}
	if got := c.send(http.MethodGet, "/issues/"+number(gone), nil); got.status != 404 {
		t.Errorf("the deleted issue: %d", got.status)
	}
	if got := c.object("/issues/count", "updatedSince=2026-05-14"+all)["count"]; got != today+2 {
		t.Errorf("%v issues were updated today, want %v", got, today+2)
	}
	var kinds []int
	s.Edit(func(space *backlogtest.Space) {
		for _, activity := range space.Activities {
			kinds = append(kinds, activity.Type)
		}
	})
	if diff := cmp.Diff([]int{1, 4, 2}, kinds); diff != "" {
		t.Errorf("activities (-want +got):\n%s", diff)
	}
}

func TestDeletedParentsLeaveTopIssues(t *testing.T) {
	s := backlogtest.New(backlogtest.Options{})
	c := admin(t, s)
	child := full(t, c.every(), "parentIssueId")
	s.Edit(func(space *backlogtest.Space) { space.DeleteIssue(int64(child["parentIssueId"].(float64))) })
	if got := c.object("/issues/"+number(child["id"]), "")["parentIssueId"]; got != nil {
		t.Errorf("the parent of an issue whose parent was deleted: %v", got)
	}
}

// TestConcurrentUse reads and changes a space at the same time, for the race
// detector, and for answers that are whole.
func TestConcurrentUse(t *testing.T) {
	s := backlogtest.New(backlogtest.Options{BareIssues: true, Unlimited: true})
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for offset := 0; offset < 400; offset += 100 {
				path := fmt.Sprintf("/issues?count=100&offset=%d&keyword=a", offset)
				if got := try(t, s.Transport(), "http://space.example", s.Key(), "GET", path); got.status != 200 || !got.jsonGood {
					t.Errorf("GET %s: %+v", path, got)
				}
				s.Requests()
			}
		})
	}
	for n := range 50 {
		s.Edit(func(space *backlogtest.Space) {
			space.AddIssue(space.Projects[0].ID, nil)
			space.UpdateIssue(space.Issues()[n].ID, func(i *backlogtest.Issue) { i.Summary = "a" })
			space.DeleteIssue(space.Issues()[n+1].ID)
		})
	}
	readers.Wait()
}
