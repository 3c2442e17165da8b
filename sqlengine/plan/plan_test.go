package plan_test

import (
	"flag"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trackql/trackql/sqlengine/plan"
	"github.com/trackql/trackql/sqlengine/plan/plantest"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestCorpus reads the plan of every statement of the corpus and compares what
// EXPLAIN would print. Run with -update to rewrite, and read the diff.
func TestCorpus(t *testing.T) {
	cases, err := plantest.Cases("testdata/plans")
	if err != nil {
		t.Fatal(err)
	}
	if len(cases) < 80 {
		t.Errorf("Cases = %d statements, want at least 80", len(cases))
	}
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			got := lines(t, c)
			if *update {
				if err := c.Update("want", []byte(got)); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(c.Want, got); diff != "" {
				t.Errorf("Read(%s) (-want +got):\n%s", c.SQL, diff)
			}
		})
	}
}

func lines(t *testing.T, c plantest.Case) string {
	t.Helper()
	p, err := plan.Read(c.Plan, plantest.Tables, options(c))
	if err != nil {
		return "error: " + err.Error() + "\n"
	}
	return strings.Join(append(p.Lines(), ""), "\n")
}

func options(c plantest.Case) plan.Options {
	return plan.Options{NoPushdown: c.NoPushdown, Params: c.Params}
}
