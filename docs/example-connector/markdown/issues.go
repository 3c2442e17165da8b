package markdown

import "github.com/trackql/trackql/connector"

// issuesTable has a row for each file.
func issuesTable() table {
	return table{
		Table: connector.Table{
			Name: "Issues", Doc: "One row an issue, which is a file.",
			Key: []string{"Id"}, Unique: [][]string{{"File"}}, StopsAtLimit: true,
			Columns: []connector.Column{
				{Name: "Id", Type: text, Filters: byName, Sortable: true, Doc: "The file's name, without folder and .md."},
				{Name: "Title", Type: text, Doc: "What it is about, in a line."},
				{Name: "Status", Type: text, Nullable: true, Doc: "How far it is, in the team's own words."},
				{Name: "Assignee", Type: text, Nullable: true, Doc: "Who works on it."},
				{Name: "Created", Type: moment, Nullable: true, Doc: "When it was opened."},
				{Name: "Updated", Type: moment, Nullable: true, Doc: "When it was last changed, as the file says."},
				{Name: "Due", Type: date, Nullable: true, Doc: "The day by which it should be done."},
				{Name: "Body", Type: text, Nullable: true, Filters: bySearch, Doc: "The description, in Markdown, without the comments."},
				{Name: "File", Type: text, Doc: "The file, from the folder of Path, with slashes."},
			},
			Examples: []connector.Example{
				{Doc: "What is open, the most urgent first.", SQL: "SELECT Id, Title, Due FROM {source}.Issues WHERE Status = 'open' ORDER BY Due NULLS LAST"},
				{Doc: "How much everybody has to do.", SQL: "SELECT Assignee, count(*) AS issues FROM {source}.Issues WHERE Status <> 'done' GROUP BY ALL ORDER BY issues DESC"},
			},
		},
		rows: func(i *issue) []row {
			return []row{{
				connector.TextOf(i.id), i.title, i.status, i.assignee,
				i.created, i.updated, i.due, i.body, connector.TextOf(i.name),
			}}
		},
	}
}
