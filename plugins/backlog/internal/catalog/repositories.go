package catalog

import (
	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

var repositories = relation.Table{
	Name:     "Repositories",
	Doc:      "One Git repository of a project.",
	Parent:   "Projects",
	Path:     "/projects/{ProjectId}/git/repositories",
	Optional: []int{6},
	Key:      []string{"Id"},
	References: []connector.Reference{
		{Columns: []string{"ProjectId"}, Table: "Projects", To: []string{"Id"}},
	},
	Columns: []relation.Column{
		{Name: "ProjectId", Type: relation.Int, Of: "Id", Required: true, Doc: "The id of the project."},
		{Name: "ProjectKey", Type: relation.Text, Of: "ProjectKey", Required: true, Doc: "The key of the project, as in WEB."},
		{Name: "ProjectName", Type: relation.Text, Of: "Name", Required: true, Doc: "The name of the project."},
		{Name: "Id", Type: relation.Int, Path: "id", Required: true, Doc: "The id of the repository.", Filter: relation.Filter{How: relation.Here}},
		{Name: "Name", Type: relation.Text, Path: "name", Required: true, Doc: "The name of the repository.", Filter: relation.Filter{How: relation.Here}},
		{Name: "Description", Type: relation.Text, Path: "description", Doc: "What the repository is for."},
		{Name: "HookUrl", Type: relation.Text, Path: "hookUrl", Doc: "The address that is told of pushes."},
		{Name: "HttpUrl", Type: relation.Text, Path: "httpUrl", Doc: "The address to clone from over HTTPS."},
		{Name: "SshUrl", Type: relation.Text, Path: "sshUrl", Doc: "The address to clone from over SSH."},
		{Name: "DisplayOrder", Type: relation.Int, Path: "displayOrder", Doc: "Its place in the project's list."},
		{Name: "PushedAt", Type: relation.Timestamp, Path: "pushedAt", Doc: "When somebody pushed to it last. NULL where nobody has."},
		{Name: "CreatedUserId", Type: relation.Int, Path: "createdUser.id", Doc: "The id of the person who created the repository."},
		{Name: "CreatedUserName", Type: relation.Text, Path: "createdUser.name", Doc: "The name of the person who created the repository."},
		{Name: "CreatedUserLogin", Type: relation.Text, Path: "createdUser.userId", Doc: "The login id of the person who created the repository; NULL for those who sign in with a Nulab account only."},
		{Name: "CreatedUserMailAddress", Type: relation.Text, Path: "createdUser.mailAddress", Doc: "The mail address of the person who created the repository, where the caller may see it."},
		{Name: "Created", Type: relation.Timestamp, Path: "created", Doc: "When it was created."},
		{Name: "UpdatedUserId", Type: relation.Int, Path: "updatedUser.id", Doc: "The id of the person who changed the repository last."},
		{Name: "UpdatedUserName", Type: relation.Text, Path: "updatedUser.name", Doc: "The name of the person who changed the repository last."},
		{Name: "UpdatedUserLogin", Type: relation.Text, Path: "updatedUser.userId", Doc: "The login id of the person who changed the repository last; NULL for those who sign in with a Nulab account only."},
		{Name: "UpdatedUserMailAddress", Type: relation.Text, Path: "updatedUser.mailAddress", Doc: "The mail address of the person who changed the repository last, where the caller may see it."},
		{Name: "Updated", Type: relation.Timestamp, Path: "updated", Doc: "When it was changed last."},
	},
	Examples: []connector.Example{
		{
			Doc: "The repositories that nobody has pushed to for half a year.",
			SQL: `SELECT ProjectKey, Name, PushedAt FROM {source}.Repositories WHERE PushedAt < now() - INTERVAL 180 DAY ORDER BY PushedAt`,
		},
		{
			Doc: "How to clone the repositories of a project.",
			SQL: `SELECT Name, SshUrl FROM {source}.Repositories WHERE ProjectKey = 'WEB' ORDER BY DisplayOrder`,
		},
	},
}
