package catalog

import (
	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

var issueComments = relation.Table{
	Name:     "IssueComments",
	Doc:      "One comment on an issue, or one change of an issue: a change without words is a comment without content. Asked per issue: a condition on IssueId, IssueKey or ProjectKey, or a join with a few issues, saves requests.",
	Parent:   "Issues",
	Path:     "/issues/{IssueId}/comments",
	Paging:   relation.ByMinID,
	Count:    "/issues/{IssueId}/comments/count",
	Optional: []int{6},
	Key:      []string{"Id"},
	References: []connector.Reference{
		{Columns: []string{"IssueId"}, Table: "Issues", To: []string{"Id"}},
		{Columns: []string{"ProjectId"}, Table: "Projects", To: []string{"Id"}},
	},
	Columns: []relation.Column{
		{Name: "Id", Type: relation.Int, Path: "id", Required: true, Doc: "The id of the comment.", Filter: relation.Filter{How: relation.Span}},
		{Name: "IssueId", Type: relation.Int, Of: "Id", Required: true, Doc: "The id of the issue."},
		{Name: "IssueKey", Type: relation.Text, Of: "IssueKey", Required: true, Doc: "The key of the issue, as in WEB-12."},
		{Name: "ProjectId", Type: relation.Int, Of: "ProjectId", Required: true, Doc: "The id of the issue's project."},
		{Name: "ProjectKey", Type: relation.Text, Of: "ProjectKey", Required: true, Doc: "The key of the issue's project."},
		{Name: "Content", Type: relation.Text, Path: "content", Doc: "What was written. NULL where somebody only changed the issue."},
		{Name: "CreatedUserId", Type: relation.Int, Path: "createdUser.id", Doc: "The id of the person who wrote the comment."},
		{Name: "CreatedUserName", Type: relation.Text, Path: "createdUser.name", Doc: "The name of the person who wrote the comment."},
		{Name: "CreatedUserLogin", Type: relation.Text, Path: "createdUser.userId", Doc: "The login id of the person who wrote the comment; NULL for those who sign in with a Nulab account only."},
		{Name: "CreatedUserMailAddress", Type: relation.Text, Path: "createdUser.mailAddress", Doc: "The mail address of the person who wrote the comment, where the caller may see it."},
		{Name: "Created", Type: relation.Timestamp, Path: "created", Required: true, Doc: "When the comment was written."},
		{Name: "Updated", Type: relation.Timestamp, Path: "updated", Required: true, Doc: "When the comment was edited last."},
	},
	Examples: []connector.Example{
		{
			Doc: "All comments on one issue, the oldest first.",
			SQL: `SELECT Created, CreatedUserName, Content FROM {source}.IssueComments WHERE IssueKey = 'WEB-1' AND Content IS NOT NULL ORDER BY Id`,
		},
		{
			Doc: "Who commented on the open issues of a project this month.",
			SQL: `SELECT c.CreatedUserName, count(*) AS Comments FROM {source}.Issues i JOIN {source}.IssueComments c ON c.IssueId = i.Id WHERE i.ProjectKey = 'WEB' AND i.StatusId <> 4 AND i.Updated >= date_trunc('month', now()) AND c.Created >= date_trunc('month', now()) GROUP BY ALL ORDER BY Comments DESC`,
		},
	},
}
