package sqlengine_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/trackql/trackql/connector/connectortest"
	"github.com/trackql/trackql/sqlengine"
)

// TestMetamorphicWider asks random queries of tables of which the last columns
// are further ones, and of tables that list them all: the answers must be the
// same. Every few queries, a new session knows none of them.
func TestMetamorphicWider(t *testing.T) {
	const perWorld = 15
	for done, world := 0, *seed; done < *queries/5; done, world = done+perWorld, world+1 {
		t.Run(fmt.Sprint("seed ", world), func(t *testing.T) { widerWorld(t, world, perWorld) })
	}
}

func widerWorld(t *testing.T, seed uint64, n int) {
	random := rand.New(rand.NewPCG(seed, 2))
	w := newWorld(random)
	pages := 1 + random.IntN(20)
	open := func(tables []connectortest.MemoryTable, noPushdown bool) (*sqlengine.Session, *connectortest.Memory) {
		source := connectortest.NewMemory(connectortest.MemoryConfig{Tables: tables, PageRows: pages})
		return session(t, sqlengine.Config{
			Timezone: time.UTC, NoPushdown: noPushdown,
			Sources: []sqlengine.NamedSource{{Name: "m", Connector: "memory", Source: source}},
		}), source
	}
	whole, _ := open(slices.Clone(w.tables), true)
	further := 1 + random.IntN(5) // b, ts, d, dec, f
	for i := range w.tables[:1+random.IntN(3)] {
		w.tables[i].Further = further
	}
	narrow, source := open(w.tables, random.IntN(4) == 0)
	for i := range n {
		if i%3 == 2 {
			narrow, source = open(w.tables, random.IntN(4) == 0)
		}
		sql := w.query(random)
		compare := sameRows
		if random.IntN(4) == 0 {
			sql, compare = fmt.Sprintf("SELECT x.* FROM m.%s x%s", pick(random, []string{"A", "B", "C"}), w.where(random, "x")), sameFields
		}
		got, gotErr := ask(t.Context(), narrow, sql)
		want, wantErr := ask(t.Context(), whole, sql)
		if failedCast(gotErr) || failedCast(wantErr) {
			continue
		}
		if gotErr != nil || wantErr != nil || !compare(got, want) || strings.Contains(got, "trackql") {
			t.Fatalf("%s\nwith %d further columns: %v\n%sand all listed: %v\n%swidened %s\n%s", sql, further, gotErr, got, wantErr, want, widens(source), explained(t, narrow, sql))
		}
	}
}

func sameRows(got, want string) bool { return sorted(got) == sorted(want) }

// sameFields tells whether two answers say the same where the first may lack
// columns that hold nothing.
func sameFields(got, want string) bool { return sorted(fieldsOf(got)) == sorted(fieldsOf(want)) }

// fieldsOf writes the values of an answer that are there with their names.
func fieldsOf(answer string) string {
	lines := strings.Split(strings.TrimSuffix(answer, "\n"), "\n")
	names := strings.Split(lines[0], "|")
	var out strings.Builder
	for _, line := range lines[1:] {
		for i, value := range strings.Split(line, "|") {
			if value != "∅" {
				out.WriteString(names[i] + "=" + value + "|")
			}
		}
		out.WriteString("\n")
	}
	return out.String()
}
