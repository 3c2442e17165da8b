package sqlengine

import (
	"fmt"
	"strings"
)

// habits finds what other dialects write and DuckDB reads as something else:
// [Id] is a list here.
func habits(stmt statement) []Notice {
	var notices []Notice
	for i := range stmt.tokens {
		name, ok := bracketed(stmt, i)
		if !ok {
			continue
		}
		notices = append(notices, Notice{
			Code:  "list-literal",
			Text:  fmt.Sprintf("[%s] is a list of one value, not the column %s", name, name),
			Hint:  fmt.Sprintf(`Write "%s" for the column.`, name),
			Count: 1,
		})
	}
	return notices
}

// bracketed tells whether a name in brackets begins at the i-th token, where it
// is a list and not an element of one.
func bracketed(stmt statement, i int) (name string, ok bool) {
	if i+2 >= len(stmt.tokens) || !stmt.tokens[i].is(stmt.text, "[") || !stmt.tokens[i+2].is(stmt.text, "]") {
		return "", false
	}
	if name = stmt.tokens[i+1].name(stmt.text); name == "" {
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

// opensExpression are words after which a bracket opens a list.
var opensExpression = map[string]bool{
	"SELECT": true, "WHERE": true, "AND": true, "OR": true, "NOT": true, "BY": true, "ON": true,
	"IN": true, "HAVING": true, "WHEN": true, "THEN": true, "ELSE": true, "DISTINCT": true, "CASE": true,
}

// dateParts are the functions whose first argument is a bare word elsewhere.
var dateParts = map[string]bool{"DATEADD": true, "DATEPART": true, "DATEDIFF": true}

// habitHint returns the DuckDB form of what another dialect writes, where that
// may be why DuckDB refused the statement; else "".
func habitHint(stmt statement, message string) string {
	for i, t := range stmt.tokens {
		text := t.text(stmt.text)
		switch {
		case i == 0 && (t.is(stmt.text, "EXEC") || t.is(stmt.text, "EXECUTE")) && strings.Contains(message, "syntax error"):
			return "Write CALL procedure(…) to run a procedure."
		case t.kind == backtick:
			return fmt.Sprintf(`Write "%s": names are quoted with double quotes.`, strings.Trim(text, "`"))
		case t.is(stmt.text, "TOP") && i > 0 && i+1 < len(stmt.tokens) && stmt.tokens[i+1].kind == number && strings.Contains(message, "syntax error"):
			return fmt.Sprintf("Write LIMIT %s at the end of the query.", stmt.tokens[i+1].text(stmt.text))
		case dateParts[strings.ToUpper(text)] && i+2 < len(stmt.tokens) && stmt.tokens[i+2].kind == word && strings.Contains(message, `"`+stmt.tokens[i+2].text(stmt.text)+`"`):
			part := stmt.tokens[i+2].text(stmt.text)
			return fmt.Sprintf("Write %s('%s', …): the part is a text here.", text, part)
		}
		if name, ok := bracketed(stmt, i); ok && strings.Contains(strings.ToLower(message), "[]") {
			return fmt.Sprintf(`[%s] is a list: write "%s" for the column.`, name, name)
		}
	}
	return ""
}
