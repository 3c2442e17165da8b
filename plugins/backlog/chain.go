package backlog

import (
	"strings"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

// chain is the way from a root to a table: each is the parent of the next.
type chain []*relation.Table

// chainTo returns the way to a table.
func (t tables) chainTo(table *relation.Table) chain {
	var way chain
	for at := table; at != nil; at = t.byName[strings.ToLower(at.Parent)] {
		way = append(chain{at}, way...)
	}
	return way
}

// place is a column of one table of a chain.
type place struct {
	level  int
	column *relation.Column
}

// origin follows a column of the table at a level to where its value comes from:
// up through the parents, as far as the column is one of theirs.
func (c chain) origin(level int, name string) (place, error) {
	for {
		column, ok := c[level].Column(name)
		if !ok {
			return place{}, connector.Errorf(connector.NotFound, "table %s has no column %q", c[level].Name, name)
		}
		if column.Of == "" {
			return place{level, column}, nil
		}
		level, name = level-1, column.Of
	}
}

// asked returns the level whose requests bring the rows of a level: itself, or
// the nearest table above it that it is inside of.
func (c chain) asked(level int) int {
	for c[level].Path == "" {
		level--
	}
	return level
}

// words returns the names in braces of a path or query.
func words(text string) []string {
	var names []string
	for {
		_, rest, ok := strings.Cut(text, "{")
		if !ok {
			return names
		}
		name, rest, _ := strings.Cut(rest, "}")
		names = append(names, name)
		text = rest
	}
}

// fill puts values in the places of the words of a text.
func fill(text string, value func(word string) string) string {
	var filled strings.Builder
	for {
		before, rest, ok := strings.Cut(text, "{")
		filled.WriteString(before)
		if !ok {
			return filled.String()
		}
		name, rest, _ := strings.Cut(rest, "}")
		filled.WriteString(value(name))
		text = rest
	}
}

// requestWords returns the words that a request for a table's rows needs.
func requestWords(t *relation.Table) []string { return append(words(t.Path), words(t.Query)...) }
