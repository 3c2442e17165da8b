package backlogtest

import (
	"slices"
)

// relation says that two issues are related.
type relation struct{ one, other int64 }

func relatedRoutes() []route {
	return []route{
		{"GET", "/issues/{issue}/relatedIssues", Read, 200, ofIssue(listRelated)},
		{"POST", "/issues/{issue}/relatedIssues", Update, 200, addRelated},
		{"DELETE", "/issues/{issue}/relatedIssues/{related}", Update, 200, deleteRelated},
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

// Relate makes two issues related.
func (s *Space) Relate(one, other int64) { s.related = append(s.related, relation{one, other}) }

func listRelated(c *call, i *Issue) any {
	out := list{}
	for _, r := range c.space.related {
		if other := c.space.Issue(r.from(i.ID)); other != nil && c.sees(c.space.Project(other.Project)) {
			out = append(out, c.space.relatedIssue(other))
		}
	}
	return out
}

// relatedIssue is an issue as the other end of a relation.
func (s *Space) relatedIssue(i *Issue) any {
	return append(s.issue(i, false), member{"type", "RELATES"})
}

func addRelated(c *call) (any, error) {
	i, err := c.issueToWrite()
	if err != nil {
		return nil, err
	}
	other, err := c.issueNamed(c.params.required("targetIssueId"))
	if err := c.params.err(); err != nil {
		return nil, err
	}
	if err != nil {
		return nil, err
	}
	if other == i || c.space.relationOf(i.ID, other.ID) >= 0 {
		return nil, refuse(InvalidRequestError, "Duplicate entry")
	}
	c.space.Relate(i.ID, other.ID)
	return c.space.relatedIssue(other), nil
}

// relationOf is the place of the relation between two issues, or -1.
func (s *Space) relationOf(one, other int64) int {
	return slices.IndexFunc(s.related, func(r relation) bool { return r.from(one) == other })
}

func deleteRelated(c *call) (any, error) {
	i, err := c.issueToWrite()
	if err != nil {
		return nil, err
	}
	id, _ := c.wordID("related")
	at := c.space.relationOf(i.ID, id)
	if id == 0 || at < 0 {
		return nil, missing("related issue")
	}
	c.space.related = slices.Delete(c.space.related, at, at+1)
	return c.space.relatedIssue(c.space.Issue(id)), nil
}
