package connector

import (
	"strings"
)

// reserved are the words that DuckDB does not take as a bare column or table
// name (duckdb_keywords(), category "reserved").
var reserved = func() map[string]bool {
	words := map[string]bool{}
	for _, word := range strings.Fields(`
		all analyse analyze and any array as asc asymmetric both case cast check
		collate column constraint create default deferrable desc describe
		distinct do else end except false fetch for foreign from group having in
		initially intersect into lambda lateral leading limit not null offset on
		only or order pivot pivot_longer pivot_wider placing primary qualify
		references returning select show some summarize symmetric table then to
		trailing true union unique unpivot using variadic when where window with`) {
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
