package scarab

import "github.com/trackql/trackql/connector"

var activitiesTable = table{
	name: "Activities",
	doc:  "One activity: a change of one attribute, a dependency, or an attachment, as the log has it.",
	references: []connector.Reference{
		{Columns: []string{"File", "IssueId"}, Table: "Issues", To: []string{"File", "Id"}},
		{Columns: []string{"File", "IssueId", "ActivitySetId"}, Table: "ActivitySets", To: []string{"File", "IssueId", "Id"}},
	},
	columns: []column{
		fileColumn,
		issueIDColumn,
		{
			name: "ActivitySetId", required: true, needs: needs(setID), doc: "The id of the activity set.",
			text: func(r *row) ([]byte, bool) { return r.setID(r.activity().set) },
		},
		{
			name: "Position", required: true, needs: needs(actID), doc: "The place of the activity in its issue, from 1: the order in which activities are replayed.",
			number: func(r *row) (int64, bool) { return int64(r.at) + 1, true },
		},
		activityText("Id", "The id of the activity.", actID, true),
		activityText("Attribute", "The name of the attribute; Null Attribute where the activity changes none.", actAttribute, true),
		activityText("AttributeNamespace", "The title of the attribute's namespace, which Project Tracker gives.", actNamespace, true),
		activityNumber("OldNumericValue", "The number before. Old exporters write 0 for none; what is no integer is NULL.", actOldNumber),
		activityNumber("NewNumericValue", "The number after.", actNewNumber),
		activityText("OldUser", "The user who is no longer a value.", actOldUser, false),
		activityText("NewUser", "The user who became a value.", actNewUser, false),
		activityText("OldOption", "The option before.", actOldOption, false),
		activityText("NewOption", "The option after.", actNewOption, false),
		activityText("OldValue", "The text before. An empty element is an empty text, an absent one NULL.", actOldValue, false),
		activityText("NewValue", "The text after.", actNewValue, false),
		activityText("DependencyId", "The id of the dependency that the activity is about.", depID, true),
		activityText("Parent", "The issue that blocks, as the dependency names it.", depParent, true),
		activityText("Child", "The issue that is blocked, as the dependency names it.", depChild, true),
		activityText("DependencyType", "blocking, duplicate or non-blocking.", depType, true),
		{
			name: "DependencyDeleted", needs: needs(depDeleted), doc: "Whether the dependency was deleted when the file was written.",
			flag: func(r *row) (bool, bool) { return r.truth(r.activity().text(depDeleted)) },
		},
		activityText("Description", "What happened, in a sentence of the tracker's.", actDescription, false),
		{
			name: "EndDate", needs: needs(actEnd), doc: "Until when the new value held; NULL where it still does, or where the file has no end dates.",
			instant: func(r *row) (int64, bool) { return instant(r.activity().end) },
		},
		{
			name: "AttachmentId", needs: needs(attID), doc: "The id of the activity's attachment, which may be listed with an earlier activity.",
			text: func(r *row) ([]byte, bool) {
				if r.activity().attachment < 0 {
					return nil, false
				}
				return r.filled(r.issue.attachments[r.activity().attachment].text(attID))
			},
		},
	},
	examples: []connector.Example{
		{
			Doc: "The history of each issue in words.",
			SQL: `SELECT a.IssueId, s.Created, s.CreatedBy, a.Attribute, a.Description FROM {source}.Activities a JOIN {source}.ActivitySets s ON s.File = a.File AND s.IssueId = a.IssueId AND s.Id = a.ActivitySetId ORDER BY a.File, a.IssueId, a.Position`,
		},
		{
			Doc: "How often each attribute changes.",
			SQL: `SELECT Attribute, count(*) AS Changes, count(DISTINCT IssueId) AS Issues FROM {source}.Activities GROUP BY ALL ORDER BY Changes DESC, Attribute`,
		},
	},
	needs: needs(actID),
	next: func(r *row) bool {
		r.at++
		return int(r.at) < len(r.issue.activities)
	},
	count: func(s *survey) int64 { return s.activities },
}

// activityText is a column with a text of the activity. An empty name is NULL.
func activityText(name, doc string, f field, isName bool) column {
	return column{
		name: name, doc: doc, needs: needs(f),
		text: func(r *row) ([]byte, bool) {
			if isName {
				return r.filled(r.activity().text(f))
			}
			return r.issue.text(r.activity().text(f))
		},
	}
}

func activityNumber(name, doc string, f field) column {
	return column{
		name: name, doc: doc, needs: needs(f),
		number: func(r *row) (int64, bool) { return integer(r.issue.bytes(r.activity().text(f))) },
	}
}

// truth returns a yes or no, NULL where the element was absent or empty.
func (r *row) truth(s span) (value, ok bool) {
	return truth(r.issue.bytes(s)), !s.empty()
}
