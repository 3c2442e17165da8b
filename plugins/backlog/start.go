package backlog

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
	"github.com/trackql/trackql/plugins/backlog/internal/space"
)

// begin decides at which level asking begins: as far down the chain as the
// request tells what a path needs, so that parents are read only where something
// of them is wanted that is not known.
func (p *planner) begin(ctx context.Context) error {
	for at := len(p.chain) - 1; at > 0; at-- {
		if p.chain[at].Path == "" {
			continue
		}
		from, ok := p.startable(at)
		if !ok {
			continue
		}
		started, err := p.start(ctx, at, from)
		if err != nil || started {
			return err
		}
	}
	p.needWords(0)
	return p.startRoot()
}

// origins tells, for the levels above one, which columns are known without
// reading their rows.
type origins struct {
	// projects says that the root's rows are the space's projects, and only what
	// the metadata tell of them is asked.
	projects bool
	// columns are the columns that have an = or IN, by their level.
	columns []place
	// alias is the word that takes the value of another column: an issue's key
	// in the place of its id.
	alias string
}

// startable tells whether a level can be asked without its parents: each word of
// its path is known from the request, and so is all else that is asked of the
// levels above.
func (p *planner) startable(at int) (origins, bool) {
	from := origins{projects: isProjects(p.chain[0])}
	for _, word := range requestWords(p.chain[at]) {
		where, err := p.chain.origin(at, word)
		if err != nil {
			return from, false
		}
		if where.level == at || where.level == 0 && from.projects {
			continue
		}
		if p.listed(where) == nil {
			if where, err = p.aliasOf(at, word, where); err != nil || from.alias != "" {
				return from, false
			}
			from.alias = word
		}
		from.columns = append(from.columns, where)
	}
	return from, p.covers(at, from)
}

// covers tells whether the levels above one are asked for known columns only.
func (p *planner) covers(at int, from origins) bool {
	for level := range at {
		for name := range p.needs[level] {
			if !from.has(p.chain, level, name) {
				return false
			}
		}
		for _, c := range p.conditions[level] {
			if !from.has(p.chain, level, c.column.Name) {
				return false
			}
		}
	}
	return true
}

func (o origins) has(c chain, level int, name string) bool {
	column, _ := c[level].Column(name)
	if level == 0 && o.projects {
		return column.Filter.Of == relation.Projects
	}
	return slices.Contains(o.columns, place{level, column})
}

// isProjects tells whether a root's rows are the space's projects.
func isProjects(t *relation.Table) bool { return t.Path == "/projects" }

// listed returns the condition = or IN on a column.
func (p *planner) listed(at place) *condition {
	for i := range p.conditions[at.level] {
		if c := &p.conditions[at.level][i]; c.column == at.column && c.listed() {
			return c
		}
	}
	return nil
}

// aliasOf finds another column of the same level that stands in the same place
// of paths as a word: /issues/{IssueKey} for /issues/{IssueId}/comments.
func (p *planner) aliasOf(at int, word string, of place) (place, error) {
	before, _, _ := strings.Cut(p.chain[at].Path, "{"+word+"}")
	table := p.chain[of.level]
	for i := range table.Columns {
		c := &table.Columns[i]
		if c.Filter.How != relation.Single || c.Filter.Param != before+"{"+c.Name+"}" {
			continue
		}
		if other := (place{of.level, c}); p.listed(other) != nil {
			return other, nil
		}
	}
	return place{}, connector.Errorf(connector.NotFound, "no condition on %s", word)
}

// start begins at a level with what is known of the levels above. It answers
// false where that are several values of several columns: not all combinations
// of them are there.
func (p *planner) start(ctx context.Context, at int, from origins) (bool, error) {
	sets, err := p.knownSets(ctx, from)
	if err != nil || p.plan.none != "" {
		return true, err
	}
	several := func(set []facts) bool { return len(set) > 1 }
	if len(sets) > 1 && slices.ContainsFunc(sets, several) {
		return false, nil
	}
	var one facts // what is the same in all starts
	starts := []facts{nil}
	for _, set := range sets {
		if several(set) {
			starts = set
			continue
		}
		one = append(one, set[0]...)
	}
	for _, start := range starts {
		all := slices.Concat(one, start)
		p.plan.levels[at].starts = append(p.plan.levels[at].starts, p.fixed(at, all, from.alias))
	}
	p.plan.first = at
	p.noteStarts(at)
	for above := range at {
		p.conditions[above] = nil
	}
	p.needWords(at)
	return true, nil
}

// fact is the value of a column of a level above.
type fact struct {
	place
	value connector.Value
}

type facts []fact

// knownSets returns the values that are known of each level above.
func (p *planner) knownSets(ctx context.Context, from origins) ([][]facts, error) {
	var sets [][]facts
	if from.projects {
		projects, err := p.projects(ctx)
		if err != nil {
			return nil, err
		}
		if len(projects) == 0 {
			p.plan.none = "there is no such project"
		}
		sets = append(sets, p.projectValues(projects))
	}
	for _, where := range from.columns {
		var set []facts
		for _, text := range pathTexts(p.listed(where)) {
			set = append(set, facts{{where, valueOf(text, where.column)}})
		}
		if len(set) == 0 {
			p.plan.none = p.listed(where).shown + " is true of no row"
		}
		sets = append(sets, set)
	}
	return sets, nil
}

// valueOf reads what [paramText] wrote: 1e0 has become the 1 that the column
// holds.
func valueOf(text string, column *relation.Column) connector.Value {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil && column.Type == relation.Int {
		return connector.IntOf(n)
	}
	return connector.TextOf(text)
}

// projectValues returns what is known of projects, as columns of the root.
func (p *planner) projectValues(projects []space.Term) []facts {
	var set []facts
	for _, project := range projects {
		var one facts
		for i := range p.chain[0].Columns {
			c := &p.chain[0].Columns[i]
			if c.Filter.Of != relation.Projects {
				continue
			}
			one = append(one, fact{place{0, c}, project.Value(c.Filter.By)})
		}
		set = append(set, one)
	}
	return set
}

// fixed returns known values as columns of a level; the alias's word takes the
// value in the place of its own column, which nobody asked for.
func (p *planner) fixed(at int, values facts, alias string) known {
	k := known{}
	for i := range p.chain[at].Columns {
		name := p.chain[at].Columns[i].Name
		where, err := p.chain.origin(at, name)
		if err != nil || where.level == at {
			continue
		}
		for _, v := range values {
			if v.place == where {
				k[name] = v.value
			}
		}
	}
	if alias == "" {
		return k
	}
	for _, v := range values {
		if v.column.Filter.How == relation.Single {
			k[alias] = v.value
		}
	}
	return k
}

// needWords notes that the words of the paths below a level must be known of
// the parents.
func (p *planner) needWords(first int) {
	for at := first + 1; at < len(p.chain); at++ {
		for _, word := range requestWords(p.chain[at]) {
			if where, err := p.chain.origin(at, word); err == nil {
				p.needs[where.level][where.column.Name] = true
			}
		}
	}
}

// startRoot begins at the root, whose path may have words of its own.
func (p *planner) startRoot() error {
	root := p.chain[0]
	starts := []known{{}}
	for _, word := range requestWords(root) {
		column, ok := root.Column(word)
		if !ok || root.Folders != nil && root.Folders.Column == column.Name {
			continue
		}
		c := p.listed(place{0, column})
		if c == nil {
			return connector.Errorf(connector.Invalid, "table %s needs to know %s", root.Name, word).
				WithHint("Add a condition such as WHERE %s = …", connector.QuoteName(word))
		}
		c.grade = connector.Exact
		var longer []known
		for _, start := range starts {
			for _, text := range pathTexts(c) {
				one := known{column.Name: valueOf(text, column)}
				for name, value := range start {
					one[name] = value
				}
				longer = append(longer, one)
			}
		}
		starts = longer
	}
	p.plan.levels[0].starts = starts
	return nil
}

// noteStarts tells how many parents are asked, and that they are not read.
func (p *planner) noteStarts(at int) {
	n := len(p.plan.levels[at].starts)
	if isProjects(p.chain[0]) {
		p.plan.note("%s of %s, known from metadata", p.chain[at].Name, plural(n, "project"))
		return
	}
	p.plan.note("%s of %s %s, which need not be read", p.chain[at].Name, plural(n, "row"), "of "+p.chain[at-1].Name)
}

// plural writes a number of things.
func plural(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return strconv.Itoa(n) + " " + thing + "s"
}
