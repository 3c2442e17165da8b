package catalog

import (
	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

var wikiPageStars = relation.Table{
	Name:     "WikiPageStars",
	Doc:      "One star that a wiki page got. Asked per page.",
	Parent:   "WikiPages",
	Path:     "/wikis/{WikiPageId}/stars",
	Optional: []int{6},
	Key:      []string{"WikiPageId", "Id"},
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
		{Name: "Id", Type: relation.Int, Path: "id", Required: true, Doc: "The id of the star."},
		{Name: "Title", Type: relation.Text, Path: "title", Doc: "The title of the page that got the star."},
		{Name: "Url", Type: relation.Text, Path: "url", Doc: "The address of the page that got the star."},
		{Name: "Comment", Type: relation.Text, Path: "comment", Doc: "What was written with the star."},
		{Name: "PresenterId", Type: relation.Int, Path: "presenter.id", Doc: "The id of the person who gave the star."},
		{Name: "PresenterName", Type: relation.Text, Path: "presenter.name", Doc: "The name of the person who gave the star."},
		{Name: "PresenterLogin", Type: relation.Text, Path: "presenter.userId", Doc: "The login id of the person who gave the star; NULL for those who sign in with a Nulab account only."},
		{Name: "PresenterMailAddress", Type: relation.Text, Path: "presenter.mailAddress", Doc: "The mail address of the person who gave the star, where the caller may see it."},
		{Name: "Created", Type: relation.Timestamp, Path: "created", Doc: "When the star was given."},
	},
	Examples: []connector.Example{
		{
			Doc: "Who gave stars to one page.",
			SQL: `SELECT PresenterName, Created FROM {source}.WikiPageStars WHERE ProjectKey = 'WEB' AND WikiPageName = 'Home' ORDER BY Created`,
		},
		{
			Doc: "The pages of a project with most stars.",
			SQL: `SELECT WikiPageName, count(*) AS Stars FROM {source}.WikiPageStars WHERE ProjectKey = 'WEB' GROUP BY ALL ORDER BY Stars DESC`,
		},
	},
}
