package catalog

import (
	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

var userRecentlyViewedIssues = relation.Table{
	Name:   "UserRecentlyViewedIssues",
	Doc:    "One issue that you looked at lately: you are the person whose key or sign-in the source has.",
	Path:   "/users/myself/recentlyViewedIssues",
	Paging: relation.Offset,
	ID:     "issue.id",
	Key:    []string{"IssueId"},
	Columns: []relation.Column{
		{Name: "IssueId", Type: relation.Int, Path: "issue.id", Required: true, Doc: "The id of the issue; its other values are in Issues."},
		{Name: "IssueKey", Type: relation.Text, Path: "issue.issueKey", Required: true, Doc: "The key of the issue, as in WEB-12."},
		{Name: "ProjectId", Type: relation.Int, Path: "issue.projectId", Doc: "The id of the issue's project.", Filter: relation.Filter{Of: relation.Projects}},
		{Name: "Summary", Type: relation.Text, Path: "issue.summary", Doc: "The title of the issue."},
		{Name: "StatusId", Type: relation.Int, Path: "issue.status.id", Doc: "The id of the issue's status."},
		{Name: "StatusName", Type: relation.Text, Path: "issue.status.name", Doc: "The name of the issue's status."},
		{Name: "AssigneeId", Type: relation.Int, Path: "issue.assignee.id", Doc: "The id of the person who is to do it."},
		{Name: "AssigneeName", Type: relation.Text, Path: "issue.assignee.name", Doc: "The name of the person who is to do it."},
		{Name: "DueDate", Type: relation.Date, Path: "issue.dueDate", Doc: "The day by which it is to be done."},
		{Name: "Updated", Type: relation.Timestamp, Path: "issue.updated", Doc: "When the issue was changed last."},
		{Name: "Viewed", Type: relation.Timestamp, Path: "updated", Doc: "When you looked at the issue last."},
	},
	Examples: []connector.Example{
		{
			Doc: "The issues that you looked at last.",
			SQL: `SELECT IssueKey, Summary, Viewed FROM {source}.UserRecentlyViewedIssues ORDER BY Viewed DESC LIMIT 20`,
		},
		{
			Doc: "Open ones among them that are yours to do.",
			SQL: `SELECT v.IssueKey, i.Summary, i.DueDate FROM {source}.UserRecentlyViewedIssues v JOIN {source}.Issues i ON i.Id = v.IssueId WHERE i.StatusId <> 4 AND i.AssigneeName = 'Mary Smith' ORDER BY i.DueDate`,
		},
	},
}
