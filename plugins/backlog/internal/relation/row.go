package relation

import (
	"iter"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/trackql/trackql/connector"
)

// Row is what the columns of one row come from. Its JSON stays as it came; it
// must not change while the row is in use.
type Row struct {
	// JSON is the row as it stands in an answer: an object, or, for a table whose
	// rows are plain values, that value.
	JSON gjson.Result
	// Table is the table that the row is of.
	Table *Table
	// Parent is the row that this one was asked for or is inside of; nil where
	// it was not read. Columns with Of that are not Fixed need it.
	Parent *Row
	// Fixed are values known from the request, by the names of columns as the
	// table spells them: words of the path, pseudo-columns, columns of a parent
	// that was not read. A column with a Path takes them where JSON has nothing.
	Fixed map[string]connector.Value
	// Part is the element of the array at the table's Split that makes the row.
	Part gjson.Result
	// Position is the row's place in its array, from 1; for a table with Split,
	// its place in that one, and 1 where there is none.
	Position int64
	// Member is the name under which the row stands, of a table with Members.
	Member string
	// Terms looks up what columns with Term hold; a row without one takes its
	// parent's.
	Terms Terms
}

// Terms tells what a facet of the term with an id is; false where the vocabulary
// has no such term in any project.
type Terms func(of Vocabulary, by Facet, id int64) (connector.Value, bool)

// Column finds a column by name, without regard to case.
func (t *Table) Column(name string) (*Column, bool) {
	for i := range t.Columns {
		if strings.EqualFold(t.Columns[i].Name, name) {
			return &t.Columns[i], true
		}
	}
	return nil, false
}

// Rows gives the rows of r.Table that stand at a place of an answer, each as a
// copy of r with its JSON, Position, Member and Part: an array gives a row an
// element, an object one row, or with Members one row a member; null and
// nothing give none. Each is cut further by the table's Split.
func (r Row) Rows(at gjson.Result) iter.Seq[Row] {
	return func(yield func(Row) bool) {
		position := int64(0)
		one := func(key, value gjson.Result) bool {
			position++
			row := r
			row.JSON, row.Position = value, position
			if r.Table.Members {
				row.Member = key.Str
			}
			return value.Type == gjson.Null || row.split(yield)
		}
		if at.IsArray() || at.IsObject() && r.Table.Members {
			at.ForEach(one)
			return
		}
		one(gjson.Result{}, at)
	}
}

// Answer gives the rows of r.Table in a whole answer of its Path.
func (r Row) Answer(answer gjson.Result) iter.Seq[Row] {
	if r.Table.Rows != "" {
		answer = answer.Get(r.Table.Rows)
	}
	return r.Rows(answer)
}

// Within gives the rows of t that are inside r.
func (r *Row) Within(t *Table) iter.Seq[Row] {
	return Row{Table: t, Parent: r}.Rows(r.at(t.Inside))
}

// split yields the rows that the table's Split makes of r.
func (r Row) split(yield func(Row) bool) bool {
	if r.Table.Split == "" {
		return yield(r)
	}
	at := r.JSON.Get(r.Table.Split)
	r.Part, r.Position = at, 1
	if !at.IsArray() {
		return yield(r)
	}
	r.Part, r.Position = gjson.Result{Type: gjson.Null, Raw: "null"}, 0
	more := true
	at.ForEach(func(_, element gjson.Result) bool {
		r.Part, r.Position = element, r.Position+1
		more = yield(r)
		return more
	})
	if r.Position > 0 {
		return more
	}
	r.Position = 1
	return yield(r)
}

// Has tells whether there is anything, be it null, at the path of a column.
func (r *Row) Has(c *Column) bool { return r.at(c.Path).Exists() }

// at returns what stands at a path of the row.
func (r *Row) at(path string) gjson.Result {
	if rest, ok := below(path, r.Table.Split); ok {
		return within(r.Part, rest)
	}
	return within(r.JSON, path)
}

// below returns the rest of a path that leads to or through another.
func below(path, through string) (rest string, ok bool) {
	if through == "" {
		return "", false
	}
	rest, ok = strings.CutPrefix(path, through)
	if !ok || rest != "" && rest[0] != '.' {
		return "", false
	}
	return strings.TrimPrefix(rest, "."), true
}

// within is [gjson.Result.Get], of which an empty path gives the value itself.
func within(value gjson.Result, path string) gjson.Result {
	if path == "" {
		return value
	}
	return value.Get(path)
}

// terms returns the nearest Terms.
func (r *Row) terms() Terms {
	for ; r != nil; r = r.Parent {
		if r.Terms != nil {
			return r.Terms
		}
	}
	return nil
}
