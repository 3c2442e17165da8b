package backlogtest

import (
	"slices"
)

func commentRoutes() []route {
	return []route{
		{"GET", "/issues/{issue}/comments", Read, 200, listComments},
		{"GET", "/issues/{issue}/comments/count", Read, 200, countComments},
		{"GET", "/issues/{issue}/comments/{comment}", Read, 200, getComment},
	}
}

// idPage is which part of a list that is paged by ids is asked for.
type idPage struct {
	min, max int64 // 0: none
	count    int
	desc     bool
}

// parseIDPage reads minId, maxId, count and order.
func parseIDPage(p *params) idPage {
	return idPage{
		min: p.id("minId"), max: p.id("maxId"), count: p.between("count", 1, 100, 20),
		desc: p.word("order", "desc", "asc", "desc") == "desc",
	}
}

// has tells whether an id is between those that the page asks for.
func (p idPage) has(s *Space, id int64) bool {
	above := p.min == 0 || id > p.min || id == p.min && !s.options.ExclusiveIDs
	below := p.max == 0 || id < p.max || id == p.max && !s.options.ExclusiveIDs
	return above && below
}

// pageByID is the part of items, which ascend by id, that the page asks for.
// Whether minId and maxId include themselves is an option of the space.
func pageByID[T any](s *Space, page idPage, items []T, id func(T) int64) []T {
	var out []T
	for _, item := range items {
		if page.has(s, id(item)) {
			out = append(out, item)
		}
	}
	if page.desc {
		slices.Reverse(out)
	}
	return out[:min(page.count, len(out))]
}

func listComments(c *call) (any, error) {
	i, err := c.issueOfPath()
	page := parseIDPage(c.params)
	if err != nil {
		return nil, err
	}
	if err := c.params.err(); err != nil {
		return nil, err
	}
	comments := pageByID(c.space, page, c.space.Comments(i), func(c *Comment) int64 { return c.ID })
	return listOf(comments, func(m *Comment) any { return c.space.comment(i, m) }), nil
}

func countComments(c *call) (any, error) {
	i, err := c.issueOfPath()
	if err != nil {
		return nil, err
	}
	return object{{"count", c.space.countComments(i)}}, nil
}

// commentOfPath is the comment that the path names, and its issue.
func (c *call) commentOfPath() (*Issue, *Comment, error) {
	i, err := c.issueOfPath()
	if err != nil {
		return nil, nil, err
	}
	id, _ := c.wordID("comment")
	m := find(c.space.Comments(i), func(m *Comment) bool { return m.ID == id })
	if m == nil {
		return nil, nil, missing("comment")
	}
	return i, m, nil
}

func getComment(c *call) (any, error) {
	i, m, err := c.commentOfPath()
	if err != nil {
		return nil, err
	}
	return c.space.comment(i, m), nil
}

// comment renders a comment of an issue.
func (s *Space) comment(i *Issue, m *Comment) any {
	return object{
		{"id", m.ID},
		{"projectId", i.Project},
		{"issueId", i.ID},
		{"content", orNone(m.Content)},
		{"changeLog", changeLog(m.Changes)},
		{"createdUser", s.userByID(m.Creator)},
		{"created", moment(m.Created)},
		{"updated", moment(m.Updated)},
		{"stars", listOf(m.Stars, func(t Star) any { return s.commentStar(i, m, t) })},
		{"notifications", listOf(m.Notices, s.notice)},
	}
}

// changeLog is null for a comment that changed nothing.
func changeLog(changes []Change) any {
	if len(changes) == 0 {
		return nil
	}
	return listOf(changes, change)
}

func change(c Change) any {
	out := object{{"field", c.Field}, {"newValue", orNone(c.New)}, {"originalValue", orNone(c.Old)}}
	var attachment, attribute any
	if c.Attachment != 0 {
		attachment = object{{"id", c.Attachment}, {"type", "issue"}}
	}
	if c.FieldID != 0 {
		attribute = object{{"id", c.FieldID}, {"typeId", int(c.FieldType)}}
	}
	return append(out, member{"attachmentInfo", attachment}, member{"attributeInfo", attribute},
		member{"notificationInfo", nil})
}

func (s *Space) notice(n Notice) any {
	return object{
		{"id", n.ID},
		{"alreadyRead", n.Read},
		{"reason", n.Reason},
		{"user", s.userByID(n.User)},
		{"resourceAlreadyRead", n.Read},
	}
}
