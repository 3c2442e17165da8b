package backlogtest

import (
	"math"
	"slices"
)

// viewKind is what kind of thing was looked at.
type viewKind uint8

const (
	viewedIssue viewKind = iota
	viewedProject
	viewedWiki
)

func viewedRoutes() []route {
	const me = "/users/myself/"
	return []route{
		{"GET", me + "recentlyViewedIssues", Read, 200, viewed(viewedIssue)},
		{"POST", me + "recentlyViewedIssues", Update, 200, viewIssue},
		{"GET", me + "recentlyViewedProjects", Read, 200, viewed(viewedProject)},
		{"GET", me + "recentlyViewedWikis", Read, 200, viewed(viewedWiki)},
		{"POST", me + "recentlyViewedWikis", Update, 200, viewWiki},
	}
}

// viewed lists what the caller looked at, the latest first.
func viewed(kind viewKind) func(*call) (any, error) {
	return func(c *call) (any, error) {
		desc := c.params.word("order", "desc", "asc", "desc") == "desc"
		offset := c.params.between("offset", 0, math.MaxInt32, 0)
		count := c.params.between("count", 1, 100, 20)
		if err := c.params.err(); err != nil {
			return nil, err
		}
		out := list{}
		for _, v := range c.space.views {
			if v.kind != kind || v.user != c.user.ID {
				continue
			}
			if thing := c.viewedThing(v); thing != nil {
				out = append(out, thing)
			}
		}
		return list(pageOf(out, desc, offset, count)), nil
	}
}

// viewedThing renders what was looked at, or is nil where it is gone.
func (c *call) viewedThing(v view) any {
	name, thing, project := "project", any(nil), v.thing
	switch v.kind {
	case viewedIssue:
		if i := c.space.Issue(v.thing); i != nil {
			name, thing, project = "issue", c.space.issue(i, false), i.Project
		}
	case viewedWiki:
		if w := c.space.wiki(v.thing); w != nil {
			name, thing, project = "page", c.space.wikiPage(w), w.Project
		}
	case viewedProject:
		if p := c.space.Project(v.thing); p != nil {
			thing = c.space.project(p)
		}
	}
	if thing == nil || !c.sees(c.space.Project(project)) {
		return nil
	}
	return object{{name, thing}, {"updated", moment(v.at)}}
}

// look remembers that the caller has looked at something just now.
func (c *call) look(kind viewKind, thing int64) any {
	s := c.space
	s.views = slices.DeleteFunc(s.views, func(v view) bool {
		return v.user == c.user.ID && v.kind == kind && v.thing == thing
	})
	v := view{c.user.ID, kind, thing, s.Now()}
	s.views = append(s.views, v)
	return c.viewedThing(v)
}

func viewIssue(c *call) (any, error) {
	i, err := c.issueNamed(c.params.required("issueIdOrKey"))
	if err := c.params.err(); err != nil {
		return nil, err
	}
	if err != nil {
		return nil, err
	}
	return c.look(viewedIssue, i.ID), nil
}

func viewWiki(c *call) (any, error) {
	c.params.required("wikiId")
	w := c.space.wiki(c.params.id("wikiId"))
	if err := c.params.err(); err != nil {
		return nil, err
	}
	if w == nil || !c.sees(c.space.Project(w.Project)) {
		return nil, missing("wiki")
	}
	return c.look(viewedWiki, w.ID), nil
}
