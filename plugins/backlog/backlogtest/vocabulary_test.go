package backlogtest_test

import (
	"bytes"
	"image/png"
	"net/http"
	"net/url"
	"slices"
	"testing"

	"github.com/trackql/trackql/plugins/backlog/backlogtest"
)

// write makes a request that must succeed with the status, and is an object.
func (c caller) write(status int, method, path string, values url.Values) map[string]any {
	c.t.Helper()
	got := c.send(method, path, values)
	if got.status != status {
		c.t.Fatalf("%s %s with %v: %d %s, want %d", method, path, values, got.status, got.body, status)
	}
	out, ok := decoded(c.t, got.body).(map[string]any)
	if !ok {
		c.t.Fatalf("%s %s: %s is no object", method, path, got.body)
	}
	return out
}

// TestTerms makes, changes and deletes one of each kind of term, and looks what
// becomes of an issue that has it.
func TestTerms(t *testing.T) {
	colors := map[string]string{"issueTypes": "#7ea800", "statuses": "#ea2c00"}
	tests := map[string]struct {
		param   string // of an issue
		path    string // in an issue's JSON
		replace string // the parameter that says what stands in for a deleted term
		project string
	}{
		"categories": {param: "categoryId[]", path: "category", project: "WEB"},
		"versions":   {param: "milestoneId[]", path: "milestone", project: "WEB"},
		"issueTypes": {param: "issueTypeId", path: "issueType", replace: "substituteIssueTypeId", project: "WEB"},
		"statuses":   {param: "statusId", path: "status", replace: "substituteStatusId", project: "OPS"},
	}
	for kind, test := range tests {
		t.Run(kind, func(t *testing.T) {
			s := backlogtest.New(backlogtest.Options{})
			c, m := admin(t, s), member(t, s)
			path := "/projects/" + test.project + "/" + kind
			before := c.list(path, "")
			values := url.Values{"name": {"新しい"}}
			if colors[kind] != "" {
				values.Set("color", colors[kind])
			}
			if got := m.send(http.MethodPost, path, values); got.status == 200 {
				t.Errorf("POST %s by an ordinary member: %d", path, got.status)
			}
			made := c.write(200, http.MethodPost, path, values)
			if again := c.send(http.MethodPost, path, values); again.status != 400 {
				t.Errorf("POST %s of the same name: %d, want 400", path, again.status)
			}
			one := path + "/" + number(made["id"])
			if got := c.write(200, http.MethodPatch, one, url.Values{"name": {"changed"}}); got["name"] != "changed" {
				t.Errorf("PATCH %s: %v", one, got)
			}
			issue := "/issues/" + test.project + "-1"
			c.write(200, http.MethodPatch, issue, url.Values{test.param: {number(made["id"])}})
			query := ""
			if test.replace != "" {
				if got := c.send(http.MethodDelete, one, nil); got.status != 400 {
					t.Errorf("DELETE %s without a substitute: %d, want 400", one, got.status)
				}
				query = test.replace + "=" + number(before[0]["id"])
			}
			c.write(200, http.MethodDelete, one, mustQuery(t, query))
			if got := c.list(path, ""); len(got) != len(before) {
				t.Errorf("GET %s after DELETE: %d terms, want %d", path, len(got), len(before))
			}
			left := c.object(issue, "")[test.path]
			if list, ok := left.([]any); ok && len(list) > 0 || !ok && at(left, "id") != before[0]["id"] {
				t.Errorf("%s of an issue whose term was deleted: %v", test.path, left)
			}
		})
	}
}

func TestStatuses(t *testing.T) {
	c := admin(t, backlogtest.New(backlogtest.Options{}))
	values := url.Values{"name": {"13"}, "color": {"#ea2c00"}}
	if got := c.send(http.MethodPost, "/projects/WEB/statuses", values); got.status != 400 || !bytes.Contains(got.body, []byte("12 per project")) {
		t.Errorf("a thirteenth status: %d %s", got.status, got.body)
	}
	if got := c.send(http.MethodPatch, "/projects/WEB/statuses/1", url.Values{"name": {"x"}}); got.status != 400 {
		t.Errorf("a new name of status 1: %d, want 400", got.status)
	}
	order := url.Values{}
	statuses := c.list("/projects/APP/statuses", "")
	slices.Reverse(statuses)
	for _, status := range statuses {
		order.Add("statusId[]", number(status["id"]))
	}
	c.json(c.send(http.MethodPatch, "/projects/APP/statuses/updateDisplayOrder", order))
	if got := c.list("/projects/APP/statuses", ""); got[0]["id"] != statuses[0]["id"] {
		t.Errorf("the first status in a new order: %v, want %v", got[0]["id"], statuses[0]["id"])
	}
	order.Del("statusId[]")
	if got := c.send(http.MethodPatch, "/projects/APP/statuses/updateDisplayOrder", order); got.status != 400 {
		t.Errorf("an order of no statuses: %d, want 400", got.status)
	}
}

func TestCustomFields(t *testing.T) {
	c := admin(t, backlogtest.New(backlogtest.Options{}))
	const path = "/projects/OPS/customFields"
	made := c.write(200, http.MethodPost, path, url.Values{
		"typeId": {"5"}, "name": {"重要度"}, "items[]": {"a", "b"}, "allowAddItem": {"true"},
	})
	one := path + "/" + number(made["id"])
	if items := made["items"].([]any); len(items) != 2 || made["allowAddItem"] != true {
		t.Errorf("a new list: %v", made)
	}
	c.write(200, http.MethodPost, one+"/items", url.Values{"name": {"c"}})
	changed := c.write(200, http.MethodPatch, one+"/items/3", url.Values{"name": {"d"}})
	if at(changed["items"].([]any)[2], "name") != "d" {
		t.Errorf("a renamed item: %v", changed["items"])
	}
	c.write(200, http.MethodPatch, "/issues/OPS-1", url.Values{"customField_" + number(made["id"]): {"3"}})
	if got := at(value(c.object("/issues/OPS-1", ""), "重要度"), "name"); got != "d" {
		t.Errorf("a value of a new list: %v, want d", got)
	}
	c.write(200, http.MethodDelete, one+"/items/3", nil)
	if got := value(c.object("/issues/OPS-1", ""), "重要度"); got != nil {
		t.Errorf("a value whose item was deleted: %v", got)
	}
	c.write(200, http.MethodPatch, one, url.Values{"name": {"x"}, "required": {"true"}})
	if got := c.write(200, http.MethodDelete, one, nil); got["name"] != "x" || got["required"] != true {
		t.Errorf("the deleted field: %v", got)
	}
	for _, values := range []url.Values{
		{"name": {"n"}},
		{"name": {"n"}, "typeId": {"9"}},
		{"name": {"納品日"}, "typeId": {"1"}},
		{"name": {"n"}, "typeId": {"1"}, "applicableIssueTypes[]": {"1"}},
	} {
		if got := c.send(http.MethodPost, path, values); got.status != 400 {
			t.Errorf("POST %s with %v: %d, want 400", path, values, got.status)
		}
	}
}

func TestProjects(t *testing.T) {
	s := backlogtest.New(backlogtest.Options{})
	c, m := admin(t, s), member(t, s)
	values := url.Values{"name": {"新規"}, "key": {"NEW_1"}, "chartEnabled": {"true"}, "textFormattingRule": {"markdown"}}
	if got := m.send(http.MethodPost, "/projects", values); got.status != 403 {
		t.Errorf("POST /projects by an ordinary member: %d, want 403", got.status)
	}
	made := c.write(201, http.MethodPost, "/projects", values)
	if made["chartEnabled"] != true || made["useWiki"] != true || made["textFormattingRule"] != "markdown" {
		t.Errorf("a new project: %v", made)
	}
	if got := c.send(http.MethodPost, "/projects", values); got.status != 400 {
		t.Errorf("a project of the same key: %d, want 400", got.status)
	}
	if got := len(c.list("/projects/NEW_1/statuses", "")); got != 4 {
		t.Errorf("%d statuses of a new project, want 4", got)
	}
	if got := m.send(http.MethodGet, "/projects/NEW_1", nil); got.status != 404 {
		t.Errorf("the new project for somebody else: %d, want 404", got.status)
	}
	c.write(200, http.MethodPost, "/projects/NEW_1/users", url.Values{"userId": {"5008"}})
	if got := m.object("/projects/NEW_1", "")["name"]; got != "新規" {
		t.Errorf("the new project for a new member: %v", got)
	}
	c.write(200, http.MethodPost, "/projects/NEW_1/administrators", url.Values{"userId": {"5008"}})
	if got := m.write(200, http.MethodPatch, "/projects/NEW_1", url.Values{"archived": {"true"}}); got["archived"] != true {
		t.Errorf("the archived project: %v", got)
	}
	if open, closed := c.list("/projects", "archived=false"), c.list("/projects", "archived=true"); len(open) != 3 || len(closed) != 1 {
		t.Errorf("%d projects are in use, %d archived, want 3 and 1", len(open), len(closed))
	}
	c.write(200, http.MethodDelete, "/projects/NEW_1/users", url.Values{"userId": {"5008"}})
	if got := c.list("/projects/NEW_1/administrators", ""); len(got) != 1 {
		t.Errorf("administrators after one left: %v", got)
	}
	c.write(200, http.MethodDelete, "/projects/WEB", nil)
	if got := c.object("/issues/count", c.all())["count"].(float64); got == 0 || got >= 400 {
		t.Errorf("%v issues after a project was deleted", got)
	}
}

func TestPeople(t *testing.T) {
	s := backlogtest.New(backlogtest.Options{})
	c := admin(t, s)
	values := url.Values{"userId": {"new"}, "password": {"secret"}, "name": {"New"}, "mailAddress": {"n@example.com"}, "roleType": {"2"}}
	made := c.write(201, http.MethodPost, "/users", values)
	path := "/users/" + number(made["id"])
	if got := c.write(200, http.MethodPatch, path, url.Values{"name": {"Newer"}}); got["name"] != "Newer" {
		t.Errorf("a renamed person: %v", got)
	}
	if got := len(c.list("/users", "")); got != 12 {
		t.Errorf("%d people, want 12: 12 of the seed, one of whom has left, and a new one", got)
	}
	c.write(200, http.MethodDelete, path, nil)
	if got := c.send(http.MethodGet, path, nil); got.status != 404 {
		t.Errorf("a person who was deleted: %d, want 404", got.status)
	}
	tanaka := c.object("/users/5008", "")
	c.write(200, http.MethodDelete, "/users/5008", nil)
	if got := member(t, s).send(http.MethodGet, "/space", nil); got.status != 401 {
		t.Errorf("the key of a person who was deleted: %d, want 401", got.status)
	}
	left := full(t, c.every(), "assignee")
	for _, issue := range c.every() {
		if at(issue, "assignee.id") == tanaka["id"] {
			left = issue
		}
	}
	if got := left["assignee"]; at(got, "name") != tanaka["name"] || at(got, "userId") != nil {
		t.Errorf("an assignee who was deleted: %v", got)
	}
}

func TestPictures(t *testing.T) {
	c := admin(t, backlogtest.New(backlogtest.Options{}))
	for _, path := range []string{"/users/5001/icon", "/projects/WEB/image", "/space/image"} {
		got := c.send(http.MethodGet, path, nil)
		if _, err := png.Decode(bytes.NewReader(got.body)); err != nil || got.header.Get("Content-Type") != "image/png" {
			t.Errorf("GET %s: %v, %s", path, err, got.header.Get("Content-Type"))
		}
	}
	for _, r := range c.server.Requests() {
		if r.Category != backlogtest.Icon {
			t.Errorf("%s is counted as %s", r, r.Category)
		}
	}
}
