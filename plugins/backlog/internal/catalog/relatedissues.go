package catalog

import (
	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

var relatedIssues = relation.Table{
	Name:     "RelatedIssues",
	Doc:      "One issue that another one is related to. Asked per issue.",
	Parent:   "Issues",
	Path:     "/issues/{IssueId}/relatedIssues",
	Optional: []int{6},
	Key:      []string{"IssueId", "RelatedIssueId"},
	References: []connector.Reference{
		{Columns: []string{"IssueId"}, Table: "Issues", To: []string{"Id"}},
		{Columns: []string{"ProjectId"}, Table: "Projects", To: []string{"Id"}},
	},
	Columns: []relation.Column{
		{Name: "IssueId", Type: relation.Int, Of: "Id", Required: true, Doc: "The id of the issue."},
		{Name: "IssueKey", Type: relation.Text, Of: "IssueKey", Required: true, Doc: "The key of the issue, as in WEB-12."},
		{Name: "ProjectId", Type: relation.Int, Of: "ProjectId", Required: true, Doc: "The id of the issue's project."},
		{Name: "ProjectKey", Type: relation.Text, Of: "ProjectKey", Required: true, Doc: "The key of the issue's project."},
		{Name: "RelationType", Type: relation.Text, Path: "type", Doc: "How they are related; RELATES at present."},
		{Name: "RelatedIssueId", Type: relation.Int, Path: "id", Required: true, Doc: "The id of the related issue; its other values are in Issues."},
		{Name: "RelatedIssueKey", Type: relation.Text, Path: "issueKey", Required: true, Doc: "The key of the related issue."},
		{Name: "RelatedProjectId", Type: relation.Int, Path: "projectId", Doc: "The id of the related issue's project."},
		{Name: "RelatedSummary", Type: relation.Text, Path: "summary", Doc: "The title of the related issue."},
		{Name: "RelatedStatusId", Type: relation.Int, Path: "status.id", Doc: "The id of the related issue's status."},
		{Name: "RelatedStatusName", Type: relation.Text, Path: "status.name", Doc: "The name of the related issue's status."},
		{Name: "RelatedAssigneeId", Type: relation.Int, Path: "assignee.id", Doc: "The id of the person who is to do the related issue."},
		{Name: "RelatedAssigneeName", Type: relation.Text, Path: "assignee.name", Doc: "The name of the person who is to do the related issue."},
		{Name: "RelatedUpdated", Type: relation.Timestamp, Path: "updated", Doc: "When the related issue was changed last."},
	},
	Examples: []connector.Example{
		{
			Doc: "What an issue is related to.",
			SQL: `SELECT RelatedIssueKey, RelatedSummary, RelatedStatusName FROM {source}.RelatedIssues WHERE IssueKey = 'WEB-1' ORDER BY RelatedIssueKey`,
		},
		{
			Doc: "Open issues with high priority that are related to open issues.",
			SQL: `SELECT i.IssueKey, r.RelatedIssueKey, r.RelatedAssigneeName FROM {source}.Issues i JOIN {source}.RelatedIssues r ON r.IssueId = i.Id WHERE i.PriorityId = 2 AND i.StatusId <> 4 AND r.RelatedStatusId <> 4 ORDER BY 1, 2`,
		},
	},
}
