package backlogtest

import (
	"slices"
)

// relation says that two issues are related.
type relation struct{ id, one, other, by, created int64 }

func relatedRoutes() []route {
	return []route{
		{"GET", "/issues/{issue}/relatedIssues", Read, 200, ofIssue(listRelated)},
		{"POST", "/issues/{issue}/relatedIssues", Update, 200, addRelated},
		{"DELETE", "/issues/{issue}/relatedIssues/{relation}", Update, 200, deleteRelated},
	}
}

// from is the other end of a relation, seen from an issue; 0 where it is at
// neither end.
func (r relation) from(issue int64) int64 {
	switch issue {
	case r.one:
		return r.other
	case r.other:
		return r.one
	}
	return 0
}

func listRelated(c *call, i *Issue) any {
	out := list{}
	for _, r := range c.space.related {
		if other := c.space.Issue(r.from(i.ID)); other != nil && c.sees(c.space.Project(other.Project)) {
			out = append(out, c.space.relation(r, other))
		}
	}
	return out
}

// relation renders a relation by the issue at its other end.
func (s *Space) relation(r relation, other *Issue) any {
	return object{
		{"id", r.id},
		{"type", "RELATES"},
		{"issue", s.issue(other, false)},
		{"createdUser", s.userByID(r.by)},
		{"created", moment(r.created)},
	}
}

func addRelated(c *call) (any, error) {
	i, err := c.issueOfPath()
	if err != nil {
		return nil, err
	}
	target := c.params.id("targetIssueId")
	if err := c.params.err(); err != nil {
		return nil, err
	}
	other, err := c.issueNamed(decimal(target))
	if err != nil {
		return nil, err
	}
	if other == i || slices.ContainsFunc(c.space.related, func(r relation) bool { return r.from(i.ID) == other.ID }) {
		return nil, refuse(InvalidRequestError, "Duplicate entry")
	}
	r := relation{c.space.nextID(), i.ID, other.ID, c.user.ID, c.space.Now()}
	c.space.related = append(c.space.related, r)
	return c.space.relation(r, other), nil
}

func deleteRelated(c *call) (any, error) {
	i, err := c.issueOfPath()
	if err != nil {
		return nil, err
	}
	id, _ := c.wordID("relation")
	at := slices.IndexFunc(c.space.related, func(r relation) bool { return r.id == id && r.from(i.ID) != 0 })
	if at < 0 {
		return nil, missing("related issue")
	}
	gone := c.space.related[at]
	c.space.related = slices.Delete(c.space.related, at, at+1)
	return c.space.relation(gone, c.space.Issue(gone.from(i.ID))), nil
}
