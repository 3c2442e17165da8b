package catalog

import (
	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

var documentAttachments = relation.Table{
	Name:   "DocumentAttachments",
	Doc:    "One file that is attached to a document. It costs no request beside those for the documents.",
	Parent: "Documents",
	Inside: "attachments",
	Key:    []string{"DocumentId", "Id"},
	References: []connector.Reference{
		{Columns: []string{"DocumentId"}, Table: "Documents", To: []string{"Id"}},
		{Columns: []string{"ProjectId"}, Table: "Projects", To: []string{"Id"}},
	},
	Columns: []relation.Column{
		{Name: "DocumentId", Type: relation.Text, Of: "Id", Required: true, Doc: "The id of the document."},
		{Name: "DocumentTitle", Type: relation.Text, Of: "Title", Doc: "The title of the document."},
		{Name: "ProjectId", Type: relation.Int, Of: "ProjectId", Required: true, Doc: "The id of the project."},
		{Name: "ProjectKey", Type: relation.Text, Of: "ProjectKey", Required: true, Doc: "The key of the project, as in WEB."},
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
			Doc: "The largest files in the documents of a project.",
			SQL: `SELECT DocumentTitle, Name, Size FROM {source}.DocumentAttachments WHERE ProjectKey = 'WEB' ORDER BY Size DESC LIMIT 20`,
		},
		{
			Doc: "How many bytes each project has in the files of its documents.",
			SQL: `SELECT ProjectKey, sum(Size) AS Bytes FROM {source}.DocumentAttachments GROUP BY ALL ORDER BY Bytes DESC`,
		},
	},
}
