package plantest

import (
	"strings"

	"github.com/apache/arrow-go/v18/arrow"

	"github.com/trackql/trackql/connector"
)

// Source is a source of the corpus.
type Source struct {
	Name   string
	Tables []connector.Table
}

// Types of columns, short enough to read a table at a glance.
var (
	text    = arrow.BinaryTypes.String
	integer = arrow.PrimitiveTypes.Int64
	boolean = arrow.FixedWidthTypes.Boolean
	instant = arrow.FixedWidthTypes.Timestamp_us
	day     = arrow.FixedWidthTypes.Date32
)

// Filters that many columns share.
var (
	key   = connector.Filters{connector.Eq: connector.Exact, connector.In: connector.Exact}
	loose = connector.Filters{connector.Eq: connector.Inexact, connector.In: connector.Inexact}
	span  = connector.Filters{
		connector.Eq: connector.Exact, connector.In: connector.Exact,
		connector.Lt: connector.Exact, connector.Le: connector.Exact,
		connector.Gt: connector.Exact, connector.Ge: connector.Exact,
	}
	none connector.Filters
)

// Sources returns the two sources of the corpus: pt, a file in which keys are
// found exactly and all else is read, and bl, a tracker's API that filters much
// in its own loose ways. Each call makes them anew.
func Sources() []Source {
	return []Source{
		{"pt", []connector.Table{ptIssues(), ptDependencies(), ptComments(), ptAttributeValues()}},
		{"bl", []connector.Table{blIssues(), blProjects(), blUsers(), blWorklogs(), blReadings(), blTickets()}},
	}
}

// shared are the sources behind Tables.
var shared = Sources()

// Tables finds a table of the corpus: the catalog for plan.Read. It always
// gives the same tables, which nobody may change.
func Tables(schema, table string) (*connector.Table, bool) {
	for _, s := range shared {
		if !strings.EqualFold(s.Name, schema) {
			continue
		}
		for i := range s.Tables {
			if strings.EqualFold(s.Tables[i].Name, table) {
				return &s.Tables[i], true
			}
		}
	}
	return nil, false
}

// Views returns saved queries that statements of the corpus use: name and text.
func Views() [][2]string {
	return [][2]string{
		{"OpenIssues", `SELECT Id, IssueKey, ProjectId, Summary, Created FROM bl.Issues WHERE Status <> 'Closed'`},
		{"Blockers", `SELECT i.Id, i.Summary, d.ChildId FROM pt.Issues i JOIN pt.Dependencies d ON d.ParentId = i.Id WHERE d.Type = 'blocking'`},
	}
}

func column(name string, t arrow.DataType, f connector.Filters) connector.Column {
	return connector.Column{Name: name, Type: t, Nullable: true, Filters: f}
}

func required(name string, t arrow.DataType, f connector.Filters) connector.Column {
	return connector.Column{Name: name, Type: t, Filters: f}
}

func sortable(c connector.Column) connector.Column {
	c.Sortable = true
	return c
}

func oneOf(c connector.Column, values ...string) connector.Column {
	for _, v := range values {
		c.Values = append(c.Values, connector.TextOf(v))
	}
	return c
}

func ptIssues() connector.Table {
	return connector.Table{
		Name: "Issues",
		Columns: []connector.Column{
			required("Id", text, key),
			required("Key", text, connector.Filters{
				connector.Eq: connector.Exact, connector.In: connector.Exact, connector.Prefix: connector.Exact,
			}),
			sortable(required("Number", integer, span)),
			required("Type", text, key),
			column("Module", text, none),
			required("File", text, key),
			column("CreatedBy", text, none),
			column("Created", instant, none),
			column("Modified", instant, none),
			column("Summary", text, none),
			column("Status", text, none),
			column("Assigned to", text, loose),
			column("担当者", text, key),
			column("優先度", text, none),
			column("ＩＤ", text, key),
		},
		Key:          []string{"File", "Id"},
		StopsAtLimit: true,
	}
}

func ptDependencies() connector.Table {
	return connector.Table{
		Name: "Dependencies",
		Columns: []connector.Column{
			required("File", text, key),
			required("Parent", text, none),
			required("Child", text, none),
			column("ParentId", text, key),
			column("ChildId", text, key),
			oneOf(required("Type", text, key), "blocking", "duplicate", "non-blocking"),
			required("Deleted", boolean, connector.Filters{connector.Eq: connector.Exact}),
		},
		Key: []string{"File", "Parent", "Child"},
	}
}

func ptComments() connector.Table {
	return connector.Table{
		Name: "Comments",
		Columns: []connector.Column{
			required("File", text, key),
			required("IssueId", text, key),
			column("Id", text, none),
			column("Text", text, none),
			column("CreatedBy", text, none),
			column("Created", instant, none),
			required("Deleted", boolean, none),
		},
	}
}

func ptAttributeValues() connector.Table {
	return connector.Table{
		Name: "AttributeValues",
		Columns: []connector.Column{
			required("IssueId", text, key),
			required("Attribute", text, none),
			oneOf(required("Kind", text, loose), "text", "option", "user"),
			column("Value", text, none),
		},
	}
}

func blIssues() connector.Table {
	person := arrow.StructOf(
		arrow.Field{Name: "Id", Type: integer, Nullable: true},
		arrow.Field{Name: "Name", Type: text, Nullable: true},
	)
	return connector.Table{
		Name: "Issues",
		Rows: 12_000,
		Columns: []connector.Column{
			sortable(required("Id", integer, key)),
			required("IssueKey", text, connector.Filters{connector.Eq: connector.Exact}),
			required("ProjectId", integer, key),
			required("Summary", text, connector.Filters{connector.Contains: connector.Inexact}),
			oneOf(required("Status", text, connector.Filters{connector.In: connector.Exact}),
				"Open", "In Progress", "Resolved", "Closed"),
			column("Priority", text, loose),
			column("Assignee", person, none),
			column("AssigneeId", integer, connector.Filters{
				connector.Eq: connector.Exact, connector.In: connector.Exact, connector.IsNull: connector.Exact,
			}),
			column("Categories", arrow.ListOf(text), none),
			sortable(required("Created", instant, connector.Filters{
				connector.Ge: connector.Inexact, connector.Le: connector.Inexact,
			})),
			sortable(required("Updated", instant, span)),
			column("DueDate", day, connector.Filters{
				connector.Ge: connector.Exact, connector.Le: connector.Exact, connector.IsNotNull: connector.Exact,
			}),
			column("EstimatedHours", arrow.PrimitiveTypes.Float64, none),
			column("ParentIssueId", integer, key),
			required("Archived", boolean, connector.Filters{connector.Eq: connector.Exact}),
		},
		Key:    []string{"Id"},
		Unique: [][]string{{"IssueKey"}},
	}
}

func blProjects() connector.Table {
	return connector.Table{
		Name: "Projects",
		Rows: 20,
		Columns: []connector.Column{
			required("Id", integer, key),
			required("ProjectKey", text, connector.Filters{
				connector.Eq: connector.Exact, connector.In: connector.Exact, connector.NotIn: connector.Exact,
			}),
			required("Name", text, none),
			required("Archived", boolean, connector.Filters{connector.In: connector.Exact}),
		},
		Key: []string{"Id"},
	}
}

func blUsers() connector.Table {
	return connector.Table{
		Name: "Users",
		Columns: []connector.Column{
			required("Id", integer, none),
			required("Name", text, none),
			column("Mail", text, none),
		},
		Key: []string{"Id"},
	}
}

func blWorklogs() connector.Table {
	return connector.Table{
		Name: "Worklogs",
		Columns: []connector.Column{
			required("Id", integer, none),
			required("IssueId", integer, key),
			column("UserId", integer, connector.Filters{connector.In: connector.Inexact}),
			column("Hours", arrow.PrimitiveTypes.Float64, none),
			column("Day", day, span),
		},
		Key: []string{"Id"},
	}
}

// blReadings has a column of each type of constants, with every filter.
func blReadings() connector.Table {
	var every connector.Filters
	for op := range every {
		every[op] = connector.Exact
	}
	columns := []connector.Column{
		column("Tiny", arrow.PrimitiveTypes.Int8, every),
		column("Small", arrow.PrimitiveTypes.Int16, every),
		column("Size", arrow.PrimitiveTypes.Int32, every),
		column("Number", integer, every),
		column("Unsigned", arrow.PrimitiveTypes.Uint64, every),
		column("Huge", &arrow.Decimal128Type{Precision: 38, Scale: 0}, every),
		column("Cost", &arrow.Decimal128Type{Precision: 12, Scale: 2}, every),
		column("Ratio", arrow.PrimitiveTypes.Float32, every),
		column("Score", arrow.PrimitiveTypes.Float64, every),
		column("Done", boolean, every),
		column("Name", text, every),
		column("Raw", arrow.BinaryTypes.Binary, every),
		column("Day", day, every),
		column("Clock", arrow.FixedWidthTypes.Time64us, every),
		column("Moment", instant, every),
		column("Local", &arrow.TimestampType{Unit: arrow.Microsecond}, every),
		column("Seconds", &arrow.TimestampType{Unit: arrow.Second}, every),
		column("Millis", &arrow.TimestampType{Unit: arrow.Millisecond}, every),
		column("Nanos", &arrow.TimestampType{Unit: arrow.Nanosecond}, every),
	}
	return connector.Table{Name: "Readings", Columns: columns}
}

// blTickets is a table with further columns.
func blTickets() connector.Table {
	return connector.Table{
		Name: "Tickets",
		Columns: []connector.Column{
			sortable(required("Id", integer, key)),
			required("Project", text, key),
			column("Summary", text, loose),
		},
		Key:   []string{"Id"},
		Wider: true,
	}
}
