package scarab

import "github.com/trackql/trackql/connector"

var activitySetsTable = table{
	name: "ActivitySets",
	doc:  "One activity set of an issue: what one person changed at one time. A set that several issues share has a row for each.",
	key:  []string{"File", "IssueId", "Id"},
	references: []connector.Reference{
		{Columns: []string{"File", "IssueId"}, Table: "Issues", To: []string{"File", "Id"}},
	},
	columns: []column{
		fileColumn,
		issueIDColumn,
		{
			name: "Id", required: true, needs: needs(setID), doc: "The id of the set, which issues that were changed together share. Empty where the file gives none.",
			text: func(r *row) ([]byte, bool) { return r.setID(r.at) },
		},
		{
			name: "Position", required: true, needs: needs(setID), doc: "The place of the set in its issue, from 1: the order in which sets are replayed.",
			number: func(r *row) (int64, bool) { return int64(r.at) + 1, true },
		},
		{
			name: "Type", needs: needs(setType), doc: "Create Issue, Edit Issue, Move Issue or Retotaling Issue Votes.",
			text: func(r *row) ([]byte, bool) { return r.filled(r.set().kind) },
		},
		{
			name: "CreatedBy", needs: needs(setBy), doc: "Who made the changes.",
			text: func(r *row) ([]byte, bool) { return r.filled(r.set().by) },
		},
		{
			name: "Created", needs: needs(setDate), doc: "When the changes were made.",
			instant: func(r *row) (int64, bool) { return instant(r.set().date) },
		},
		{
			name: "Activities", required: true, needs: needs(actID), doc: "How many activities the set has in this issue.",
			number: func(r *row) (int64, bool) { return int64(r.set().behind - r.set().first), true },
		},
		{
			name: "Reason", needs: needs(attData), doc: "The text of the set's own attachment: why the changes were made.",
			text: func(r *row) ([]byte, bool) {
				if r.set().attachment < 0 {
					return nil, false
				}
				return r.issue.text(r.issue.attachments[r.set().attachment].text(attData))
			},
		},
		{
			name: "AttachmentId", needs: needs(attID), doc: "The id of the set's own attachment, which may be listed with another issue.",
			text: func(r *row) ([]byte, bool) {
				if r.set().attachment < 0 {
					return nil, false
				}
				return r.filled(r.issue.attachments[r.set().attachment].text(attID))
			},
		},
	},
	examples: []connector.Example{
		{
			Doc: "Who changed how much, by month.",
			SQL: `SELECT date_trunc('month', Created) AS Month, CreatedBy, count(*) AS Sets FROM {source}.ActivitySets GROUP BY ALL ORDER BY Month, Sets DESC`,
		},
		{
			Doc: "Changes that concern several issues.",
			SQL: `SELECT File, Id, count(*) AS Issues, any_value(Reason) AS Reason FROM {source}.ActivitySets GROUP BY File, Id HAVING count(*) > 1 ORDER BY File, Id`,
		},
	},
	needs: needs(setID),
	next: func(r *row) bool {
		r.at++
		return int(r.at) < len(r.issue.sets)
	},
	count: func(s *survey) int64 { return s.sets },
}
