package backlogtest

import (
	"slices"
	"strings"
)

func wikiWriteRoutes() []route {
	return []route{
		{"POST", "/wikis", Update, 201, postWiki},
		{"PATCH", "/wikis/{wiki}", Update, 200, toWiki(patchWiki)},
		{"DELETE", "/wikis/{wiki}", Update, 200, toWiki(deleteWiki)},
		{"POST", "/wikis/{wiki}/attachments", Update, 200, toWiki(attachToWiki)},
		{"DELETE", "/wikis/{wiki}/attachments/{attachment}", Update, 200, toWiki(detachFromWiki)},
		{"POST", "/wikis/{wiki}/sharedFiles", Update, 200, toWiki(linkToWiki)},
		{"DELETE", "/wikis/{wiki}/sharedFiles/{file}", Update, 200, toWiki(unlinkFromWiki)},
	}
}

// toWiki does something to the page that the path names, if the caller may.
func toWiki(answer func(*call, *WikiPage) (any, error)) func(*call) (any, error) {
	return ofWiki(func(c *call, w *WikiPage) (any, error) {
		if err := c.mayWrite(); err != nil {
			return nil, err
		}
		return answer(c, w)
	})
}

func postWiki(c *call) (any, error) {
	c.params.required("projectId")
	name := c.params.required("name")
	content := c.params.required("content")
	project := c.params.id("projectId")
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
	if slices.ContainsFunc(c.space.Wikis, func(w *WikiPage) bool { return w.Project == p.ID && w.now().Name == name }) {
		return nil, refuse(InvalidRequestError, "Duplicate entry")
	}
	w := &WikiPage{ID: c.space.nextID(), Project: p.ID, Creator: c.user.ID, Created: c.space.Now()}
	w.Versions = []WikiVersion{{1, name, content, c.user.ID, w.Created}}
	w.Tags = c.space.tagsOf(p.ID, name)
	c.space.Wikis = append(c.space.Wikis, w)
	c.noteWiki(activityWikiCreated, w)
	return c.space.wikiPage(w), nil
}

// tagsOf are the tags of a page with the name: "[memo][2026] Monday" has two.
func (s *Space) tagsOf(project int64, name string) []Tag {
	var out []Tag
	for rest := name; ; {
		after, ok := strings.CutPrefix(strings.TrimSpace(rest), "[")
		word, left, closed := strings.Cut(after, "]")
		if !ok || !closed || word == "" {
			return out
		}
		out = append(out, s.tagNamed(project, word))
		rest = left
	}
}

// tagNamed is a tag of a project's wiki; it is made where there is none.
func (s *Space) tagNamed(project int64, name string) Tag {
	for _, w := range s.Wikis {
		at := slices.IndexFunc(w.Tags, func(t Tag) bool { return t.Name == name })
		if w.Project == project && at >= 0 {
			return w.Tags[at]
		}
	}
	return Tag{s.nextID(), name}
}

func patchWiki(c *call, w *WikiPage) (any, error) {
	next := *w.now()
	if c.params.has("name") {
		next.Name = c.params.required("name")
	}
	if c.params.has("content") {
		next.Content = c.params.required("content")
	}
	if err := c.params.err(); err != nil {
		return nil, err
	}
	if next.Name != w.now().Name {
		w.Tags = c.space.tagsOf(w.Project, next.Name)
	}
	next.Version++
	next.Creator, next.Created = c.user.ID, c.space.Now()
	w.Versions = append(w.Versions, next)
	c.noteWiki(activityWikiUpdated, w)
	return c.space.wikiPage(w), nil
}

func deleteWiki(c *call, w *WikiPage) (any, error) {
	gone := c.space.wikiPage(w)
	c.noteWiki(activityWikiDeleted, w)
	c.space.Wikis = slices.DeleteFunc(c.space.Wikis, func(o *WikiPage) bool { return o == w })
	return gone, nil
}

// noteWiki remembers what the caller did to a page.
func (c *call) noteWiki(kind int, w *WikiPage) {
	c.space.remember(kind, w.Project, 0, c.user.ID, wikiContent(w, *w.now()))
}

func attachToWiki(c *call, w *WikiPage) (any, error) {
	added, err := c.uploaded()
	if err != nil {
		return nil, err
	}
	w.Attachments = slices.Concat(w.Attachments, added)
	return listOf(added, c.space.attachment), nil
}

// uploaded are the uploads of attachmentId[], of which there must be one at least.
func (c *call) uploaded() ([]Attachment, error) {
	ids := c.params.ints("attachmentId")
	if len(ids) == 0 {
		c.params.problem("attachmentId[] is required.")
	}
	if err := c.params.err(); err != nil {
		return nil, err
	}
	return c.adopt(ids)
}

func detachFromWiki(c *call, w *WikiPage) (any, error) {
	return c.detach(&w.Attachments)
}

// detach removes the attachment that the path names.
func (c *call) detach(from *[]Attachment) (any, error) {
	at, err := c.placeOfAttachment(*from)
	if err != nil {
		return nil, err
	}
	gone := c.space.attachment((*from)[at])
	*from = slices.Delete(slices.Clone(*from), at, at+1)
	return gone, nil
}

func linkToWiki(c *call, w *WikiPage) (any, error) {
	ids := c.params.ints("fileId")
	if len(ids) == 0 {
		c.params.problem("fileId[] is required.")
	}
	if err := c.params.err(); err != nil {
		return nil, err
	}
	for _, id := range ids {
		if f := c.space.file(id); f == nil || f.Project != w.Project || f.Folder {
			return nil, missing("shared file")
		}
	}
	for _, id := range ids {
		if !slices.Contains(w.SharedFiles, id) {
			w.SharedFiles = append(w.SharedFiles, id)
		}
	}
	return c.space.files(w.SharedFiles), nil
}

func unlinkFromWiki(c *call, w *WikiPage) (any, error) {
	id, _ := c.wordID("file")
	at := slices.Index(w.SharedFiles, id)
	if at < 0 {
		return nil, missing("shared file")
	}
	w.SharedFiles = slices.Delete(slices.Clone(w.SharedFiles), at, at+1)
	return c.space.sharedFile(c.space.file(id)), nil
}
