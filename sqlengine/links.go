package sqlengine

import (
	"fmt"
	"strings"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/sqlengine/plan"
)

// follow uses the plan's links: the rows of a selective fetch are fetched first
// and kept, and their distinct keys go down to the fetch that they are joined
// with, for every column of the join. A fetch narrowed so is selective itself.
func (r *run) follow() (err error) {
	r.tried, r.narrow, err = r.chase(func(link plan.Link) (bool, error) {
		return r.use(link, r.fetches[link.From], r.fetches[link.To])
	})
	return err
}

// chase goes through the links in the order in which they can be used, and
// returns which of them were tried, and which fetches are few rows then. Use
// says of a link whether it narrows its fetch.
func (r *run) chase(use func(plan.Link) (bool, error)) (tried, narrow []bool, err error) {
	narrow = make([]bool, len(r.fetches))
	kept := make([]bool, len(r.fetches))
	by := map[int]int{} // the fetch that narrowed another, by that other
	for i, f := range r.fetches {
		narrow[i] = f.planned.Selective
	}
	tried = make([]bool, len(r.plan.Links))
	for again := true; again; {
		again = false
		for i, link := range r.plan.Links {
			if narrower, ok := by[link.To]; tried[i] || !narrow[link.From] || narrow[link.To] && !(ok && narrower == link.From) {
				continue
			}
			if kept[link.To] || r.fetches[link.From].counted != nil || r.fetches[link.To].counted != nil {
				continue
			}
			tried[i], kept[link.From] = true, true
			used, err := use(link)
			if err != nil {
				return nil, nil, err
			}
			if used {
				narrow[link.To], by[link.To], again = true, link.From, true
			}
		}
	}
	return tried, narrow, nil
}

// likely says which links a run would use, as far as can be told without one.
func (r *run) likely() ([]string, error) {
	var lines []string
	var err error
	r.tried, r.narrow, err = r.chase(func(link plan.Link) (bool, error) {
		names := make([]string, len(link.FromColumns))
		for i, name := range link.FromColumns {
			names[i] = connector.QuoteName(name)
		}
		from, to := r.fetches[link.From].relation.name(), r.fetches[link.To].relation.name()
		lines = append(lines, fmt.Sprintf("dynamic filter of %s: %s: source (%s), by %s of %s, fetched first, unless it has more than %d keys",
			to, connector.QuoteName(link.ToColumn), link.Grade, strings.Join(names, ", "), from, maxKeys))
		return true, nil
	})
	return append(lines, r.unused()...), err
}

// unused says once of every two tables that are joined, and could narrow each
// other, why neither does.
func (r *run) unused() []string {
	type pair struct{ a, b int }
	told := map[pair]bool{}
	of := func(link plan.Link) pair { return pair{min(link.From, link.To), max(link.From, link.To)} }
	for i, link := range r.plan.Links {
		if i < len(r.tried) && r.tried[i] {
			told[of(link)] = true
		}
	}
	var lines []string
	for _, link := range r.plan.Links {
		if told[of(link)] {
			continue
		}
		told[of(link)] = true
		a, b := of(link).a, of(link).b
		why := "neither is asked for few rows"
		switch {
		case r.narrow[a] && r.narrow[b]:
			why = "each is asked for few rows as it is"
		case r.narrow[a] || r.narrow[b]:
			why = "the larger one's source does not take the keys of the other"
		}
		lines = append(lines, fmt.Sprintf("no dynamic filter between %s and %s: %s", r.fetches[a].relation.name(), r.fetches[b].relation.name(), why))
	}
	return lines
}

// maxKeys is how many keys a dynamic filter may have: beyond it, reading the
// other table whole is taken to be cheaper.
const maxKeys = 1000

func (r *run) use(link plan.Link, from, to *fetch) (bool, error) {
	if from.stage == "" {
		if err := r.keep(from); err != nil {
			return false, err
		}
	}
	keys, err := r.keys(from, link.FromColumns)
	if err != nil {
		return false, err
	}
	column, ok := to.relation.table.Column(link.ToColumn)
	if !ok || len(keys) > maxKeys {
		to.links = append(to.links, fmt.Sprintf("%s: no dynamic filter, %s has more than %d keys", link.ToColumn, from.relation.name(), maxKeys))
		return false, nil
	}
	for _, key := range keys {
		if !connector.Comparable(column.Type, key) {
			return false, nil
		}
	}
	to.request.Where = append(append([]connector.Predicate{}, to.request.Where...),
		connector.Predicate{Column: column.Name, Op: connector.In, Values: keys})
	to.links = append(to.links, fmt.Sprintf("%s: source (%s), %d keys from %s", connector.QuoteName(column.Name), link.Grade, len(keys), from.relation.name()))
	return true, nil
}

// keys returns the distinct values of the columns of a kept fetch, one more
// than maxKeys at most.
func (r *run) keys(f *fetch, columns []string) ([]connector.Value, error) {
	parts := make([]string, len(columns))
	for i, name := range columns {
		parts[i] = fmt.Sprintf("SELECT %s FROM temp.%s WHERE %s IS NOT NULL", quote(name), quote(f.stage), quote(name))
	}
	sql := fmt.Sprintf("SELECT DISTINCT * FROM (%s) ORDER BY 1 LIMIT %d", strings.Join(parts, " UNION ALL "), maxKeys+1)
	stmt, err := r.session.conn.Prepare(r.ctx, sql)
	if err != nil {
		return nil, err
	}
	defer stmt.Close()
	rows, err := stmt.Run(r.ctx, nil)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var keys []connector.Value
	for rows.Next() {
		column := rows.RecordBatch().Column(0)
		for i := range column.Len() {
			v, ok := connector.ValueAt(column, i)
			if !ok {
				return nil, connector.Errorf(connector.Internal, "%s has no constant in column %s", f.relation.name(), columns[0])
			}
			keys = append(keys, v)
		}
	}
	return keys, rows.Err()
}
