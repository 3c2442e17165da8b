package catalog

import (
	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

var issueCategories = relation.Table{
	Name:   "IssueCategories",
	Doc:    "One category of an issue. It costs no request beside those for the issues.",
	Parent: "Issues",
	Inside: "category",
	Key:    []string{"IssueId", "CategoryId"},
	References: []connector.Reference{
		{Columns: []string{"IssueId"}, Table: "Issues", To: []string{"Id"}},
		{Columns: []string{"ProjectId"}, Table: "Projects", To: []string{"Id"}},
		{Columns: []string{"CategoryId"}, Table: "ProjectCategories", To: []string{"Id"}},
	},
	Columns: []relation.Column{
		{Name: "IssueId", Type: relation.Int, Of: "Id", Required: true, Doc: "The id of the issue."},
		{Name: "IssueKey", Type: relation.Text, Of: "IssueKey", Required: true, Doc: "The key of the issue, as in WEB-12."},
		{Name: "ProjectId", Type: relation.Int, Of: "ProjectId", Required: true, Doc: "The id of the issue's project."},
		{Name: "ProjectKey", Type: relation.Text, Of: "ProjectKey", Required: true, Doc: "The key of the issue's project."},
		{Name: "CategoryId", Type: relation.Int, Path: "id", Required: true, Doc: "The id of the category.", Filter: relation.Filter{How: relation.Closed, Param: "categoryId[]", Of: relation.Categories, By: relation.ID, Many: true}},
		{Name: "CategoryName", Type: relation.Text, Path: "name", Required: true, Doc: "The name of the category.", Filter: relation.Filter{How: relation.Closed, Param: "categoryId[]", Of: relation.Categories, By: relation.Name, Many: true}},
		{Name: "DisplayOrder", Type: relation.Int, Path: "displayOrder", Doc: "The place of the category in the project's list."},
	},
	Examples: []connector.Example{
		{
			Doc: "How many open issues each category has.",
			SQL: `SELECT c.ProjectKey, c.CategoryName, count(*) AS Issues FROM {source}.Issues i JOIN {source}.IssueCategories c ON c.IssueId = i.Id WHERE i.StatusId <> 4 GROUP BY ALL ORDER BY Issues DESC`,
		},
		{
			Doc: "The issues of one category.",
			SQL: `SELECT IssueKey FROM {source}.IssueCategories WHERE ProjectKey = 'APP' AND CategoryName = 'iOS' ORDER BY IssueId`,
		},
	},
}
