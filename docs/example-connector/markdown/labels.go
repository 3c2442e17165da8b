package markdown

import "github.com/trackql/trackql/connector"

// labelsTable has a row for each label of an issue.
func labelsTable() table {
	return table{
		Table: connector.Table{
			Name: "Labels", Doc: "One row for each label of an issue.",
			Key: []string{"Issue", "Label"}, References: ofIssue(), StopsAtLimit: true,
			Columns: []connector.Column{
				issueColumn(),
				{Name: "Label", Type: text, Doc: "The label."},
			},
			Examples: []connector.Example{
				{Doc: "The labels, the most frequent first.", SQL: "SELECT Label, count(*) AS issues FROM {source}.Labels GROUP BY ALL ORDER BY issues DESC"},
				{Doc: "The open bugs.", SQL: "SELECT Id, Title FROM {source}.Issues JOIN {source}.Labels ON Issue = Id WHERE Label = 'bug' AND Status = 'open'"},
			},
		},
		rows: func(i *issue) []row {
			var rows []row
			for _, label := range i.labels {
				rows = append(rows, row{connector.TextOf(i.id), connector.TextOf(label)})
			}
			return rows
		},
	}
}
