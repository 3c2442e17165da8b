package sqlengine

import (
	"slices"
	"strings"
)

// bracketed tells whether one name in brackets begins at the i-th token, where
// DuckDB takes it for a list and not for the place of an element.
func bracketed(stmt statement, i int) (name string, ok bool) {
	if i+2 >= len(stmt.tokens) || !stmt.tokens[i].is(stmt.text, "[") || !stmt.tokens[i+2].is(stmt.text, "]") {
		return "", false
	}
	inner := stmt.tokens[i+1]
	if name = inner.text(stmt.text); inner.kind != word || constants[strings.ToUpper(name)] {
		return "", false
	}
	if i == 0 {
		return name, true
	}
	before := stmt.tokens[i-1]
	subscripted := before.kind == quoted || before.kind == literal || before.is(stmt.text, ")") || before.is(stmt.text, "]")
	if before.kind == word && !opensExpression[strings.ToUpper(before.text(stmt.text))] {
		subscripted = true
	}
	return name, !subscripted
}

// constants are words that are values, not columns.
var constants = map[string]bool{
	"NULL": true, "TRUE": true, "FALSE": true, "CURRENT_DATE": true, "CURRENT_TIMESTAMP": true,
}

// opensExpression are words after which a bracket opens a list.
var opensExpression = map[string]bool{
	"SELECT": true, "WHERE": true, "AND": true, "OR": true, "NOT": true, "BY": true, "ON": true, "ALL": true,
	"IN": true, "HAVING": true, "WHEN": true, "THEN": true, "ELSE": true, "DISTINCT": true, "CASE": true,
	"QUALIFY": true, "LIKE": true, "BETWEEN": true,
}

// meansList tells whether the name in brackets at the i-th token stands where
// people who know DuckDB write lists: as an operand of an operator that would
// fail if they meant the column, in a list, or as the argument of a function of
// lists.
func meansList(stmt statement, i int) bool {
	if i > 0 {
		before := stmt.tokens[i-1]
		if before.is(stmt.text, "IN") || before.is(stmt.text, "[") || before.is(stmt.text, "{") || operates(stmt, i-1) {
			return true
		}
	}
	if i+3 < len(stmt.tokens) {
		after := stmt.tokens[i+3]
		if after.is(stmt.text, "[") || after.is(stmt.text, ".") || operates(stmt, i+3) && !columnsCompared(stmt, i+3) {
			return true
		}
	}
	function := enclosing(stmt, i)
	for _, prefix := range []string{"list_", "array_"} {
		if strings.HasPrefix(function, prefix) {
			return true
		}
	}
	return slices.Contains([]string{"unnest", "any", "some", "all", "flatten", "in", "map", "values"}, function)
}

// operates tells whether the i-th token is of an operator.
func operates(stmt statement, i int) bool {
	t := stmt.tokens[i]
	return t.kind == symbol && strings.Contains("=<>!|&@+-*/:", t.text(stmt.text))
}

// columnsCompared tells whether what is compared at the i-th token is a name in
// brackets on either side: [a] = [b].
func columnsCompared(stmt statement, i int) bool {
	for i < len(stmt.tokens) && operates(stmt, i) {
		i++
	}
	_, ok := bracketed(stmt, i)
	return ok
}

// enclosing returns the function, in lower case, whose arguments the i-th token
// is among; "" for none.
func enclosing(stmt statement, i int) string {
	depth := 0
	for i--; i >= 0; i-- {
		switch t := stmt.tokens[i]; {
		case t.is(stmt.text, ")"):
			depth++
		case t.is(stmt.text, "(") && depth > 0:
			depth--
		case t.is(stmt.text, "("):
			if i == 0 {
				return ""
			}
			return strings.ToLower(stmt.tokens[i-1].name(stmt.text))
		}
	}
	return ""
}

// bracketHint returns the DuckDB form of the names in brackets that a syntax
// error is about, at a byte of the statement: FROM [pt].[Issues], i.[Id],
// [Assigned to]. It answers "" where there are none.
func bracketHint(stmt statement, at int) string {
	for i, t := range stmt.tokens {
		name, next, ok := namedInBrackets(stmt, i)
		if !ok || at < t.start || at >= stmt.tokens[next-1].end {
			continue
		}
		names := []string{name}
		for next+1 < len(stmt.tokens) && stmt.tokens[next].is(stmt.text, ".") {
			name, after, ok := namedInBrackets(stmt, next+1)
			if !ok {
				break
			}
			names, next = append(names, name), after
		}
		return "Write " + quote(names...) + ": names are quoted with double quotes."
	}
	return ""
}

// namedInBrackets tells whether words in brackets begin at the i-th token: the
// name that they are, and the token after them.
func namedInBrackets(stmt statement, i int) (name string, next int, ok bool) {
	if !stmt.tokens[i].is(stmt.text, "[") {
		return "", 0, false
	}
	for next = i + 1; next < len(stmt.tokens); next++ {
		t := stmt.tokens[next]
		switch {
		case t.is(stmt.text, "FOR"): // [x FOR x IN list]
			return "", 0, false
		case t.is(stmt.text, "]") && next > i+1:
			name = strings.TrimSpace(stmt.text[stmt.tokens[i].end:t.start])
			return name, next + 1, true
		case t.kind != word && (t.kind != number || next == i+1) && !t.is(stmt.text, "-") && !t.is(stmt.text, "/") && !t.is(stmt.text, "#"):
			return "", 0, false
		}
	}
	return "", 0, false
}
