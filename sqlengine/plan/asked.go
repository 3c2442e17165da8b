package plan

import (
	"maps"
	"slices"

	"github.com/trackql/trackql/connector"
)

// compare notes that a condition is about the column, where that matters.
func (c column) compare() {
	if c.scan == nil || !c.definition().Asked {
		return
	}
	if c.scan.compared == nil {
		c.scan.compared = map[int]bool{}
	}
	c.scan.compared[c.pos] = true
}

// asks tells whether a predicate gives a column its value.
func asks(t *connector.Table, p connector.Predicate) bool {
	c, ok := t.Column(p.Column)
	return ok && c.Asked && p.Op == connector.Eq
}

// unasked returns the columns that some read compares, and that the request
// gives no value.
func (f *Fetch) unasked(group []*scan) []Unasked {
	compared := map[int]bool{}
	for _, s := range group {
		maps.Copy(compared, s.compared)
	}
	t := group[0].table
	var found []Unasked
	for _, pos := range slices.Sorted(maps.Keys(compared)) {
		name := t.Columns[pos].Name
		if !slices.ContainsFunc(f.Request.Where, func(p connector.Predicate) bool { return p.Column == name && asks(t, p) }) {
			found = append(found, Unasked{Source: f.Source, Table: t.Name, Column: name})
		}
	}
	return found
}

// whole returns the fetch of the same rows with nothing pushed down but what
// gives columns their values.
func (f *Fetch) whole(t *connector.Table) Fetch {
	w := Fetch{Source: f.Source, Reads: f.Reads, Request: connector.ScanRequest{Table: t.Name, Columns: t.ColumnNames()}}
	for _, s := range f.Sent {
		if asks(t, s.Predicate) {
			w.Sent = append(w.Sent, s)
			w.Request.Where = append(w.Request.Where, s.Predicate)
		}
	}
	return w
}
