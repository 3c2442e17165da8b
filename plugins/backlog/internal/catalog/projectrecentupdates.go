package catalog

import (
	"slices"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

var projectRecentUpdates = relation.Table{
	Name:   "ProjectRecentUpdates",
	Doc:    "One thing that happened in a project. Asked per project.",
	Parent: "Projects",
	Path:   "/projects/{ProjectId}/activities",
	Paging: relation.ByMinID,
	Key:    []string{"Id"},
	References: []connector.Reference{
		{Columns: []string{"ProjectId"}, Table: "Projects", To: []string{"Id"}},
	},
	Columns: slices.Concat([]relation.Column{
		{Name: "Id", Type: relation.Int, Path: "id", Required: true, Doc: "The id of the activity; later ones have higher ids.", Filter: relation.Filter{How: relation.Span}},
		{Name: "ProjectId", Type: relation.Int, Of: "Id", Required: true, Doc: "The id of the project."},
		{Name: "ProjectKey", Type: relation.Text, Of: "ProjectKey", Required: true, Doc: "The key of the project, as in WEB."},
		{Name: "ProjectName", Type: relation.Text, Of: "Name", Required: true, Doc: "The name of the project."},
	}, happened),
	Examples: []connector.Example{
		{
			Doc: "What happened in a project today.",
			SQL: `SELECT Created, CreatedUserName, Type, Summary FROM {source}.ProjectRecentUpdates WHERE ProjectKey = 'WEB' AND Created >= current_date ORDER BY Id`,
		},
		{
			Doc: "How many issues were created in a project each week.",
			SQL: `SELECT date_trunc('week', Created) AS Week, count(*) AS Issues FROM {source}.ProjectRecentUpdates WHERE ProjectKey = 'WEB' AND Type = 1 GROUP BY ALL ORDER BY Week`,
		},
	},
}
