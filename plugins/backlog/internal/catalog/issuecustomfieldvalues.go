package catalog

import (
	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

var issueCustomFieldValues = relation.Table{
	Name:   "IssueCustomFieldValues",
	Doc:    "One value of a custom field of an issue: a field with several values has several rows, one without a value has one row where it is NULL. It costs no request beside those for the issues.",
	Parent: "Issues",
	Inside: "customFields",
	Split:  "value",
	Key:    []string{"IssueId", "FieldId", "Position"},
	References: []connector.Reference{
		{Columns: []string{"IssueId"}, Table: "Issues", To: []string{"Id"}},
		{Columns: []string{"ProjectId"}, Table: "Projects", To: []string{"Id"}},
		{Columns: []string{"FieldId"}, Table: "ProjectCustomFields", To: []string{"Id"}},
	},
	Columns: []relation.Column{
		{Name: "IssueId", Type: relation.Int, Of: "Id", Required: true, Doc: "The id of the issue."},
		{Name: "IssueKey", Type: relation.Text, Of: "IssueKey", Required: true, Doc: "The key of the issue, as in WEB-12."},
		{Name: "ProjectId", Type: relation.Int, Of: "ProjectId", Required: true, Doc: "The id of the issue's project."},
		{Name: "ProjectKey", Type: relation.Text, Of: "ProjectKey", Required: true, Doc: "The key of the issue's project."},
		{Name: "FieldId", Type: relation.Int, Path: "id", Required: true, Doc: "The id of the custom field."},
		{Name: "FieldName", Type: relation.Text, Path: "name", Required: true, Doc: "The name of the custom field."},
		{Name: "FieldTypeId", Type: relation.Int, Path: "fieldTypeId", Required: true, Doc: "The kind of the field: 1 text, 2 text of several lines, 3 number, 4 date, 5 list, 6 list of several values, 7 check boxes, 8 radio buttons."},
		{Name: "Position", Type: relation.Int, Position: true, Required: true, Doc: "The place of the value among those of the field, from 1."},
		{Name: "Value", Type: relation.Text, Path: "value.name", Else: "value", Doc: "The value as text, whatever the kind: of a list, the name of the item."},
		{Name: "NumberValue", Type: relation.Float, Path: "value", When: "fieldTypeId", Is: []int64{3}, Doc: "The value of a field of kind 3."},
		{Name: "DateValue", Type: relation.Date, Path: "value", When: "fieldTypeId", Is: []int64{4}, Doc: "The value of a field of kind 4."},
		{Name: "ItemId", Type: relation.Int, Path: "value.id", Doc: "The id of the item, for kinds 5 to 8."},
		{Name: "ItemDisplayOrder", Type: relation.Int, Path: "value.displayOrder", Doc: "The place of the item in the field's list."},
		{Name: "OtherValue", Type: relation.Text, Path: "otherValue", Doc: "What was written beside the items, for kinds 7 and 8."},
	},
	Examples: []connector.Example{
		{
			Doc: "The custom fields of an issue.",
			SQL: `SELECT FieldName, Value, OtherValue FROM {source}.IssueCustomFieldValues WHERE IssueKey = 'WEB-1' ORDER BY FieldId, Position`,
		},
		{
			Doc: "How often each value of a field occurs.",
			SQL: `SELECT Value, count(*) AS Issues FROM {source}.IssueCustomFieldValues WHERE ProjectKey = 'WEB' AND FieldName = 'Channel' GROUP BY ALL ORDER BY Issues DESC`,
		},
	},
}
