package catalog

import (
	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

var projectDiskUsage = relation.Table{
	Name:   "ProjectDiskUsage",
	Doc:    "What a project takes of the space's storage, in bytes. It needs the rights of an administrator of the project.",
	Parent: "Projects",
	Path:   "/projects/{ProjectId}/diskUsage",
	Key:    []string{"ProjectId"},
	References: []connector.Reference{
		{Columns: []string{"ProjectId"}, Table: "Projects", To: []string{"Id"}},
	},
	Columns: []relation.Column{
		{Name: "ProjectId", Type: relation.Int, Of: "Id", Required: true, Doc: "The id of the project."},
		{Name: "ProjectKey", Type: relation.Text, Of: "ProjectKey", Required: true, Doc: "The key of the project, as in WEB."},
		{Name: "ProjectName", Type: relation.Text, Of: "Name", Required: true, Doc: "The name of the project."},
		{Name: "Issue", Type: relation.Int, Path: "issue", Doc: "The bytes of files attached to issues."},
		{Name: "Wiki", Type: relation.Int, Path: "wiki", Doc: "The bytes of files attached to wiki pages."},
		{Name: "Document", Type: relation.Int, Path: "document", Doc: "The bytes of documents, where the server gives them."},
		{Name: "File", Type: relation.Int, Path: "file", Doc: "The bytes of shared files."},
		{Name: "Subversion", Type: relation.Int, Path: "subversion", Doc: "The bytes of the Subversion repository."},
		{Name: "Git", Type: relation.Int, Path: "git", Doc: "The bytes of Git repositories."},
		{Name: "GitLfs", Type: relation.Int, Path: "gitLFS", Doc: "The bytes of large files in Git."},
	},
	Examples: []connector.Example{
		{
			Doc: "What a project stores, in megabytes.",
			SQL: `SELECT Issue / 1e6 AS Issues, Wiki / 1e6 AS Wiki, File / 1e6 AS Files, Git / 1e6 AS Git FROM {source}.ProjectDiskUsage WHERE ProjectKey = 'WEB'`,
		},
		{
			Doc: "The projects that have most in Git.",
			SQL: `SELECT ProjectKey, Git + GitLfs AS Bytes FROM {source}.ProjectDiskUsage ORDER BY Bytes DESC`,
		},
	},
}
