package catalog

import (
	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

var documents = relation.Table{
	Name:     "Documents",
	Doc:      "One document of a project, with its text.",
	Path:     "/documents",
	Paging:   relation.Offset,
	Query:    "sort=created&order=asc",
	Category: relation.Search,
	Key:      []string{"Id"},
	References: []connector.Reference{
		{Columns: []string{"ProjectId"}, Table: "Projects", To: []string{"Id"}},
	},
	Columns: []relation.Column{
		{Name: "Id", Type: relation.Text, Path: "id", Required: true, Doc: "The id of the document: 32 hexadecimal digits.", Filter: relation.Filter{How: relation.Single, Param: "/documents/{Id}"}},
		{Name: "ProjectId", Type: relation.Int, Path: "projectId", Required: true, Doc: "The id of the project.", Filter: relation.Filter{How: relation.Closed, Param: "projectId[]", Of: relation.Projects, By: relation.ID}},
		{Name: "ProjectKey", Type: relation.Text, Path: "projectId", Term: true, Required: true, Doc: "The key of the project, as in WEB.", Filter: relation.Filter{How: relation.Closed, Param: "projectId[]", Of: relation.Projects, By: relation.Key}},
		{Name: "ProjectName", Type: relation.Text, Path: "projectId", Term: true, Required: true, Doc: "The name of the project.", Filter: relation.Filter{How: relation.Closed, Param: "projectId[]", Of: relation.Projects, By: relation.Name}},
		{Name: "Title", Type: relation.Text, Path: "title", Doc: "The title of the document.", Filter: relation.Filter{How: relation.Here}},
		{Name: "Plain", Type: relation.Text, Path: "plain", Doc: "The text of the document without its form."},
		{Name: "Json", Type: relation.Text, Path: "json", Doc: "The text of the document with its form, as JSON."},
		{Name: "StatusId", Type: relation.Int, Path: "statusId", Doc: "The id of the document's status: 1 is in use."},
		{Name: "Emoji", Type: relation.Text, Path: "emoji", Doc: "The picture beside the title."},
		{Name: "TagNames", Type: relation.Text, Path: "tags.#.name", Doc: "The tags, joined by a comma and a blank. DocumentTags has a row for each."},
		{Name: "ChildDocumentIds", Type: relation.Texts, Path: "childDocumentIds", Doc: "The ids of the documents below it, where the server gives them."},
		{Name: "CreatedUserId", Type: relation.Int, Path: "createdUser.id", Doc: "The id of the person who created the document."},
		{Name: "CreatedUserName", Type: relation.Text, Path: "createdUser.name", Doc: "The name of the person who created the document."},
		{Name: "CreatedUserLogin", Type: relation.Text, Path: "createdUser.userId", Doc: "The login id of the person who created the document; NULL for those who sign in with a Nulab account only."},
		{Name: "CreatedUserMailAddress", Type: relation.Text, Path: "createdUser.mailAddress", Doc: "The mail address of the person who created the document, where the caller may see it."},
		{Name: "Created", Type: relation.Timestamp, Path: "created", Doc: "When it was created."},
		{Name: "UpdatedUserId", Type: relation.Int, Path: "updatedUser.id", Doc: "The id of the person who changed the document last."},
		{Name: "UpdatedUserName", Type: relation.Text, Path: "updatedUser.name", Doc: "The name of the person who changed the document last."},
		{Name: "UpdatedUserLogin", Type: relation.Text, Path: "updatedUser.userId", Doc: "The login id of the person who changed the document last; NULL for those who sign in with a Nulab account only."},
		{Name: "UpdatedUserMailAddress", Type: relation.Text, Path: "updatedUser.mailAddress", Doc: "The mail address of the person who changed the document last, where the caller may see it."},
		{Name: "Updated", Type: relation.Timestamp, Path: "updated", Doc: "When it was changed last."},
		{Name: "Keyword", Type: relation.Text, Pseudo: true, Doc: "To search: Keyword = 'release' gives the documents in which the server finds these words.", Filter: relation.Filter{How: relation.Echo, Param: "keyword"}},
	},
	Examples: []connector.Example{
		{
			Doc: "The documents that changed this month.",
			SQL: `SELECT ProjectKey, Title, UpdatedUserName, Updated FROM {source}.Documents WHERE Updated >= date_trunc('month', now()) ORDER BY Updated DESC`,
		},
		{
			Doc: "The documents of a project that mention a word.",
			SQL: `SELECT Title, Updated FROM {source}.Documents WHERE ProjectKey = 'WEB' AND Keyword = 'release' ORDER BY Title`,
		},
	},
}
