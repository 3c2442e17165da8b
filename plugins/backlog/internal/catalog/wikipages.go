package catalog

import (
	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

var wikiPages = relation.Table{
	Name:     "WikiPages",
	Doc:      "One wiki page of a project. Asked per project; a project without a wiki has none.",
	Parent:   "Projects",
	Path:     "/wikis",
	Query:    "projectIdOrKey={ProjectId}",
	Count:    "/wikis/count?projectIdOrKey={ProjectId}",
	Detail:   "/wikis/{Id}",
	Category: relation.Search,
	Optional: []int{6, 7},
	Key:      []string{"Id"},
	References: []connector.Reference{
		{Columns: []string{"ProjectId"}, Table: "Projects", To: []string{"Id"}},
	},
	Columns: []relation.Column{
		{Name: "ProjectId", Type: relation.Int, Of: "Id", Required: true, Doc: "The id of the project."},
		{Name: "ProjectKey", Type: relation.Text, Of: "ProjectKey", Required: true, Doc: "The key of the project, as in WEB."},
		{Name: "ProjectName", Type: relation.Text, Of: "Name", Required: true, Doc: "The name of the project."},
		{Name: "Id", Type: relation.Int, Path: "id", Required: true, Doc: "The id of the page.", Filter: relation.Filter{How: relation.Here}},
		{Name: "Name", Type: relation.Text, Path: "name", Required: true, Doc: "The name of the page; slashes in it make a tree.", Filter: relation.Filter{How: relation.Here}},
		{Name: "Content", Type: relation.Text, Path: "content", Detail: true, Doc: "The text of the page, in the notation that the project has chosen."},
		{Name: "TagNames", Type: relation.Text, Path: "tags.#.name", Doc: "The tags, joined by a comma and a blank. WikiPageTags has a row for each."},
		{Name: "CreatedUserId", Type: relation.Int, Path: "createdUser.id", Doc: "The id of the person who created the page."},
		{Name: "CreatedUserName", Type: relation.Text, Path: "createdUser.name", Doc: "The name of the person who created the page."},
		{Name: "CreatedUserLogin", Type: relation.Text, Path: "createdUser.userId", Doc: "The login id of the person who created the page; NULL for those who sign in with a Nulab account only."},
		{Name: "CreatedUserMailAddress", Type: relation.Text, Path: "createdUser.mailAddress", Doc: "The mail address of the person who created the page, where the caller may see it."},
		{Name: "Created", Type: relation.Timestamp, Path: "created", Doc: "When it was created."},
		{Name: "UpdatedUserId", Type: relation.Int, Path: "updatedUser.id", Doc: "The id of the person who changed the page last."},
		{Name: "UpdatedUserName", Type: relation.Text, Path: "updatedUser.name", Doc: "The name of the person who changed the page last."},
		{Name: "UpdatedUserLogin", Type: relation.Text, Path: "updatedUser.userId", Doc: "The login id of the person who changed the page last; NULL for those who sign in with a Nulab account only."},
		{Name: "UpdatedUserMailAddress", Type: relation.Text, Path: "updatedUser.mailAddress", Doc: "The mail address of the person who changed the page last, where the caller may see it."},
		{Name: "Updated", Type: relation.Timestamp, Path: "updated", Doc: "When it was changed last."},
		{Name: "Keyword", Type: relation.Text, Pseudo: true, Doc: "To search: Keyword = 'release' gives the pages in which the server finds these words.", Filter: relation.Filter{How: relation.Echo, Param: "keyword"}},
	},
	Examples: []connector.Example{
		{
			Doc: "The wiki pages that changed this month.",
			SQL: `SELECT ProjectKey, Name, UpdatedUserName, Updated FROM {source}.WikiPages WHERE Updated >= date_trunc('month', now()) ORDER BY Updated DESC`,
		},
		{
			Doc: "The pages of a project that mention a word.",
			SQL: `SELECT Name, Updated FROM {source}.WikiPages WHERE ProjectKey = 'WEB' AND Keyword = 'release' ORDER BY Name`,
		},
	},
}
