package catalog

import (
	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

var projectStatuses = relation.Table{
	Name:   "ProjectStatuses",
	Doc:    "One status that issues of a project can have: four that every project has, and up to eight of its own.",
	Parent: "Projects",
	Path:   "/projects/{ProjectId}/statuses",
	Key:    []string{"ProjectId", "Id"},
	References: []connector.Reference{
		{Columns: []string{"ProjectId"}, Table: "Projects", To: []string{"Id"}},
	},
	Columns: []relation.Column{
		{Name: "ProjectId", Type: relation.Int, Of: "Id", Required: true, Doc: "The id of the project."},
		{Name: "ProjectKey", Type: relation.Text, Of: "ProjectKey", Required: true, Doc: "The key of the project, as in WEB."},
		{Name: "ProjectName", Type: relation.Text, Of: "Name", Required: true, Doc: "The name of the project."},
		{Name: "Id", Type: relation.Int, Path: "id", Required: true, Doc: "The id of the status: 1 Open, 2 In progress, 3 Resolved, 4 Closed in every project; a higher number is a status of the project's own."},
		{Name: "Name", Type: relation.Text, Path: "name", Required: true, Doc: "The name of the status."},
		{Name: "Color", Type: relation.Text, Path: "color", Doc: "The colour of the status, as in #ed8077."},
		{Name: "DisplayOrder", Type: relation.Int, Path: "displayOrder", Doc: "The place of the status in the workflow: smaller is earlier."},
	},
	Examples: []connector.Example{
		{
			Doc: "The workflow of a project, in order.",
			SQL: `SELECT Id, Name, Color FROM {source}.ProjectStatuses WHERE ProjectKey = 'WEB' ORDER BY DisplayOrder`,
		},
		{
			Doc: "Statuses of the projects' own, and which projects have them.",
			SQL: `SELECT Name, string_agg(ProjectKey, ', ' ORDER BY ProjectKey) AS Projects FROM {source}.ProjectStatuses WHERE Id > 4 GROUP BY Name ORDER BY Name`,
		},
	},
}
