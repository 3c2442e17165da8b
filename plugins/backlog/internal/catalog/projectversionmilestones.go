package catalog

import (
	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

var projectVersionMilestones = relation.Table{
	Name:   "ProjectVersionMilestones",
	Doc:    "One version of a project, which is also a milestone.",
	Parent: "Projects",
	Path:   "/projects/{ProjectId}/versions",
	Key:    []string{"Id"},
	References: []connector.Reference{
		{Columns: []string{"ProjectId"}, Table: "Projects", To: []string{"Id"}},
	},
	Columns: []relation.Column{
		{Name: "ProjectId", Type: relation.Int, Of: "Id", Required: true, Doc: "The id of the project."},
		{Name: "ProjectKey", Type: relation.Text, Of: "ProjectKey", Required: true, Doc: "The key of the project, as in WEB."},
		{Name: "ProjectName", Type: relation.Text, Of: "Name", Required: true, Doc: "The name of the project."},
		{Name: "Id", Type: relation.Int, Path: "id", Required: true, Doc: "The id of the version, unique in the space."},
		{Name: "Name", Type: relation.Text, Path: "name", Required: true, Doc: "The name of the version.", Filter: relation.Filter{How: relation.Here}},
		{Name: "Description", Type: relation.Text, Path: "description", Doc: "What the version is about."},
		{Name: "StartDate", Type: relation.Date, Path: "startDate", Doc: "The day on which work on it begins.", Filter: relation.Filter{How: relation.Here}},
		{Name: "ReleaseDueDate", Type: relation.Date, Path: "releaseDueDate", Doc: "The day on which it is due to be released.", Filter: relation.Filter{How: relation.Here}},
		{Name: "Archived", Type: relation.Bool, Path: "archived", Doc: "Whether it is done with and no longer offered.", Filter: relation.Filter{How: relation.Here}},
		{Name: "DisplayOrder", Type: relation.Int, Path: "displayOrder", Doc: "Its place in the project's list."},
	},
	Examples: []connector.Example{
		{
			Doc: "The milestones that are due in the next 30 days.",
			SQL: `SELECT ProjectKey, Name, ReleaseDueDate FROM {source}.ProjectVersionMilestones WHERE NOT Archived AND ReleaseDueDate BETWEEN current_date AND current_date + 30 ORDER BY ReleaseDueDate`,
		},
		{
			Doc: "The versions of a project that are past their date.",
			SQL: `SELECT Name, ReleaseDueDate FROM {source}.ProjectVersionMilestones WHERE ProjectKey = 'WEB' AND NOT Archived AND ReleaseDueDate < current_date ORDER BY ReleaseDueDate`,
		},
	},
}
