package relation_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

// graded shows grades as "= exact, IN exact".
func graded(f connector.Filters) string {
	var all []string
	for _, op := range f.Operators() {
		all = append(all, fmt.Sprint(op, " ", f[op]))
	}
	return strings.Join(all, ", ")
}

func find(tables ...*relation.Table) func(string) *relation.Table {
	return func(name string) *relation.Table {
		i := slices.IndexFunc(tables, func(t *relation.Table) bool { return t.Name == name })
		if i < 0 {
			return nil
		}
		return tables[i]
	}
}

func TestGrades(t *testing.T) {
	const (
		equality = "= exact, IN exact"
		order    = "= exact, <> exact, < exact, <= exact, > exact, >= exact, IN exact, NOT IN exact"
		texts    = ", prefix exact, contains exact"
	)
	tests := map[string]struct {
		column relation.Column
		want   string
	}{
		"none":              {relation.Column{Type: relation.Int}, ""},
		"list":              {relation.Column{Type: relation.Int, Filter: relation.Filter{How: relation.List}}, equality},
		"list, null":        {relation.Column{Type: relation.Int, Filter: relation.Filter{How: relation.List, Null: "parentChild=1", NullGrade: connector.Exact, NotNull: "parentChild=2"}}, equality + ", IS NULL exact, IS NOT NULL exact"},
		"list, required":    {relation.Column{Type: relation.Int, Required: true, Filter: relation.Filter{How: relation.List, Null: "-1", NullGrade: connector.Exact, NotNull: "x=1"}}, equality},
		"closed ids":        {relation.Column{Type: relation.Int, Required: true, Filter: relation.Filter{How: relation.Closed, Param: "statusId[]"}}, order},
		"closed names":      {relation.Column{Type: relation.Text, Filter: relation.Filter{How: relation.Closed, Param: "resolutionId[]"}}, order + ", IS NOT NULL exact" + texts},
		"closed, many":      {relation.Column{Type: relation.Int, Required: true, Filter: relation.Filter{How: relation.Closed, Param: "categoryId[]", Many: true}}, strings.ReplaceAll(order, "exact", "inexact")},
		"open":              {relation.Column{Type: relation.Text, Filter: relation.Filter{How: relation.Open, Null: "-1", NullGrade: connector.Inexact}}, equality + ", IS NULL inexact"},
		"days":              {relation.Column{Type: relation.Date, Filter: relation.Filter{How: relation.Days, Null: "hasDueDate=false", NullGrade: connector.Exact}}, "= exact, < exact, <= exact, > exact, >= exact, IS NULL exact"},
		"days of instants":  {relation.Column{Type: relation.Timestamp, Filter: relation.Filter{How: relation.Days}}, "= inexact, < inexact, <= inexact, > inexact, >= inexact"},
		"flag":              {relation.Column{Type: relation.Bool, Required: true, Filter: relation.Filter{How: relation.Flag}}, "= exact"},
		"single":            {relation.Column{Type: relation.Text, Required: true, Filter: relation.Filter{How: relation.Single}}, equality},
		"echo":              {relation.Column{Type: relation.Text, Pseudo: true, Filter: relation.Filter{How: relation.Echo}}, "= exact"},
		"place":             {relation.Column{Type: relation.Text, Required: true, Filter: relation.Filter{How: relation.Place}}, equality},
		"span":              {relation.Column{Type: relation.Int, Required: true, Filter: relation.Filter{How: relation.Span}}, "= inexact, < inexact, <= inexact, > inexact, >= inexact, IN inexact"},
		"here":              {relation.Column{Type: relation.Text, Filter: relation.Filter{How: relation.Here}}, order + ", IS NULL exact, IS NOT NULL exact" + texts},
		"here, required":    {relation.Column{Type: relation.Bool, Required: true, Filter: relation.Filter{How: relation.Here}}, order},
		"closed, but a set": {relation.Column{Type: relation.Int, Required: true, Filter: relation.Filter{How: relation.Closed, Of: relation.Projects}}, order},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			table := relation.Table{Name: "T", Columns: []relation.Column{test.column}}
			got := table.Describe(find()).Columns[0]
			if got := graded(got.Filters); got != test.want {
				t.Errorf("grades of %+v = %s, want %s", test.column, got, test.want)
			}
			if got.Nullable == test.column.Required {
				t.Errorf("Nullable = %t, Required = %t", got.Nullable, test.column.Required)
			}
		})
	}
}

func TestGradesThroughParents(t *testing.T) {
	issues := &relation.Table{Name: "Issues", Columns: []relation.Column{
		{Name: "Id", Type: relation.Int, Required: true, Filter: relation.Filter{How: relation.List}},
		{Name: "Created", Type: relation.Timestamp, Required: true, Sort: "created", Filter: relation.Filter{How: relation.Days}},
		{Name: "DueDate", Type: relation.Date, Sort: "dueDate"},
	}}
	comments := &relation.Table{Name: "Comments", Parent: "Issues", Columns: []relation.Column{
		{Name: "IssueId", Type: relation.Int, Of: "ID", Required: true},
		{Name: "IssueCreated", Type: relation.Timestamp, Of: "Created", Required: true},
		{Name: "AuthorId", Type: relation.Int, Filter: relation.Filter{How: relation.Here}},
	}}
	stars := &relation.Table{Name: "Stars", Parent: "Comments", Inside: "stars", Columns: []relation.Column{
		{Name: "IssueId", Type: relation.Int, Of: "IssueId", Required: true},
		{Name: "AuthorId", Type: relation.Int, Of: "AuthorId"},
		{Name: "Id", Type: relation.Int, Required: true, Filter: relation.Filter{How: relation.Closed, Param: "starId[]"}},
		{Name: "Color", Type: relation.Int, Required: true, Filter: relation.Filter{How: relation.Here}},
		{Name: "Lost", Type: relation.Int, Of: "NoSuchColumn"},
	}}
	const order = "= exact, <> exact, < exact, <= exact, > exact, >= exact, IN exact, NOT IN exact"
	want := map[string]string{
		"Issues.Id":             "= exact, IN exact",
		"Issues.Created":        "= inexact, < inexact, <= inexact, > inexact, >= inexact, sortable",
		"Issues.DueDate":        "",
		"Comments.IssueId":      "= exact, IN exact",
		"Comments.IssueCreated": "= inexact, < inexact, <= inexact, > inexact, >= inexact",
		"Comments.AuthorId":     order + ", IS NULL exact, IS NOT NULL exact",
		"Stars.IssueId":         "= exact, IN exact",
		"Stars.AuthorId":        order + ", IS NULL exact, IS NOT NULL exact",
		"Stars.Id":              strings.ReplaceAll(order, "exact", "inexact"),
		"Stars.Color":           order,
		"Stars.Lost":            "",
	}
	got := map[string]string{}
	for _, table := range []*relation.Table{issues, comments, stars} {
		for _, c := range table.Describe(find(issues, comments, stars)).Columns {
			grades := graded(c.Filters)
			if c.Sortable {
				grades += ", sortable"
			}
			got[table.Name+"."+c.Name] = grades
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("grades (-want +got):\n%s", diff)
	}
}

func TestDescribe(t *testing.T) {
	table := relation.Table{
		Name: "Issues", Doc: "An issue.", Wider: true,
		Columns: []relation.Column{
			{Name: "Id", Doc: "The id.", Type: relation.Int, Path: "id", Required: true},
			{Name: "Keyword", Doc: "To search.", Type: relation.Text, Pseudo: true, Filter: relation.Filter{How: relation.Echo}},
		},
		Key: []string{"Id"}, Unique: [][]string{{"IssueKey"}},
		References: []connector.Reference{{Columns: []string{"ProjectId"}, Table: "Projects", To: []string{"Id"}}},
		Examples:   []connector.Example{{Doc: "All.", SQL: "FROM {source}.Issues"}},
	}
	want := connector.Table{
		Name: "Issues", Doc: "An issue.", Wider: true,
		Columns: []connector.Column{
			{Name: "Id", Doc: "The id.", Type: relation.Int},
			{
				Name: "Keyword", Type: relation.Text, Nullable: true, Filters: connector.Filters{connector.Eq: connector.Exact},
				Doc:   "To search. A pseudo-column: it holds what it is compared with by =, and is NULL where it is not.",
				Asked: true,
			},
		},
		Key: []string{"Id"}, Unique: [][]string{{"IssueKey"}},
		References: table.References, Examples: table.Examples,
	}
	if diff := cmp.Diff(want, table.Describe(find())); diff != "" {
		t.Errorf("Describe (-want +got):\n%s", diff)
	}
}

func TestColumn(t *testing.T) {
	if c, ok := wikis.Column("PROJECTID"); !ok || c.Name != "ProjectId" {
		t.Errorf("Column(PROJECTID) = %v, %t, want ProjectId", c, ok)
	}
	if c, ok := wikis.Column("Project"); ok {
		t.Errorf("Column(Project) = %v, want none", c)
	}
}
