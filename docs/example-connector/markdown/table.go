package markdown

import (
	"github.com/apache/arrow-go/v18/arrow"

	"github.com/trackql/trackql/connector"
)

// table is what a table declares, and how an issue becomes rows of it.
type table struct {
	connector.Table
	rows func(i *issue) []row
}

// row holds a value for each column, in the order of Table.Columns.
type row []connector.Value

// tables are all tables, in the order in which to list them.
func tables() []table {
	return []table{issuesTable(), labelsTable(), commentsTable(), linksTable()}
}

// The types of columns.
var (
	text   = arrow.BinaryTypes.String
	number = arrow.PrimitiveTypes.Int64
	date   = arrow.FixedWidthTypes.Date32
	moment = arrow.FixedWidthTypes.Timestamp_us // an instant, in UTC
)

// How well columns are filtered. What is not named here is Unsupported: to
// apply it, the file would have to be read whole in any case, and then the
// engine does it as well.
var (
	// byName: the id is the file's name, so that no other file is opened.
	byName = connector.Filters{
		connector.Eq: connector.Exact, connector.In: connector.Exact, connector.Prefix: connector.Exact,
	}
	// bySearch: a file that does not hold the text is not taken apart. Inexact,
	// because the text may be found in another part of the file. It is right
	// for columns that show the file's own bytes, and for no others.
	bySearch = connector.Filters{connector.Contains: connector.Inexact}
)

// issueColumn is the column of the issue that a row belongs to.
func issueColumn() connector.Column {
	return connector.Column{
		Name: "Issue", Type: text, Filters: byName, Sortable: true,
		Doc: "The issue: Issues.Id.",
	}
}

// ofIssue is the reference of issueColumn.
func ofIssue() []connector.Reference {
	return []connector.Reference{{Columns: []string{"Issue"}, Table: "Issues", To: []string{"Id"}}}
}
