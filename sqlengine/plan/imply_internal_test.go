package plan

import (
	"math/rand/v2"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"

	"github.com/trackql/trackql/connector"
)

// The tests here take predicates at random and try them on values: whatever is
// claimed of two predicates must be so for every value.

var numbers, words = domain()

// domain returns values small enough to meet each other, with NULL.
func domain() (numbers, words []connector.Value) {
	numbers = []connector.Value{connector.Null()}
	for n := int64(-2); n <= 6; n++ {
		numbers = append(numbers, connector.IntOf(n))
	}
	words = []connector.Value{connector.Null()}
	for _, w := range []string{"", "a", "ab", "abc", "ac", "b", "ba", "担", "担当", "拒", "\uD7FF", "\uE000", "\U0010FFFF"} {
		words = append(words, connector.TextOf(w))
	}
	return numbers, words
}

func randomTest(r *rand.Rand, values []connector.Value) connector.Predicate {
	value := func() connector.Value { return values[1+r.IntN(len(values)-1)] }
	ops := []connector.Operator{
		connector.Eq, connector.Ne, connector.Lt, connector.Le, connector.Gt, connector.Ge,
		connector.In, connector.NotIn, connector.IsNull, connector.IsNotNull,
	}
	if values[1].Kind() == connector.TextValue {
		ops = append(ops, connector.Prefix, connector.Contains, connector.Prefix)
	}
	p := connector.Predicate{Column: "c", Op: ops[r.IntN(len(ops))]}
	switch p.Op {
	case connector.IsNull, connector.IsNotNull:
	case connector.In, connector.NotIn:
		for range r.IntN(4) {
			p.Values = append(p.Values, value())
		}
	default:
		p.Values = []connector.Value{value()}
	}
	return p
}

// matches tells whether v satisfies all tests.
func matches(tests []connector.Predicate, v connector.Value) bool {
	for _, p := range tests {
		if !p.Match(v) {
			return false
		}
	}
	return true
}

func TestImplies(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	implied := 0
	for range 40_000 {
		values := [][]connector.Value{numbers, words}[r.IntN(2)]
		p, q := randomTest(r, values), randomTest(r, values)
		if !implies(p, q) {
			continue
		}
		implied++
		for _, v := range values {
			if p.Match(v) && !q.Match(v) {
				t.Fatalf("implies(%s, %s) = true, but %s satisfies only the first", p, q, v)
			}
		}
	}
	if implied < 2_000 {
		t.Errorf("implies was true %d times of 40,000, want more", implied)
	}
}

func TestImpliesSees(t *testing.T) {
	text := func(op connector.Operator, s string) connector.Predicate {
		return connector.Predicate{Column: "c", Op: op, Values: []connector.Value{connector.TextOf(s)}}
	}
	tests := map[string]struct{ p, q connector.Predicate }{
		"a prefix its beginning":  {text(connector.Prefix, "abc"), text(connector.Prefix, "ab")},
		"a prefix its lower end":  {text(connector.Prefix, "abc"), text(connector.Ge, "abc")},
		"a prefix its upper end":  {text(connector.Prefix, "ab"), text(connector.Lt, "ac")},
		"a prefix what it holds":  {text(connector.Prefix, "abc"), text(connector.Contains, "b")},
		"a bound a looser one":    {text(connector.Gt, "b"), text(connector.Ge, "b")},
		"a value its own bounds":  {text(connector.Eq, "b"), text(connector.Le, "b")},
		"a bound what it is not":  {text(connector.Gt, "b"), text(connector.Ne, "a")},
		"a value that is no NULL": {text(connector.Eq, "b"), connector.Predicate{Column: "c", Op: connector.IsNotNull}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if !implies(test.p, test.q) {
				t.Errorf("implies(%s, %s) = false, want true", test.p, test.q)
			}
		})
	}
}

func TestSend(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	sent := 0
	for range 30_000 {
		values, c := numbers, connector.Column{Name: "c", Type: arrow.PrimitiveTypes.Int64, Nullable: true}
		if r.IntN(2) == 0 {
			values, c.Type = words, arrow.BinaryTypes.String
		}
		for op := range c.Filters {
			c.Filters[op] = connector.Grade(r.IntN(3))
		}
		if r.IntN(3) == 0 {
			c.Values = values[1:]
		}
		p := randomTest(r, values)
		s := send(&c, p)
		var tests []connector.Predicate
		for _, one := range s.sent {
			sent++
			tests = append(tests, one.Predicate)
			if one.Grade == connector.Unsupported || one.Grade != c.Filters[one.Predicate.Op] {
				t.Fatalf("send(%s) sends %s as %s, the source takes it as %s",
					p, one.Predicate, one.Grade, c.Filters[one.Predicate.Op])
			}
		}
		for _, v := range values {
			switch {
			case p.Match(v) && !matches(tests, v):
				t.Fatalf("send(%s) sends %s, which loses %s", p, tests, v)
			case s.exact && !p.Match(v) && matches(tests, v):
				t.Fatalf("send(%s) sends %s as exact, which gives %s too", p, tests, v)
			}
		}
	}
	if sent < 15_000 {
		t.Errorf("send sent %d predicates, want more", sent)
	}
}

func TestCommon(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	found := 0
	for range 10_000 {
		values := [][]connector.Value{numbers, words}[r.IntN(2)]
		lists := make([][]placed, 1+r.IntN(3))
		for i := range lists {
			for range 1 + r.IntN(3) {
				lists[i] = append(lists[i], placed{test: randomTest(r, values)})
			}
		}
		for _, p := range common(lists) {
			found++
			for _, v := range values {
				if anyMatches(lists, v) && !p.test.Match(v) {
					t.Fatalf("common(%v) = %s, which loses %s", lists, p.test, v)
				}
			}
		}
	}
	if found < 4_000 {
		t.Errorf("common found %d tests, want more", found)
	}
}

func anyMatches(lists [][]placed, v connector.Value) bool {
	for _, list := range lists {
		all := true
		for _, p := range list {
			all = all && p.test.Match(v)
		}
		if all {
			return true
		}
	}
	return false
}

func TestSuccessor(t *testing.T) {
	tests := map[string]struct {
		in, want string
		ok       bool
	}{
		"letter":             {"AB", "AC", true},
		"two bytes":          {"ÿ", "Ā", true},
		"before surrogates":  {"a\uD7FF", "a\uE000", true},
		"last character":     {"a\U0010FFFF", "b", true},
		"only the last ones": {"\U0010FFFF\U0010FFFF", "", false},
		"replacement":        {"\uFFFD", "\uFFFE", true},
		"no UTF-8":           {"a\xFF", "", false},
		"empty":              {"", "", false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, ok := successor(test.in)
			if got != test.want || ok != test.ok {
				t.Errorf("successor(%q) = %q, %t, want %q, %t", test.in, got, ok, test.want, test.ok)
			}
		})
	}
}
