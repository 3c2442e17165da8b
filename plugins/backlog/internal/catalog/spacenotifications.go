package catalog

import (
	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

var spaceNotifications = relation.Table{
	Name: "SpaceNotifications",
	Doc:  "The notice that the space shows to everybody: one row.",
	Path: "/space/notification",
	Columns: []relation.Column{
		{Name: "Content", Type: relation.Text, Path: "content", Doc: "What it says."},
		{Name: "Updated", Type: relation.Timestamp, Path: "updated", Doc: "When it was written. NULL where there is none."},
	},
	Examples: []connector.Example{
		{
			Doc: "What the space tells everybody.",
			SQL: `SELECT Content, Updated FROM {source}.SpaceNotifications`,
		},
		{
			Doc: "Whether the notice is older than a month.",
			SQL: `SELECT Updated < now() - INTERVAL 1 MONTH AS Old FROM {source}.SpaceNotifications`,
		},
	},
}
