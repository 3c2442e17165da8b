package catalog

import (
	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

var users = relation.Table{
	Name: "Users",
	Doc:  "One person of the space. It needs the rights of an administrator; others find people in ProjectUsers.",
	Path: "/users",
	Key:  []string{"Id"},
	Columns: []relation.Column{
		{Name: "Id", Type: relation.Int, Path: "id", Required: true, Doc: "The id of the person.", Filter: relation.Filter{How: relation.Here}},
		{Name: "UserId", Type: relation.Text, Path: "userId", Doc: "The login id of the person, which other tables call Login; NULL for those who sign in with a Nulab account only."},
		{Name: "Name", Type: relation.Text, Path: "name", Doc: "The name of the person.", Filter: relation.Filter{How: relation.Here}},
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
			Doc: "Who may do what.",
			SQL: `SELECT Name, RoleType, MailAddress FROM {source}.Users ORDER BY RoleType, Name`,
		},
		{
			Doc: "Who has not signed in for 90 days.",
			SQL: `SELECT Name, MailAddress, LastLoginTime FROM {source}.Users WHERE LastLoginTime < now() - INTERVAL 90 DAY ORDER BY LastLoginTime`,
		},
	},
}
