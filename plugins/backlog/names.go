package backlog

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
	"github.com/trackql/trackql/plugins/backlog/internal/rest"
	"github.com/trackql/trackql/plugins/backlog/internal/space"
)

// unknownName is the code of the warning about a name that nothing has.
const unknownName = "unknown-name"

// projects returns the projects in question: those that satisfy all conditions
// on projects, of those that the option Project leaves.
func (p *planner) projects(ctx context.Context) ([]space.Term, error) {
	if p.asked {
		return p.inQuestion, nil
	}
	var conditions []*condition
	for at := range p.conditions {
		for i := range p.conditions[at] {
			if c := &p.conditions[at][i]; narrowsProjects(c) {
				conditions = append(conditions, c)
			}
		}
	}
	left, err := p.source.space.Terms(ctx, p.trip, relation.Projects, nil)
	if err != nil {
		return nil, err
	}
	if slices.ContainsFunc(conditions, func(c *condition) bool { return len(strangers(c, left)) > 0 }) {
		if left, err = p.source.space.Refresh(ctx, p.trip, relation.Projects, nil); err != nil {
			return nil, err
		}
	}
	all := left
	if left, err = p.withKeys(ctx, all); err != nil {
		return nil, err
	}
	for _, c := range conditions {
		p.warnUnknown(c, all)
		left = space.Match(left, c.column.Filter.By, c.predicate)
	}
	p.beforeFields = left
	p.inQuestion, p.asked = p.withField(left), true
	return p.inQuestion, nil
}

// withKeys leaves the projects that the keys of issues begin with, where issues
// are asked for by key.
func (p *planner) withKeys(ctx context.Context, projects []space.Term) ([]space.Term, error) {
	for i := range p.conditions[0] {
		c := &p.conditions[0][i]
		if !c.listed() || c.column.Filter.How != relation.Single || !strings.HasPrefix(c.column.Filter.Param, issuesPath) {
			continue
		}
		keys := map[string]bool{}
		for _, text := range pathTexts(c) {
			keys[text[:strings.LastIndex(text, "-")]] = true
		}
		has := func(t space.Term) bool { return keys[t.Key] }
		if !slices.ContainsFunc(projects, has) {
			fresh, err := p.source.space.Refresh(ctx, p.trip, relation.Projects, nil)
			if err != nil {
				return nil, err
			}
			projects = fresh
		}
		projects = slices.DeleteFunc(slices.Clone(projects), func(t space.Term) bool { return !has(t) })
	}
	return projects, nil
}

// narrowsProjects tells whether a condition is on the project, and is not the
// one that the option Project makes.
func narrowsProjects(c *condition) bool {
	return c.column.Filter.How == relation.Closed && c.column.Filter.Of == relation.Projects && c.shown != "" &&
		c.predicate.Op != connector.IsNull
}

func (p *planner) projectIDs(ctx context.Context) ([]int64, error) {
	projects, err := p.projects(ctx)
	return space.IDs(projects), err
}

// learn asks for the terms that the conditions of a level, and of those inside
// of it, are about: side by side, where it would else be one vocabulary after
// another. They are kept, so that applyTerms finds them.
func (p *planner) learn(ctx context.Context, at int) error {
	var named []*condition
	for level := at; level < len(p.chain) && p.chain.asked(level) == at; level++ {
		for i := range p.conditions[level] {
			if c := &p.conditions[level][i]; p.named(c) {
				named = append(named, c)
			}
		}
	}
	if len(named) < 2 {
		return nil
	}
	if _, err := p.projects(ctx); err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	for _, c := range named {
		group.Go(func() error {
			_, err := p.known(ctx, c)
			return err
		})
	}
	return group.Wait()
}

// named tells whether a condition is about terms that must be known for it to be
// sent.
func (p *planner) named(c *condition) bool {
	filter := c.column.Filter
	if _, isField := p.field(c.column); isField || filter.Param == "" || filter.Of == relation.Projects {
		return false
	}
	switch op := c.predicate.Op; {
	case op == connector.IsNull, op == connector.IsNotNull && filter.How != relation.Closed:
		return false
	case filter.How == relation.Closed:
		return filter.By != relation.ID || !c.listed()
	case filter.How == relation.Open:
		return filter.By != relation.ID && c.listed()
	}
	return false
}

// known returns the terms that a condition may be about.
func (p *planner) known(ctx context.Context, c *condition) ([]space.Term, error) {
	if c.column.Filter.Of == relation.People {
		return p.people(ctx, c)
	}
	return p.terms(ctx, c)
}

// applyTerms sends the ids of the terms that satisfy a condition.
func (p *planner) applyTerms(ctx context.Context, f *form, c *condition) error {
	filter := c.column.Filter
	switch {
	case filter.Param == "":
		return nil
	case filter.Of == relation.Projects:
		return p.applyProjects(ctx, f, c)
	case filter.By == relation.ID && c.listed():
		p.applyList(f, c, false) // the server knows its own ids
		return nil
	case !p.named(c):
		return nil
	}
	terms, err := p.known(ctx, c)
	if err != nil {
		return err
	}
	if filter.How == relation.Open && len(strangers(c, terms)) > 0 {
		p.plan.note("%s: somebody who left may have it, so rows are fetched and compared here", c.shown)
		p.warnUnknown(c, terms)
		return nil
	}
	p.warnUnknown(c, terms)
	c.grade = connector.Exact
	matched := space.Match(terms, filter.By, c.predicate)
	if filter.How == relation.Closed && c.column.Required && !filter.Many && len(matched) == len(terms) && len(terms) > 0 {
		return nil // every row satisfies it
	}
	ids := idTexts(matched)
	f.narrow(filter.Param, ids, c.shown+" is true of no row")
	p.noteIDs(c, ids)
	return nil
}

// terms returns the terms that a condition's column may have in the projects in
// question. Where a name is not known, they are asked for anew, unless they are
// fresh.
func (p *planner) terms(ctx context.Context, c *condition) ([]space.Term, error) {
	ids, err := p.projectIDs(ctx)
	if err != nil {
		return nil, err
	}
	terms, err := p.source.space.Terms(ctx, p.trip, c.column.Filter.Of, ids)
	if err == nil && len(strangers(c, terms)) > 0 {
		terms, err = p.source.space.Refresh(ctx, p.trip, c.column.Filter.Of, ids)
	}
	return terms, err
}

// people returns whom a name of a condition may stand for: the members of the
// projects in question, and everybody in the space, as far as the caller may
// list them. Where a name is not known, they are asked for anew.
func (p *planner) people(ctx context.Context, c *condition) ([]space.Term, error) {
	ids, err := p.projectIDs(ctx)
	if err != nil {
		return nil, err
	}
	kept := p.source.space
	all, err := bothOf(ctx, p.trip, ids, kept.Terms, kept.Everybody)
	if err != nil || len(strangers(c, all)) == 0 {
		return all, err
	}
	return bothOf(ctx, p.trip, ids, kept.Refresh, kept.RefreshEverybody)
}

// bothOf asks side by side for the members of projects and for everybody.
func bothOf(
	ctx context.Context, trip *rest.Trip, projects []int64,
	ofProjects func(context.Context, *rest.Trip, relation.Vocabulary, []int64) ([]space.Term, error),
	ofSpace func(context.Context, *rest.Trip) ([]space.Term, error),
) ([]space.Term, error) {
	var members, everybody []space.Term
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() (err error) {
		members, err = ofProjects(ctx, trip, relation.People, projects)
		return err
	})
	group.Go(func() (err error) {
		everybody, err = ofSpace(ctx, trip)
		return err
	})
	err := group.Wait()
	return slices.Concat(members, everybody), err
}

// strangers returns the names in a condition that no term has.
func strangers(c *condition, terms []space.Term) []connector.Value {
	switch c.predicate.Op {
	case connector.Eq, connector.In, connector.Ne, connector.NotIn:
	default:
		return nil
	}
	var unknown []connector.Value
	for _, v := range c.predicate.Values {
		has := func(t space.Term) bool { return t.Value(c.column.Filter.By) == v }
		if v.Kind() == connector.TextValue && !slices.ContainsFunc(terms, has) {
			unknown = append(unknown, v)
		}
	}
	return unknown
}

// warnUnknown warns of names that no term has, with those that there are.
func (p *planner) warnUnknown(c *condition, terms []space.Term) {
	missing := "nothing has the name"
	if c.column.Filter.How == relation.Open {
		missing = "no member has the name"
	}
	for _, v := range strangers(c, terms) {
		text := fmt.Sprintf("%s: %s %s", c.shown, missing, v)
		var names []string
		for _, t := range terms {
			names = append(names, t.Value(c.column.Filter.By).String())
		}
		slices.Sort(names)
		if names = slices.Compact(names); len(names) > 0 {
			text += "; there are " + listed(names)
		}
		p.plan.warn(unknownName, text)
	}
}

// shownNames is how many names a message lists.
const shownNames = 20

func listed(texts []string) string {
	if more := len(texts) - shownNames; more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(texts[:shownNames], ", "), more)
	}
	return strings.Join(texts, ", ")
}

func idTexts(terms []space.Term) []string {
	var texts []string
	for _, id := range space.IDs(terms) {
		texts = append(texts, strconv.FormatInt(id, 10))
	}
	return texts
}

// applyProjects sends the projects in question, which satisfy the condition.
func (p *planner) applyProjects(ctx context.Context, f *form, c *condition) error {
	projects, err := p.projects(ctx)
	if err != nil {
		return err
	}
	ids := idTexts(projects)
	f.narrow(c.column.Filter.Param, ids, c.shown+" is true of no project")
	c.grade = connector.Exact
	if c.shown != "" && (c.column.Filter.By != relation.ID || !c.listed()) {
		p.noteIDs(c, ids)
	}
	return nil
}

// noteIDs tells which ids a condition became.
func (p *planner) noteIDs(c *condition, ids []string) {
	param := strings.TrimSuffix(c.column.Filter.Param, "[]")
	if len(ids) == 0 {
		p.plan.note("%s is no %s", c.shown, param)
		return
	}
	p.plan.note("%s is %s %s", c.shown, param, listed(ids))
}
