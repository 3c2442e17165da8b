package shell

import (
	"slices"
	"strings"

	"github.com/trackql/trackql/sqlengine"
)

// word is a piece that means something.
type word struct {
	sqlengine.Piece
	text string
}

// is tells whether the word is one of some keywords or symbols, in any case.
func (w word) is(any ...string) bool {
	if w.Kind != sqlengine.Word && w.Kind != sqlengine.Symbol {
		return false
	}
	return slices.ContainsFunc(any, func(s string) bool { return strings.EqualFold(s, w.text) })
}

// name returns the name that a word stands for, "" where it is none.
func (w word) name() string {
	switch w.Kind {
	case sqlengine.Word:
		return w.text
	case sqlengine.Name:
		return strings.ReplaceAll(strings.TrimSuffix(strings.TrimPrefix(w.text, `"`), `"`), `""`, `"`)
	}
	return ""
}

// words returns what means something of a text.
func words(text string) []word {
	var all []word
	for _, p := range sqlengine.Pieces(text) {
		if p.Kind != sqlengine.Blank && p.Kind != sqlengine.Comment {
			all = append(all, word{p, text[p.Start:p.End]})
		}
	}
	return all
}

// around returns the words of the statement that a position is in.
func around(text string, at int) []word {
	all := words(text)
	first, last := 0, len(all)
	for i, w := range all {
		switch {
		case w.text != ";" || w.Kind != sqlengine.Symbol:
		case w.End <= at:
			first = i + 1
		case i < last:
			last = i
		}
	}
	return all[first:last]
}

// relation is a table that a statement names, and how it calls it.
type relation struct {
	source, table, alias string
}

// clauses are words that begin a part of a statement.
var clauses = []string{
	"select", "from", "join", "where", "group", "order", "having", "limit", "on", "using", "set", "values",
	"qualify", "window", "with", "update", "into", "union", "except", "intersect", "returning",
}

// beforeTables are words that a table follows.
var beforeTables = []string{"from", "join", "into", "update", "table", "describe", "desc", "summarize", "view"}

// place is where one is after some words of a statement.
type place struct {
	// open has the clause of the statement, and of every parenthesis that is
	// open, in lower case: what is in parentheses has clauses of its own.
	open []string
	last word
}

// placeAfter returns the place after some words.
func placeAfter(before []word) *place {
	p := &place{open: []string{""}}
	for _, w := range before {
		p.pass(w)
	}
	return p
}

// pass goes on behind a word.
func (p *place) pass(w word) {
	switch inner := len(p.open) - 1; {
	case w.is("("):
		p.open = append(p.open, "")
	case w.is(")") && inner > 0:
		p.open = p.open[:inner]
	case w.is(clauses...):
		p.open[inner] = strings.ToLower(w.text)
	}
	p.last = w
}

// wantsTable tells whether what follows is the name of a table.
func (p *place) wantsTable() bool {
	if p.last.is(",") {
		clause := p.open[len(p.open)-1]
		return clause == "from" || clause == "join"
	}
	return p.last.is(beforeTables...)
}

// relations returns the tables that a statement names, and its own CTEs.
func (n *Names) relations(statement []word) []relation {
	var found []relation
	p := placeAfter(nil)
	for i, w := range statement {
		if p.wantsTable() {
			if r, ok := n.relation(statement[i:]); ok {
				found = append(found, r)
			}
		}
		p.pass(w)
	}
	return found
}

// relation reads SOURCE.TABLE AS ALIAS, where some words begin with it.
func (n *Names) relation(at []word) (relation, bool) {
	var path []string
	i := 0
	for i < len(at) && at[i].name() != "" && !n.reserved(at[i]) {
		path = append(path, at[i].name())
		if i++; i >= len(at) || !at[i].is(".") {
			break
		}
		i++
	}
	if len(path) == 0 {
		return relation{}, false
	}
	r := relation{table: path[len(path)-1]}
	if len(path) > 1 {
		r.source = path[len(path)-2]
	}
	if i < len(at) && at[i].is("as") {
		i++
	}
	if i < len(at) && at[i].name() != "" && !n.reserved(at[i]) {
		r.alias = at[i].name()
	}
	return r, true
}

// reserved tells whether a word cannot be a name.
func (n *Names) reserved(w word) bool {
	return w.Kind == sqlengine.Word && (n.Keywords[strings.ToLower(w.text)] || w.is(clauses...))
}

// queries returns the names of a statement's CTEs.
func queries(statement []word) []string {
	var names []string
	for i := range statement {
		follows := i+2 < len(statement) && statement[i+1].is("as") && statement[i+2].is("(", "materialized", "not")
		if follows && i > 0 && statement[i].name() != "" && statement[i-1].is("with", "recursive", ",") {
			names = append(names, statement[i].name())
		}
	}
	return names
}

// table returns the table that a relation names.
func (n *Names) table(r relation) (Table, bool) {
	for _, t := range n.Tables {
		if strings.EqualFold(t.Name, r.table) && (r.source == "" || strings.EqualFold(t.Source, r.source)) {
			return t, true
		}
	}
	return Table{}, false
}
