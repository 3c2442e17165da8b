package backlogtest

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

func documentRoutes() []route {
	return []route{
		{"GET", "/documents", Search, 200, listDocuments},
		{"GET", "/documents/count", Search, 200, countDocuments},
		{"GET", "/documents/tree", Read, 200, documentTree},
		{"GET", "/documents/{document}", Read, 200, ofDocument(func(c *call, d *Document) (any, error) {
			return c.space.documentJSON(d), nil
		})},
		{"GET", "/documents/{document}/comments", Read, 200, ofDocument(func(c *call, d *Document) (any, error) {
			return listOf(d.Comments, func(m *DocumentComment) any { return c.space.documentComment(d, m) }), nil
		})},
		{"GET", "/documents/{document}/attachments/{attachment}", Read, 200, ofDocument(func(c *call, d *Document) (any, error) {
			return c.download(d.Attachments)
		})},
	}
}

// documentsIn are the documents for which is holds, of projects that the caller
// sees.
func (c *call) documentsIn(is func(*Document) bool) []*Document {
	var out []*Document
	for _, d := range c.space.Documents {
		if !d.Trashed && c.sees(c.space.Project(d.Project)) && is(d) {
			out = append(out, d)
		}
	}
	return out
}

func listDocuments(c *call) (any, error) {
	c.params.required("offset")
	offset := c.params.between("offset", 0, math.MaxInt32, 0)
	count := c.params.between("count", 1, 100, 20)
	sort := c.params.word("sort", "created", "created", "updated")
	desc := c.params.word("order", "desc", "asc", "desc") == "desc"
	projects := set(c.params, "projectId")
	if err := c.params.err(); err != nil {
		return nil, err
	}
	words := strings.Fields(strings.ToLower(c.params.text("keyword")))
	found := c.documentsIn(func(d *Document) bool {
		text := strings.ToLower(d.Title + "\n" + d.Plain)
		without := slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(text, word) })
		return projects.has(d.Project) && !without
	})
	slices.SortStableFunc(found, func(a, b *Document) int {
		if sort == "updated" {
			return cmp.Compare(a.Updated, b.Updated)
		}
		return cmp.Compare(a.Created, b.Created)
	})
	return listOf(pageOf(found, desc, offset, count), c.space.documentJSON), nil
}

// pageOf is a page of items in ascending order, or backwards.
func pageOf[T any](items []T, desc bool, offset, count int) []T {
	if desc {
		slices.Reverse(items)
	}
	from := min(offset, len(items))
	return items[from:min(from+count, len(items))]
}

func countDocuments(c *call) (any, error) {
	p, err := c.projectOfParam()
	if err != nil {
		return nil, err
	}
	return object{{"count", len(c.documentsIn(func(d *Document) bool { return d.Project == p.ID }))}}, nil
}

func documentTree(c *call) (any, error) {
	p, err := c.projectOfParam()
	if err != nil {
		return nil, err
	}
	trash := list{}
	for _, d := range c.space.Documents {
		if d.Project == p.ID && d.Trashed {
			trash = append(trash, branch(d, list{}))
		}
	}
	return object{
		{"projectId", p.ID},
		{"activeTree", object{{"id", "Active"}, {"children", c.space.branches(p.ID, "")}}},
		{"trashTree", object{{"id", "Trash"}, {"children", trash}}},
	}, nil
}

// branches are the documents below a parent, "" for those at the top.
func (s *Space) branches(project int64, parent string) list {
	out := list{}
	for _, d := range s.Documents {
		if d.Project == project && d.Parent == parent && !d.Trashed {
			out = append(out, branch(d, s.branches(project, d.ID)))
		}
	}
	return out
}

func branch(d *Document, below list) object {
	return object{{"id", d.ID}, {"name", d.Title}, {"emoji", d.Emoji}, {"children", below}}
}

// ofDocument answers with something of the document that the path names.
func ofDocument(answer func(*call, *Document) (any, error)) func(*call) (any, error) {
	return func(c *call) (any, error) {
		d := c.space.document(c.word("document"))
		if d == nil || !c.sees(c.space.Project(d.Project)) {
			return nil, missing("document")
		}
		return answer(c, d)
	}
}

func (s *Space) documentJSON(d *Document) any {
	below := list{}
	for _, child := range s.Documents {
		if child.Parent == d.ID && !child.Trashed {
			below = append(below, child.ID)
		}
	}
	return object{
		{"id", d.ID},
		{"projectId", d.Project},
		{"title", d.Title},
		{"plain", d.Plain},
		{"json", richText(d.Plain)},
		{"statusId", 1},
		{"emoji", orNone(d.Emoji)},
		{"attachments", listOf(d.Attachments, s.attachment)},
		{"tags", listOf(d.Tags, tagJSON)},
		{"createdUser", s.userByID(d.Creator)},
		{"created", moment(d.Created)},
		{"updatedUser", s.userByID(d.Updater)},
		{"updated", moment(d.Updated)},
		{"childDocumentIds", below},
	}
}

// richText is a text as the editor of documents keeps it, one node a line.
func richText(plain string) string {
	lines := list{}
	for line := range strings.SplitSeq(plain, "\n") {
		node := object{{"type", "paragraph"}}
		if line != "" {
			node = append(node, member{"content", list{object{{"type", "text"}, {"text", line}}}})
		}
		lines = append(lines, node)
	}
	return string(appendJSON(nil, object{{"type", "doc"}, {"content", lines}}))
}

// documentComment renders a comment with its replies.
func (s *Space) documentComment(d *Document, m *DocumentComment) any {
	return append(s.documentWords(d, m), member{"replies", listOf(m.Replies, func(r *DocumentComment) any {
		return append(s.documentWords(d, r), member{"commentId", m.ID})
	})})
}

// documentWords are what comments and replies have in common.
func (s *Space) documentWords(d *Document, m *DocumentComment) object {
	return object{
		{"id", m.ID},
		{"documentId", d.ID},
		{"statusId", 0},
		{"content", richText(m.Plain)},
		{"plain", m.Plain},
		{"commentType", "comment"},
		{"createdUserId", m.Creator},
		{"created", moment(m.Created)},
		{"updatedUserId", m.Creator},
		{"updated", moment(m.Created)},
		{"createdUser", s.userByID(m.Creator)},
	}
}
