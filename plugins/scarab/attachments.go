package scarab

import "github.com/trackql/trackql/connector"

var attachmentsTable = table{
	name:   "Attachments",
	doc:    "One attachment: a file, a URL, a comment or the reason of an activity set. Of several with one id, the first in the file counts.",
	unique: [][]string{{"File", "Id"}},
	references: []connector.Reference{
		{Columns: []string{"File", "IssueId"}, Table: "Issues", To: []string{"File", "Id"}},
		{Columns: []string{"File", "IssueId", "ActivitySetId"}, Table: "ActivitySets", To: []string{"File", "IssueId", "Id"}},
	},
	columns: []column{
		fileColumn,
		issueIDColumn,
		attachmentText("Id", "The id of the attachment; NULL where the file gives none.", attID, true),
		{
			name: "Kind", needs: needs(attType), doc: "file, url, comment or reason; another type as the file writes it.",
			text: func(r *row) ([]byte, bool) {
				text := r.attachment().text(attType)
				if kind := kindOf(r.issue.bytes(text)); kind != otherKind {
					return kindNames[kind], true
				}
				return r.filled(text)
			},
		},
		attachmentText("Name", "The label of a file or URL; of comments and reasons a fixed word.", attName, false),
		attachmentText("Filename", "The name of a file, or its path on the tracker's server. The file itself is never in the export.", attFilename, false),
		{
			name: "ReconcilePath", needs: needs(attReconcile), doc: "Whether an import was to copy the file from that path.",
			flag: func(r *row) (bool, bool) { return r.truth(r.attachment().text(attReconcile)) },
		},
		attachmentText("Data", "The text of a comment or reason, or the URL.", attData, false),
		attachmentText("MimeType", "The media type, such as text/plain.", attMimetype, true),
		attachmentText("CreatedBy", "Who added the attachment.", attBy, true),
		{
			name: "Created", needs: needs(attCreated), doc: "When the attachment was added.",
			instant: func(r *row) (int64, bool) { return instant(r.attachment().created) },
		},
		attachmentText("ModifiedBy", "Who changed the attachment last.", attEditor, true),
		{
			name: "Modified", needs: needs(attModified), doc: "When the attachment was changed last.",
			instant: func(r *row) (int64, bool) { return instant(r.attachment().modified) },
		},
		{
			name: "Deleted", needs: needs(attDeleted), doc: "Whether the attachment was deleted.",
			flag: func(r *row) (bool, bool) { return r.truth(r.attachment().text(attDeleted)) },
		},
		{
			name: "ActivitySetId", required: true, needs: needs(setID), doc: "The id of the activity set that added the attachment.",
			text: func(r *row) ([]byte, bool) { return r.setID(r.attachment().set) },
		},
		{
			name: "ActivityId", needs: needs(actID), doc: "The id of the activity that added the attachment; NULL where it is the set's own.",
			text: func(r *row) ([]byte, bool) {
				if r.attachment().activity < 0 {
					return nil, false
				}
				return r.filled(r.issue.activities[r.attachment().activity].text(actID))
			},
		},
	},
	examples: []connector.Example{
		{
			Doc: "What is attached, by kind.",
			SQL: `SELECT Kind, count(*) AS Attachments, count(*) FILTER (Deleted) AS Deleted FROM {source}.Attachments GROUP BY ALL ORDER BY Attachments DESC`,
		},
		{
			Doc: "The files to fetch from the old tracker.",
			SQL: `SELECT IssueId, Name, Filename, MimeType FROM {source}.Attachments WHERE Kind = 'file' AND NOT Deleted ORDER BY File, IssueId`,
		},
	},
	needs: needs(attID),
	next: func(r *row) bool {
		return r.nextAttachment(func(*attachment) bool { return true })
	},
	count: func(s *survey) int64 { return s.attachments },
}

var commentsTable = table{
	name:   "Comments",
	doc:    "One comment on an issue.",
	unique: [][]string{{"File", "Id"}},
	references: []connector.Reference{
		{Columns: []string{"File", "IssueId"}, Table: "Issues", To: []string{"File", "Id"}},
		{Columns: []string{"File", "IssueId", "ActivitySetId"}, Table: "ActivitySets", To: []string{"File", "IssueId", "Id"}},
	},
	columns: []column{
		fileColumn,
		issueIDColumn,
		attachmentText("Id", "The id of the comment; NULL where the file gives none.", attID, true),
		attachmentText("Text", "What the comment says.", attData, false),
		attachmentText("CreatedBy", "Who wrote the comment.", attBy, true),
		{
			name: "Created", needs: needs(attCreated), doc: "When the comment was written.",
			instant: func(r *row) (int64, bool) { return instant(r.attachment().created) },
		},
		{
			name: "Deleted", needs: needs(attDeleted), doc: "Whether the comment was deleted.",
			flag: func(r *row) (bool, bool) { return r.truth(r.attachment().text(attDeleted)) },
		},
		{
			name: "ActivitySetId", required: true, needs: needs(setID), doc: "The id of the activity set that added the comment.",
			text: func(r *row) ([]byte, bool) { return r.setID(r.attachment().set) },
		},
	},
	examples: []connector.Example{
		{
			Doc: "The latest comments.",
			SQL: `SELECT IssueId, CreatedBy, Created, Text FROM {source}.Comments WHERE NOT Deleted ORDER BY Created DESC LIMIT 10`,
		},
		{
			Doc: "The most discussed issues.",
			SQL: `SELECT i.Id, i.Type, count(*) AS Comments FROM {source}.Comments c JOIN {source}.Issues i ON i.File = c.File AND i.Id = c.IssueId GROUP BY ALL ORDER BY Comments DESC, i.Id LIMIT 10`,
		},
	},
	needs: needs(attID, attType),
	next: func(r *row) bool {
		return r.nextAttachment(func(a *attachment) bool { return kindOf(r.issue.bytes(a.text(attType))) == commentKind })
	},
	count: func(s *survey) int64 { return s.comments },
}

// attachmentText is a column with a text of the attachment. An empty name is
// NULL.
func attachmentText(name, doc string, f field, isName bool) column {
	return column{
		name: name, doc: doc, needs: needs(f),
		text: func(r *row) ([]byte, bool) {
			if isName {
				return r.filled(r.attachment().text(f))
			}
			return r.issue.text(r.attachment().text(f))
		},
	}
}

// nextAttachment goes to the next attachment that is wanted, passing over those
// whose id was there before.
func (r *row) nextAttachment(wanted func(*attachment) bool) bool {
	for r.at++; int(r.at) < len(r.issue.attachments); r.at++ {
		if a := r.attachment(); !a.repeats && wanted(a) {
			return true
		}
	}
	return false
}
