package sqlengine

import (
	"fmt"
	"slices"
	"strings"

	"github.com/trackql/trackql/connector"
)

// followLocal narrows fetches by the keys of what is here already: tables of the
// session, and files. To read these costs no request, so it is done before
// anything is fetched.
func (r *run) followLocal() error {
	for _, link := range r.plan.LocalLinks {
		to := r.fetches[link.To]
		if to.narrowed || to.planned.CountOnly || len(to.planned.Groups) > 0 || r.planned(to) && !unique(to, link.ToColumn) {
			continue
		}
		local := r.local(link.From)
		keys, err := r.keys(local, link.FromColumns, link.Casts)
		if err != nil {
			return err
		}
		if len(keys) > mostKeys {
			to.links = append(to.links, tooMany(link.ToColumn, local.name, mostKeys))
			continue
		}
		narrowed, ok := to.narrowedBy(link.ToColumn, keys)
		if !ok {
			continue
		}
		if why := r.dearLocal(to, link.ToColumn, narrowed, local.name); why != "" {
			to.links = append(to.links, why)
			continue
		}
		to.narrow(narrowed)
		to.narrowed = true
		to.links = append(to.links, taken(link.ToColumn, link.Grade, len(keys), local.name))
	}
	return nil
}

// planned tells whether a fetch is expected to be of few rows without any keys,
// or to end early.
func (r *run) planned(f *fetch) bool {
	return f.planned.Selective || f.planned.EarlyStop
}

// unique tells whether no two rows of a fetch's table have the same value in a
// column.
func unique(f *fetch, column string) bool {
	key := f.relation.table.Key
	return len(key) == 1 && strings.EqualFold(key[0], column)
}

// spent are so few requests that it does not pay to ask whether the scan takes
// fewer still: that may be a request itself.
const spent = 3

// dearLocal says why keys of what is here do not narrow a fetch; empty where
// they do. The source is asked what the keys take, and what the scan does only
// where that may be less.
func (r *run) dearLocal(to *fetch, column string, narrowed connector.ScanRequest, name string) string {
	in := narrowed.Where[len(narrowed.Where)-1]
	keys := amount(int64(len(in.Values)), "key")
	if len(in.Values) == 0 {
		return ""
	}
	with := r.requests(to, narrowed)
	switch {
	case with >= 0 && with <= spent:
		return ""
	case r.planned(to):
		return fmt.Sprintf("%s: no dynamic filter, %s from %s would take %s, and the scan is of few rows as it is",
			connector.QuoteName(column), keys, name, amount(with, "request"))
	case with < 0 && len(in.Values) > maxKeys:
		return tooMany(column, name, maxKeys)
	case with < 0:
		return ""
	}
	if whole := r.whole(to, with); whole >= 0 && (with > whole || with == whole && len(in.Values) > maxKeys) {
		return fmt.Sprintf("%s: no dynamic filter, %s from %s would take %s, and the scan takes %d",
			connector.QuoteName(column), keys, name, amount(with, "request"), whole)
	}
	return ""
}

// local returns the rows of a table of the session, or of a file.
func (r *run) local(i int) keyed {
	l := r.plan.Locals[i]
	rows := keyed{name: connector.QuoteName(l.Table), holds: l.Holds}
	catalog := l.Catalog
	if strings.EqualFold(catalog, planCatalog) {
		catalog = runCatalog
	}
	rows.from = quote(catalog, l.Schema, l.Table)
	at := slices.IndexFunc(r.session.files, func(f fileRead) bool { return f.schema == l.Schema })
	if at >= 0 && catalog == runCatalog {
		rows.name, rows.from = r.session.files[at].sql, r.session.files[at].sql
	}
	return rows
}

// likelyLocal narrows fetches as a run does, and says so, for EXPLAIN.
func (r *run) likelyLocal() ([]string, error) {
	if err := r.followLocal(); err != nil {
		return nil, err
	}
	var lines []string
	for _, f := range r.fetches {
		for _, link := range f.links {
			lines = append(lines, fmt.Sprintf("dynamic filter of %s: %s", f.relation.name(), link))
		}
	}
	return lines, nil
}
