package scarab

import "github.com/trackql/trackql/connector"

var dependenciesTable = table{
	name: "Dependencies",
	doc:  "One dependency between two issues, in its state after the last activity on it.",
	key:  []string{"File", "Parent", "Child"},
	references: []connector.Reference{
		{Columns: []string{"File", "ParentId"}, Table: "Issues", To: []string{"File", "Id"}},
		{Columns: []string{"File", "ChildId"}, Table: "Issues", To: []string{"File", "Id"}},
	},
	kept: true,
	columns: []column{
		fileColumn,
		{
			name: "Parent", required: true, doc: "The issue that blocks, as the file names it.",
			text: func(r *row) ([]byte, bool) { return r.string(r.dependency().parent) },
		},
		{
			name: "Child", required: true, doc: "The issue that is blocked, as the file names it.",
			text: func(r *row) ([]byte, bool) { return r.string(r.dependency().child) },
		},
		{
			name: "ParentId", doc: "Issues.Id of the parent, found by id, else by key; NULL where there is no such issue.",
			text: func(r *row) ([]byte, bool) { return r.optional(r.dependency().parentID) },
		},
		{
			name: "ChildId", doc: "Issues.Id of the child, found by id, else by key; NULL where there is no such issue.",
			text: func(r *row) ([]byte, bool) { return r.optional(r.dependency().childID) },
		},
		{
			name: "Type", doc: "blocking, duplicate or non-blocking.",
			text: func(r *row) ([]byte, bool) { return r.optional(r.dependency().kind) },
		},
		{
			name: "Deleted", required: true, doc: "Whether the dependency was removed.",
			flag: func(r *row) (bool, bool) { return r.dependency().deleted, true },
		},
	},
	examples: []connector.Example{
		{
			Doc: "What blocks what.",
			SQL: `SELECT Parent, Child, Type FROM {source}.Dependencies WHERE NOT Deleted ORDER BY Parent, Child`,
		},
		{
			Doc: "All that each issue holds up, over any number of steps.",
			SQL: `WITH RECURSIVE held AS (SELECT File, ParentId AS Blocker, ChildId AS Held FROM {source}.Dependencies WHERE NOT Deleted UNION SELECT h.File, h.Blocker, d.ChildId FROM held h JOIN {source}.Dependencies d ON d.File = h.File AND d.ParentId = h.Held WHERE NOT d.Deleted) SELECT Blocker, count(*) AS Issues FROM held GROUP BY ALL ORDER BY Issues DESC, Blocker`,
		},
	},
	next: func(r *row) bool {
		r.at++
		return int(r.at) < len(r.survey.dependencies)
	},
	count: func(s *survey) int64 { return int64(len(s.dependencies)) },
}
