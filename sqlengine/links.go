package sqlengine

import (
	"fmt"
	"strings"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/sqlengine/plan"
)

// follow uses the plan's links: the rows of a selective fetch are fetched first
// and kept, and their distinct keys go down to the fetch that they are joined
// with, for every column of the join. A fetch narrowed so is selective itself.
func (r *run) follow() error { return r.chase(r.use) }

// chase is a walk through the links of a plan, in the order in which they can
// be used.
type chase struct {
	run   *run
	tried []bool // by link: it was used, or tried
	// narrow says of a fetch that it is one of few rows, with the links used, by
	// which fetch narrowed it, and kept that it is fetched already.
	narrow, kept []bool
	by           map[int]int
	// whole says of a fetch that it is narrowed by the whole key of the other one:
	// more of that cannot narrow it further.
	whole map[int]bool
	// dear says why a link between two fetches is not used that could be: what it
	// would cost.
	dear map[pair]string
}

// pair are two fetches, the smaller position first.
type pair struct{ a, b int }

func pairOf(l plan.Link) pair { return pair{min(l.From, l.To), max(l.From, l.To)} }

// step is the use of a link for a reason.
type step struct {
	plan.Link
	reason reason
}

// reason says why a link may be used, the surest first.
type reason uint8

const (
	selective  reason = iota // few rows narrow many
	downwards                // few rows narrow those that belong to them, whatever these are asked for
	worthwhile               // it can be expected to make things cheaper, and must
	reasons
)

// chase goes through the links, and has each used that can be. Use says of one
// whether it narrows its fetch.
func (r *run) chase(use func(step) (bool, error)) error {
	n := len(r.fetches)
	c := &chase{
		run: r, tried: make([]bool, len(r.plan.Links)), narrow: make([]bool, n), kept: make([]bool, n),
		by: map[int]int{}, whole: map[int]bool{}, dear: map[pair]string{},
	}
	for i, f := range r.fetches {
		c.narrow[i] = f.planned.Selective || f.narrowed
	}
	r.links = c
	for why := selective; why < reasons; {
		more, err := c.round(use, why)
		if err != nil {
			return err
		}
		if why++; more {
			why = selective
		}
	}
	return nil
}

// round goes through the links once, and uses all that are selective, or the
// first that another reason speaks for. It tells whether others may be usable
// then.
func (c *chase) round(use func(step) (bool, error), why reason) (more bool, err error) {
	for i, link := range c.run.plan.Links {
		if c.reason(i) != why || !c.usable(i) || c.waits(i) || c.byLess(i) || why == selective && c.preceded(i) {
			continue
		}
		c.tried[i], c.kept[link.From] = true, true
		used, err := use(step{link, why})
		if err != nil {
			return false, err
		}
		if used {
			c.narrow[link.To], c.by[link.To], more = true, link.From, true
			c.whole[link.To] = c.byKey(link) && link.Grade == connector.Exact
		}
		if why != selective {
			return true, nil
		}
	}
	return more, nil
}

// reason returns what would speak for a link.
func (c *chase) reason(i int) reason {
	switch {
	case c.selective(i):
		return selective
	case c.run.belongs(c.run.plan.Links[i]):
		return downwards
	}
	return worthwhile
}

// usable tells whether a link can be used now.
func (c *chase) usable(i int) bool {
	link := c.run.plan.Links[i]
	if c.tried[i] || c.kept[link.To] || c.run.fetches[link.From].counted != nil || c.run.fetches[link.To].counted != nil {
		return false
	}
	if narrower, ok := c.by[link.To]; ok && narrower == link.From && c.whole[link.To] {
		return false
	}
	return c.selective(i) || c.promising(i)
}

// selective tells whether a link leads from a fetch of few rows to one of many,
// or to one that the same fetch has narrowed by another column.
func (c *chase) selective(i int) bool {
	link := c.run.plan.Links[i]
	narrower, ok := c.by[link.To]
	return c.narrow[link.From] && (!c.narrow[link.To] || ok && narrower == link.From)
}

// byKey tells whether a link is by the key of the fetch that it leads from.
func (c *chase) byKey(link plan.Link) bool {
	return len(link.FromColumns) == 1 && unique(c.run.fetches[link.From], link.FromColumns[0])
}

// byLess tells whether another link between the same fetches is by the key, and
// its turn first.
func (c *chase) byLess(i int) bool {
	link := c.run.plan.Links[i]
	if c.byKey(link) {
		return false
	}
	for j, other := range c.run.plan.Links {
		if other.From == link.From && other.To == link.To && c.byKey(other) && c.usable(j) {
			return true
		}
	}
	return false
}

// waits tells whether the other way round is the cheaper one: its turn is first.
func (c *chase) waits(i int) bool {
	for j, back := range c.run.plan.Links {
		if back.From == c.run.plan.Links[i].To && back.To == c.run.plan.Links[i].From && c.usable(j) && c.cheaper(j, i) {
			return true
		}
	}
	return false
}

// preceded tells whether the side that a link fetches first can be narrowed
// before, by what its rows belong to: the projects narrow the issues before
// these narrow the comments.
func (c *chase) preceded(i int) bool {
	link := c.run.plan.Links[i]
	for j, above := range c.run.plan.Links {
		if above.To == link.From && above.From != link.To && !c.kept[link.From] &&
			c.reason(j) == downwards && c.usable(j) && !c.waits(j) {
			return true
		}
	}
	return false
}

// likely says which links a run would use, as far as can be told without one.
func (r *run) likely() ([]string, error) {
	lines, err := r.likelyLocal()
	if err != nil {
		return nil, err
	}
	r.awaited()
	err = r.chase(func(link step) (bool, error) {
		names := make([]string, len(link.FromColumns))
		for i, name := range link.FromColumns {
			names[i] = connector.QuoteName(name)
		}
		from, to := r.fetches[link.From], r.fetches[link.To]
		unless := fmt.Sprintf("unless it has more than %d keys", maxKeys)
		to.awaits = append(to.awaits, from.relation.name())
		if n := r.guess(link); n > 0 {
			unless = "at most " + amount(n, "key")
		} else if r.requests(to, to.request) > 0 {
			unless = fmt.Sprintf("unless it has more than %d keys or they take more requests than the scan", mostKeys)
		}
		lines = append(lines, fmt.Sprintf("dynamic filter of %s: %s: source (%s), by %s of %s, fetched first, %s",
			to.relation.name(), connector.QuoteName(link.ToColumn), link.Grade, strings.Join(names, ", "), from.relation.name(), unless))
		return true, nil
	})
	return append(lines, r.unused()...), err
}

// unused says once of every two tables that are joined, and could narrow each
// other, why neither does.
func (r *run) unused() []string {
	told := map[pair]bool{}
	for i, link := range r.plan.Links {
		if r.links.tried[i] {
			told[pairOf(link)] = true
		}
	}
	var lines []string
	for _, link := range r.plan.Links {
		p := pairOf(link)
		if told[p] {
			continue
		}
		told[p] = true
		lines = append(lines, fmt.Sprintf("no dynamic filter between %s and %s: %s",
			r.fetches[p.a].relation.name(), r.fetches[p.b].relation.name(), r.links.why(p)))
	}
	for _, b := range r.plan.Barred {
		lines = append(lines, r.plan.BarredLine(b))
	}
	return lines
}

// why says why neither of two fetches narrows the other.
func (c *chase) why(p pair) string {
	switch {
	case c.dear[p] != "":
		return c.dear[p]
	case c.narrow[p.a] && c.narrow[p.b]:
		return "each is asked for few rows as it is"
	case c.narrow[p.a] || c.narrow[p.b]:
		return "the larger one's source does not take the keys of the other"
	}
	return "neither is asked for few rows"
}

// use fetches the one side of a link, and narrows the other by its keys.
func (r *run) use(link step) (bool, error) {
	from, to := r.fetches[link.From], r.fetches[link.To]
	if from.stage == "" {
		if err := r.keep(from); err != nil {
			return false, err
		}
	}
	keys, err := r.keys(r.keyed(from), link.FromColumns, link.Casts)
	if err != nil {
		return false, err
	}
	if len(keys) > mostKeys {
		to.links = append(to.links, tooMany(link.ToColumn, from.relation.name(), mostKeys))
		return false, nil
	}
	narrowed, ok := to.narrowedBy(link.ToColumn, keys)
	if !ok {
		return false, nil
	}
	if why := r.dear(link, narrowed, len(keys)); why != "" {
		to.links = append(to.links, why)
		return false, nil
	}
	to.narrow(narrowed)
	to.links = append(to.links, taken(link.ToColumn, link.Grade, len(keys), from.relation.name()))
	return true, nil
}

// narrowedBy returns the request of a fetch with keys for a column; false where
// these are no constants for it.
func (f *fetch) narrowedBy(name string, keys []connector.Value) (connector.ScanRequest, bool) {
	narrowed := f.request
	column, ok := f.relation.table.Column(name)
	if !ok {
		return narrowed, false
	}
	for _, key := range keys {
		if !connector.Comparable(column.Type, key) {
			return narrowed, false
		}
	}
	narrowed.Where = append(append([]connector.Predicate{}, f.request.Where...),
		connector.Predicate{Column: column.Name, Op: connector.In, Values: keys})
	return narrowed, true
}

// taken says that keys go down to a source.
func taken(column string, grade connector.Grade, keys int, from string) string {
	return fmt.Sprintf("%s: source (%s), %s from %s", connector.QuoteName(column), grade, amount(int64(keys), "key"), from)
}

func tooMany(column, from string, most int) string {
	return fmt.Sprintf("%s: no dynamic filter, %s has more than %d keys", connector.QuoteName(column), from, most)
}
