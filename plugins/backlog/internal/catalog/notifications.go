package catalog

import (
	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

var notifications = relation.Table{
	Name:   "Notifications",
	Doc:    "One thing that you were told of: you are the person whose key or sign-in the source has.",
	Path:   "/notifications",
	Paging: relation.ByMinID,
	Key:    []string{"Id"},
	Columns: []relation.Column{
		{Name: "Id", Type: relation.Int, Path: "id", Required: true, Doc: "The id of the notification; later ones have higher ids.", Filter: relation.Filter{How: relation.Span}},
		{Name: "Reason", Type: relation.Int, Path: "reason", Doc: "Why you were told: 1 assigned, 2 commented, 3 issue created, 4 issue updated, 5 file attached, 6 added to the project, 9 other, 10 pull request assigned, 11 pull request commented, 12 pull request created, 13 pull request updated, 14 and 15 mentioned, 16 and 17 added through a team."},
		{Name: "AlreadyRead", Type: relation.Bool, Path: "alreadyRead", Doc: "Whether you have seen the notification."},
		{Name: "ResourceAlreadyRead", Type: relation.Bool, Path: "resourceAlreadyRead", Doc: "Whether you have read what it is about."},
		{Name: "ProjectId", Type: relation.Int, Path: "project.id", Doc: "The id of the project.", Filter: relation.Filter{Of: relation.Projects}},
		{Name: "ProjectKey", Type: relation.Text, Path: "project.projectKey", Doc: "The key of the project, as in WEB."},
		{Name: "ProjectName", Type: relation.Text, Path: "project.name", Doc: "The name of the project."},
		{Name: "IssueId", Type: relation.Int, Path: "issue.id", Doc: "The id of the issue that it is about."},
		{Name: "IssueKey", Type: relation.Text, Path: "issue.issueKey", Doc: "The key of that issue."},
		{Name: "IssueSummary", Type: relation.Text, Path: "issue.summary", Doc: "The title of that issue."},
		{Name: "CommentId", Type: relation.Int, Path: "comment.id", Doc: "The id of the comment that it is about."},
		{Name: "CommentContent", Type: relation.Text, Path: "comment.content", Doc: "What was commented."},
		{Name: "RepositoryId", Type: relation.Int, Path: "pullRequest.repositoryId", Doc: "The id of the repository of the pull request that it is about."},
		{Name: "PullRequestId", Type: relation.Int, Path: "pullRequest.id", Doc: "The id of that pull request."},
		{Name: "PullRequestNumber", Type: relation.Int, Path: "pullRequest.number", Doc: "The number of that pull request in its repository."},
		{Name: "PullRequestSummary", Type: relation.Text, Path: "pullRequest.summary", Doc: "The title of that pull request."},
		{Name: "PullRequestCommentId", Type: relation.Int, Path: "pullRequestComment.id", Doc: "The id of the comment on that pull request."},
		{Name: "PullRequestCommentContent", Type: relation.Text, Path: "pullRequestComment.content", Doc: "What was commented there."},
		{Name: "DocumentId", Type: relation.Text, Path: "document.id", Doc: "The id of the document that it is about."},
		{Name: "DocumentTitle", Type: relation.Text, Path: "document.title", Doc: "The title of that document."},
		{Name: "Issue", Type: relation.Text, Path: "issue", Doc: "The issue as JSON."},
		{Name: "Comment", Type: relation.Text, Path: "comment", Doc: "The comment as JSON."},
		{Name: "PullRequest", Type: relation.Text, Path: "pullRequest", Doc: "The pull request as JSON."},
		{Name: "PullRequestComment", Type: relation.Text, Path: "pullRequestComment", Doc: "The comment on the pull request as JSON."},
		{Name: "Document", Type: relation.Text, Path: "document", Doc: "The document as JSON."},
		{Name: "DocumentComment", Type: relation.Text, Path: "documentComment", Doc: "The comment on the document as JSON."},
		{Name: "DocumentCommentReply", Type: relation.Text, Path: "documentCommentReply", Doc: "The answer to a comment on the document as JSON."},
		{Name: "SenderId", Type: relation.Int, Path: "sender.id", Doc: "The id of the person who caused it."},
		{Name: "SenderName", Type: relation.Text, Path: "sender.name", Doc: "The name of the person who caused it."},
		{Name: "SenderLogin", Type: relation.Text, Path: "sender.userId", Doc: "The login id of the person who caused it; NULL for those who sign in with a Nulab account only."},
		{Name: "SenderMailAddress", Type: relation.Text, Path: "sender.mailAddress", Doc: "The mail address of the person who caused it, where the caller may see it."},
		{Name: "Created", Type: relation.Timestamp, Path: "created", Required: true, Doc: "When you were told."},
	},
	Examples: []connector.Example{
		{
			Doc: "What you have not read, the newest first.",
			SQL: `SELECT Created, SenderName, IssueKey, coalesce(CommentContent, IssueSummary) AS What FROM {source}.Notifications WHERE NOT ResourceAlreadyRead ORDER BY Id DESC LIMIT 50`,
		},
		{
			Doc: "Who tells you most.",
			SQL: `SELECT SenderName, count(*) AS Times FROM {source}.Notifications GROUP BY ALL ORDER BY Times DESC`,
		},
	},
}
