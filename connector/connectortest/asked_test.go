package connectortest_test

import (
	"github.com/apache/arrow-go/v18/arrow"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/connector/connectortest"
)

// searched is a table with a column that holds what it is compared with.
func searched() connectortest.MemoryTable {
	table := issues(72, connector.Exact)
	table.Table.Columns = append(table.Table.Columns, connector.Column{
		Name: "Keyword", Type: arrow.BinaryTypes.String, Nullable: true, Asked: true, Doc: "What to search for.",
		Filters: connector.Filters{connector.Eq: connector.Exact},
	})
	for i := range table.Rows {
		table.Rows[i] = append(table.Rows[i], nil)
	}
	return table
}

// askTitle marks a column of the issues, which has values of its own.
func askTitle(t *connector.Table) {
	c := column(t, "Title")
	c.Asked, c.Filters = true, connector.Filters{connector.Eq: connector.Exact}
}

var askedFlaws = map[string]flaw{
	"an asked column has values of its own": {
		promise: "asked", reason: "in a scan that does not compare it", make: describing(askTitle),
	},
	"an asked column is graded as others are": {
		promise: "tables", reason: "graded by Eq alone", also: []string{"asked"},
		make: describing(func(t *connector.Table) { column(t, "Title").Asked = true }),
	},
}
