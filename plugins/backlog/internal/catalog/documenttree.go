package catalog

import (
	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

var documentTree = relation.Table{
	Name:     "DocumentTree",
	Doc:      "The trees of one project's documents: those in use and those thrown away.",
	Parent:   "Projects",
	Path:     "/documents/tree",
	Query:    "projectIdOrKey={ProjectId}",
	Optional: []int{6, 7},
	Key:      []string{"ProjectId"},
	References: []connector.Reference{
		{Columns: []string{"ProjectId"}, Table: "Projects", To: []string{"Id"}},
	},
	Columns: []relation.Column{
		{Name: "ProjectId", Type: relation.Int, Of: "Id", Required: true, Doc: "The id of the project."},
		{Name: "ProjectKey", Type: relation.Text, Of: "ProjectKey", Required: true, Doc: "The key of the project, as in WEB."},
		{Name: "ProjectName", Type: relation.Text, Of: "Name", Required: true, Doc: "The name of the project."},
		{Name: "ActiveTree", Type: relation.Text, Path: "activeTree", Doc: "The documents in use, as JSON: id, and children, each with id, name, emoji and children."},
		{Name: "TrashTree", Type: relation.Text, Path: "trashTree", Doc: "The documents thrown away, as JSON of the same form."},
	},
	Examples: []connector.Example{
		{
			Doc: "The uppermost documents of a project, in order.",
			SQL: `SELECT unnest(json_extract_string(ActiveTree, '$.children[*].name')) AS Title FROM {source}.DocumentTree WHERE ProjectKey = 'WEB'`,
		},
		{
			Doc: "How many documents lie uppermost in the bin of each project.",
			SQL: `SELECT ProjectKey, json_array_length(TrashTree, '$.children') AS Documents FROM {source}.DocumentTree ORDER BY Documents DESC`,
		},
	},
}
