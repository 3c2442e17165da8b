package sqlengine

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/trackql/trackql/connector"
)

// allowance is how many requests a source may make in all for the statement, as
// it is told with each of them: what max_requests leaves when the other sources
// have what they were granted and what they made. 0 is any number, and a negative
// one none.
func (r *run) allowance(of *NamedSource) int64 {
	r.budget.granting.Lock()
	defer r.budget.granting.Unlock()
	return r.leftFor(of)
}

// leftFor is allowance, for who holds the lock of what is granted.
func (r *run) leftFor(of *NamedSource) int64 {
	b := &r.budget
	if b.most == 0 || !keepsAccounts(of) {
		return 0
	}
	left := b.most
	for _, other := range r.others(of) {
		left -= max(b.granted[other], r.spent(other).Requests())
	}
	if left <= 0 {
		return -1
	}
	return left
}

// keepsAccounts tells whether a source knows what statements took, and keeps to
// what they are allowed.
func keepsAccounts(source *NamedSource) bool {
	_, ok := connector.As[connector.Spender](source.Source)
	return ok
}

// held tells whether the source of a fetch keeps to what it is allowed.
func (f *fetch) held() bool { return keepsAccounts(f.relation.source) }

// grant is the allowance of a source for a scan, which runs beside those of other
// sources: each has what it is expected to take, and an equal part of what is
// over.
func (r *run) grant(to *NamedSource) int64 {
	b := &r.budget
	if b.most == 0 {
		return 0
	}
	own, over := b.expects(to)
	b.granting.Lock()
	defer b.granting.Unlock()
	most := r.leftFor(to)
	if others := r.others(to); most > 0 && len(others) > 0 {
		most = max(1, min(most, own+max(over, 0)/int64(len(others)+1)))
	}
	if b.granted == nil {
		b.granted = map[*NamedSource]int64{}
	}
	b.granted[to] = max(b.granted[to], most)
	return most
}

// expects tells what the scans of a source are expected to take, and what is over
// when all scans had that.
func (b *budget) expects(of *NamedSource) (own, over int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	over = b.most
	for _, p := range b.parts {
		over -= p.requests
		if p.fetch.relation.source == of {
			own += p.requests
		}
	}
	return own, over
}

// others are the other sources that the statement reads; of one that is read as
// DuckDB asks, all others that there are.
func (r *run) others(of *NamedSource) []*NamedSource {
	var others []*NamedSource
	add := func(source *NamedSource) {
		if source != of && !slices.Contains(others, source) {
			others = append(others, source)
		}
	}
	for _, f := range r.fetches {
		add(f.relation.source)
	}
	if r.budget.lazy {
		sources := r.session.engine.cfg.Sources
		for i := range sources {
			if keepsAccounts(&sources[i]) {
				add(&sources[i])
			}
		}
	}
	return others
}

// spent is what the statement took of a source until now: nothing where the
// source cannot tell.
func (r *run) spent(source *NamedSource) connector.Spending {
	spender, ok := connector.As[connector.Spender](source.Source)
	if !ok {
		return connector.Spending{}
	}
	sum, err := spender.Spent(context.WithoutCancel(r.ctx), r.id)
	if err != nil {
		return connector.Spending{}
	}
	return sum
}

// spending says what the statement took of each source that can tell.
func (r *run) spending() []string {
	var sources []*NamedSource
	for _, f := range r.fetches {
		sources = append(sources, f.relation.source)
	}
	r.mu.Lock()
	for _, f := range r.feeds {
		sources = append(sources, f.relation.source)
	}
	r.mu.Unlock()
	slices.SortStableFunc(sources, func(a, b *NamedSource) int { return strings.Compare(a.Name, b.Name) })
	var lines []string
	for _, source := range slices.Compact(sources) {
		if keepsAccounts(source) {
			lines = append(lines, connector.QuoteName(source.Name)+": "+shownSpending(r.spent(source)))
		}
	}
	return lines
}

// shownSpending shows what was asked for: "3 requests: 2 for rows, 1 count; 4 for
// metadata; 1 retry".
func shownSpending(s connector.Spending) string {
	var parts, asked []string
	if s.Data > 0 {
		asked = append(asked, strconv.FormatInt(s.Data, 10)+" for rows")
	}
	if s.Count > 0 {
		asked = append(asked, amount(s.Count, "count"))
	}
	switch {
	case len(asked) > 0:
		parts = append(parts, amount(s.Data+s.Count, "request")+": "+strings.Join(asked, ", "))
	case s.Metadata == 0:
		parts = append(parts, "no requests")
	}
	switch {
	case s.Metadata > 0 && len(asked) > 0:
		parts = append(parts, strconv.FormatInt(s.Metadata, 10)+" for metadata")
	case s.Metadata > 0:
		parts = append(parts, amount(s.Metadata, "request")+" for metadata")
	}
	switch {
	case s.Retries == 1:
		parts = append(parts, "1 retry")
	case s.Retries > 1:
		parts = append(parts, strconv.FormatInt(s.Retries, 10)+" retries")
	}
	return strings.Join(parts, "; ")
}
