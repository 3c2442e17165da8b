package plan

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/trackql/trackql/connector"
)

// Further is a table whose further columns the statement needs: those that its
// source tells only when asked.
type Further struct {
	Ref
	// Where are the predicates of the table's fetch: the statement needs the
	// further columns of rows that satisfy them. None where they are not known.
	Where []connector.Predicate
}

// furtherMark begins the name of the column that stands for further columns.
const furtherMark = "trackql: further columns"

// FurtherColumn is the column, with its type in SQL, that the shadow of a table
// marked Wider has behind its own, while there may be further ones: a plan that
// reads it needs these. It is named as nobody names a column, and its type
// names the table, so that a plan tells of it that has no scan of it any more.
func FurtherColumn(t Ref) (name, sqlType string) {
	values := []string{furtherMark, "of " + t.Source, "table " + t.Table}
	for i, value := range values {
		values[i] = connector.QuoteText(value)
	}
	return furtherMark + " of " + t.Table, "ENUM(" + strings.Join(values, ", ") + ")"
}

// IsFurther tells whether a name is that of a [FurtherColumn].
func IsFurther(column string) bool { return strings.HasPrefix(column, furtherMark) }

// further returns the tables whose further columns are read, with what is
// fetched of them.
func (r *reader) further(groups [][]*scan, fetches []Fetch) []Further {
	var tables []Further
	for i, group := range groups {
		if slices.ContainsFunc(group, func(s *scan) bool { return s.further }) {
			ref := Ref{Source: fetches[i].Source, Table: fetches[i].Request.Table}
			tables = append(tables, Further{Ref: ref, Where: fetches[i].Request.Where})
		}
	}
	for _, ref := range r.emptied {
		if !slices.ContainsFunc(tables, func(f Further) bool { return f.Ref == ref && len(f.Where) == 0 }) {
			tables = append(tables, Further{Ref: ref})
		}
	}
	return tables
}

// empty takes note of the further columns among those of a result that DuckDB
// knows to be empty.
func (r *reader) empty(types []*logicalType) {
	for _, t := range types {
		if t == nil || t.Info == nil {
			continue
		}
		inner := []*logicalType{t.Info.Child}
		for _, field := range t.Info.Fields {
			inner = append(inner, field.Type)
		}
		r.empty(inner)
		var values []string
		if t.ID != "ENUM" || json.Unmarshal(t.Info.Values, &values) != nil || len(values) != 3 || values[0] != furtherMark {
			continue
		}
		source, table := strings.TrimPrefix(values[1], "of "), strings.TrimPrefix(values[2], "table ")
		if known, ok := r.tables(source, table); ok && known.Wider {
			r.emptied = append(r.emptied, Ref{Source: source, Table: known.Name})
		}
	}
}

func (f Further) line() string {
	text := fmt.Sprintf("further columns of %s are needed", qualified(f.Source, f.Table))
	for i, p := range f.Where {
		text += []string{" where ", " and "}[min(i, 1)] + predicateText(p)
	}
	return text
}
