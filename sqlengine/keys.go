package sqlengine

import (
	"fmt"
	"slices"
	"strings"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/sqlengine/duck"
)

// conditionSQL returns a predicate in SQL, with a ? for each of its constants.
func conditionSQL(p connector.Predicate) string {
	name, marks := quote(p.Column), strings.TrimSuffix(strings.Repeat("?, ", len(p.Values)), ", ")
	switch {
	case p.Op == connector.In && len(p.Values) == 0:
		return "false"
	case p.Op == connector.NotIn && len(p.Values) == 0:
		return name + " IS NOT NULL"
	}
	switch p.Op {
	case connector.Prefix:
		return "starts_with(" + name + ", ?)"
	case connector.Contains:
		return "contains(" + name + ", ?)"
	case connector.In, connector.NotIn:
		return name + " " + p.Op.String() + " (" + marks + ")"
	}
	return name + " " + p.Op.String() + " " + marks
}

func paramsOf(p connector.Predicate) []duck.Param {
	params := make([]duck.Param, len(p.Values))
	for i, v := range p.Values {
		params[i] = duck.Param{Value: v}
	}
	return params
}

// keyed are rows that are here, and whose values are to be keys.
type keyed struct {
	// name is what they are called, from what stands for them behind FROM, and
	// holds what those satisfy of them that matter.
	name, from string
	holds      []connector.Predicate
}

// keyed returns the rows of a kept fetch: those that the statement's conditions
// let pass, those too that its source does not take.
func (r *run) keyed(f *fetch) keyed {
	rows := keyed{name: f.relation.name(), from: "temp." + quote(f.stage)}
	for _, p := range f.planned.Holds {
		if slices.Contains(f.request.Columns, p.Column) {
			rows.holds = append(rows.holds, p)
		}
	}
	return rows
}

// keys returns the distinct values of columns, one more than mostKeys at most,
// converted to what they are to be the keys of.
func (r *run) keys(of keyed, columns, casts []string) ([]connector.Value, error) {
	parts := make([]string, len(columns))
	var params []duck.Param
	for i, name := range columns {
		key := quote(name)
		for _, cast := range casts {
			key = fmt.Sprintf("TRY_CAST(%s AS %s)", key, cast)
		}
		parts[i] = fmt.Sprintf("SELECT %s AS key FROM %s WHERE %[1]s IS NOT NULL", key, of.from)
		for _, p := range of.holds {
			parts[i] += " AND " + conditionSQL(p)
			params = append(params, paramsOf(p)...)
		}
	}
	sql := fmt.Sprintf("SELECT DISTINCT * FROM (%s) ORDER BY 1 LIMIT %d", strings.Join(parts, " UNION ALL "), mostKeys+1)
	stmt, err := r.session.conn.Prepare(r.ctx, sql)
	if err != nil {
		return nil, err
	}
	defer stmt.Close()
	rows, err := stmt.Run(r.ctx, params)
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
				return nil, connector.Errorf(connector.Internal, "%s has no constant in column %s", of.name, columns[0])
			}
			keys = append(keys, v)
		}
	}
	return keys, rows.Err()
}
