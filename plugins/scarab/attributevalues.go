package scarab

import "github.com/trackql/trackql/connector"

var attributeValuesTable = table{
	name: "AttributeValues",
	doc:  "One value that an attribute of an issue has after the last activity set.",
	key:  []string{"File", "IssueId", "Attribute", "Value"},
	references: []connector.Reference{
		{Columns: []string{"File", "IssueId"}, Table: "Issues", To: []string{"File", "Id"}},
		{Columns: []string{"File", "IssueId", "ActivitySetId"}, Table: "ActivitySets", To: []string{"File", "IssueId", "Id"}},
	},
	columns: []column{
		fileColumn,
		issueIDColumn,
		{
			name: "Attribute", required: true, doc: "The name of the attribute, in the spelling in which the source has it first.",
			text: func(r *row) ([]byte, bool) { return r.string(r.attribute().name) },
		},
		{
			name: "Kind", required: true, among: []string{"text", "option", "user"},
			doc:  "text, option or user: what the values of the attribute are.",
			text: func(r *row) ([]byte, bool) { return r.string(r.attribute().kind().String()) },
		},
		{
			name: "Value", required: true, doc: "The value. An attribute of several values has a row for each.",
			text: func(r *row) ([]byte, bool) { return r.issue.bytes(r.value().text), true },
		},
		{
			name: "Position", required: true, doc: "The place of the value among those of the attribute, from 1, in the order of addition.",
			number: func(r *row) (int64, bool) { return int64(r.nth) + 1, true },
		},
		{
			name: "SetBy", needs: needs(setBy), doc: "Who gave the value.",
			text: func(r *row) ([]byte, bool) { return r.filled(r.issue.sets[r.value().set].by) },
		},
		{
			name: "Set", needs: needs(setDate), doc: "When the value was given.",
			instant: func(r *row) (int64, bool) { return instant(r.issue.sets[r.value().set].date) },
		},
		{
			name: "ActivitySetId", required: true, needs: needs(setID), doc: "The id of the activity set that gave the value.",
			text: func(r *row) ([]byte, bool) { return r.setID(r.value().set) },
		},
	},
	examples: []connector.Example{
		{
			Doc: "Which values each option attribute has, and how often.",
			SQL: `SELECT Attribute, Value, count(*) AS Issues FROM {source}.AttributeValues WHERE Kind = 'option' GROUP BY ALL ORDER BY Attribute, Issues DESC, Value`,
		},
		{
			Doc: "Who is named in how many issues, and as what.",
			SQL: `SELECT Value AS "User", Attribute, count(*) AS Issues FROM {source}.AttributeValues WHERE Kind = 'user' GROUP BY ALL ORDER BY Issues DESC, "User"`,
		},
	},
	needs: values,
	next: func(r *row) bool {
		slots := r.replay.slots
		if r.at >= 0 && int(r.nth)+1 < len(slots[r.at].values) {
			r.nth++
			return true
		}
		for r.at++; int(r.at) < len(slots); r.at++ {
			if len(slots[r.at].values) > 0 {
				r.nth = 0
				return true
			}
		}
		return false
	},
	estimate: func(s *survey) int64 { return s.values },
}

// attribute returns the attribute of a row of values.
func (r *row) attribute() *attribute { return &r.replay.catalog.list[r.at] }

// value returns the value of a row of values.
func (r *row) value() *value { return &r.replay.slots[r.at].values[r.nth] }
