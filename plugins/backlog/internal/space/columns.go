package space

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/apache/arrow-go/v18/arrow"

	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

// suffix makes another name of one that is taken.
const suffix = "CustomField"

// Kind is what the values of a custom field are: what fields of one name must
// have in common to be one column.
type Kind uint8

// The kinds of custom fields.
const (
	Words   Kind = iota // types 1 and 2: text
	Number              // type 3
	Day                 // type 4
	One                 // types 5 and 8: the name of one item
	Several             // types 6 and 7: the names of items
	Other               // a type that this program does not know: JSON
)

func (k Kind) String() string {
	return [...]string{"text", "a number", "a date", "one of a list", "several of a list", "JSON"}[k]
}

var kinds = map[int]Kind{1: Words, 2: Words, 3: Number, 4: Day, 5: One, 6: Several, 7: Several, 8: One}

// Kind returns the kind of the field's type.
func (f Field) Kind() Kind {
	if kind, ok := kinds[f.Type]; ok {
		return kind
	}
	return Other
}

// FieldColumn is a column that custom fields become.
type FieldColumn struct {
	// Name is no other column's, without regard to case.
	Name string
	// Type is Text, Float, Date or Texts of package relation.
	Type arrow.DataType
	Kind Kind
	// Fields are what the column holds, at most one of each project, by id.
	Fields []Field
	// Alias says that the fields are in another column, too, which has the name
	// without a project's key.
	Alias bool
}

// Alike tells whether fields of two columns have the same name.
func (c *FieldColumn) Alike(other *FieldColumn) bool {
	return fold(label(c.Fields[0])) == fold(label(other.Fields[0]))
}

// In tells whether one of the projects has a field of the column.
func (c *FieldColumn) In(projects []int64) bool {
	return slices.ContainsFunc(c.Fields, func(f Field) bool { return slices.Contains(projects, f.Project) })
}

// Columns returns the columns that fields become, in the order of their ids.
// Fixed tells which names the table's own columns have. The field with the
// lowest id gives a column its name; fields of equal name and kind in other
// projects are the same column; those of another kind are "Name (KEY)", with
// their project's key. A name that is taken is followed by CustomField, and
// where that is taken by the field's id. So a new field renames no column.
//
// Behind them are the aliases: where a name has fields of several kinds, those
// that are the column without a key are "Name (KEY)", too, as far as that name
// is free.
func Columns(fields []Field, projects []Project, fixed func(name string) bool) []FieldColumn {
	n := naming{fixed: fixed, taken: map[string]bool{}, common: map[string]int{}, several: map[int]bool{}, keys: map[int64]string{}}
	for _, p := range projects {
		n.keys[p.ID] = p.Key
	}
	fields = slices.Clone(fields)
	slices.SortFunc(fields, func(a, b Field) int { return cmp.Compare(a.ID, b.ID) })
	fields = slices.CompactFunc(fields, func(a, b Field) bool { return a.ID == b.ID })
	for _, f := range fields {
		n.add(f)
	}
	n.addAliases()
	return n.columns
}

// naming gives fields their columns, one by one.
type naming struct {
	columns []FieldColumn
	fixed   func(name string) bool
	// taken are the folded names of columns, and common the columns without a
	// project's key by the folded names of their fields.
	taken  map[string]bool
	common map[string]int
	// several are those of the common columns whose name has other columns, too.
	several map[int]bool
	keys    map[int64]string
}

func (n *naming) add(f Field) {
	name := label(f)
	i, known := n.common[fold(name)]
	switch {
	case !known:
		n.common[fold(name)] = len(n.columns)
		n.append(n.free(name, f.ID), f)
	case n.columns[i].takes(f):
		n.columns[i].Fields = append(n.columns[i].Fields, f)
	default:
		n.several[i] = true
		n.append(n.free(n.keyed(f), f.ID), f)
	}
}

func (n *naming) append(name string, f Field) {
	n.taken[fold(name)] = true
	n.columns = append(n.columns, FieldColumn{Name: name, Type: f.Kind().column().Type, Kind: f.Kind(), Fields: []Field{f}})
}

func (n *naming) addAliases() {
	for i := range n.columns {
		if !n.several[i] {
			continue
		}
		for _, f := range n.columns[i].Fields {
			if name := n.keyed(f); !n.used(name) {
				n.append(name, f)
				n.columns[len(n.columns)-1].Alias = true
			}
		}
	}
}

// keyed is the name of a field with the key of its project.
func (n *naming) keyed(f Field) string {
	return strings.TrimSpace(label(f) + " (" + n.key(f.Project) + ")")
}

// takes tells whether a field can be in the column: a row has one value.
func (c *FieldColumn) takes(f Field) bool {
	return c.Kind == f.Kind() && !slices.ContainsFunc(c.Fields, func(other Field) bool {
		return other.Project == f.Project
	})
}

func (n *naming) key(project int64) string {
	if key := n.keys[project]; key != "" {
		return key
	}
	return strconv.FormatInt(project, 10)
}

// free returns the first of the names that a column may have that is not taken.
func (n *naming) free(name string, id int64) string {
	if !n.used(name) {
		return name
	}
	name += suffix
	for n.used(name) {
		name += " " + strconv.FormatInt(id, 10)
	}
	return name
}

func (n *naming) used(name string) bool {
	return name == "" || n.taken[fold(name)] || n.fixed(name)
}

// label is the name of a field as that of a column: without control characters,
// and blanks at its ends.
func label(f Field) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(f.Name, "\uFFFD")))
}

// fold returns the same for names that are equal without regard to case, as
// [strings.EqualFold] sees it.
func fold(name string) string {
	return strings.Map(func(r rune) rune {
		least := r
		for other := unicode.SimpleFold(r); other != r; other = unicode.SimpleFold(other) {
			least = min(least, other)
		}
		return least
	}, name)
}

// column returns where the values of a kind stand in an issue.
func (k Kind) column() relation.Column {
	const value = "customFields.#.value"
	switch k {
	case Number:
		return relation.Column{Type: relation.Float, Path: value}
	case Day:
		return relation.Column{Type: relation.Date, Path: value}
	case One:
		return relation.Column{Type: relation.Text, Path: value + ".name"}
	case Several:
		return relation.Column{Type: relation.Texts, Path: value + ".#.name"}
	}
	return relation.Column{Type: relation.Text, Path: value}
}

// Column returns the column of Issues. Its conditions stay with the caller.
func (c FieldColumn) Column(projects []Project) relation.Column {
	column := c.Kind.column()
	column.Name = c.Name
	var keys []string
	for _, f := range c.Fields {
		column.Only = append(column.Only, f.ID)
		for _, p := range projects {
			if p.ID == f.Project {
				keys = append(keys, p.Key)
			}
		}
	}
	column.Doc = "The custom field " + strconv.Quote(label(c.Fields[0])) + ": " + c.Kind.String() + "."
	if len(keys) > 0 {
		column.Doc = strings.TrimSuffix(column.Doc, ".") + ", in " + strings.Join(keys, ", ") + "."
	}
	return column
}
