package catalog

import (
	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

var projectAdministrators = relation.Table{
	Name:   "ProjectAdministrators",
	Doc:    "One person who administers a project.",
	Parent: "Projects",
	Path:   "/projects/{ProjectId}/administrators",
	Key:    []string{"ProjectId", "Id"},
	References: []connector.Reference{
		{Columns: []string{"ProjectId"}, Table: "Projects", To: []string{"Id"}},
		{Columns: []string{"Id"}, Table: "Users", To: []string{"Id"}},
	},
	Columns: []relation.Column{
		{Name: "ProjectId", Type: relation.Int, Of: "Id", Required: true, Doc: "The id of the project."},
		{Name: "ProjectKey", Type: relation.Text, Of: "ProjectKey", Required: true, Doc: "The key of the project, as in WEB."},
		{Name: "ProjectName", Type: relation.Text, Of: "Name", Required: true, Doc: "The name of the project."},
		{Name: "Id", Type: relation.Int, Path: "id", Required: true, Doc: "The id of the administrator."},
		{Name: "UserId", Type: relation.Text, Path: "userId", Doc: "The login id of the administrator, which other tables call Login; NULL for those who sign in with a Nulab account only."},
		{Name: "Name", Type: relation.Text, Path: "name", Doc: "The name of the administrator."},
		{Name: "RoleType", Type: relation.Int, Path: "roleType", Doc: "What the person may do: 1 administrator, 2 normal user, 3 reporter, 4 viewer, 5 guest reporter, 6 guest viewer; on newer plans 1 to 4 only."},
		{Name: "Lang", Type: relation.Text, Path: "lang", Doc: "The language that the person has chosen: ja or en. NULL where none was chosen."},
		{Name: "MailAddress", Type: relation.Text, Path: "mailAddress", Doc: "The mail address, where the caller may see it."},
		{Name: "LastLoginTime", Type: relation.Timestamp, Path: "lastLoginTime", Doc: "When the person signed in last, where the caller may see it."},
		{Name: "NulabId", Type: relation.Text, Path: "nulabAccount.nulabId", Doc: "The id of the Nulab account. NULL where there is none."},
		{Name: "NulabAccountName", Type: relation.Text, Path: "nulabAccount.name", Doc: "The name of the Nulab account."},
		{Name: "NulabUniqueId", Type: relation.Text, Path: "nulabAccount.uniqueId", Doc: "The unique name that the person chose for the Nulab account."},
	},
	Examples: []connector.Example{
		{
			Doc: "Who administers a project.",
			SQL: `SELECT Name, MailAddress FROM {source}.ProjectAdministrators WHERE ProjectKey = 'WEB' ORDER BY Name`,
		},
		{
			Doc: "Projects without an administrator.",
			SQL: `SELECT p.ProjectKey, p.Name FROM {source}.Projects p ANTI JOIN {source}.ProjectAdministrators a ON a.ProjectId = p.Id WHERE NOT p.Archived ORDER BY 1`,
		},
	},
}
