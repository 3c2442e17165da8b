package plan

import (
	"maps"
	"slices"

	"github.com/trackql/trackql/connector"
)

// stopRows is the size of batches asked of a scan that may stop early.
const stopRows = 256

// plan makes the requests of what was read.
func (r *reader) plan() *Plan {
	p := &Plan{
		Functions: slices.Sorted(maps.Keys(r.functions)),
		Calls:     r.calls,
		Targets:   r.targets,
		Changes:   r.changes,
	}
	groups := r.groups()
	for _, g := range groups {
		f := r.fetch(g)
		p.Fetches = append(p.Fetches, f)
		p.Unasked = append(p.Unasked, f.unasked(g)...)
	}
	p.Further = r.further(groups, p.Fetches)
	if r.opts.NoPushdown {
		p.Notes = append(p.Notes, "everything is fetched whole: pushdown is off")
		return p
	}
	p.Links = r.links(groups)
	p.Locals, p.LocalLinks = r.narrowing(groups)
	p.Barred = r.barred(groups, p.Links)
	return p
}

// groups returns the reads of each table.
func (r *reader) groups() [][]*scan {
	return grouped(r.scans, func(a, b *scan) bool {
		return a.source == b.source && a.table.Name == b.table.Name
	})
}

// grouped puts reads of the same table together.
func grouped(scans []*scan, same func(a, b *scan) bool) [][]*scan {
	var groups [][]*scan
	for _, s := range scans {
		i := slices.IndexFunc(groups, func(g []*scan) bool { return same(g[0], s) })
		if i < 0 {
			groups = append(groups, []*scan{s})
			continue
		}
		groups[i] = append(groups[i], s)
	}
	return groups
}

func (r *reader) fetch(group []*scan) Fetch {
	s := group[0]
	f := Fetch{Source: s.source, Request: connector.ScanRequest{Table: s.table.Name}}
	for _, s := range group {
		f.Reads++
		if s.repeated {
			f.Reads++
		}
	}
	f.Request.Columns = neededColumns(group)
	if len(group) == 1 {
		f.one(s)
	} else {
		f.several(group)
	}
	f.finish()
	if r.opts.NoPushdown {
		return f.whole(s.table)
	}
	if len(group) > 1 {
		f.Parts = r.apart(group, f)
	}
	return f
}

func neededColumns(group []*scan) []string {
	var names []string
	for pos, c := range group[0].table.Columns {
		if slices.ContainsFunc(group, func(s *scan) bool { return s.needed[pos] }) {
			names = append(names, c.Name)
		}
	}
	return names
}

// one makes the request of a table that the plan reads in one place.
func (f *Fetch) one(s *scan) {
	exact := true
	for _, c := range tidy(s.conditions) {
		exact = (f.condition(s.table, c) || c.later) && exact
	}
	f.limit(s, exact)
	if s.groups != nil {
		f.group(s, f.whyNot(exact && !slices.ContainsFunc(f.Sent, func(s Sent) bool { return s.Grade != connector.Exact })))
	}
	f.EarlyStop = s.early && f.Reads == 1
}

// group makes the fetch one of numbers of rows, unless there is a reason not to.
func (f *Fetch) group(s *scan, why string) {
	names := s.groups.names(s.table)
	what := "count(*)"
	if len(names) > 0 {
		what = "group by " + columnList(names)
	}
	switch {
	case why != "":
		f.keep(what, why)
	case len(names) > 0:
		f.Groups = names
	default:
		f.CountOnly = true
	}
}

// whyNot says why nothing but predicates goes down; empty where it does.
func (f *Fetch) whyNot(exact bool) string {
	switch {
	case f.Reads > 1:
		return "the table is read more than once"
	case !exact:
		return "a filter is not exact"
	}
	return ""
}

func (f *Fetch) limit(s *scan, exact bool) {
	if s.limit == nil {
		return
	}
	why := s.limit.why
	if why == "" {
		why = f.whyNot(exact)
	}
	if why != "" {
		if s.groups == nil || len(s.groups.columns) > 0 {
			f.keep(s.limit.text, why)
		}
		return
	}
	f.Request.Limit, f.Request.Order = s.limit.rows, s.limit.order
}

// condition sends what can be sent of a condition, and notes the rest. It tells
// whether the source leaves out every row that fails the condition.
func (f *Fetch) condition(t *connector.Table, c condition) bool {
	tests, exact := c.formula.implied()
	before := len(f.Sent)
	for _, p := range tests {
		column := &t.Columns[p.on.pos]
		f.Holds = append(f.Holds, p.test)
		s := send(column, p.test)
		f.Sent = append(f.Sent, s.sent...)
		exact = exact && s.exact
		switch {
		case c.optional || s.exact:
		case len(s.sent) == 0:
			f.keep(predicateText(p.test), unsupported(column, p.test))
		case s.weaker:
			f.keep(predicateText(p.test), whyWeaker)
		}
	}
	f.noteRest(c, len(f.Sent) > before)
	return exact || c.optional
}

// noteRest notes that a condition is more than the tests that it implies; sent
// says whether any of these went to the source.
func (f *Fetch) noteRest(c condition, sent bool) {
	if _, exact := c.formula.implied(); exact || c.optional {
		return
	}
	why := c.formula.reason()
	switch {
	case why != "":
	case sent:
		why = whyWeaker
	default:
		why = whyAlternatives
	}
	f.keep(c.text, why)
}

func unsupported(c *connector.Column, p connector.Predicate) string {
	return "the source does not filter " + connector.QuoteName(c.Name) + " by " + p.Op.String()
}

func (f *Fetch) keep(what, why string) {
	k := Kept{What: what, Why: why}
	if !slices.Contains(f.Kept, k) {
		f.Kept = append(f.Kept, k)
	}
}

// several makes the request of a table that the plan reads in many places: with
// the predicates that all reads have in common.
func (f *Fetch) several(group []*scan) {
	lists := make([][]placed, len(group))
	for i, s := range group {
		for _, c := range tidy(s.conditions) {
			tests, _ := c.formula.implied()
			for _, p := range tests {
				p.on = column{scan: group[0], pos: p.on.pos}
				lists[i] = append(lists[i], p)
			}
		}
	}
	shared := common(lists)
	for _, p := range shared {
		f.condition(group[0].table, condition{formula: &formula{kind: single, on: p.on, test: p.test}})
	}
	for _, s := range group {
		f.noteDifferences(s, group[0], shared)
		f.limit(s, false)
		if s.groups != nil {
			f.group(s, f.whyNot(false))
		}
	}
}

// noteDifferences notes the conditions of one read that not all reads have.
func (f *Fetch) noteDifferences(s, first *scan, shared []placed) {
	for _, c := range tidy(s.conditions) {
		tests, _ := c.formula.implied()
		f.noteRest(c, len(tests) > 0)
		if c.optional {
			continue
		}
		for _, p := range tests {
			p.on = column{scan: first, pos: p.on.pos}
			trivial := p.test.Op == connector.IsNotNull && !p.on.definition().Nullable
			if !trivial && !slices.ContainsFunc(shared, p.impliedBy) {
				f.keep(predicateText(p.test), "another read of the table needs other rows")
			}
		}
	}
}

// finish puts what is sent into the request.
func (f *Fetch) finish() {
	f.Sent = withoutRedundant(f.Sent)
	for _, s := range f.Sent {
		f.Request.Where = append(f.Request.Where, s.Predicate)
		f.Selective = f.Selective || selective(s.Predicate)
	}
	f.Kept = slices.DeleteFunc(f.Kept, func(k Kept) bool {
		return k.Why == whyLater && slices.ContainsFunc(f.Sent, func(s Sent) bool {
			return predicateText(s.Predicate) == k.What
		})
	})
	f.Selective = f.Selective || f.Request.Limit > 0
	if f.EarlyStop && f.Request.Limit == 0 {
		f.Request.BatchRows = stopRows
	}
}

func selective(p connector.Predicate) bool {
	switch p.Op {
	case connector.Ne, connector.NotIn, connector.IsNotNull:
		return false
	}
	return true
}
