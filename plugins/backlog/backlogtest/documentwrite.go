package backlogtest

import (
	"fmt"
	"slices"
)

func documentWriteRoutes() []route {
	return []route{
		{"POST", "/documents", Update, 200, postDocument},
		{"DELETE", "/documents/{document}", Update, 200, toDocument(deleteDocument)},
		{"POST", "/documents/{document}/tags", Update, 200, toDocument(tagDocument)},
		{"DELETE", "/documents/{document}/tags", Update, 204, toDocument(untagDocument)},
	}
}

// toDocument does something to the document that the path names, if the caller
// may.
func toDocument(answer func(*call, *Document) (any, error)) func(*call) (any, error) {
	return ofDocument(func(c *call, d *Document) (any, error) {
		if err := c.mayWrite(); err != nil {
			return nil, err
		}
		return answer(c, d)
	})
}

// documentID is an id of the kind that begins with its time, so that it sorts by
// it; n is a number that nothing else has.
func documentID(seconds, n int64) string {
	mixed := scatter(n)
	return fmt.Sprintf("%012x7%03x8%03x%012x", seconds*1000, mixed>>52, mixed>>40&0xfff, n)
}

func postDocument(c *call) (any, error) {
	c.params.required("projectId")
	project := c.params.id("projectId")
	last, sent := c.params.flag("addLast")
	if err := c.params.err(); err != nil {
		return nil, err
	}
	p, err := c.projectNamed(decimal(project))
	if err != nil {
		return nil, err
	}
	if err := c.mayWrite(); err != nil {
		return nil, err
	}
	parent := c.params.text("parentId")
	if above := c.space.document(parent); parent != "" && (above == nil || above.Project != p.ID) {
		return nil, missing("document")
	}
	now := c.space.Now()
	d := &Document{
		ID: documentID(now, c.space.nextID()), Project: p.ID, Parent: parent, Title: c.params.text("title"),
		Plain: c.params.text("content"), Emoji: c.params.text("emoji"),
		Creator: c.user.ID, Created: now, Updater: c.user.ID, Updated: now,
	}
	if last || !sent {
		c.space.Documents = append(c.space.Documents, d)
	} else {
		c.space.Documents = slices.Insert(c.space.Documents, 0, d)
	}
	c.noteDocument(activityDocumentCreated, d)
	return c.space.documentJSON(d), nil
}

// deleteDocument puts a document, and all below it, into the trash.
func deleteDocument(c *call, d *Document) (any, error) {
	gone := c.space.documentJSON(d)
	c.space.trash(d)
	c.noteDocument(activityDocumentDeleted, d)
	return gone, nil
}

func (s *Space) trash(d *Document) {
	d.Trashed = true
	for _, below := range s.Documents {
		if below.Parent == d.ID && !below.Trashed {
			s.trash(below)
		}
	}
}

func (c *call) noteDocument(kind int, d *Document) {
	c.space.remember(kind, d.Project, 0, c.user.ID, documentContent(d))
}

// tagNames are the tags that a request names, of which there must be one.
func (c *call) tagNames() ([]string, error) {
	names := c.params.values["tagNames[]"]
	if len(names) == 0 || slices.Contains(names, "") {
		return nil, refuse(InvalidRequestError, "tagNames[] is required.")
	}
	return names, nil
}

func tagDocument(c *call, d *Document) (any, error) {
	names, err := c.tagNames()
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		if !slices.ContainsFunc(d.Tags, func(t Tag) bool { return t.Name == name }) {
			d.Tags = append(d.Tags, c.space.documentTag(d.Project, name))
		}
	}
	return listOf(d.Tags, tagJSON), nil
}

// documentTag is a tag of a project's documents; it is made where there is none.
func (s *Space) documentTag(project int64, name string) Tag {
	for _, d := range s.Documents {
		at := slices.IndexFunc(d.Tags, func(t Tag) bool { return t.Name == name })
		if d.Project == project && at >= 0 {
			return d.Tags[at]
		}
	}
	return Tag{s.nextID(), name}
}

func untagDocument(c *call, d *Document) (any, error) {
	names, err := c.tagNames()
	if err != nil {
		return nil, err
	}
	d.Tags = slices.DeleteFunc(slices.Clone(d.Tags), func(t Tag) bool { return slices.Contains(names, t.Name) })
	return nil, nil
}
