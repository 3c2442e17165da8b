package catalog

import (
	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

var projectCustomFieldItems = relation.Table{
	Name:   "ProjectCustomFieldItems",
	Doc:    "One item that can be chosen in a custom field of kinds 5 to 8. It costs no request beside those for the fields.",
	Parent: "ProjectCustomFields",
	Inside: "items",
	Key:    []string{"CustomFieldId", "Id"},
	References: []connector.Reference{
		{Columns: []string{"ProjectId"}, Table: "Projects", To: []string{"Id"}},
		{Columns: []string{"CustomFieldId"}, Table: "ProjectCustomFields", To: []string{"Id"}},
	},
	Columns: []relation.Column{
		{Name: "ProjectId", Type: relation.Int, Of: "ProjectId", Required: true, Doc: "The id of the project."},
		{Name: "ProjectKey", Type: relation.Text, Of: "ProjectKey", Required: true, Doc: "The key of the project, as in WEB."},
		{Name: "ProjectName", Type: relation.Text, Of: "ProjectName", Required: true, Doc: "The name of the project."},
		{Name: "CustomFieldId", Type: relation.Int, Of: "Id", Required: true, Doc: "The id of the custom field."},
		{Name: "CustomFieldName", Type: relation.Text, Of: "Name", Required: true, Doc: "The name of the custom field."},
		{Name: "Id", Type: relation.Int, Path: "id", Required: true, Doc: "The id of the item, unique in its field."},
		{Name: "Name", Type: relation.Text, Path: "name", Required: true, Doc: "The name of the item."},
		{Name: "DisplayOrder", Type: relation.Int, Path: "displayOrder", Doc: "Its place in the field's list, from 0."},
	},
	Examples: []connector.Example{
		{
			Doc: "What can be chosen in a field.",
			SQL: `SELECT Name FROM {source}.ProjectCustomFieldItems WHERE ProjectKey = 'WEB' AND CustomFieldName = 'Channel' ORDER BY DisplayOrder`,
		},
		{
			Doc: "Items that no issue has.",
			SQL: `SELECT c.ProjectKey, c.CustomFieldName, c.Name FROM {source}.ProjectCustomFieldItems c LEFT JOIN {source}.IssueCustomFieldValues v ON v.FieldId = c.CustomFieldId AND v.ItemId = c.Id WHERE v.IssueId IS NULL ORDER BY 1, 2, 3`,
		},
	},
}
