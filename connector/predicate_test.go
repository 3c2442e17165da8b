package connector_test

import (
	"math"
	"testing"

	"github.com/trackql/trackql/connector"
)

func TestMatch(t *testing.T) {
	a, b, c := connector.TextOf("a"), connector.TextOf("b"), connector.TextOf("c")
	nan, null := connector.FloatOf(math.NaN()), connector.Null()
	type values = []connector.Value
	tests := map[string]struct {
		op        connector.Operator
		constants values
		yes, no   values
	}{
		"=":                         {connector.Eq, values{b}, values{b}, values{a, c, null, connector.TextOf("B"), connector.TextOf("b ")}},
		"<>":                        {connector.Ne, values{b}, values{a, c, connector.TextOf("B")}, values{b, null}},
		"<":                         {connector.Lt, values{b}, values{a, connector.TextOf("")}, values{b, c, null}},
		"<=":                        {connector.Le, values{b}, values{a, b}, values{c, null, connector.TextOf("b\x00")}},
		">":                         {connector.Gt, values{b}, values{c, connector.TextOf("b\x00")}, values{a, b, null}},
		">=":                        {connector.Ge, values{b}, values{b, c}, values{a, null}},
		"IN":                        {connector.In, values{a, c, c}, values{a, c}, values{b, null}},
		"IN of none":                {connector.In, nil, nil, values{a, null}},
		"IN of one kind of numbers": {connector.In, values{connector.IntOf(1)}, values{decimalOf("1.0"), connector.FloatOf(1)}, values{a, connector.BoolOf(true)}},
		"NOT IN":                    {connector.NotIn, values{a, c}, values{b}, values{a, c, null}},
		"NOT IN of none":            {connector.NotIn, nil, values{a}, values{null}},
		"IS NULL":                   {connector.IsNull, nil, values{null}, values{a, connector.TextOf("")}},
		"IS NOT NULL":               {connector.IsNotNull, nil, values{a, connector.TextOf("")}, values{null}},
		"prefix": {
			connector.Prefix,
			values{connector.TextOf("ab")},
			texts("ab", "abc"),
			append(texts("a", "Ab", "xab", ""), null, blobOf("ab"), connector.IntOf(1)),
		},
		"empty prefix":      {connector.Prefix, values{connector.TextOf("")}, texts("", "a"), values{null, connector.IntOf(1)}},
		"prefix of a blob":  {connector.Prefix, values{blobOf("a")}, nil, texts("a", "ab")},
		"prefix of an int":  {connector.Prefix, values{connector.IntOf(1)}, nil, texts("1", "a", "")},
		"contains":          {connector.Contains, values{connector.TextOf("b")}, texts("b", "abc"), append(texts("B", "", "a"), null)},
		"contains an int":   {connector.Contains, values{connector.IntOf(1)}, nil, texts("1", "")},
		"= NaN":             {connector.Eq, values{nan}, values{nan}, values{connector.FloatOf(math.Inf(1)), connector.IntOf(1), null}},
		"< NaN":             {connector.Lt, values{nan}, values{connector.FloatOf(math.Inf(1)), connector.IntOf(1)}, values{nan}},
		"> infinity":        {connector.Gt, values{connector.FloatOf(math.Inf(1))}, values{nan}, values{connector.FloatOf(math.MaxFloat64)}},
		"<> another kind":   {connector.Ne, values{connector.IntOf(1)}, nil, values{a, connector.DateOf(1)}},
		"= NULL":            {connector.Eq, values{null}, nil, values{a, null}},
		"<> NULL":           {connector.Ne, values{null}, nil, values{a, null}},
		"without constant":  {connector.Ge, nil, nil, values{a, null}},
		"unknown operator":  {connector.Operator(200), values{b}, nil, values{a, b, c, null}},
		"a day and instant": {connector.Le, values{connector.DateOf(1)}, values{connector.DateOf(1)}, values{connector.TimestampOf(0), connector.LocalOf(0)}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			p := connector.Predicate{Column: "x", Op: test.op, Values: test.constants}
			for _, v := range test.yes {
				if !p.Match(v) {
					t.Errorf("%v %v: Match(%v) = false, want true", name, test.constants, v)
				}
			}
			for _, v := range test.no {
				if p.Match(v) {
					t.Errorf("%v %v: Match(%v) = true, want false", name, test.constants, v)
				}
			}
		})
	}
}

func TestPredicateString(t *testing.T) {
	tests := map[string]struct {
		in   connector.Predicate
		want string
	}{
		"comparison":  {connector.Predicate{Column: "Id", Op: connector.Le, Values: ints(3)}, "Id <= 3"},
		"not equal":   {connector.Predicate{Column: "Id", Op: connector.Ne, Values: ints(3)}, "Id <> 3"},
		"quoted name": {connector.Predicate{Column: "Assigned to", Op: connector.Eq, Values: texts("o'x")}, `"Assigned to" = 'o''x'`},
		"keyword":     {connector.Predicate{Column: "Order", Op: connector.IsNull}, `"Order" IS NULL`},
		"not null":    {connector.Predicate{Column: "x", Op: connector.IsNotNull}, "x IS NOT NULL"},
		"in":          {connector.Predicate{Column: "x", Op: connector.In, Values: ints(1, 2)}, "x IN (1, 2)"},
		"in of none":  {connector.Predicate{Column: "x", Op: connector.In}, "x IN ()"},
		"not in":      {connector.Predicate{Column: "x", Op: connector.NotIn, Values: texts("a")}, "x NOT IN ('a')"},
		"prefix":      {connector.Predicate{Column: "x", Op: connector.Prefix, Values: texts("a")}, "prefix(x, 'a')"},
		"contains":    {connector.Predicate{Column: "担当者", Op: connector.Contains, Values: texts("a")}, `contains("担当者", 'a')`},
		"no constant": {connector.Predicate{Column: "x", Op: connector.Eq}, "x = NULL"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := test.in.String(); got != test.want {
				t.Errorf("String() = %s, want %s", got, test.want)
			}
		})
	}
}
