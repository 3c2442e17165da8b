package sqlengine_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/connector/connectortest"
	"github.com/trackql/trackql/sqlengine"
)

var (
	queries = flag.Int("metamorphic", 1000, "how many random queries the metamorphic test runs")
	seed    = flag.Uint64("seed", 1, "where the metamorphic test begins")
)

// TestMetamorphic asks random queries over random data twice: with everything
// pushed down that may be, and with nothing. The answers must be the same, row
// for row. Each world has tables of other contents and other grades. Some are
// asked of a source that does nothing but scan.
func TestMetamorphic(t *testing.T) {
	const perWorld = 50
	grouped := 0
	for done, world := 0, *seed; done < *queries; done, world = done+perWorld, world+1 {
		t.Run(fmt.Sprint("seed ", world), func(t *testing.T) {
			grouped += metamorphicWorld(t, world, min(perWorld, *queries-done))
		})
	}
	if grouped < *queries/perWorld && !t.Failed() {
		t.Errorf("the source grouped %d times in %d queries, want one in %d", grouped, *queries, perWorld)
	}
}

func metamorphicWorld(t *testing.T, seed uint64, n int) (grouped int) {
	random := rand.New(rand.NewPCG(seed, 0))
	w := newWorld(random)
	source := connectortest.NewMemory(connectortest.MemoryConfig{Tables: w.tables, PageRows: 1 + random.IntN(20)})
	cfg := sqlengine.Config{Timezone: time.UTC, Sources: []sqlengine.NamedSource{{Name: "m", Connector: "memory", Source: source}}}
	if seed%3 > 0 {
		cfg.Sources[0].Source = &fickle{Memory: source, random: rand.New(rand.NewPCG(seed, 1))}
	}
	with := session(t, cfg)
	cfg.Sources = []sqlengine.NamedSource{{Name: "m", Connector: "memory", Source: connectortest.Plain(source)}}
	reading := session(t, cfg)
	cfg.NoPushdown = true
	without := session(t, cfg)
	w.settle(t, without, reading, with)
	for range n {
		sql := w.query(random)
		asked := with
		if random.IntN(5) == 0 {
			asked = reading
		}
		got, gotErr := ask(t.Context(), asked, sql)
		want, wantErr := ask(t.Context(), without, sql)
		if failedCast(gotErr) || failedCast(wantErr) {
			continue
		}
		if (gotErr == nil) != (wantErr == nil) || sorted(got) != sorted(want) && gotErr == nil {
			t.Fatalf("%s\nwith pushdown: %v\n%swithout: %v\n%s%s", sql, gotErr, got, wantErr, want, explained(t, asked, sql))
		}
		if gotErr != nil {
			t.Fatalf("%s\n%v", sql, gotErr)
		}
	}
	return len(source.Aggregates())
}

// fickle is a source whose estimates are anything, so that dynamic filters are
// used this way and that.
type fickle struct {
	*connectortest.Memory
	mu     sync.Mutex
	random *rand.Rand
}

func (f *fickle) Estimate(_ context.Context, req connector.ScanRequest) (connector.Estimate, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	e := connector.Estimate{Rows: f.random.Int64N(150) - 1, Requests: f.random.Int64N(40) - 1}
	if f.random.IntN(20) == 0 {
		return e, connector.Errorf(connector.Unavailable, "it is not known what %s takes", req.Table)
	}
	return e, nil
}

// failedCast tells of a value that cannot be converted: whether such a value is
// ever looked at depends on which rows come, so either side may fail alone.
func failedCast(err error) bool {
	return connector.KindOf(err) == connector.Invalid && strings.Contains(err.Error(), "Could not convert")
}

func session(t *testing.T, cfg sqlengine.Config) *sqlengine.Session {
	e, err := sqlengine.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	s, err := e.Session(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(s.Close(), e.Close()); err != nil {
			t.Error(err)
		}
	})
	return s
}

func explained(t *testing.T, s *sqlengine.Session, sql string) string {
	text, err := ask(t.Context(), s, "EXPLAIN "+sql)
	if err != nil {
		return err.Error()
	}
	return text
}

func sorted(answer string) string {
	lines := strings.Split(answer, "\n")
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// world is a random source: the columns of each table by the kind of their
// values, and the tables.
type world struct {
	tables []connectortest.MemoryTable
	// local are names of what is no table of the source.
	local []string
}

// The domains are small, so that comparisons and joins find something.
var (
	worldTexts  = []string{"", "a", "A", "ab", "abc", "b", "B%", "x_y", "Open", "open", "Closed", "担当", "é", "e", " a", "z'z"}
	worldStates = []string{"Open", "Closed", "New"}
	worldInts   = []int64{-3, -1, 0, 1, 2, 3, 5, 8, 100, 1 << 40}
	worldFloats = []string{"-1.5", "0", "0.5", "1", "2.25", "1e10"}
	worldDays   = []string{"2023-12-31", "2024-01-01", "2024-01-02", "2024-02-29"}
	worldTimes  = []string{"2023-12-31T23:59:59Z", "2024-01-01T00:00:00Z", "2024-01-01T00:00:00.000001Z", "2024-01-01T12:00:00Z", "2024-02-29T09:30:00Z"}
)

var worldTypes = map[string]arrow.DataType{
	"id": arrow.PrimitiveTypes.Int64, "k": arrow.PrimitiveTypes.Int64, "n": arrow.PrimitiveTypes.Int32,
	"t": arrow.BinaryTypes.String, "s": arrow.BinaryTypes.String, "Full Name": arrow.BinaryTypes.String,
	"f": arrow.PrimitiveTypes.Float64, "dec": &arrow.Decimal128Type{Precision: 9, Scale: 2},
	"d": arrow.FixedWidthTypes.Date32, "ts": &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"},
	"b": arrow.FixedWidthTypes.Boolean,
}

var worldColumns = []string{"id", "k", "n", "t", "s", "Full Name", "f", "dec", "d", "ts", "b"}

func newWorld(random *rand.Rand) *world {
	w := &world{}
	for _, name := range []string{"A", "B", "C"} {
		w.tables = append(w.tables, worldTable(random, name))
	}
	return w
}

func worldTable(random *rand.Rand, name string) connectortest.MemoryTable {
	t := connectortest.MemoryTable{Table: connector.Table{Name: name, Doc: "Random rows.", Key: []string{"id"}, StopsAtLimit: random.IntN(2) == 0}}
	for _, column := range worldColumns {
		c := connector.Column{Name: column, Type: worldTypes[column], Nullable: column != "id" && column != "s", Doc: "Random values."}
		c.Sortable = !c.Nullable && random.IntN(2) == 0
		for op, grade := range connectortest.Every(c.Type, connector.Exact) {
			if grade != connector.Unsupported {
				c.Filters[op] = connector.Grade(random.IntN(3))
			}
		}
		if column == "s" && random.IntN(2) == 0 {
			for _, state := range worldStates {
				c.Values = append(c.Values, connector.TextOf(state))
			}
		}
		t.Table.Columns = append(t.Table.Columns, c)
	}
	for id := range random.IntN(60) {
		row := make([]any, len(worldColumns))
		for i, column := range worldColumns {
			row[i] = worldValue(random, column, id)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func pick[T any](random *rand.Rand, from []T) T { return from[random.IntN(len(from))] }

func worldValue(random *rand.Rand, column string, id int) any {
	if column == "id" {
		return id
	}
	if column != "s" && random.IntN(5) == 0 {
		return nil
	}
	switch column {
	case "k":
		return pick(random, worldInts)
	case "n":
		return pick(random, worldInts[:9])
	case "s":
		return pick(random, worldStates)
	case "t", "Full Name":
		return pick(random, worldTexts)
	case "f", "dec":
		return pick(random, worldFloats[:5])
	case "d":
		return pick(random, worldDays)
	case "ts":
		at, err := time.Parse(time.RFC3339Nano, pick(random, worldTimes))
		if err != nil {
			panic(err)
		}
		return at
	}
	return random.IntN(2) == 0
}

// constant returns a constant that a column is compared with, sometimes of
// another type than the column's.
func (w *world) constant(random *rand.Rand, column string) string {
	if random.IntN(30) == 0 {
		return "NULL"
	}
	switch column {
	case "id", "k", "n":
		n := fmt.Sprint(pick(random, worldInts))
		return pick(random, []string{n, n, n, "'" + n + "'", n + ".5", n + "::DOUBLE", n + "::HUGEINT"})
	case "f", "dec":
		return pick(random, append([]string{"1", "'0.5'", "2.250", "'NaN'::DOUBLE", "1e300"}, worldFloats...))
	case "d":
		day := pick(random, worldDays)
		return pick(random, []string{"DATE '" + day + "'", "'" + day + "'", "TIMESTAMP '" + day + " 12:00:00'", "TIMESTAMPTZ '" + day + "'"})
	case "ts":
		at := pick(random, worldTimes)
		return pick(random, []string{"TIMESTAMPTZ '" + at + "'", "'" + at + "'", "DATE '2024-01-01'", "TIMESTAMP '2024-01-01'"})
	case "b":
		return pick(random, []string{"true", "false", "'true'", "1"})
	case "s":
		return connector.QuoteText(pick(random, append(worldStates, "open", "Nothing")))
	}
	return connector.QuoteText(pick(random, worldTexts))
}

// predicate returns a condition on the columns of a table alias.
func (w *world) predicate(random *rand.Rand, alias string, depth int) string {
	if depth > 0 && random.IntN(3) == 0 {
		left, right := w.predicate(random, alias, depth-1), w.predicate(random, alias, depth-1)
		return pick(random, []string{"(" + left + " AND " + right + ")", "(" + left + " OR " + right + ")", "NOT (" + left + ")"})
	}
	column := pick(random, worldColumns)
	name := alias + "." + connector.QuoteName(column)
	c := func() string { return w.constant(random, column) }
	compared := pick(random, []string{"=", "=", "=", "<>", "<", "<=", ">", ">="})
	switch random.IntN(16) {
	case 0:
		return name + " IN (" + c() + ", " + c() + ", " + c() + ")"
	case 1:
		return name + " NOT IN (" + c() + ", " + c() + ")"
	case 2:
		return name + " BETWEEN " + c() + " AND " + c()
	case 3:
		return name + pick(random, []string{" IS NULL", " IS NOT NULL"})
	case 4:
		return name + pick(random, []string{" IS DISTINCT FROM ", " IS NOT DISTINCT FROM "}) + c()
	case 5:
		return c() + " " + compared + " " + name
	case 6:
		return alias + ".t " + pick(random, []string{"LIKE", "NOT LIKE", "ILIKE"}) + " " + pick(random, []string{"'a%'", "'%b%'", "'x\\_y'", "'_b'", "'%'", "'担%'", "'B\\%%' ESCAPE '\\'"})
	case 7:
		return pick(random, []string{"contains", "starts_with", "ends_with"}) + "(" + alias + ".t, " + w.constant(random, "t") + ")"
	case 8:
		return pick(random, []string{"lower(" + alias + ".t) = 'a'", alias + ".id % 3 = 1", "length(" + alias + ".t) > 1", alias + ".ts::DATE = DATE '2024-01-01'", alias + ".k = " + alias + ".n", "coalesce(" + alias + ".k, 0) > 1"})
	case 9:
		return pick(random, []string{alias + ".b", "NOT " + alias + ".b"})
	}
	return name + " " + compared + " " + c()
}

// where returns a WHERE clause, or none.
func (w *world) where(random *rand.Rand, aliases ...string) string {
	var parts []string
	for range random.IntN(4) {
		parts = append(parts, w.predicate(random, pick(random, aliases), 2))
	}
	if random.IntN(6) == 0 {
		parts = append(parts, w.subquery(random, aliases[0]))
	}
	if len(parts) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(parts, " AND ")
}

func (w *world) subquery(random *rand.Rand, alias string) string {
	table := w.table(random)
	condition := w.predicate(random, "q", 1)
	key := pick(random, []string{"id", "k", "t", "s"})
	return pick(random, []string{
		fmt.Sprintf("EXISTS (SELECT 1 FROM %s q WHERE q.%s = %s.%s AND %s)", table, key, alias, key, condition),
		fmt.Sprintf("NOT EXISTS (SELECT 1 FROM %s q WHERE q.%s = %s.%s AND %s)", table, key, alias, key, condition),
		fmt.Sprintf("%s.%s IN (SELECT q.%s FROM %s q WHERE %s)", alias, key, key, table, condition),
		fmt.Sprintf("%s.%s NOT IN (SELECT q.%s FROM %s q WHERE %s)", alias, key, key, table, condition),
		fmt.Sprintf("%s.k > (SELECT avg(q.k) FROM %s q WHERE %s)", alias, table, condition),
		fmt.Sprintf("%s.id = (SELECT max(q.id) FROM %s q WHERE q.s = %s.s AND %s)", alias, table, alias, condition),
	})
}

// groups returns a query that needs groups and numbers of rows, nearly always
// nothing else.
func (w *world) groups(random *rand.Rand, table string) string {
	a, b := connector.QuoteName(pick(random, worldColumns)), connector.QuoteName(pick(random, worldColumns))
	from := table + " x"
	if random.IntN(2) == 0 {
		from += w.where(random, "x")
	}
	return pick(random, []string{
		fmt.Sprintf("SELECT x.%s, count(*) FROM %s GROUP BY 1", a, from),
		fmt.Sprintf("SELECT x.%s, x.%s, count(id), count(DISTINCT x.%[1]s), max(x.%[2]s) FROM %[3]s GROUP BY 1, 2 HAVING count(*) > %[4]d", a, b, from, random.IntN(3)),
		fmt.Sprintf("SELECT DISTINCT x.%s, x.%s FROM %s", a, b, from),
		fmt.Sprintf("SELECT x.%s, x.s, count(*) FROM %s GROUP BY ROLLUP (1, 2)", a, from),
		fmt.Sprintf("SELECT lower(x.t) || x.s, count(*), count(x.t) FROM %s GROUP BY 1", from),
		fmt.Sprintf("SELECT x.%s, count(*) FILTER (WHERE x.b), sum(x.id) FROM %s GROUP BY 1", a, from),
		fmt.Sprintf("SELECT count(id), count(s), count(*) FROM %s", from),
		fmt.Sprintf("WITH g AS (SELECT x.s, count(*) AS n FROM %s GROUP BY 1) SELECT g.n, y.id FROM g JOIN m.B y ON y.s = g.s WHERE g.n > 1", from),
		fmt.Sprintf("SELECT y.id FROM m.A y WHERE y.k IN (SELECT x.k FROM %s GROUP BY 1 HAVING count(*) > 1)", from),
	})
}

// query returns a random query whose answer does not depend on the order of
// rows.
func (w *world) query(random *rand.Rand) string {
	table := func() string { return w.table(random) }
	key := pick(random, []string{"id", "k", "t", "s", "n", "d"})
	switch random.IntN(15) {
	case 11, 12, 13:
		return w.groups(random, table())
	case 0:
		return "SELECT count(*) FROM " + table() + " x" + w.where(random, "x")
	case 1, 2:
		return "SELECT x.id, x.t, x.s FROM " + table() + " x" + w.where(random, "x")
	case 3:
		direction := pick(random, []string{"", " DESC"})
		sort := pick(random, []string{"id" + direction, "s" + direction + ", id" + direction, "t" + direction + ", id", "s, id DESC"})
		return fmt.Sprintf("SELECT id, s, t FROM %s x%s ORDER BY %s LIMIT %d OFFSET %d", table(), w.where(random, "x"), sort, random.IntN(10), random.IntN(3))
	case 4, 5, 6:
		join := pick(random, []string{"JOIN", "JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN", "SEMI JOIN", "ANTI JOIN"})
		aliases := []string{"x", "y"}
		list := "x.id, y.id, x.t, y.s"
		if join == "SEMI JOIN" || join == "ANTI JOIN" {
			aliases, list = aliases[:1], "x.id, x.t"
		}
		on := joinOn(random, key)
		if random.IntN(3) == 0 {
			on += " AND " + w.predicate(random, pick(random, []string{"x", "y"}), 1)
		}
		return fmt.Sprintf("SELECT %s FROM %s x %s %s y ON %s%s", list, table(), join, table(), on, w.where(random, aliases...))
	case 7:
		return fmt.Sprintf("SELECT x.s, count(*), sum(x.k), max(x.t) FROM %s x%s GROUP BY x.s HAVING count(*) > %d", table(), w.where(random, "x"), random.IntN(3))
	case 8:
		op := pick(random, []string{"UNION ALL", "UNION", "EXCEPT", "INTERSECT"})
		return fmt.Sprintf("SELECT x.%s FROM %s x%s %s SELECT y.%s FROM %s y%s", key, table(), w.where(random, "x"), op, key, table(), w.where(random, "y"))
	case 9:
		return fmt.Sprintf("WITH c AS (SELECT * FROM %s x%s) SELECT a.id, b.id FROM c a JOIN c b ON a.%s = b.%s WHERE %s", table(), w.where(random, "x"), key, key, w.predicate(random, "a", 1))
	case 10:
		return fmt.Sprintf("SELECT x.id, row_number() OVER (PARTITION BY x.s ORDER BY x.id) AS r FROM %s x%s QUALIFY r <= 2", table(), w.where(random, "x"))
	}
	return fmt.Sprintf("SELECT x.id, z.id FROM %s x JOIN %s y ON x.%s = y.%s JOIN %s z ON z.id = y.id%s", table(), table(), key, key, table(), w.where(random, "x", "y", "z"))
}
