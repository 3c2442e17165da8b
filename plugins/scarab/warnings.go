package scarab

import (
	"strings"

	"github.com/trackql/trackql/connector"
)

var warningsTable = table{
	name: "Warnings",
	doc:  "One fault of a file that was forgiven.",
	columns: []column{
		fileColumn,
		{
			name: "Line", doc: "The line of the file, from 1.",
			number: func(r *row) (int64, bool) { return int64(r.warning().line), r.warning().line > 0 },
		},
		{
			name: "IssueId", doc: "The issue that the fault is in: Issues.Id of the same File. NULL outside of issues.",
			text: func(r *row) ([]byte, bool) {
				if !r.warning().inIssue {
					return nil, false
				}
				return r.issueID()
			},
		},
		{
			name: "Code", required: true, among: warningCodes(), doc: "What kind of fault it is. " + describeCodes(),
			text: func(r *row) ([]byte, bool) { return r.string(string(r.warning().code)) },
		},
		{
			name: "Text", required: true, doc: "The fault in words.",
			text: func(r *row) ([]byte, bool) { return r.string(r.warning().text) },
		},
	},
	examples: []connector.Example{
		{Doc: "What was forgiven, by kind.", SQL: `SELECT Code, count(*) AS Times, min(Text) AS Example FROM {source}.Warnings GROUP BY ALL ORDER BY Times DESC, Code`},
		{Doc: "Where to look in the files.", SQL: `SELECT File, Line, IssueId, Code, Text FROM {source}.Warnings ORDER BY File, Line`},
	},
	needs: everything,
	next: func(r *row) bool {
		r.at++
		return int(r.at) < len(r.warnings)
	},
}

func warningCodes() []string {
	var codes []string
	for _, w := range warningDocs {
		codes = append(codes, string(w.code))
	}
	return codes
}

// describeCodes tells what each code means, for the documentation.
func describeCodes() string {
	var parts []string
	for _, w := range warningDocs {
		parts = append(parts, string(w.code)+": "+w.doc)
	}
	return strings.Join(parts, "; ") + "."
}
