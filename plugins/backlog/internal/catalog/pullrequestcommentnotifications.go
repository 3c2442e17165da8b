package catalog

import (
	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

var pullRequestCommentNotifications = relation.Table{
	Name:   "PullRequestCommentNotifications",
	Doc:    "One person who was told of a comment on a pull request. It costs no request beside those for the comments.",
	Parent: "PullRequestComments",
	Inside: "notifications",
	Key:    []string{"CommentId", "Id"},
	References: []connector.Reference{
		{Columns: []string{"CommentId"}, Table: "PullRequestComments", To: []string{"Id"}},
		{Columns: []string{"PullRequestId"}, Table: "PullRequests", To: []string{"Id"}},
		{Columns: []string{"RepositoryId"}, Table: "Repositories", To: []string{"Id"}},
		{Columns: []string{"ProjectId"}, Table: "Projects", To: []string{"Id"}},
	},
	Columns: []relation.Column{
		{Name: "CommentId", Type: relation.Int, Of: "Id", Required: true, Doc: "The id of the comment."},
		{Name: "ProjectId", Type: relation.Int, Of: "ProjectId", Required: true, Doc: "The id of the project."},
		{Name: "ProjectKey", Type: relation.Text, Of: "ProjectKey", Required: true, Doc: "The key of the project, as in WEB."},
		{Name: "RepositoryId", Type: relation.Int, Of: "RepositoryId", Required: true, Doc: "The id of the repository."},
		{Name: "RepositoryName", Type: relation.Text, Of: "RepositoryName", Required: true, Doc: "The name of the repository."},
		{Name: "PullRequestId", Type: relation.Int, Of: "PullRequestId", Required: true, Doc: "The id of the pull request."},
		{Name: "PullRequestNumber", Type: relation.Int, Of: "PullRequestNumber", Required: true, Doc: "The number of the pull request in its repository."},
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
			Doc: "Who has not read the comments on a pull request yet.",
			SQL: `SELECT CommentId, UserName FROM {source}.PullRequestCommentNotifications WHERE ProjectKey = 'WEB' AND RepositoryName = 'app' AND PullRequestNumber = 1 AND NOT AlreadyRead ORDER BY 1, 2`,
		},
		{
			Doc: "Whom people tell of comments in a repository.",
			SQL: `SELECT UserName, count(*) AS Notifications FROM {source}.PullRequestCommentNotifications WHERE ProjectKey = 'WEB' AND RepositoryName = 'app' GROUP BY ALL ORDER BY Notifications DESC`,
		},
	},
}
