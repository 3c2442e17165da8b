package sqlengine

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/trackql/trackql/connector"
)

// forecast is what a statement is expected to cost, for EXPLAIN.
type forecast struct {
	run *run
	// quotas are those of the sources, each asked once, with its error.
	quotas map[*NamedSource]quotas
	// These are what the scans together take, uses the same by quota, and scans how
	// many of them take requests.
	requests, metadata, whole int64
	uses                      []use
	scans                     int
	// unknown are the scans of which nothing is known, awaiting are the requests
	// that may become fewer with the keys of other scans, and open says that for
	// some reason there may be fewer.
	unknown  []string
	awaiting int64
	open     bool
	// more says that the scans may take more, and wholeMore that they may without
	// pushdown; stops, that a source ends the statement where it would take more
	// than it may.
	more, wholeMore, stops bool
}

type quotas struct {
	all []connector.Quota
	err error
}

// use is what a statement takes of one quota.
type use struct {
	source   *NamedSource
	category string
	requests int64
	takes    time.Duration
}

// forecast asks what the scans of the statement take. All questions come first:
// to answer them may use some of a quota, of which is told what is left then.
func (r *run) forecast() *forecast {
	for _, f := range r.fetches {
		if e, _, err := r.foreseen(f); err == nil && e.Requests > 0 {
			_, _ = r.cost(f.relation, bare(f)) // what it says, and that it fails, is remembered
		}
	}
	return &forecast{run: r, quotas: map[*NamedSource]quotas{}}
}

// bare asks for all rows of a fetch's table, as without pushdown.
func bare(f *fetch) connector.ScanRequest {
	return connector.ScanRequest{
		Table: f.request.Table, Columns: f.relation.table.ColumnNames(), Statement: f.request.Statement,
	}
}

// scan says what one scan is expected to cost, where its source can tell. It
// fails where the source refuses who asks, as the scan would.
func (f *forecast) scan(of *fetch) ([]string, error) {
	name := of.relation.name()
	e, how, err := f.run.foreseen(of)
	switch {
	case err != nil && connector.KindOf(err) == connector.Unauthorized:
		return nil, fmt.Errorf("scan %s: %w", name, err)
	case err != nil:
		f.stops = f.stops || of.held()
		f.unknown = append(f.unknown, name)
		return []string{fmt.Sprintf("estimate of %s: %v", name, err)}, nil
	}
	f.count(of, e)
	parts := f.parts(of, e, how)
	if len(parts)+len(e.Notes) == 0 {
		return nil, nil
	}
	if len(parts) == 0 {
		parts = []string{"not known"}
	}
	lines := []string{fmt.Sprintf("estimate of %s: %s", name, strings.Join(parts, ", "))}
	for _, note := range e.Notes {
		lines = append(lines, "  "+note)
	}
	return lines, nil
}

// parts says what is known of an estimate.
func (f *forecast) parts(of *fetch, e connector.Estimate, how way) []string {
	var parts []string
	if e.Rows >= 0 {
		parts = append(parts, amount(e.Rows, how.result()))
	}
	if e.Bytes >= 0 {
		parts = append(parts, amount(e.Bytes, "byte"))
	}
	if e.Requests >= 0 {
		parts = append(parts, f.requested(of, e, how))
	}
	if e.Metadata > 0 {
		parts = append(parts, amount(e.Metadata, "request")+" for metadata")
	}
	if e.Requests > 0 {
		parts = append(parts, f.share(of.relation.source, e.Category, e.Requests)...)
	}
	if takes := f.lasts(of.relation.source, e); takes > 0 {
		parts = append(parts, seconds(takes))
	}
	if len(parts) > 0 && len(of.awaits) > 0 {
		parts = append(parts, "before the keys of "+strings.Join(of.awaits, ", ")+" are known")
	}
	if e.Requests > 1 && of.mayGroup() {
		parts = append(parts, "fewer where its source groups the rows")
	}
	return parts
}

// result names what comes of a fetch.
func (w way) result() string {
	if w == grouping {
		return "group"
	}
	return "row" // also of a count: so many are counted
}

// requested says how many requests a scan takes, and how many it would take
// without pushdown where these are others.
func (f *forecast) requested(of *fetch, e connector.Estimate, how way) string {
	text := amount(e.Requests, "request")
	if e.AtLeast {
		text = "at least " + text
	}
	if e.Category != "" && e.Requests > 0 {
		text += " of " + e.Category
	}
	switch how {
	case counting:
		text += " to count"
	case grouping:
		text += " to group"
	}
	if e.Requests == 0 {
		return text // nobody is asked what it spares
	}
	if whole, err := f.run.cost(of.relation, bare(of)); err == nil && whole.Requests >= 0 && whole.Requests != e.Requests {
		text += " instead of " + wholly(whole.Requests, whole.AtLeast)
	}
	return text
}

// wholly says what a scan takes without pushdown.
func wholly(requests int64, atLeast bool) string {
	text := fmt.Sprintf("%d without pushdown", requests)
	if atLeast {
		text = "at least " + text
	}
	return text
}

// count adds a scan to what all of them take.
func (f *forecast) count(of *fetch, e connector.Estimate) {
	f.stops = f.stops || of.held() && (e.Requests < 0 || e.AtLeast)
	if e.Requests < 0 {
		if _, ok := connector.As[connector.Estimator](of.relation.source.Source); ok {
			f.unknown = append(f.unknown, of.relation.name())
		}
		return
	}
	if e.Requests+max(e.Metadata, 0) > 0 {
		f.scans++
	}
	if len(of.awaits) > 0 {
		f.awaiting += e.Requests + max(e.Metadata, 0)
	}
	f.open = f.open || len(of.awaits) > 0 || of.mayGroup()
	f.more = f.more || e.AtLeast
	f.requests += e.Requests
	f.metadata += max(e.Metadata, 0)
	whole := e
	if e.Requests > 0 {
		if asked, err := f.run.cost(of.relation, bare(of)); err == nil && asked.Requests >= 0 {
			whole = asked
		}
	}
	f.whole += whole.Requests
	f.wholeMore = f.wholeMore || whole.AtLeast
	i := slices.IndexFunc(f.uses, func(u use) bool { return u.source == of.relation.source && u.category == e.Category })
	if i < 0 {
		i = len(f.uses)
		f.uses = append(f.uses, use{source: of.relation.source, category: e.Category})
	}
	f.uses[i].requests += e.Requests
	f.uses[i].takes += f.lasts(of.relation.source, e)
}

// all says what all scans together are expected to cost, where there are
// several that take requests.
func (f *forecast) all() []string {
	if f.scans+len(f.unknown) < 2 {
		return nil
	}
	text := amount(f.requests, "request")
	switch {
	case f.open && f.more:
		text = "about " + text
	case f.open:
		text = "at most " + text
	case f.more:
		text = "at least " + text
	}
	if f.whole != f.requests {
		text += " instead of " + wholly(f.whole, f.wholeMore)
	}
	if f.metadata > 0 {
		text += ", " + amount(f.metadata, "request") + " for metadata"
	}
	if takes := f.takes(); takes > 0 {
		text += ", " + seconds(takes)
	}
	if len(f.unknown) > 0 {
		text += ", and what " + strings.Join(f.unknown, ", ") + " takes, which is not known"
	}
	return append([]string{"estimate of all scans: " + text}, f.shares()...)
}

// limited says that max_requests refuses the statement, where it does.
func (f *forecast) limited() ([]string, error) {
	if len(f.run.fetches) == 0 {
		return nil, nil
	}
	most, err := f.run.session.maxRequests(f.run.ctx)
	takes := f.requests + f.metadata
	if err != nil || most == 0 {
		return nil, err
	}
	if takes <= most {
		if !f.stops {
			return nil, nil
		}
		return []string{fmt.Sprintf("max_requests is %d: the statement is stopped where it needs more", most)}, nil
	}
	text := fmt.Sprintf("max_requests is %d: the statement is refused", most)
	if takes-f.awaiting <= most {
		text += " unless the keys of its dynamic filters are few"
	}
	return []string{text}, nil
}

// takes returns how long all scans last: those of one quota wait for each other.
func (f *forecast) takes() time.Duration {
	var longest time.Duration
	for _, u := range f.uses {
		longest = max(longest, u.takes)
	}
	return longest
}

// shares says what the statement takes of each quota.
func (f *forecast) shares() []string {
	slices.SortStableFunc(f.uses, func(a, b use) int {
		return cmp.Or(cmp.Compare(a.source.Name, b.source.Name), cmp.Compare(a.category, b.category))
	})
	var lines []string
	for _, u := range f.uses {
		share := f.share(u.source, u.category, u.requests)
		if u.requests == 0 || len(share) == 0 {
			continue
		}
		lines = append(lines, fmt.Sprintf("  %s, %s: %s, %s", connector.QuoteName(u.source.Name), u.category,
			amount(u.requests, "request"), strings.Join(share, ", ")))
	}
	return lines
}

// quotasOf returns what is left of a source's quotas, asked once.
func (f *forecast) quotasOf(source *NamedSource) quotas {
	known, asked := f.quotas[source]
	if limited, ok := connector.As[connector.Quotas](source.Source); ok && !asked {
		known.all, known.err = limited.Quotas(f.run.ctx)
		f.quotas[source] = known
	}
	return known
}

// lasts tells how long the requests of a scan last under what is left of their
// quota, which is of a minute: 0 where they need not wait, or nobody knows.
func (f *forecast) lasts(source *NamedSource, e connector.Estimate) time.Duration {
	if e.Takes > 0 || e.Requests <= 0 {
		return e.Takes
	}
	known := f.quotasOf(source)
	i := slices.IndexFunc(known.all, func(q connector.Quota) bool { return q.Category == e.Category })
	if i < 0 || known.all[i].Limit <= 0 || e.Requests <= known.all[i].Remaining {
		return 0
	}
	q := known.all[i]
	first := min(max(0, time.Until(q.Reset)), time.Minute)
	return first + time.Duration((e.Requests-q.Remaining-1)/q.Limit)*time.Minute
}

// share says what requests are of their quota, and what is left of it, where the
// source knows.
func (f *forecast) share(source *NamedSource, category string, requests int64) []string {
	known := f.quotasOf(source)
	if known.err != nil {
		return []string{fmt.Sprintf("quota not known (%v)", known.err)}
	}
	i := slices.IndexFunc(known.all, func(q connector.Quota) bool { return q.Category == category })
	if i < 0 || known.all[i].Limit <= 0 {
		return nil
	}
	q := known.all[i]
	return []string{
		percent(requests, q.Limit) + " of this minute's quota",
		fmt.Sprintf("%d of %d left", q.Remaining, q.Limit),
	}
}

// percent shows a share with one digit behind the point.
func percent(part, of int64) string {
	share := 100 * float64(part) / float64(of)
	if share < 0.1 {
		return "less than 0.1 %"
	}
	return strconv.FormatFloat(share, 'f', 1, 64) + " %"
}

// seconds shows a time in whole seconds, at least one.
func seconds(d time.Duration) string {
	return fmt.Sprintf("%d s", int64((d+time.Second-1)/time.Second))
}

// amount shows a number of things.
func amount(n int64, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
