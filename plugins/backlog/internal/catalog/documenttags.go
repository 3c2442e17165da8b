package catalog

import (
	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

var documentTags = relation.Table{
	Name:   "DocumentTags",
	Doc:    "One tag of a document. It costs no request beside those for the documents.",
	Parent: "Documents",
	Inside: "tags",
	Key:    []string{"DocumentId", "TagId"},
	References: []connector.Reference{
		{Columns: []string{"DocumentId"}, Table: "Documents", To: []string{"Id"}},
		{Columns: []string{"ProjectId"}, Table: "Projects", To: []string{"Id"}},
	},
	Columns: []relation.Column{
		{Name: "DocumentId", Type: relation.Text, Of: "Id", Required: true, Doc: "The id of the document."},
		{Name: "DocumentTitle", Type: relation.Text, Of: "Title", Doc: "The title of the document."},
		{Name: "ProjectId", Type: relation.Int, Of: "ProjectId", Required: true, Doc: "The id of the project."},
		{Name: "ProjectKey", Type: relation.Text, Of: "ProjectKey", Required: true, Doc: "The key of the project, as in WEB."},
		{Name: "TagId", Type: relation.Int, Path: "id", Required: true, Doc: "The id of the tag."},
		{Name: "TagName", Type: relation.Text, Path: "name", Required: true, Doc: "The tag."},
	},
	Examples: []connector.Example{
		{
			Doc: "The tags of a project's documents, and how many have them.",
			SQL: `SELECT TagName, count(*) AS Documents FROM {source}.DocumentTags WHERE ProjectKey = 'WEB' GROUP BY ALL ORDER BY Documents DESC`,
		},
		{
			Doc: "The documents with one tag.",
			SQL: `SELECT ProjectKey, DocumentTitle FROM {source}.DocumentTags WHERE TagName = 'minutes' ORDER BY 1, 2`,
		},
	},
}
