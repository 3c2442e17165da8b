package catalog

import (
	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

var documentComments = relation.Table{
	Name:     "DocumentComments",
	Doc:      "One comment on a document. Asked per document.",
	Parent:   "Documents",
	Path:     "/documents/{DocumentId}/comments",
	Optional: []int{6},
	Key:      []string{"Id"},
	References: []connector.Reference{
		{Columns: []string{"DocumentId"}, Table: "Documents", To: []string{"Id"}},
		{Columns: []string{"ProjectId"}, Table: "Projects", To: []string{"Id"}},
	},
	Columns: []relation.Column{
		{Name: "DocumentId", Type: relation.Text, Of: "Id", Required: true, Doc: "The id of the document."},
		{Name: "DocumentTitle", Type: relation.Text, Of: "Title", Doc: "The title of the document."},
		{Name: "ProjectId", Type: relation.Int, Of: "ProjectId", Required: true, Doc: "The id of the project."},
		{Name: "ProjectKey", Type: relation.Text, Of: "ProjectKey", Required: true, Doc: "The key of the project, as in WEB."},
		{Name: "Id", Type: relation.Text, Path: "id", Required: true, Doc: "The id: 32 hexadecimal digits."},
		{Name: "StatusId", Type: relation.Int, Path: "statusId", Doc: "The id of the status: 0 is open."},
		{Name: "CommentType", Type: relation.Text, Path: "commentType", Doc: "The kind: comment, for what people write."},
		{Name: "Plain", Type: relation.Text, Path: "plain", Doc: "What was written, without its form."},
		{Name: "Content", Type: relation.Text, Path: "content", Doc: "What was written with its form, as JSON."},
		{Name: "CreatedUserId", Type: relation.Int, Path: "createdUserId", Doc: "The id of the person who wrote it."},
		{Name: "CreatedUserName", Type: relation.Text, Path: "createdUser.name", Doc: "The name of the person who wrote it."},
		{Name: "CreatedUserLogin", Type: relation.Text, Path: "createdUser.userId", Doc: "The login id of the person who wrote it."},
		{Name: "CreatedUserMailAddress", Type: relation.Text, Path: "createdUser.mailAddress", Doc: "The mail address of the person who wrote it, where the caller may see it."},
		{Name: "Created", Type: relation.Timestamp, Path: "created", Doc: "When it was written."},
		{Name: "UpdatedUserId", Type: relation.Int, Path: "updatedUserId", Doc: "The id of the person who edited it last."},
		{Name: "Updated", Type: relation.Timestamp, Path: "updated", Doc: "When it was edited last."},
	},
	Examples: []connector.Example{
		{
			Doc: "The comments on a project's documents, the newest first.",
			SQL: `SELECT DocumentTitle, Created, CreatedUserName, Plain FROM {source}.DocumentComments WHERE ProjectKey = 'WEB' ORDER BY Created DESC`,
		},
		{
			Doc: "How many comments each document has.",
			SQL: `SELECT ProjectKey, DocumentTitle, count(*) AS Comments FROM {source}.DocumentComments GROUP BY ALL ORDER BY Comments DESC`,
		},
	},
}
