package scarab

import (
	"fmt"

	"github.com/trackql/trackql/connector"
)

var issuesTable = table{
	name: "Issues",
	doc:  "One issue, with the values that its attributes have after the last activity set.",
	key:  []string{"File", "Id"},
	columns: []column{
		{
			name: "Id", required: true, level: issueLevel, text: (*row).issueID,
			doc: "The issue's id as the file has it: a number, or the module's code and a number. Empty where the file gives none.",
		},
		{
			name: "Key", level: issueLevel, text: (*row).issueKey,
			doc: "The module's code and the issue's number, as in PACS2. NULL where the id has no number or the module no code.",
		},
		{
			name: "Number", level: issueLevel, number: (*row).issueNumber,
			doc: "The issue's number: its id, without the module's code. NULL where the id has another form.",
		},
		{
			name: "Type", level: issueLevel, doc: "The artifact type, such as Defect.",
			text: func(r *row) ([]byte, bool) { return r.filled(r.issue.kind) },
		},
		moduleColumn("Module", "The name of the module.", elemName),
		moduleColumn("ModuleCode", "The code of the module, with which the keys of its issues begin.", elemCode),
		fileColumn,
		{
			name: "CreatedBy", needs: needs(setType, setBy),
			doc: "Who created the issue: of its Create Issue set, or else of the first Move Issue set.",
			text: func(r *row) ([]byte, bool) {
				if r.replay.created < 0 {
					return nil, false
				}
				return r.filled(r.issue.sets[r.replay.created].by)
			},
		},
		{
			name: "Created", needs: needs(setType, setDate), doc: "When the issue was created: the date of the same set as CreatedBy.",
			instant: func(r *row) (int64, bool) {
				if r.replay.created < 0 {
					return 0, false
				}
				return instant(r.issue.sets[r.replay.created].date)
			},
		},
		{
			name: "ModifiedBy", needs: needs(setBy, setDate), doc: "Who changed the issue last: of the activity set with the latest date.",
			text: func(r *row) ([]byte, bool) {
				if r.replay.modified < 0 {
					return nil, false
				}
				return r.filled(r.issue.sets[r.replay.modified].by)
			},
		},
		{
			name: "Modified", needs: needs(setDate), doc: "When the issue was changed last: the latest date of its activity sets.",
			instant: func(r *row) (int64, bool) {
				if r.replay.modified < 0 {
					return 0, false
				}
				return instant(r.issue.sets[r.replay.modified].date)
			},
		},
	},
	examples: []connector.Example{
		{
			Doc: "How many issues of each type there are, and since when.",
			SQL: `SELECT Type, count(*) AS Issues, min(Created) AS Since FROM {source}.Issues GROUP BY ALL ORDER BY Issues DESC`,
		},
		{
			Doc: "The issues that changed last.",
			SQL: `SELECT Key, Id, ModifiedBy, Modified FROM {source}.Issues ORDER BY Modified DESC NULLS LAST, Id LIMIT 10`,
		},
	},
	next: func(r *row) bool {
		r.at++
		return r.at == 0
	},
	count: func(s *survey) int64 { return s.issues },
}

func moduleColumn(name, doc string, element int) column {
	return column{
		name: name, level: fileLevel, doc: doc,
		text: func(r *row) ([]byte, bool) { return r.optional(r.survey.module.texts[element]) },
	}
}

// issuesWith returns the table of issues with a column for each attribute.
func issuesWith(c *catalog, lists bool) table {
	t := issuesTable
	t.columns = append([]column(nil), t.columns...)
	c.nameColumns(t.columns)
	for at := range c.list {
		t.columns = append(t.columns, attributeColumn(c, int32(at), lists))
	}
	for at := range c.list {
		if a := &c.list[at]; a.kind() == optionAttribute && !a.multiple() {
			name := connector.QuoteName(a.column)
			t.examples = append(t.examples[:len(t.examples):len(t.examples)], connector.Example{
				Doc: fmt.Sprintf("How many issues there are for each %s.", a.name),
				SQL: fmt.Sprintf("SELECT %s, count(*) AS Issues FROM {source}.Issues GROUP BY ALL ORDER BY Issues DESC, 1", name),
			})
			break
		}
	}
	return t
}

// attributeColumn shows an attribute's values in the table of issues.
func attributeColumn(c *catalog, at int32, lists bool) column {
	a := &c.list[at]
	col := column{
		name: a.column, needs: values, attribute: at + 1,
		doc: fmt.Sprintf("The %s attribute %s. NULL where it has no value.", a.kind(), a.name),
		text: func(r *row) ([]byte, bool) {
			values := r.replay.slots[at].values
			if len(values) == 0 {
				return nil, false
			}
			return r.joined(values), true
		},
	}
	if !a.multiple() {
		return col
	}
	col.doc = fmt.Sprintf("The values of the %s attribute %s in the order of their addition, joined by a comma and a blank. NULL where it has none.", a.kind(), a.name)
	if lists {
		col.doc = fmt.Sprintf("The values of the %s attribute %s in the order of their addition. NULL where it has none.", a.kind(), a.name)
		col.text = nil
		col.list = func(r *row) []value { return r.replay.slots[at].values }
	}
	return col
}

// joined returns values as one text.
func (r *row) joined(values []value) []byte {
	if len(values) == 1 {
		return r.issue.bytes(values[0].text)
	}
	r.scratch = r.scratch[:0]
	for at, v := range values {
		if at > 0 {
			r.scratch = append(r.scratch, ", "...)
		}
		r.scratch = append(r.scratch, r.issue.bytes(v.text)...)
	}
	return r.scratch
}
