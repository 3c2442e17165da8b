package scarab

import "github.com/trackql/trackql/connector"

var modulesTable = table{
	name: "Modules",
	doc:  "One file's module: the project that its issues belong to.",
	key:  []string{"File"},
	kept: true,
	columns: []column{
		fileColumn,
		moduleText("Id", "The id of the module in the tracker.", elemID),
		moduleText("ParentId", "The id of the module above it.", elemParentID),
		moduleText("Name", "The name of the module.", elemName),
		moduleText("Owner", "The login name of its owner.", elemOwner),
		moduleText("Description", "What the module is.", elemDescription),
		moduleText("Url", "The address of the module.", elemURL),
		moduleText("Domain", "The domain of the tracker.", elemDomain),
		moduleText("Code", "The code with which the keys of its issues begin.", elemCode),
		{
			name: "ImportType", doc: "What an import was to do: create-same-db, create-different-db or update-same-db.",
			text: func(r *row) ([]byte, bool) { return r.optional(r.survey.module.importType) },
		},
		{
			name: "Dtd", doc: "The system id of the file's document type; NULL where it declares none.",
			text: func(r *row) ([]byte, bool) { return r.optional(r.survey.module.doctype) },
		},
		{
			name: "Issues", required: true, doc: "How many issues the file holds.",
			number: func(r *row) (int64, bool) { return r.survey.issues, true },
		},
	},
	examples: []connector.Example{
		{Doc: "What is in which file.", SQL: `SELECT File, Name, Code, Issues FROM {source}.Modules ORDER BY File`},
		{
			Doc: "Whether the files hold what they say.",
			SQL: `SELECT m.File, m.Issues, count(i.Id) AS Found FROM {source}.Modules m LEFT JOIN {source}.Issues i ON i.File = m.File GROUP BY ALL ORDER BY m.File`,
		},
	},
	next: func(r *row) bool {
		r.at++
		return r.at == 0 && r.survey.module.present
	},
	count: func(s *survey) int64 {
		if s.module.present {
			return 1
		}
		return 0
	},
}

// moduleText is a column with a text of the module; an empty one is NULL.
func moduleText(name, doc string, element int) column {
	c := moduleColumn(name, doc, element)
	c.level = rowLevel
	return c
}
