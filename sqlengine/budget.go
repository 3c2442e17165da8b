package sqlengine

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/sqlengine/plan"
)

// budget is how many requests a statement may make, and what its scans were
// found to take. Requests for rows, counts and metadata are counted, and further
// tries of the same one are not; nor is what is asked before there is a statement
// to plan, as the definitions of custom fields are. A statement that would take
// too many is refused before any scan is made, and a source that is a
// [connector.Spender] sends no more than it is allowed, whatever was expected.
type budget struct {
	// most is the limit; 0 is none. Then no source is asked.
	most int64
	// lazy says that the statement may read what it names or not: a scan is
	// counted when it begins.
	lazy bool

	mu      sync.Mutex
	parts   []part
	unknown []string

	granting sync.Mutex
	// granted is how many requests each source may make.
	granted map[*NamedSource]int64
}

// part is what one scan takes.
type part struct {
	fetch    *fetch
	requests int64
	// open says that it may take more.
	open bool
}

// maxRequests returns how many requests a statement may make: what the variable
// max_requests of the session says, else the engine's option. 0 is any number.
func (s *Session) maxRequests(ctx context.Context) (int64, error) {
	rows, err := s.conn.Strings(ctx, "SELECT getvariable('max_requests')::VARCHAR WHERE getvariable('max_requests') IS NOT NULL")
	if err != nil {
		return 0, fmt.Errorf("max_requests: %w", err)
	}
	if len(rows) == 0 {
		return s.engine.cfg.MaxRequests, nil
	}
	n, err := strconv.ParseInt(rows[0][0], 10, 64)
	if err != nil || n < 0 {
		return 0, connector.Errorf(connector.Invalid, "max_requests is %s, which is no number of requests", connector.QuoteText(rows[0][0])).
			WithHint("Write SET VARIABLE max_requests = 50; RESET VARIABLE max_requests takes the limit away.")
	}
	return n, nil
}

// allow reads how many requests the statement may make.
func (r *run) allow(stmt statement) (err error) {
	r.budget.lazy = readsAsAsked(stmt)
	if len(r.fetches) == 0 && !r.budget.lazy {
		return nil
	}
	r.budget.most, err = r.session.maxRequests(r.ctx)
	if word := stmt.keyword(0); word == "SET" || word == "RESET" {
		return nil // it may mend what is wrong
	}
	return err
}

// foresee refuses a statement that would take too many requests before any is
// made. Scans that await keys of others are counted when these are known, and
// counts where they fail.
func (r *run) foresee() error {
	if r.budget.most == 0 || r.budget.lazy {
		return nil
	}
	awaiting := map[*fetch]bool{}
	if err := r.chase(func(link step) (bool, error) {
		awaiting[r.fetches[link.To]] = true
		return true, nil
	}); err != nil {
		return err
	}
	var now []*fetch
	for _, f := range r.fetches {
		if !awaiting[f] {
			now = append(now, f)
		}
	}
	return r.charge(now...)
}

// charge counts what scans take, of those that are not counted yet, and refuses
// the statement where that is too much.
func (r *run) charge(fetches ...*fetch) error {
	b := &r.budget
	if b.most == 0 {
		return nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, f := range fetches {
		if slices.ContainsFunc(b.parts, func(p part) bool { return p.fetch == f }) {
			continue
		}
		requests, open, err := r.expected(f)
		if err != nil {
			return err
		}
		b.parts = append(b.parts, part{f, max(requests, 0), open})
		if name := f.relation.name(); requests < 0 && !f.held() && !slices.Contains(b.unknown, name) {
			b.unknown = append(b.unknown, name)
		}
	}
	return b.check()
}

// chargeUnforeseen counts a scan that nobody knew would begin. It is called where
// an error must be told to the run, too.
func (r *run) chargeUnforeseen(rel *relation, request connector.ScanRequest) error {
	err := r.charge(&fetch{relation: rel, request: request, planned: &plan.Fetch{}})
	if err != nil {
		r.fail(err)
	}
	return err
}

// recount counts a scan anew that was to be a count, and is none. Where scans are
// counted when they begin, there is nothing to count yet.
func (r *run) recount(f *fetch) error {
	if r.budget.lazy {
		return nil
	}
	r.budget.mu.Lock()
	r.budget.parts = slices.DeleteFunc(r.budget.parts, func(p part) bool { return p.fetch == f })
	r.budget.mu.Unlock()
	return r.charge(f)
}

// expected returns how many requests a fetch takes as it is now, at least where
// it is open; -1 where that is not known. An error is one of the statement's own
// context.
func (r *run) expected(f *fetch) (requests int64, open bool, err error) {
	e, _, err := r.foreseen(f)
	if r.ctx.Err() != nil {
		return 0, false, context.Cause(r.ctx)
	}
	if err != nil || e.Requests < 0 {
		return -1, true, nil
	}
	return e.Requests + max(e.Metadata, 0), e.AtLeast, nil
}

// check refuses a statement whose scans take too many requests.
func (b *budget) check() error {
	total, least := int64(0), ""
	for _, p := range b.parts {
		total += p.requests
		if p.open {
			least = "at least "
		}
	}
	if total <= b.most {
		return nil
	}
	parts := slices.DeleteFunc(slices.Clone(b.parts), func(p part) bool { return p.requests == 0 })
	slices.SortStableFunc(parts, func(x, y part) int { return cmp.Compare(y.requests, x.requests) })
	var costs []string
	for _, p := range parts[:min(len(parts), shownParts)] {
		costs = append(costs, fmt.Sprintf("%s %d", p.fetch.relation.name(), p.requests))
	}
	if len(parts) > shownParts {
		costs = append(costs, fmt.Sprintf("%d others", len(parts)-shownParts))
	}
	return connector.Errorf(connector.Invalid, "the statement would take %s%s, and max_requests is %d: %s",
		least, amount(total, "request"), b.most, strings.Join(costs, ", ")).
		WithHint("Ask for less: EXPLAIN shows what each scan takes, and why. Or allow it: SET VARIABLE max_requests = %d.", total)
}

// shownParts is how many scans a refusal names.
const shownParts = 3

// notices says of which scans the budget knows nothing.
func (b *budget) notices() []Notice {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.unknown) == 0 {
		return nil
	}
	return []Notice{{
		Code: "unknown-cost", Count: 1,
		Text: "max_requests does not count " + strings.Join(b.unknown, ", ") + ": how many requests that takes is not known",
	}}
}
