package connector

import (
	"strings"
)

// Operator compares a column with constants.
type Operator uint8

// The operators. Each is true or not true, as in a WHERE: a comparison with
// NULL is not true. Text is compared by the bytes of its UTF-8; NaN equals NaN
// and is greater than every number.
const (
	Eq        Operator = iota // column = constant
	Ne                        // column <> constant
	Lt                        // column < constant
	Le                        // column <= constant
	Gt                        // column > constant
	Ge                        // column >= constant
	In                        // column equals one of the constants
	NotIn                     // column is not NULL and equals none of the constants
	IsNull                    // column is NULL; no constant
	IsNotNull                 // column is not NULL; no constant
	Prefix                    // text begins with the constant
	Contains                  // text holds the constant

	operators = iota
)

var operatorNames = [operators]string{
	"=", "<>", "<", "<=", ">", ">=", "IN", "NOT IN", "IS NULL", "IS NOT NULL", "prefix", "contains",
}

func (o Operator) String() string { return nameOf(uint8(o), "operator", operatorNames[:]...) }

// Predicate is a condition on one column.
type Predicate struct {
	Column string
	Op     Operator
	// Values are the constants: none for IsNull and IsNotNull, any number for
	// In and NotIn, one for every other operator. None of them is Null. An In
	// without constants is true of no row.
	Values []Value
}

// String shows the predicate as SQL would write it.
func (p Predicate) String() string {
	name := QuoteName(p.Column)
	switch p.Op {
	case IsNull, IsNotNull:
		return name + " " + p.Op.String()
	case In, NotIn:
		texts := make([]string, len(p.Values))
		for i, v := range p.Values {
			texts[i] = v.String()
		}
		return name + " " + p.Op.String() + " (" + strings.Join(texts, ", ") + ")"
	case Prefix, Contains:
		return p.Op.String() + "(" + name + ", " + p.constant().String() + ")"
	}
	return name + " " + p.Op.String() + " " + p.constant().String()
}

func (p Predicate) constant() Value {
	if len(p.Values) == 0 {
		return Value{}
	}
	return p.Values[0]
}

// Match tells whether a row with value v in the predicate's column satisfies
// it: the meaning of every operator, in code. Values that cannot be compared
// do not match.
func (p Predicate) Match(v Value) bool {
	switch p.Op {
	case IsNull:
		return v.IsNull()
	case IsNotNull:
		return !v.IsNull()
	case In, NotIn:
		return !v.IsNull() && p.member(v) == (p.Op == In)
	}
	if v.IsNull() {
		return false
	}
	c := p.constant()
	switch p.Op {
	case Prefix:
		return v.kind == TextValue && c.kind == TextValue && strings.HasPrefix(v.text, c.text)
	case Contains:
		return v.kind == TextValue && c.kind == TextValue && strings.Contains(v.text, c.text)
	}
	order, ok := v.Compare(c)
	if !ok {
		return false
	}
	switch p.Op {
	case Eq:
		return order == 0
	case Ne:
		return order != 0
	case Lt:
		return order < 0
	case Le:
		return order <= 0
	case Gt:
		return order > 0
	case Ge:
		return order >= 0
	}
	return false
}

func (p Predicate) member(v Value) bool {
	for _, c := range p.Values {
		if order, ok := v.Compare(c); ok && order == 0 {
			return true
		}
	}
	return false
}
