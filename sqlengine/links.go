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
func (r *run) follow() error {
	narrow := make([]bool, len(r.fetches))
	by := map[int]int{} // the fetch that narrowed another, by that other
	for i, f := range r.fetches {
		narrow[i] = f.planned.Selective
	}
	tried := make([]bool, len(r.plan.Links))
	for again := true; again; {
		again = false
		for i, link := range r.plan.Links {
			if narrower, ok := by[link.To]; tried[i] || !narrow[link.From] || narrow[link.To] && !(ok && narrower == link.From) {
				continue
			}
			from, to := r.fetches[link.From], r.fetches[link.To]
			if to.stage != "" || from.counted != nil || to.counted != nil {
				continue
			}
			tried[i] = true
			used, err := r.use(link, from, to)
			if err != nil {
				return err
			}
			if used {
				narrow[link.To], by[link.To], again = true, link.From, true
			}
		}
	}
	return nil
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
