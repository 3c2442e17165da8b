package catalog

import (
	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

var projectIssueTypes = relation.Table{
	Name:   "ProjectIssueTypes",
	Doc:    "One type that issues of a project can have.",
	Parent: "Projects",
	Path:   "/projects/{ProjectId}/issueTypes",
	Key:    []string{"Id"},
	References: []connector.Reference{
		{Columns: []string{"ProjectId"}, Table: "Projects", To: []string{"Id"}},
	},
	Columns: []relation.Column{
		{Name: "ProjectId", Type: relation.Int, Of: "Id", Required: true, Doc: "The id of the project."},
		{Name: "ProjectKey", Type: relation.Text, Of: "ProjectKey", Required: true, Doc: "The key of the project, as in WEB."},
		{Name: "ProjectName", Type: relation.Text, Of: "Name", Required: true, Doc: "The name of the project."},
		{Name: "Id", Type: relation.Int, Path: "id", Required: true, Doc: "The id of the issue type, unique in the space."},
		{Name: "Name", Type: relation.Text, Path: "name", Required: true, Doc: "The name of the issue type, such as Bug."},
		{Name: "Color", Type: relation.Text, Path: "color", Doc: "The background colour, as in #990000."},
		{Name: "DisplayOrder", Type: relation.Int, Path: "displayOrder", Doc: "Its place in the project's list, from 0."},
		{Name: "TemplateSummary", Type: relation.Text, Path: "templateSummary", Doc: "The title that new issues of the type begin with."},
		{Name: "TemplateDescription", Type: relation.Text, Path: "templateDescription", Doc: "The text that new issues of the type begin with."},
	},
	Examples: []connector.Example{
		{
			Doc: "The issue types of a project, in order.",
			SQL: `SELECT Name, Color, TemplateSummary FROM {source}.ProjectIssueTypes WHERE ProjectKey = 'WEB' ORDER BY DisplayOrder`,
		},
		{
			Doc: "In how many projects a type of each name is.",
			SQL: `SELECT Name, count(*) AS Projects FROM {source}.ProjectIssueTypes GROUP BY ALL ORDER BY Projects DESC, Name`,
		},
	},
}
