package catalog

import (
	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

var issueLinkedSharedFiles = relation.Table{
	Name:   "IssueLinkedSharedFiles",
	Doc:    "One shared file of the project that is linked to an issue. It costs no request beside those for the issues.",
	Parent: "Issues",
	Inside: "sharedFiles",
	Key:    []string{"IssueId", "Id"},
	References: []connector.Reference{
		{Columns: []string{"IssueId"}, Table: "Issues", To: []string{"Id"}},
		{Columns: []string{"ProjectId"}, Table: "Projects", To: []string{"Id"}},
	},
	Columns: []relation.Column{
		{Name: "IssueId", Type: relation.Int, Of: "Id", Required: true, Doc: "The id of the issue."},
		{Name: "IssueKey", Type: relation.Text, Of: "IssueKey", Required: true, Doc: "The key of the issue, as in WEB-12."},
		{Name: "ProjectId", Type: relation.Int, Of: "ProjectId", Required: true, Doc: "The id of the issue's project."},
		{Name: "ProjectKey", Type: relation.Text, Of: "ProjectKey", Required: true, Doc: "The key of the issue's project."},
		{Name: "Id", Type: relation.Int, Path: "id", Required: true, Doc: "The id of the shared file."},
		{Name: "Type", Type: relation.Text, Path: "type", Doc: "file or directory."},
		{Name: "Dir", Type: relation.Text, Path: "dir", Doc: "The folder in which it is, from the root of the project's files, with a slash at both ends."},
		{Name: "Name", Type: relation.Text, Path: "name", Required: true, Doc: "The name of the file or folder."},
		{Name: "Size", Type: relation.Int, Path: "size", Doc: "The size of the file in bytes."},
		{Name: "CreatedUserId", Type: relation.Int, Path: "createdUser.id", Doc: "The id of the person who created the file."},
		{Name: "CreatedUserName", Type: relation.Text, Path: "createdUser.name", Doc: "The name of the person who created the file."},
		{Name: "CreatedUserLogin", Type: relation.Text, Path: "createdUser.userId", Doc: "The login id of the person who created the file; NULL for those who sign in with a Nulab account only."},
		{Name: "CreatedUserMailAddress", Type: relation.Text, Path: "createdUser.mailAddress", Doc: "The mail address of the person who created the file, where the caller may see it."},
		{Name: "Created", Type: relation.Timestamp, Path: "created", Doc: "When it was created."},
		{Name: "UpdatedUserId", Type: relation.Int, Path: "updatedUser.id", Doc: "The id of the person who changed the file last."},
		{Name: "UpdatedUserName", Type: relation.Text, Path: "updatedUser.name", Doc: "The name of the person who changed the file last."},
		{Name: "UpdatedUserLogin", Type: relation.Text, Path: "updatedUser.userId", Doc: "The login id of the person who changed the file last; NULL for those who sign in with a Nulab account only."},
		{Name: "UpdatedUserMailAddress", Type: relation.Text, Path: "updatedUser.mailAddress", Doc: "The mail address of the person who changed the file last, where the caller may see it."},
		{Name: "Updated", Type: relation.Timestamp, Path: "updated", Doc: "When it was changed last."},
	},
	Examples: []connector.Example{
		{
			Doc: "The shared files of the open issues.",
			SQL: `SELECT i.IssueKey, f.Dir || f.Name AS File, f.Size FROM {source}.Issues i JOIN {source}.IssueLinkedSharedFiles f ON f.IssueId = i.Id WHERE i.StatusId <> 4 AND i.HasSharedFile ORDER BY i.IssueKey`,
		},
		{
			Doc: "The shared files that most issues are linked to.",
			SQL: `SELECT ProjectKey, Dir, Name, count(*) AS Issues FROM {source}.IssueLinkedSharedFiles GROUP BY ALL ORDER BY Issues DESC LIMIT 10`,
		},
	},
}
