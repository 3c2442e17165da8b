package plan_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/sqlengine/plan"
	"github.com/trackql/trackql/sqlengine/plan/plantest"
)

// corpusCase finds a statement of the corpus.
func corpusCase(t *testing.T, name string) plantest.Case {
	t.Helper()
	cases, err := plantest.Cases("testdata/plans")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		if c.Name == name {
			return c
		}
	}
	t.Fatalf("the corpus has no statement %q", name)
	return plantest.Case{}
}

func readCase(t *testing.T, name string) *plan.Plan {
	t.Helper()
	c := corpusCase(t, name)
	p, err := plan.Read(c.Plan, plantest.Tables, options(c))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestFetchFlags tests what EXPLAIN does not print.
func TestFetchFlags(t *testing.T) {
	type flags struct {
		Reads, BatchRows                          int
		Limit                                     int64
		RowsOnly, CountOnly, EarlyStop, Selective bool
	}
	tests := map[string]flags{
		"columns-none":         {Reads: 1, RowsOnly: true},
		"columns-star":         {Reads: 1},
		"count":                {Reads: 1, RowsOnly: true, CountOnly: true},
		"count-where":          {Reads: 1, CountOnly: true, Selective: true},
		"count-kept":           {Reads: 1},
		"count-limit":          {Reads: 1, Limit: 4, RowsOnly: true, EarlyStop: true, Selective: true},
		"limit-offset":         {Reads: 1, Limit: 8, EarlyStop: true, Selective: true},
		"limit-kept-filter":    {Reads: 1, EarlyStop: true, BatchRows: 256, Selective: true},
		"limit-join":           {Reads: 1, EarlyStop: true, BatchRows: 256},
		"limit-percent":        {Reads: 1},
		"limit-distinct":       {Reads: 1},
		"limit-offset-only":    {Reads: 1},
		"window-limit":         {Reads: 1},
		"top":                  {Reads: 1, Limit: 10, Selective: true},
		"top-kept-key":         {Reads: 1},
		"union-limits":         {Reads: 2, Selective: true},
		"join-self":            {Reads: 2, Selective: true},
		"recursive":            {Reads: 3},
		"filter-not-in-native": {Reads: 1},
		"filter-closed-set":    {Reads: 1, Selective: true},
		"no-pushdown":          {Reads: 1},
	}
	for name, want := range tests {
		t.Run(name, func(t *testing.T) {
			f := readCase(t, name).Fetches[0]
			got := flags{
				f.Reads, f.Request.BatchRows, f.Request.Limit,
				f.RowsOnly(), f.CountOnly, f.EarlyStop, f.Selective,
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("flags of %s (-want +got):\n%s", name, diff)
			}
		})
	}
}

func TestFunctions(t *testing.T) {
	tests := map[string][]string{
		"functions":   {"duckdb_settings", "range"},
		"join-unnest": {"unnest"},
		"join-inner":  nil,
	}
	for name, want := range tests {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(want, readCase(t, name).Functions); diff != "" {
				t.Errorf("Functions (-want +got):\n%s", diff)
			}
		})
	}
}

func TestTargets(t *testing.T) {
	tests := map[string]plan.Target{
		"insert-select": {Source: "bl", Table: "Projects", Action: plan.Insert, Columns: []string{"Id", "Name"}},
		"insert-values": {Source: "bl", Table: "Users", Action: plan.Insert, Columns: []string{"Id", "Name", "Mail"}},
		"update-many":   {Source: "bl", Table: "Issues", Action: plan.Update, Columns: []string{"Summary", "AssigneeId"}},
		"update-from":   {Source: "bl", Table: "Issues", Action: plan.Update, Columns: []string{"Summary"}, Returning: true},
		"delete":        {Source: "pt", Table: "Issues", Action: plan.Delete},
		"merge":         {Source: "bl", Table: "Projects", Action: plan.Merge, Columns: []string{"Id", "ProjectKey", "Name"}},
	}
	for name, want := range tests {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff([]plan.Target{want}, readCase(t, name).Targets); diff != "" {
				t.Errorf("Targets (-want +got):\n%s", diff)
			}
		})
	}
}

// TestReadFull reads plans in which DuckDB left no default out.
func TestReadFull(t *testing.T) {
	archive, err := txtar.ParseFile("testdata/full.txtar")
	if err != nil {
		t.Fatal(err)
	}
	if len(archive.Files) < 5 {
		t.Errorf("%d plans, want at least 5", len(archive.Files))
	}
	for _, file := range archive.Files {
		t.Run(file.Name, func(t *testing.T) {
			c := corpusCase(t, file.Name)
			c.Plan = file.Data
			if diff := cmp.Diff(c.Want, lines(t, c)); diff != "" {
				t.Errorf("Read (-want +got):\n%s", diff)
			}
		})
	}
}

func TestRefusal(t *testing.T) {
	c := corpusCase(t, "error-table")
	_, err := plan.Read(c.Plan, plantest.Tables, plan.Options{})
	var refusal *plan.RefusedError
	if !errors.As(err, &refusal) {
		t.Fatalf("Read = %v, want a RefusedError", err)
	}
	want := plan.RefusedError{
		Type: "catalog", Subtype: "MISSING_ENTRY", Name: "Nope", Entry: "Table", Candidates: "Comments",
		Message: "Table with name Nope does not exist!\nDid you mean \"Comments\"?", Position: "14",
	}
	if diff := cmp.Diff(want, *refusal); diff != "" {
		t.Errorf("RefusedError (-want +got):\n%s", diff)
	}
}

// TestReadNonsense reads what no DuckDB writes.
func TestReadNonsense(t *testing.T) {
	strange := scanOf(nil)
	scan := strange["children"].([]any)[0].(node)
	scan["names"] = []string{"other"}
	tests := map[string]string{
		"empty":               ``,
		"no JSON":             `{"plans":[`,
		"no plan":             `{"error":false,"plans":[]}`,
		"another type":        `{"error":false,"plans":["LOGICAL_GET"]}`,
		"expressions missing": `{"error":false,"plans":[{"type":"LOGICAL_PROJECTION","expressions":{}}]}`,
		"unknown column":      encode(t, strange),
	}
	for name, text := range tests {
		t.Run(name, func(t *testing.T) {
			table := randomTable(newRand(1))
			p, err := plan.Read([]byte(text), func(string, string) (*connector.Table, bool) { return table, true }, plan.Options{})
			if connector.KindOf(err) != connector.Internal || err == nil {
				t.Errorf("Read(%s) = %v, %v, want an error of kind internal", text, p, err)
			}
		})
	}
}

// TestUnknownOperators tests that what is not known is not relied on.
func TestUnknownOperators(t *testing.T) {
	is5 := comparison{column: 0, op: 0, value: connector.IntOf(5)}
	sampled := scanOf([]condition{is5})
	sampled["children"].([]any)[0].(node)["extra_info"] = node{"sample_options": node{"sample_size": 3}}
	above := func(child node) node {
		return node{"type": "LOGICAL_FILTER", "expressions": []any{is5.json()}, "children": []any{child}}
	}
	join := func(left node) node {
		return node{"type": "LOGICAL_CROSS_PRODUCT", "children": []any{left, scanOf(nil)}}
	}
	tests := map[string]struct {
		root node
		want int
	}{
		"a filter above a scan":                       {above(scanOf(nil)), 1},
		"a filter above a join with one column":       {above(join(node{"type": "LOGICAL_DUMMY_SCAN"})), 0},
		"a filter above a join with unknown columns":  {above(join(node{"type": "LOGICAL_NEW"})), 0},
		"a filter above an unknown operator":          {above(node{"type": "LOGICAL_NEW", "children": []any{scanOf(nil)}}), 0},
		"a filter inside of a scan that is sampled":   {sampled, 0},
		"a filter below an unknown operator":          {node{"type": "LOGICAL_NEW", "children": []any{scanOf([]condition{is5})}}, 1},
		"a filter that refers to a column not there":  {above(node{"type": "LOGICAL_PROJECTION", "children": []any{scanOf(nil)}}), 0},
		"a filter above a join without known columns": {above(node{"type": "LOGICAL_COMPARISON_JOIN", "join_type": "NEW", "children": []any{scanOf(nil), scanOf(nil)}}), 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			table := randomTable(newRand(1))
			for i := range table.Columns {
				table.Columns[i].Filters = connector.Filters{connector.Eq: connector.Exact}
			}
			f := readOne(t, test.root, table)
			if len(f.Request.Where) != test.want {
				t.Errorf("Where = %v, want %d predicates", f.Request.Where, test.want)
			}
		})
	}
}

// TestSpecialNumbers tests the numbers that JSON does not have, also where
// they are part of a text.
func TestSpecialNumbers(t *testing.T) {
	text := encode(t, scanOf([]condition{
		comparison{column: columnAt("x"), op: 0, value: connector.FloatOf(0.5)},
		comparison{column: columnAt("s"), op: 0, value: connector.TextOf(`NaN "-Infinity" \`)},
	}))
	text = strings.Replace(text, `"value":0.5`, `"value":-Infinity`, 1)
	table := randomTable(newRand(1))
	for i := range table.Columns {
		table.Columns[i].Filters = connector.Filters{connector.Eq: connector.Exact}
	}
	p, err := plan.Read([]byte(text), func(string, string) (*connector.Table, bool) { return table, true }, plan.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, w := range p.Fetches[0].Request.Where {
		got = append(got, w.String())
	}
	want := []string{`x = '-Infinity'::DOUBLE`, `s = 'NaN "-Infinity" \'`}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Where (-want +got):\n%s", diff)
	}
}

func TestWhole(t *testing.T) {
	refs := []plan.Ref{{Source: "bl", Table: "projects"}, {Source: "bl", Table: "Nope"}}
	p := plan.Whole(refs, plantest.Tables, "the statement is a PIVOT without IN")
	want := []string{
		"everything is fetched whole: the statement is a PIVOT without IN",
		"scan bl.Projects (Id, ProjectKey, Name, Archived)",
		"  fetched once and kept, for several reads",
	}
	if diff := cmp.Diff(want, p.Lines()); diff != "" {
		t.Errorf("Whole (-want +got):\n%s", diff)
	}
}

// TestOptimizers tests that the second try is another one.
func TestOptimizers(t *testing.T) {
	sets := plan.Optimizers()
	if len(sets) != 2 || len(sets[1]) != len(sets[0])+1 {
		t.Errorf("Optimizers = %v, want two sets, the second with one more", sets)
	}
}

func encode(t *testing.T, root node) string {
	t.Helper()
	text, err := json.Marshal(node{"error": false, "plans": []any{root}})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestCalls reads calls of procedures, as DuckDB writes those of a table
// function.
func TestCalls(t *testing.T) {
	text := func(v any) node { return node{"type": node{"id": "VARCHAR"}, "is_null": v == nil, "value": v} }
	call := func(name string, parameters ...any) node {
		return node{"type": "LOGICAL_GET", "name": name, "parameters": parameters, "column_indexes": []any{node{}}}
	}
	list := func(items ...any) node {
		return node{"type": node{"id": "LIST"}, "is_null": false, "value": node{"children": items}}
	}
	plans := node{"error": false, "plans": []any{
		node{"type": "LOGICAL_CROSS_PRODUCT", "children": []any{
			call("call_it", text("7f"), list(text("x"), text(nil))), call("call_it", text("80"), node{"is_null": false, "value": node{}}),
		}},
		call("other", text("81"), list()), call("call_it", text("82")), call("call_it", text("83"), list(node{"type": node{"id": "MAP"}})),
	}}
	raw, err := json.Marshal(plans)
	if err != nil {
		t.Fatal(err)
	}
	p, err := plan.Read(raw, plantest.Tables, plan.Options{CallFunction: "call_it"})
	if err != nil {
		t.Fatal(err)
	}
	want := []plan.Call{{ID: "7f", Arguments: []connector.Value{connector.TextOf("x"), connector.Null()}}, {ID: "80"}}
	if diff := cmp.Diff(want, p.Calls, cmp.Comparer(func(a, b connector.Value) bool { return a == b })); diff != "" {
		t.Errorf("Calls (-want +got):\n%s", diff)
	}
	if got := p.Lines(); len(got) != 0 {
		t.Errorf("Lines() = %q, want none: the engine tells of calls", got)
	}
}
