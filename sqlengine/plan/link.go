package plan

import (
	"iter"
	"slices"

	"github.com/trackql/trackql/connector"
)

// links makes links of the edges: a table gets one from another table on one of
// its columns, if every read of it depends on the other one on that column.
func (r *reader) links(groups [][]*scan) []Link {
	var links []Link
	for to, reads := range groups {
		for pos, grade := range keyColumns(reads[0].table) {
			for from := range groups {
				columns, casts, ok := r.sources(reads, pos, groups[from])
				if from == to || !ok {
					continue
				}
				links = append(links, Link{
					From: from, FromColumns: columns, Casts: casts,
					To: to, ToColumn: reads[0].table.Columns[pos].Name, Grade: grade,
				})
			}
		}
	}
	return links
}

// keyColumns are the columns of a table, by position, whose source takes keys,
// and how it takes them.
func keyColumns(t *connector.Table) iter.Seq2[int, connector.Grade] {
	return func(yield func(int, connector.Grade) bool) {
		for pos := range t.Columns {
			grade := t.Columns[pos].Filters[connector.In]
			if grade != connector.Unsupported && !yield(pos, grade) {
				return
			}
		}
	}
}

// sources returns the columns of one table on which every one of the reads
// depends by the column at pos, and what is done to their values, which must be
// the same for all.
func (r *reader) sources(reads []*scan, pos int, from []*scan) (names, casts []string, ok bool) {
	for n, read := range reads {
		i := slices.IndexFunc(r.edges, func(e edge) bool {
			return e.to.scan == read && e.to.pos == pos && slices.Contains(from, e.from.scan) &&
				(n == 0 || slices.Equal(e.casts, casts))
		})
		if i < 0 {
			return nil, nil, false
		}
		casts = r.edges[i].casts
		if name := r.edges[i].from.definition().Name; !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names, casts, true
}
