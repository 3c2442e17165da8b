package catalog

import (
	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

var space = relation.Table{
	Name: "Space",
	Doc:  "The space: one row.",
	Path: "/space",
	Key:  []string{"SpaceKey"},
	Columns: []relation.Column{
		{Name: "SpaceKey", Type: relation.Text, Path: "spaceKey", Required: true, Doc: "The key of the space: the first part of its address."},
		{Name: "Name", Type: relation.Text, Path: "name", Doc: "The name of the space."},
		{Name: "OwnerId", Type: relation.Int, Path: "ownerId", Doc: "The id of the person who owns the space."},
		{Name: "Lang", Type: relation.Text, Path: "lang", Doc: "The language of the space: ja or en."},
		{Name: "Timezone", Type: relation.Text, Path: "timezone", Doc: "The time zone of the space, as in Asia/Tokyo."},
		{Name: "ReportSendTime", Type: relation.Text, Path: "reportSendTime", Doc: "The time of day at which reports are sent, in that zone."},
		{Name: "TextFormattingRule", Type: relation.Text, Path: "textFormattingRule", Doc: "The notation of texts in new projects: backlog or markdown."},
		{Name: "Created", Type: relation.Timestamp, Path: "created", Doc: "When the space was created."},
		{Name: "Updated", Type: relation.Timestamp, Path: "updated", Doc: "When the space was changed last."},
	},
	Examples: []connector.Example{
		{
			Doc: "What space this is.",
			SQL: `SELECT SpaceKey, Name, Timezone, Created FROM {source}.Space`,
		},
		{
			Doc: "Who owns it.",
			SQL: `SELECT s.Name, u.Name AS Owner, u.MailAddress FROM {source}.Space s JOIN {source}.Users u ON u.Id = s.OwnerId`,
		},
	},
}
