package sqlengine

import (
	"math"
	"strconv"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/trackql/trackql/connector"
)

// witnesses returns for each column that predicates are about a value that
// satisfies all of them, so that rows of these values pass the filters that
// DuckDB applies again. It answers false where it finds none.
func witnesses(table *connector.Table, where []connector.Predicate) (map[string]connector.Value, bool) {
	found := map[string]connector.Value{}
	for _, p := range where {
		if _, ok := found[p.Column]; ok {
			continue
		}
		column, ok := table.Column(p.Column)
		if !ok {
			return nil, false
		}
		value, ok := witness(column, where)
		if !ok {
			return nil, false
		}
		found[p.Column] = value
	}
	return found, true
}

func witness(c *connector.Column, where []connector.Predicate) (connector.Value, bool) {
	var candidates []connector.Value
	if c.Nullable {
		candidates = append(candidates, connector.Null())
	}
	candidates = append(candidates, c.Values...)
	for _, p := range where {
		if p.Column != c.Name {
			continue
		}
		candidates = append(candidates, p.Values...)
		for _, v := range p.Values {
			candidates = append(candidates, neighbours(v)...)
		}
	}
	candidates = append(candidates, anyValue(c))
	for _, candidate := range candidates {
		if satisfies(candidate, c.Name, where) && holds(c.Type, candidate) {
			return candidate, true
		}
	}
	return connector.Value{}, false
}

// anyValue returns some value that a column may have and that is not NULL.
func anyValue(c *connector.Column) connector.Value {
	if len(c.Values) > 0 {
		return c.Values[0]
	}
	switch kind, _ := connector.ComparesWith(c.Type); kind {
	case connector.BoolValue:
		return connector.BoolOf(false)
	case connector.TextValue:
		return connector.TextOf("")
	case connector.BytesValue:
		return connector.BytesOf(nil)
	case connector.DateValue:
		return connector.DateOf(0)
	case connector.TimeValue:
		return connector.TimeOf(0)
	case connector.TimestampValue:
		return connector.TimestampOf(0)
	case connector.LocalValue:
		return connector.LocalOf(0)
	}
	return connector.IntOf(0) // which fits every number, and no nested type
}

func satisfies(v connector.Value, column string, where []connector.Predicate) bool {
	for _, p := range where {
		if p.Column == column && !p.Match(v) {
			return false
		}
	}
	return true
}

// holds tells whether a column of a type can have a value: 5.5 satisfies id > 5,
// and is no integer.
func holds(t arrow.DataType, value connector.Value) bool {
	b := array.NewBuilder(memory.DefaultAllocator, t)
	defer b.Release()
	return connector.AppendValue(b, value) == nil
}

// neighbours returns values a little below and above a constant, for bounds that
// leave the constant itself out.
func neighbours(v connector.Value) []connector.Value {
	switch v.Kind() {
	case connector.BoolValue:
		return []connector.Value{connector.BoolOf(false), connector.BoolOf(true)}
	case connector.IntValue:
		return around(connector.IntOf, v.Int())
	case connector.FloatValue:
		return append(whole(v.Float()), connector.FloatOf(math.Nextafter(v.Float(), math.Inf(-1))), connector.FloatOf(math.Nextafter(v.Float(), math.Inf(1))))
	case connector.DecimalValue:
		if f, err := strconv.ParseFloat(v.Text(), 64); err == nil {
			return whole(f)
		}
	case connector.TextValue:
		return []connector.Value{connector.TextOf(""), connector.TextOf(v.Text() + "a")}
	case connector.BytesValue:
		return []connector.Value{connector.BytesOf(nil), connector.BytesOf([]byte(v.Text() + "a"))}
	case connector.DateValue:
		return around(connector.DateOf, v.Int())
	case connector.TimeValue:
		return around(connector.TimeOf, v.Int())
	case connector.TimestampValue:
		return around(connector.TimestampOf, v.Int())
	case connector.LocalValue:
		return around(connector.LocalOf, v.Int())
	}
	return nil
}

// around returns the values below and above one, also where there is none: what
// comes then does not satisfy the bound that is asked about.
func around(of func(int64) connector.Value, n int64) []connector.Value {
	return []connector.Value{of(n - 1), of(n + 1)}
}

// whole returns the whole numbers around a number.
func whole(f float64) []connector.Value {
	const safe = 1 << 53
	if !(math.Abs(f) < safe) {
		return nil
	}
	floor := int64(math.Floor(f))
	return append(around(connector.IntOf, floor), connector.IntOf(floor), connector.IntOf(floor+2))
}
