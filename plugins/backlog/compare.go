package backlog

import (
	"iter"

	"github.com/tidwall/gjson"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

// test is a condition that is compared with rows here.
type test struct {
	column    *relation.Column
	predicate connector.Predicate
	// members are the constants of a long IN, for looking up.
	members map[connector.Value]bool
}

// longList is how many constants make looking up worth while.
const longList = 8

// testsOf returns what is to be compared here: conditions on columns that the
// server gives.
func testsOf(conditions []condition) []test {
	var tests []test
	for _, c := range conditions {
		if c.column.Pseudo {
			continue
		}
		t := test{column: c.column, predicate: c.predicate}
		kind, _ := connector.ComparesWith(c.column.Type)
		if c.predicate.Op == connector.In && len(c.predicate.Values) > longList {
			t.members = map[connector.Value]bool{}
			var others []connector.Value
			for _, v := range c.predicate.Values {
				if v.Kind() == kind {
					t.members[v] = true
					continue
				}
				others = append(others, v)
			}
			t.predicate.Values = others
		}
		tests = append(tests, t)
	}
	return tests
}

func (t *test) match(v connector.Value) bool {
	return t.members[v] || t.predicate.Match(v)
}

// keep leaves the rows that satisfy a level's conditions.
func (r *reading) keep(at int, rows page) (page, error) {
	kept := rows[:0]
	for _, row := range rows {
		ok, err := r.satisfies(at, row)
		if err != nil {
			return nil, err
		}
		if ok {
			kept = append(kept, row)
		}
	}
	return kept, nil
}

func (r *reading) satisfies(at int, row relation.Row) (bool, error) {
	for i := range r.tests[at] {
		t := &r.tests[at][i]
		v, err := relation.Cell(row, t.column, r.zone)
		if err != nil {
			return false, err
		}
		if !t.match(v) {
			return false, nil
		}
	}
	return true, nil
}

// once leaves of rows that have come before the first.
func once(pages iter.Seq2[page, error], id string) iter.Seq2[page, error] {
	return func(yield func(page, error) bool) {
		seen := map[string]bool{}
		for rows, err := range pages {
			var fresh page
			for _, row := range rows {
				if key := identity(row.JSON, id); !seen[key] {
					seen[key] = true
					fresh = append(fresh, row)
				}
			}
			if !yield(fresh, err) || err != nil {
				return
			}
		}
	}
}

func identity(row gjson.Result, id string) string { return row.Get(id).Raw }

// idPath is where in a row its id stands.
func idPath(t *relation.Table) string {
	if t.ID != "" {
		return t.ID
	}
	return "id"
}
