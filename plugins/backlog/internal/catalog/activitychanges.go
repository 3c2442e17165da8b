package catalog

import (
	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

var activityChanges = relation.Table{
	Name:   "ActivityChanges",
	Doc:    "One change of one field, as the recent updates of a project tell of it: the history of all issues of a project for a request per hundred updates. It costs no request beside those for ProjectRecentUpdates.",
	Parent: "ProjectRecentUpdates",
	Inside: "content.changes",
	Key:    []string{"ActivityId", "Position"},
	References: []connector.Reference{
		{Columns: []string{"ActivityId"}, Table: "ProjectRecentUpdates", To: []string{"Id"}},
		{Columns: []string{"ProjectId"}, Table: "Projects", To: []string{"Id"}},
	},
	Columns: []relation.Column{
		{Name: "ActivityId", Type: relation.Int, Of: "Id", Required: true, Doc: "The id of the activity."},
		{Name: "ProjectId", Type: relation.Int, Of: "ProjectId", Required: true, Doc: "The id of the project."},
		{Name: "ProjectKey", Type: relation.Text, Of: "ProjectKey", Required: true, Doc: "The key of the project, as in WEB."},
		{Name: "ActivityType", Type: relation.Int, Of: "Type", Required: true, Doc: "What happened: see Activities.Type."},
		{Name: "IssueId", Type: relation.Int, Of: "IssueId", Doc: "The id of the issue; NULL where it is a pull request or several issues."},
		{Name: "KeyId", Type: relation.Int, Of: "KeyId", Doc: "The number of the issue in its project: the 12 of WEB-12."},
		{Name: "PullRequestId", Type: relation.Int, Of: "PullRequestId", Doc: "The id of the pull request; NULL where it is an issue."},
		{Name: "Position", Type: relation.Int, Position: true, Required: true, Doc: "The place of the change among those made at once, from 1."},
		{Name: "Field", Type: relation.Text, Path: "field", Doc: "What was changed: see IssueCommentChangeLog.Field."},
		{Name: "FieldText", Type: relation.Text, Path: "field_text", Doc: "The name of the field, as people read it."},
		{Name: "OldValue", Type: relation.Text, Path: "old_value", Doc: "The value before, often an id."},
		{Name: "NewValue", Type: relation.Text, Path: "new_value", Doc: "The value afterwards, often an id."},
		{Name: "ChangeType", Type: relation.Text, Path: "type", Doc: "standard, or custom of a custom field."},
		{Name: "CreatedUserId", Type: relation.Int, Of: "CreatedUserId", Doc: "The id of the person who made the change."},
		{Name: "CreatedUserName", Type: relation.Text, Of: "CreatedUserName", Doc: "The name of the person who made the change."},
		{Name: "Created", Type: relation.Timestamp, Of: "Created", Required: true, Doc: "When the change was made."},
	},
	Examples: []connector.Example{
		{
			Doc: "Which issues of a project were closed, and when.",
			SQL: `SELECT ProjectKey || '-' || KeyId AS IssueKey, Created, CreatedUserName FROM {source}.ActivityChanges WHERE ProjectKey = 'WEB' AND ActivityType IN (2, 3) AND Field = 'status' AND NewValue = '4' ORDER BY Created DESC`,
		},
		{
			Doc: "Which fields people change most.",
			SQL: `SELECT Field, count(*) AS Times FROM {source}.ActivityChanges WHERE ProjectKey = 'WEB' GROUP BY ALL ORDER BY Times DESC`,
		},
	},
}
