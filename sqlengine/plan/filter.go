package plan

import (
	"github.com/trackql/trackql/connector"
)

// filterConditions reads a filter that DuckDB pushed into a scan: a condition
// for each of its parts.
func (s *scope) filterConditions(f *filter, optional bool) []condition {
	if f == nil {
		return nil
	}
	switch f.Type {
	case "CONJUNCTION_AND":
		var found []condition
		for _, child := range f.Children {
			found = append(found, s.filterConditions(child, optional)...)
		}
		return found
	case "OPTIONAL_FILTER":
		return s.filterConditions(f.Child, true)
	case "EXPRESSION_FILTER":
		return s.conditions(f.Expression, optional)
	}
	formula := s.filter(f)
	s.columns[0].compare()
	return []condition{{formula: formula, text: s.filterText(f), optional: optional}}
}

// filter reads a filter as a formula of the scope's one column.
func (s *scope) filter(f *filter) *formula {
	if f == nil {
		return unknown(whyExpression)
	}
	c := s.columns[0]
	switch f.Type {
	case "STRUCT_EXTRACT":
		return unknown(whyNested)
	case "EXPRESSION_FILTER":
		return s.formula(f.Expression, false)
	}
	if c.scan == nil {
		return unknown(whyExpression)
	}
	switch f.Type {
	case "CONSTANT_COMPARISON":
		return s.filterComparison(c, f)
	case "IS_NULL":
		return c.test(connector.IsNull)
	case "IS_NOT_NULL":
		return c.test(connector.IsNotNull)
	case "IN_FILTER":
		parts := make([]*formula, len(f.Values))
		for i, v := range f.Values {
			parts[i] = compareConstant(c, connector.Eq, v)
		}
		return disjunction(parts...)
	case "CONJUNCTION_AND":
		return conjunction(s.filters(f.Children)...)
	case "CONJUNCTION_OR":
		return disjunction(s.filters(f.Children)...)
	}
	return unknown(whyExpression)
}

func (s *scope) filters(list []*filter) []*formula {
	parts := make([]*formula, len(list))
	for i, f := range list {
		parts[i] = s.filter(f)
	}
	return parts
}

func (s *scope) filterComparison(c column, f *filter) *formula {
	op, ok := comparisons[f.Comparison]
	if !ok {
		return unknown(whyExpression)
	}
	return compareConstant(c, op, f.Constant)
}

func compareConstant(c column, op connector.Operator, v *constant) *formula {
	value, ok := v.literal()
	switch {
	case v == nil:
		return unknown(whyExpression)
	case !ok:
		return unknown(v.why())
	}
	return compare(c, identity, op, value)
}

// conditions reads a boolean expression: a condition for each part of its
// conjunctions.
func (s *scope) conditions(e *expression, optional bool) []condition {
	if e != nil && e.Class == "BOUND_CONJUNCTION" && e.Type == "CONJUNCTION_AND" {
		var found []condition
		for _, child := range e.Children {
			found = append(found, s.conditions(child, optional)...)
		}
		return found
	}
	var found []condition
	formula := s.formula(e, false)
	text, mentions := s.text(e), s.mentioned(e)
	e.each(func(e *expression) {
		if e.Class == "BOUND_REF" {
			s.ref(e).compare()
		}
	})
	for _, part := range formula.flat(all) {
		found = append(found, condition{formula: part, text: text, mentions: mentions, optional: optional})
	}
	return found
}
