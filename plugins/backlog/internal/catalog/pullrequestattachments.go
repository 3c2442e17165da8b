package catalog

import (
	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

var pullRequestAttachments = relation.Table{
	Name:   "PullRequestAttachments",
	Doc:    "One file that is attached to a pull request. It costs no request beside those for the pull requests.",
	Parent: "PullRequests",
	Inside: "attachments",
	Key:    []string{"PullRequestId", "Id"},
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
		{Name: "Id", Type: relation.Int, Path: "id", Required: true, Doc: "The id of the attachment."},
		{Name: "Name", Type: relation.Text, Path: "name", Required: true, Doc: "The name of the file."},
		{Name: "Size", Type: relation.Int, Path: "size", Doc: "The size of the file in bytes."},
		{Name: "CreatedUserId", Type: relation.Int, Path: "createdUser.id", Doc: "The id of the person who attached the file."},
		{Name: "CreatedUserName", Type: relation.Text, Path: "createdUser.name", Doc: "The name of the person who attached the file."},
		{Name: "CreatedUserLogin", Type: relation.Text, Path: "createdUser.userId", Doc: "The login id of the person who attached the file; NULL for those who sign in with a Nulab account only."},
		{Name: "CreatedUserMailAddress", Type: relation.Text, Path: "createdUser.mailAddress", Doc: "The mail address of the person who attached the file, where the caller may see it."},
		{Name: "Created", Type: relation.Timestamp, Path: "created", Doc: "When the file was attached."},
	},
	Examples: []connector.Example{
		{
			Doc: "The files of the pull requests of a repository.",
			SQL: `SELECT PullRequestNumber, Name, Size FROM {source}.PullRequestAttachments WHERE ProjectKey = 'WEB' AND RepositoryName = 'app' ORDER BY 1, 2`,
		},
		{
			Doc: "How many bytes each repository has in attached files.",
			SQL: `SELECT ProjectKey, RepositoryName, sum(Size) AS Bytes FROM {source}.PullRequestAttachments GROUP BY ALL ORDER BY Bytes DESC`,
		},
	},
}
