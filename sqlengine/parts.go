package sqlengine

import (
	"fmt"
	"slices"
	"strings"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/sqlengine/plan"
)

// scanPart is one of the scans by which a table is fetched that is read several
// times: the fetch has the first of them as its own request, and the others
// beside it. All of them end up in the one table that is kept.
type scanPart struct {
	*fetch
	planned plan.Part
	// after says of which rows the keys are that the part awaits.
	after []connector.Predicate
}

// split takes the scans of single reads in place of the one fetch of all, where
// the source counts requests: to read a file once is better than twice. What it
// does is seen in the plan.
func (r *run) split() {
	for i, f := range r.fetches {
		_, counts := connector.As[connector.Quotas](f.relation.source.Source)
		parts := f.planned.Parts
		if len(parts) == 0 || !counts || few(f.relation.table.Rows) && f.relation.table.Rows > 0 {
			continue
		}
		first := parts[0].Fetch
		first.Holds = f.planned.Holds
		r.plan.Fetches[i] = first
		f.planned, f.request = &first, first.Request
		f.request.Statement = r.id
		for n := range parts[1:] {
			p := scanPart{fetch: r.fetchOf(f, &parts[n+1].Fetch), planned: parts[n+1]}
			if p.planned.After < 0 {
				r.fetches = append(r.fetches, p.fetch)
			} else {
				p.after = parts[p.planned.After].Holds
			}
			f.parts = append(f.parts, p)
			r.plan.Fetches = append(r.plan.Fetches, p.planned.Fetch)
		}
	}
}

func (r *run) fetchOf(f *fetch, planned *plan.Fetch) *fetch {
	part := &fetch{relation: f.relation, request: planned.Request, planned: planned, partial: true}
	part.request.Statement = r.id
	return part
}

// narrow has keys go down with all scans of a fetch.
func (f *fetch) narrow(to connector.ScanRequest) {
	in := to.Where[len(to.Where)-1]
	f.request = to
	for _, p := range f.parts {
		p.request.Where = append(slices.Clip(p.request.Where), in)
	}
}

// keepPart adds the rows of a part to those that are kept, of each row the one
// that came first.
func (r *run) keepPart(f *fetch, p scanPart, columns string) error {
	if p.planned.After >= 0 {
		if err := r.await(f, p); err != nil {
			return err
		}
	}
	if err := r.charge(p.fetch); err != nil {
		return err
	}
	r.setStaging(p.fetch)
	defer r.setStaging(nil)
	same := make([]string, len(f.relation.table.Key))
	for i, name := range f.relation.table.Key {
		same[i] = fmt.Sprintf("kept.%s IS NOT DISTINCT FROM came.%[1]s", quote(name))
	}
	return r.session.conn.Exec(r.ctx, fmt.Sprintf("INSERT INTO temp.%s SELECT * FROM (SELECT %s FROM %s) AS came WHERE NOT EXISTS (FROM temp.%[1]s AS kept WHERE %[4]s)",
		quote(f.stage), columns, f.relation.scan.SQL(), strings.Join(same, " AND ")))
}

// await gives a part the keys of the rows that it comes after. Where these are
// too many, all rows are asked for that some read may need.
func (r *run) await(f *fetch, p scanPart) error {
	keys, err := r.keys(keyed{name: f.relation.name(), from: "temp." + quote(f.stage), holds: p.after}, []string{p.planned.FromColumn}, nil)
	if err != nil || len(keys) > mostKeys {
		return err
	}
	narrowed, ok := p.narrowedBy(p.planned.ToColumn, keys)
	if !ok {
		return nil
	}
	if len(keys) > spent {
		with := r.requests(p.fetch, narrowed)
		if whole := r.whole(p.fetch, with); whole >= 0 && with > whole {
			f.links = append(f.links, fmt.Sprintf("%s: no dynamic filter, %s would take %s, and the scan takes %d",
				connector.QuoteName(p.planned.ToColumn), amount(int64(len(keys)), "key"), amount(with, "request"), whole))
			return nil
		}
	}
	p.request = narrowed
	f.links = append(f.links, taken(p.planned.ToColumn, p.planned.Grade, len(keys), "another scan of it"))
	return nil
}

// whole returns what a scan takes as it is, where another of so many requests may
// be the dearer one; else -1.
func (r *run) whole(f *fetch, with int64) int64 {
	if with <= spent {
		return -1
	}
	return r.requests(f, f.request)
}

// awaited adds the scans to what is expected whose keys are not known yet, for
// EXPLAIN.
func (r *run) awaited() {
	for _, f := range slices.Clone(r.fetches) {
		for _, p := range f.parts {
			if p.planned.After >= 0 {
				p.awaits = append(p.awaits, f.relation.name())
				r.fetches = append(r.fetches, p.fetch)
			}
		}
	}
}

func (r *run) setStaging(f *fetch) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.staging = f
}
