package cache_test

import (
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/internal/cache"
)

// same compares the rows of a cached scan with those of a direct one, in any
// order.
func same(t *testing.T, cached, direct connector.Source, req connector.ScanRequest) {
	t.Helper()
	got, want := sorted(rowsOf(t, cached, req)), sorted(rowsOf(t, direct, req))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("Scan(%+v) through the cache (-direct +cached):\n%s", req, diff)
	}
}

func TestHit(t *testing.T) {
	c, src := newClock(), newMemory(issues(60, connector.Exact))
	cached := wrap(src, t.TempDir(), c, nil)
	req := whole()
	direct := rowsOf(t, src, req)
	if got := notes(t, cached, req); got != "cache: miss" {
		t.Errorf("before the first scan the note is %q", got)
	}
	if diff := cmp.Diff(direct, rowsOf(t, cached, req)); diff != "" {
		t.Errorf("a miss (-direct +cached):\n%s", diff)
	}
	c.pass(9 * time.Minute)
	src.Forget()
	rows, report, err := scan(cached, req)
	if diff := cmp.Diff(direct, rows); diff != "" || err != nil {
		t.Errorf("a hit is %v (-direct +cached):\n%s", err, diff)
	}
	if want := (connector.Verdict{Completeness: connector.Complete, Note: "as of 09:00 UTC"}); report.Verdict != want {
		t.Errorf("the verdict of a hit is %q, want %q", report.Verdict, want)
	}
	if got := notes(t, cached, req); got != "cache: hit, 9 minutes old" {
		t.Errorf("before a hit the note is %q", got)
	}
	narrower := req
	narrower.Columns = []string{"Summary", "Id"}
	narrower.Where = []connector.Predicate{where("Id", connector.In, connector.IntOf(3), connector.IntOf(5), connector.IntOf(90))}
	narrower.Order = []connector.Order{{Column: "id", Descending: true}}
	narrower.Limit = 1
	if got, want := rowsOf(t, cached, narrower), rowsOf(t, newMemory(issues(60, connector.Exact)), narrower); !slices.Equal(got, want) {
		t.Errorf("the narrower scan gives %q, want %q", got, want)
	}
	if n := len(src.Requests()); n > 0 {
		t.Errorf("hits took %d scans of the source", n)
	}
	c.pass(time.Minute)
	if got := notes(t, cached, req); got != "cache: refresh of changes since 09:00 UTC" {
		t.Errorf("after its age the note is %q", got)
	}
}

// TestNotKept tells scans that must not become what answers others.
func TestNotKept(t *testing.T) {
	tests := map[string]func(t *testing.T, cached connector.Source){
		"limit": func(t *testing.T, cached connector.Source) {
			req := whole()
			req.Limit = 5
			rowsOf(t, cached, req)
		},
		"early end": func(t *testing.T, cached connector.Source) {
			reader, err := cached.Scan(t.Context(), whole())
			if err != nil || !reader.Next() {
				t.Fatalf("Scan = %v", err)
			}
			reader.Release()
		},
		"part": func(t *testing.T, cached connector.Source) {
			req := whole()
			req.Part = "0-9"
			rowsOf(t, cached, req)
		},
		"other columns": func(t *testing.T, cached connector.Source) {
			req := whole()
			req.Columns = []string{"Id", "Summary"}
			rowsOf(t, cached, req)
		},
		"fewer rows": func(t *testing.T, cached connector.Source) {
			req := whole()
			req.Where = []connector.Predicate{where("Id", connector.Lt, connector.IntOf(10))}
			rowsOf(t, cached, req)
		},
	}
	for name, before := range tests {
		t.Run(name, func(t *testing.T) {
			src := newMemory(issues(60, connector.Exact))
			cached := wrap(src, t.TempDir(), newClock(), nil)
			before(t, cached)
			src.Forget()
			same(t, cached, newMemory(issues(60, connector.Exact)), whole())
			if len(src.Requests()) != 1 {
				t.Error("the whole table came from the cache")
			}
		})
	}
}

// TestRefresh asks a watcher for what changed, once the rows are old.
func TestRefresh(t *testing.T) {
	c, src := newClock(), newLiving(50)
	cached := wrap(src, t.TempDir(), c, nil)
	same(t, cached, src.present(), whole())
	for round := range 5 {
		src.counts()
		for i := range round {
			src.put(round*9 + i)
			src.remove(round*5 + i)
		}
		c.pass(time.Hour)
		if got := notes(t, cached, whole()); !strings.HasPrefix(got, "cache: refresh of changes since ") {
			t.Errorf("the note is %q", got)
		}
		same(t, cached, src.present(), whole())
		same(t, cached, src.present(), whole())
		if scans, watches := src.counts(); scans != 0 || watches != 1 {
			t.Errorf("round %d: %d scans and %d watches, want 0 and 1", round, scans, watches)
		}
	}
}

// TestRefreshFails never gives old rows for new ones, but offline.
func TestRefreshFails(t *testing.T) {
	c, src, dir := newClock(), newLiving(20), t.TempDir()
	cached := wrap(src, dir, c, nil)
	want := rowsOf(t, cached, whole())
	c.pass(time.Hour)
	src.err = connector.Errorf(connector.Unavailable, "the system does not answer")
	if _, _, err := scan(cached, whole()); connector.KindOf(err) != connector.Unavailable {
		t.Errorf("a refresh that fails is %v", err)
	}
	offline := wrap(src, dir, c, func(c *cache.Config) { c.Offline = true })
	src.counts()
	if diff := cmp.Diff(want, rowsOf(t, offline, whole())); diff != "" {
		t.Errorf("offline (-old +got):\n%s", diff)
	}
	if scans, watches := src.counts(); scans+watches > 0 {
		t.Errorf("offline there were %d scans and %d watches", scans, watches)
	}
	src.err = nil
	same(t, cached, src.present(), whole())
}

// TestDeletionsThatCannotBeTold fetches all rows again.
func TestDeletionsThatCannotBeTold(t *testing.T) {
	c, src := newClock(), newLiving(20)
	src.secret = true
	cached := wrap(src, t.TempDir(), c, nil)
	rowsOf(t, cached, whole())
	src.remove(7)
	c.pass(time.Hour)
	same(t, cached, src.present(), whole())
}

// TestRefreshOnce has many want the same old rows: one asks, all get the new.
func TestRefreshOnce(t *testing.T) {
	c, src, dir := newClock(), newLiving(30), t.TempDir()
	rowsOf(t, wrap(src, dir, c, nil), whole())
	src.put(3)
	c.pass(time.Hour)
	src.counts()
	src.gate, src.entering = make(chan struct{}), make(chan struct{}, 9)
	var waiting sync.WaitGroup
	results := make([][]string, 9)
	for i := range results {
		cached := wrap(src, dir, c, nil)
		waiting.Go(func() { results[i], _, _ = scan(cached, whole()) })
	}
	<-src.entering
	close(src.gate)
	waiting.Wait()
	want := sorted(rowsOf(t, src.present(), whole()))
	for i, got := range results {
		if !slices.Equal(sorted(got), want) {
			t.Errorf("reader %d has %d rows that are not the new ones", i, len(got))
		}
	}
	if _, watches := src.counts(); watches != 1 {
		t.Errorf("%d watches, want 1", watches)
	}
}

// TestRandomScans compares scans through the cache with direct ones, while the
// source changes and time goes by: rows change only when all that is kept is too
// old to answer.
func TestRandomScans(t *testing.T) {
	for seed := range uint64(12) {
		r := rand.New(rand.NewPCG(seed, 3))
		c, src := newClock(), newLiving(40)
		src.unable, src.secret = seed%3 == 1, seed%3 == 2
		dir := t.TempDir()
		for range 40 {
			switch r.IntN(6) {
			case 0: // all that is kept is old then
				for range r.IntN(5) {
					src.put(1 + r.IntN(60))
					src.remove(1 + r.IntN(60))
				}
				c.pass(time.Hour)
			case 1:
				c.pass(time.Millisecond)
			}
			var inner connector.Source = src
			if seed%2 == 0 {
				inner = &counting{living: src}
			}
			same(t, wrap(inner, dir, c, nil), src.present(), randomRequest(r, src.table))
		}
	}
}

func randomRequest(r *rand.Rand, table connector.Table) connector.ScanRequest {
	req := connector.ScanRequest{Table: table.Name}
	for _, at := range r.Perm(13)[:r.IntN(14)] {
		req.Columns = append(req.Columns, table.Columns[at].Name)
	}
	ids := []connector.Value{connector.IntOf(5), connector.IntOf(20), connector.FloatOf(30.5)}
	words := []connector.Value{connector.TextOf("log"), connector.TextOf("log in"), connector.TextOf("")}
	for range r.IntN(3) {
		p := randomPredicate(r, ids)
		p.Column = "Id"
		if r.IntN(2) == 0 {
			p = randomPredicate(r, words)
			p.Column = "summary"
		}
		if table.Check(p) == nil && table.Grade(p) == connector.Exact {
			req.Where = append(req.Where, p)
		}
	}
	if r.IntN(4) == 0 {
		req.Order = []connector.Order{{Column: "Id", Descending: r.IntN(2) == 0}}
		req.Limit = int64(r.IntN(2) * (1 + r.IntN(20)))
	}
	return req
}

// TestOffline says what to do where the cache has nothing.
func TestOffline(t *testing.T) {
	src := newMemory(issues(5, connector.Exact))
	offline := wrap(src, t.TempDir(), newClock(), func(c *cache.Config) { c.Offline = true })
	_, _, err := scan(offline, whole())
	if connector.KindOf(err) != connector.Unavailable || !strings.Contains(connector.HintOf(err), "without Offline") {
		t.Errorf("a miss offline is %v, with the hint %q", err, connector.HintOf(err))
	}
	if got := notes(t, offline, whole()); got != "cache: miss, and Offline is on: the scan will fail" {
		t.Errorf("the note is %q", got)
	}
	if _, ok := connector.As[connector.Wrapper](offline); ok {
		t.Error("offline the source can be reached past the cache")
	}
	if len(src.Requests())+len(src.Counts()) > 0 {
		t.Error("offline the source was asked")
	}
}

// TestSchemaChange takes rows of another type for none.
func TestSchemaChange(t *testing.T) {
	dir, c := t.TempDir(), newClock()
	rowsOf(t, wrap(newMemory(issues(5, connector.Exact)), dir, c, nil), whole())
	other := issues(5, connector.Exact)
	other.Table.Columns[3].Type = other.Table.Columns[0].Type
	for i := range other.Rows {
		other.Rows[i][3] = i
	}
	src := newMemory(other)
	rowsOf(t, wrap(src, dir, c, nil), whole())
	if len(src.Requests()) != 1 {
		t.Error("rows of another type answered")
	}
}

// TestFilesAreTheirOwners reads the modes of what is kept.
func TestFilesAreTheirOwners(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no modes of files; a profile's folders are their owner's")
	}
	dir := filepath.Join(t.TempDir(), "a", "b")
	rowsOf(t, wrap(newMemory(issues(5, connector.Exact)), dir, newClock(), nil), whole())
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the folder is %v, %v", info, err)
	}
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != 3 {
		t.Fatalf("the folder has %v, %v; want manifest, lock and segment", files, err)
	}
	for _, f := range files {
		if info, err := f.Info(); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s is %v, %v; want 0600", f.Name(), info, err)
		}
	}
}

// TestBound keeps what was used last.
func TestBound(t *testing.T) {
	dir, c := t.TempDir(), newClock()
	src := newMemory(issues(60, connector.Exact))
	size := int64(0)
	open := func() connector.Source {
		return wrap(src, dir, c, func(cfg *cache.Config) { cfg.Age, cfg.MaxBytes = 24*time.Hour, size })
	}
	request := func(id int64) connector.ScanRequest {
		req := whole()
		req.Where = []connector.Predicate{where("Id", connector.Eq, connector.IntOf(id))}
		return req
	}
	rowsOf(t, open(), request(1))
	files, _ := filepath.Glob(filepath.Join(dir, "*.parquet"))
	info, err := os.Stat(files[0])
	if err != nil {
		t.Fatal(err)
	}
	size = info.Size()*5/2 + 200 // two, not three
	for _, id := range []int64{2, 1, 3} {
		c.pass(time.Minute)
		rowsOf(t, open(), request(id))
	}
	for id, want := range map[int64]string{1: "cache: hit, 3 minutes old", 2: "cache: miss", 3: "cache: hit, less than a minute old"} {
		if got := notes(t, open(), request(id)); got != want {
			t.Errorf("of row %d the note is %q, want %q", id, got, want)
		}
	}
	c.pass(20 * time.Minute)
	rowsOf(t, open(), request(4))
	if files, _ := filepath.Glob(filepath.Join(dir, "*.parquet")); len(files) > 3 {
		t.Errorf("there are %d files: what nothing refers to stays", len(files))
	}
}

// TestWideColumns are known offline, as they were told.
func TestWideColumns(t *testing.T) {
	table := issues(9, connector.Exact)
	table.Further = 5
	dir := t.TempDir()
	fill(t, newMemory(table), dir)
	offline := wrap(newMemory(table), dir, newClock(), func(c *cache.Config) { c.Offline = true })
	widener, ok := connector.As[connector.Widener](offline)
	if !ok {
		t.Fatal("offline there is no Widener")
	}
	wide, err := widener.Widen(context.Background(), "Issues", nil)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := wide.ColumnNames(), table.Table.ColumnNames()[:13]; !slices.Equal(got, want) {
		t.Fatalf("Widen tells %v, want %v", got, want)
	}
	for i := range wide.Columns {
		if got, want := wide.Columns[i], table.Table.Columns[i]; got.Filters != want.Filters || got.Doc != want.Doc || got.Type.String() != want.Type.String() {
			t.Errorf("Widen tells %+v, want %+v", got, want)
		}
	}
	if n := len(rowsOf(t, offline, whole())); n != 9 {
		t.Errorf("offline there are %d rows, want 9", n)
	}
}

// TestCount counts kept rows, and has the source count others.
func TestCount(t *testing.T) {
	src := newMemory(issues(60, connector.Exact))
	cached := wrap(src, t.TempDir(), newClock(), nil)
	counter, _ := connector.As[connector.Counter](cached)
	req := connector.CountRequest{Table: "Issues", Where: []connector.Predicate{where("Id", connector.Le, connector.IntOf(7))}}
	for _, asked := range []int{1, 0} {
		src.Forget()
		n, err := counter.Count(t.Context(), req)
		if n != 7 || err != nil || len(src.Counts()) != asked {
			t.Errorf("Count = %d, %v, by %d counts of the source; want 7 by %d", n, err, len(src.Counts()), asked)
		}
		rowsOf(t, cached, whole())
	}
}

var _ connector.Watcher = (*living)(nil)
