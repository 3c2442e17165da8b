package scarab

import "github.com/trackql/trackql/connector"

var usersTable = table{
	name: "Users",
	doc:  "One name of a user in one role.",
	key:  []string{"File", "Name", "Role"},
	kept: true,
	columns: []column{
		fileColumn,
		{
			name: "Name", required: true, doc: "The login name.",
			text: func(r *row) ([]byte, bool) { return r.string(r.user().name) },
		},
		{
			name: "Role", required: true,
			among: []string{
				moduleOwner.String(), setAuthor.String(), attachmentAuthor.String(), attachmentEditor.String(), userValue.String(),
			},
			doc:  "As what the name was met: owner of the module; author of an activity set; attachment author and attachment editor; value of an attribute.",
			text: func(r *row) ([]byte, bool) { return r.string(r.user().role.String()) },
		},
		{
			name: "Times", required: true, doc: "How often the name was met in this role.",
			number: func(r *row) (int64, bool) { return r.user().times, true },
		},
	},
	examples: []connector.Example{
		{Doc: "Everybody who is named, for a mapping to another tracker.", SQL: `SELECT DISTINCT Name FROM {source}.Users ORDER BY Name`},
		{
			Doc: "Who does most.",
			SQL: `SELECT Name, sum(Times) AS ActivitySets FROM {source}.Users WHERE Role = 'author' GROUP BY ALL ORDER BY ActivitySets DESC, Name`,
		},
	},
	next: func(r *row) bool {
		r.at++
		return int(r.at) < len(r.survey.users)
	},
	count: func(s *survey) int64 { return int64(len(s.users)) },
}
