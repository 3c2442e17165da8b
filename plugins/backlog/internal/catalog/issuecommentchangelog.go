package catalog

import (
	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

var issueCommentChangeLog = relation.Table{
	Name:   "IssueCommentChangeLog",
	Doc:    "One change of one field, made with a comment or instead of one: the history of an issue. It costs no request beside those for the comments.",
	Parent: "IssueComments",
	Inside: "changeLog",
	Key:    []string{"CommentId", "Position"},
	References: []connector.Reference{
		{Columns: []string{"CommentId"}, Table: "IssueComments", To: []string{"Id"}},
		{Columns: []string{"IssueId"}, Table: "Issues", To: []string{"Id"}},
		{Columns: []string{"ProjectId"}, Table: "Projects", To: []string{"Id"}},
	},
	Columns: []relation.Column{
		{Name: "CommentId", Type: relation.Int, Of: "Id", Required: true, Doc: "The id of the comment."},
		{Name: "IssueId", Type: relation.Int, Of: "IssueId", Required: true, Doc: "The id of the issue."},
		{Name: "IssueKey", Type: relation.Text, Of: "IssueKey", Required: true, Doc: "The key of the issue, as in WEB-12."},
		{Name: "ProjectId", Type: relation.Int, Of: "ProjectId", Required: true, Doc: "The id of the issue's project."},
		{Name: "ProjectKey", Type: relation.Text, Of: "ProjectKey", Required: true, Doc: "The key of the issue's project."},
		{Name: "Position", Type: relation.Int, Position: true, Required: true, Doc: "The place of the change among those made at once, from 1."},
		{Name: "Field", Type: relation.Text, Path: "field", Doc: "What was changed: summary, description, component (a category), version, milestone, status, assigner (the assignee), issueType, startDate, limitDate (the due date), priority, resolution, estimatedHours, actualHours, parentIssue, notification, attachment, commit, or a custom field."},
		{Name: "OriginalValue", Type: relation.Text, Path: "originalValue", Doc: "The value before, as people read it."},
		{Name: "NewValue", Type: relation.Text, Path: "newValue", Doc: "The value afterwards, as people read it."},
		{Name: "CustomFieldId", Type: relation.Int, Path: "attributeInfo.id", Doc: "The id of the custom field that was changed."},
		{Name: "CustomFieldTypeId", Type: relation.Int, Path: "attributeInfo.typeId", Doc: "The kind of that custom field: see ProjectCustomFields.TypeId."},
		{Name: "AttachmentId", Type: relation.Int, Path: "attachmentInfo.id", Doc: "The id of the file that was attached or removed."},
		{Name: "AttachmentType", Type: relation.Text, Path: "attachmentInfo.type", Doc: "Where the file is from."},
		{Name: "AttachmentName", Type: relation.Text, Path: "attachmentInfo.name", Doc: "The name of the file, where the server gives it."},
		{Name: "NotificationType", Type: relation.Text, Path: "notificationInfo.type", Doc: "What people were told of, as in issue.create."},
		{Name: "CreatedUserId", Type: relation.Int, Of: "CreatedUserId", Doc: "The id of the person who made the change."},
		{Name: "CreatedUserName", Type: relation.Text, Of: "CreatedUserName", Doc: "The name of the person who made the change."},
		{Name: "Created", Type: relation.Timestamp, Of: "Created", Required: true, Doc: "When the change was made."},
	},
	Examples: []connector.Example{
		{
			Doc: "How an issue went through the workflow.",
			SQL: `SELECT Created, CreatedUserName, OriginalValue, NewValue FROM {source}.IssueCommentChangeLog WHERE IssueKey = 'WEB-1' AND Field = 'status' ORDER BY CommentId, Position`,
		},
		{
			Doc: "How long the issues of a milestone took from their creation until they were closed.",
			SQL: `SELECT i.IssueKey, max(date_diff('day', i.Created, l.Created)) AS Days FROM {source}.Issues i JOIN {source}.IssueCommentChangeLog l ON l.IssueId = i.Id WHERE i.ProjectKey = 'WEB' AND i.StatusId = 4 AND i.MilestoneNames = 'v1.0' AND l.Field = 'status' GROUP BY ALL ORDER BY Days DESC`,
		},
	},
}
