package catalog

import (
	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

var issueCommentNotifications = relation.Table{
	Name:   "IssueCommentNotifications",
	Doc:    "One person who was told of a comment. It costs no request beside those for the comments.",
	Parent: "IssueComments",
	Inside: "notifications",
	Key:    []string{"CommentId", "Id"},
	References: []connector.Reference{
		{Columns: []string{"CommentId"}, Table: "IssueComments", To: []string{"Id"}},
		{Columns: []string{"IssueId"}, Table: "Issues", To: []string{"Id"}},
		{Columns: []string{"ProjectId"}, Table: "Projects", To: []string{"Id"}},
	},
	Columns: []relation.Column{
		{Name: "CommentId", Type: relation.Int, Of: "Id", Required: true, Doc: "The id of the comment."},
		{Name: "IssueId", Type: relation.Int, Of: "IssueId", Required: true, Doc: "The id of the issue."},
		{Name: "IssueKey", Type: relation.Text, Of: "IssueKey", Required: true, Doc: "The key of the issue, as in WEB-12."},
		{Name: "ProjectId", Type: relation.Int, Of: "ProjectId", Required: true, Doc: "The id of the issue's project."},
		{Name: "ProjectKey", Type: relation.Text, Of: "ProjectKey", Required: true, Doc: "The key of the issue's project."},
		{Name: "Id", Type: relation.Int, Path: "id", Required: true, Doc: "The id of the notification."},
		{Name: "Reason", Type: relation.Int, Path: "reason", Doc: "Why the person was told: 1 assigned, 2 commented, 3 issue created, 4 issue updated, 5 file attached, 6 added to the project, 9 other, 10 pull request assigned, 11 pull request commented, 12 pull request created, 13 pull request updated, 14 and 15 mentioned, 16 and 17 added through a team."},
		{Name: "AlreadyRead", Type: relation.Bool, Path: "alreadyRead", Doc: "Whether the person has read the notification."},
		{Name: "ResourceAlreadyRead", Type: relation.Bool, Path: "resourceAlreadyRead", Doc: "Whether the person has read what it is about."},
		{Name: "UserId", Type: relation.Int, Path: "user.id", Doc: "The id of the person who was told."},
		{Name: "UserName", Type: relation.Text, Path: "user.name", Doc: "The name of the person who was told."},
		{Name: "UserLogin", Type: relation.Text, Path: "user.userId", Doc: "The login id of the person who was told; NULL for those who sign in with a Nulab account only."},
		{Name: "UserMailAddress", Type: relation.Text, Path: "user.mailAddress", Doc: "The mail address of the person who was told, where the caller may see it."},
	},
	Examples: []connector.Example{
		{
			Doc: "Who has not read the comments on an issue yet.",
			SQL: `SELECT CommentId, UserName FROM {source}.IssueCommentNotifications WHERE IssueKey = 'WEB-1' AND NOT AlreadyRead ORDER BY CommentId, UserName`,
		},
		{
			Doc: "Whom people tell most, in the issues of a project that changed this week.",
			SQL: `SELECT n.UserName, count(*) AS Notifications FROM {source}.Issues i JOIN {source}.IssueCommentNotifications n ON n.IssueId = i.Id WHERE i.ProjectKey = 'WEB' AND i.Updated >= now() - INTERVAL 7 DAY GROUP BY ALL ORDER BY Notifications DESC`,
		},
	},
}
