package catalog

import (
	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

var issueParticipants = relation.Table{
	Name:     "IssueParticipants",
	Doc:      "One person who takes part in an issue: who created it, is to do it or commented on it. Asked per issue.",
	Parent:   "Issues",
	Path:     "/issues/{IssueId}/participants",
	Optional: []int{6},
	Key:      []string{"IssueId", "Id"},
	References: []connector.Reference{
		{Columns: []string{"IssueId"}, Table: "Issues", To: []string{"Id"}},
		{Columns: []string{"ProjectId"}, Table: "Projects", To: []string{"Id"}},
	},
	Columns: []relation.Column{
		{Name: "IssueId", Type: relation.Int, Of: "Id", Required: true, Doc: "The id of the issue."},
		{Name: "IssueKey", Type: relation.Text, Of: "IssueKey", Required: true, Doc: "The key of the issue, as in WEB-12."},
		{Name: "ProjectId", Type: relation.Int, Of: "ProjectId", Required: true, Doc: "The id of the issue's project."},
		{Name: "ProjectKey", Type: relation.Text, Of: "ProjectKey", Required: true, Doc: "The key of the issue's project."},
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
			Doc: "Who takes part in an issue.",
			SQL: `SELECT Name, MailAddress FROM {source}.IssueParticipants WHERE IssueKey = 'WEB-1' ORDER BY Name`,
		},
		{
			Doc: "In how many of the overdue issues each person takes part.",
			SQL: `SELECT p.Name, count(*) AS Issues FROM {source}.Issues i JOIN {source}.IssueParticipants p ON p.IssueId = i.Id WHERE i.StatusId <> 4 AND i.DueDate < current_date GROUP BY ALL ORDER BY Issues DESC`,
		},
	},
}
