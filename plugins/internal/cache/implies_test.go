package cache_test

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/internal/cache"
)

func decimal(digits string) connector.Value {
	v, err := connector.DecimalOf(digits)
	if err != nil {
		panic(err)
	}
	return v
}

// pools are values of columns, with all that lies between and beside constants.
func pools() map[string][]connector.Value {
	numbers := []connector.Value{
		connector.IntOf(-1), connector.IntOf(0), connector.IntOf(1), connector.IntOf(2), connector.IntOf(math.MaxInt64),
		connector.FloatOf(-0.5), connector.FloatOf(0), connector.FloatOf(math.Copysign(0, -1)), connector.FloatOf(1), connector.FloatOf(1.5),
		connector.FloatOf(math.NaN()), connector.FloatOf(math.Inf(1)), connector.FloatOf(math.Inf(-1)),
		decimal("1"), decimal("1.0"), decimal("1.25"), decimal("9223372036854775807"), decimal("1" + strings.Repeat("0", 400)),
	}
	texts := []connector.Value{}
	for _, s := range []string{"", "a", "ab", "abc", "b", "ba", "cab", "\xff", "日", "日本"} {
		texts = append(texts, connector.TextOf(s))
	}
	days := []connector.Value{}
	for n := range int64(6) {
		days = append(days, connector.DateOf(n))
	}
	return map[string][]connector.Value{
		"numbers": numbers, "texts": texts, "days": days,
		"booleans": {connector.BoolOf(false), connector.BoolOf(true)},
	}
}

func randomPredicate(r *rand.Rand, pool []connector.Value) connector.Predicate {
	p := connector.Predicate{Column: "C", Op: connector.Operator(r.IntN(int(connector.Contains) + 1))}
	n := 1
	switch p.Op {
	case connector.IsNull, connector.IsNotNull:
		n = 0
	case connector.In, connector.NotIn:
		n = r.IntN(4)
	}
	for range n {
		p.Values = append(p.Values, pool[r.IntN(len(pool))])
	}
	return p
}

// TestImplies compares what is implied with all values that there are.
func TestImplies(t *testing.T) {
	for name, pool := range pools() {
		t.Run(name, func(t *testing.T) {
			values := append([]connector.Value{connector.Null()}, pool...)
			r := rand.New(rand.NewPCG(1, 2))
			yes, missed := 0, 0
			for range 20_000 {
				var where []connector.Predicate
				for range r.IntN(4) {
					where = append(where, randomPredicate(r, pool))
				}
				s := randomPredicate(r, pool)
				implied, counter := cache.Implies(where, s), counterexample(values, where, s)
				if implied {
					yes++
					if counter != nil {
						t.Fatalf("Implies(%v, %s) = true, but %s satisfies only the former", where, s, counter)
					}
				} else if counter == nil {
					missed++
				}
			}
			if yes == 0 {
				t.Error("nothing is ever implied")
			}
			t.Logf("%d implied, %d more are over these values", yes, missed)
		})
	}
}

// counterexample returns a value that satisfies where and not s.
func counterexample(values []connector.Value, where []connector.Predicate, s connector.Predicate) *connector.Value {
	for _, v := range values {
		all := true
		for _, p := range where {
			all = all && p.Match(v)
		}
		if all && !s.Match(v) {
			return &v
		}
	}
	return nil
}

// TestImpliesWhatPeopleNarrow says what must be known to be narrower.
func TestImpliesWhatPeopleNarrow(t *testing.T) {
	n, text := connector.IntOf, connector.TextOf
	tests := map[string]struct {
		where []connector.Predicate
		s     connector.Predicate
		want  bool
	}{
		"= of IN":          {[]connector.Predicate{where("c", connector.Eq, n(1))}, where("C", connector.In, n(1), n(2)), true},
		"fewer of IN":      {[]connector.Predicate{where("C", connector.In, n(1))}, where("C", connector.In, n(1), n(2)), true},
		"more than IN":     {[]connector.Predicate{where("C", connector.In, n(1), n(3))}, where("C", connector.In, n(1), n(2)), false},
		"range in range":   {[]connector.Predicate{where("C", connector.Ge, n(5))}, where("C", connector.Gt, n(4)), true},
		"edge of range":    {[]connector.Predicate{where("C", connector.Ge, n(4))}, where("C", connector.Gt, n(4)), false},
		"= in range":       {[]connector.Predicate{where("C", connector.Eq, n(5))}, where("C", connector.Le, n(5)), true},
		"range without":    {[]connector.Predicate{where("C", connector.Lt, n(5))}, where("C", connector.Ne, n(5)), true},
		"not NULL":         {[]connector.Predicate{where("C", connector.Ne, n(5))}, where("C", connector.IsNotNull), true},
		"prefix":           {[]connector.Predicate{where("C", connector.Prefix, text("abc"))}, where("C", connector.Prefix, text("ab")), true},
		"contained":        {[]connector.Predicate{where("C", connector.Prefix, text("abc"))}, where("C", connector.Contains, text("bc")), true},
		"other column":     {[]connector.Predicate{where("D", connector.Eq, n(1))}, where("C", connector.Eq, n(1)), false},
		"nothing":          {nil, where("C", connector.IsNotNull), false},
		"NOT IN of more":   {[]connector.Predicate{where("C", connector.NotIn, n(1), n(2))}, where("C", connector.Ne, n(2)), true},
		"IN and a range":   {[]connector.Predicate{where("C", connector.In, n(1), n(9)), where("C", connector.Lt, n(5))}, where("C", connector.Eq, n(1)), true},
		"NULL is not <> 1": {[]connector.Predicate{where("C", connector.IsNull)}, where("C", connector.Ne, n(1)), false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := cache.Implies(test.where, test.s); got != test.want {
				t.Errorf("Implies(%v, %s) = %t, want %t", test.where, test.s, got, test.want)
			}
		})
	}
}

// FuzzImplies looks for what is implied, and is not.
func FuzzImplies(f *testing.F) {
	f.Add(uint64(1), uint64(2), uint8(3))
	f.Add(uint64(7), uint64(7), uint8(1))
	all := pools()
	names := []string{"numbers", "texts", "days", "booleans"}
	f.Fuzz(func(t *testing.T, a, b uint64, n uint8) {
		r := rand.New(rand.NewPCG(a, b))
		pool := all[names[int(n)%len(names)]]
		var where []connector.Predicate
		for range r.IntN(4) {
			where = append(where, randomPredicate(r, pool))
		}
		s := randomPredicate(r, pool)
		values := append([]connector.Value{connector.Null()}, pool...)
		if v := counterexample(values, where, s); v != nil && cache.Implies(where, s) {
			t.Errorf("Implies(%v, %s) = true, but %s satisfies only the former", where, s, v)
		}
	})
}
