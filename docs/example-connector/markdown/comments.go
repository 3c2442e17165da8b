package markdown

import "github.com/trackql/trackql/connector"

// commentsTable has a row for each comment on an issue.
func commentsTable() table {
	return table{
		Table: connector.Table{
			Name: "Comments", Doc: "One row for each comment on an issue.",
			Key: []string{"Issue", "Number"}, References: ofIssue(), StopsAtLimit: true,
			Columns: []connector.Column{
				issueColumn(),
				{Name: "Number", Type: number, Doc: "Its place among the comments on the issue, from 1."},
				{Name: "Author", Type: text, Nullable: true, Doc: "Who wrote it."},
				{Name: "Created", Type: moment, Nullable: true, Doc: "When it was written."},
				{Name: "Text", Type: text, Nullable: true, Filters: bySearch, Doc: "What it says, in Markdown."},
			},
			Examples: []connector.Example{
				{Doc: "The latest comments.", SQL: "SELECT * FROM {source}.Comments ORDER BY Created DESC NULLS LAST LIMIT 10"},
				{Doc: "Issues that nobody has commented on.", SQL: "SELECT Id, Title FROM {source}.Issues ANTI JOIN {source}.Comments ON Issue = Id"},
			},
		},
		rows: func(i *issue) []row {
			var rows []row
			for n, c := range i.comments {
				rows = append(rows, row{connector.TextOf(i.id), connector.IntOf(int64(n) + 1), c.author, c.created, c.text})
			}
			return rows
		},
	}
}
