package shell

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/trackql/trackql/cmd/trackql/internal/shell/edit"
	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/sqlengine"
)

// Complete returns what a text could go on with at a position.
func (n *Names) Complete(text string, at int) edit.Completion {
	c, command := ParseCommand(text[:at])
	switch start := strings.TrimSpace(text[:at]); {
	case command && start[0] == '\\':
		return n.completeCommand(c, text, at)
	case command && start[0] == '.':
		return edit.Completion{}
	}
	return n.completeSQL(text, at)
}

// gap is where a completion goes.
type gap struct {
	// typed is what is there of a name, and path the names before it with dots
	// behind them.
	typed string
	path  []string
	// quoted says that typed began with a quote.
	quoted bool
	// before are the words of the statement before all that.
	before []word
	from   int
}

// gapAt finds out what is being written at a position; false where that can be
// no name: in a constant, in a comment, behind a number.
func gapAt(text string, at int) (gap, bool) {
	pieces := sqlengine.Pieces(text[:at])
	g := gap{from: at, before: around(text[:at], at)}
	if len(pieces) == 0 {
		return g, true
	}
	last := pieces[len(pieces)-1]
	switch {
	case last.Kind == sqlengine.Word:
		g.typed, g.from = text[last.Start:at], last.Start
	case last.Kind == sqlengine.Name && last.Open:
		g.typed, g.from, g.quoted = strings.ReplaceAll(text[last.Start+1:at], `""`, `"`), last.Start, true
	case last.Kind == sqlengine.Blank, last.Kind == sqlengine.Symbol, last.Kind == sqlengine.Comment && text[at-1] == '\n':
		return g.qualified(), true
	default:
		return g, last.Kind == sqlengine.Comment && !last.Open && text[last.Start] == '/'
	}
	g.before = g.before[:len(g.before)-1]
	return g.qualified(), true
}

// qualified takes the names with dots behind them off the words before.
func (g gap) qualified() gap {
	for len(g.before) > 1 && g.before[len(g.before)-1].is(".") {
		name := g.before[len(g.before)-2].name()
		if name == "" {
			break
		}
		g.path = append([]string{name}, g.path...)
		g.before = g.before[:len(g.before)-2]
	}
	return g
}

func (n *Names) completeSQL(text string, at int) edit.Completion {
	g, ok := gapAt(text, at)
	if !ok {
		return edit.Completion{}
	}
	found := &finder{gap: g, seen: map[string]bool{}}
	statement := around(text, at)
	relations := n.relations(statement)
	switch {
	case len(g.path) > 0:
		n.offerQualified(found, relations)
	case placeAfter(g.before).wantsTable():
		n.offerTables(found, statement)
	default:
		n.offerNames(found, relations)
	}
	return edit.Completion{From: g.from, Items: found.items()}
}

// offerQualified offers what there is behind a dot: the columns of a table, or
// the tables of a source.
func (n *Names) offerQualified(f *finder, relations []relation) {
	last := f.path[len(f.path)-1]
	for _, r := range relations {
		if strings.EqualFold(r.alias, last) || strings.EqualFold(r.table, last) {
			n.offerColumns(f, r)
		}
	}
	if len(f.path) > 1 {
		n.offerColumns(f, relation{source: f.path[len(f.path)-2], table: last})
		return
	}
	for _, t := range n.Tables {
		if strings.EqualFold(t.Source, last) {
			f.name(t.Name, t.Doc)
		}
	}
}

func (n *Names) offerColumns(f *finder, r relation) {
	if t, ok := n.table(r); ok {
		for _, c := range t.Columns {
			f.name(c.Name, joinedDoc(c.Type, c.Doc))
		}
	}
}

func joinedDoc(kind, doc string) string {
	if doc == "" {
		return kind
	}
	return kind + ": " + doc
}

// offerTables offers what can follow FROM.
func (n *Names) offerTables(f *finder, statement []word) {
	for _, name := range queries(statement) {
		f.name(name, "a query of this statement")
	}
	n.offerRelations(f)
	if f.typed != "" && !f.quoted {
		n.offerFunctions(f)
		n.offerKeywords(f)
	}
}

// offerRelations offers tables that need no schema, and schemas.
func (n *Names) offerRelations(f *finder) {
	for _, t := range n.Tables {
		if t.Source == "" || len(n.Sources) == 1 {
			f.name(t.Name, t.Doc)
		}
	}
	for _, s := range n.Sources {
		f.add(s.Name, f.quote(s.Name)+".", "source: "+s.Connector)
	}
}

// offerNames offers what can stand elsewhere: columns of the statement's tables
// first. Before it has any, those of all tables.
func (n *Names) offerNames(f *finder, relations []relation) {
	if len(f.before) == 0 && f.typed == "" {
		for _, start := range []string{"SELECT", "FROM", "WITH", "DESCRIBE", "SUMMARIZE", "SHOW", "EXPLAIN", "CREATE"} {
			f.add(start, start, "")
		}
		return
	}
	if len(f.before) > 0 {
		for _, r := range relations {
			n.offerColumns(f, r)
		}
		for _, r := range relations {
			if r.alias != "" {
				f.add(r.alias, f.quote(r.alias)+".", r.table)
			}
		}
		if len(relations) == 0 {
			for _, t := range n.Tables {
				n.offerColumns(f, relation{source: t.Source, table: t.Name})
			}
		}
	}
	if f.typed == "" || f.quoted {
		return
	}
	if len(f.before) > 0 {
		n.offerRelations(f)
		n.offerFunctions(f)
	}
	n.offerKeywords(f)
}

func (n *Names) offerFunctions(f *finder) {
	for _, name := range n.Functions {
		f.add(name, f.likeTyped(name, false)+"(", "")
	}
}

func (n *Names) offerKeywords(f *finder) {
	var fitting []string
	for name := range n.Keywords {
		if hasPrefixFold(name, f.typed) {
			fitting = append(fitting, name)
		}
	}
	slices.Sort(fitting)
	for _, name := range fitting {
		f.add(name, f.likeTyped(name, true), "")
	}
}

// finder gathers what fits.
type finder struct {
	gap
	seen map[string]bool
	// begins are items that begin with what was typed, and holds are names that
	// hold it elsewhere, for where nothing begins with it.
	begins, holds []edit.Item
}

// name offers a name of a table or column.
func (f *finder) name(name, doc string) { f.add(name, f.quote(name), doc) }

// add offers an item by its name.
func (f *finder) add(name, insert, detail string) {
	if f.seen[insert] {
		return
	}
	item := edit.Item{Insert: insert, Detail: detail}
	switch {
	case hasPrefixFold(name, f.typed):
		f.begins = append(f.begins, item)
	case utf8.RuneCountInString(f.typed) > 1 && strings.Contains(strings.ToLower(name), strings.ToLower(f.typed)) && !strings.HasSuffix(insert, "("):
		f.holds = append(f.holds, item)
	default:
		return
	}
	f.seen[insert] = true
}

func (f *finder) items() []edit.Item {
	if len(f.begins) > 0 {
		return f.begins
	}
	return f.holds
}

// quote returns a name as it is written: in quotes where it needs them, or
// where they have been begun.
func (f *finder) quote(name string) string {
	if f.quoted {
		return `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
	}
	return connector.QuoteName(name)
}

// likeTyped returns a word in capitals where what was typed is; capitals says
// what to do where nothing tells.
func (f *finder) likeTyped(word string, capitals bool) string {
	upper, lower := strings.ToUpper(f.typed), strings.ToLower(f.typed)
	switch {
	case f.typed == lower && upper != lower:
		return strings.ToLower(word)
	case f.typed == upper && upper != lower, capitals:
		return strings.ToUpper(word)
	}
	return word
}

func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}
