package backlogtest_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trackql/trackql/plugins/backlog/backlogtest"
)

// every is every issue of the caller, oldest first.
func (c caller) every() []map[string]any {
	c.t.Helper()
	all := c.all()
	var out []map[string]any
	for offset := 0; ; offset += 100 {
		page := c.list("/issues", "count=100&sort=created&order=asc&offset="+number(offset)+all)
		out = append(out, page...)
		if len(page) < 100 {
			return out
		}
	}
}

func TestSameOptionsGiveTheSameSpace(t *testing.T) {
	pages := func(seed int64) string {
		c := admin(t, backlogtest.New(backlogtest.Options{Seed: seed, Issues: 100}))
		issues := c.send("GET", "/issues", mustQuery(t, "count=100"+c.all()))
		comments := c.send("GET", "/issues/"+c.talk()+"/comments", mustQuery(t, "count=100"))
		return string(issues.body) + string(comments.body)
	}
	if one, two := pages(7), pages(7); one != two {
		t.Errorf("two spaces of one seed (-one +two):\n%s", cmp.Diff(one, two))
	}
	if pages(7) == pages(8) {
		t.Error("two seeds give the same issues")
	}
}

// TestSeedHoldsBothOfEverything is what other tests rely on: each property of an
// issue is there and is absent.
func TestSeedHoldsBothOfEverything(t *testing.T) {
	issues := admin(t, backlogtest.New(backlogtest.Options{})).every()
	for _, name := range []string{
		"resolution", "assignee", "startDate", "dueDate", "estimatedHours", "actualHours", "parentIssueId",
		"category", "versions", "milestone", "attachments", "sharedFiles", "stars", "description",
	} {
		var with, without int
		for _, issue := range issues {
			if empty(issue[name]) {
				without++
			} else {
				with++
			}
		}
		if with < 10 || without < 10 {
			t.Errorf("%s: %d with, %d without, want 10 of each", name, with, without)
		}
	}
}

func empty(value any) bool {
	switch v := value.(type) {
	case nil:
		return true
	case string:
		return v == ""
	case []any:
		return len(v) == 0
	}
	return false
}

func TestSeedHoldsTheOddCases(t *testing.T) {
	s := backlogtest.New(backlogtest.Options{})
	c := admin(t, s)
	issues := c.every()
	counts := map[string]int{}
	created := map[any]bool{}
	members := map[any]bool{}
	names := map[any]int{}
	for _, project := range c.list("/projects", "") {
		for _, user := range c.list("/projects/"+number(project["id"])+"/users", "") {
			if !members[user["id"]] {
				names[user["name"]]++
			}
			members[user["id"]] = true
		}
	}
	var last float64
	for _, issue := range issues {
		id := issue["id"].(float64)
		count(counts, "resolution 0", at(issue, "resolution.id") == float64(0))
		count(counts, "created in the same second as another", created[issue["created"]])
		count(counts, "a lower id than an older one", id < last)
		count(counts, "an assignee who has left", issue["assignee"] != nil && !members[at(issue, "assignee.id")])
		count(counts, "a creator who has left", !members[at(issue, "createdUser.id")])
		count(counts, "two milestones", len(issue["milestone"].([]any)) == 2)
		count(counts, "a custom status", at(issue, "status.id").(float64) > 4)
		created[issue["created"]] = true
		last = id
	}
	for _, name := range names {
		count(counts, "homonyms", name > 1)
	}
	for _, kind := range []string{
		"resolution 0", "created in the same second as another", "a lower id than an older one",
		"an assignee who has left", "a creator who has left", "two milestones", "a custom status", "homonyms",
	} {
		if counts[kind] == 0 {
			t.Errorf("no issue with %s", kind)
		}
	}
	for kind, want := range map[string]bool{"2": true, "3": true, "4": true, "5": true, "6": true, "10": true} {
		got := c.object("/issues/count", "parentChild="+kind+c.all())["count"].(float64) > 0
		if got != want {
			t.Errorf("issues with parentChild=%s: %t, want %t", kind, got, want)
		}
	}
}

func count(counts map[string]int, name string, is bool) {
	if is {
		counts[name]++
	}
}

func TestSeedHoldsVocabularies(t *testing.T) {
	c := admin(t, backlogtest.New(backlogtest.Options{}))
	statuses := c.list("/projects/WEB/statuses", "")
	if last := statuses[len(statuses)-1]; len(statuses) != 12 || last["name"] != "完了" || last["id"] != float64(4) {
		t.Errorf("GET statuses of WEB: %d, the last %v, want 12 and 完了", len(statuses), last)
	}
	review := map[any]bool{}
	for _, key := range []string{"WEB", "APP"} {
		for _, status := range c.list("/projects/"+key+"/statuses", "") {
			if status["name"] == "レビュー中" {
				review[status["id"]] = true
			}
		}
	}
	if len(review) != 2 {
		t.Errorf("ids of レビュー中 in two projects: %v, want two", review)
	}
	kinds := map[any]bool{}
	for _, field := range c.list("/projects/WEB/customFields", "") {
		kinds[field["typeId"]] = true
	}
	if len(kinds) != 8 {
		t.Errorf("kinds of custom fields: %v, want 8", kinds)
	}
}

// TestCommentsLeadToTheIssue follows the change logs of status.
func TestCommentsLeadToTheIssue(t *testing.T) {
	c := admin(t, backlogtest.New(backlogtest.Options{Unlimited: true}))
	checked := 0
	for _, issue := range c.every()[:150] {
		status := "未対応"
		var last string
		comments := c.list("/issues/"+number(issue["id"])+"/comments", "count=100&order=asc")
		for _, comment := range comments {
			last, _ = comment["created"].(string)
			log, _ := comment["changeLog"].([]any)
			for _, entry := range log {
				if at(entry, "field") != "status" {
					continue
				}
				if at(entry, "originalValue") != status {
					t.Errorf("%v: status from %v, was %s", issue["issueKey"], at(entry, "originalValue"), status)
				}
				status = at(entry, "newValue").(string)
				checked++
			}
			if comment["content"] == nil && len(log) == 0 {
				t.Errorf("%v: a comment without content and changes", issue["issueKey"])
			}
		}
		if status != at(issue, "status.name") {
			t.Errorf("%v: status %v, its comments say %s", issue["issueKey"], at(issue, "status.name"), status)
		}
		if last != "" && last != issue["updated"] && len(comments) < 100 {
			t.Errorf("%v: updated %v, its last comment %s", issue["issueKey"], issue["updated"], last)
		}
	}
	if checked < 50 {
		t.Errorf("%d status changes seen, want 50", checked)
	}
}
