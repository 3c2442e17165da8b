package catalog

import (
	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

var teams = relation.Table{
	Name:   "Teams",
	Doc:    "One team of the space. Spaces on Nulab's newer plans keep teams elsewhere, and refuse.",
	Path:   "/teams",
	Paging: relation.Offset,
	Query:  "order=asc",
	Key:    []string{"Id"},
	Columns: []relation.Column{
		{Name: "Id", Type: relation.Int, Path: "id", Required: true, Doc: "The id of the team."},
		{Name: "Name", Type: relation.Text, Path: "name", Required: true, Doc: "The name of the team."},
		{Name: "DisplayOrder", Type: relation.Int, Path: "displayOrder", Doc: "The place of the team in lists."},
		{Name: "CreatedUserId", Type: relation.Int, Path: "createdUser.id", Doc: "The id of the person who created the team."},
		{Name: "CreatedUserName", Type: relation.Text, Path: "createdUser.name", Doc: "The name of the person who created the team."},
		{Name: "CreatedUserLogin", Type: relation.Text, Path: "createdUser.userId", Doc: "The login id of the person who created the team; NULL for those who sign in with a Nulab account only."},
		{Name: "CreatedUserMailAddress", Type: relation.Text, Path: "createdUser.mailAddress", Doc: "The mail address of the person who created the team, where the caller may see it."},
		{Name: "Created", Type: relation.Timestamp, Path: "created", Doc: "When it was created."},
		{Name: "UpdatedUserId", Type: relation.Int, Path: "updatedUser.id", Doc: "The id of the person who changed the team last."},
		{Name: "UpdatedUserName", Type: relation.Text, Path: "updatedUser.name", Doc: "The name of the person who changed the team last."},
		{Name: "UpdatedUserLogin", Type: relation.Text, Path: "updatedUser.userId", Doc: "The login id of the person who changed the team last; NULL for those who sign in with a Nulab account only."},
		{Name: "UpdatedUserMailAddress", Type: relation.Text, Path: "updatedUser.mailAddress", Doc: "The mail address of the person who changed the team last, where the caller may see it."},
		{Name: "Updated", Type: relation.Timestamp, Path: "updated", Doc: "When it was changed last."},
	},
	Examples: []connector.Example{
		{
			Doc: "The teams, with how many people they have.",
			SQL: `SELECT t.Name, count(m.Id) AS People FROM {source}.Teams t LEFT JOIN {source}.TeamMembers m ON m.TeamId = t.Id GROUP BY t.Id, t.Name ORDER BY People DESC`,
		},
		{
			Doc: "The teams that were created last.",
			SQL: `SELECT Name, Created, CreatedUserName FROM {source}.Teams ORDER BY Created DESC LIMIT 10`,
		},
	},
}
