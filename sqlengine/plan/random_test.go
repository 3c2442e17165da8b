package plan_test

import (
	"math/rand/v2"
	"slices"

	"github.com/apache/arrow-go/v18/arrow"

	"github.com/trackql/trackql/connector"
)

// node is a JSON object of a plan.
type node map[string]any

// The table of the random tests: a column of each kind, with the values that
// its rows and constants have. Not every column may be NULL, and k has no other
// values.
var columns = []struct {
	name     string
	duck     string
	arrow    arrow.DataType
	nullable bool
	values   []connector.Value
}{
	{"n", "BIGINT", arrow.PrimitiveTypes.Int64, true, integers(-1, 5)},
	{"m", "BIGINT", arrow.PrimitiveTypes.Int64, false, append(integers(0, 3), connector.IntOf(1<<53), connector.IntOf(1<<53+1))},
	{"s", "VARCHAR", arrow.BinaryTypes.String, true, textsOf("", "a", "ab", "abc", "b", "担", "担当", "a%b")},
	{"k", "VARCHAR", arrow.BinaryTypes.String, true, textsOf("Open", "Closed", "In Progress")},
	{"b", "BOOLEAN", arrow.FixedWidthTypes.Boolean, true, []connector.Value{connector.BoolOf(false), connector.BoolOf(true)}},
	{"d", "DATE", arrow.FixedWidthTypes.Date32, true, []connector.Value{connector.DateOf(-1), connector.DateOf(0), connector.DateOf(19000)}},
	{"x", "DOUBLE", arrow.PrimitiveTypes.Float64, true, []connector.Value{connector.FloatOf(0.5), connector.FloatOf(1), connector.FloatOf(-3)}},
}

func integers(from, to int64) []connector.Value {
	var values []connector.Value
	for n := from; n <= to; n++ {
		values = append(values, connector.IntOf(n))
	}
	return values
}

func textsOf(texts ...string) []connector.Value {
	var values []connector.Value
	for _, text := range texts {
		values = append(values, connector.TextOf(text))
	}
	return values
}

func columnAt(name string) int {
	for i, c := range columns {
		if c.name == name {
			return i
		}
	}
	return -1
}

func newRand(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 0)) }

// randomTable grades every operator of every column at random.
func randomTable(r *rand.Rand) *connector.Table {
	table := &connector.Table{Name: "t"}
	for _, c := range columns {
		out := connector.Column{Name: c.name, Type: c.arrow, Nullable: c.nullable}
		for op := range out.Filters {
			out.Filters[op] = connector.Grade(min(2, r.IntN(5)))
		}
		if c.name == "k" && r.IntN(2) == 0 {
			out.Values = c.values
		}
		table.Columns = append(table.Columns, out)
	}
	return table
}

func randomRow(r *rand.Rand) []connector.Value {
	row := make([]connector.Value, len(columns))
	for i, c := range columns {
		row[i] = c.values[r.IntN(len(c.values))]
		if c.nullable && r.IntN(5) == 0 {
			row[i] = connector.Null()
		}
	}
	return row
}

func randomConditions(r *rand.Rand, depth int) []condition {
	conditions := make([]condition, 1+r.IntN(3))
	for i := range conditions {
		conditions[i] = randomCondition(r, depth)
	}
	return conditions
}

func randomCondition(r *rand.Rand, depth int) condition {
	if depth == 0 || r.IntN(3) == 0 {
		return randomLeaf(r)
	}
	if r.IntN(4) == 0 {
		return negation{randomCondition(r, depth-1)}
	}
	j := junction{and: r.IntN(2) == 0}
	for range 2 + r.IntN(2) {
		j.parts = append(j.parts, randomCondition(r, depth-1))
	}
	return j
}

func randomLeaf(r *rand.Rand) condition {
	at := r.IntN(len(columns))
	c := columns[at]
	value := func() connector.Value {
		if r.IntN(12) == 0 {
			return connector.Null()
		}
		return c.values[r.IntN(len(c.values))]
	}
	switch r.IntN(10) {
	case 0, 1, 2:
		return comparison{column: at, op: r.IntN(8), value: value(), mirrored: r.IntN(2) == 0}
	case 3, 4:
		in := membership{column: at, not: r.IntN(2) == 0}
		for range 1 + r.IntN(4) {
			in.values = append(in.values, value())
		}
		return in
	case 5:
		return nullTest{at, r.IntN(2) == 0}
	case 6:
		return bare{columnAt("b")}
	case 7:
		doubles := []float64{-0.5, 0, 1, 2.5, 3, 9007199254740992, 9007199254740994}
		return comparison{
			column: columnAt([]string{"n", "m"}[r.IntN(2)]), op: r.IntN(6),
			value: connector.FloatOf(doubles[r.IntN(len(doubles))]), double: true,
		}
	case 8:
		functions := []string{"prefix", "contains", "suffix", "~~", "!~~"}
		texts := []string{"", "a", "b", "ab", "担", "a%", "%b", "%b%", "a_c", "%", "_", "a%b", "Open", "%o%e%"}
		return textTest{
			columnAt([]string{"s", "k"}[r.IntN(2)]), functions[r.IntN(len(functions))], texts[r.IntN(len(texts))],
		}
	}
	if r.IntN(2) == 0 {
		return pair{columnAt("n"), columnAt("m")}
	}
	return fixed{[]connector.Value{connector.Null(), connector.BoolOf(false), connector.BoolOf(true)}[r.IntN(3)]}
}

// columnRef is a column by its position, which is that of the scan's output.
func columnRef(at int) node {
	return node{
		"expression_class": "BOUND_REF", "alias": columns[at].name,
		"index": at, "return_type": node{"id": columns[at].duck},
	}
}

func constantOf(v connector.Value) node {
	value := node{"type": node{"id": "NULL"}, "is_null": v.IsNull()}
	switch v.Kind() {
	case connector.IntValue:
		value["type"], value["value"] = node{"id": "BIGINT"}, v.Int()
	case connector.FloatValue:
		value["type"], value["value"] = node{"id": "DOUBLE"}, v.Float()
	case connector.TextValue:
		value["type"], value["value"] = node{"id": "VARCHAR"}, v.Text()
	case connector.BoolValue:
		value["type"], value["value"] = node{"id": "BOOLEAN"}, v.Bool()
	case connector.DateValue:
		value["type"], value["value"] = node{"id": "DATE"}, v.Int()
	}
	return node{"expression_class": "BOUND_CONSTANT", "value": value}
}

// scanOf is a scan of the table under the conditions: the comparisons of single
// columns among them as filters of the scan, the others above it.
func scanOf(conditions []condition) node {
	names := make([]string, len(columns))
	types := make([]any, len(columns))
	indexes := make([]any, len(columns))
	for i, c := range columns {
		names[i], types[i], indexes[i] = c.name, node{"id": c.duck}, node{"index": i}
	}
	var filters, expressions []any
	for _, c := range conditions {
		if plain, ok := c.(comparison); ok && plain.op < 6 && !plain.double && !plain.value.IsNull() {
			filters = append(filters, node{"key": plain.column, "value": node{
				"filter_type": "CONSTANT_COMPARISON", "comparison_type": comparisonNames[plain.op],
				"constant": constantOf(plain.value)["value"],
			}})
			continue
		}
		expressions = append(expressions, c.json())
	}
	scan := node{
		"type": "LOGICAL_GET", "name": "seq_scan", "names": names, "returned_types": types,
		"function_data": node{"schema": "s", "table": "t"}, "column_indexes": indexes,
		"table_filters": node{"filters": filters},
	}
	return node{"type": "LOGICAL_FILTER", "expressions": slices.Clip(expressions), "children": []any{scan}}
}

func limitOver(child node) node {
	return node{
		"type": "LOGICAL_LIMIT", "limit_val": node{"type": "CONSTANT_VALUE", "constant_integer": 5},
		"offset_val": node{"type": "UNSET"}, "children": []any{child},
	}
}
