package connectortest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"

	"github.com/trackql/trackql/connector"
)

// checkTables holds the descriptions against themselves: no scan is made.
func checkTables(s *session) {
	if len(s.tables) == 0 {
		s.Errorf("the source has no tables")
	}
	seen := map[string]bool{}
	for i := range s.tables {
		t := &s.tables[i]
		for _, problem := range problems(t, s.tables) {
			s.failf(t.Name, "%s", problem)
		}
		if name := strings.ToLower(t.Name); seen[name] {
			s.failf(t.Name, "another table has this name; names are unique without regard to case")
		} else {
			seen[name] = true
		}
	}
	again, err := s.src.Tables(s.ctx)
	if err != nil || len(again) != len(s.tables) {
		s.Errorf("Tables gives %d tables the first time, %d the second (%v)", len(s.tables), len(again), err)
	}
}

// problems lists what contradicts itself in a table's description.
func problems(t *connector.Table, all []connector.Table) []string {
	list := nameProblems(t)
	for i := range t.Columns {
		for _, text := range columnProblems(&t.Columns[i]) {
			list = append(list, fmt.Sprintf("column %s: %s", t.Columns[i].Name, text))
		}
	}
	list = append(list, keyProblems(t)...)
	for _, ref := range t.References {
		if text := referenceProblem(t, ref, all); text != "" {
			list = append(list, fmt.Sprintf("reference (%s) to %s (%s): %s",
				strings.Join(ref.Columns, ", "), ref.Table, strings.Join(ref.To, ", "), text))
		}
	}
	return append(list, writeProblems(t)...)
}

func nameProblems(t *connector.Table) []string {
	var list []string
	if !clean(t.Name) {
		list = append(list, fmt.Sprintf("%q is no name for a table", t.Name))
	}
	if len(t.Columns) == 0 {
		list = append(list, "it has no columns")
	}
	if t.Rows < 0 {
		list = append(list, fmt.Sprintf("Rows is %d; what is not known is 0", t.Rows))
	}
	for i, c := range t.Columns {
		if !clean(c.Name) {
			list = append(list, fmt.Sprintf("%q is no name for a column", c.Name))
		}
		if other, _ := t.Column(c.Name); other != nil && other != &t.Columns[i] {
			list = append(list, fmt.Sprintf("columns %s and %s have one name; names are unique without regard to case", other.Name, c.Name))
		}
	}
	return list
}

// clean tells whether a name can stand in SQL, quoted or not.
func clean(name string) bool {
	return name != "" && strings.TrimSpace(name) == name && !strings.ContainsAny(name, "\x00\n\r") &&
		strings.ToValidUTF8(name, "") == name
}

func columnProblems(c *connector.Column) []string {
	var list []string
	kind, ordered := connector.ComparesWith(c.Type)
	for _, op := range c.Filters.Operators() {
		if !fits(op, c.Type) {
			list = append(list, fmt.Sprintf("%s is graded %s, but no constant fits type %s", op, c.Filters[op], c.Type))
		}
		if c.Filters[op] > connector.Exact {
			list = append(list, fmt.Sprintf("%s has grade %d, which there is not", op, c.Filters[op]))
		}
	}
	if c.Sortable && c.Nullable {
		list = append(list, "it is sortable and nullable; only a column that is never NULL may be sortable")
	}
	if c.Asked && (!c.Nullable || c.Sortable || c.Filters != connector.Filters{connector.Eq: connector.Exact}) {
		list = append(list, "it is asked; such a column is nullable, not sortable, and graded by Eq alone, Exact")
	}
	if c.Sortable && !ordered {
		list = append(list, fmt.Sprintf("it is sortable, but type %s has no order", c.Type))
	}
	for i, v := range c.Values {
		if v.Kind() != kind {
			list = append(list, fmt.Sprintf("%s in Values is no value of type %s", v, c.Type))
		}
		if slices.Contains(c.Values[:i], v) {
			list = append(list, fmt.Sprintf("%s is in Values twice", v))
		}
	}
	return list
}

func keyProblems(t *connector.Table) []string {
	var list []string
	for _, key := range append([][]string{t.Key}, t.Unique...) {
		for i, name := range key {
			switch c, ok := t.Column(name); {
			case !ok:
				list = append(list, fmt.Sprintf("key (%s): there is no column %q", strings.Join(key, ", "), name))
			case c.Name != name:
				list = append(list, fmt.Sprintf("key (%s): the column is spelled %s", strings.Join(key, ", "), c.Name))
			case slices.Contains(key[:i], name):
				list = append(list, fmt.Sprintf("key (%s): %s is in it twice", strings.Join(key, ", "), name))
			}
		}
	}
	for _, key := range t.Unique {
		if len(key) == 0 {
			list = append(list, "Unique holds a key without columns")
		}
	}
	return list
}

func referenceProblem(t *connector.Table, ref connector.Reference, all []connector.Table) string {
	i := slices.IndexFunc(all, func(other connector.Table) bool { return other.Name == ref.Table })
	if i < 0 {
		return "there is no such table"
	}
	if len(ref.Columns) == 0 || len(ref.Columns) != len(ref.To) {
		return fmt.Sprintf("%d columns refer to %d", len(ref.Columns), len(ref.To))
	}
	for n, name := range ref.Columns {
		from, ok := t.Column(name)
		if !ok {
			return fmt.Sprintf("there is no column %q", name)
		}
		to, ok := all[i].Column(ref.To[n])
		if !ok {
			return fmt.Sprintf("%s has no column %q", ref.Table, ref.To[n])
		}
		if !comparable(from.Type, to.Type) {
			return fmt.Sprintf("%s of type %s cannot equal %s of type %s", from.Name, from.Type, to.Name, to.Type)
		}
	}
	return ""
}

// comparable tells whether values of two types can be equal.
func comparable(a, b arrow.DataType) bool {
	numbers := []connector.ValueKind{connector.IntValue, connector.FloatValue, connector.DecimalValue}
	k, ok := connector.ComparesWith(a)
	l, also := connector.ComparesWith(b)
	return ok && also && (k == l || slices.Contains(numbers, k) && slices.Contains(numbers, l))
}

func writeProblems(t *connector.Table) []string {
	var list []string
	if t.Writes&(connector.Update|connector.Upsert|connector.Delete) != 0 && len(t.Key) == 0 {
		list = append(list, "it is updated or deleted by key, but has none")
	}
	for _, c := range t.Columns {
		if c.Access&connector.Insertable != 0 && t.Writes&(connector.Insert|connector.Upsert) == 0 {
			list = append(list, fmt.Sprintf("column %s is insertable, but the table takes no insert", c.Name))
		}
		if c.Access&connector.Updatable != 0 && t.Writes&(connector.Update|connector.Upsert) == 0 {
			list = append(list, fmt.Sprintf("column %s is updatable, but the table takes no update", c.Name))
		}
	}
	return list
}

// checkDocumentation asks for what a person needs who sees the table for the
// first time.
func checkDocumentation(s *session) {
	for i := range s.tables {
		t := &s.tables[i]
		if strings.TrimSpace(t.Doc) == "" {
			s.failf(t.Name, "Doc is empty; say in a sentence what one row is")
		}
		for _, c := range t.Columns {
			if strings.TrimSpace(c.Doc) == "" {
				s.failf(t.Name, "column %s: Doc is empty; say what the value is, with its unit", c.Name)
			}
		}
		if len(t.Examples) < 2 {
			s.failf(t.Name, "%d examples, want two queries that a person may want to ask", len(t.Examples))
		}
		for n, e := range t.Examples {
			if strings.TrimSpace(e.Doc) == "" || !strings.Contains(e.SQL, "{source}") {
				s.failf(t.Name, "example %d (%s) has no Doc, or does not write its schema as {source}", n+1, e.SQL)
			}
		}
	}
}

// checkWrites compares what tables declare with what the source is.
func checkWrites(s *session) {
	_, writer := connector.As[connector.Writer](s.src)
	var declared []string
	for _, t := range s.tables {
		if t.Writes != 0 {
			declared = append(declared, t.Name)
		}
	}
	switch {
	case writer && len(declared) == 0:
		s.Errorf("the source is a connector.Writer, but no table declares what it takes in Writes")
	case !writer && len(declared) > 0:
		s.Errorf("tables %s declare Writes, but the source is no connector.Writer", strings.Join(declared, ", "))
	}
}
