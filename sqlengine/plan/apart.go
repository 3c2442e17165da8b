package plan

import (
	"fmt"
	"slices"

	"github.com/trackql/trackql/connector"
)

// Part is one of the scans by which a table can be fetched that is read several
// times: what one read needs of it.
type Part struct {
	Fetch
	// After is the position of the part whose rows give the keys of this one, for
	// ToColumn from FromColumn of the same table; -1 is none.
	After                int
	FromColumn, ToColumn string
	Grade                connector.Grade
}

// apart returns the scans of each read by itself, where each is of few rows, or
// of those that belong to the few rows of another read, and the one fetch of all
// of them is not. There are none where rows that come twice could not be told.
func (r *reader) apart(group []*scan, together Fetch) []Part {
	t := group[0].table
	if len(t.Key) == 0 || r.opts.NoPushdown {
		return nil
	}
	parts := make([]Part, len(group))
	narrow := func(p *Part) bool { return p.narrows(together) }
	for i, s := range group {
		if s.repeated || len(s.compared) > 0 {
			return nil
		}
		parts[i] = Part{Fetch: s.alone(group), After: -1}
	}
	for i := range parts {
		if !narrow(&parts[i]) && !r.after(group, parts, i, narrow) {
			return nil
		}
	}
	return distinct(parts)
}

// alone returns the fetch of what one read of a table needs, with the columns of
// all reads and those of the key.
func (s *scan) alone(group []*scan) Fetch {
	f := Fetch{Source: s.source, Reads: len(group), Apart: true, Request: connector.ScanRequest{Table: s.table.Name}}
	needed := neededColumns(group)
	for _, c := range s.table.Columns {
		if slices.Contains(needed, c.Name) || slices.Contains(s.table.Key, c.Name) {
			f.Request.Columns = append(f.Request.Columns, c.Name)
		}
	}
	for _, c := range tidy(s.conditions) {
		f.condition(s.table, c)
	}
	f.finish()
	return f
}

// narrows tells whether a condition of the part can be expected to leave few
// rows that the fetch of all reads does not have.
func (p *Part) narrows(together Fetch) bool {
	return slices.ContainsFunc(p.Request.Where, func(w connector.Predicate) bool {
		return selective(w) && !slices.ContainsFunc(together.Request.Where, func(t connector.Predicate) bool {
			return t.Column == w.Column && selective(t)
		})
	})
}

// after makes a part one by the keys of another, which is of few rows itself.
func (r *reader) after(group []*scan, parts []Part, i int, narrow func(*Part) bool) bool {
	for _, e := range r.edges {
		from := slices.Index(group, e.from.scan)
		if e.to.scan != group[i] || from < 0 || from == i || len(e.casts) > 0 || !narrow(&parts[from]) {
			continue
		}
		c := e.to.definition()
		if grade := c.Filters[connector.In]; grade != connector.Unsupported {
			parts[i].After, parts[i].Grade = from, grade
			parts[i].FromColumn, parts[i].ToColumn = e.from.definition().Name, c.Name
			parts[i].By = fmt.Sprintf("%s: source (%s), by %s of another scan of it",
				connector.QuoteName(c.Name), grade, connector.QuoteName(parts[i].FromColumn))
			return true
		}
	}
	return false
}

// distinct returns the parts in an order in which they can be fetched, those
// first that wait for none, and each once; none where that is but one.
func distinct(parts []Part) []Part {
	var found []Part
	at := make([]int, len(parts))
	for i, p := range parts {
		if p.After >= 0 {
			continue
		}
		at[i] = slices.IndexFunc(found, func(q Part) bool {
			return slices.EqualFunc(p.Request.Where, q.Request.Where, samePredicate)
		})
		if at[i] < 0 {
			at[i] = len(found)
			found = append(found, p)
		}
	}
	for _, p := range parts {
		if p.After >= 0 {
			p.After = at[p.After]
			found = append(found, p)
		}
	}
	if len(found) < 2 {
		return nil
	}
	return found
}

func samePredicate(p, q connector.Predicate) bool {
	return p.Column == q.Column && p.Op == q.Op && slices.Equal(p.Values, q.Values)
}
