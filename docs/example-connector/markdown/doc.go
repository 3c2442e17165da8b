// Package markdown is the connector of a folder of Markdown files, one issue a
// file, and the example of the guide to writing connectors. It owns the form of
// such files and the tables that come of them. It renders no Markdown and
// writes no file.
//
// A file looks so:
//
//	---
//	id: WEB-7
//	title: The list of orders is empty
//	status: open
//	assignee: mika
//	labels: [bug, orders]
//	created: 2026-03-01 09:30
//	updated: 2026-03-02T10:15:00+09:00
//	due: 2026-03-20
//	blocked_by: [API-2]
//	---
//	What happens, in Markdown.
//
//	## Comments
//
//	### ren, 2026-03-01 11:00
//
//	Seen here, too.
//
// Its name is the id: WEB-7.md. A file may lie in a folder of the
// folder; names that begin with a dot or an underscore are passed over. Only
// the title has to be there.
//
// To read the package, begin with connector.go, source.go and issues.go.
package markdown
