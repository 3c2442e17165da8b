package catalog

import (
	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

var projectTeamMembers = relation.Table{
	Name:   "ProjectTeamMembers",
	Doc:    "One person of a team that takes part in a project. It costs no request beside those for the teams.",
	Parent: "ProjectTeams",
	Inside: "members",
	Key:    []string{"ProjectId", "TeamId", "Id"},
	References: []connector.Reference{
		{Columns: []string{"ProjectId"}, Table: "Projects", To: []string{"Id"}},
		{Columns: []string{"ProjectId", "TeamId"}, Table: "ProjectTeams", To: []string{"ProjectId", "Id"}},
		{Columns: []string{"Id"}, Table: "Users", To: []string{"Id"}},
	},
	Columns: []relation.Column{
		{Name: "ProjectId", Type: relation.Int, Of: "ProjectId", Required: true, Doc: "The id of the project."},
		{Name: "ProjectKey", Type: relation.Text, Of: "ProjectKey", Required: true, Doc: "The key of the project, as in WEB."},
		{Name: "ProjectName", Type: relation.Text, Of: "ProjectName", Required: true, Doc: "The name of the project."},
		{Name: "TeamId", Type: relation.Int, Of: "Id", Required: true, Doc: "The id of the team."},
		{Name: "TeamName", Type: relation.Text, Of: "Name", Required: true, Doc: "The name of the team."},
		{Name: "Id", Type: relation.Int, Path: "id", Required: true, Doc: "The id of the person."},
		{Name: "UserId", Type: relation.Text, Path: "userId", Doc: "The login id of the person, which other tables call Login; NULL for those who sign in with a Nulab account only."},
		{Name: "Name", Type: relation.Text, Path: "name", Doc: "The name of the person."},
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
			Doc: "Who takes part in a project through which team.",
			SQL: `SELECT TeamName, Name FROM {source}.ProjectTeamMembers WHERE ProjectKey = 'WEB' ORDER BY 1, 2`,
		},
		{
			Doc: "People who are in several teams of a project.",
			SQL: `SELECT ProjectKey, Name, string_agg(TeamName, ', ' ORDER BY TeamName) AS Teams FROM {source}.ProjectTeamMembers GROUP BY ProjectKey, Id, Name HAVING count(*) > 1 ORDER BY 1, 2`,
		},
	},
}
