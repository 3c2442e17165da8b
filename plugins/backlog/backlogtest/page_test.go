package backlogtest_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trackql/trackql/plugins/backlog/backlogtest"
)

// comments reads all comments of an issue, page by page, right under both
// readings of minId and maxId.
func (c caller) comments(issue, order string) []map[string]any {
	c.t.Helper()
	var out []map[string]any
	bound := map[string]string{"asc": "minId", "desc": "maxId"}[order]
	last := ""
	for {
		query := "count=100&order=" + order
		if last != "" {
			query += "&" + bound + "=" + last
		}
		page := c.list("/issues/"+issue+"/comments", query)
		fresh := slices.DeleteFunc(slices.Clone(page), func(comment map[string]any) bool { return number(comment["id"]) == last })
		out = append(out, fresh...)
		if len(page) < 100 || len(fresh) == 0 {
			return out
		}
		last = number(out[len(out)-1]["id"])
	}
}

// talk is the issue with more than two pages of comments.
func (c caller) talk() string {
	c.t.Helper()
	for _, issue := range c.every() {
		key := issue["issueKey"].(string)
		if c.object("/issues/"+key+"/comments/count", "")["count"] == float64(230) {
			return key
		}
	}
	c.t.Fatal("no issue has 230 comments")
	return ""
}

func TestCommentPages(t *testing.T) {
	for _, exclusive := range []bool{false, true} {
		t.Run(fmt.Sprintf("exclusive=%t", exclusive), func(t *testing.T) {
			s := backlogtest.New(backlogtest.Options{ExclusiveIDs: exclusive, Unlimited: true})
			c := admin(t, s)
			issue := c.talk()
			up, down := c.comments(issue, "asc"), c.comments(issue, "desc")
			slices.Reverse(down)
			if diff := cmp.Diff(up, down); diff != "" || len(up) != 230 {
				t.Errorf("%d comments upwards; downwards (-up +down):\n%s", len(up), diff)
			}
			third := up[2]["id"]
			page := c.list("/issues/"+issue+"/comments", "order=asc&minId="+number(third))
			if got := page[0]["id"] == third; got == exclusive {
				t.Errorf("minId=%v begins with %v, exclusive %t", third, page[0]["id"], exclusive)
			}
			page = c.list("/issues/"+issue+"/comments", "maxId="+number(third))
			if got := page[0]["id"] == third; got == exclusive {
				t.Errorf("maxId=%v begins with %v, exclusive %t", third, page[0]["id"], exclusive)
			}
			if got := len(c.list("/issues/"+issue+"/comments", "")); got != 20 {
				t.Errorf("%d comments without count, want 20", got)
			}
		})
	}
}

// sorted says for each sort key of the list what a caller sees of it.
var sorted = map[string]func(map[string]any) any{
	"created":        func(issue map[string]any) any { return issue["created"] },
	"updated":        func(issue map[string]any) any { return issue["updated"] },
	"startDate":      func(issue map[string]any) any { return issue["startDate"] },
	"dueDate":        func(issue map[string]any) any { return issue["dueDate"] },
	"estimatedHours": func(issue map[string]any) any { return issue["estimatedHours"] },
	"actualHours":    func(issue map[string]any) any { return issue["actualHours"] },
	"summary":        func(issue map[string]any) any { return issue["summary"] },
	"priority":       func(issue map[string]any) any { return at(issue, "priority.id") },
	"status":         func(issue map[string]any) any { return at(issue, "status.displayOrder") },
	"issueType":      func(issue map[string]any) any { return at(issue, "issueType.displayOrder") },
	"assignee":       func(issue map[string]any) any { return at(issue, "assignee.name") },
	"createdUser":    func(issue map[string]any) any { return at(issue, "createdUser.name") },
	"updatedUser":    func(issue map[string]any) any { return at(issue, "updatedUser.name") },
	"attachment":     func(issue map[string]any) any { return float64(len(issue["attachments"].([]any))) },
	"sharedFile":     func(issue map[string]any) any { return float64(len(issue["sharedFiles"].([]any))) },
	"childIssue":     func(issue map[string]any) any { return at(issue, "childIssueSummary.total") },
	"category":       func(issue map[string]any) any { return firstOrder(issue["category"]) },
	"version":        func(issue map[string]any) any { return firstOrder(issue["versions"]) },
	"milestone":      func(issue map[string]any) any { return firstOrder(issue["milestone"]) },
}

func firstOrder(terms any) any {
	if list := terms.([]any); len(list) > 0 {
		return at(list[0], "displayOrder")
	}
	return nil
}

func TestSort(t *testing.T) {
	c := admin(t, backlogtest.New(backlogtest.Options{Issues: 100, Unlimited: true}))
	all := c.all()
	keys := maps.Clone(sorted)
	keys["customField_"+c.field("見積金額")] = func(issue map[string]any) any {
		if !strings.HasPrefix(issue["issueKey"].(string), "WEB-") {
			return nil // another field of the same name
		}
		return value(issue, "見積金額")
	}
	for key, see := range keys {
		for _, order := range []string{"asc", "desc"} {
			rows := c.list("/issues", "expand[]=childIssueSummary&count=100&sort="+key+"&order="+order+all)
			byID := true
			for n := range rows[1:] {
				before, after := see(rows[n]), see(rows[n+1])
				if order == "desc" {
					before, after = after, before
				}
				if !inOrder(before, after) {
					t.Errorf("sort=%s&order=%s: %v and then %v", key, order, see(rows[n]), see(rows[n+1]))
				}
				byID = byID && (see(rows[n]) != see(rows[n+1]) || rows[n]["id"].(float64) < rows[n+1]["id"].(float64))
			}
			if byID || len(rows) != 100 {
				t.Errorf("sort=%s&order=%s: %d issues, ties by id %t", key, order, len(rows), byID)
			}
		}
	}
}

// inOrder tells whether one value may come before the other; null is first.
func inOrder(before, after any) bool {
	switch b := before.(type) {
	case nil:
		return true
	case float64:
		a, ok := after.(float64)
		return ok && b <= a
	case string:
		a, ok := after.(string)
		return ok && b <= a
	}
	return false
}

func TestDefaultPage(t *testing.T) {
	c := admin(t, backlogtest.New(backlogtest.Options{}))
	page := c.list("/issues", c.all())
	if len(page) != 20 || page[0]["created"].(string) < page[19]["created"].(string) {
		t.Errorf("GET /issues without paging: %d issues, the first %v, the last %v", len(page), page[0]["created"], page[19]["created"])
	}
	if rest := c.list("/issues", "offset=390&count=100"+c.all()); len(rest) != 10 {
		t.Errorf("offset=390 of 400: %d issues, want 10", len(rest))
	}
	if rest := c.list("/issues", "offset=4000"+c.all()); len(rest) != 0 {
		t.Errorf("offset=4000 of 400: %d issues, want none", len(rest))
	}
}

// TestRefused holds what is refused against the codes.
func TestRefused(t *testing.T) {
	s := backlogtest.New(backlogtest.Options{Unlimited: true})
	all := admin(t, s).all()
	mine := member(t, s).all()
	closed := strings.TrimPrefix(all, mine)
	tests := map[string]struct {
		caller        caller
		method, path  string
		query         string
		status        int
		code          float64
		messageNaming string
	}{
		"no key":             {caller{t, s, ""}, "GET", "/space", "", 401, 11, "Authentication"},
		"wrong key":          {caller{t, s, "x"}, "GET", "/space", "", 401, 11, "Authentication"},
		"no project":         {admin(t, s), "GET", "/projects/NOPE", "", 404, 6, "No project."},
		"no issue":           {admin(t, s), "GET", "/issues/WEB-99999", "", 404, 6, "No issue."},
		"an odd issue":       {admin(t, s), "GET", "/issues/WEB-0x1", "", 404, 6, "No issue."},
		"no comment":         {admin(t, s), "GET", "/issues/WEB-1/comments/7", "", 404, 6, "No comment."},
		"no path":            {admin(t, s), "GET", "/nothing/here", "", 404, 6, "endpoint"},
		"no method":          {admin(t, s), "PUT", "/issues", "", 404, 6, "endpoint"},
		"people by a member": {member(t, s), "GET", "/users", "", 403, 5, "authority"},
		"project of others":  {member(t, s), "GET", "/projects/OPS", "", 404, 6, "No project."},
		"issues of others":   {member(t, s), "GET", "/issues", closed, 404, 6, "No project."},
		"count of others":    {member(t, s), "GET", "/issues/count", all, 404, 6, "No project."},
		"issue of others":    {member(t, s), "GET", "/issues/OPS-1", "", 404, 6, "No issue."},
		"no projectId":       {admin(t, s), "GET", "/issues", "statusId[]=1", 400, 7, "projectId[]"},
		"count 101":          {admin(t, s), "GET", "/issues", "count=101" + all, 400, 7, "count"},
		"count 0":            {admin(t, s), "GET", "/issues", "count=0" + all, 400, 7, "count"},
		"offset -1":          {admin(t, s), "GET", "/issues", "offset=-1" + all, 400, 7, "offset"},
		"hasDueDate=true":    {admin(t, s), "GET", "/issues", "hasDueDate=true" + all, 400, 7, "hasDueDate"},
		"a bad day":          {admin(t, s), "GET", "/issues", "createdSince=2026-02-30" + all, 400, 7, "createdSince"},
		"a moment":           {admin(t, s), "GET", "/issues", "updatedUntil=2026-02-03T00:00:00Z" + all, 400, 7, "updatedUntil"},
		"a bad sort":         {admin(t, s), "GET", "/issues", "sort=id" + all, 400, 7, "sort"},
		"a bad order":        {admin(t, s), "GET", "/issues", "order=up" + all, 400, 7, "order"},
		"a bad id":           {admin(t, s), "GET", "/issues", "statusId[]=x" + all, 400, 7, "statusId[0]"},
		"an empty id":        {admin(t, s), "GET", "/issues", "statusId[]=" + all, 400, 7, "statusId[0]"},
		"a bad flag":         {admin(t, s), "GET", "/issues", "attachment=1" + all, 400, 7, "attachment"},
		"parentChild=11":     {admin(t, s), "GET", "/issues", "parentChild=11" + all, 400, 7, "parentChild"},
		"a bad number":       {admin(t, s), "GET", "/issues", "customField_" + admin(t, s).field("見積金額") + "_min=NaN" + all, 400, 7, "_min"},
		"a bad bound":        {admin(t, s), "GET", "/issues/WEB-1/comments", "minId=x", 400, 7, "minId"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := test.caller.send(test.method, test.path, mustQuery(t, test.query))
			body := decoded(t, got.body)
			errors, _ := at(body, "errors").([]any)
			if got.status != test.status || len(errors) != 1 || at(errors[0], "code") != test.code ||
				!strings.Contains(fmt.Sprint(at(errors[0], "message")), test.messageNaming) || at(errors[0], "moreInfo") != "" {
				t.Errorf("%s %s?%s = %d %s, want %d with code %v about %q",
					test.method, test.path, test.query, got.status, got.body, test.status, test.code, test.messageNaming)
			}
		})
	}
	all = "count=0&offset=x" + all
	got := admin(t, s).send(http.MethodGet, "/issues", mustQuery(t, all))
	if errors, _ := at(decoded(t, got.body), "errors").([]any); len(errors) != 2 {
		t.Errorf("two mistakes: %s, want two errors", got.body)
	}
}
