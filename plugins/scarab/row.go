package scarab

import (
	"strconv"
)

// row is where a scan stands: in a file, mostly in one of its issues, at one of
// the things that the table has a row for.
type row struct {
	survey   *survey
	issue    *issue
	replay   *replay
	warnings []warning
	// at is the index of the thing. Of a value it is that of the attribute,
	// and nth the index of the value.
	at, nth int32

	scratch []byte
}

func (r *row) set() *set               { return &r.issue.sets[r.at] }
func (r *row) activity() *activity     { return &r.issue.activities[r.at] }
func (r *row) attachment() *attachment { return &r.issue.attachments[r.at] }
func (r *row) dependency() *dependency { return &r.survey.dependencies[r.at] }
func (r *row) user() *user             { return &r.survey.users[r.at] }
func (r *row) warning() *warning       { return &r.warnings[r.at] }

// start puts the row before the first one.
func (r *row) start() { r.at, r.nth = -1, -1 }

// string returns text that is kept as a string.
func (r *row) string(text string) ([]byte, bool) {
	r.scratch = append(r.scratch[:0], text...)
	return r.scratch, true
}

// optional returns text that is kept as a string, NULL where it is empty.
func (r *row) optional(text string) ([]byte, bool) {
	r.string(text)
	return r.scratch, text != ""
}

// filled returns a text of the issue, NULL where it is empty.
func (r *row) filled(s span) ([]byte, bool) { return r.issue.bytes(s), !s.empty() }

func (r *row) fileName() ([]byte, bool) { return r.string(r.survey.file.name) }

// issueID returns the issue's id, empty where it has none.
func (r *row) issueID() ([]byte, bool) { return r.issue.bytes(r.issue.id), true }

func (r *row) issueNumber() (int64, bool) {
	return issueNumber(r.survey.module.code(), r.issue.bytes(r.issue.id))
}

func (r *row) issueKey() ([]byte, bool) {
	n, ok := r.issueNumber()
	code := r.survey.module.code()
	if !ok || code == "" {
		return nil, false
	}
	r.scratch = strconv.AppendInt(append(r.scratch[:0], code...), n, 10)
	return r.scratch, true
}

// setID returns the id of the set with an index, empty where it has none.
func (r *row) setID(set int32) ([]byte, bool) { return r.issue.bytes(r.issue.sets[set].id), true }

// instant returns a date.
func instant(m moment) (int64, bool) { return m.micros, m.known }

// integer reads a whole number, which may be negative.
func integer(text []byte) (int64, bool) {
	if len(text) > 0 && text[0] == '-' {
		n, ok := number(text[1:])
		return -n, ok
	}
	return number(text)
}

// The columns that most tables have.
var (
	fileColumn = column{
		name: "File", required: true, level: fileLevel, text: (*row).fileName,
		doc: "The file that the row is from, relative to the folder of Path.",
	}
	issueIDColumn = column{
		name: "IssueId", required: true, level: issueLevel, text: (*row).issueID,
		doc: "The issue: Issues.Id of the same File.",
	}
)
