package backlogtest

import (
	"slices"
)

func termWriteRoutes() []route {
	return []route{
		{"POST", "/projects/{project}/categories", Update, 200, postCategory},
		{"PATCH", "/projects/{project}/categories/{term}", Update, 200, patchCategory},
		{"DELETE", "/projects/{project}/categories/{term}", Update, 200, deleteCategory},
		{"POST", "/projects/{project}/versions", Update, 200, postVersion},
		{"PATCH", "/projects/{project}/versions/{term}", Update, 200, patchVersion},
		{"DELETE", "/projects/{project}/versions/{term}", Update, 200, deleteVersion},
		{"POST", "/projects/{project}/issueTypes", Update, 200, postType},
		{"PATCH", "/projects/{project}/issueTypes/{term}", Update, 200, patchType},
		{"DELETE", "/projects/{project}/issueTypes/{term}", Update, 200, deleteType},
	}
}

// termOf is the project that the path names, if the caller may manage it, and
// the one of its terms that the path names; what says what kind it is.
func termOf[T any](c *call, what string, by func(p *Project, id int64) *T) (*Project, *T, error) {
	p, err := c.managed()
	if err != nil {
		return nil, nil, err
	}
	id, _ := c.wordID("term")
	term := by(p, id)
	if term == nil {
		return nil, nil, missing(what)
	}
	return p, term, nil
}

// uniqueName puts in the name that was sent, which no other of names may be.
func (c *call) uniqueName(to *string, names []string) {
	name := c.params.text("name")
	switch {
	case !c.params.has("name"):
	case name == "":
		c.params.problem("name is required.")
	case name != *to && slices.Contains(names, name):
		c.params.problem("Duplicate entry")
	default:
		*to = name
	}
}

// color puts in the colour that was sent, which must be one of colors.
func (c *call) color(to *string, colors []string) {
	*to = c.params.word("color", *to, colors...)
}

func categoryNames(p *Project) []string {
	return texts(p.Categories, func(c *IssueCategory) string { return c.Name })
}

// texts are a text of each of items.
func texts[T any](items []T, text func(T) string) []string {
	out := make([]string, len(items))
	for n, item := range items {
		out[n] = text(item)
	}
	return out
}

func postCategory(c *call) (any, error) {
	p, err := c.managed()
	if err != nil {
		return nil, err
	}
	c.params.required("name")
	category := &IssueCategory{ID: c.space.nextID(), Project: p.ID, DisplayOrder: len(p.Categories)}
	c.uniqueName(&category.Name, categoryNames(p))
	if err := c.params.err(); err != nil {
		return nil, err
	}
	p.Categories = append(p.Categories, category)
	return c.space.category(category), nil
}

func patchCategory(c *call) (any, error) {
	p, category, err := termOf(c, "category", (*Project).category)
	if err != nil {
		return nil, err
	}
	changed := *category
	c.uniqueName(&changed.Name, categoryNames(p))
	if err := c.params.err(); err != nil {
		return nil, err
	}
	*category = changed
	c.space.touch()
	return c.space.category(category), nil
}

func deleteCategory(c *call) (any, error) {
	p, category, err := termOf(c, "category", (*Project).category)
	if err != nil {
		return nil, err
	}
	gone := c.space.category(category)
	p.Categories = without(p.Categories, category)
	c.space.eachOf(p, func(i *Issue) { i.Categories = without(i.Categories, category.ID) })
	return gone, nil
}

// without are items but one; the same slice where it is not there.
func without[T comparable](items []T, gone T) []T {
	if !slices.Contains(items, gone) {
		return items
	}
	return slices.DeleteFunc(slices.Clone(items), func(item T) bool { return item == gone })
}

// eachOf changes all issues of a project.
func (s *Space) eachOf(p *Project, change func(*Issue)) {
	for _, i := range s.issues {
		if i.Project == p.ID {
			change(i)
		}
	}
}

func versionNames(p *Project) []string {
	return texts(p.Versions, func(v *Version) string { return v.Name })
}

// fillVersion puts in what was sent.
func (c *call) fillVersion(v *Version, names []string) error {
	c.uniqueName(&v.Name, names)
	if c.params.has("description") {
		v.Description = c.params.text("description")
	}
	if c.params.has("startDate") {
		v.Start = c.params.day("startDate")
	}
	if c.params.has("releaseDueDate") {
		v.Due = c.params.day("releaseDueDate")
	}
	if archived, sent := c.params.flag("archived"); sent {
		v.Archived = archived
	}
	return c.params.err()
}

func postVersion(c *call) (any, error) {
	p, err := c.managed()
	if err != nil {
		return nil, err
	}
	c.params.required("name")
	v := &Version{ID: c.space.nextID(), Project: p.ID, Start: NoDay, Due: NoDay, DisplayOrder: len(p.Versions)}
	if err := c.fillVersion(v, versionNames(p)); err != nil {
		return nil, err
	}
	p.Versions = append(p.Versions, v)
	return c.space.version(v), nil
}

func patchVersion(c *call) (any, error) {
	p, v, err := termOf(c, "version", (*Project).version)
	if err != nil {
		return nil, err
	}
	c.params.required("name")
	changed := *v
	if err := c.fillVersion(&changed, versionNames(p)); err != nil {
		return nil, err
	}
	*v = changed
	c.space.touch()
	return c.space.version(v), nil
}

func deleteVersion(c *call) (any, error) {
	p, v, err := termOf(c, "version", (*Project).version)
	if err != nil {
		return nil, err
	}
	gone := c.space.version(v)
	p.Versions = without(p.Versions, v)
	c.space.eachOf(p, func(i *Issue) {
		i.Versions, i.Milestones = without(i.Versions, v.ID), without(i.Milestones, v.ID)
	})
	return gone, nil
}

// fillType puts in what was sent.
func (c *call) fillType(p *Project, t *IssueType) error {
	c.uniqueName(&t.Name, texts(p.Types, func(t *IssueType) string { return t.Name }))
	c.color(&t.Color, typeColors)
	if c.params.has("templateSummary") {
		t.Summary = c.params.text("templateSummary")
	}
	if c.params.has("templateDescription") {
		t.Description = c.params.text("templateDescription")
	}
	return c.params.err()
}

func postType(c *call) (any, error) {
	p, err := c.managed()
	if err != nil {
		return nil, err
	}
	c.params.required("name")
	c.params.required("color")
	t := &IssueType{ID: c.space.nextID(), Project: p.ID, DisplayOrder: len(p.Types)}
	if err := c.fillType(p, t); err != nil {
		return nil, err
	}
	p.Types = append(p.Types, t)
	return c.space.issueType(t), nil
}

func patchType(c *call) (any, error) {
	p, t, err := termOf(c, "issue type", (*Project).issueType)
	if err != nil {
		return nil, err
	}
	changed := *t
	if err := c.fillType(p, &changed); err != nil {
		return nil, err
	}
	*t = changed
	c.space.touch()
	return c.space.issueType(t), nil
}

func deleteType(c *call) (any, error) {
	p, t, err := termOf(c, "issue type", (*Project).issueType)
	if err != nil {
		return nil, err
	}
	other := c.params.id("substituteIssueTypeId")
	if p.issueType(other) == nil || other == t.ID {
		c.params.problem("substituteIssueTypeId is not valid: %q.", c.params.text("substituteIssueTypeId"))
	}
	if err := c.params.err(); err != nil {
		return nil, err
	}
	gone := c.space.issueType(t)
	p.Types = without(p.Types, t)
	c.space.eachOf(p, func(i *Issue) {
		if i.Type == t.ID {
			i.Type = other
		}
	})
	return gone, nil
}
