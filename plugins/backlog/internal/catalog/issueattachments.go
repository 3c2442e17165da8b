package catalog

import (
	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

var issueAttachments = relation.Table{
	Name:   "IssueAttachments",
	Doc:    "One file that is attached to an issue. It costs no request beside those for the issues.",
	Parent: "Issues",
	Inside: "attachments",
	Key:    []string{"IssueId", "Id"},
	References: []connector.Reference{
		{Columns: []string{"IssueId"}, Table: "Issues", To: []string{"Id"}},
		{Columns: []string{"ProjectId"}, Table: "Projects", To: []string{"Id"}},
	},
	Columns: []relation.Column{
		{Name: "Id", Type: relation.Int, Path: "id", Required: true, Doc: "The id of the attachment."},
		{Name: "IssueId", Type: relation.Int, Of: "Id", Required: true, Doc: "The id of the issue."},
		{Name: "IssueKey", Type: relation.Text, Of: "IssueKey", Required: true, Doc: "The key of the issue, as in WEB-12."},
		{Name: "ProjectId", Type: relation.Int, Of: "ProjectId", Required: true, Doc: "The id of the issue's project."},
		{Name: "ProjectKey", Type: relation.Text, Of: "ProjectKey", Required: true, Doc: "The key of the issue's project."},
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
			Doc: "The largest files, with their issues.",
			SQL: `SELECT IssueKey, Name, Size, CreatedUserName FROM {source}.IssueAttachments ORDER BY Size DESC, IssueKey LIMIT 20`,
		},
		{
			Doc: "How many bytes each project has attached to its issues.",
			SQL: `SELECT ProjectKey, count(*) AS Files, sum(Size) AS Bytes FROM {source}.IssueAttachments GROUP BY ALL ORDER BY Bytes DESC`,
		},
	},
}
