package catalog

import (
	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

var issueVersions = relation.Table{
	Name:   "IssueVersions",
	Doc:    "One version in which an issue occurs. It costs no request beside those for the issues.",
	Parent: "Issues",
	Inside: "versions",
	Key:    []string{"IssueId", "VersionId"},
	References: []connector.Reference{
		{Columns: []string{"IssueId"}, Table: "Issues", To: []string{"Id"}},
		{Columns: []string{"ProjectId"}, Table: "Projects", To: []string{"Id"}},
		{Columns: []string{"VersionId"}, Table: "ProjectVersionMilestones", To: []string{"Id"}},
	},
	Columns: []relation.Column{
		{Name: "IssueId", Type: relation.Int, Of: "Id", Required: true, Doc: "The id of the issue."},
		{Name: "IssueKey", Type: relation.Text, Of: "IssueKey", Required: true, Doc: "The key of the issue, as in WEB-12."},
		{Name: "ProjectId", Type: relation.Int, Of: "ProjectId", Required: true, Doc: "The id of the issue's project."},
		{Name: "ProjectKey", Type: relation.Text, Of: "ProjectKey", Required: true, Doc: "The key of the issue's project."},
		{Name: "VersionId", Type: relation.Int, Path: "id", Required: true, Doc: "The id of the version.", Filter: relation.Filter{How: relation.Closed, Param: "versionId[]", Of: relation.Versions, By: relation.ID, Many: true}},
		{Name: "VersionName", Type: relation.Text, Path: "name", Required: true, Doc: "The name of the version.", Filter: relation.Filter{How: relation.Closed, Param: "versionId[]", Of: relation.Versions, By: relation.Name, Many: true}},
		{Name: "Description", Type: relation.Text, Path: "description", Doc: "What the version is about."},
		{Name: "StartDate", Type: relation.Date, Path: "startDate", Doc: "The day on which work on it begins."},
		{Name: "ReleaseDueDate", Type: relation.Date, Path: "releaseDueDate", Doc: "The day on which it is due to be released."},
		{Name: "Archived", Type: relation.Bool, Path: "archived", Doc: "Whether it is done with and no longer offered."},
		{Name: "DisplayOrder", Type: relation.Int, Path: "displayOrder", Doc: "Its place in the project's list."},
	},
	Examples: []connector.Example{
		{
			Doc: "How many issues occur in each version of a project.",
			SQL: `SELECT VersionName, count(*) AS Issues FROM {source}.IssueVersions WHERE ProjectKey = 'WEB' GROUP BY ALL ORDER BY Issues DESC`,
		},
		{
			Doc: "The issues that occur in a version, with their statuses.",
			SQL: `SELECT i.IssueKey, i.Summary, i.StatusName FROM {source}.IssueVersions v JOIN {source}.Issues i ON i.Id = v.IssueId WHERE v.VersionName = 'v1.0' ORDER BY i.Id`,
		},
	},
}
