package plan

import (
	"encoding/json"
	"math"
	"math/big"

	"github.com/trackql/trackql/connector"
)

// conversion is what DuckDB does to a column before it compares it.
type conversion uint8

const (
	// identity: nothing, or what keeps every value and their order: an integer
	// made wider, a decimal given more digits.
	identity conversion = iota
	// toDouble and toFloat: integers made floating point, which is exact only
	// below 2^53 or 2^24.
	toDouble
	toFloat
	// dayToMoment: a date as its midnight, without zone.
	dayToMoment
	// momentToDay: the date of a date and time without zone.
	momentToDay
)

// column finds the column that an expression is; its scan is nil where it is
// none of a table, or not of the type that the expression says.
func (s *scope) column(e *expression) column {
	if e == nil || e.Class != "BOUND_REF" || e.Index >= index(len(s.columns)) {
		return column{}
	}
	c := s.columns[e.Index]
	if c.scan != nil && e.ReturnType != nil && e.ReturnType.ID != c.scan.types[c.pos] {
		return column{}
	}
	return c
}

// operand finds the column that an expression is, and what is done to it first.
func (s *scope) operand(e *expression) (column, conversion, string) {
	if c := s.column(e); c.scan != nil {
		return c, identity, ""
	}
	if e.Class != "BOUND_CAST" || e.Child == nil {
		return column{}, identity, s.whyNot(e)
	}
	c := s.column(e.Child)
	if c.scan == nil {
		return column{}, identity, s.whyNot(e.Child)
	}
	conv, ok := conversionOf(e.Child.ReturnType, e.ReturnType)
	if !ok {
		return column{}, identity, whyExpression
	}
	return c, conv, ""
}

// integerDigits are the decimal digits that suffice for each type of integers:
// one type can be made another without loss where it needs no more.
var integerDigits = map[string]int{
	"TINYINT": 3, "UTINYINT": 3, "SMALLINT": 5, "USMALLINT": 5,
	"INTEGER": 10, "UINTEGER": 10, "BIGINT": 19, "UBIGINT": 20,
}

// widths orders the types of integers: a signed type holds the unsigned ones
// of a smaller width.
var widths = map[string]struct {
	bytes  int
	signed bool
}{
	"TINYINT": {1, true}, "SMALLINT": {2, true}, "INTEGER": {4, true},
	"BIGINT": {8, true}, "HUGEINT": {16, true},
	"UTINYINT": {1, false}, "USMALLINT": {2, false}, "UINTEGER": {4, false},
	"UBIGINT": {8, false}, "UHUGEINT": {16, false},
}

func conversionOf(from, to *logicalType) (conversion, bool) {
	if from == nil || to == nil {
		return identity, false
	}
	if digits, ok := integerDigits[from.ID]; ok {
		return integerConversion(from.ID, digits, to)
	}
	switch from.ID + ">" + to.ID {
	case "FLOAT>DOUBLE", "TIMESTAMP_S>TIMESTAMP", "TIMESTAMP_MS>TIMESTAMP", "TIMESTAMP>TIMESTAMP_NS":
		return identity, true
	case "DATE>TIMESTAMP":
		return dayToMoment, true
	case "TIMESTAMP>DATE":
		return momentToDay, true
	case "DECIMAL>DECIMAL":
		if from.Info == nil || to.Info == nil {
			return identity, false
		}
		whole, wholeTo := from.Info.Width-from.Info.Scale, to.Info.Width-to.Info.Scale
		return identity, from.Info.Scale <= to.Info.Scale && whole <= wholeTo
	}
	return identity, false
}

func integerConversion(from string, digits int, to *logicalType) (conversion, bool) {
	switch to.ID {
	case "DOUBLE":
		return toDouble, true
	case "FLOAT":
		return toFloat, true
	case "DECIMAL":
		return identity, to.Info != nil && int(to.Info.Width)-int(to.Info.Scale) >= digits
	}
	a, b := widths[from], widths[to.ID]
	if a.signed == b.signed {
		return identity, b.bytes >= a.bytes
	}
	return identity, b.signed && b.bytes > a.bytes
}

// isConstant tells whether an expression holds no column.
func (s *scope) isConstant(e *expression) bool {
	if e == nil {
		return false
	}
	switch e.Class {
	case "BOUND_CONSTANT", "BOUND_PARAMETER":
		return true
	case "BOUND_CAST":
		return s.isConstant(e.Child)
	}
	return false
}

// constant returns the value of a constant, or why it has none.
func (s *scope) constant(e *expression) (literal, string) {
	if e == nil {
		return literal{}, whyExpression
	}
	switch e.Class {
	case "BOUND_CONSTANT":
		v, ok := e.Value.literal()
		switch {
		case ok:
			return v, ""
		case e.Value == nil:
			return v, whyExpression
		}
		return v, e.Value.why()
	case "BOUND_PARAMETER":
		v, ok := s.params[e.Identifier]
		if !ok {
			return literal{}, "parameter $" + e.Identifier + " has no value here"
		}
		return literal{value: v}, ""
	}
	return literal{}, whyExpression
}

// constantFor returns the value that a column is compared with, or why it
// cannot be. The constants of the plan have the type of the comparison already;
// a parameter has the type that it is bound with, and may change the
// comparison's.
func (s *scope) constantFor(c column, conv conversion, e *expression) (literal, string) {
	v, why := s.constant(e)
	if why != "" || e.Class != "BOUND_PARAMETER" || v.value.IsNull() {
		return v, why
	}
	kind, _ := connector.ComparesWith(c.definition().Type)
	if conv == identity && kind == v.value.Kind() {
		return v, ""
	}
	if n, ok := parameterNumber(kind, v.value); ok && conv == identity {
		return literal{value: n}, ""
	}
	return v, "parameter $" + e.Identifier + " is of type " + v.value.Kind().String() +
		", and the column compares with " + kind.String()
}

// parameterNumber gives a number of another kind than the column's, where
// comparing the two is exact whichever type DuckDB compares them in.
func parameterNumber(kind connector.ValueKind, v connector.Value) (connector.Value, bool) {
	whole, ok := wholeNumber(v)
	small := ok && whole < 1<<24 && whole > -1<<24
	switch kind {
	case connector.IntValue:
		return v, v.Kind() == connector.DecimalValue || exactAsFloat(v, toDouble)
	case connector.DecimalValue:
		return v, v.Kind() == connector.IntValue
	case connector.FloatValue:
		return connector.FloatOf(float64(whole)), small
	}
	return v, false
}

// wholeNumber returns the integer that a number is.
func wholeNumber(v connector.Value) (int64, bool) {
	r, ok := rational(v)
	if !ok || !r.IsInt() || !r.Num().IsInt64() {
		return 0, false
	}
	return r.Num().Int64(), true
}

// rational returns the number that v is; there is none for NaN and infinities.
func rational(v connector.Value) (*big.Rat, bool) {
	switch v.Kind() {
	case connector.IntValue:
		return new(big.Rat).SetInt64(v.Int()), true
	case connector.DecimalValue:
		return new(big.Rat).SetString(v.Text())
	case connector.FloatValue:
		if f := v.Float(); !math.IsNaN(f) && !math.IsInf(f, 0) {
			return new(big.Rat).SetFloat64(f), true
		}
	}
	return nil, false
}

// children returns the members of a constant list or struct.
func (c *constant) children() ([]*constant, bool) {
	var v struct {
		Children []*constant `json:"children"`
	}
	if c == nil || c.Null || json.Unmarshal(c.Value, &v) != nil || len(v.Children) == 0 {
		return nil, false
	}
	return v.Children, true
}

// list returns the members of a constant list, as constants.
func (e *expression) list() ([]*expression, bool) {
	if e == nil || e.Class != "BOUND_CONSTANT" || e.Value == nil {
		return nil, false
	}
	if id := e.Value.Type.ID; id != "LIST" && id != "ARRAY" {
		return nil, false
	}
	values, ok := e.Value.children()
	list := make([]*expression, len(values))
	for i, v := range values {
		list[i] = &expression{Class: "BOUND_CONSTANT", Value: v}
	}
	return list, ok
}
