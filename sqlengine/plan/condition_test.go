package plan_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/sqlengine/plan"
)

// TestConditionsAreSafe makes conditions at random, writes them as plans, and
// evaluates them on rows in SQL's three-valued logic: a row of which the
// condition is true must satisfy every predicate that is sent, and where a limit
// goes down, the rows that satisfy the predicates must be those of which the
// condition is true.
func TestConditionsAreSafe(t *testing.T) {
	r := newRand(11)
	sent, limits := 0, 0
	for range 1_500 {
		table := randomTable(r)
		conditions := randomConditions(r, 2)
		f := readOne(t, limitOver(scanOf(conditions)), table)
		sent += len(f.Request.Where)
		if f.Request.Limit > 0 {
			limits++
		}
		for range 40 {
			row := randomRow(r)
			needed, got := allTrue(conditions, row), satisfies(f, row)
			if needed && !got {
				t.Fatalf("%s\nis true of %v, which is lost by %v", show(conditions), row, f.Request.Where)
			}
			if got && !needed && f.Request.Limit > 0 {
				t.Fatalf("%s\nis not true of %v, which a limit counts: %v", show(conditions), row, f.Request.Where)
			}
		}
	}
	if sent < 1_000 || limits < 100 {
		t.Errorf("%d predicates and %d limits were sent, want more", sent, limits)
	}
}

// TestReadsInCommon does the same for two reads of one table: a row that either
// of them needs must be fetched.
func TestReadsInCommon(t *testing.T) {
	r := newRand(13)
	sent := 0
	for range 1_500 {
		table := randomTable(r)
		first, second := randomConditions(r, 1), randomConditions(r, 1)
		union := node{
			"type": "LOGICAL_UNION", "column_count": 1, "setop_all": true,
			"children": []any{scanOf(first), scanOf(second)},
		}
		f := readOne(t, limitOver(union), table)
		if f.Reads != 2 || f.Request.Limit != 0 {
			t.Fatalf("%d reads with limit %d, want 2 without", f.Reads, f.Request.Limit)
		}
		sent += len(f.Request.Where)
		for range 40 {
			row := randomRow(r)
			if (allTrue(first, row) || allTrue(second, row)) && !satisfies(f, row) {
				t.Fatalf("%s\nor\n%s\nis true of %v, which is lost by %v", show(first), show(second), row, f.Request.Where)
			}
		}
	}
	if sent < 150 {
		t.Errorf("%d predicates were sent, want more", sent)
	}
}

func readOne(t *testing.T, root node, table *connector.Table) plan.Fetch {
	t.Helper()
	text, err := json.Marshal(node{"error": false, "plans": []any{root}})
	if err != nil {
		t.Fatal(err)
	}
	p, err := plan.Read(text, func(schema, name string) (*connector.Table, bool) {
		return table, schema == "s" && name == "t"
	}, plan.Options{})
	if err != nil {
		t.Fatalf("Read(%s) = %v", text, err)
	}
	if len(p.Fetches) != 1 {
		t.Fatalf("Read(%s) = %d fetches, want 1", text, len(p.Fetches))
	}
	return p.Fetches[0]
}

func satisfies(f plan.Fetch, row []connector.Value) bool {
	for _, w := range f.Request.Where {
		if !w.Match(row[columnAt(w.Column)]) {
			return false
		}
	}
	return true
}

func allTrue(conditions []condition, row []connector.Value) bool {
	for _, c := range conditions {
		if c.eval(row) != yes {
			return false
		}
	}
	return true
}

func show(conditions []condition) string {
	texts := make([]string, len(conditions))
	for i, c := range conditions {
		text, err := json.Marshal(c.json())
		if err != nil {
			return err.Error()
		}
		texts[i] = string(text)
	}
	return strings.Join(texts, "\nand\n")
}

// truth is SQL's: no, NULL or yes.
type truth int8

const (
	no truth = iota - 1
	null
	yes
)

func truthOf(b bool) truth {
	if b {
		return yes
	}
	return no
}

// condition is a boolean expression that can be evaluated and written.
type condition interface {
	eval(row []connector.Value) truth
	json() node
}

// comparison compares a column with a constant, perhaps after a cast.
type comparison struct {
	column   int
	op       int
	value    connector.Value
	mirrored bool
	double   bool
}

var comparisonNames = []string{
	"COMPARE_EQUAL", "COMPARE_NOTEQUAL", "COMPARE_LESSTHAN", "COMPARE_LESSTHANOREQUALTO",
	"COMPARE_GREATERTHAN", "COMPARE_GREATERTHANOREQUALTO",
	"COMPARE_DISTINCT_FROM", "COMPARE_NOT_DISTINCT_FROM",
}

// mirrors are the comparisons with the sides in each other's place.
var mirrors = []int{0, 1, 4, 5, 2, 3, 6, 7}

func (c comparison) eval(row []connector.Value) truth {
	v := row[c.column]
	if v.IsNull() || c.value.IsNull() {
		switch c.op {
		case 6:
			return truthOf(v.IsNull() != c.value.IsNull())
		case 7:
			return truthOf(v.IsNull() == c.value.IsNull())
		}
		return null
	}
	if c.double {
		v = connector.FloatOf(float64(v.Int()))
	}
	order, _ := v.Compare(c.value)
	return truthOf([]bool{
		order == 0, order != 0, order < 0, order <= 0, order > 0, order >= 0, order != 0, order == 0,
	}[c.op])
}

func (c comparison) json() node {
	left, right := columnRef(c.column), constantOf(c.value)
	if c.double {
		left = node{"expression_class": "BOUND_CAST", "child": left, "return_type": node{"id": "DOUBLE"}}
	}
	op := c.op
	if c.mirrored {
		left, right, op = right, left, mirrors[op]
	}
	return node{"expression_class": "BOUND_COMPARISON", "type": comparisonNames[op], "left": left, "right": right}
}

// membership is IN or NOT IN.
type membership struct {
	column int
	values []connector.Value
	not    bool
}

func (c membership) eval(row []connector.Value) truth {
	v, found := row[c.column], no
	for _, w := range c.values {
		order, ok := v.Compare(w)
		switch {
		case v.IsNull() || w.IsNull():
			found = max(found, null)
		case ok && order == 0:
			found = yes
		}
	}
	if c.not {
		return -found
	}
	return found
}

func (c membership) json() node {
	children := []any{columnRef(c.column)}
	for _, v := range c.values {
		children = append(children, constantOf(v))
	}
	name := "COMPARE_IN"
	if c.not {
		name = "COMPARE_NOT_IN"
	}
	return node{"expression_class": "BOUND_OPERATOR", "type": name, "children": children}
}

// nullTest is IS NULL or IS NOT NULL.
type nullTest struct {
	column int
	not    bool
}

func (c nullTest) eval(row []connector.Value) truth {
	return truthOf(row[c.column].IsNull() != c.not)
}

func (c nullTest) json() node {
	name := "OPERATOR_IS_NULL"
	if c.not {
		name = "OPERATOR_IS_NOT_NULL"
	}
	return node{"expression_class": "BOUND_OPERATOR", "type": name, "children": []any{columnRef(c.column)}}
}

// bare is a boolean column.
type bare struct{ column int }

func (c bare) eval(row []connector.Value) truth {
	if row[c.column].IsNull() {
		return null
	}
	return truthOf(row[c.column].Bool())
}

func (c bare) json() node { return columnRef(c.column) }

// textTest is a function of a text column and a constant.
type textTest struct {
	column   int
	function string
	text     string
}

func (c textTest) eval(row []connector.Value) truth {
	v := row[c.column]
	if v.IsNull() {
		return null
	}
	switch c.function {
	case "prefix":
		return truthOf(strings.HasPrefix(v.Text(), c.text))
	case "contains":
		return truthOf(strings.Contains(v.Text(), c.text))
	case "suffix":
		return truthOf(strings.HasSuffix(v.Text(), c.text))
	}
	pattern := regexp.QuoteMeta(c.text)
	pattern = strings.NewReplacer("%", ".*", "_", ".").Replace(pattern)
	matched := regexp.MustCompile("(?s)^" + pattern + "$").MatchString(v.Text())
	return truthOf(matched == (c.function == "~~"))
}

func (c textTest) json() node {
	return node{
		"expression_class": "BOUND_FUNCTION", "name": c.function,
		"children": []any{columnRef(c.column), constantOf(connector.TextOf(c.text))},
	}
}

// pair compares two columns, which nothing can be sent of.
type pair struct{ left, right int }

func (c pair) eval(row []connector.Value) truth {
	order, ok := row[c.left].Compare(row[c.right])
	if !ok {
		return null
	}
	return truthOf(order < 0)
}

func (c pair) json() node {
	return node{
		"expression_class": "BOUND_COMPARISON", "type": "COMPARE_LESSTHAN",
		"left": columnRef(c.left), "right": columnRef(c.right),
	}
}

// fixed is a boolean constant.
type fixed struct{ value connector.Value }

func (c fixed) eval([]connector.Value) truth {
	if c.value.IsNull() {
		return null
	}
	return truthOf(c.value.Bool())
}

func (c fixed) json() node { return constantOf(c.value) }

// junction is AND or OR.
type junction struct {
	and   bool
	parts []condition
}

func (c junction) eval(row []connector.Value) truth {
	result := no
	if c.and {
		result = yes
	}
	for _, part := range c.parts {
		if c.and {
			result = min(result, part.eval(row))
		} else {
			result = max(result, part.eval(row))
		}
	}
	return result
}

func (c junction) json() node {
	name := "CONJUNCTION_OR"
	if c.and {
		name = "CONJUNCTION_AND"
	}
	children := make([]any, len(c.parts))
	for i, part := range c.parts {
		children[i] = part.json()
	}
	return node{"expression_class": "BOUND_CONJUNCTION", "type": name, "children": children}
}

// negation is NOT.
type negation struct{ part condition }

func (c negation) eval(row []connector.Value) truth { return -c.part.eval(row) }

func (c negation) json() node {
	return node{"expression_class": "BOUND_OPERATOR", "type": "OPERATOR_NOT", "children": []any{c.part.json()}}
}
