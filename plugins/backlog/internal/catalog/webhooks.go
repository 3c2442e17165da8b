package catalog

import (
	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

var webhooks = relation.Table{
	Name:   "Webhooks",
	Doc:    "One address that a project tells of what happens in it. It needs the rights of an administrator of the project.",
	Parent: "Projects",
	Path:   "/projects/{ProjectId}/webhooks",
	Key:    []string{"Id"},
	References: []connector.Reference{
		{Columns: []string{"ProjectId"}, Table: "Projects", To: []string{"Id"}},
	},
	Columns: []relation.Column{
		{Name: "ProjectId", Type: relation.Int, Of: "Id", Required: true, Doc: "The id of the project."},
		{Name: "ProjectKey", Type: relation.Text, Of: "ProjectKey", Required: true, Doc: "The key of the project, as in WEB."},
		{Name: "ProjectName", Type: relation.Text, Of: "Name", Required: true, Doc: "The name of the project."},
		{Name: "Id", Type: relation.Int, Path: "id", Required: true, Doc: "The id of the webhook."},
		{Name: "Name", Type: relation.Text, Path: "name", Doc: "The name of the webhook."},
		{Name: "Description", Type: relation.Text, Path: "description", Doc: "What the webhook is for."},
		{Name: "HookUrl", Type: relation.Text, Path: "hookUrl", Doc: "The address that is told."},
		{Name: "AllEvent", Type: relation.Bool, Path: "allEvent", Doc: "Whether it is told of everything."},
		{Name: "ActivityTypeIds", Type: relation.Ints, Path: "activityTypeIds", Doc: "The kinds of activities that it is told of: see Activities.Type."},
		{Name: "CreatedUserId", Type: relation.Int, Path: "createdUser.id", Doc: "The id of the person who created the webhook."},
		{Name: "CreatedUserName", Type: relation.Text, Path: "createdUser.name", Doc: "The name of the person who created the webhook."},
		{Name: "CreatedUserLogin", Type: relation.Text, Path: "createdUser.userId", Doc: "The login id of the person who created the webhook; NULL for those who sign in with a Nulab account only."},
		{Name: "CreatedUserMailAddress", Type: relation.Text, Path: "createdUser.mailAddress", Doc: "The mail address of the person who created the webhook, where the caller may see it."},
		{Name: "Created", Type: relation.Timestamp, Path: "created", Doc: "When it was created."},
		{Name: "UpdatedUserId", Type: relation.Int, Path: "updatedUser.id", Doc: "The id of the person who changed the webhook last."},
		{Name: "UpdatedUserName", Type: relation.Text, Path: "updatedUser.name", Doc: "The name of the person who changed the webhook last."},
		{Name: "UpdatedUserLogin", Type: relation.Text, Path: "updatedUser.userId", Doc: "The login id of the person who changed the webhook last; NULL for those who sign in with a Nulab account only."},
		{Name: "UpdatedUserMailAddress", Type: relation.Text, Path: "updatedUser.mailAddress", Doc: "The mail address of the person who changed the webhook last, where the caller may see it."},
		{Name: "Updated", Type: relation.Timestamp, Path: "updated", Doc: "When it was changed last."},
	},
	Examples: []connector.Example{
		{
			Doc: "The webhooks of a project.",
			SQL: `SELECT Name, HookUrl, AllEvent FROM {source}.Webhooks WHERE ProjectKey = 'WEB' ORDER BY Name`,
		},
		{
			Doc: "Webhooks that are told of everything.",
			SQL: `SELECT ProjectKey, Name, HookUrl, UpdatedUserName FROM {source}.Webhooks WHERE AllEvent ORDER BY 1, 2`,
		},
	},
}
