package catalog

import (
	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

var wikiPageTags = relation.Table{
	Name:   "WikiPageTags",
	Doc:    "One tag of a wiki page. It costs no request beside those for the pages.",
	Parent: "WikiPages",
	Inside: "tags",
	Key:    []string{"WikiPageId", "TagId"},
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
		{Name: "TagId", Type: relation.Int, Path: "id", Required: true, Doc: "The id of the tag."},
		{Name: "TagName", Type: relation.Text, Path: "name", Required: true, Doc: "The tag."},
	},
	Examples: []connector.Example{
		{
			Doc: "The tags of a project's wiki, and how many pages have them.",
			SQL: `SELECT TagName, count(*) AS Pages FROM {source}.WikiPageTags WHERE ProjectKey = 'WEB' GROUP BY ALL ORDER BY Pages DESC`,
		},
		{
			Doc: "The pages with one tag.",
			SQL: `SELECT ProjectKey, WikiPageName FROM {source}.WikiPageTags WHERE TagName = 'minutes' ORDER BY 1, 2`,
		},
	},
}
