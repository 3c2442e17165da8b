package catalog

import (
	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

var pullRequestCommentStars = relation.Table{
	Name:   "PullRequestCommentStars",
	Doc:    "One star that a comment on a pull request got. It costs no request beside those for the comments.",
	Parent: "PullRequestComments",
	Inside: "stars",
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
		{Name: "Id", Type: relation.Int, Path: "id", Required: true, Doc: "The id of the star."},
		{Name: "Title", Type: relation.Text, Path: "title", Doc: "The title of the page that got the star."},
		{Name: "Url", Type: relation.Text, Path: "url", Doc: "The address of the page that got the star."},
		{Name: "Comment", Type: relation.Text, Path: "comment", Doc: "What was written with the star."},
		{Name: "PresenterId", Type: relation.Int, Path: "presenter.id", Doc: "The id of the person who gave the star."},
		{Name: "PresenterName", Type: relation.Text, Path: "presenter.name", Doc: "The name of the person who gave the star."},
		{Name: "PresenterLogin", Type: relation.Text, Path: "presenter.userId", Doc: "The login id of the person who gave the star; NULL for those who sign in with a Nulab account only."},
		{Name: "PresenterMailAddress", Type: relation.Text, Path: "presenter.mailAddress", Doc: "The mail address of the person who gave the star, where the caller may see it."},
		{Name: "Created", Type: relation.Timestamp, Path: "created", Doc: "When the star was given."},
	},
	Examples: []connector.Example{
		{
			Doc: "The comments on a pull request that got stars.",
			SQL: `SELECT CommentId, count(*) AS Stars FROM {source}.PullRequestCommentStars WHERE ProjectKey = 'WEB' AND RepositoryName = 'app' AND PullRequestNumber = 1 GROUP BY ALL ORDER BY Stars DESC`,
		},
		{
			Doc: "Who gives stars to comments in a repository.",
			SQL: `SELECT PresenterName, count(*) AS Stars FROM {source}.PullRequestCommentStars WHERE ProjectKey = 'WEB' AND RepositoryName = 'app' GROUP BY ALL ORDER BY Stars DESC`,
		},
	},
}
