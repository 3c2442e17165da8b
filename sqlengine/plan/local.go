package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"

	"github.com/trackql/trackql/connector"
)

// Local is a table of no source that the statement reads: one of the session's
// own.
type Local struct {
	Catalog, Schema, Table string
	// Holds are conditions that its rows satisfy of which the statement needs
	// something.
	Holds []connector.Predicate
}

// LocalLink is a dynamic filter by the rows of a table that is here: rows of the
// To table matter only where ToColumn equals some value that one of FromColumns
// has there. NULL is no such value.
type LocalLink struct {
	// From is a position in Plan.Locals, and To one in Plan.Fetches.
	From, To    int
	FromColumns []string
	// Casts are as in Link.
	Casts    []string
	ToColumn string
	Grade    connector.Grade
}

// local returns what is known of a scan of a table of no source, so that its
// keys may narrow others.
func (r *reader) local(op *operator, data scanData, at place) *relation {
	s := &scan{
		local:    &Local{Catalog: data.Catalog, Schema: data.Schema, Table: data.Table},
		table:    &connector.Table{Name: data.Table},
		types:    map[int]string{},
		needed:   map[int]bool{},
		repeated: at.repeated,
	}
	for i, name := range op.Names {
		c := connector.Column{Name: name, Nullable: true, Type: arrow.Null}
		if i < len(op.ReturnedTypes) {
			c.Type = op.ReturnedTypes[i].arrow()
		}
		s.table.Columns = append(s.table.Columns, c)
	}
	r.locals = append(r.locals, s)
	return r.scanned(op, s)
}

// localGroups returns the reads of each table of no source.
func (r *reader) localGroups() [][]*scan {
	return grouped(r.locals, func(a, b *scan) bool { return sameLocal(*a.local, *b.local) })
}

func sameLocal(a, b Local) bool {
	return a.Catalog == b.Catalog && a.Schema == b.Schema && a.Table == b.Table
}

// narrowing returns the tables of no source whose keys may narrow a fetch, and
// how.
func (r *reader) narrowing(groups [][]*scan) (locals []Local, links []LocalLink) {
	for _, from := range r.localGroups() {
		local := *from[0].local
		local.Holds = held(from)
		used := false
		for to, reads := range groups {
			for pos, grade := range keyColumns(reads[0].table) {
				columns, casts, ok := r.sources(reads, pos, from)
				if !ok {
					continue
				}
				used = true
				links = append(links, LocalLink{
					From: len(locals), FromColumns: columns, Casts: casts,
					To: to, ToColumn: reads[0].table.Columns[pos].Name, Grade: grade,
				})
			}
		}
		if used {
			locals = append(locals, local)
		}
	}
	return locals, links
}

// held returns the conditions that all rows satisfy that the reads of a table
// need.
func held(reads []*scan) []connector.Predicate {
	var f Fetch
	for range reads {
		f.Reads++
	}
	if len(reads) == 1 {
		f.one(reads[0])
	} else {
		f.several(reads)
	}
	return slices.DeleteFunc(f.Holds, func(p connector.Predicate) bool {
		c, ok := reads[0].table.Column(p.Column)
		return !ok || slices.ContainsFunc(p.Values, func(v connector.Value) bool { return !connector.Comparable(c.Type, v) })
	})
}

// arrow returns the Arrow type of a type whose values can be keys; the null type
// of others.
func (t *logicalType) arrow() arrow.DataType {
	if t == nil {
		return arrow.Null
	}
	if _, ok := integerDigits[t.ID]; ok {
		return arrow.PrimitiveTypes.Int64
	}
	switch t.ID {
	case "BOOLEAN":
		return arrow.FixedWidthTypes.Boolean
	case "VARCHAR":
		return arrow.BinaryTypes.String
	case "FLOAT", "DOUBLE":
		return arrow.PrimitiveTypes.Float64
	case "DATE":
		return arrow.FixedWidthTypes.Date32
	case "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS":
		return &arrow.TimestampType{Unit: arrow.Microsecond}
	case "TIMESTAMP WITH TIME ZONE", "TIMESTAMP_TZ":
		return arrow.FixedWidthTypes.Timestamp_us
	case "DECIMAL":
		return &arrow.Decimal128Type{Precision: 38}
	}
	return arrow.Null
}

// sql returns the name of a type that values are converted to, to be keys.
func (t *logicalType) sql() (string, bool) {
	if t == nil {
		return "", false
	}
	if _, ok := integerDigits[t.ID]; ok || t.ID == "VARCHAR" || t.ID == "DATE" {
		return t.ID, true
	}
	return "", false
}

// LocalLine shows one of the plan's links from a table of no source.
func (p *Plan) LocalLine(l LocalLink) string {
	from, to := p.Locals[l.From], &p.Fetches[l.To]
	names := make([]string, len(l.FromColumns))
	for i, name := range l.FromColumns {
		names[i] = converted(qualified(from.Schema, from.Table)+"."+connector.QuoteName(name), l.Casts)
	}
	return fmt.Sprintf("link %s.%s in %s (%s)",
		qualified(to.Source, to.Request.Table), connector.QuoteName(l.ToColumn), strings.Join(names, ", "), l.Grade)
}

// converted shows what becomes of a value.
func converted(text string, casts []string) string {
	for _, name := range casts {
		text = "CAST(" + text + " AS " + name + ")"
	}
	return text
}
