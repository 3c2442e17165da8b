package plan_test

import (
	"fmt"
	"testing"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/sqlengine/plan"
	"github.com/trackql/trackql/sqlengine/plan/plantest"
)

func BenchmarkRead(b *testing.B) {
	cases, err := plantest.Cases("testdata/plans")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		for _, c := range cases {
			if _, err := plan.Read(c.Plan, plantest.Tables, plan.Options{}); err != nil && c.Name == "join-three" {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*len(cases)), "µs/plan")
}

// TestReadLarge reads conditions of many thousand values and alternatives: what
// the reader compares with each other must stay within bounds, or this test
// does not end.
func TestReadLarge(t *testing.T) {
	list := func(from int) membership {
		in := membership{column: columnAt("n")}
		for n := range 10_000 {
			in.values = append(in.values, connector.IntOf(int64(from+n)))
		}
		return in
	}
	wide := junction{}
	for n := range 1_000 {
		wide.parts = append(wide.parts, junction{and: true, parts: []condition{
			comparison{column: columnAt("n"), op: 4, value: connector.IntOf(int64(n))},
			textTest{columnAt("s"), "prefix", fmt.Sprint(n)},
		}})
	}
	deep := condition(wide)
	for range 500 {
		deep = negation{junction{and: true, parts: []condition{deep, nullTest{columnAt("s"), true}}}}
	}
	tests := map[string][]condition{
		"two lists in turn":         {list(0), list(1)},
		"a list and its complement": {list(0), membership{column: columnAt("n"), values: list(5).values, not: true}},
		"many alternatives":         {wide, wide},
		"many levels":               {deep},
	}
	for name, conditions := range tests {
		t.Run(name, func(t *testing.T) {
			table := randomTable(newRand(2))
			for i := range table.Columns {
				for op := range table.Columns[i].Filters {
					table.Columns[i].Filters[op] = connector.Exact
				}
			}
			f := readOne(t, scanOf(conditions), table)
			if len(f.Lines()) < 2 {
				t.Errorf("Lines = %v, want what was sent or kept", f.Lines())
			}
		})
	}
}
