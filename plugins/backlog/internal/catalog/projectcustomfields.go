package catalog

import (
	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

var projectCustomFields = relation.Table{
	Name:   "ProjectCustomFields",
	Doc:    "One custom field that issues of a project have. Their values are further columns of Issues, and rows of IssueCustomFieldValues.",
	Parent: "Projects",
	Path:   "/projects/{ProjectId}/customFields",
	Key:    []string{"Id"},
	References: []connector.Reference{
		{Columns: []string{"ProjectId"}, Table: "Projects", To: []string{"Id"}},
	},
	Columns: []relation.Column{
		{Name: "ProjectId", Type: relation.Int, Of: "Id", Required: true, Doc: "The id of the project."},
		{Name: "ProjectKey", Type: relation.Text, Of: "ProjectKey", Required: true, Doc: "The key of the project, as in WEB."},
		{Name: "ProjectName", Type: relation.Text, Of: "Name", Required: true, Doc: "The name of the project."},
		{Name: "Id", Type: relation.Int, Path: "id", Required: true, Doc: "The id of the custom field."},
		{Name: "Name", Type: relation.Text, Path: "name", Required: true, Doc: "The name of the custom field."},
		{Name: "TypeId", Type: relation.Int, Path: "typeId", Required: true, Doc: "The kind of the field: 1 text, 2 text of several lines, 3 number, 4 date, 5 list, 6 list of several values, 7 check boxes, 8 radio buttons."},
		{Name: "Description", Type: relation.Text, Path: "description", Doc: "What the field is for."},
		{Name: "Required", Type: relation.Bool, Path: "required", Doc: "Whether an issue must have a value."},
		{Name: "UseIssueType", Type: relation.Bool, Path: "useIssueType", Doc: "Whether only issues of some types have the field."},
		{Name: "ApplicableIssueTypes", Type: relation.Ints, Path: "applicableIssueTypes", Doc: "The ids of the issue types that have the field; none: all of them."},
		{Name: "DisplayOrder", Type: relation.Int, Path: "displayOrder", Doc: "Its place in the project's list."},
		{Name: "Version", Type: relation.Int, Path: "version", Doc: "How often the definition was changed."},
		{Name: "Min", Type: relation.Text, Path: "min", Doc: "The smallest number or the first day that is allowed, for kinds 3 and 4."},
		{Name: "Max", Type: relation.Text, Path: "max", Doc: "The largest number or the last day that is allowed, for kinds 3 and 4."},
		{Name: "InitialValue", Type: relation.Float, Path: "initialValue", Doc: "The number that new issues have, for kind 3."},
		{Name: "Unit", Type: relation.Text, Path: "unit", Doc: "The unit of the number, for kind 3."},
		{Name: "InitialDateId", Type: relation.Int, Path: "initialDate.id", Doc: "How the day of new issues is found, for kind 4: 1 today, 2 today and InitialDateShift, 3 InitialDate."},
		{Name: "InitialDate", Type: relation.Date, Path: "initialDate.date", Doc: "The day that new issues have, for kind 4."},
		{Name: "InitialDateShift", Type: relation.Int, Path: "initialDate.shift", Doc: "How many days after today, for kind 4."},
		{Name: "AllowAddItem", Type: relation.Bool, Path: "allowAddItem", Doc: "Whether people may add items while they edit an issue, for kinds 5 to 8."},
		{Name: "AllowInput", Type: relation.Bool, Path: "allowInput", Doc: "Whether people may write something beside the items, for kinds 7 and 8."},
	},
	Examples: []connector.Example{
		{
			Doc: "The custom fields of a project, in order.",
			SQL: `SELECT Name, TypeId, Required, Unit FROM {source}.ProjectCustomFields WHERE ProjectKey = 'WEB' ORDER BY DisplayOrder, Id`,
		},
		{
			Doc: "Fields of one name that are of several kinds.",
			SQL: `SELECT lower(Name) AS Field, string_agg(ProjectKey || ': ' || TypeId, ', ' ORDER BY ProjectKey) AS Kinds FROM {source}.ProjectCustomFields GROUP BY 1 HAVING count(DISTINCT TypeId) > 1 ORDER BY 1`,
		},
	},
}
