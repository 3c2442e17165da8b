package sqlengine_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/sqlengine"
)

// Quotas makes the source one that counts requests.
func (f *fickle) Quotas(context.Context) ([]connector.Quota, error) { return nil, nil }

// settle gives the sessions of a world a table and a file of their own, with
// some rows of the table A, and the queries the names of both.
func (w *world) settle(t *testing.T, sessions ...*sqlengine.Session) {
	t.Helper()
	path := filepath.ToSlash(filepath.Join(t.TempDir(), "local.csv"))
	var columns []string
	for i, s := range sessions {
		mustAsk(t, s, "CREATE TEMP TABLE L AS SELECT * FROM m.A WHERE id % 3 = 0")
		if i > 0 {
			continue
		}
		mustAsk(t, s, "COPY L TO '"+path+"' (HEADER)")
		for line := range strings.Lines(mustAsk(t, s, "SELECT column_name, column_type FROM (DESCRIBE L)")) {
			name, kind, _ := strings.Cut(strings.TrimSpace(line), "|")
			if name != "column_name" {
				columns = append(columns, fmt.Sprintf("'%s': '%s'", name, kind))
			}
		}
	}
	w.local = []string{"L", fmt.Sprintf("read_csv('%s', header = true, columns = {%s})", path, strings.Join(columns, ", "))}
}

// table returns what may stand behind FROM: mostly a table of the source.
func (w *world) table(random *rand.Rand) string {
	if len(w.local) > 0 && random.IntN(5) == 0 {
		return pick(random, w.local)
	}
	return "m." + pick(random, []string{"A", "B", "C"})
}

// joinOn returns a condition that joins x and y, mostly by equal columns.
func joinOn(random *rand.Rand, key string) string {
	if random.IntN(4) > 0 {
		return fmt.Sprintf("x.%s = y.%s", key, key)
	}
	return pick(random, []string{
		"x.id::VARCHAR = y.id::VARCHAR", "x.id = TRY_CAST(y.t AS BIGINT)", "x.t = y.id::VARCHAR", "x.k::VARCHAR = y.t",
		"x.id = y.n", "x.id = y.k", "x.id = y.id + 1", "x.n::BIGINT = y.k", "x.s = y.t", "x.d = TRY_CAST(y.t AS DATE)",
	})
}
