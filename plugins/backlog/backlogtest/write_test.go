package backlogtest_test

import (
	"bytes"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trackql/trackql/plugins/backlog/backlogtest"
)

// upload sends a file, and tells its id.
func (c caller) upload(name, content string) string {
	c.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", name)
	if err != nil {
		c.t.Fatal(err)
	}
	if _, err := part.Write([]byte(content)); err != nil {
		c.t.Fatal(err)
	}
	if err := form.Close(); err != nil {
		c.t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(c.t.Context(), "POST", "http://space.example/api/v2/space/attachment", &body)
	if err != nil {
		c.t.Fatal(err)
	}
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.Header.Set("Backlog-API-Key", c.key)
	resp, err := c.server.Transport().RoundTrip(r)
	if err != nil {
		c.t.Fatal(err)
	}
	defer resp.Body.Close()
	var text bytes.Buffer
	if _, err := text.ReadFrom(resp.Body); err != nil {
		c.t.Fatal(err)
	}
	got := c.json(answer{status: resp.StatusCode, body: text.Bytes()}).(map[string]any)
	want := map[string]any{"id": got["id"], "name": name, "size": float64(len(content))}
	if diff := cmp.Diff(want, got); diff != "" {
		c.t.Errorf("POST /space/attachment (-want +got):\n%s", diff)
	}
	return number(got["id"])
}

// make creates an issue of WEB with more of its properties.
func (c caller) make(more url.Values) map[string]any {
	c.t.Helper()
	web := c.object("/projects/WEB", "")["id"]
	values := url.Values{
		"projectId": {number(web)}, "summary": {"new"}, "priorityId": {"3"},
		"issueTypeId": {number(c.list("/projects/WEB/issueTypes", "")[0]["id"])},
	}
	for name, texts := range more {
		values[name] = texts
	}
	got := c.send(http.MethodPost, "/issues", values)
	if got.status != http.StatusCreated {
		c.t.Fatalf("POST /issues: %d %s, want 201", got.status, got.body)
	}
	return c.json(got).(map[string]any)
}

func TestIssueFromBirthToDeath(t *testing.T) {
	clock := newClock()
	s := backlogtest.New(backlogtest.Options{Clock: clock, Unlimited: true})
	c := admin(t, s)
	file := c.upload("報告;1.txt", "hello")
	version := c.list("/projects/WEB/versions", "")[1]
	area := c.field("影響範囲")
	issue := c.make(url.Values{
		"dueDate": {"2026-06-30"}, "estimatedHours": {"1.25"}, "milestoneId[]": {number(version["id"])},
		"attachmentId[]": {file}, "customField_" + area + "[0]": {"1"}, "customField_" + area + "[1]": {"3"},
		"customField_" + c.field("見積金額"): {"1200"}, "assigneeId": {"5015"},
	})
	key := issue["issueKey"].(string)
	for path, want := range map[string]any{
		"summary": "new", "dueDate": "2026-06-30T00:00:00Z", "estimatedHours": 1.25, "assignee.id": float64(5015),
		"status.id": float64(1), "resolution": nil, "created": "2026-05-14T06:30:00Z", "startDate": nil,
	} {
		if diff := cmp.Diff(want, at(issue, path)); diff != "" {
			t.Errorf("%s of a new issue (-want +got):\n%s", path, diff)
		}
	}
	if got := value(issue, "見積金額"); got != float64(1200) || len(value(issue, "影響範囲").([]any)) != 2 {
		t.Errorf("custom fields of a new issue: %v", issue["customFields"])
	}

	clock.now = clock.now.Add(time.Hour)
	changed := c.json(c.send(http.MethodPatch, "/issues/"+key, url.Values{
		"statusId": {"4"}, "resolutionId": {"0"}, "dueDate": {""}, "assigneeId": {""}, "milestoneId[]": {""},
		"customField_" + area: {""}, "comment": {"done"},
	})).(map[string]any)
	for path, want := range map[string]any{
		"status.id": float64(4), "resolution.id": float64(0), "dueDate": nil, "assignee": nil, "milestone": []any{},
		"updated": "2026-05-14T07:30:00Z", "estimatedHours": 1.25, "summary": "new",
	} {
		if diff := cmp.Diff(want, at(changed, path)); diff != "" {
			t.Errorf("%s of a changed issue (-want +got):\n%s", path, diff)
		}
	}
	comments := c.comments(key, "asc")
	type entry struct{ Field, Old, New any }
	var log []entry
	for _, e := range comments[0]["changeLog"].([]any) {
		log = append(log, entry{at(e, "field"), at(e, "originalValue"), at(e, "newValue")})
	}
	want := []entry{
		{"milestone", version["name"], nil},
		{"status", "未対応", "完了"},
		{"assigner", "佐藤 健", nil},
		{"limitDate", "2026-06-30", nil},
		{"resolution", nil, "対応済み"},
		{"影響範囲", "画面, API", nil},
	}
	if diff := cmp.Diff(want, log); diff != "" || comments[0]["content"] != "done" {
		t.Errorf("change log of %v (-want +got):\n%s", comments[0]["content"], diff)
	}

	nothing := c.send(http.MethodPatch, "/issues/"+key, url.Values{"statusId": {"4"}})
	if body := string(nothing.body); nothing.status != 400 || !bytes.Contains(nothing.body, []byte("Please change the status or post a comment.")) {
		t.Errorf("PATCH with nothing changed: %d %s", nothing.status, body)
	}
	gone := c.json(c.send(http.MethodDelete, "/issues/"+key, nil)).(map[string]any)
	if gone["issueKey"] != key || c.send(http.MethodGet, "/issues/"+key, nil).status != 404 {
		t.Errorf("DELETE /issues/%s = %v", key, gone["issueKey"])
	}
}

func TestDownload(t *testing.T) {
	c := admin(t, backlogtest.New(backlogtest.Options{}))
	issue := c.make(url.Values{"attachmentId[]": {c.upload("報告 (1).txt", "hello")}})
	files := issue["attachments"].([]any)
	got := c.send(http.MethodGet, "/issues/"+number(issue["id"])+"/attachments/"+number(at(files[0], "id")), nil)
	_, params, err := mime.ParseMediaType(got.header.Get("Content-Disposition"))
	if err != nil || params["filename"] != "報告 (1).txt" || string(got.body) != "hello" {
		t.Errorf("download: %q, %s, %v", got.body, got.header.Get("Content-Disposition"), err)
	}
	seeded := full(t, c.every(), "attachments")
	file := seeded["attachments"].([]any)[0]
	got = c.send(http.MethodGet, "/issues/"+number(seeded["id"])+"/attachments/"+number(at(file, "id")), nil)
	if float64(len(got.body)) != at(file, "size") {
		t.Errorf("download of %v: %d bytes, want %v", at(file, "name"), len(got.body), at(file, "size"))
	}
}

func TestUploadsVanish(t *testing.T) {
	clock := newClock()
	c := admin(t, backlogtest.New(backlogtest.Options{Clock: clock}))
	file := c.upload("a.txt", "a")
	clock.now = clock.now.Add(61 * time.Minute)
	got := c.send(http.MethodPost, "/issues/WEB-1/comments", url.Values{"content": {"x"}, "attachmentId[]": {file}})
	if got.status != 404 {
		t.Errorf("a comment with an upload of an hour ago: %d %s, want 404", got.status, got.body)
	}
}

func TestComments(t *testing.T) {
	s := backlogtest.New(backlogtest.Options{Unlimited: true})
	c, m := admin(t, s), member(t, s)
	before := len(c.comments("WEB-2", "asc"))
	got := c.send(http.MethodPost, "/issues/WEB-2/comments", url.Values{"content": {"hello"}, "notifiedUserId[]": {"5015"}})
	comment := c.json(got).(map[string]any)
	path := "/issues/WEB-2/comments/" + number(comment["id"])
	notices, _ := comment["notifications"].([]any)
	if got.status != http.StatusCreated || len(notices) != 1 || at(notices[0], "user.id") != float64(5015) {
		t.Errorf("POST comment: %d, notifications %v", got.status, notices)
	}
	if got := c.object("/issues/WEB-2/comments/count", "")["count"]; got != float64(before+1) {
		t.Errorf("%v comments, want %d", got, before+1)
	}
	if got := m.send(http.MethodPatch, path, url.Values{"content": {"mine"}}); got.status != 403 {
		t.Errorf("PATCH of somebody else's comment: %d, want 403", got.status)
	}
	if got := c.json(c.send(http.MethodPatch, path, url.Values{"content": {"again"}})).(map[string]any); got["content"] != "again" {
		t.Errorf("PATCH comment: %v", got)
	}
	if got := c.send(http.MethodPost, "/issues/WEB-2/comments", nil); got.status != 400 {
		t.Errorf("POST of no content: %d, want 400", got.status)
	}
	c.json(c.send(http.MethodPost, path+"/notifications", url.Values{"notifiedUserId[]": {"5001"}}))
	if got := c.list(path+"/notifications", ""); len(got) != 2 {
		t.Errorf("%d notifications, want 2", len(got))
	}
	c.json(c.send(http.MethodDelete, path, nil))
	if got := c.send(http.MethodGet, path, nil); got.status != 404 {
		t.Errorf("GET of a deleted comment: %d, want 404", got.status)
	}
}

func TestRelatedIssues(t *testing.T) {
	c := admin(t, backlogtest.New(backlogtest.Options{}))
	one, other := c.object("/issues/WEB-1", ""), c.object("/issues/APP-1", "")
	values := url.Values{"targetIssueId": {number(other["id"])}}
	before := len(c.list("/issues/WEB-1/relatedIssues", ""))
	got := c.json(c.send(http.MethodPost, "/issues/WEB-1/relatedIssues", values)).(map[string]any)
	if got["id"] != other["id"] || got["type"] != "RELATES" {
		t.Errorf("POST relatedIssues: %v %v", got["id"], got["type"])
	}
	if got := c.send(http.MethodPost, "/issues/WEB-1/relatedIssues", values); got.status != 400 {
		t.Errorf("POST relatedIssues again: %d, want 400", got.status)
	}
	back := c.list("/issues/APP-1/relatedIssues", "")
	if len(back) == 0 || back[len(back)-1]["id"] != one["id"] {
		t.Errorf("seen from the other end: %v", back)
	}
	c.json(c.send(http.MethodDelete, "/issues/WEB-1/relatedIssues/"+number(other["id"]), nil))
	if after := len(c.list("/issues/WEB-1/relatedIssues", "")); after != before {
		t.Errorf("%d related issues after removing, want %d", after, before)
	}
}

func TestSharedFilesOfIssues(t *testing.T) {
	s := backlogtest.New(backlogtest.Options{})
	var file, foreign int64
	s.Edit(func(space *backlogtest.Space) {
		for _, f := range space.Files {
			switch {
			case f.Folder:
			case f.Project == space.ProjectByKey("WEB").ID:
				file = f.ID
			default:
				foreign = f.ID
			}
		}
	})
	c := admin(t, s)
	issue := "/issues/" + c.make(nil)["issueKey"].(string)
	if got := c.send(http.MethodPost, issue+"/sharedFiles", url.Values{"fileId[]": {number(foreign)}}); got.status != 404 {
		t.Errorf("a file of another project: %d, want 404", got.status)
	}
	c.json(c.send(http.MethodPost, issue+"/sharedFiles", url.Values{"fileId[]": {number(file)}}))
	if got := c.list(issue+"/sharedFiles", ""); len(got) != 1 || got[0]["id"] != float64(file) {
		t.Errorf("GET sharedFiles: %v", got)
	}
	c.json(c.send(http.MethodDelete, issue+"/sharedFiles/"+number(file), nil))
	if got := c.list(issue+"/sharedFiles", ""); len(got) != 0 {
		t.Errorf("GET sharedFiles after removing: %v", got)
	}
}

func TestParticipants(t *testing.T) {
	c := admin(t, backlogtest.New(backlogtest.Options{}))
	issue := c.make(url.Values{"assigneeId": {"5015"}})
	var got []any
	for _, user := range c.list("/issues/"+number(issue["id"])+"/participants", "") {
		got = append(got, user["id"])
	}
	if diff := cmp.Diff([]any{float64(5001), float64(5015)}, got); diff != "" {
		t.Errorf("participants (-want +got):\n%s", diff)
	}
}

// TestWritesRefused holds what may not be written.
func TestWritesRefused(t *testing.T) {
	s := backlogtest.New(backlogtest.Options{Unlimited: true})
	c := admin(t, s)
	parent := c.make(nil)
	child := c.make(url.Values{"parentIssueId": {number(parent["id"])}})
	grandchild := c.make(url.Values{"parentIssueId": {number(child["id"])}})
	alone := c.make(nil)
	app := c.object("/issues/APP-1", "")
	tests := map[string]struct {
		issue  map[string]any
		values url.Values
	}{
		"a child of itself":         {alone, url.Values{"parentIssueId": {number(alone["id"])}}},
		"a child of its grandchild": {parent, url.Values{"parentIssueId": {number(grandchild["id"])}}},
		"too deep":                  {c.make(nil), url.Values{"parentIssueId": {number(grandchild["id"])}}},
		"deep with children":        {parent, url.Values{"parentIssueId": {number(c.make(nil)["id"])}}},
		"a parent elsewhere":        {parent, url.Values{"parentIssueId": {number(app["id"])}}},
		"a status elsewhere":        {app, url.Values{"statusId": {number(c.list("/projects/WEB/statuses", "")[1]["id"])}}},
		"a type elsewhere":          {app, url.Values{"issueTypeId": {number(at(parent, "issueType.id"))}}},
		"a priority":                {parent, url.Values{"priorityId": {"1"}}},
		"somebody unknown":          {parent, url.Values{"assigneeId": {"99"}}},
		"somebody who has left":     {parent, url.Values{"assigneeId": {"5036"}}},
		"a resolution":              {parent, url.Values{"resolutionId": {"9"}}},
		"a day":                     {parent, url.Values{"dueDate": {"tomorrow"}}},
		"hours":                     {parent, url.Values{"actualHours": {"NaN"}}},
		"no summary":                {parent, url.Values{"summary": {""}}},
		"an item":                   {parent, url.Values{"customField_" + c.field("重要度"): {"77"}}},
		"two items":                 {parent, url.Values{"customField_" + c.field("重要度"): {"1", "2"}}},
		"a version":                 {parent, url.Values{"versionId[]": {"1"}}},
		"empty brackets":            {parent, url.Values{"customField_" + c.field("影響範囲") + "[]": {"1"}}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := c.send(http.MethodPatch, "/issues/"+number(test.issue["id"]), test.values)
			if got.status != http.StatusBadRequest {
				t.Errorf("PATCH with %v: %d %s, want 400", test.values, got.status, got.body)
			}
			if diff := cmp.Diff(test.issue, c.get("/issues/"+number(test.issue["id"]), "")); diff != "" {
				t.Errorf("PATCH with %v changed (-before +after):\n%s", test.values, diff)
			}
		})
	}
}
