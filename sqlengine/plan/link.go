package plan

import (
	"slices"

	"github.com/trackql/trackql/connector"
)

// links makes links of the edges: a table gets one from another table on one of
// its columns, if every read of it depends on the other one on that column.
func (r *reader) links(groups [][]*scan) []Link {
	var links []Link
	for to, reads := range groups {
		for pos := range reads[0].table.Columns {
			definition := &reads[0].table.Columns[pos]
			grade := definition.Filters[connector.In]
			if grade == connector.Unsupported {
				continue
			}
			for from := range groups {
				columns, ok := r.sources(reads, pos, groups[from])
				if from == to || !ok {
					continue
				}
				links = append(links, Link{
					From: from, FromColumns: columns,
					To: to, ToColumn: definition.Name, Grade: grade,
				})
			}
		}
	}
	return links
}

// sources returns the columns of one table on which every one of the reads
// depends by the column at pos.
func (r *reader) sources(reads []*scan, pos int, from []*scan) ([]string, bool) {
	var names []string
	for _, read := range reads {
		i := slices.IndexFunc(r.edges, func(e edge) bool {
			return e.to.scan == read && e.to.pos == pos && slices.Contains(from, e.from.scan) &&
				sameKind(e.to, e.from)
		})
		if i < 0 {
			return nil, false
		}
		if name := r.edges[i].from.definition().Name; !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names, true
}

// sameKind tells whether values of one column can be constants for the other.
func sameKind(a, b column) bool {
	x, ok := connector.ComparesWith(a.definition().Type)
	y, okY := connector.ComparesWith(b.definition().Type)
	return ok && okY && x == y
}
