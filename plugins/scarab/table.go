package scarab

import (
	"slices"
	"strings"

	"github.com/trackql/trackql/connector"
)

// table describes one table: what it is, its columns, and how to find its rows.
type table struct {
	name       string
	doc        string
	columns    []column
	key        []string
	unique     [][]string
	references []connector.Reference
	examples   []connector.Example

	// needs are fields that every row needs, whatever columns are asked for.
	needs need
	// kept says that the rows are in the survey: no file is read for them.
	kept bool
	// next goes to the next row of the issue that r is in or, where the rows
	// are kept, of the file; false where there is none. The first call finds
	// at and nth at -1.
	next func(r *row) bool
	// count returns how many rows a file has, where the survey knows; estimate
	// where it does so roughly.
	count, estimate func(*survey) int64
}

// column returns the column of a name that the table is known to have.
func (t *table) column(name string) *column {
	at := slices.IndexFunc(t.columns, func(c column) bool { return strings.EqualFold(c.name, name) })
	return &t.columns[at]
}

// size returns about how many rows a file has, 0 where nobody knows.
func (t *table) size(s *survey) int64 {
	switch {
	case t.count != nil:
		return t.count(s)
	case t.estimate != nil:
		return t.estimate(s)
	}
	return 0
}
