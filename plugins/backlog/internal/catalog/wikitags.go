package catalog

import (
	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

var wikiTags = relation.Table{
	Name:     "WikiTags",
	Doc:      "One tag that can be given to wiki pages of a project.",
	Parent:   "Projects",
	Path:     "/wikis/tags",
	Query:    "projectIdOrKey={ProjectId}",
	Optional: []int{6, 7},
	Key:      []string{"ProjectId", "Id"},
	References: []connector.Reference{
		{Columns: []string{"ProjectId"}, Table: "Projects", To: []string{"Id"}},
	},
	Columns: []relation.Column{
		{Name: "ProjectId", Type: relation.Int, Of: "Id", Required: true, Doc: "The id of the project."},
		{Name: "ProjectKey", Type: relation.Text, Of: "ProjectKey", Required: true, Doc: "The key of the project, as in WEB."},
		{Name: "ProjectName", Type: relation.Text, Of: "Name", Required: true, Doc: "The name of the project."},
		{Name: "Id", Type: relation.Int, Path: "id", Required: true, Doc: "The id of the tag."},
		{Name: "Name", Type: relation.Text, Path: "name", Required: true, Doc: "The tag."},
	},
	Examples: []connector.Example{
		{
			Doc: "The tags of a project's wiki.",
			SQL: `SELECT Name FROM {source}.WikiTags WHERE ProjectKey = 'WEB' ORDER BY Name`,
		},
		{
			Doc: "Tags that several projects have.",
			SQL: `SELECT Name, string_agg(ProjectKey, ', ' ORDER BY ProjectKey) AS Projects FROM {source}.WikiTags GROUP BY Name HAVING count(*) > 1 ORDER BY Name`,
		},
	},
}
