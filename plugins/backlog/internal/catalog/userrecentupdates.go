package catalog

import (
	"slices"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

var userRecentUpdates = relation.Table{
	Name:   "UserRecentUpdates",
	Doc:    "One thing that a person did. Asked per person. Without a condition on UserId all people are asked for, which needs the rights of an administrator.",
	Parent: "Users",
	Path:   "/users/{UserId}/activities",
	Paging: relation.ByMinID,
	Key:    []string{"Id"},
	References: []connector.Reference{
		{Columns: []string{"UserId"}, Table: "Users", To: []string{"Id"}},
	},
	Columns: slices.Concat([]relation.Column{
		{Name: "Id", Type: relation.Int, Path: "id", Required: true, Doc: "The id of the activity; later ones have higher ids.", Filter: relation.Filter{How: relation.Span}},
		{Name: "UserId", Type: relation.Int, Of: "Id", Required: true, Doc: "The number of the person: Users.Id."},
		{Name: "UserName", Type: relation.Text, Of: "Name", Doc: "The name of the person."},
		{Name: "ProjectId", Type: relation.Int, Path: "project.id", Doc: "The id of the project.", Filter: relation.Filter{Of: relation.Projects}},
		{Name: "ProjectKey", Type: relation.Text, Path: "project.projectKey", Doc: "The key of the project, as in WEB."},
		{Name: "ProjectName", Type: relation.Text, Path: "project.name", Doc: "The name of the project."},
	}, happened),
	Examples: []connector.Example{
		{
			Doc: "What a person did today.",
			SQL: `SELECT Created, ProjectKey, Type, Summary FROM {source}.UserRecentUpdates WHERE UserId = 1 AND Created >= current_date ORDER BY Id`,
		},
		{
			Doc: "In which projects a person commented.",
			SQL: `SELECT ProjectKey, count(*) AS Comments FROM {source}.UserRecentUpdates WHERE UserId = 1 AND Type = 3 GROUP BY ALL ORDER BY Comments DESC`,
		},
	},
}
