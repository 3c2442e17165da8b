package catalog

import (
	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

var priorities = relation.Table{
	Name: "Priorities",
	Doc:  "One priority that an issue can have.",
	Path: "/priorities",
	Key:  []string{"Id"},
	Columns: []relation.Column{
		{Name: "Id", Type: relation.Int, Path: "id", Required: true, Doc: "The id of the priority: 2 High, 3 Normal, 4 Low."},
		{Name: "Name", Type: relation.Text, Path: "name", Required: true, Doc: "The name, in the language of the caller."},
	},
	Examples: []connector.Example{
		{
			Doc: "The priorities.",
			SQL: `SELECT Id, Name FROM {source}.Priorities ORDER BY Id`,
		},
		{
			Doc: "How many open issues there are of each priority.",
			SQL: `SELECT p.Name, count(i.Id) AS Issues FROM {source}.Priorities p LEFT JOIN {source}.Issues i ON i.PriorityId = p.Id AND i.StatusId <> 4 GROUP BY p.Id, p.Name ORDER BY p.Id`,
		},
	},
}
