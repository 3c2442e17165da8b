package catalog

import (
	"slices"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

var spaceUpdates = relation.Table{
	Name:   "SpaceUpdates",
	Doc:    "One thing that happened in the space: the same rows as Activities, under the name that users of other drivers know.",
	Path:   "/space/activities",
	Paging: relation.ByMinID,
	Key:    []string{"Id"},
	Columns: slices.Concat([]relation.Column{
		{Name: "Id", Type: relation.Int, Path: "id", Required: true, Doc: "The id of the activity; later ones have higher ids.", Filter: relation.Filter{How: relation.Span}},
		{Name: "ProjectId", Type: relation.Int, Path: "project.id", Doc: "The id of the project.", Filter: relation.Filter{Of: relation.Projects}},
		{Name: "ProjectKey", Type: relation.Text, Path: "project.projectKey", Doc: "The key of the project, as in WEB."},
		{Name: "ProjectName", Type: relation.Text, Path: "project.name", Doc: "The name of the project."},
	}, happened),
	Examples: []connector.Example{
		{
			Doc: "Who was added to projects.",
			SQL: `SELECT Created, ProjectKey, CreatedUserName, Content FROM {source}.SpaceUpdates WHERE Type = 15 ORDER BY Id DESC`,
		},
		{
			Doc: "How busy each project is.",
			SQL: `SELECT ProjectKey, count(*) AS Updates, max(Created) AS Last FROM {source}.SpaceUpdates GROUP BY ALL ORDER BY Updates DESC`,
		},
	},
}
