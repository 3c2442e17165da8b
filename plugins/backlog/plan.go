package backlog

import (
	"fmt"
	"net/url"
	"slices"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

// plan is what a scan does, as plain data: which requests each level of the
// table's chain has, and what is compared here when rows come. Asking begins at
// the level first; the levels above it are known from the request.
type plan struct {
	chain  chain
	first  int
	levels []level
	// columns are those of the request, in its order.
	columns []relation.Column
	order   []connector.Order
	limit   int64
	// none says why there can be no row; then nothing is asked.
	none     string
	notes    []string
	warnings []connector.Warning
}

// level is one table of a plan's chain.
type level struct {
	table *relation.Table
	// starts are, at the first level, what the words of its path are, and with
	// them the columns that are known without a row of the parent. Below it,
	// each row of the parent gives the words.
	starts []known
	// variants are the requests for each of the starts, or for each row of the
	// parent; together they have all rows. None where the table is inside its
	// parent.
	variants []variant
	// overlap says that a row may come in several variants.
	overlap bool
	// pseudo are the values of the columns that the server does not give.
	pseudo map[string]connector.Value
	// conditions are compared with every row here, but for those on pseudo
	// columns.
	conditions []condition
	// folders are the folders to ask for, of a table that has some; nil is all.
	folders []string
	// details are columns for which a row may take a request of its own.
	details []relation.Column
}

// known are values of columns, by their names.
type known map[string]connector.Value

// variant is one request, or one series of pages, with what is still to be
// filled in.
type variant struct {
	path     string
	query    url.Values
	category relation.Category
	paging   relation.Paging
	// count is the path that counts the rows; empty where there is none.
	count string
	// most is how many rows there are at most, where that is known.
	most int64
	// absent says that what is not found is no row.
	absent bool
}

// condition is a predicate on a column of a level.
type condition struct {
	column    *relation.Column
	predicate connector.Predicate
	// grade is how well the requests apply it.
	grade connector.Grade
	// shown is the predicate as it was asked, for notes.
	shown string
}

// last returns the level of the plan's table.
func (p *plan) last() *level { return &p.levels[len(p.levels)-1] }

// exact tells whether the requests alone bring just the rows that are wanted.
func (p *plan) exact() bool {
	for i := range p.levels {
		inexact := func(c condition) bool { return c.grade != connector.Exact }
		if i >= p.first && slices.ContainsFunc(p.levels[i].conditions, inexact) {
			return false
		}
	}
	return true
}

// note adds a line for a person.
func (p *plan) note(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if !slices.Contains(p.notes, text) {
		p.notes = append(p.notes, text)
	}
}

// warn adds a warning, or counts it.
func (p *plan) warn(code, text string) {
	for i := range p.warnings {
		if p.warnings[i].Code == code {
			p.warnings[i].Count++
			return
		}
	}
	p.warnings = append(p.warnings, connector.Warning{Code: code, Count: 1, Text: text})
}
