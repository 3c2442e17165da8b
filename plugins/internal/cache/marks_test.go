package cache_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow/array"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/internal/cache"
)

// some is a scan of the rows that satisfy all predicates.
func some(where ...connector.Predicate) connector.ScanRequest {
	req := whole()
	req.Where = where
	return req
}

func lower(id int64) connector.Predicate { return where("Id", connector.Lt, connector.IntOf(id)) }

// TestRefreshSome refreshes what a filtered scan kept: rows come to satisfy its
// conditions, cease to, change and are deleted.
func TestRefreshSome(t *testing.T) {
	text := where("Summary", connector.Contains, connector.TextOf("log"))
	tests := map[string][]connector.Predicate{
		"range":      {lower(200)},
		"two":        {lower(200), text},
		"NULL":       {where("Summary", connector.IsNull)},
		"NOT IN":     {where("Summary", connector.NotIn, connector.TextOf("log out"), connector.TextOf("x"))},
		"a moment":   {where("Updated", connector.Ge, connector.TimestampOf(1_772_323_200_000_000))},
		"other name": {where("summary", connector.Prefix, connector.TextOf("log"))},
	}
	for name, predicates := range tests {
		t.Run(name, func(t *testing.T) {
			c, src := newClock(), newLiving(300)
			dir := t.TempDir()
			req := some(predicates...)
			req.Columns = []string{"Hours", "Summary"} // without the key
			for round := range 6 {
				same(t, wrap(src, dir, c, nil), src.present(), req)
				scans, watches := src.counts()
				if want := [2]int{min(1, 1-min(round, 1)), min(round, 1)}; [2]int{scans, watches} != want {
					t.Errorf("round %d: %d scans and %d watches, want %v", round, scans, watches, want)
				}
				for i := range round + 1 {
					src.put(round*23 + i*3)
					src.remove(round*31 + i*2)
				}
				c.pass(time.Hour)
				if got, want := notes(t, wrap(src, dir, c, nil), req), "cache: refresh of changes since "; !strings.HasPrefix(got, want) {
					t.Errorf("round %d: the note is %q", round, got)
				}
			}
			if src.marks != 1 {
				t.Errorf("%d marks were taken, want 1", src.marks)
			}
		})
	}
}

// TestMarksAreShared takes one token for all scans of a table, also of other
// processes, for as long as rows are fresh.
func TestMarksAreShared(t *testing.T) {
	c, src, dir := newClock(), newLiving(300), t.TempDir()
	for id := range int64(4) {
		req := some(lower(200 + id))
		req.Statement = "the statement"
		rowsOf(t, wrap(src, dir, c, nil), req)
	}
	if want := (connector.MarkRequest{Table: "Issues", Statement: "the statement"}); src.marked != want {
		t.Errorf("the mark is on the account of %v, want %v", src.marked, want)
	}
	one := wrap(src, t.TempDir(), c, nil)
	for id := range int64(4) {
		rowsOf(t, one, some(lower(200-id)))
	}
	if src.marks != 2 {
		t.Errorf("%d marks were taken for two folders, want 2", src.marks)
	}
	c.pass(11 * time.Minute)
	rowsOf(t, wrap(src, dir, c, nil), some(where("Id", connector.Gt, connector.IntOf(20))))
	if src.marks != 3 {
		t.Errorf("%d marks were taken after a while, want 3", src.marks)
	}
}

// TestNoMark takes no token where it is of no use.
func TestNoMark(t *testing.T) {
	asked := newLiving(300)
	asked.table.Columns[1].Asked = true
	tests := map[string]struct {
		src *living
		req connector.ScanRequest
	}{
		"one row":                 {newLiving(300), some(where("id", connector.Eq, connector.IntOf(7)))},
		"what a row does not say": {asked, some(where("Summary", connector.Eq, connector.TextOf("log in")))},
		"a column of lists":       {newLiving(300), some(where("Labels", connector.IsNull))},
		"limit":                   {newLiving(300), connector.ScanRequest{Table: "Issues", Columns: []string{"Id"}, Where: []connector.Predicate{lower(200)}, Limit: 150}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			cached := wrap(test.src, t.TempDir(), newClock(), nil)
			rowsOf(t, cached, test.req)
			if test.src.marks != 0 {
				t.Errorf("%d marks were taken", test.src.marks)
			}
		})
	}
}

// TestSmallScans fetches again what takes as few requests as a refresh, and takes
// no token for it the next time.
func TestSmallScans(t *testing.T) {
	c, src, dir := newClock(), newLiving(300), t.TempDir()
	src.requests = 2
	req := some(lower(15))
	rowsOf(t, wrap(src, dir, c, nil), req)
	for range 3 {
		src.put(3)
		src.remove(5)
		src.counts()
		c.pass(time.Hour)
		if got := notes(t, wrap(src, dir, c, nil), req); got != "cache: miss" {
			t.Errorf("the note is %q", got)
		}
		same(t, wrap(src, dir, c, nil), src.present(), req)
		if scans, watches := src.counts(); scans != 1 || watches != 0 || src.marks != 1 {
			t.Errorf("%d scans, %d watches and %d marks, want 1, 0 and the first", scans, watches, src.marks)
		}
	}
}

// TestLimitedStatement takes no token for a statement that may make so many
// requests only, and holds a refresh to them.
func TestLimitedStatement(t *testing.T) {
	c, src, dir := newClock(), newLiving(300), t.TempDir()
	req := some(lower(200))
	req.Statement, req.MaxRequests = "s7", 5000
	rowsOf(t, wrap(src, dir, c, nil), req)
	if src.marks != 0 {
		t.Errorf("%d marks were taken", src.marks)
	}
	c.pass(time.Hour)
	rowsOf(t, wrap(src, dir, c, nil), some(lower(200)))
	c.pass(time.Hour)
	same(t, wrap(src, dir, c, nil), src.present(), req)
	if src.asked.Statement != "s7" || src.asked.MaxRequests != 5000 {
		t.Errorf("changes are asked for by %+v, want statement s7 with 5000 requests", src.asked)
	}
}

// TestMarkFails is no fault of a scan.
func TestMarkFails(t *testing.T) {
	c, src, dir := newClock(), newLiving(300), t.TempDir()
	src.err = connector.Errorf(connector.Unavailable, "busy")
	same(t, wrap(src, dir, c, nil), src.present(), some(lower(200)))
	c.pass(time.Hour)
	src.put(3)
	if got := notes(t, wrap(src, dir, c, nil), some(lower(200))); got != "cache: miss" {
		t.Errorf("the note is %q", got)
	}
	same(t, wrap(src, dir, c, nil), src.present(), some(lower(200)))
}

// estimating is a living source that tells what scans take.
type estimating struct {
	*living
	asked int
}

func (e *estimating) Estimate(ctx context.Context, req connector.ScanRequest) (connector.Estimate, error) {
	e.asked++
	few := slices.ContainsFunc(req.Where, func(p connector.Predicate) bool { return p.Op == connector.Eq })
	if few {
		return connector.Estimate{Rows: 1, Bytes: -1, Requests: 1}, nil
	}
	return connector.Estimate{Rows: 250, Bytes: -1, Requests: 4}, nil
}

// TestNarrowerThanStale fetches the few rows that a question wants, where all that
// is kept of the table is old, and more.
func TestNarrowerThanStale(t *testing.T) {
	c, src := newClock(), &estimating{living: newLiving(300)}
	cached := wrap(src, t.TempDir(), c, nil)
	rowsOf(t, cached, whole())
	src.put(7)
	c.pass(time.Hour)
	src.counts()
	few := some(where("Id", connector.Eq, connector.IntOf(7)))
	if got, want := notes(t, cached, few), "cache: miss, because a refresh would take more requests"; got != want {
		t.Errorf("the note is %q, want %q", got, want)
	}
	same(t, cached, src.present(), few)
	if scans, watches := src.counts(); scans != 1 || watches != 0 {
		t.Errorf("few rows took %d scans and %d watches, want 1 and 0", scans, watches)
	}
	same(t, cached, src.present(), some(lower(250)))
	if scans, watches := src.counts(); scans != 0 || watches != 1 {
		t.Errorf("many rows took %d scans and %d watches, want 0 and 1", scans, watches)
	}
	asked := src.asked
	c.pass(time.Hour)
	same(t, cached, src.present(), whole())
	if src.asked != asked {
		t.Error("the source was asked what the rows take that are kept")
	}
}

// many tells of changes how many there are, before they are read.
type many struct{ *living }

func (m many) Changes(ctx context.Context, req connector.ChangesRequest) (connector.Changes, error) {
	changes, err := m.living.Changes(ctx, req)
	if err == nil {
		changes.Rows = totalling{changes.Rows}
	}
	return changes, err
}

type totalling struct{ array.RecordReader }

func (totalling) Report() connector.Report {
	return connector.Report{Progress: connector.Progress{TotalRows: 200}}
}

// TestManyChanges fetches again where more changed than is kept.
func TestManyChanges(t *testing.T) {
	for name, test := range map[string]struct {
		below int64
		scans int
	}{"more": {150, 1}, "fewer": {290, 0}} {
		t.Run(name, func(t *testing.T) {
			c, src := newClock(), newLiving(300)
			cached := wrap(many{src}, t.TempDir(), c, nil)
			rowsOf(t, cached, some(lower(test.below)))
			src.put(3)
			src.counts()
			c.pass(time.Hour)
			same(t, cached, src.present(), some(lower(test.below)))
			if scans, watches := src.counts(); scans != test.scans || watches != 1 {
				t.Errorf("%d scans and %d watches, want %d and 1", scans, watches, test.scans)
			}
		})
	}
}

// TestCountProves has rows whose deletions nobody tells: a count shows that there
// is none, and else all are fetched again.
func TestCountProves(t *testing.T) {
	requests := map[string]connector.ScanRequest{"whole": whole(), "some": some(lower(250))}
	for name, req := range requests {
		t.Run(name, func(t *testing.T) {
			c, src := newClock(), &counting{living: newLiving(300)}
			src.secret = true
			cached := wrap(src, t.TempDir(), c, nil)
			fetch := func(what string, fetches, counts int) {
				t.Helper()
				c.pass(time.Hour)
				src.counts()
				src.counted, src.all = 0, 0
				same(t, cached, src.present(), req)
				scans, _ := src.counts()
				if scans+src.all != fetches || src.counted != counts {
					t.Errorf("%s: rows were fetched %d times, with %d counts; want %d and %d", what, scans+src.all, src.counted, fetches, counts)
				}
			}
			fetch("at first", 1, 0)
			fetch("nothing", 0, 1)
			src.put(3)
			src.put(400)
			src.put(180)
			fetch("changes", 0, 1)
			src.remove(7)
			fetch("a deletion", 1, 1)
			fetch("nothing again", 0, 1)
			src.remove(8)
			src.put(9)
			fetch("both", 1, 1)
		})
	}
}

// TestCountFails is a failed refresh, and what is kept stays for Offline.
func TestCountFails(t *testing.T) {
	c, src, dir := newClock(), newLiving(300), t.TempDir()
	src.secret = true
	counting := &counting{living: src}
	want := rowsOf(t, wrap(counting, dir, c, nil), whole())
	c.pass(time.Hour)
	counting.broken = connector.Errorf(connector.Unavailable, "busy")
	if _, _, err := scan(wrap(counting, dir, c, nil), whole()); connector.KindOf(err) != connector.Unavailable {
		t.Errorf("a count that fails is %v", err)
	}
	offline := wrap(counting, dir, c, func(c *cache.Config) { c.Offline = true })
	if got := rowsOf(t, offline, whole()); len(got) != len(want) {
		t.Errorf("offline there are %d rows, want %d", len(got), len(want))
	}
}

// TestAllAgain fetches all rows once a day: they tell of things that change
// without them.
func TestAllAgain(t *testing.T) {
	c, src := newClock(), newLiving(300)
	cached := wrap(src, t.TempDir(), c, nil)
	req := some(lower(200))
	for hour := range 50 {
		src.counts()
		same(t, cached, src.present(), req)
		want := 0
		if hour%24 == 0 {
			want = 1
		}
		if scans, _ := src.counts(); scans != want {
			t.Errorf("after %d hours: %d scans, want %d", hour, scans, want)
		}
		c.pass(time.Hour)
	}
}

// TestKept tells what there is of each table.
func TestKept(t *testing.T) {
	c, src, dir := newClock(), newLiving(300), t.TempDir()
	kept := func(offline bool) []string {
		t.Helper()
		source := wrap(src, dir, c, func(c *cache.Config) { c.Offline = offline })
		keeper, ok := connector.As[interface {
			Kept(ctx context.Context) ([]string, bool, error)
		}](source)
		if !ok {
			t.Fatal("the source does not tell what it keeps")
		}
		tables, alone, err := keeper.Kept(t.Context())
		if alone != offline || err != nil {
			t.Errorf("Kept = %t, %v, want %t", alone, err, offline)
		}
		return tables
	}
	if got := kept(true); len(got) != 0 {
		t.Errorf("of nothing is kept %q", got)
	}
	rowsOf(t, wrap(src, dir, c, nil), some(lower(200)))
	c.pass(2 * time.Hour)
	rowsOf(t, wrap(src, dir, c, nil), some(where("Id", connector.Gt, connector.IntOf(150))))
	if got, want := kept(true), []string{"Issues (2 filtered scans, the last less than a minute old)"}; !slices.Equal(got, want) {
		t.Errorf("Kept = %q, want %q", got, want)
	}
	rowsOf(t, wrap(src, dir, c, nil), whole())
	rowsOf(t, wrap(src, dir, c, nil), some(where("Labels", connector.IsNull)))
	c.pass(61 * time.Minute)
	if got, want := kept(false), []string{"Issues (300 rows of 13 columns, 1 hour old)"}; !slices.Equal(got, want) {
		t.Errorf("Kept = %q, want %q", got, want)
	}
}

var (
	_ connector.Counter   = (*counting)(nil)
	_ connector.Estimator = (*estimating)(nil)
)
