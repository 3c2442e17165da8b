package catalog

import (
	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

var wikiPageHistory = relation.Table{
	Name:     "WikiPageHistory",
	Doc:      "One version of a wiki page. Asked per page.",
	Parent:   "WikiPages",
	Path:     "/wikis/{WikiPageId}/history",
	Paging:   relation.ByMinID,
	ID:       "version",
	Optional: []int{6},
	Key:      []string{"WikiPageId", "Version"},
	References: []connector.Reference{
		{Columns: []string{"WikiPageId"}, Table: "WikiPages", To: []string{"Id"}},
		{Columns: []string{"ProjectId"}, Table: "Projects", To: []string{"Id"}},
	},
	Columns: []relation.Column{
		{Name: "ProjectId", Type: relation.Int, Of: "ProjectId", Required: true, Doc: "The id of the project."},
		{Name: "ProjectKey", Type: relation.Text, Of: "ProjectKey", Required: true, Doc: "The key of the project, as in WEB."},
		{Name: "ProjectName", Type: relation.Text, Of: "ProjectName", Required: true, Doc: "The name of the project."},
		{Name: "WikiPageId", Type: relation.Int, Of: "Id", Required: true, Doc: "The id of the wiki page."},
		{Name: "WikiPageName", Type: relation.Text, Of: "Name", Required: true, Doc: "The name of the wiki page."},
		{Name: "Version", Type: relation.Int, Path: "version", Required: true, Doc: "The number of the version, from 1."},
		{Name: "Name", Type: relation.Text, Path: "name", Doc: "The name that the page had."},
		{Name: "Content", Type: relation.Text, Path: "content", Doc: "The text that the page had."},
		{Name: "CreatedUserId", Type: relation.Int, Path: "createdUser.id", Doc: "The id of the person who wrote the version."},
		{Name: "CreatedUserName", Type: relation.Text, Path: "createdUser.name", Doc: "The name of the person who wrote the version."},
		{Name: "CreatedUserLogin", Type: relation.Text, Path: "createdUser.userId", Doc: "The login id of the person who wrote the version; NULL for those who sign in with a Nulab account only."},
		{Name: "CreatedUserMailAddress", Type: relation.Text, Path: "createdUser.mailAddress", Doc: "The mail address of the person who wrote the version, where the caller may see it."},
		{Name: "Created", Type: relation.Timestamp, Path: "created", Doc: "When the version was written."},
	},
	Examples: []connector.Example{
		{
			Doc: "How a page came to be.",
			SQL: `SELECT Version, Created, CreatedUserName, length(Content) AS Characters FROM {source}.WikiPageHistory WHERE ProjectKey = 'WEB' AND WikiPageName = 'Home' ORDER BY Version`,
		},
		{
			Doc: "Who writes in a project's wiki.",
			SQL: `SELECT CreatedUserName, count(*) AS Versions FROM {source}.WikiPageHistory WHERE ProjectKey = 'WEB' GROUP BY ALL ORDER BY Versions DESC`,
		},
	},
}
