package catalog_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/tidwall/gjson"

	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

// outside returns the folder of samples and facts of the API, which are not part
// of the repository, or skips the test.
func outside(t *testing.T) string {
	t.Helper()
	folder := os.Getenv("TRACKQL_TESTDATA")
	if folder == "" {
		t.Skip("TRACKQL_TESTDATA is not set: it names the folder that holds backlog/")
	}
	return filepath.Join(folder, "backlog")
}

// samples tells of which table an answer's rows are.
var samples = map[string]string{
	"kenzo0107/activity.json":       "Activities",
	"kenzo0107/custom_field.json":   "ProjectCustomFields",
	"kenzo0107/issue.json":          "Issues",
	"kenzo0107/issue_comment.json":  "IssueComments",
	"kenzo0107/notification.json":   "IssueCommentNotifications",
	"kenzo0107/project_status.json": "ProjectStatuses",
	"kenzo0107/rate_limit.json":     "RateLimit",
	"kenzo0107/shared_file.json":    "ProjectSharedFiles",
	"kenzo0107/star.json":           "IssueStars",
	"kenzo0107/team.json":           "Teams",
	"kenzo0107/user.json":           "Users",
	"kenzo0107/user_watching.json":  "Watchings",
	"kenzo0107/version.json":        "ProjectVersionMilestones",
	"kenzo0107/webhook.json":        "Webhooks",
	"kenzo0107/wiki.json":           "WikiPages",
	"backlog-js/document.json":      "Documents",
	"backlog-js/documentTree.json":  "DocumentTree",
	"backlog-js/documents.json":     "Documents",
	"backlog-js/license.json":       "Licenses",
	"backlog-js/project.json":       "Projects",
	"backlog-js/projects.json":      "Projects",
	"backlog-js/space.json":         "Space",
}

// elsewhere are fields that a row repeats of a row of another table, where they
// are columns: the pattern is matched with "Table path".
var elsewhere = map[string]string{
	`^\S+ .*(User|user|assignee|presenter|members\[\])\.(roleType|lang)$`:                              "of a person: in Users and ProjectUsers, by id",
	`^Issues (issueType|status|milestone\[\])\.projectId$`:                                             "the issue's own project",
	`^(ProjectStatuses|ProjectVersionMilestones|ProjectSharedFiles|WikiPages|DocumentTree) projectId$`: "the project that was asked for, which is a column of the parent",
	`^Watchings issue\.`:           "of an issue: in Issues, by id",
	`^Activities project\.`:        "of a project: in Projects, by id",
	`^WikiPages attachments\[\]\.`: "in WikiPageAttachments, which asks for them by themselves, because lists may leave them out",
}

// TestEveryFieldIsReachable walks the sample answers: each value is a column, a
// row of a table inside, or a part of a column of JSON.
func TestEveryFieldIsReachable(t *testing.T) {
	folder := outside(t)
	_, byName := all(t)
	used := map[string]bool{}
	for file, name := range samples {
		text, err := os.ReadFile(filepath.Join(folder, filepath.FromSlash(file)))
		if err != nil {
			t.Fatal(err)
		}
		table := byName[name]
		found := shown{}
		found.table(table, byName, "")
		for _, row := range rowsOf(table, gjson.ParseBytes(text)) {
			for _, leaf := range leaves(row, "") {
				if !found.has(leaf) && !isElsewhere(name+" "+leaf, used) {
					t.Errorf("%s: no column of %s shows %s", file, name, leaf)
				}
			}
		}
	}
	for pattern := range elsewhere {
		if !used[pattern] {
			t.Errorf("nothing in the samples is %s", pattern)
		}
	}
}

func isElsewhere(leaf string, used map[string]bool) bool {
	for pattern := range elsewhere {
		if regexp.MustCompile(pattern).MatchString(leaf) {
			used[pattern] = true
			return true
		}
	}
	return false
}

// rowsOf returns the rows in an answer.
func rowsOf(table *relation.Table, answer gjson.Result) []gjson.Result {
	if table.Rows != "" {
		answer = answer.Get(table.Rows)
	}
	if !answer.IsArray() && !table.Members {
		return []gjson.Result{answer}
	}
	var rows []gjson.Result
	answer.ForEach(func(_, row gjson.Result) bool {
		rows = append(rows, row)
		return true
	})
	return rows
}

// leaves returns the paths of all values of a row, "stars[].presenter.id". What
// is empty is a value.
func leaves(value gjson.Result, path string) []string {
	if !value.IsObject() && !value.IsArray() {
		return []string{path}
	}
	var found []string
	value.ForEach(func(key, inner gjson.Result) bool {
		below := path + "[]"
		if value.IsObject() {
			below = strings.TrimPrefix(path+"."+key.Str, ".")
		}
		found = append(found, leaves(inner, below)...)
		return true
	})
	if len(found) == 0 {
		return []string{path}
	}
	return found
}

// shown are the paths that columns show: true where all below is shown as JSON.
type shown map[string]bool

// table adds what the columns of a table show, and those of the tables inside of
// it, below a prefix.
func (s shown) table(table *relation.Table, byName tables, prefix string) {
	for i := range table.Columns {
		c := &table.Columns[i]
		if c.Path == "" || c.Present {
			continue
		}
		s.add(prefix+leafPath(c.Path), c.Type == relation.Text || c.Type.ID() == arrow.LIST)
		s.add(prefix+leafPath(c.Else), false)
		if table.Split != "" {
			s.add(prefix+strings.Replace(leafPath(c.Path), table.Split, table.Split+"[]", 1), false)
		}
	}
	for _, inside := range byName {
		if inside.Parent == table.Name && inside.Inside != "" {
			at := prefix + leafPath(inside.Inside)
			s.add(at, false)
			s.table(inside, byName, at+"[].")
		}
	}
}

func (s shown) add(path string, deep bool) { s[path] = s[path] || deep }

func (s shown) has(leaf string) bool {
	if _, ok := s[leaf]; ok {
		return true
	}
	for path, deep := range s {
		if rest, ok := strings.CutPrefix(leaf, path); ok && deep && (rest[0] == '.' || rest[0] == '[') {
			return true
		}
		if strings.HasPrefix(path, leaf+".") { // null, where an object may be
			return true
		}
	}
	return false
}

// leafPath writes the path of a column as [leaves] does.
func leafPath(path string) string { return strings.ReplaceAll(path, ".#.", "[].") }

// endpoint is a request that Nulab documents.
type endpoint struct {
	Method, Path string
	QueryParams  []struct{ Name string }
}

func (e *endpoint) takes(param string) bool {
	return slices.ContainsFunc(e.QueryParams, func(q struct{ Name string }) bool { return q.Name == param })
}

func endpoints(t *testing.T) []endpoint {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(outside(t), "endpoints-2026-04.json"))
	if err != nil {
		t.Fatal(err)
	}
	var inventory struct{ Endpoints []endpoint }
	if err := json.Unmarshal(text, &inventory); err != nil {
		t.Fatal(err)
	}
	return inventory.Endpoints
}

// plain takes the names out of the words of a path.
func plain(path string) string {
	path, _, _ = strings.Cut(path, "?")
	return regexp.MustCompile(`\{[^}]*\}`).ReplaceAllString(path, "{}")
}

// younger are requests that are newer than the inventory.
var younger = []string{"/issues/{}/relatedIssues"}

// undocumented are parameters that the inventory misses.
var undocumented = []string{"expand[]"}

// TestRequestsAreDocumented checks each path and each parameter of the tables.
func TestRequestsAreDocumented(t *testing.T) {
	known := map[string]*endpoint{}
	for _, e := range endpoints(t) {
		if e.Method == "GET" {
			known[plain(e.Path)] = &e
		}
	}
	list, byName := all(t)
	for i := range list {
		table := &list[i]
		for _, path := range pathsOf(table) {
			if known[plain(path)] == nil && !slices.Contains(younger, plain(path)) {
				t.Errorf("%s: %s is not documented", table.Name, path)
			}
		}
		at := known[plain(byName.asked(table).Path)]
		for _, param := range params(table) {
			if !slices.Contains(undocumented, param) && (at == nil || !at.takes(param)) {
				t.Errorf("%s: its request does not take %s", table.Name, param)
			}
		}
	}
}

// pathsOf returns the paths of all requests that a table may make.
func pathsOf(table *relation.Table) []string {
	paths := []string{table.Path, table.Count, table.Detail}
	for i := range table.Columns {
		if f := table.Columns[i].Filter; f.How == relation.Single {
			paths = append(paths, f.Param)
		}
	}
	return slices.DeleteFunc(paths, func(p string) bool { return p == "" })
}

// params returns the parameters that a table's requests may have.
func params(table *relation.Table) []string {
	var names []string
	whole := func(text string) {
		for _, pair := range strings.Split(text, "&") {
			if name, _, ok := strings.Cut(pair, "="); ok {
				names = append(names, name)
			}
		}
	}
	whole(table.Query)
	switch table.Paging {
	case relation.Offset:
		names = append(names, "offset", "count")
	case relation.ByMinID:
		names = append(names, "minId", "maxId", "count", "order")
	}
	for i := range table.Columns {
		c := &table.Columns[i]
		whole(c.Expand)
		whole(c.Filter.Null)
		whole(c.Filter.NotNull)
		switch c.Filter.How {
		case relation.List, relation.Closed, relation.Open, relation.Flag, relation.Echo:
			names = append(names, c.Filter.Param)
		case relation.Days:
			names = append(names, c.Filter.Param+"Since", c.Filter.Param+"Until")
		}
	}
	return slices.DeleteFunc(names, func(n string) bool { return n == "" })
}

// noTable are documented requests that read, and are no table's.
var noTable = map[string]string{
	`/(image|icon)$|/attachments/\{\}$|/files/\{\}$`: "a download",
	`^/issues/\{\}/(attachments|sharedFiles)$`:       "inside each issue of the list",
	`/notifications$`:                 "inside each comment of the list",
	`/pullRequests/\{\}/attachments$`: "inside each pull request of the list",
	`/(comments|repositories|pullRequests|webhooks)/\{\}$|^/(activities|projects|teams|users|watchings)/\{\}$`: "one row of a list",
	`^/users/myself$`:        "a procedure",
	`^/documents/count$`:     "counts those of one project, where the list gives those of all",
	`^/notifications/count$`: "counts what is not read, whatever else is asked",
}

// TestEveryRequestIsATable checks that no documented request is left out.
func TestEveryRequestIsATable(t *testing.T) {
	list, _ := all(t)
	made := map[string]bool{}
	for i := range list {
		for _, path := range pathsOf(&list[i]) {
			made[plain(path)] = true
		}
	}
	used := map[string]bool{}
	for _, e := range endpoints(t) {
		path := plain(e.Path)
		if e.Method != "GET" || made[path] {
			continue
		}
		known := false
		for pattern := range noTable {
			if regexp.MustCompile(pattern).MatchString(path) {
				known, used[pattern] = true, true
			}
		}
		if !known {
			t.Errorf("no table asks %s", e.Path)
		}
	}
	for pattern := range noTable {
		if !used[pattern] {
			t.Errorf("no documented request is %s", pattern)
		}
	}
}
