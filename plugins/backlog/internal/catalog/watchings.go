package catalog

import (
	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

var watchings = relation.Table{
	Name:   "Watchings",
	Doc:    "One issue that a person watches. Asked per person. Without a condition on UserId all people are asked for, which needs the rights of an administrator.",
	Parent: "Users",
	Path:   "/users/{UserId}/watchings",
	Paging: relation.Offset,
	Query:  "sort=created&order=asc",
	Count:  "/users/{UserId}/watchings/count",
	Key:    []string{"Id"},
	References: []connector.Reference{
		{Columns: []string{"UserId"}, Table: "Users", To: []string{"Id"}},
	},
	Columns: []relation.Column{
		{Name: "Id", Type: relation.Int, Path: "id", Required: true, Doc: "The id of the watching."},
		{Name: "UserId", Type: relation.Int, Of: "Id", Required: true, Doc: "The number of the person: Users.Id."},
		{Name: "UserName", Type: relation.Text, Of: "Name", Doc: "The name of the person."},
		{Name: "ResourceAlreadyRead", Type: relation.Bool, Path: "resourceAlreadyRead", Doc: "Whether the person has read the last change.", Filter: relation.Filter{How: relation.Flag, Param: "resourceAlreadyRead"}},
		{Name: "AlreadyRead", Type: relation.Bool, Path: "alreadyRead", Doc: "Whether the person has read it; older servers only."},
		{Name: "Note", Type: relation.Text, Path: "note", Doc: "What the person wrote down about it."},
		{Name: "Type", Type: relation.Text, Path: "type", Doc: "What is watched; issue at present."},
		{Name: "IssueId", Type: relation.Int, Path: "issue.id", Doc: "The id of the issue; its other values are in Issues."},
		{Name: "IssueKey", Type: relation.Text, Path: "issue.issueKey", Doc: "The key of the issue, as in WEB-12."},
		{Name: "ProjectId", Type: relation.Int, Path: "issue.projectId", Doc: "The id of the issue's project.", Filter: relation.Filter{Of: relation.Projects}},
		{Name: "Summary", Type: relation.Text, Path: "issue.summary", Doc: "The title of the issue."},
		{Name: "StatusId", Type: relation.Int, Path: "issue.status.id", Doc: "The id of the issue's status."},
		{Name: "StatusName", Type: relation.Text, Path: "issue.status.name", Doc: "The name of the issue's status."},
		{Name: "AssigneeId", Type: relation.Int, Path: "issue.assignee.id", Doc: "The id of the person who is to do it."},
		{Name: "AssigneeName", Type: relation.Text, Path: "issue.assignee.name", Doc: "The name of the person who is to do it."},
		{Name: "DueDate", Type: relation.Date, Path: "issue.dueDate", Doc: "The day by which it is to be done."},
		{Name: "IssueUpdated", Type: relation.Timestamp, Path: "issue.updated", Doc: "When the issue was changed last."},
		{Name: "LastContentUpdated", Type: relation.Timestamp, Path: "lastContentUpdated", Doc: "When what is watched was changed last."},
		{Name: "Created", Type: relation.Timestamp, Path: "created", Doc: "When the person began to watch it."},
		{Name: "Updated", Type: relation.Timestamp, Path: "updated", Doc: "When the watching was changed last."},
	},
	Examples: []connector.Example{
		{
			Doc: "What a person watches and has not read.",
			SQL: `SELECT IssueKey, Summary, LastContentUpdated FROM {source}.Watchings WHERE UserId = 1 AND ResourceAlreadyRead = false ORDER BY LastContentUpdated DESC`,
		},
		{
			Doc: "Open issues that a person watches, with who is to do them.",
			SQL: `SELECT w.IssueKey, i.StatusName, i.AssigneeName FROM {source}.Watchings w JOIN {source}.Issues i ON i.Id = w.IssueId WHERE w.UserId = 1 AND i.StatusId <> 4 ORDER BY w.IssueKey`,
		},
	},
}
