package backlog

import (
	"context"
	"strconv"
	"strings"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
	"github.com/trackql/trackql/plugins/backlog/internal/rest"
)

// manyKeys is for how many keys it is worth a count to know whether reading all
// rows among which theirs are takes fewer requests than one for each.
const manyKeys = 10

// shapeKeys asks for rows by their keys, each by a request of its own; of many
// keys, by the list in which they are, where that takes fewer requests. The keys
// are then compared here.
func (p *planner) shapeKeys(ctx context.Context, at int, single *condition) error {
	l := &p.plan.levels[at]
	keys := pathTexts(single)
	grades := make([]connector.Grade, len(p.conditions[at]))
	for i := range p.conditions[at] {
		grades[i] = p.conditions[at][i].grade
	}
	if p.worthAList(keys) {
		notes := len(p.plan.notes)
		if err := p.shapeList(ctx, at); err != nil || p.plan.none != "" {
			return err
		}
		cost, err := p.listCost(ctx, at, keys)
		if err != nil {
			return err
		}
		if cost < len(keys) {
			p.plan.note("%s of the same projects are read by %s, where %d keys would take one each",
				l.table.Name, plural(cost, "request"), len(keys))
			return nil
		}
		p.plan.notes = p.plan.notes[:notes]
	}
	l.variants, l.overlap = nil, false
	for i := range p.conditions[at] {
		p.conditions[at][i].grade = grades[i]
	}
	p.shapeSingle(l, single, p.expand(at))
	return nil
}

// worthAList tells whether there are so many keys, and of so few rows as far as
// they tell, that it may be cheaper to read these. With a limit, no more keys are
// asked for than rows are wanted.
func (p *planner) worthAList(keys []string) bool {
	n := len(keys)
	if p.plan.limit > 0 {
		n = int(min(int64(n), p.plan.limit))
	}
	return n >= manyKeys && pagesOf(likelyRows(keys), p.source.pageSize)+1 < n
}

// listCost is how many requests the list takes that a level was shaped for, with
// those that tell so: these are the ones that reading begins with. Where it
// cannot be told, it is the number of keys.
func (p *planner) listCost(ctx context.Context, at int, keys []string) (int, error) {
	l, size := &p.plan.levels[at], p.source.pageSize
	if len(l.starts) != 1 || len(l.variants) != 1 || l.variants[0].paging != relation.Offset || l.variants[0].count == "" {
		return len(keys), nil
	}
	r, j := newReading(p.plan, p.trip, nil, nil, 1), job{start: l.starts[0], variant: &l.variants[0]}
	call, err := r.call(at, j)
	if err != nil {
		return 0, err
	}
	count, err := r.countCall(at, j, call)
	if err != nil {
		return 0, err
	}
	if _, known := p.trip.KnownCount(count); !known && likelyRows(keys) < size {
		if few, err := p.trip.Few(ctx, rest.OffsetScan{Call: call, Count: count}); few || err != nil {
			return 1, err
		}
	}
	rows, err := p.trip.Count(ctx, count)
	if err != nil {
		return 0, err
	}
	if int(rows) < size {
		return 1, nil
	}
	return pagesOf(int(rows), size) + 1, nil
}

func pagesOf(rows, size int) int { return (rows + size - 1) / size }

// likelyRows is how many rows the projects of keys are likely to have: the
// greatest number in a project is below its number of issues by about as much as
// the numbers lie apart. It is 0 where keys have no numbers.
func likelyRows(keys []string) int {
	greatest, known := map[string]int{}, map[string]int{}
	for _, key := range keys {
		project, digits, _ := strings.Cut(key, "-")
		if n, err := strconv.Atoi(digits); err == nil {
			greatest[project] = max(greatest[project], n)
			known[project]++
		}
	}
	sum := 0
	for project, n := range greatest {
		sum += n + n/known[project]
	}
	return sum
}
