package catalog

import (
	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

var spaceDiskUsage = relation.Table{
	Name: "SpaceDiskUsage",
	Doc:  "What the space stores, in bytes: one row. It needs the rights of an administrator.",
	Path: "/space/diskUsage",
	Columns: []relation.Column{
		{Name: "Capacity", Type: relation.Int, Path: "capacity", Doc: "How many bytes may be stored."},
		{Name: "Issue", Type: relation.Int, Path: "issue", Doc: "The bytes of files attached to issues."},
		{Name: "Wiki", Type: relation.Int, Path: "wiki", Doc: "The bytes of files attached to wiki pages."},
		{Name: "Document", Type: relation.Int, Path: "document", Doc: "The bytes of documents, where the server gives them."},
		{Name: "File", Type: relation.Int, Path: "file", Doc: "The bytes of shared files."},
		{Name: "Subversion", Type: relation.Int, Path: "subversion", Doc: "The bytes of Subversion repositories."},
		{Name: "Git", Type: relation.Int, Path: "git", Doc: "The bytes of Git repositories."},
		{Name: "GitLfs", Type: relation.Int, Path: "gitLFS", Doc: "The bytes of large files in Git."},
	},
	Examples: []connector.Example{
		{
			Doc: "How full the space is.",
			SQL: `SELECT 100.0 * (Issue + Wiki + File + Subversion + Git + GitLfs) / Capacity AS Percent FROM {source}.SpaceDiskUsage`,
		},
		{
			Doc: "What takes how many gigabytes.",
			SQL: `SELECT Issue / 1e9 AS Issues, Wiki / 1e9 AS Wikis, File / 1e9 AS Files, Git / 1e9 AS Git, Capacity / 1e9 AS Capacity FROM {source}.SpaceDiskUsage`,
		},
	},
}
