package catalog

import (
	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

var spaceDiskUsageDetails = relation.Table{
	Name:   "SpaceDiskUsageDetails",
	Doc:    "What one project stores, in bytes. It costs no request beside the one for SpaceDiskUsage, and needs the rights of an administrator.",
	Parent: "SpaceDiskUsage",
	Inside: "details",
	Key:    []string{"ProjectId"},
	Columns: []relation.Column{
		{Name: "ProjectId", Type: relation.Int, Path: "projectId", Required: true, Doc: "The id of the project.", Filter: relation.Filter{Of: relation.Projects}},
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
			Doc: "The projects that store most.",
			SQL: `SELECT ProjectId, Issue + Wiki + File + Subversion + Git + GitLfs AS Bytes FROM {source}.SpaceDiskUsageDetails ORDER BY Bytes DESC LIMIT 10`,
		},
		{
			Doc: "What archived projects still store.",
			SQL: `SELECT p.ProjectKey, d.Issue + d.Wiki + d.File + d.Git AS Bytes FROM {source}.SpaceDiskUsageDetails d JOIN {source}.Projects p ON p.Id = d.ProjectId WHERE p.Archived ORDER BY Bytes DESC`,
		},
	},
}
