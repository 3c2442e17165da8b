package catalog

import (
	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

var pullRequestComments = relation.Table{
	Name:     "PullRequestComments",
	Doc:      "One comment on a pull request, or one change of it. Asked per pull request.",
	Parent:   "PullRequests",
	Path:     "/projects/{ProjectId}/git/repositories/{RepositoryId}/pullRequests/{PullRequestNumber}/comments",
	Paging:   relation.ByMinID,
	Count:    "/projects/{ProjectId}/git/repositories/{RepositoryId}/pullRequests/{PullRequestNumber}/comments/count",
	Optional: []int{6},
	Key:      []string{"Id"},
	References: []connector.Reference{
		{Columns: []string{"PullRequestId"}, Table: "PullRequests", To: []string{"Id"}},
		{Columns: []string{"RepositoryId"}, Table: "Repositories", To: []string{"Id"}},
		{Columns: []string{"ProjectId"}, Table: "Projects", To: []string{"Id"}},
	},
	Columns: []relation.Column{
		{Name: "ProjectId", Type: relation.Int, Of: "ProjectId", Required: true, Doc: "The id of the project."},
		{Name: "ProjectKey", Type: relation.Text, Of: "ProjectKey", Required: true, Doc: "The key of the project, as in WEB."},
		{Name: "RepositoryId", Type: relation.Int, Of: "RepositoryId", Required: true, Doc: "The id of the repository."},
		{Name: "RepositoryName", Type: relation.Text, Of: "RepositoryName", Required: true, Doc: "The name of the repository."},
		{Name: "PullRequestId", Type: relation.Int, Of: "Id", Required: true, Doc: "The id of the pull request."},
		{Name: "PullRequestNumber", Type: relation.Int, Of: "Number", Required: true, Doc: "The number of the pull request in its repository."},
		{Name: "Id", Type: relation.Int, Path: "id", Required: true, Doc: "The id of the comment.", Filter: relation.Filter{How: relation.Span}},
		{Name: "Content", Type: relation.Text, Path: "content", Doc: "What was written. NULL or empty where somebody only changed the pull request."},
		{Name: "CreatedUserId", Type: relation.Int, Path: "createdUser.id", Doc: "The id of the person who wrote the comment."},
		{Name: "CreatedUserName", Type: relation.Text, Path: "createdUser.name", Doc: "The name of the person who wrote the comment."},
		{Name: "CreatedUserLogin", Type: relation.Text, Path: "createdUser.userId", Doc: "The login id of the person who wrote the comment; NULL for those who sign in with a Nulab account only."},
		{Name: "CreatedUserMailAddress", Type: relation.Text, Path: "createdUser.mailAddress", Doc: "The mail address of the person who wrote the comment, where the caller may see it."},
		{Name: "Created", Type: relation.Timestamp, Path: "created", Required: true, Doc: "When the comment was written."},
		{Name: "Updated", Type: relation.Timestamp, Path: "updated", Required: true, Doc: "When the comment was edited last."},
	},
	Examples: []connector.Example{
		{
			Doc: "All comments on a pull request, the oldest first.",
			SQL: `SELECT Created, CreatedUserName, Content FROM {source}.PullRequestComments WHERE ProjectKey = 'WEB' AND RepositoryName = 'app' AND PullRequestNumber = 1 ORDER BY Id`,
		},
		{
			Doc: "Who comments on the open pull requests of a project.",
			SQL: `SELECT c.CreatedUserName, count(*) AS Comments FROM {source}.PullRequests p JOIN {source}.PullRequestComments c ON c.PullRequestId = p.Id WHERE p.ProjectKey = 'WEB' AND p.StatusId = 1 GROUP BY ALL ORDER BY Comments DESC`,
		},
	},
}
