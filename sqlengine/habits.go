package sqlengine

import (
	"fmt"
	"slices"
	"strings"

	"github.com/trackql/trackql/connector"
)

// habits finds what other dialects write and DuckDB reads as something else:
// [Id] is a list here.
func habits(stmt statement) []Notice {
	var notices []Notice
	for i := range stmt.tokens {
		name, ok := bracketed(stmt, i)
		if !ok || meansList(stmt, i) {
			continue
		}
		notices = append(notices, Notice{
			Code:  "list-literal",
			Text:  fmt.Sprintf("[%s] is a list of one value, not the column %s", name, name),
			Hint:  fmt.Sprintf("Write %s for the column.", quote(name)),
			Count: 1,
		})
	}
	return notices
}

// habitHint returns the DuckDB form of what another dialect writes, where that
// may be why DuckDB refused the statement, at a byte of it or at none that is
// known; else "".
func habitHint(stmt statement, err *connector.Error, at int) string {
	message := err.Err.Error()
	wrong := strings.Contains(message, "syntax error")
	if strings.Contains(message, "errhint NOT IMPLEMENTED") {
		return "Write LIMIT 10 OFFSET 5 for LIMIT 5, 10."
	}
	if word := stmt.keyword(0); wrong && (word == "EXEC" || word == "EXECUTE") {
		return "Write CALL procedure(…) to run a procedure."
	}
	for i, t := range stmt.tokens {
		if t.kind == backtick {
			return fmt.Sprintf("Write %s: names are quoted with double quotes.", quote(strings.Trim(t.text(stmt.text), "`")))
		}
		for _, habit := range []func(statement, int, string) string{topHint, convertHint, functionHint, datePartHint} {
			if hint := habit(stmt, i, message); hint != "" {
				return hint
			}
		}
	}
	if wrong {
		return bracketHint(stmt, at)
	}
	if strings.Contains(message, "[]") {
		for i := range stmt.tokens {
			if name, ok := bracketed(stmt, i); ok {
				return fmt.Sprintf("[%s] is a list: write %s for the column.", name, quote(name))
			}
		}
	}
	return textHint(stmt, err)
}

// topHint is about TOP 5, TOP (5) and TOP 5 PERCENT.
func topHint(stmt statement, i int, message string) string {
	t := stmt.tokens[i]
	if !t.is(stmt.text, "TOP") || i == 0 || i+1 >= len(stmt.tokens) ||
		!strings.Contains(message, "syntax error") && !strings.Contains(message, "Function with name top ") {
		return ""
	}
	count := stmt.tokens[i+1]
	next := i + 2
	if count.is(stmt.text, "(") && i+3 < len(stmt.tokens) && stmt.tokens[i+3].is(stmt.text, ")") {
		count, next = stmt.tokens[i+2], i+4
	}
	if count.kind != number && count.kind != parameter {
		return ""
	}
	percent := ""
	if next < len(stmt.tokens) && stmt.tokens[next].is(stmt.text, "PERCENT") {
		percent = "%"
	}
	return fmt.Sprintf("Write LIMIT %s%s at the end of the query.", count.text(stmt.text), percent)
}

// convertHint is about CONVERT(type, value).
func convertHint(stmt statement, i int, message string) string {
	name := strings.ToUpper(stmt.tokens[i].text(stmt.text))
	if name != "CONVERT" && name != "TRY_CONVERT" || i+1 >= len(stmt.tokens) || !stmt.tokens[i+1].is(stmt.text, "(") ||
		!strings.Contains(message, "syntax error") && !strings.Contains(message, "Function with name "+strings.ToLower(name)+" ") {
		return ""
	}
	arguments := arguments(stmt, i+1)
	if len(arguments) < 2 {
		return ""
	}
	return fmt.Sprintf("Write %s(%s AS %s).", strings.Replace(name, "CONVERT", "CAST", 1), arguments[1], arguments[0])
}

// arguments returns the texts of the arguments in the parentheses that the i-th
// token opens.
func arguments(stmt statement, i int) []string {
	var found []string
	depth, begin := 0, stmt.tokens[i].end
	for _, t := range stmt.tokens[i:] {
		opens := t.is(stmt.text, "(") || t.is(stmt.text, "[")
		closes := t.is(stmt.text, ")") || t.is(stmt.text, "]")
		switch {
		case opens:
			depth++
		case closes:
			depth--
		}
		if closes && depth == 0 || depth == 1 && t.is(stmt.text, ",") {
			found = append(found, strings.TrimSpace(stmt.text[begin:t.start]))
			begin = t.end
		}
		if depth == 0 {
			return found
		}
	}
	return nil
}

// forms are what functions of other dialects are called here, where DuckDB does
// not know them.
var forms = map[string]string{
	"nvl": "coalesce(a, b)", "iif": "if(condition, a, b)", "replicate": "repeat(text, n)",
	"to_char": "strftime(moment, '%Y-%m-%d')", "date_format": "strftime(moment, '%Y-%m-%d')",
	"curdate": "current_date", "sysdate": "now()", "unix_timestamp": "epoch(moment)",
}

// functionHint is about functions that are called otherwise here.
func functionHint(stmt statement, i int, message string) string {
	name := strings.ToLower(stmt.tokens[i].text(stmt.text))
	form, ok := forms[name]
	if !ok || !strings.Contains(message, "Function with name "+name+" ") && !strings.Contains(strings.ToLower(message), `column "`+name+`"`) {
		return ""
	}
	return fmt.Sprintf("Write %s for %s.", form, strings.ToUpper(name))
}

// dateParts are the functions whose first argument is a bare word elsewhere.
var dateParts = []string{"DATEADD", "DATEPART", "DATEDIFF"}

func datePartHint(stmt statement, i int, message string) string {
	function := stmt.tokens[i].text(stmt.text)
	if !slices.Contains(dateParts, strings.ToUpper(function)) || i+2 >= len(stmt.tokens) || stmt.tokens[i+2].kind != word {
		return ""
	}
	part := stmt.tokens[i+2].text(stmt.text)
	if !strings.Contains(message, `"`+part+`"`) {
		return ""
	}
	return fmt.Sprintf("Write %s('%s', …): the part is a text here.", function, part)
}

// textHint is about a text in double quotes, which DuckDB takes for a column.
func textHint(stmt statement, err *connector.Error) string {
	message := err.Err.Error()
	if !strings.HasPrefix(message, "Referenced column ") {
		return ""
	}
	name := misspelled(message)
	for i, t := range stmt.tokens {
		if t.kind != quoted || t.name(stmt.text) != name || i > 0 && stmt.tokens[i-1].is(stmt.text, ".") {
			continue
		}
		hint := fmt.Sprintf("Write %s for a text: double quotes are for names.", connector.QuoteText(name))
		if strings.HasPrefix(err.Hint, "Did you mean ") {
			return err.Hint + " " + hint
		}
		return hint
	}
	return ""
}
