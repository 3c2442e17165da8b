package sqlengine_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/sqlengine/duck"
	"github.com/trackql/trackql/sqlengine/plan"
	"github.com/trackql/trackql/sqlengine/plan/plantest"
)

// TestPlans verifies that DuckDB still makes the plans that the planner was
// tested with, as far as the planner can see. With -update the recorded plans
// that are others today are replaced.
func TestPlans(t *testing.T) {
	conn, optimizers := planning(t)
	cases, err := plantest.Cases("plan/testdata/plans")
	if err != nil {
		t.Fatal(err)
	}
	if len(cases) < 60 {
		t.Fatalf("the corpus has %d statements, want at least 60", len(cases))
	}
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			answer := planOf(t, conn, optimizers, c.SQL)
			options := plan.Options{NoPushdown: c.NoPushdown, Params: c.Params}
			got, gotErr := plan.Read([]byte(answer), plantest.Tables, options)
			want, wantErr := plan.Read(c.Plan, plantest.Tables, options)
			if (gotErr == nil) != (wantErr == nil) {
				t.Fatalf("%s: %v, and was recorded with %v", c.SQL, gotErr, wantErr)
			}
			if gotErr != nil {
				return
			}
			diff := cmp.Diff(want.Lines(), got.Lines())
			if diff == "" {
				return // also where the texts differ: now() is folded into some
			}
			if !*update {
				t.Fatalf("%s (-recorded +now):\n%s", c.SQL, diff)
			}
			if err := c.Update("plan.json", []byte(answer)); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// planning opens a DuckDB with the corpus's tables, and returns the settings of
// disabled_optimizers to try in turn.
func planning(t *testing.T) (*duck.Conn, []string) {
	db, err := duck.Open(nil)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := db.Connect()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		conn.Close()
		db.Close()
	})
	steps := append([]string{"SET TimeZone = 'Asia/Tokyo'", "ATTACH ':memory:' AS planning", "USE planning"}, plantest.Schema()...)
	for _, sql := range steps {
		if err := conn.Exec(t.Context(), sql); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	all, err := conn.Strings(t.Context(), "SELECT name FROM duckdb_optimizers()")
	if err != nil {
		t.Fatal(err)
	}
	var settings []string
	for _, kept := range plan.Optimizers() {
		var disabled []string
		for _, row := range all {
			if !slices.Contains(kept, row[0]) {
				disabled = append(disabled, row[0])
			}
		}
		settings = append(settings, strings.Join(disabled, ","))
	}
	return conn, settings
}

func planOf(t *testing.T, conn *duck.Conn, optimizers []string, sql string) string {
	t.Helper()
	for _, disabled := range optimizers {
		if err := conn.Exec(t.Context(), "SET disabled_optimizers = "+connector.QuoteText(disabled)); err != nil {
			t.Fatal(err)
		}
		rows, err := conn.Strings(t.Context(), plan.Query, duck.Param{Value: connector.TextOf(sql)})
		if err != nil {
			t.Fatal(err)
		}
		_, err = plan.Read([]byte(rows[0][0]), plantest.Tables, plan.Options{})
		var refusal *plan.RefusedError
		if !errors.As(err, &refusal) || refusal.Type != "internal" {
			return rows[0][0]
		}
	}
	t.Fatalf("%s: no set of optimizers gives a plan", sql)
	return ""
}
