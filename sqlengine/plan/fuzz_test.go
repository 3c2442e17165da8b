package plan_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/sqlengine/plan"
	"github.com/trackql/trackql/sqlengine/plan/plantest"
)

// FuzzRead reads plans that were changed at random, as text and, by the seed, as
// trees: it must not panic, and what it answers must keep the contract.
func FuzzRead(f *testing.F) {
	cases, err := plantest.Cases("testdata/plans")
	if err != nil {
		f.Fatal(err)
	}
	for i, c := range cases {
		f.Add(c.Plan, uint64(i))
	}
	f.Fuzz(func(t *testing.T, planJSON []byte, seed uint64) {
		readTwice(t, planJSON)
		if mutant, ok := mutate(planJSON, seed); ok {
			readTwice(t, mutant)
		}
	})
}

// TestReadMutants reads some thousand changed plans without the fuzzer.
func TestReadMutants(t *testing.T) {
	cases, err := plantest.Cases("testdata/plans")
	if err != nil {
		t.Fatal(err)
	}
	plans := 0
	for _, c := range cases {
		for seed := range uint64(8) {
			if mutant, ok := mutate(c.Plan, seed); ok && readTwice(t, mutant) {
				plans++
			}
		}
	}
	if plans < len(cases) {
		t.Errorf("only %d mutants of %d statements had a plan", plans, len(cases))
	}
}

// readTwice reads a plan, checks it, and reads it again. It tells whether there
// was one.
func readTwice(t *testing.T, planJSON []byte) bool {
	t.Helper()
	opts := plan.Options{Params: map[string]connector.Value{
		"1": connector.IntOf(5), "2": connector.TextOf("x"), "a": connector.Null(),
	}}
	input := bytes.Clone(planJSON)
	p, err := plan.Read(planJSON, plantest.Tables, opts)
	if !bytes.Equal(input, planJSON) {
		t.Error("Read changed its input")
	}
	if err != nil {
		return false
	}
	checkPlan(t, p)
	again, err := plan.Read(planJSON, plantest.Tables, opts)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(p.Lines(), again.Lines()); diff != "" {
		t.Errorf("Read gives another plan the second time:\n%s", diff)
	}
	return true
}

// mutate changes a few places of a JSON text at random: values take the place
// of others, and things are left out or doubled.
func mutate(text []byte, seed uint64) ([]byte, bool) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var tree any
	if decoder.Decode(&tree) != nil {
		return nil, false
	}
	r := rand.New(rand.NewPCG(seed, 7))
	var nodes []any
	collect(tree, &nodes)
	for range 1 + r.IntN(4) {
		change(r, nodes)
	}
	out, err := json.Marshal(tree)
	return out, err == nil && len(out) < 1<<20
}

// collect lists all values of a tree, each map's in the order of its keys.
func collect(v any, found *[]any) {
	*found = append(*found, v)
	switch v := v.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			collect(v[key], found)
		}
	case []any:
		for _, item := range v {
			collect(item, found)
		}
	}
}

func change(r *rand.Rand, nodes []any) {
	scalars := []any{nil, true, json.Number("0"), json.Number("1"), json.Number("18446744073709551615"), json.Number("-1"), "x", "LOGICAL_FILTER", "SEMI", "BOUND_REF", []any{}, map[string]any{}}
	with := scalars[r.IntN(len(scalars))]
	if r.IntN(3) > 0 {
		other, err := json.Marshal(nodes[r.IntN(len(nodes))])
		if err == nil && len(other) < 1<<14 && json.Unmarshal(other, &with) != nil {
			with = nil
		}
	}
	for range 20 {
		switch v := nodes[r.IntN(len(nodes))].(type) {
		case map[string]any:
			if keys := slices.Sorted(maps.Keys(v)); len(keys) > 0 {
				key := keys[r.IntN(len(keys))]
				if r.IntN(4) == 0 {
					delete(v, key)
				} else {
					v[key] = with
				}
				return
			}
		case []any:
			if len(v) > 0 {
				v[r.IntN(len(v))] = with
				return
			}
		}
	}
}

// checkPlan checks what the contract says of requests.
func checkPlan(t *testing.T, p *plan.Plan) {
	t.Helper()
	for _, f := range p.Fetches {
		table, ok := plantest.Tables(f.Source, f.Request.Table)
		if !ok {
			t.Fatalf("a fetch of %s.%s, which is no table", f.Source, f.Request.Table)
		}
		if _, err := table.Schema(f.Request.Columns); err != nil {
			t.Error(err)
		}
		exact := true
		for _, w := range f.Request.Where {
			if err := table.Check(w); err != nil {
				t.Error(err)
			}
			if table.Grade(w) == connector.Unsupported {
				t.Errorf("%s is sent, which the source does not take", w)
			}
			exact = exact && table.Grade(w) == connector.Exact
		}
		if !exact && (f.Request.Limit != 0 || f.CountOnly) {
			t.Errorf("a limit or count goes down beside %v", f.Request.Where)
		}
		if f.Request.Limit < 0 || f.Reads < 1 || f.Reads > 1 && (f.Request.Limit != 0 || f.CountOnly || f.EarlyStop) {
			t.Errorf("limit %d of %d reads", f.Request.Limit, f.Reads)
		}
		for _, o := range f.Request.Order {
			if c, ok := table.Column(o.Column); !ok || !c.Sortable || f.Request.Limit == 0 {
				t.Errorf("order by %s", o.Column)
			}
		}
	}
	checkLinks(t, p)
}

func checkLinks(t *testing.T, p *plan.Plan) {
	t.Helper()
	for _, l := range p.Links {
		if l.From == l.To || len(l.FromColumns) == 0 {
			t.Errorf("link %+v", l)
		}
		from, to := p.Fetches[l.From], p.Fetches[l.To]
		for _, name := range l.FromColumns {
			if !slices.Contains(from.Request.Columns, name) {
				t.Errorf("link %+v from a column that is not fetched", l)
			}
		}
		table, _ := plantest.Tables(to.Source, to.Request.Table)
		if table.Grade(connector.Predicate{Column: l.ToColumn, Op: connector.In}) != l.Grade || l.Grade == connector.Unsupported {
			t.Errorf("link %+v to a column that does not take IN so", l)
		}
	}
}
