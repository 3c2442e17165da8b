package backlogtest_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/trackql/trackql/plugins/backlog/backlogtest"
)

// sample reads a real answer of Backlog's.
func sample(t *testing.T, name string) any {
	t.Helper()
	dir := os.Getenv("TRACKQL_TESTDATA")
	if dir == "" {
		t.Skip("TRACKQL_TESTDATA is not set: it names the folder that holds backlog/" + name)
	}
	text, err := os.ReadFile(filepath.Join(dir, "backlog", name))
	if err != nil {
		t.Fatal(err)
	}
	var out any
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// differences are the places where a value lacks what the sample has, or has
// another kind of value. Null fits everything.
func differences(place string, want, got any) []string {
	if want == nil || got == nil {
		return nil
	}
	if fmt.Sprintf("%T", want) != fmt.Sprintf("%T", got) {
		return []string{fmt.Sprintf("%s is a %T, want %T", place, got, want)}
	}
	var out []string
	switch w := want.(type) {
	case map[string]any:
		g := got.(map[string]any)
		for name := range w {
			if _, ok := g[name]; !ok {
				out = append(out, place+"."+name+" is missing")
			}
			out = append(out, differences(place+"."+name, w[name], g[name])...)
		}
	case []any:
		if g := got.([]any); len(w) > 0 && len(g) > 0 {
			out = differences(place+"[0]", w[0], g[0])
		}
	}
	return out
}

// full is the first of objects whose named members are all there.
func full(t *testing.T, objects []map[string]any, names ...string) map[string]any {
	t.Helper()
	for _, object := range objects {
		whole := true
		for _, name := range names {
			whole = whole && !empty(object[name])
		}
		if whole {
			return object
		}
	}
	t.Fatalf("nothing has all of %v", names)
	return nil
}

func TestShapes(t *testing.T) {
	s := backlogtest.New(backlogtest.Options{Unlimited: true})
	c := admin(t, s)
	issue := full(t, c.every(), "assignee", "milestone", "customFields", "attachments", "resolution")
	s.Edit(func(space *backlogtest.Space) {
		i := space.IssueByKey(issue["issueKey"].(string))
		i.SharedFiles = []int64{space.Files[1].ID}
		i.Stars = []backlogtest.Star{{ID: 1, Presenter: space.Users[0].ID}}
	})
	issue = c.object("/issues/"+issue["issueKey"].(string), "")
	comments := c.list("/issues/"+c.talk()+"/comments", "count=100")
	announced := full(t, comments, "notifications")
	fields := c.list("/projects/WEB/customFields", "")
	tests := map[string]struct {
		file string
		got  any
	}{
		"issue":        {"kenzo0107/issue.json", issue},
		"comment":      {"kenzo0107/issue_comment.json", announced},
		"notification": {"kenzo0107/notification.json", announced["notifications"].([]any)[0]},
		"status":       {"kenzo0107/project_status.json", c.list("/projects/WEB/statuses", "")[0]},
		"rate limit":   {"kenzo0107/rate_limit.json", c.object("/rateLimit", "")},
		"shared file":  {"kenzo0107/shared_file.json", issue["sharedFiles"].([]any)[0]},
		"star":         {"kenzo0107/star.json", issue["stars"].([]any)[0]},
		"user":         {"kenzo0107/user.json", c.object("/users/myself", "")},
		"version":      {"kenzo0107/version.json", c.list("/projects/WEB/versions", "")[0]},
		"custom field": {"kenzo0107/custom_field.json", fields[5]},
		"space":        {"backlog-js/space.json", c.object("/space", "")},
		"project":      {"backlog-js/project.json", c.object("/projects/WEB", "")},
		"projects":     {"backlog-js/projects.json", c.get("/projects", "")},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			for _, difference := range differences(name, sample(t, test.file), test.got) {
				t.Error(difference)
			}
		})
	}
}

// TestOldDates compares both forms of a day.
func TestOldDates(t *testing.T) {
	first := func(old bool) any {
		c := admin(t, backlogtest.New(backlogtest.Options{OldDates: old}))
		return full(t, c.every(), "dueDate")["dueDate"]
	}
	modern, old := first(false), first(true)
	if modern != "2024-11-19T00:00:00Z" || old != "2024-11-18T15:00:00Z" {
		t.Errorf("one day, modern and old: %v, %v", modern, old)
	}
}
