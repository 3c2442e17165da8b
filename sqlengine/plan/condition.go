package plan

import (
	"strings"

	"github.com/trackql/trackql/connector"
)

// scope is where an expression stands: it finds columns and parameters.
type scope struct {
	columns []column
	params  map[string]connector.Value
}

const (
	whyExpression = "the source compares no expression"
	whyColumns    = "it compares columns with each other"
	whyNested     = "the source filters no nested field"
	whyConstant   = "no source takes a constant of type "
	whyInfinite   = "no source takes infinity"

	whyAlternatives = "the source takes no alternatives"
	whyTables       = "it is about more than one table"
	whyLater        = "it applies to a later step of the query"
	whyWeaker       = "the source takes a weaker condition only"
)

// comparisons are the operators by DuckDB's names.
var comparisons = map[string]connector.Operator{
	"COMPARE_EQUAL":                connector.Eq,
	"COMPARE_NOTEQUAL":             connector.Ne,
	"COMPARE_LESSTHAN":             connector.Lt,
	"COMPARE_LESSTHANOREQUALTO":    connector.Le,
	"COMPARE_GREATERTHAN":          connector.Gt,
	"COMPARE_GREATERTHANOREQUALTO": connector.Ge,
}

// mirrored is what a comparison becomes when its sides change places.
func mirrored(op connector.Operator) connector.Operator {
	switch op {
	case connector.Lt:
		return connector.Gt
	case connector.Le:
		return connector.Ge
	case connector.Gt:
		return connector.Lt
	case connector.Ge:
		return connector.Le
	}
	return op
}

// negated is what a comparison becomes under NOT.
func negated(op connector.Operator) connector.Operator {
	return map[connector.Operator]connector.Operator{
		connector.Eq: connector.Ne, connector.Ne: connector.Eq,
		connector.Lt: connector.Ge, connector.Ge: connector.Lt,
		connector.Gt: connector.Le, connector.Le: connector.Gt,
	}[op]
}

// formula reads a boolean expression, negated where not is set.
func (s *scope) formula(e *expression, not bool) *formula {
	if e == nil {
		return unknown(whyExpression)
	}
	switch e.Class {
	case "BOUND_CONJUNCTION":
		return s.junction(e, not)
	case "BOUND_COMPARISON":
		return s.comparison(e.Type, e.Left, e.Right, not)
	case "BOUND_BETWEEN":
		return s.between(e, not)
	case "BOUND_OPERATOR":
		return s.operator(e, not)
	case "BOUND_FUNCTION":
		return s.function(e, not)
	case "BOUND_REF":
		return s.boolean(e, not)
	case "BOUND_CONSTANT", "BOUND_PARAMETER":
		return s.truth(e, not)
	}
	return unknown(whyExpression)
}

// truth reads a boolean constant.
func (s *scope) truth(e *expression, not bool) *formula {
	v, why := s.constant(e)
	switch {
	case why != "":
		return unknown(why)
	case v.value.IsNull():
		return disjunction()
	case v.value.Kind() != connector.BoolValue:
		return unknown(whyExpression)
	case v.value.Bool() != not:
		return conjunction()
	}
	return disjunction()
}

// junction reads AND and OR; negated, one becomes the other.
func (s *scope) junction(e *expression, not bool) *formula {
	parts := make([]*formula, len(e.Children))
	for i, child := range e.Children {
		parts[i] = s.formula(child, not)
	}
	switch e.Type {
	case "CONJUNCTION_AND":
		if not {
			return disjunction(parts...)
		}
		return conjunction(parts...)
	case "CONJUNCTION_OR":
		if not {
			return conjunction(parts...)
		}
		return disjunction(parts...)
	}
	return unknown(whyExpression)
}

func (s *scope) between(e *expression, not bool) *formula {
	lower, upper := "COMPARE_GREATERTHAN", "COMPARE_LESSTHAN"
	if e.LowerInclusive {
		lower = "COMPARE_GREATERTHANOREQUALTO"
	}
	if e.UpperInclusive {
		upper = "COMPARE_LESSTHANOREQUALTO"
	}
	parts := []*formula{
		s.comparison(lower, e.Input, e.Lower, not),
		s.comparison(upper, e.Input, e.Upper, not),
	}
	if not {
		return disjunction(parts...)
	}
	return conjunction(parts...)
}

// boolean reads a bare boolean column.
func (s *scope) boolean(e *expression, not bool) *formula {
	c := s.column(e)
	if e.Index < index(len(s.columns)) && s.columns[e.Index].truth != nil {
		if not {
			return s.columns[e.Index].falsity
		}
		return s.columns[e.Index].truth
	}
	if c.scan == nil {
		return unknown(whyExpression)
	}
	return compare(c, identity, connector.Eq, literal{value: connector.BoolOf(!not)})
}

func (s *scope) operator(e *expression, not bool) *formula {
	if len(e.Children) == 0 {
		return unknown(whyExpression)
	}
	first := e.Children[0]
	switch e.Type {
	case "OPERATOR_NOT":
		return s.formula(first, !not)
	case "OPERATOR_IS_NULL", "OPERATOR_IS_NOT_NULL":
		c := s.column(first)
		if c.scan == nil {
			return unknown(s.whyNot(first))
		}
		if (e.Type == "OPERATOR_IS_NULL") != not {
			return c.test(connector.IsNull)
		}
		return c.test(connector.IsNotNull)
	case "COMPARE_IN", "COMPARE_NOT_IN":
		return s.membership(first, e.Children[1:], (e.Type == "COMPARE_NOT_IN") != not)
	}
	return unknown(whyExpression)
}

// membership reads IN and NOT IN. NULL among the values matches nothing, and
// makes NOT IN never true.
func (s *scope) membership(operand *expression, list []*expression, not bool) *formula {
	parts := make([]*formula, len(list))
	for i, item := range list {
		if not {
			parts[i] = s.comparison("COMPARE_NOTEQUAL", operand, item, false)
		} else {
			parts[i] = s.comparison("COMPARE_EQUAL", operand, item, false)
		}
	}
	if !not {
		return disjunction(parts...)
	}
	return joinExclusions(parts)
}

// joinExclusions makes one NOT IN of many <>, where they are of one column.
func joinExclusions(parts []*formula) *formula {
	var values []connector.Value
	for _, part := range parts {
		if part.kind == single && part.test.Op == connector.In && len(part.test.Values) == 0 {
			return part // never true
		}
	}
	for _, part := range parts {
		if part.kind != single || part.test.Op != connector.Ne || !part.on.same(parts[0].on) {
			return conjunction(parts...)
		}
		values = append(values, part.test.Values...)
	}
	if len(values) < 2 {
		return conjunction(parts...)
	}
	return parts[0].on.test(connector.NotIn, values...)
}

// comparison reads a comparison, either way round.
func (s *scope) comparison(name string, left, right *expression, not bool) *formula {
	switch name {
	case "COMPARE_DISTINCT_FROM", "COMPARE_NOT_DISTINCT_FROM":
		return s.distinct(left, right, (name == "COMPARE_DISTINCT_FROM") != not)
	}
	op, ok := comparisons[name]
	if !ok || left == nil || right == nil {
		return unknown(whyExpression)
	}
	if parts := rowParts(left, right); parts != nil && op == connector.Eq && !not {
		return s.rows(parts)
	}
	if not {
		op = negated(op)
	}
	operand, value := left, right
	if s.isConstant(left) && !s.isConstant(right) {
		operand, value = right, left
		op = mirrored(op)
	}
	if !s.isConstant(value) {
		return unknown(s.whyNot(operand, value))
	}
	c, conv, why := s.operand(operand)
	if why != "" {
		return unknown(why)
	}
	v, why := s.constantFor(c, conv, value)
	if why != "" {
		return unknown(why)
	}
	return compare(c, conv, op, v)
}

// distinct reads IS DISTINCT FROM, and IS NOT DISTINCT FROM where not is not
// set: comparisons to which NULL is a value like others.
func (s *scope) distinct(left, right *expression, differ bool) *formula {
	operand, value := left, right
	if s.isConstant(left) {
		operand, value = right, left
	}
	c := s.column(operand)
	v, why := s.constant(value)
	if c.scan == nil || why != "" {
		return unknown(s.whyNot(left, right))
	}
	switch {
	case v.value.IsNull() && differ:
		return c.test(connector.IsNotNull)
	case v.value.IsNull():
		return c.test(connector.IsNull)
	case differ && neverNull(c):
		return s.comparison("COMPARE_NOTEQUAL", operand, value, false)
	case differ:
		return disjunction(s.comparison("COMPARE_NOTEQUAL", operand, value, false), c.test(connector.IsNull))
	}
	return s.comparison("COMPARE_EQUAL", operand, value, false)
}

// rowParts takes apart (a, b) = (1, 2).
func rowParts(left, right *expression) [][2]*expression {
	if left.Class == "BOUND_CONSTANT" {
		left, right = right, left
	}
	if left.Class != "BOUND_FUNCTION" || left.Name != "row" || right.Class != "BOUND_CONSTANT" {
		return nil
	}
	values, ok := right.Value.children()
	if !ok || len(values) != len(left.Children) {
		return nil
	}
	parts := make([][2]*expression, len(values))
	for i, v := range values {
		parts[i] = [2]*expression{left.Children[i], {Class: "BOUND_CONSTANT", Value: v}}
	}
	return parts
}

// rows reads the equality of two rows. NULL equals NULL inside of rows, so a
// part that compares with NULL is left out: the rest is still implied.
func (s *scope) rows(parts [][2]*expression) *formula {
	formulas := make([]*formula, len(parts))
	for i, part := range parts {
		formulas[i] = s.comparison("COMPARE_NOT_DISTINCT_FROM", part[0], part[1], false)
	}
	return conjunction(formulas...)
}

// function reads the functions that are tests of text or lists.
func (s *scope) function(e *expression, not bool) *formula {
	if len(e.Children) < 2 {
		return unknown(whyExpression)
	}
	name := strings.ToLower(e.Name)
	if list, ok := e.Children[0].list(); ok && listTests[name] {
		return s.membership(e.Children[1], list, not)
	}
	switch name {
	case "!~~":
		name, not = "~~", !not
	case "not_like_escape":
		name, not = "like_escape", !not
	}
	if !textTests[name] {
		return unknown(whyExpression)
	}
	c := s.column(e.Children[0])
	if c.scan == nil {
		return unknown(s.whyNot(e.Children[0]))
	}
	if kind, _ := connector.ComparesWith(c.definition().Type); kind != connector.TextValue {
		return unknown(whyExpression)
	}
	texts := make([]string, 0, 2)
	for _, child := range e.Children[1:] {
		v, why := s.constant(child)
		if why == "" && v.value.IsNull() {
			return disjunction()
		}
		if why != "" || v.value.Kind() != connector.TextValue {
			return unknown(s.whyNot(child))
		}
		texts = append(texts, v.value.Text())
	}
	return textTest(c, name, texts, not)
}

var listTests = map[string]bool{
	"contains": true, "list_contains": true, "list_has": true,
	"array_contains": true, "array_has": true,
}

var textTests = map[string]bool{
	"prefix": true, "starts_with": true, "^@": true, "contains": true,
	"~~": true, "like_escape": true,
}

// whyNot says why none of the expressions is a column that can be compared.
func (s *scope) whyNot(operands ...*expression) string {
	columns := 0
	for _, e := range operands {
		switch {
		case e == nil:
		case e.Class == "BOUND_FUNCTION" && strings.HasPrefix(e.Name, "struct_extract"):
			return whyNested
		case e.Class == "BOUND_REF":
			columns++
		case s.isConstant(e):
			if _, why := s.constant(e); why != "" {
				return why
			}
		}
	}
	if columns > 1 {
		return whyColumns
	}
	return whyExpression
}
