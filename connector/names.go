package connector

import (
	"fmt"
	"strings"
)

// reserved are the words that DuckDB does not take as a bare column or table
// name: of duckdb_keywords(), the category "reserved" and most of
// "type_function", such as left and by.
var reserved = func() map[string]bool {
	words := map[string]bool{}
	for _, word := range strings.Fields(`
		all analyse analyze and anti any array as asc asof asymmetric at
		authorization binary both by case cast check collate collation column
		concurrently constraint create cross default deferrable desc describe
		distinct do else end except false fetch for foreign freeze from full
		glob group having ilike in initially inner intersect into is isnull join
		lambda lateral leading left like limit natural not notnull null offset
		on only or order outer overlaps pivot pivot_longer pivot_wider placing
		positional primary qualify references returning right select semi show
		similar some summarize symmetric table tablesample then to trailing true
		union unique unpack unpivot using variadic verbose when where window
		with`) {
		words[word] = true
	}
	return words
}()

// QuoteName returns name as an SQL identifier: as it is where that is safe,
// else in double quotes.
func QuoteName(name string) string {
	plain := name != "" && !reserved[strings.ToLower(name)]
	for i, r := range name {
		letter := r == '_' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
		if !letter && (i == 0 || r < '0' || r > '9') {
			plain = false
			break
		}
	}
	if plain {
		return name
	}
	return `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
}

// QuoteText returns text as an SQL string literal.
func QuoteText(text string) string {
	return "'" + strings.ReplaceAll(text, "'", "''") + "'"
}

// nameOf returns the name of a number of a set: "kind(200)" where it has none,
// as a number from another process may not.
func nameOf(n uint8, set string, names ...string) string {
	if int(n) < len(names) {
		return names[n]
	}
	return fmt.Sprintf("%s(%d)", set, n)
}
