package catalog

import (
	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

var projectCategories = relation.Table{
	Name:   "ProjectCategories",
	Doc:    "One category that issues of a project can have.",
	Parent: "Projects",
	Path:   "/projects/{ProjectId}/categories",
	Key:    []string{"Id"},
	References: []connector.Reference{
		{Columns: []string{"ProjectId"}, Table: "Projects", To: []string{"Id"}},
	},
	Columns: []relation.Column{
		{Name: "ProjectId", Type: relation.Int, Of: "Id", Required: true, Doc: "The id of the project."},
		{Name: "ProjectKey", Type: relation.Text, Of: "ProjectKey", Required: true, Doc: "The key of the project, as in WEB."},
		{Name: "ProjectName", Type: relation.Text, Of: "Name", Required: true, Doc: "The name of the project."},
		{Name: "Id", Type: relation.Int, Path: "id", Required: true, Doc: "The id of the category, unique in the space."},
		{Name: "Name", Type: relation.Text, Path: "name", Required: true, Doc: "The name of the category."},
		{Name: "DisplayOrder", Type: relation.Int, Path: "displayOrder", Doc: "Its place in the project's list."},
	},
	Examples: []connector.Example{
		{
			Doc: "The categories of a project, in order.",
			SQL: `SELECT Name FROM {source}.ProjectCategories WHERE ProjectKey = 'WEB' ORDER BY DisplayOrder`,
		},
		{
			Doc: "Categories that no issue has.",
			SQL: `SELECT c.ProjectKey, c.Name FROM {source}.ProjectCategories c WHERE NOT EXISTS (FROM {source}.IssueCategories i WHERE i.CategoryId = c.Id) ORDER BY 1, 2`,
		},
	},
}
