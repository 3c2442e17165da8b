package catalog

import (
	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

var pullRequestCommentChangeLog = relation.Table{
	Name:   "PullRequestCommentChangeLog",
	Doc:    "One change of one field of a pull request, made with a comment or instead of one. It costs no request beside those for the comments.",
	Parent: "PullRequestComments",
	Inside: "changeLog",
	Key:    []string{"CommentId", "Position"},
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
		{Name: "Position", Type: relation.Int, Position: true, Required: true, Doc: "The place of the change among those made at once, from 1."},
		{Name: "Field", Type: relation.Text, Path: "field", Doc: "What was changed: status, assigner (the assignee), issue, dependency and others."},
		{Name: "OriginalValue", Type: relation.Text, Path: "originalValue", Doc: "The value before, as people read it."},
		{Name: "NewValue", Type: relation.Text, Path: "newValue", Doc: "The value afterwards, as people read it."},
		{Name: "CreatedUserId", Type: relation.Int, Of: "CreatedUserId", Doc: "The id of the person who made the change."},
		{Name: "CreatedUserName", Type: relation.Text, Of: "CreatedUserName", Doc: "The name of the person who made the change."},
		{Name: "Created", Type: relation.Timestamp, Of: "Created", Required: true, Doc: "When the change was made."},
	},
	Examples: []connector.Example{
		{
			Doc: "What was changed in a pull request.",
			SQL: `SELECT Created, CreatedUserName, Field, OriginalValue, NewValue FROM {source}.PullRequestCommentChangeLog WHERE ProjectKey = 'WEB' AND RepositoryName = 'app' AND PullRequestNumber = 1 ORDER BY CommentId, Position`,
		},
		{
			Doc: "Who merged or closed pull requests of a repository.",
			SQL: `SELECT CreatedUserName, NewValue, count(*) AS Times FROM {source}.PullRequestCommentChangeLog WHERE ProjectKey = 'WEB' AND RepositoryName = 'app' AND Field = 'status' GROUP BY ALL ORDER BY Times DESC`,
		},
	},
}
