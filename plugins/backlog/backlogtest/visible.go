package backlogtest

import (
	"slices"
)

// sees tells whether the caller may see a project.
func (c *call) sees(p *Project) bool { return p != nil && slices.Contains(p.Members, c.user.ID) }

// projectNamed finds a project by id or key; one that the caller may not see is
// none.
func (c *call) projectNamed(idOrKey string) (*Project, error) {
	p := c.space.ProjectByKey(idOrKey)
	if id, ok := parseID(idOrKey); ok {
		p = c.space.Project(id)
	}
	if !c.sees(p) {
		return nil, missing("project")
	}
	return p, nil
}

// projectOfPath is the project that the path names.
func (c *call) projectOfPath() (*Project, error) { return c.projectNamed(c.word("project")) }

// issueNamed finds an issue by id or key; one that the caller may not see is
// none.
func (c *call) issueNamed(idOrKey string) (*Issue, error) {
	i := c.space.IssueByKey(idOrKey)
	if id, ok := parseID(idOrKey); ok {
		i = c.space.Issue(id)
	}
	if i == nil || !c.sees(c.space.Project(i.Project)) {
		return nil, missing("issue")
	}
	return i, nil
}

// issueOfPath is the issue that the path names.
func (c *call) issueOfPath() (*Issue, error) { return c.issueNamed(c.word("issue")) }
