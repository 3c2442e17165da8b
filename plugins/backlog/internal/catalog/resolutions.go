package catalog

import (
	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

var resolutions = relation.Table{
	Name: "Resolutions",
	Doc:  "One way in which an issue can be resolved.",
	Path: "/resolutions",
	Key:  []string{"Id"},
	Columns: []relation.Column{
		{Name: "Id", Type: relation.Int, Path: "id", Required: true, Doc: "The id of the resolution: 0 Fixed, 1 Won't fix, 2 Invalid, 3 Duplication, 4 Cannot reproduce."},
		{Name: "Name", Type: relation.Text, Path: "name", Required: true, Doc: "The name, in the language of the caller."},
	},
	Examples: []connector.Example{
		{
			Doc: "The resolutions.",
			SQL: `SELECT Id, Name FROM {source}.Resolutions ORDER BY Id`,
		},
		{
			Doc: "How the closed issues of a project were resolved.",
			SQL: `SELECT coalesce(r.Name, 'none') AS Resolution, count(*) AS Issues FROM {source}.Issues i LEFT JOIN {source}.Resolutions r ON r.Id = i.ResolutionId WHERE i.ProjectKey = 'WEB' AND i.StatusId = 4 GROUP BY ALL ORDER BY Issues DESC`,
		},
	},
}
