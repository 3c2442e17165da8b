package catalog_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/catalog"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

// tables holds the tables by name.
type tables map[string]*relation.Table

func all(t *testing.T) (list []relation.Table, byName tables) {
	t.Helper()
	list, byName = catalog.Tables(), tables{}
	for i := range list {
		byName[list[i].Name] = &list[i]
	}
	return list, byName
}

func (all tables) find(name string) *relation.Table { return all[name] }

// asked returns the table whose requests bring the rows of a table.
func (all tables) asked(table *relation.Table) *relation.Table {
	for table.Inside != "" {
		table = all[table.Parent]
	}
	return table
}

// withoutKey have one row each.
var withoutKey = []string{"Licenses", "SpaceDiskUsage", "SpaceNotifications"}

func TestTables(t *testing.T) {
	list, byName := all(t)
	seen := map[string]bool{}
	for i := range list {
		table := &list[i]
		t.Run(table.Name, func(t *testing.T) {
			if name := strings.ToLower(table.Name); seen[name] {
				t.Errorf("another table has this name")
			} else {
				seen[name] = true
			}
			checkDocs(t, table)
			checkOrigin(t, table, byName)
			checkKeys(t, table, byName)
			columns := map[string]bool{}
			for j := range table.Columns {
				c := &table.Columns[j]
				if name := strings.ToLower(c.Name); columns[name] {
					t.Errorf("column %s is there twice", c.Name)
				} else {
					columns[name] = true
				}
				checkColumn(t, table, c, byName)
			}
		})
	}
}

func checkDocs(t *testing.T, table *relation.Table) {
	t.Helper()
	if !strings.HasSuffix(table.Doc, ".") {
		t.Errorf("Doc is no sentence: %q", table.Doc)
	}
	for i := range table.Columns {
		if c := &table.Columns[i]; !strings.HasSuffix(c.Doc, ".") {
			t.Errorf("column %s: Doc is no sentence: %q", c.Name, c.Doc)
		}
	}
	if len(table.Examples) < 2 {
		t.Errorf("it has %d examples, want 2", len(table.Examples))
	}
	for _, e := range table.Examples {
		if !strings.HasSuffix(e.Doc, ".") || !strings.Contains(e.SQL, "{source}."+table.Name) {
			t.Errorf("example without a sentence, or about another table: %q, %s", e.Doc, e.SQL)
		}
	}
}

// checkOrigin checks that it is said in one way where the rows come from.
func checkOrigin(t *testing.T, table *relation.Table, byName tables) {
	t.Helper()
	if (table.Path == "") == (table.Inside == "") {
		t.Errorf("Path %q and Inside %q: want one of them", table.Path, table.Inside)
	}
	if table.Parent != "" && byName[table.Parent] == nil {
		t.Fatalf("there is no parent %s", table.Parent)
	}
	if table.Inside != "" && (table.Parent == "" || table.Query+table.Count+table.Detail != "" || table.Paging != relation.Whole || table.Category != relation.Read) {
		t.Errorf("it is inside %q, and has requests of its own", table.Parent)
	}
	if table.Count != "" && table.Category != categoryOf(table.Path) {
		t.Errorf("Category is %s, want that of %s", table.Category, table.Path)
	}
	for _, text := range []string{table.Path, table.Query, table.Count, table.Detail} {
		for _, word := range words(text) {
			if c, ok := table.Column(word); !ok || c.Name != word || !c.Required {
				t.Errorf("%s: no column is called %s and Required", text, word)
			}
		}
	}
	if f := table.Folders; f != nil && !slices.Contains(words(table.Path), f.Column) {
		t.Errorf("%s does not hold the column %s of Folders", table.Path, f.Column)
	}
	needs := func(name string, set bool, has func(c *relation.Column) bool) {
		if set != slices.ContainsFunc(table.Columns, func(c relation.Column) bool { return has(&c) }) {
			t.Errorf("%s of the table is %t, and of its columns is not", name, set)
		}
	}
	needs("Members", table.Members, func(c *relation.Column) bool { return c.Member })
	needs("Detail", table.Detail != "", func(c *relation.Column) bool { return c.Detail })
	if table.Split != "" {
		needs("Split", true, func(c *relation.Column) bool { return c.Position })
	}
}

func categoryOf(path string) relation.Category {
	for _, search := range []string{"/issues", "/wikis", "/documents"} {
		if path == search {
			return relation.Search
		}
	}
	return relation.Read
}

func checkKeys(t *testing.T, table *relation.Table, byName tables) {
	t.Helper()
	if (len(table.Key) == 0) != slices.Contains(withoutKey, table.Name) {
		t.Errorf("Key is %q", table.Key)
	}
	for _, name := range slices.Concat(table.Key, slices.Concat(table.Unique...)) {
		if c, ok := table.Column(name); !ok || c.Name != name || !c.Required {
			t.Errorf("key column %s is not there, or may be NULL", name)
		}
	}
	for _, ref := range table.References {
		to := byName[ref.Table]
		if to == nil || len(ref.Columns) != len(ref.To) {
			t.Errorf("reference (%s) goes to no table", strings.Join(ref.Columns, ", "))
			continue
		}
		if !slices.ContainsFunc(append(to.Unique, to.Key), func(key []string) bool { return slices.Equal(key, ref.To) }) {
			t.Errorf("reference (%s) goes to (%s) of %s, which is no key", strings.Join(ref.Columns, ", "), strings.Join(ref.To, ", "), to.Name)
		}
		for i, name := range ref.Columns {
			from, ok := table.Column(name)
			at, found := to.Column(ref.To[i])
			if !ok || !found || !arrow.TypeEqual(from.Type, at.Type) {
				t.Errorf("reference from %s to %s.%s: no such columns, or of other types", name, to.Name, ref.To[i])
			}
		}
	}
}

// checkColumn checks that a column has one origin, and what can be said of it.
func checkColumn(t *testing.T, table *relation.Table, c *relation.Column, byName tables) {
	t.Helper()
	origins := 0
	for _, has := range []bool{c.Path != "", c.Of != "", c.Pseudo, c.Position, c.Member} {
		if has {
			origins++
		}
	}
	if origins != 1 {
		t.Errorf("column %s has %d origins, want 1", c.Name, origins)
	}
	if c.Of != "" {
		checkOf(t, table, c, byName)
	}
	if c.Sort != "" && (!c.Required || table.Name != "Issues") {
		t.Errorf("column %s has Sort %q", c.Name, c.Sort)
	}
	if c.Present && (!arrow.TypeEqual(c.Type, relation.Bool) || !c.Required) {
		t.Errorf("column %s: Present is for booleans that are never NULL", c.Name)
	}
	if (c.When == "") != (len(c.Is) == 0) || c.When != "" && c.Required {
		t.Errorf("column %s: When %q, Is %v, Required %t", c.Name, c.When, c.Is, c.Required)
	}
	if c.Epoch != 0 && !arrow.TypeEqual(c.Type, relation.Timestamp) {
		t.Errorf("column %s: Epoch is for timestamps", c.Name)
	}
	if c.Term && (c.Filter.How != relation.Closed || c.Filter.By == relation.ID) {
		t.Errorf("column %s: Term is for names of a closed vocabulary", c.Name)
	}
	checkFilter(t, table, c)
}

func checkOf(t *testing.T, table *relation.Table, c *relation.Column, byName tables) {
	t.Helper()
	parent := byName[table.Parent]
	if parent == nil {
		t.Errorf("column %s is of a parent, and there is none", c.Name)
		return
	}
	of, ok := parent.Column(c.Of)
	if !ok || of.Name != c.Of {
		t.Errorf("column %s: %s has no column %s", c.Name, parent.Name, c.Of)
		return
	}
	if !arrow.TypeEqual(of.Type, c.Type) || of.Required != c.Required {
		t.Errorf("column %s: %s, Required %t; of the parent %s, Required %t", c.Name, c.Type, c.Required, of.Type, of.Required)
	}
	if c.Filter.How != relation.None {
		t.Errorf("column %s has a Filter beside Of", c.Name)
	}
}

func checkFilter(t *testing.T, table *relation.Table, c *relation.Column) {
	t.Helper()
	f := c.Filter
	if c.Name == "ProjectId" && table.Parent == "" && f.Of != relation.Projects {
		t.Errorf("column %s: the option Project cannot limit the table", c.Name)
	}
	vocabulary := f.How == relation.Closed || f.How == relation.Open
	told := f.How == relation.None && f.Of == relation.Projects && f.By == relation.ID && c.Name == "ProjectId"
	if vocabulary != (f.Of != relation.NoVocabulary) && !told {
		t.Errorf("column %s: a vocabulary is for Closed and Open, and those need one", c.Name)
	}
	if isText := arrow.TypeEqual(c.Type, relation.Text); vocabulary && isText != (f.By != relation.ID) {
		t.Errorf("column %s: By is %d, and the type %s", c.Name, f.By, c.Type)
	}
	needsParam := !slices.Contains([]relation.How{relation.None, relation.Here, relation.Place, relation.Span}, f.How) && table.Name != "Projects"
	if needsParam != (f.Param != "") {
		t.Errorf("column %s: Param is %q", c.Name, f.Param)
	}
	if (f.Null != "") != (f.NullGrade != connector.Unsupported) || f.Null != "" && c.Required {
		t.Errorf("column %s: Null %q, %s, Required %t", c.Name, f.Null, f.NullGrade, c.Required)
	}
	if f.How == relation.Span && table.Paging != relation.ByMinID {
		t.Errorf("column %s: Span is for tables that are paged by ids", c.Name)
	}
	if f.Many && table.Inside == "" {
		t.Errorf("column %s: a row has several values only where each is a row", c.Name)
	}
}

// TestNoCircle follows the parents of each table to a root.
func TestNoCircle(t *testing.T) {
	list, byName := all(t)
	for i := range list {
		at := &list[i]
		for steps := 0; at.Parent != ""; steps++ {
			if steps > 5 {
				t.Fatalf("%s: its parents go round", list[i].Name)
			}
			at = byName[at.Parent]
		}
	}
}

// known are the tables that users of other drivers look for.
const known = `IssueAttachments IssueComments IssueLinkedSharedFiles Issues ProjectAdministrators ProjectCategories
ProjectCustomFieldItems ProjectCustomFields ProjectIssueTypes Projects ProjectStatuses ProjectTeams ProjectUsers
ProjectVersionMilestones PullRequestAttachments PullRequestComments PullRequests Watchings WikiPageAttachments WikiPages
IssueCategories IssueCommentChangeLog IssueCommentNotifications IssueCommentStars IssueMilestones IssueParticipants
IssueVersions Licenses Notifications Priorities ProjectRecentUpdates ProjectSharedFiles ProjectTeamMembers
PullRequestCommentChangeLog PullRequestCommentNotifications PullRequestCommentStars Repositories Resolutions Space
SpaceDiskUsage SpaceDiskUsageDetails SpaceNotifications SpaceUpdates TeamMembers Teams UserReceivedStars
UserRecentlyViewedIssues UserRecentlyViewedProjects UserRecentlyViewedWikiPages UserRecentUpdates Users WikiPageHistory
WikiPageLinkedSharedFiles WikiPageStars WikiPageTags
Documents DocumentComments DocumentTags DocumentAttachments RelatedIssues Webhooks RateLimit IssueStars
IssueCustomFieldValues Activities`

func TestKnownNames(t *testing.T) {
	list, byName := all(t)
	names := strings.Fields(known)
	for _, name := range names {
		if byName[name] == nil {
			t.Errorf("there is no table %s", name)
		}
	}
	if list[0].Name != "Issues" {
		t.Errorf("the first table is %s, want Issues", list[0].Name)
	}
}

// words returns the words in braces.
func words(text string) []string {
	var names []string
	for _, part := range strings.Split(text, "{")[1:] {
		name, _, _ := strings.Cut(part, "}")
		names = append(names, name)
	}
	return names
}
