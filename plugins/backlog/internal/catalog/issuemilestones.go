package catalog

import (
	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

var issueMilestones = relation.Table{
	Name:   "IssueMilestones",
	Doc:    "One milestone for which an issue is planned. It costs no request beside those for the issues.",
	Parent: "Issues",
	Inside: "milestone",
	Key:    []string{"IssueId", "MilestoneId"},
	References: []connector.Reference{
		{Columns: []string{"IssueId"}, Table: "Issues", To: []string{"Id"}},
		{Columns: []string{"ProjectId"}, Table: "Projects", To: []string{"Id"}},
		{Columns: []string{"MilestoneId"}, Table: "ProjectVersionMilestones", To: []string{"Id"}},
	},
	Columns: []relation.Column{
		{Name: "IssueId", Type: relation.Int, Of: "Id", Required: true, Doc: "The id of the issue."},
		{Name: "IssueKey", Type: relation.Text, Of: "IssueKey", Required: true, Doc: "The key of the issue, as in WEB-12."},
		{Name: "ProjectId", Type: relation.Int, Of: "ProjectId", Required: true, Doc: "The id of the issue's project."},
		{Name: "ProjectKey", Type: relation.Text, Of: "ProjectKey", Required: true, Doc: "The key of the issue's project."},
		{Name: "MilestoneId", Type: relation.Int, Path: "id", Required: true, Doc: "The id of the milestone, which is a version of the project.", Filter: relation.Filter{How: relation.Closed, Param: "milestoneId[]", Of: relation.Versions, By: relation.ID, Many: true}},
		{Name: "MilestoneName", Type: relation.Text, Path: "name", Required: true, Doc: "The name of the milestone.", Filter: relation.Filter{How: relation.Closed, Param: "milestoneId[]", Of: relation.Versions, By: relation.Name, Many: true}},
		{Name: "Description", Type: relation.Text, Path: "description", Doc: "What the version is about."},
		{Name: "StartDate", Type: relation.Date, Path: "startDate", Doc: "The day on which work on it begins."},
		{Name: "ReleaseDueDate", Type: relation.Date, Path: "releaseDueDate", Doc: "The day on which it is due to be released."},
		{Name: "Archived", Type: relation.Bool, Path: "archived", Doc: "Whether it is done with and no longer offered."},
		{Name: "DisplayOrder", Type: relation.Int, Path: "displayOrder", Doc: "Its place in the project's list."},
	},
	Examples: []connector.Example{
		{
			Doc: "How far each milestone of a project is.",
			SQL: `SELECT m.MilestoneName, m.ReleaseDueDate, count(*) AS Issues, count(*) FILTER (i.StatusId = 4) AS Closed FROM {source}.Issues i JOIN {source}.IssueMilestones m ON m.IssueId = i.Id WHERE i.ProjectKey = 'WEB' GROUP BY ALL ORDER BY m.ReleaseDueDate`,
		},
		{
			Doc: "What is left to do for a milestone.",
			SQL: `SELECT i.IssueKey, i.Summary, i.AssigneeName, i.EstimatedHours FROM {source}.IssueMilestones m JOIN {source}.Issues i ON i.Id = m.IssueId WHERE m.MilestoneName = 'v1.0' AND i.StatusId <> 4 ORDER BY i.Id`,
		},
	},
}
