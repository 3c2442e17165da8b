package catalog

import (
	"slices"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

var activities = relation.Table{
	Name:   "Activities",
	Doc:    "One thing that happened in the space, in a project that you take part in. All of them may be many: a condition on Type, or Id > that of an earlier query, saves requests.",
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
			Doc: "The issues that were deleted, and by whom.",
			SQL: `SELECT Created, CreatedUserName, ProjectKey || '-' || KeyId AS IssueKey FROM {source}.Activities WHERE Type = 4 ORDER BY Id DESC`,
		},
		{
			Doc: "The wiki pages that were changed, with how often.",
			SQL: `SELECT ProjectKey, Name, count(*) AS Times, max(Created) AS Last FROM {source}.Activities WHERE Type IN (5, 6) GROUP BY ALL ORDER BY Times DESC`,
		},
		{
			Doc: "The hours of the day at which people push.",
			SQL: `SELECT hour(Created) AS Hour, sum(RevisionCount) AS Commits FROM {source}.Activities WHERE Type = 12 GROUP BY ALL ORDER BY Hour`,
		},
	},
}
