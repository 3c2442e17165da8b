package plan

import (
	"strings"
	"unicode/utf8"

	"github.com/trackql/trackql/connector"
)

// longest is how many characters of a condition are shown.
const longest = 120

// signs are how comparisons are written, by DuckDB's names.
var signs = map[string]string{
	"COMPARE_EQUAL": "=", "COMPARE_NOTEQUAL": "<>", "COMPARE_LESSTHAN": "<",
	"COMPARE_LESSTHANOREQUALTO": "<=", "COMPARE_GREATERTHAN": ">",
	"COMPARE_GREATERTHANOREQUALTO": ">=", "COMPARE_DISTINCT_FROM": "IS DISTINCT FROM",
	"COMPARE_NOT_DISTINCT_FROM": "IS NOT DISTINCT FROM",
}

// infixes are how some functions are written between their operands.
var infixes = map[string]string{
	"~~": "LIKE", "!~~": "NOT LIKE", "~~*": "ILIKE", "!~~*": "NOT ILIKE", "~~~": "GLOB",
}

// text shows an expression much as a person would write it.
func (s *scope) text(e *expression) string { return shortened(s.full(e)) }

func shortened(text string) string {
	if utf8.RuneCountInString(text) <= longest {
		return text
	}
	return string([]rune(text)[:longest-1]) + "…"
}

func (s *scope) full(e *expression) string {
	if e == nil {
		return "…"
	}
	switch e.Class {
	case "BOUND_REF":
		return s.name(e)
	case "BOUND_CONSTANT":
		return e.Value.literalText()
	case "BOUND_PARAMETER":
		return "$" + e.Identifier
	case "BOUND_COMPARISON":
		return s.operandText(e.Left) + " " + sign(e.Type) + " " + s.operandText(e.Right)
	case "BOUND_BETWEEN":
		return s.full(e.Input) + " BETWEEN " + s.full(e.Lower) + " AND " + s.full(e.Upper)
	case "BOUND_CONJUNCTION":
		return s.junctionText(e)
	case "BOUND_OPERATOR":
		return s.operatorText(e)
	case "BOUND_FUNCTION", "BOUND_AGGREGATE":
		return s.functionText(e)
	case "BOUND_CAST":
		return "CAST(" + s.full(e.Child) + " AS " + e.ReturnType.text() + ")"
	case "BOUND_CASE":
		return "CASE … END"
	}
	return "…"
}

func sign(name string) string {
	if text, ok := signs[name]; ok {
		return text
	}
	return "?"
}

// name shows a column: by its name in the table, else by that in the statement.
func (s *scope) name(e *expression) string {
	if e.Index < index(len(s.columns)) {
		if c := s.columns[e.Index]; c.scan != nil {
			return connector.QuoteName(c.definition().Name)
		}
	}
	if e.Alias == "" {
		return "…"
	}
	return e.Alias
}

// operandText puts parentheses around what binds less than a comparison.
func (s *scope) operandText(e *expression) string {
	if e != nil && (e.Class == "BOUND_COMPARISON" || e.Class == "BOUND_CONJUNCTION") {
		return "(" + s.full(e) + ")"
	}
	return s.full(e)
}

func (s *scope) junctionText(e *expression) string {
	word := " OR "
	if e.Type == "CONJUNCTION_AND" {
		word = " AND "
	}
	parts := make([]string, len(e.Children))
	for i, child := range e.Children {
		parts[i] = s.full(child)
		if child != nil && child.Class == "BOUND_CONJUNCTION" && child.Type != e.Type {
			parts[i] = "(" + parts[i] + ")"
		}
	}
	return strings.Join(parts, word)
}

func (s *scope) operatorText(e *expression) string {
	operands := make([]string, len(e.Children))
	for i, child := range e.Children {
		operands[i] = s.full(child)
	}
	if len(operands) == 0 {
		return "…"
	}
	first, rest := operands[0], strings.Join(operands[1:], ", ")
	switch e.Type {
	case "OPERATOR_NOT":
		return "NOT (" + first + ")"
	case "OPERATOR_IS_NULL":
		return first + " IS NULL"
	case "OPERATOR_IS_NOT_NULL":
		return first + " IS NOT NULL"
	case "COMPARE_IN":
		return first + " IN (" + rest + ")"
	case "COMPARE_NOT_IN":
		return first + " NOT IN (" + rest + ")"
	case "OPERATOR_COALESCE":
		return "coalesce(" + strings.Join(operands, ", ") + ")"
	}
	return "…"
}

func (s *scope) functionText(e *expression) string {
	operands := make([]string, len(e.Children))
	for i, child := range e.Children {
		operands[i] = s.full(child)
	}
	name := e.Name
	if word, ok := infixes[name]; ok {
		name = word
	} else if strings.Trim(name, "+-*/%&|<>!~@#^") != "" {
		if strings.HasPrefix(name, "struct_extract") && len(operands) == 2 {
			return operands[0] + "." + strings.Trim(operands[1], "'")
		}
		return name + "(" + strings.Join(operands, ", ") + ")"
	}
	if len(operands) == 2 {
		return operands[0] + " " + name + " " + operands[1]
	}
	return name + "(" + strings.Join(operands, ", ") + ")"
}

func (t *logicalType) text() string {
	if t == nil {
		return "?"
	}
	return t.ID
}

// literalText shows a constant as an SQL literal; one of a type without counterpart
// in the contract by its type.
func (c *constant) literalText() string {
	if v, ok := c.literal(); ok {
		return v.value.String()
	}
	if c == nil {
		return "…"
	}
	list, ok := c.children()
	switch {
	case !ok && c.why() == whyInfinite:
		return "infinity"
	case !ok:
		return "a " + c.Type.ID
	}
	parts := make([]string, len(list))
	for i, item := range list {
		parts[i] = item.literalText()
	}
	if c.Type.ID == "STRUCT" {
		return "(" + strings.Join(parts, ", ") + ")"
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

// filterText shows a filter of the scope's one column.
func (s *scope) filterText(f *filter) string {
	c := s.columns[0]
	name := "row id"
	if c.scan != nil {
		name = connector.QuoteName(c.definition().Name)
	}
	return shortened(s.filterFull(f, name))
}

func (s *scope) filterFull(f *filter, name string) string {
	if f == nil {
		return "…"
	}
	switch f.Type {
	case "CONSTANT_COMPARISON":
		return name + " " + sign(f.Comparison) + " " + f.Constant.literalText()
	case "IS_NULL":
		return name + " IS NULL"
	case "IS_NOT_NULL":
		return name + " IS NOT NULL"
	case "IN_FILTER":
		parts := make([]string, len(f.Values))
		for i, v := range f.Values {
			parts[i] = v.literalText()
		}
		return name + " IN (" + strings.Join(parts, ", ") + ")"
	case "STRUCT_EXTRACT":
		return s.filterFull(f.Child, name+"."+connector.QuoteName(f.ChildName))
	case "OPTIONAL_FILTER":
		return s.filterFull(f.Child, name)
	case "EXPRESSION_FILTER":
		return s.full(f.Expression)
	case "CONJUNCTION_AND", "CONJUNCTION_OR":
		word := strings.TrimPrefix(f.Type, "CONJUNCTION_")
		parts := make([]string, len(f.Children))
		for i, child := range f.Children {
			parts[i] = s.filterFull(child, name)
		}
		return strings.Join(parts, " "+word+" ")
	}
	return "…"
}
