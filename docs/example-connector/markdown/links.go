package markdown

import "github.com/trackql/trackql/connector"

// linksTable has a row for each issue that another one waits for.
func linksTable() table {
	return table{
		Table: connector.Table{
			Name: "Links", Doc: "One row for each issue that another one waits for.",
			// BlockedBy is no reference: it may name an issue that is not there.
			Key: []string{"Issue", "BlockedBy"}, References: ofIssue(), StopsAtLimit: true,
			Columns: []connector.Column{
				issueColumn(),
				{Name: "BlockedBy", Type: text, Doc: "The issue that it waits for, as the file names it."},
			},
			Examples: []connector.Example{
				{Doc: "What each issue waits for.", SQL: "SELECT Issue, b.Id, b.Status FROM {source}.Links LEFT JOIN {source}.Issues b ON b.Id = BlockedBy"},
				{Doc: "What most others wait for.", SQL: "SELECT BlockedBy, count(*) AS waiting FROM {source}.Links GROUP BY ALL ORDER BY waiting DESC"},
			},
		},
		rows: func(i *issue) []row {
			var rows []row
			for _, other := range i.blockedBy {
				rows = append(rows, row{connector.TextOf(i.id), connector.TextOf(other)})
			}
			return rows
		},
	}
}
