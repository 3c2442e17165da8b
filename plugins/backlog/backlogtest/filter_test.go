package backlogtest_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trackql/trackql/plugins/backlog/backlogtest"
)

// anyOf tells whether the id at a path is one of ids; a path through an array
// looks at all of its elements.
func anyOf(path string, ids ...float64) func(map[string]any) bool {
	name, rest, _ := strings.Cut(path, ".")
	return func(issue map[string]any) bool {
		elements, ok := issue[name].([]any)
		if !ok {
			id, ok := at(issue, path).(float64)
			return ok && slices.Contains(ids, id)
		}
		return slices.ContainsFunc(elements, func(element any) bool {
			id, ok := at(element, rest).(float64)
			return ok && slices.Contains(ids, id)
		})
	}
}

// dayBetween tells whether the day of a moment, in Tokyo or as a date, is from
// least to most.
func dayBetween(name, least, most string, zone *time.Location) func(map[string]any) bool {
	return func(issue map[string]any) bool {
		text, ok := issue[name].(string)
		if !ok {
			return false
		}
		moment, err := time.Parse(time.RFC3339, text)
		if err != nil {
			panic(err)
		}
		day := moment.In(zone).Format(time.DateOnly)
		return least <= day && day <= most
	}
}

// value is the value of a custom field in an issue's JSON.
func value(issue map[string]any, name string) any {
	for _, field := range issue["customFields"].([]any) {
		if at(field, "name") == name {
			return at(field, "value")
		}
	}
	return nil
}

func all(of ...func(map[string]any) bool) func(map[string]any) bool {
	return func(issue map[string]any) bool {
		return !slices.ContainsFunc(of, func(is func(map[string]any) bool) bool { return !is(issue) })
	}
}

func not(is func(map[string]any) bool) func(map[string]any) bool {
	return func(issue map[string]any) bool { return !is(issue) }
}

func isNull(name string) func(map[string]any) bool {
	return func(issue map[string]any) bool { return empty(issue[name]) }
}

// TestFilters holds every parameter of the list of issues against what the
// issues themselves say.
func TestFilters(t *testing.T) {
	tokyo := time.FixedZone("JST", 9*60*60)
	s := backlogtest.New(backlogtest.Options{Unlimited: true})
	c := admin(t, s)
	issues := c.every()
	web := c.object("/projects/WEB", "")["id"].(float64)
	category := c.list("/projects/WEB/categories", "")[1]["id"].(float64)
	version := c.list("/projects/WEB/versions", "")[2]["id"].(float64)
	kind := c.list("/projects/APP/issueTypes", "")[1]["id"].(float64)
	amount := c.field("見積金額")
	delivery := c.field("納品日")
	weight := c.field("重要度")
	area := c.field("影響範囲")
	memo := c.field("メモ")
	children, parents := map[any]bool{}, map[any]any{}
	for _, issue := range issues {
		children[issue["parentIssueId"]] = true
		parents[issue["id"]] = issue["parentIssueId"]
	}
	grandchild := func(issue map[string]any) bool { return parents[issue["parentIssueId"]] != nil }
	first := issues[30]["id"].(float64)
	parent := issues[slices.IndexFunc(issues, not(isNull("parentIssueId")))]["parentIssueId"].(float64)
	tests := map[string]struct {
		query string
		want  func(map[string]any) bool
	}{
		"everything":     {"", all()},
		"status":         {"statusId[]=1&statusId[]=2", anyOf("status.id", 1, 2)},
		"with numbers":   {"statusId[0]=1&statusId[1]=4", anyOf("status.id", 1, 4)},
		"no brackets":    {"statusId=1", all()},
		"unknown":        {"nonsense=1&customField_1=x", all()},
		"type":           {"issueTypeId[]=" + number(kind), anyOf("issueType.id", kind)},
		"no such status": {"statusId[]=987654", not(all())},
		"category":       {"categoryId[]=" + number(category), anyOf("category.id", category)},
		"version":        {"versionId[]=" + number(version), anyOf("versions.id", version)},
		"milestone":      {"milestoneId[]=" + number(version), anyOf("milestone.id", version)},
		"priority":       {"priorityId[]=2&priorityId[]=4", anyOf("priority.id", 2, 4)},
		"assignee":       {"assigneeId[]=5015", anyOf("assignee.id", 5015)},
		"nobody":         {"assigneeId[]=-1", isNull("assignee")},
		"nobody or one": {"assigneeId[]=-1&assigneeId[]=5015", func(issue map[string]any) bool {
			return issue["assignee"] == nil || anyOf("assignee.id", 5015)(issue)
		}},
		"creator":     {"createdUserId[]=5036", anyOf("createdUser.id", 5036)},
		"resolution":  {"resolutionId[]=0", anyOf("resolution.id", 0)},
		"id":          {"id[]=1&id[]=2&id[]=77&id[]=" + number(first), anyOf("id", 1, 2, first)},
		"parent":      {"parentIssueId[]=" + number(parent), anyOf("parentIssueId", parent)},
		"files":       {"attachment=true", not(isNull("attachments"))},
		"no files":    {"attachment=false", isNull("attachments")},
		"shared file": {"sharedFile=true", not(isNull("sharedFiles"))},
		"no due date": {"hasDueDate=false", isNull("dueDate")},
		"created": {
			"createdSince=2026-01-10&createdUntil=2026-03-09",
			dayBetween("created", "2026-01-10", "2026-03-09", tokyo),
		},
		"updated since": {"updatedSince=2026-07-01", dayBetween("updated", "2026-07-01", "9", tokyo)},
		"updated until": {"updatedUntil=2025-07-01", dayBetween("updated", "0", "2025-07-01", tokyo)},
		"start":         {"startDateSince=2026-02-01&startDateUntil=2026-02-28", dayBetween("startDate", "2026-02-01", "2026-02-28", time.UTC)},
		"due":           {"dueDateUntil=2025-03-01", dayBetween("dueDate", "0", "2025-03-01", time.UTC)},
		"top":           {"parentChild=1", isNull("parentIssueId")},
		"below":         {"parentChild=2", not(isNull("parentIssueId"))},
		"alone": {"parentChild=3", func(issue map[string]any) bool {
			return issue["parentIssueId"] == nil && !children[issue["id"]]
		}},
		"with children": {"parentChild=4", func(issue map[string]any) bool { return children[issue["id"]] }},
		"grandchildren": {"parentChild=5", grandchild},
		"children only": {"parentChild=6", all(not(isNull("parentIssueId")), not(grandchild))},
		"top level":     {"parentChild=7", isNull("parentIssueId")},
		"two levels":    {"parentChild=8", not(grandchild)},
		"not the top":   {"parentChild=9", not(isNull("parentIssueId"))},
		"leaves":        {"parentChild=10", func(issue map[string]any) bool { return !children[issue["id"]] }},
		"number": {"customField_" + amount + "_min=100000&customField_" + amount + "_max=250000", func(issue map[string]any) bool {
			n, ok := value(issue, "見積金額").(float64)
			return ok && n >= 100000 && n <= 250000 && at(issue, "projectId") == web
		}},
		"date": {"customField_" + delivery + "_max=2025-06-30", func(issue map[string]any) bool {
			day, ok := value(issue, "納品日").(string)
			return ok && day <= "2025-06-30T00:00:00Z" && at(issue, "projectId") == web
		}},
		"item": {"customField_" + weight + "[]=1&customField_" + weight + "[]=3", func(issue map[string]any) bool {
			id, ok := at(value(issue, "重要度"), "id").(float64)
			return ok && (id == 1 || id == 3)
		}},
		"items": {"customField_" + area + "[]=2", func(issue map[string]any) bool {
			items, _ := value(issue, "影響範囲").([]any)
			return slices.ContainsFunc(items, func(item any) bool { return at(item, "id") == float64(2) })
		}},
		"text": {"customField_" + memo + "=CRASH", func(issue map[string]any) bool {
			text, _ := value(issue, "メモ").(string)
			return strings.Contains(text, "crash")
		}},
		"two lists": {"statusId[]=4&priorityId[]=2", all(anyOf("status.id", 4), anyOf("priority.id", 2))},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c := admin(t, s)
			var want []any
			for _, issue := range issues {
				if test.want(issue) {
					want = append(want, issue["id"])
				}
			}
			got := c.ids(test.query)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("GET /issues?%s (-want +got):\n%s", test.query, diff)
			}
			counted := c.object("/issues/count", test.query+c.all())["count"]
			if counted != float64(len(want)) {
				t.Errorf("GET /issues/count?%s = %v, want %d", test.query, counted, len(want))
			}
			if name != "everything" && test.query != "" && len(want) == 0 && name != "no such status" {
				t.Errorf("no issue of the seed matches %s", test.query)
			}
		})
	}
}

// ids are the ids of all issues of a query, oldest first.
func (c caller) ids(query string) []any {
	c.t.Helper()
	var out []any
	for {
		values := mustQuery(c.t, fmt.Sprintf("%s&count=100&sort=created&order=asc&offset=%d%s", query, len(out), c.all()))
		var page []struct{ ID float64 } // the rest is skipped, which is quicker
		if err := json.Unmarshal(c.send("GET", "/issues", values).body, &page); err != nil {
			c.t.Fatalf("GET /issues?%s: %v", query, err)
		}
		for _, issue := range page {
			out = append(out, issue.ID)
		}
		if len(page) < 100 {
			return out
		}
	}
}

// field is the id of a custom field of WEB.
func (c caller) field(name string) string {
	c.t.Helper()
	for _, field := range c.list("/projects/WEB/customFields", "") {
		if field["name"] == name {
			return number(field["id"])
		}
	}
	c.t.Fatalf("WEB has no custom field %s", name)
	return ""
}

// TestDayBounds cuts days in the zone of the space: they begin at 15:00 of the
// day before in UTC.
func TestDayBounds(t *testing.T) {
	s := backlogtest.New(backlogtest.Options{Unlimited: true})
	c := admin(t, s)
	s.Edit(func(space *backlogtest.Space) {
		first := time.Date(2020, 3, 4, 15, 0, 0, 0, time.UTC).Unix()
		for _, second := range []int64{first - 1, first, first + 24*60*60 - 1, first + 24*60*60} {
			space.AddIssue(space.Projects[0].ID, func(i *backlogtest.Issue) { i.Created, i.Updated = second, second })
		}
	})
	tests := map[string]int{
		"createdSince=2020-03-05&createdUntil=2020-03-05": 2,
		"updatedSince=2020-03-05&updatedUntil=2020-03-05": 2,
		"createdUntil=2020-03-04":                         1,
		"updatedUntil=2020-03-05":                         3,
		"createdUntil=2020-03-06":                         4,
	}
	for query, want := range tests {
		if got := len(c.ids(query)); got != want {
			t.Errorf("GET /issues?%s: %d issues, want %d", query, got, want)
		}
	}
}

// TestFieldsOfTypes is about a custom field that only bugs have.
func TestFieldsOfTypes(t *testing.T) {
	c := admin(t, backlogtest.New(backlogtest.Options{}))
	bug := c.list("/projects/WEB/issueTypes", "")[1]["id"]
	with := 0
	for _, issue := range c.every() {
		has := slices.ContainsFunc(issue["customFields"].([]any), func(field any) bool { return at(field, "name") == "対応OS" })
		if has != (at(issue, "issueType.id") == bug) {
			t.Errorf("%v of type %v: 対応OS %t", issue["issueKey"], at(issue, "issueType.name"), has)
		}
		if has {
			with++
		}
	}
	if with == 0 {
		t.Error("no issue has 対応OS")
	}
}

// TestKeyword looks in the summary, the description and the comments.
func TestKeyword(t *testing.T) {
	c := admin(t, backlogtest.New(backlogtest.Options{Issues: 150, Unlimited: true}))
	issues := c.every()
	texts := make([]string, len(issues))
	for n, issue := range issues {
		texts[n] = issue["summary"].(string) + "\n" + issue["description"].(string)
		for _, comment := range c.comments(number(issue["id"]), "asc") {
			content, _ := comment["content"].(string)
			texts[n] += "\n" + content
		}
	}
	for _, word := range []string{"ログイン", "steps", "Looks GOOD", "3f2a9c1", "ログイン deployed"} {
		var want []any
		for n, issue := range issues {
			missing := slices.DeleteFunc(strings.Fields(strings.ToLower(word)), func(part string) bool {
				return strings.Contains(strings.ToLower(texts[n]), part)
			})
			if len(missing) == 0 {
				want = append(want, issue["id"])
			}
		}
		got := c.ids("keyword=" + url.QueryEscape(word))
		if diff := cmp.Diff(want, got); diff != "" || len(got) == 0 {
			t.Errorf("GET /issues?keyword=%s (-want +got):\n%s", word, diff)
		}
	}
}
